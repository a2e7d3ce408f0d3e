"""Sample sizes: published figures, statsmodels, and simulation against the rule."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import lambertw
from statsmodels.stats.power import FTestPower  # type: ignore[import-untyped]

from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.power import (
    BadPower,
    by_regression,
    gamma_exponential,
    inverse_square_root,
    least_path,
    simulated_power,
)
from safar.domain.path_model import Construct, Path, PathModel
from tests.analysis.test_method_pages import worked


def test_worked_table() -> None:
    for row in worked("sample-size"):
        path, level, power = (float(row[name]) for name in ("path", "level", "power"))
        assert row["inverse square root"] == str(inverse_square_root(path, level=level, power=power))
        rows = gamma_exponential(path, level=level, power=power)
        assert row["gamma-exponential"] == ("–" if rows is None else str(rows))


def test_published_figure_and_its_inverse() -> None:
    """Kock and Hadaya (2018): 160 rows for a path of 0.197 by the one rule, 146 by the other."""
    assert inverse_square_root(0.197) == inverse_square_root(-0.197) == 160
    assert gamma_exponential(0.197) == gamma_exponential(-0.197) == 146
    assert inverse_square_root(least_path(160)) in (160, 161)


@given(path=st.floats(0.02, 0.95), level=st.floats(0.001, 0.2), power=st.floats(0.5, 0.99))
def test_gamma_exponential_is_the_root_of_its_equation(path: float, level: float, power: float) -> None:
    """Against the equation solved for real n: by the branch W of the product logarithm, sqrt(n) = -e path / W."""
    needed = NormalDist().inv_cdf(1 - level) + NormalDist().inv_cdf(power)
    rows = gamma_exponential(path, level=level, power=power)
    # path √n e^(e path / √n) = needed; with u = e path / √n it is u e^(-u) = e path² / needed.
    root = -lambertw(-np.e * path**2 / needed).real
    if np.e**2 * path**2 >= needed:
        assert rows is None
    else:
        assert rows is not None
        assert rows - 1 <= (np.e * path / root) ** 2 * (1 + 1e-9)
        assert rows >= (np.e * path / root) ** 2 * (1 - 1e-9)


@pytest.mark.parametrize(("f2", "predictors"), [(0.02, 3), (0.15, 5), (0.35, 1), (0.9, 2)])
def test_regression_equals_statsmodels(f2: float, predictors: int) -> None:
    n = by_regression(f2, predictors)

    def power(rows: int) -> float:
        # Its names are exchanged: df_num is the denominator's; ncc = 1 makes the noncentrality f² n'.
        freedom = rows - predictors - 1
        return float(FTestPower().power(np.sqrt(f2 * rows / (freedom + 2)), freedom, 1, 0.05, ncc=1))

    assert power(n) >= 0.8 > power(n - 1)


def test_simulated_power_is_that_of_a_correlation() -> None:
    model = PathModel(
        name="one",
        constructs=(Construct(name="x", items=("x1",)), Construct(name="y", items=("y1",))),
        paths=(Path(source="x", target="y"),),
    )

    def draw(n: int, chance: np.random.Generator) -> np.ndarray:
        x = chance.normal(size=n)
        return np.column_stack([x, 0.25 * x + np.sqrt(1 - 0.0625) * chance.normal(size=n)])

    small, large = simulated_power(model, draw, Options(), sizes=[60, 240], data_sets=150, resamples=150, seed=1)
    assert small.found["x", "y"] == pytest.approx(0.5, abs=0.12)
    assert large.found["x", "y"] > 0.94
    assert small.failed == 0


@pytest.mark.parametrize(
    ("path", "level", "power"), [(0.0, 0.05, 0.8), (1.2, 0.05, 0.8), (0.2, 0.6, 0.8), (0.2, 0.05, 0.01)]
)
def test_sizes_that_do_not_exist(path: float, level: float, power: float) -> None:
    with pytest.raises(BadPower):
        inverse_square_root(path, level=level, power=power)


def test_effects_too_small() -> None:
    with pytest.raises(BadPower, match="more than"):
        by_regression(1e-8, 2)
