"""Rows with gaps, by NIPALS: against plspm, against complete rows, against what is left when there is little."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar.analysis.path_model.bootstrap import bootstrap
from safar.analysis.path_model.communality import goodness_of_fit
from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.gaps import find_weights_with_gaps
from safar.analysis.path_model.layout import Block, lay_out
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.simulate import draw
from safar.analysis.path_model.weights import Scheme
from safar.domain.path_model import BadPathModel, Construct, Measured, Mode, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.populations import three_factors, two_composites
from tests.analysis.path_model.reference_kit import reference, table

RUSSA = PathModel(
    name="russa",
    constructs=tuple(
        Construct(name=name, items=items, measured=Measured.COMPOSITE)
        for name, items in {
            "AGRI": ("gini", "farm", "rent"),
            "IND": ("gnpr", "labo"),
            "POL": ("inst", "ecks", "death", "demo"),
        }.items()
    ),
    paths=(Claim(source="AGRI", target="POL"), Claim(source="IND", target="POL")),
)


def test_equals_plspm(shared_data: Path) -> None:
    """Provenance: plspm 0.5.1, its data `russa` without three answers; it stops at 1e-6, where its digits end."""
    with (shared_data / "path_models/datasets/russa.csv").open(newline="") as file:
        rows = np.array([[float(row[item]) for item in RUSSA.items] for row in csv.DictReader(file)])
    rows[[0, 3, 5], [0, 3, 5]] = np.nan
    fits = estimate(
        RUSSA,
        Sample(rows, np.ones(len(rows))),
        np.ones((1, len(rows))),
        Options(scheme=Scheme.CENTROID, tolerance=1e-12),
    )
    found = reference(shared_data, "plspm_r/russa_missing_nipals")
    names = fits.layout.constructs
    # The orientation of IND is arbitrary: its two items point against each other.
    sign = np.where(fits.structure.loadings[0, fits.layout.starts[:-1] + 1] < 0, -1.0, 1.0)
    turned = fits.turned(sign[None])
    assert turned.structure.paths[0] == pytest.approx(table(found["path_coefs"], names, names).T, abs=1e-6)
    outer = found["outer_model"]
    assert turned.structure.loadings[0] == pytest.approx([row["loading"] for row in outer], abs=5e-6)
    # That engine scales each construct's weights in its own way: their proportions are the same.
    weights, theirs = turned.weights.weights[0], np.array([row["weight"] for row in outer])
    first = fits.layout.starts[:-1][fits.layout.owner]
    assert weights / weights[first] == pytest.approx(theirs / theirs[first], rel=2e-5)
    assert turned.weights.loadings[0] == pytest.approx(
        np.array([[row[name] for name in names] for row in found["crossloadings"]]), abs=5e-6
    )
    assert goodness_of_fit(fits)[0] == pytest.approx(found["gof"], abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(Scheme), st.booleans())
def test_without_gaps_nothing_changes(seed: int, scheme: Scheme, weighted: bool) -> None:
    truth = three_factors()
    rows = draw(truth, 80, seed=seed)
    chance = np.random.default_rng(seed)
    of_cases = chance.uniform(0.5, 1.5, size=80) if weighted else np.ones(80)
    sample = Sample(rows, of_cases / of_cases.mean())
    counts = np.stack([np.ones(80), chance.multinomial(80, np.full(80, 1 / 80)).astype(float)])
    fits = estimate(truth.model, sample, counts, Options(scheme=scheme, tolerance=1e-12))
    layout = lay_out(
        [Block(one.name, one.items, one.mode, one.measured) for one in truth.model.constructs],
        [(one.source, one.target) for one in truth.model.paths],
    )
    correlations, weights = find_weights_with_gaps(sample, counts, layout, scheme=scheme, tolerance=1e-12)
    assert correlations == pytest.approx(fits.correlations, abs=1e-10)
    fine = fits.weights.converged & weights.converged
    assert weights.weights[fine] == pytest.approx(fits.weights.weights[fine], abs=1e-7)
    assert weights.loadings[fine] == pytest.approx(fits.weights.loadings[fine], abs=1e-7)
    assert weights.scores[fine] == pytest.approx(fits.weights.scores[fine], abs=1e-7)


def test_the_population_is_found_through_gaps() -> None:
    truth = three_factors()
    rows = draw(truth, 3_000, seed=4)
    whole = estimate(truth.model, Sample(rows, np.ones(3_000)), np.ones((1, 3_000)), Options())
    rows[np.random.default_rng(7).uniform(size=rows.shape) < 0.1] = np.nan
    sample = Sample(rows, np.ones(3_000))
    fits = estimate(truth.model, sample, np.ones((1, 3_000)), Options())
    assert fits.structure.paths == pytest.approx(whole.structure.paths, abs=0.05)
    small = Sample(rows[:200], np.ones(200))
    found = bootstrap(
        truth.model, small, Options(), resamples=40, seed=1, keep=lambda fits: {"paths": fits.structure.paths}
    )
    assert found.failed == 0
    assert 0.03 < found.figures["paths"][:, 0, 1].std() < 0.12


def test_what_gaps_do_not_allow_is_refused() -> None:
    truth = two_composites()
    rows = draw(truth, 50, seed=1)
    rows[0, 0] = np.nan
    with pytest.raises(BadPathModel, match="'a': mode B"):
        estimate(truth.model, Sample(rows, np.ones(50)), np.ones((1, 50)), Options())
    assert Mode.B in {one.mode for one in truth.model.constructs}
