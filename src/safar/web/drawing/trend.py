"""Figures over time as lines: from the rows of a table, in a box that is stretched to the page's width.

Words stand in HTML beside the drawing; here are only places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

from safar.analysis.metric import METRICS, SHARE, MetricValue

WIDTH, HEIGHT, SMALL = 1000.0, 220.0, 96.0
_EDGE, _SIDE = 10.0, 12.0
MOST_LINES = 5
"""Lines that can be told apart; what is beyond them is in the table."""
_MOST_BANDS = 3
"""Lines whose intervals can be told apart where they lie over each other."""
_MOST_NAMES = 7
_LEFT, _MIDDLE, _RIGHT = "start", "middle", "end"
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendDot:
    """A figure. `left` in per cent of the width, `y` in pixels."""

    left: str
    y: str
    few: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendLine:
    """One group over time. `number`: of its color."""

    number: int
    title: str
    paths: tuple[str, ...]
    bands: tuple[str, ...]
    dots: tuple[TrendDot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A number of the scale. `y` in pixels; `top` in per cent of the height."""

    value: float
    y: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodName:
    """A period's name below the drawing. `left` in per cent of the width; `spare`: left out where it is narrow."""

    text: str
    left: str
    anchor: str
    spare: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendDrawing:
    """All that the template draws. `left_out`: groups that are not drawn; `with_bands`: intervals are drawn."""

    lines: tuple[TrendLine, ...]
    ticks: tuple[Tick, ...]
    left_out: int
    names: tuple[PeriodName, ...]
    with_bands: bool
    height: int

    @property
    def first(self) -> str:
        """The first period's name."""
        return self.names[0].text

    @property
    def last(self) -> str:
        """The last period's name."""
        return self.names[-1].text


Series = tuple[str, Sequence[tuple[date, MetricValue]]]
"""A group's name and its figures by time."""


def draw_trend(
    metric: str, series: Sequence[Series], *, names: Mapping[date, str], mirrored: bool, small: bool = False
) -> TrendDrawing | None:
    """The lines; None where fewer than two periods have a figure. A period without one breaks its line.

    Lines are straight: between two periods nobody measured anything, so nothing may swing there.
    names: each period in words. small: without scale, filling its own range.
    """
    days = sorted({day for _, figures in series for day, _ in figures})
    drawn = [one for one in series if sum(value.value is not None for _, value in one[1]) > 0][:MOST_LINES]
    if len(days) < 2 or not drawn:
        return None
    low, high = _range(
        metric, [value for _, figures in drawn for _, value in figures], ends_too=len(drawn) <= _MOST_BANDS
    )
    span = (days[-1] - days[0]).days or 1
    height = SMALL if small else HEIGHT

    def x(day: date) -> float:
        part = (day - days[0]).days / span
        return _SIDE + (WIDTH - 2 * _SIDE) * (1 - part if mirrored else part)

    def y(value: float) -> float:
        return height - _EDGE - (height - 2 * _EDGE) * (min(max(value, low), high) - low) / (high - low)

    lines = []
    for number, (title, figures) in enumerate(drawn, start=1):
        runs = _runs(sorted(figures, key=lambda pair: pair[0]))
        paths, bands = [], []
        for run in runs:
            order = -1 if mirrored else 1
            points: list[Point] = [(x(day), y(value.value or 0.0)) for day, value in run][::order]
            paths.append(_straight(points))
            if len(drawn) <= _MOST_BANDS:
                upper = [(x(d), y(v.value or 0.0 if v.high is None else v.high)) for d, v in run][::order]
                lower = [(x(d), y(v.value or 0.0 if v.low is None else v.low)) for d, v in run][::order]
                bands.append(_between(upper, lower))
        dots = tuple(
            TrendDot(left=f"{x(day) / WIDTH * 100:.2f}%", y=f"{y(value.value):.1f}", few=value.state.value == "few")
            for run in runs
            for day, value in run
            if value.value is not None
        )
        lines.append(
            TrendLine(
                number=number,
                title=title,
                paths=tuple(one for one in paths if one),
                bands=tuple(one for one in bands if one),
                dots=dots,
            )
        )
    return TrendDrawing(
        lines=tuple(lines),
        ticks=() if small else tuple(Tick(value=one, y=f"{y(one):.1f}") for one in _ticks(low, high)),
        left_out=len([one for one in series if one[1]]) - len(drawn),
        names=_names(days, names, x, mirrored=mirrored),
        with_bands=any(line.bands for line in lines),
        height=int(height),
    )


def _straight(points: Sequence[Point]) -> str:
    """SVG path data from point to point; nothing where there is only one."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) if len(points) > 1 else ""


def _between(upper: Sequence[Point], lower: Sequence[Point]) -> str:
    """SVG path data of the area between two lines over the same periods."""
    return f"{_straight([*upper, *reversed(lower)])}Z" if len(upper) > 1 else ""


def _names(
    days: Sequence[date], names: Mapping[date, str], x: Callable[[date], float], *, mirrored: bool
) -> tuple[PeriodName, ...]:
    """The first, the last, and so many between them as have room, evenly."""
    last = len(days) - 1
    step = ceil(last / (_MOST_NAMES - 1))
    chosen = [*(i for i in range(0, last, step) if last - i >= step * 0.7), last]
    half = min(chosen, key=lambda i: abs(i - last / 2))
    ends = {chosen[0]: _RIGHT if mirrored else _LEFT, last: _LEFT if mirrored else _RIGHT}
    return tuple(
        PeriodName(
            text=names[days[i]],
            left=f"{x(days[i]) / WIDTH * 100:.2f}%",
            anchor=ends.get(i, _MIDDLE),
            spare=i not in (0, half, last),
        )
        for i in chosen
    )


def _range(metric: str, values: Sequence[MetricValue], *, ends_too: bool) -> tuple[float, float]:
    known = [one for one in values if one.value is not None]
    numbers = [one.value for one in known if one.value is not None]
    if ends_too:
        numbers += [end for one in known for end in (one.low, one.high) if end is not None]
    low, high = min(numbers), max(numbers)
    step = _step(high - low)
    low, high = floor(low / step) * step, ceil(high / step) * step
    ends = METRICS[metric].low, METRICS[metric].high
    if ends[0] is not None and ends[1] is not None:
        low, high = max(low, ends[0]), min(high, ends[1])
    if metric == SHARE:
        low = 0.0
    return (low, high) if high > low else (low - step, high + step)


def _step(width: float) -> float:
    if width <= 0:
        return 1.0
    power = 10.0 ** floor(log10(width / 4))
    return next(power * one for one in (1, 2, 2.5, 5, 10) if power * one * 4 >= width)


def _ticks(low: float, high: float) -> list[float]:
    step = _step(high - low)
    first = ceil(low / step - 1e-9)
    return [one * step for one in range(first, floor(high / step + 1e-9) + 1)]


def _runs(figures: Sequence[tuple[date, MetricValue]]) -> list[list[tuple[date, MetricValue]]]:
    """Neighbors that have figures."""
    runs: list[list[tuple[date, MetricValue]]] = [[]]
    for day, value in figures:
        if value.value is None:
            runs.append([])
        else:
            runs[-1].append((day, value))
    return [run for run in runs if run]
