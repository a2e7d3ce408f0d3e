"""Intervals against published tables, against scipy, and by their coverage."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, lgamma, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from safar.analysis import interval
from safar.analysis.interval import Interval

LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


# Newcombe RG (1998) Statistics in Medicine 17:857-872, table I, method 3 (score, no continuity correction).
@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombe_s_published_intervals(count: int, n: int, low: float, high: float) -> None:
    found = interval.wilson(count / n, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(n=st.integers(1, 400), part=st.floats(0, 1), level=LEVELS)
def test_wilson_equals_scipy(n: int, part: float, level: float) -> None:
    count = round(part * n)
    expected = stats.binomtest(count, n).proportion_ci(confidence_level=level, method="wilson")
    found = interval.wilson(count / n, n, level)
    assert found.low == pytest.approx(expected.low, abs=1e-12)
    assert found.high == pytest.approx(expected.high, abs=1e-12)


# Newcombe RG (1998) Statistics in Medicine 17:873-890, table II, method 10 (from Wilson intervals).
def difference_of_shares(a: float, n_a: float, b: float, n_b: float, confidence: float = 0.95) -> tuple[float, float]:
    """Newcombe's method 10 (1998): what `mover_difference` is for two Wilson intervals."""
    first, second = interval.wilson(a, n_a, confidence), interval.wilson(b, n_b, confidence)
    return interval.mover_difference(a, b, first, second)


@pytest.mark.parametrize(
    ("a", "b", "published"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0000)),
        ((10, 10), (0, 10), (0.6075, 1.0000)),
    ],
)
def test_difference_of_shares_gives_newcombe_s_published_intervals(
    a: tuple[int, int], b: tuple[int, int], published: tuple[float, float]
) -> None:
    found = difference_of_shares(a[0] / a[1], a[1], b[0] / b[1], b[1])
    assert tuple(round(end, 4) for end in found) == published


def test_adjusted_wald_by_hand() -> None:
    # 60 promoters, 20 passives, 20 detractors: 60.75/103 and 20.75/103 after adding 3/4, 1 1/2, 3/4.
    p, d = 60.75 / 103, 20.75 / 103
    half = 1.959963984540054 * ((p + d - (p - d) ** 2) / 103) ** 0.5
    found = interval.net_adjusted_wald(0.6, 0.2, 100)
    assert (found.low, found.high) == pytest.approx((p - d - half, p - d + half))


def coverage(n: int, p: float, d: float, method: Callable[[float, float, float, float], Interval]) -> float:
    """The exact probability that the interval holds p − d: the sum over every possible sample."""
    covered = 0.0
    for a in range(n + 1):
        for b in range(n + 1 - a):
            counts = ((a, p), (b, d), (n - a - b, 1 - p - d))
            if any(k and q <= 0 for k, q in counts):
                continue
            chance = lgamma(n + 1) + sum(k * log(q) - lgamma(k + 1) if k else 0.0 for k, q in counts)
            found = method(a / n, b / n, n, 0.95)
            covered += exp(chance) * (found.low - 1e-12 <= p - d <= found.high + 1e-12)
    return covered


PROFILES = [(0.5, 0.2), (0.3, 0.3), (0.7, 0.1), (0.1, 0.6), (0.4, 0.05), (0.9, 0.02), (0.05, 0.05)]


@pytest.mark.parametrize("profile", PROFILES, ids=str)
@pytest.mark.parametrize("n", [10, 15, 29, 30, 60])
def test_default_net_interval_covers_as_it_says(n: int, profile: tuple[float, float]) -> None:
    assert coverage(n, *profile, interval.net) > 0.94


def test_plain_wald_would_not_cover() -> None:
    def wald(p: float, d: float, n: float, level: float) -> Interval:
        half = interval.normal_quantile(level) * (max(p + d - (p - d) ** 2, 0) / n) ** 0.5
        return Interval(p - d - half, p - d + half, "Wald")

    assert coverage(10, 0.9, 0.02, wald) < 0.75
    assert coverage(10, 0.9, 0.02, interval.net_mover) > 0.94


def test_difference_of_net_scores_keeps_its_level() -> None:
    # Two samples of 15 from one population; published for this construction: 0.8 to 5.7 % false differences.
    random = np.random.default_rng(20260101)
    for p, d in PROFILES:
        draws = random.multinomial(15, [p, 1 - p - d, d], size=(2000, 2)) / 15
        false = 0
        for first, second in draws:
            a, b = first[0] - first[2], second[0] - second[2]
            low, high = interval.mover_difference(
                a, b, interval.net_mover(first[0], first[2], 15), interval.net_mover(second[0], second[2], 15)
            )
            false += not low <= 0 <= high
        assert false / 2000 < 0.065


@given(n=st.integers(1, 500), a=st.floats(0, 1), b=st.floats(0, 1), level=LEVELS)
def test_net_intervals_hold_the_score_and_mirror(n: int, a: float, b: float, level: float) -> None:
    p, d = (a, b * (1 - a))
    for method in (interval.net, interval.net_mover, interval.net_adjusted_wald):
        found, mirrored = method(p, d, n, level), method(d, p, n, level)
        assert -1 <= found.low <= p - d + 1e-12
        assert p - d - 1e-12 <= found.high <= 1
        assert (found.low, found.high) == pytest.approx((-mirrored.high, -mirrored.low), abs=1e-9)


@given(n_a=st.integers(2, 200), n_b=st.integers(2, 200), a=st.floats(0, 1), b=st.floats(0, 1), level=LEVELS)
def test_p_value_and_interval_never_contradict(n_a: int, n_b: int, a: float, b: float, level: float) -> None:
    def at(confidence: float) -> tuple[float, float]:
        return difference_of_shares(a, n_a, b, n_b, confidence)

    low, high = at(level)
    p_value = interval.inverted_p_value(at)
    if abs(p_value - (1 - level)) > 1e-6:
        assert (p_value < 1 - level) == (not low <= 0 <= high)


def test_p_value_of_shares_is_near_the_score_test() -> None:
    # 56/70 against 48/80: chi-squared without correction 7.0 (p 0.008).
    def at(confidence: float) -> tuple[float, float]:
        return difference_of_shares(56 / 70, 70, 48 / 80, 80, confidence)

    expected = stats.chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue
    assert interval.inverted_p_value(at) == pytest.approx(expected, abs=0.002)
