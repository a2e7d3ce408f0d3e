"""Intervals from replicates: against another engine's on stored replicates, against scipy's, and what always holds."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from safar.analysis.path_model.intervals import IntervalMethod, acceleration_of, interval, p_value
from tests.analysis.path_model.reference_kit import reference

BY_CSEM = {
    IntervalMethod.NORMAL: "CI_standard_z",
    IntervalMethod.STUDENT: "CI_standard_t",
    IntervalMethod.PERCENTILE: "CI_percentile",
    IntervalMethod.BASIC: "CI_basic",
    IntervalMethod.BIAS_CORRECTED: "CI_bc",
    IntervalMethod.BCA: "CI_bca",
}


@pytest.mark.parametrize("method", IntervalMethod)
def test_equals_csem_on_its_replicates(shared_data: Path, method: IntervalMethod) -> None:
    """Provenance: cSEM 0.6.1, 500 replicates of ten paths of its model `satisfaction`, seed 42."""
    told = reference(shared_data, "advanced/ci_formulas_satisfaction_paths")
    replicates, estimates = np.array(told["resampled"]["values"]), np.array(told["original"])
    # That engine takes its acceleration from the replicates, where the literature has estimates without one row.
    found = interval(
        replicates,
        estimates,
        method=method,
        confidence=0.95,
        n=250,
        acceleration=acceleration_of(replicates, estimates),
    )
    expected = np.array(told["ci"][BY_CSEM[method]]["values"])
    if method is IntervalMethod.BASIC:
        # And it takes the bias off twice here: this interval does so by turning the replicates round.
        expected = expected + 2 * (replicates.mean(axis=0) - estimates)
    assert np.array(found) == pytest.approx(expected, abs=1e-12)


def test_bca_equals_scipy() -> None:
    chance = np.random.default_rng(3)
    rows = chance.lognormal(size=60)
    drawn = stats.bootstrap((rows,), np.mean, method="BCa", n_resamples=2_000, rng=np.random.default_rng(5))
    left_out = ((rows.sum() - rows) / (len(rows) - 1))[:, None]
    found = interval(
        drawn.bootstrap_distribution[:, None],
        np.array([rows.mean()]),
        method=IntervalMethod.BCA,
        confidence=0.95,
        n=len(rows),
        acceleration=acceleration_of(left_out),
    )
    assert [bound[0] for bound in found] == pytest.approx(list(drawn.confidence_interval), rel=1e-9)


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([IntervalMethod.PERCENTILE, IntervalMethod.BIAS_CORRECTED, IntervalMethod.BCA]),
)
def test_follows_a_growing_transformation(seed: int, method: IntervalMethod) -> None:
    """Quantile intervals of exp(x) are exp of those of x, up to the interpolation between two replicates."""
    chance = np.random.default_rng(seed)
    replicates, estimates = chance.normal(size=(999, 1)), np.array([0.1])
    bounds = partial(interval, method=method, confidence=0.9, n=100, acceleration=np.array([0.02]))
    plain, grown = bounds(replicates, estimates), bounds(np.exp(replicates), np.exp(estimates))
    assert np.log(grown) == pytest.approx(np.array(plain), abs=0.05)
    assert plain[0] < plain[1]


def test_p_values_are_never_zero() -> None:
    replicates = np.column_stack([np.linspace(0.1, 1, 500), np.linspace(-1, 1, 500), np.full(500, np.nan)])
    found = p_value(replicates)
    assert found[0] == pytest.approx(1 / 500)
    assert found[1] == pytest.approx(1.0)
    assert np.isnan(found[2])


def test_bca_needs_its_acceleration() -> None:
    with pytest.raises(ValueError, match="acceleration"):
        interval(np.zeros((5, 1)), np.zeros(1), method=IntervalMethod.BCA, confidence=0.95, n=5)


def test_estimates_that_are_no_numbers_have_no_bounds() -> None:
    """A sample whose correction fails has hardly an estimate without one row either."""
    left_out = np.array([[0.1, np.nan], [0.3, np.nan], [0.8, np.nan]])
    found = acceleration_of(left_out)
    assert found[0] == pytest.approx(
        ((0.4 - left_out[:, 0]) ** 3).sum() / (6 * ((0.4 - left_out[:, 0]) ** 2).sum() ** 1.5)
    )
    assert found[1] == 0
    replicates = np.column_stack([np.linspace(0, 1, 50), np.full(50, np.nan)])
    low, high = interval(
        replicates[:, :1], np.array([np.nan]), method=IntervalMethod.BCA, confidence=0.95, n=3, acceleration=found[1:]
    )
    assert np.isnan([low[0], high[0]]).all()
