"""Tests between picked groups of one measurement: each held against the first, corrected for their number.

Source: docs/methods/intervals.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safar.analysis.comparison import Comparison
from safar.analysis.holm import holm
from safar.analysis.measurement import Measurement
from safar.analysis.metric import MetricValue
from safar.analysis.result import Frozen

Dims = tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTest(Frozen):
    """Group `a` minus group `b`. adjusted: the p value by Holm's rule over all tests made together; None: no test."""

    a: Dims
    b: Dims
    value_a: MetricValue
    value_b: MetricValue
    comparison: Comparison
    adjusted: float | None

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would seldom bring such a difference, at the confidence of the intervals."""
        level = self.comparison.confidence
        return self.adjusted is not None and level is not None and self.adjusted < 1 - level


def compare_groups(found: Measurement, a: Dims, others: Sequence[Dims]) -> tuple[GroupTest, ...]:
    """`a` against each of `others`, in order. Raises: UnknownCell, UnlikeMetrics (two options of one group)."""
    made = [(b, found.compare(a, b)) for b in others]
    adjusted = holm([one.p_value for _, one in made])
    return tuple(
        GroupTest(a=a, b=b, value_a=found.cell(*a), value_b=found.cell(*b), comparison=one, adjusted=p)
        for (b, one), p in zip(made, adjusted, strict=True)
    )
