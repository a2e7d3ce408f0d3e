"""The difference of two figures, with its interval and its test.

For independent groups. Net scores: MOVER of two MOVER-Wilson intervals. Shares: Newcombe's method 10. Means:
Welch. The p value of the first two is the one that the interval implies, so that test and interval never
contradict each other. Source: docs/methods/intervals.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from safar.analysis import interval
from safar.analysis.estimate import Estimate, Family
from safar.analysis.metric import MetricValue, State
from safar.analysis.result import Frozen
from safar.errors import InputError


class UnlikeMetrics(InputError):
    """Two different metrics cannot be compared."""

    code = "metric.unlike"
    next_step = "Compare two values of the same metric."


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Frozen):
    """`a` minus `b`. Without two numbers `state` says why (the worse of the two) and the figures are None.

    `difference`, `low`, `high`: in the metric's unit. `p_value`: two-sided, of no difference.
    """

    metric: str
    state: State
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    method: str | None = None
    confidence: float | None = None


_WORSE = (State.OK, State.FEW, State.TOO_FEW, State.WRONG_SCALE, State.NO_DATA)


def compare(a: MetricValue, b: MetricValue) -> Comparison:
    """The difference a − b of two independent groups, at the confidence of `a`. Raises: UnlikeMetrics.

    Groups that share people (the same customers twice) are not independent: the interval is then too wide or
    too narrow, depending on how they answer together.
    """
    if a.metric != b.metric:
        raise UnlikeMetrics(f"{a.metric} and {b.metric} are different metrics.")
    state = max(a.state, b.state, key=_WORSE.index)
    if a.estimate is None or b.estimate is None or a.confidence is None:
        return Comparison(metric=a.metric, state=state)
    difference = a.estimate.value - b.estimate.value
    low, high, p_value, method = tested(a.estimate, b.estimate, a.confidence)
    return Comparison(
        metric=a.metric,
        state=state,
        difference=difference,
        low=low,
        high=high,
        p_value=p_value,
        method=method,
        confidence=a.confidence,
    )


def tested(a: Estimate, b: Estimate, confidence: float) -> tuple[float, float, float, str]:
    """Interval, p value and method of the difference of two independent estimates."""
    if a.family is Family.MEAN and a.standard_error > 0 and b.standard_error > 0:
        error = (a.standard_error**2 + b.standard_error**2) ** 0.5
        df = interval.welch_df(a.standard_error, a.df, b.standard_error, b.df)
        found = interval.mean_t(a.value - b.value, error, df, confidence)
        return found.low, found.high, interval.t_p_value((a.value - b.value) / error, df), "Welch"

    def at(level: float) -> tuple[float, float]:
        return interval.mover_difference(a.value, b.value, a.mover(level), b.mover(level))

    low, high = at(confidence)
    method = {Family.NET: "MOVER-Wilson", Family.SHARE: "Newcombe-Wilson", Family.MEAN: "MOVER"}[a.family]
    return low, high, interval.inverted_p_value(at), method
