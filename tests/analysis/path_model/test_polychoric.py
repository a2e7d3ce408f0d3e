"""Polychoric correlations and models of ordered answers."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from safar.analysis.path_model.bootstrap import bootstrap
from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.polychoric import (
    OrdinalSample,
    TooManyCodes,
    bivariate_normal,
    polychoric,
    thresholds,
)
from safar.analysis.path_model.simulate import coarsen, draw
from safar.analysis.path_model.stacks import Stack
from safar.domain.path_model import Construct, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.populations import three_factors
from tests.analysis.path_model.reference_kit import reference, table

ITFLEX = PathModel(
    name="itflex",
    constructs=tuple(
        Construct(name=name, items=tuple(f"{name}{i}" for i in (1, 2, 3, 4)))
        for name in ("ITCOMP", "ITCONN", "MOD", "ITPSF")
    ),
    paths=tuple(Claim(source=name, target="ITPSF") for name in ("ITCOMP", "ITCONN", "MOD")),
)


class _Correlations(Sample):
    """Correlations that come from elsewhere."""

    given: Stack

    def correlations_of(self, counts: Stack) -> Stack:
        return np.broadcast_to(self.given, (len(counts), *self.given.shape)).copy()


def test_equals_csem(shared_data: Path) -> None:
    """Provenance: cSEM 0.6.1 on its data ITFlex, all items ordered.

    Its polychoric correlations come from an optimizer that stops at about 1e-5; from them all else is equal to 1e-9.
    """
    found = reference(shared_data, "advanced/ordplsc_itflex")
    with (shared_data / "path_models/datasets/csem_ITFlex.csv").open(newline="") as file:
        rows = np.array([[float(row[item]) for item in ITFLEX.items] for row in csv.DictReader(file)])
    theirs = table(found["indicator_vcv"], ITFLEX.items, ITFLEX.items)
    ours = OrdinalSample(rows, np.ones(len(rows)))
    assert ours.correlations[0] == pytest.approx(theirs, abs=3e-5)
    same = _Correlations(rows, np.ones(len(rows)))
    object.__setattr__(same, "given", theirs)
    options = Options(consistent=True, tolerance=1e-12)
    for sample, digits in ((same, 1e-9), (ours, 3e-4)):
        fits = estimate(ITFLEX, sample, np.ones((1, len(rows))), options)
        names = fits.layout.constructs
        assert fits.structure.paths[0] == pytest.approx(table(found["path"], names, names).T, abs=digits)
        loadings = table(found["loadings"], names, ITFLEX.items).sum(axis=0)
        assert fits.structure.loadings[0] == pytest.approx(loadings, abs=digits)
        reliabilities = dict(zip(names, fits.structure.reliabilities[0], strict=True))
        assert reliabilities == pytest.approx(found["reliabilities"], abs=digits)


@settings(max_examples=60, deadline=None)
@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(-0.99, 0.99))
@example(5e-324, 1.0, 0.95)
@example(4.0, -2.2e-308, -0.99)
@example(1e-299, 4.0, 0.99)
@example(0.0, 0.0, 0.97)
def test_bivariate_normal_equals_scipy(first: float, second: float, rho: float) -> None:
    expected = multivariate_normal.cdf([first, second], cov=[[1, rho], [rho, 1]], abseps=1e-12, releps=1e-12)
    found = bivariate_normal(np.array([first]), np.array([second]), np.array([rho]))[0]
    assert found == pytest.approx(expected, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.floats(-0.95, 0.95), st.integers(0, 2**32 - 1), st.integers(2, 6), st.integers(2, 6))
def test_the_correlation_is_found_from_its_own_table(rho: float, seed: int, rows: int, columns: int) -> None:
    """A table with just the counts that a correlation makes gives that correlation back."""
    chance = np.random.default_rng(seed)
    a, b = (np.sort(chance.uniform(-1.5, 1.5, size=k - 1)) for k in (rows, columns))
    grid = np.array(
        [
            [bivariate_normal(np.array([x]), np.array([y]), np.array([rho]))[0] for y in (-38, *b, 38)]
            for x in (-38, *a, 38)
        ]
    )
    counts = 1000 * np.diff(np.diff(grid, axis=0), axis=1)
    found = polychoric(np.maximum(counts, 0)[None])[0]
    if counts.min() > 1e-3:  # thresholds that fall together make cells of rounding only
        assert found == pytest.approx(rho, abs=1e-6)
    assert thresholds(counts.sum(axis=1)) == pytest.approx(a, abs=1e-8)


def test_turning_an_item_turns_the_sign() -> None:
    table_ = np.array([[20.0, 5, 1], [6, 30, 9], [2, 8, 19]])
    there, back = polychoric(np.stack([table_, table_[::-1]]))
    assert there == pytest.approx(-back, abs=1e-9)
    assert there > 0.5
    # Codes that nobody has change nothing.
    padded = np.zeros((1, 5, 5))
    padded[0, :3, :3] = table_
    assert polychoric(padded)[0] == pytest.approx(there, abs=1e-9)


def test_extreme_tables() -> None:
    perfect, alone = np.diag([10.0, 10, 10]), np.array([[10.0, 5, 5], [0, 0, 0], [0, 0, 0]])
    found = polychoric(np.stack([perfect, alone]))
    assert 0.999 < found[0] < 1
    assert np.isnan(found[1])


def test_ordered_answers_of_three_factors() -> None:
    """Few and skewed codes weaken plain correlations; ordinal consistent estimates find the population again."""
    truth = three_factors()
    rows = coarsen(draw(truth, 4_000, seed=3), [0.2, 1.0, 1.6])
    options = Options(consistent=True)
    plain = estimate(truth.model, Sample(rows, np.ones(4_000)), np.ones((1, 4_000)), options)
    ordered = estimate(truth.model, OrdinalSample(rows, np.ones(4_000)), np.ones((1, 4_000)), options)
    loadings = np.array(list(truth.loadings.values()))
    assert ordered.structure.loadings[0] == pytest.approx(loadings, abs=0.05)
    assert (plain.structure.loadings[0] < loadings - 0.02).all()
    for (source, target), value in truth.paths.items():
        place = (0, truth.constructs.index(source), truth.constructs.index(target))
        assert ordered.structure.paths[place] == pytest.approx(value, abs=0.07)


def test_resamples_and_weights_of_ordered_answers() -> None:
    truth = three_factors()
    rows = coarsen(draw(truth, 120, seed=3), [-0.5, 0.5])
    sample = OrdinalSample(rows, np.ones(120))
    found = bootstrap(truth.model, sample, Options(), resamples=8, seed=1, keep=lambda fits: {"r": fits.correlations})
    assert np.isfinite(found.figures["r"]).all()
    counts = np.random.default_rng(5).integers(0, 3, size=120)
    repeated = OrdinalSample(np.repeat(rows, counts, axis=0), np.ones(int(counts.sum())))
    assert sample.correlations_of(counts[None].astype(float)) == pytest.approx(repeated.correlations, abs=1e-9)


def test_what_is_not_ordered_is_refused() -> None:
    rows = draw(three_factors(), 50, seed=1)
    with pytest.raises(TooManyCodes, match="Column 1 has 50"):
        OrdinalSample(rows, np.ones(50))
    rows[0, 0] = np.nan
    with pytest.raises(ValueError, match="complete"):
        OrdinalSample(rows, np.ones(50))
