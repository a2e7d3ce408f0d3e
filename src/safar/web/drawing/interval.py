"""A figure with its interval as a small bar and a dot, on the scale that all cells of a table share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from safar.analysis.metric import METRICS, SHARE, MetricValue

_LEAST_WIDTH = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """From `low` to `high`; mirrored: drawn from right to left. total: of all groups, drawn as a line behind."""

    low: float
    high: float
    mirrored: bool
    total: float | None = None

    def at(self, value: float) -> float:
        """Where a value lies, in per cent of the width from the left."""
        part = 100 * (value - self.low) / (self.high - self.low) if self.high > self.low else 50.0
        part = min(max(part, 0.0), 100.0)
        return 100 - part if self.mirrored else part


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalDrawing:
    """Places in per cent of the width; texts, since templates would write a number in the reader's own way."""

    dot: str
    start: str
    width: str
    total: str
    few: bool


def axis_of(metric: str, values: Iterable[MetricValue], total: MetricValue | None, *, mirrored: bool) -> Axis:
    """The scale that all figures share: the metric's own, or (mean, share) what its intervals fill."""
    known = [one for one in values if one.value is not None]
    whole = None if total is None else total.value
    lows = [one.low for one in known if one.low is not None] + [one.value for one in known if one.value is not None]
    highs = [one.high for one in known if one.high is not None] + [one.value for one in known if one.value is not None]
    ends = METRICS[metric].low, METRICS[metric].high
    if metric == SHARE:
        return Axis(low=0.0, high=min(100.0, max(highs, default=100.0) * 1.05), mirrored=mirrored, total=whole)
    if ends[0] is not None and ends[1] is not None:
        return Axis(low=ends[0], high=ends[1], mirrored=mirrored, total=whole)
    low, high = min(lows, default=0.0), max(highs, default=1.0)
    pad = (high - low) * 0.08 or 0.5
    return Axis(low=low - pad, high=high + pad, mirrored=mirrored, total=whole)


def draw_interval(value: MetricValue, axis: Axis) -> IntervalDrawing | None:
    """The bar and the dot; None without a number."""
    if value.value is None:
        return None
    low = value.value if value.low is None else value.low
    high = value.value if value.high is None else value.high
    ends = sorted((axis.at(low), axis.at(high)))
    return IntervalDrawing(
        dot=f"{axis.at(value.value):.2f}%",
        start=f"{ends[0]:.2f}%",
        width=f"{max(ends[1] - ends[0], _LEAST_WIDTH):.2f}%",
        total="" if axis.total is None else f"{axis.at(axis.total):.2f}%",
        few=value.state.value == "few",
    )
