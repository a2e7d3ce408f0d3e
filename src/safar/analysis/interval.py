"""Intervals of shares, net scores and means; and of their differences. Shares lie in 0-1 here.

Every function takes an *effective* base: the number of equally weighted, independent answers that would tell
as much. Missing values do not occur: a caller without answers has nothing to ask here. Source:
docs/methods/intervals.md.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

from scipy.special import stdtr, stdtrit


class Interval(NamedTuple):
    """From `low` to `high`, by `method`."""

    low: float
    high: float
    method: str


def normal_quantile(confidence: float) -> float:
    """Two-sided normal quantile: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def t_quantile(confidence: float, df: float) -> float:
    """Two-sided quantile of Student's t."""
    return float(stdtrit(df, (1 + confidence) / 2))


def wilson(share: float, n: float, confidence: float = 0.95) -> Interval:
    """Wilson's score interval of a share of `n` effective answers."""
    z2 = normal_quantile(confidence) ** 2
    center = share + z2 / (2 * n)
    half = sqrt(z2) * sqrt(max(share * (1 - share), 0.0) / n + z2 / (4 * n * n))
    low, high = (center - half) / (1 + z2 / n), (center + half) / (1 + z2 / n)
    # Rounding must not push the bound past the share itself at 0 and 1.
    return Interval(max(0.0, min(low, share)), min(1.0, max(high, share)), "Wilson")


def net_adjusted_wald(promoters: float, detractors: float, n: float, confidence: float = 0.95) -> Interval:
    """Net score with 3/4, 1 1/2 and 3/4 answers added to promoters, passives and detractors (Rocks 2016)."""
    more = n + 3
    p, d = (promoters * n + 0.75) / more, (detractors * n + 0.75) / more
    center, half = p - d, normal_quantile(confidence) * sqrt(max(p + d - (p - d) ** 2, 0.0) / more)
    value = promoters - detractors
    return Interval(
        max(-1.0, min(center - half, value)), min(1.0, max(center + half, value)), "adjusted Wald (3/4, 1 1/2, 3/4)"
    )


def net_mover(promoters: float, detractors: float, n: float, confidence: float = 0.95) -> Interval:
    """Net score from the Wilson intervals of its two shares (MOVER), which are correlated within one sample."""
    p, d = wilson(promoters, n, confidence), wilson(detractors, n, confidence)
    product = promoters * (1 - promoters) * detractors * (1 - detractors)
    # Without variation the correlation is not defined; what is missing from one share must be in another, so
    # the two move against each other as far as they can.
    correlation = -promoters * detractors / sqrt(product) if product > 1e-12 else -1.0
    value = promoters - detractors
    low = value - _combined(promoters - p.low, d.high - detractors, correlation)
    high = value + _combined(p.high - promoters, detractors - d.low, correlation)
    return Interval(max(-1.0, low), min(1.0, high), "MOVER-Wilson")


def net(promoters: float, detractors: float, n: float, confidence: float = 0.95) -> Interval:
    """The default for a net score: adjusted Wald; MOVER-Wilson below 30 answers or for an extreme profile.

    A profile is extreme when fewer than five answers are promoters, or fewer than five are detractors.
    """
    if n < 30 or n * min(promoters, detractors) < 5:
        return net_mover(promoters, detractors, n, confidence)
    return net_adjusted_wald(promoters, detractors, n, confidence)


def mean_t(mean: float, standard_error: float, df: float, confidence: float = 0.95) -> Interval:
    """A mean's t interval from its standard error."""
    half = t_quantile(confidence, df) * standard_error
    return Interval(mean - half, mean + half, "t")


def bounded_mean(share: float, n: float, confidence: float = 0.95) -> Interval:
    """A mean rescaled to 0-1 when all answers are equal: a variable within 0-1 varies at most like a share."""
    low, high, _ = wilson(share, n, confidence)
    return Interval(low, high, "Wilson bound (all answers equal)")


def mover_difference(
    a: float, b: float, of_a: Interval, of_b: Interval, *, correlation: float = 0.0
) -> tuple[float, float]:
    """Interval of a − b from their own intervals (Zou and Donner; Newcombe's 10 where they are independent).

    correlation: of the two estimates, where the same people stand behind both.
    """
    low = a - b - _combined(a - of_a.low, of_b.high - b, correlation)
    high = a - b + _combined(of_a.high - a, b - of_b.low, correlation)
    return low, high


def welch_df(se_a: float, df_a: float, se_b: float, df_b: float) -> float:
    """Welch-Satterthwaite degrees of freedom of a difference of two means with these standard errors."""
    total = (se_a**2 + se_b**2) ** 2
    return float(total / (se_a**4 / df_a + se_b**4 / df_b))


def t_p_value(statistic: float, df: float) -> float:
    """Two-sided p value of a t statistic."""
    return float(2 * stdtr(df, -abs(statistic)))


def inverted_p_value(interval_at: Callable[[float], tuple[float, float]]) -> float:
    """The p value that an interval implies: one minus the greatest confidence at which it leaves out zero.

    `interval_at` gives the interval of a difference at a confidence; it must widen with confidence.
    """
    least, most = 1e-9, 1 - 1e-12
    if _holds_zero(interval_at(least)):
        return 1.0
    if not _holds_zero(interval_at(most)):
        return 1 - most
    for _ in range(60):
        middle = (least + most) / 2
        if _holds_zero(interval_at(middle)):
            most = middle
        else:
            least = middle
    return 1 - least


def _holds_zero(bounds: tuple[float, float]) -> bool:
    return bounds[0] <= 0 <= bounds[1]


def _combined(a: float, b: float, correlation: float) -> float:
    return sqrt(max(a * a + b * b - 2 * correlation * a * b, 0.0))
