"""A weighted mean of scores with all that its interval and its tests need.

Scores are 100 / 0 / -100 (net), 100 / 0 (share) or a number (mean). Weights count by Taylor linearisation for
means and by an effective base for shares; several answers of one person by the variance between persons.
Sources: docs/methods/intervals.md, weights.md, repeated-answers.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

from safar.analysis import interval
from safar.analysis.interval import Interval


class Family(StrEnum):
    """What the scores are, and so which intervals and tests fit."""

    NET = "net"
    SHARE = "share"
    MEAN = "mean"


class Score(NamedTuple):
    """All answers with one score: their number, Σw and Σw²."""

    score: float
    n: int
    w: float
    w2: float


@dataclass(frozen=True, slots=True)
class Clusters:
    """How many people stand behind a figure, and its `variance` between them (squared units of the figure)."""

    persons: int
    variance: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """`value` with its `standard_error` and degrees of freedom.

    `positive`, `negative`: shares (0-1) of scores above and below zero (for a mean both are 0). `ends`: least
    and greatest possible value, where known. `clustered`: several answers of one person were taken into account.
    """

    family: Family
    value: float
    standard_error: float
    df: float
    n_effective: float
    positive: float
    negative: float
    ends: tuple[float, float] | None
    clustered: bool = False

    def interval(self, confidence: float) -> Interval:
        """The interval by the method that fits; within `ends`, and always around `value`."""
        if self.family is Family.NET:
            found = interval.net(self.positive, self.negative, self.n_effective, confidence)
            return Interval(100 * found.low, 100 * found.high, found.method)
        if self.family is Family.SHARE:
            found = interval.wilson(self.positive, self.n_effective, confidence)
            return Interval(100 * found.low, 100 * found.high, found.method)
        if self.standard_error > 0:
            found = interval.mean_t(self.value, self.standard_error, self.df, confidence)
            if self.ends is None:
                return found
            return Interval(max(self.ends[0], found.low), min(self.ends[1], found.high), found.method)
        if self.ends is None:
            return Interval(self.value, self.value, "all answers equal, scale unknown")
        low, width = self.ends[0], self.ends[1] - self.ends[0]
        found = interval.bounded_mean((self.value - low) / width, self.n_effective, confidence)
        return Interval(low + found.low * width, low + found.high * width, found.method)

    def mover(self, confidence: float) -> Interval:
        """The interval that enters differences: score-based for net scores and shares."""
        if self.family is Family.NET:
            found = interval.net_mover(self.positive, self.negative, self.n_effective, confidence)
            return Interval(100 * found.low, 100 * found.high, found.method)
        return self.interval(confidence)


def of_scores(
    scores: Sequence[Score],
    *,
    family: Family,
    ends: tuple[float, float] | None,
    by: Clusters | None = None,
) -> Estimate:
    """The estimate from all scores together. `scores` must carry weight; `by`: sums by person, if they repeat."""
    scores = _in_reach(scores)
    n = sum(s.n for s in scores)
    weight = sum(s.w for s in scores)
    value = sum(s.w * s.score for s in scores) / weight
    kish = weight**2 / sum(s.w2 for s in scores)
    single = len({s.score for s in scores if s.w > 0}) == 1
    if single:
        value = next(s.score for s in scores if s.w > 0)
    if ends is not None:
        value = min(max(value, ends[0]), ends[1])
    taylor = 0.0 if single or n < 2 else sum(s.w2 * (s.score - value) ** 2 for s in scores) / weight**2 * n / (n - 1)
    positive = min(1.0, sum(s.w for s in scores if s.score > 0) / weight) if family is not Family.MEAN else 0.0
    negative = min(1.0, sum(s.w for s in scores if s.score < 0) / weight) if family is not Family.MEAN else 0.0
    weighted = any(s.w2 != s.n or s.w != s.n for s in scores)
    if by is None:
        df = max(kish - 1 if weighted else n - 1, 1.0)
        return Estimate(family, value, sqrt(taylor), df, kish, positive, negative, ends)
    spread = sum(s.w * (s.score - value) ** 2 for s in scores) / weight
    # Differences that cancel leave rounding dust, which is not variation.
    between = by.variance if not single and by.variance > 1e-15 * spread else 0.0
    # Persons who all answer alike show no variance between answers; then each person counts once.
    effective = min(kish, spread / between) if between > 0 else min(kish, float(by.persons))
    return Estimate(
        family, value, sqrt(between), max(by.persons - 1.0, 1.0), effective, positive, negative, ends, clustered=True
    )


def _in_reach(scores: Sequence[Score]) -> Sequence[Score]:
    """The scores; weights whose squares no number holds as shares of all, the bounds of Σw² taken where it was lost."""
    weight = sum(s.w for s in scores)
    if 1e-100 < weight < 1e100:
        return scores
    parts = [(s, s.w / weight) for s in scores]
    return [
        s._replace(w=part, w2=min(max(s.w2 / weight / weight, part**2 / max(s.n, 1)), part**2)) for s, part in parts
    ]
