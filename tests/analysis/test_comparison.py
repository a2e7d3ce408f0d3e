"""Differences of two figures: against scipy, and consistent with themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from safar.analysis.comparison import UnlikeMetrics, compare
from safar.analysis.histogram import Histogram, Scale
from safar.analysis.metric import MetricValue, State, csat, mean, nps


def rated(values: list[int]) -> MetricValue:
    counts = {float(v): values.count(v) for v in set(values)}
    return mean(Histogram.of(counts, kind="rating", scale=Scale(1, 5)))


def recommended(promoters: int, passives: int, detractors: int) -> MetricValue:
    return nps(Histogram.of({10: promoters, 8: passives, 3: detractors}, kind="nps", scale=Scale(0, 10)))


A = [1] * 3 + [2] * 5 + [3] * 10 + [4] * 20 + [5] * 12
B = [1] * 9 + [2] * 14 + [3] * 10 + [4] * 8 + [5] * 2


def test_means_by_welch() -> None:
    found = compare(rated(A), rated(B))
    expected = stats.ttest_ind(A, B, equal_var=False)
    bounds = expected.confidence_interval(0.95)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-6)
    assert (found.low, found.high) == pytest.approx((bounds.low, bounds.high))
    assert found.method == "Welch"


def test_shares_by_newcombe() -> None:
    # Newcombe (1998), method 10: 56/70 - 48/80 is 0.0524 to 0.3339.
    def share(yes: int, n: int) -> MetricValue:
        return csat(Histogram.of({5: yes, 1: n - yes}, kind="csat", scale=Scale(1, 5)))

    found = compare(share(56, 70), share(48, 80))
    assert (found.low, found.high) == pytest.approx((5.24, 33.39), abs=0.005)
    assert found.difference == pytest.approx(20)


def test_net_scores_by_mover() -> None:
    found = compare(recommended(60, 20, 20), recommended(40, 30, 30))
    assert found.difference == pytest.approx(30)
    assert found.low is not None
    assert found.high is not None
    # The plain normal interval of this size of sample is 30 ± 22.6: the two agree within a point.
    assert (found.low, found.high) == pytest.approx((30 - 22.6, 30 + 22.6), abs=1.5)
    assert found.p_value is not None
    assert 0.005 < found.p_value < 0.02


@given(st.tuples(*[st.integers(0, 80)] * 6))
def test_swapping_turns_the_sign(n: tuple[int, ...]) -> None:
    one, other = compare(recommended(*n[:3]), recommended(*n[3:])), compare(recommended(*n[3:]), recommended(*n[:3]))
    assert one.state is other.state
    if one.difference is None or one.low is None or one.high is None or one.p_value is None:
        assert one.state in (State.TOO_FEW, State.NO_DATA)
        return
    assert (one.difference, one.low, one.high) == pytest.approx(
        (-(other.difference or 0), -(other.high or 0), -(other.low or 0)), abs=1e-6
    )
    assert one.p_value == pytest.approx(other.p_value, abs=1e-6)
    assert one.low <= one.difference <= one.high
    if abs(one.p_value - 0.05) > 1e-6:
        assert (one.p_value < 0.05) == (not one.low <= 0 <= one.high)


def test_equal_answers_on_both_sides_still_compare() -> None:
    found = compare(rated([5] * 20), rated([1] * 20))
    assert found.method == "MOVER"
    assert found.low is not None
    assert found.low > 2


def test_too_few_has_no_difference() -> None:
    found = compare(recommended(60, 20, 20), recommended(3, 0, 0))
    assert (found.state, found.difference, found.p_value) == (State.TOO_FEW, None, None)


def test_only_like_with_like() -> None:
    with pytest.raises(UnlikeMetrics):
        compare(rated(A), recommended(60, 20, 20))
