"""The chart of a conversion: a funnel of what reaches each stage, with intervals, and what does not."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import altair as alt

from safar.analysis.conversion import Conversion, Stage
from safar.analysis.interval import wilson
from safar.charts.frame import INK, LINE, MUTED, clipped, heading
from safar.charts.measurement import BLUE
from safar.domain.wording import counted, span

_WIDTH, _ROW, _BAR = 640.0, 84.0, 30.0
_FIGURES = 1.62
"""Where the scale ends: bars reach to 1, figures stand behind them."""
CONFIDENCE = 0.95
_LOST = "#8a4300"
"""The orange of what leaves, dark enough for small letters."""


def draw(result: Conversion) -> alt.LayerChart:
    """A bar's length is the share of the first stage; the line at its end is the interval of that share."""
    rows, between = _bars(result), _between(result)
    height = len(rows) * _ROW - (_ROW - 20 - _BAR) + 8

    def across(field: str) -> alt.X:
        return alt.X(f"{field}:Q", scale=alt.Scale(domain=[0, _FIGURES], nice=False), axis=None)

    def down(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, height], nice=False, reverse=True), axis=None)

    base = alt.Chart(alt.InlineData(values=rows)).encode(tooltip=["stage:N", "told:N", "before:N"])
    timed = base.transform_filter("isValid(datum.low)")
    words = alt.Chart(alt.InlineData(values=between))
    layers = [
        alt.Chart(alt.InlineData(values=_funnel(result)))
        .mark_area(orient="horizontal", color=BLUE, opacity=0.16, line=False)
        .encode(y=down("y"), x=across("share"), detail="pair:N"),
        base.mark_rect(color=BLUE).encode(x=across("zero"), x2="share:Q", y=down("y"), y2="y2:Q"),
        timed.mark_rule(stroke="white", strokeWidth=5).encode(x=across("low"), x2="high:Q", y=down("middle")),
        timed.mark_rule(stroke=INK, strokeWidth=2).encode(x=across("low"), x2="high:Q", y=down("middle")),
        base.mark_rule(stroke=LINE).encode(x=across("one"), y=down("y"), y2="y2:Q"),
        base.mark_text(align="left", fontSize=12, fontWeight=600, color=INK).encode(
            x=across("zero"), y=down("above"), text="stage:N"
        ),
        base.mark_text(align="left", fontSize=11, color=INK, dx=8).encode(
            x=across("one"), y=down("figures"), text="told:N"
        ),
        base.mark_text(align="left", fontSize=11, color=MUTED, dx=8).encode(
            x=across("one"), y=down("under"), text="before:N"
        ),
        words.mark_text(align="left", fontSize=10, dx=6).encode(
            x=across("x"), y=down("y"), text="text:N", color=alt.Color("color:N", scale=None)
        ),
    ]
    title = heading(
        f"How many {result.unit.value}s get through",
        origin=result.origin,
        filters=result.filters,
        notes=[_windows(result), f"In brackets and as a line: {CONFIDENCE:.0%} interval (Wilson)."],
    )
    told = [f"{row['stage']}: {row['told']}{', ' if row['before'] else ''}{row['before']}" for row in rows]
    drawn: alt.LayerChart = (
        alt.layer(*layers)
        .properties(width=_WIDTH, height=height, title=title, description="; ".join(told))
        .configure_view(stroke=None)
    )
    return drawn


def _bars(result: Conversion) -> list[dict[str, Any]]:
    """A row a stage: where its bar and its words stand, in pixels from the top and shares of the first stage."""
    first = result.stages[0].reached
    return [
        {
            "y": k * _ROW + 20,
            "y2": k * _ROW + 20 + _BAR,
            "middle": k * _ROW + 20 + _BAR / 2,
            "figures": k * _ROW + 20 + _BAR / 2 - (7 if k > 1 else 0),
            "under": k * _ROW + 20 + _BAR / 2 + 8,
            "above": k * _ROW + 9,
            "zero": 0,
            "one": 1,
            "share": stage.share_of_first or 0.0,
            "stage": f"{k + 1}. " + " or ".join(clipped(name, 40) for name in stage.touchpoints),
            "reached": stage.reached,
            "told": f"{stage.reached:,}" + (f" · {_share(stage.reached, first)} of the first" if k else ""),
            "before": f"{_share(stage.reached, result.stages[k - 1].reached)} of the one before" if k > 1 else "",
            **_bounds(stage, first, drawn=k > 0),
        }
        for k, stage in enumerate(result.stages)
    ]


def _between(result: Conversion) -> list[dict[str, Any]]:
    """The words between two bars: those who did not come on, and why."""
    return [
        row | {"text": text, "color": color}
        for k, (stage, after) in enumerate(pairwise(result.stages))
        for row, text, color in _fallen(k, stage, after)
    ]


def _funnel(result: Conversion) -> list[dict[str, Any]]:
    """The corners of the band that leads from each bar to the next."""
    return [
        {"pair": k, "y": y, "share": share or 0.0}
        for k, (stage, after) in enumerate(pairwise(result.stages))
        for y, share in (
            (k * _ROW + 20 + _BAR, stage.share_of_first),
            ((k + 1) * _ROW + 20, after.share_of_first),
        )
    ]


def _share(part: int, whole: int) -> str:
    if not whole:
        return "–"
    low, high, _ = wilson(part / whole, whole, CONFIDENCE)
    return f"{part / whole:.1%} ({100 * low:.1f}–{100 * high:.1f})"


def _bounds(stage: Stage, first: int, *, drawn: bool) -> dict[str, float | None]:
    if not (drawn and first):
        return {"low": None, "high": None}
    low, high, _ = wilson(stage.reached / first, first, CONFIDENCE)
    return {"low": low, "high": high}


def _fallen(k: int, stage: Stage, after: Stage) -> list[tuple[dict[str, float], str, str]]:
    """What is told between two stages: the lost and the time."""
    lost = stage.reached - after.reached
    place = k * _ROW + 20 + _BAR
    told = f"▼ {lost:,} lost"
    found = [({"x": 0.0, "y": place + 12}, told, _LOST if lost else MUTED)]
    if after.median_s is not None:
        times = f"median {span(after.median_s)} since the first, 9 of 10 within {span(after.p90_s)}"
        found.append(({"x": 0.55, "y": place + 12}, times, MUTED))
    return found


def _windows(result: Conversion) -> str:
    whose = counted(result.stages[0].reached, str(result.unit.value))
    if result.open:
        whose += f" whose window has closed ({result.open:,} windows still open)"
    if result.window_s is not None:
        return f"{whose} at the first stage; the last at most {span(result.window_s)} after it."
    if result.stage_windows_s:
        limits = ", ".join(span(limit) for limit in result.stage_windows_s)
        return f"{whose} at the first stage; each at most {limits} after the one before."
    return f"{whose} at the first stage; in order, however long it takes."
