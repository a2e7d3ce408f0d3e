"""Items and rows before a model, and whether they look normal: against scipy, a larger table and chosen rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from safar.analysis.path_model.normality import distances, lilliefors_distribution, normality
from safar.analysis.path_model.screening import screen, single_factor
from safar.analysis.path_model.simulate import coarsen, draw
from tests.analysis.path_model.populations import three_factors

TRUTH = three_factors()


def answers(n: int = 200, seed: int = 2) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return coarsen(draw(TRUTH, n, seed=seed), [-1.5, -0.5, 0.5, 1.5])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_shapes_equal_scipy(seed: int) -> None:
    rows = answers(60, seed)
    rows[np.random.default_rng(seed).uniform(size=rows.shape) < 0.05] = np.nan
    found = screen(TRUTH.model, rows)
    for item, column in enumerate(rows.T):
        values = column[~np.isnan(column)]
        assert found.skewness[item] == pytest.approx(stats.skew(values, bias=False), abs=1e-9)
        assert found.kurtosis[item] == pytest.approx(stats.kurtosis(values, bias=False), abs=1e-9)
        assert (found.mean[item], found.deviation[item]) == pytest.approx((values.mean(), values.std(ddof=1)))
        assert found.missing[item] == pytest.approx(np.isnan(column).mean())


def test_ends_of_the_scale_and_careless_rows() -> None:
    rows = answers()
    rows[:3] = 4
    rows[3] = np.nan
    rows[4, :6] = 5
    rows[4, 6:] = [1, np.nan, 1]
    rows[5, 1:] = np.nan
    found = screen(TRUTH.model, rows, scales={"y11": (1, 7)})
    assert found.ceiling[0] == 0
    assert found.floor[0] == pytest.approx((rows[:, 0] == 1).sum() / (~np.isnan(rows[:, 0])).sum())
    assert found.ceiling[1] == pytest.approx((rows[:, 1] == 5).sum() / (~np.isnan(rows[:, 1])).sum())
    assert found.same[:6].tolist() == [True, True, True, False, False, False]
    assert found.longest_run[:6].tolist() == [9, 9, 9, 0, 6, 1]
    assert found.row_missing[3] == 1
    assert (found.item_rest > 0.25).all()


def test_items_without_variation_have_no_shape() -> None:
    rows = answers(30)
    rows[:, 0] = 3
    found = screen(TRUTH.model, rows)
    assert np.isnan([found.skewness[0], found.kurtosis[0], found.item_rest[0]]).all()
    assert found.deviation[0] == 0
    assert np.isnan(screen(TRUTH.model, rows[:0]).mean).all()


@pytest.mark.parametrize(
    ("n", "critical"),
    [
        (10, (0.24099, 0.26202, 0.30342)),
        (20, (0.17628, 0.19191, 0.22327)),
        (30, (0.14586, 0.15878, 0.18492)),
        (100, (0.08173, 0.08900, 0.10374)),
    ],
)
def test_lilliefors_equals_another_table(n: int, critical: tuple[float, ...]) -> None:
    """Levels .10, .05, .01. Provenance: statsmodels 0.15.0, its table of critical values from 10,000,000 draws."""
    draws = 60_000
    found = lilliefors_distribution(n, draws=draws, seed=1)
    for level, value in zip((0.10, 0.05, 0.01), critical, strict=True):
        assert (found > value).mean() == pytest.approx(level, abs=4 * np.sqrt(level * (1 - level) / draws))


def test_distance_equals_scipy() -> None:
    rows = np.random.default_rng(2).lognormal(size=(3, 40))
    for sample, distance in zip(rows, distances(rows), strict=True):
        expected = stats.kstest(sample, "norm", args=(sample.mean(), sample.std(ddof=1))).statistic
        assert distance == pytest.approx(expected, abs=1e-12)


def test_normality_of_items() -> None:
    chance = np.random.default_rng(5)
    rows = np.column_stack([chance.normal(size=300), chance.exponential(size=300), np.full(300, 2.0)])
    rows[:10, 0] = np.nan
    found = normality(rows, seed=1, draws=2_000)
    assert found.rows.tolist() == [290, 300, 300]
    assert found.kolmogorov_p[0] > 0.05 > found.kolmogorov_p[1] == pytest.approx(1 / 2_001)
    assert tuple(stats.shapiro(rows[:, 1])) == pytest.approx((found.shapiro[1], found.shapiro_p[1]))
    assert np.isnan(found.kolmogorov[2])
    assert (normality(rows, seed=1, draws=2_000).kolmogorov_p[:2] == found.kolmogorov_p[:2]).all()
    assert np.isnan(normality(chance.normal(size=(5_001, 1)), seed=1, draws=20).shapiro[0])


def test_lilliefors_keeps_its_level() -> None:
    rows = np.random.default_rng(9).normal(size=(40, 1_000))
    found = normality(rows, seed=2, draws=4_000)
    assert 0.03 < (found.kolmogorov_p < 0.05).mean() < 0.07
    assert 0.03 < (found.shapiro_p < 0.05).mean() < 0.07


def test_single_factor() -> None:
    one = np.full((6, 6), 0.81)
    np.fill_diagonal(one, 1.0)
    found = single_factor(one)
    assert (found.component, found.factor) == pytest.approx(((1 + 5 * 0.81) / 6, 0.81), abs=1e-6)
    assert single_factor(TRUTH.item_correlations()).factor < 0.5
