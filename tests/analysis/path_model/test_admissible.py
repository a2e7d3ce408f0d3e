"""Estimates that cannot be right are said to be so and counted, and a replicate's scores never point the other way."""

from __future__ import annotations

import numpy as np
import pytest

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.bootstrap import bootstrap, replicate
from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.exact_fit import exact_fit
from safar.analysis.path_model.fit import misfit
from safar.analysis.path_model.moments import Sample, resample_counts
from safar.analysis.path_model.result import Resampling, Run
from safar.analysis.path_model.simulate import draw
from safar.domain.path_model import Construct, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.populations import three_factors

MODEL = PathModel(
    name="two",
    constructs=tuple(Construct(name=name, items=(f"{name}1", f"{name}2")) for name in "ab"),
    paths=(Claim(source="a", target="b"),),
)


def sample_with(within: float, across: float, n: int = 100) -> Sample:
    """Rows whose items correlate just so within and between the two constructs."""
    correlations = np.full((4, 4), across)
    for block in (slice(0, 2), slice(2, 4)):
        correlations[block, block] = within
    np.fill_diagonal(correlations, 1.0)
    noise = np.random.default_rng(1).normal(size=(n, 4))
    white = np.linalg.qr(noise - noise.mean(axis=0))[0] * np.sqrt(n - 1)
    return Sample(white @ np.linalg.cholesky(correlations).T, np.ones(n))


@pytest.mark.parametrize(
    ("within", "across", "right"),
    [
        (0.50, 0.30, True),
        (0.50, 0.50, True),  # the correlation of the constructs is just one
        (0.30, 0.45, False),  # and beyond: no data can have it
        (-0.20, 0.10, False),  # items of one construct that disagree: its reliability is below zero
    ],
)
def test_what_cannot_be_is_flagged_and_given_all_the_same(within: float, across: float, right: bool) -> None:
    sample = sample_with(within, across)
    fits = estimate(MODEL, sample, np.ones((1, sample.n)), Options(consistent=True))
    assert bool(fits.structure.admissible[0]) is right
    if within > 0:
        # Two items that correlate alike have the reliability 2r / (1 + r); the corrected path is across over within.
        assert fits.structure.reliabilities[0] == pytest.approx(np.full(2, 2 * within / (1 + within)), abs=1e-9)
        assert fits.structure.paths[0, 0, 1] == pytest.approx(across / within, abs=1e-9)
    plain = estimate(MODEL, sample, np.ones((1, sample.n)), Options())
    assert plain.structure.admissible[0]


def test_inadmissible_replicates_are_counted_kept_and_said() -> None:
    sample = sample_with(0.35, 0.33)
    run = Run(options=Options(consistent=True), resampling=Resampling(resamples=300, seed=1))
    found = analyze(MODEL, sample, run)
    assert found.admissible
    drawn = bootstrap(
        MODEL, sample, run.options, resamples=300, seed=1, keep=lambda fits: {"path": fits.structure.paths[:, 0, 1]}
    )
    assert found.inadmissible == drawn.inadmissible > 30
    assert (drawn.figures["path"][~drawn.admissible] > 1).any()
    assert "inadmissible-replicates" in {doubt.reason for doubt in found.doubts}


def test_replicates_point_the_way_of_the_sample() -> None:
    """Two items that hardly agree: a resample turns the score round; aligned, its loadings have the sample's signs."""
    chance = np.random.default_rng(3)
    x = chance.normal(size=60)
    rows = np.column_stack([x, -0.02 * x + chance.normal(size=60), *(0.5 * x + 0.8 * chance.normal(size=(2, 60)))])
    sample, counts = Sample(rows, np.ones(60)), next(resample_counts(60, 200, seed=2))
    original = estimate(MODEL, sample, np.ones((1, 60)), Options())
    loose = estimate(MODEL, sample, counts, Options())
    aligned = replicate(
        MODEL, sample, Options(), counts=[counts], of=200, like=original,
        keep=lambda fits: {"loadings": fits.structure.loadings, "paths": fits.structure.paths},
    ).figures  # fmt: skip

    def together(loadings: np.ndarray) -> np.ndarray:
        products: np.ndarray = (loadings * original.structure.loadings).reshape(-1, 2, 2).sum(axis=2)
        return products

    assert (together(loose.structure.loadings) < 0).any()  # so that there is something to align
    assert (together(aligned["loadings"]) >= 0).all()
    assert np.abs(aligned["paths"]) == pytest.approx(np.abs(loose.structure.paths))


def test_distances_of_what_cannot_be_are_no_numbers_and_stop_nothing() -> None:
    """Among the resamples of few rows some correct for a reliability below zero."""
    truth = three_factors()
    sample = Sample(draw(truth, 40, seed=2), np.ones(40))
    fits = estimate(truth.model, sample, next(resample_counts(40, 200, seed=1)), Options(consistent=True))
    found = misfit(fits, saturated=False)
    broken = ~np.isfinite(fits.structure.paths).all(axis=(1, 2))
    assert broken.any()
    assert np.isnan(found.d_g[broken]).all()
    assert np.isfinite(found.d_ml[fits.structure.admissible]).all()
    tested = exact_fit(truth.model, sample, Options(consistent=True), resamples=200, seed=1)
    assert tested.lost > 0
    assert all(np.isfinite(one.critical) for one in tested.tests)
