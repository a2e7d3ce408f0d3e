"""The chart of a measurement: points with intervals, or a trend where it goes by time.

Blue and orange only differ for every eye; a hollow point says "few"; groups without a number keep their place
and say why, because a gap is a finding.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from safar.analysis.local_time import PERIODS, first_day
from safar.analysis.measurement import Cell, Measurement
from safar.analysis.metric import METRICS, SHARE, State
from safar.domain.calendars import Calendar

Chart = alt.LayerChart | alt.FacetChart
BLUE, ORANGE = "#1f5fa8", "#d96c06"
SERIES = (BLUE, ORANGE, "#6ba3d6", "#f2b279", "#0b3866", "#8a4300", "#9aa5b1", "#4d5661")
_LABEL = 340
"""Pixels for a group's name: the names of options are sentences."""
_STATES = [State.OK.value, State.FEW.value]
MOST_SERIES = len(SERIES)
"""More series than colors that can be told apart become small charts of their own."""


def draw(result: Measurement) -> Chart:
    """A trend where a dimension is a period, else one row a group."""
    period = next((name for name in result.by if name in PERIODS), None)
    others = [i for i, name in enumerate(result.by) if name not in PERIODS]
    rows = [_row(result, cell, others, period) for cell in result.cells]
    data = alt.InlineData(values=rows)
    made = _trend(result, data, rows, period) if period is not None else _points(result, data, rows)
    simulated = "Simulated data. " if result.origin.simulated else ""
    subtitle = f"{simulated}Lines: {_level(result)} interval. Hollow: few answers."
    title = f"{result.title}{' (simulated)' if result.origin.simulated else ''}"
    titled: Chart = made.properties(title=alt.Title(title, subtitle=subtitle, anchor="start"))
    styled: Chart = titled.configure_view(stroke=None)
    return styled


def _row(result: Measurement, cell: Cell, others: list[int], period: str | None) -> dict[str, Any]:
    value = cell.value
    words = ["unknown" if cell.dims[i] is None else str(cell.dims[i]) for i in others]
    day = next((d for d, name in zip(cell.dims, result.by, strict=True) if name == period), None)
    if period is not None and day is not None and result.calendar == Calendar.GREGORIAN:
        # With a time of day, or a browser west of Greenwich would show the day before.
        day = f"{first_day(period, day)}T00:00:00"
    return {
        "group": " · ".join(words) or "all",
        "day": day,
        "value": value.value,
        "low": value.low,
        "high": value.high,
        "n": value.n,
        "state": value.state.value,
        "note": "" if value.value is not None else value.state.value.replace("_", " "),
    }


def _points(result: Measurement, data: alt.InlineData, rows: list[dict[str, Any]]) -> Chart:
    base = alt.Chart(data).encode(
        y=alt.Y(
            "group:N",
            sort=[row["group"] for row in rows],
            title=", ".join(result.by) or None,
            axis=alt.Axis(labelLimit=_LABEL),
        )
    )
    at_left = _scale(result).domain[0] if isinstance(_scale(result).domain, list) else 0
    layers: Chart = alt.layer(
        base.mark_rule(color=BLUE, strokeWidth=2).encode(x=_value(result, "low"), x2="high:Q"),
        base.transform_filter("isValid(datum.value)")
        .mark_point(size=70, stroke=BLUE, strokeWidth=2, opacity=1)
        .encode(x=_value(result, "value"), fill=_fill(BLUE), tooltip=_tooltip()),
        base.transform_filter("!isValid(datum.value)")
        .mark_text(align="left", color="#5b6570", fontStyle="italic")
        .encode(text="note:N", x=alt.XDatum(at_left)),
    ).properties(width=420)
    return layers


def _trend(result: Measurement, data: alt.InlineData, rows: list[dict[str, Any]], period: str | None) -> Chart:
    groups = list(dict.fromkeys(row["group"] for row in rows))
    apart = len(groups) > MOST_SERIES
    colors = alt.Scale(domain=groups, range=[SERIES[0 if apart else i] for i in range(len(groups))])
    color = alt.Color("group:N", scale=colors, title=None, legend=None if apart or len(groups) == 1 else alt.Legend())
    # Time axes are Gregorian: periods of another calendar stand side by side under their own names.
    title = period if result.calendar == Calendar.GREGORIAN else f"{period} ({result.calendar})"
    kind = "T" if result.calendar == Calendar.GREGORIAN else "O"
    base = alt.Chart(data).encode(x=alt.X(f"day:{kind}", title=title), color=color)
    layers = alt.layer(
        base.mark_area(opacity=0.18, line=False).encode(
            y=alt.Y("low:Q", title=result.unit, scale=_scale(result)), y2="high:Q"
        ),
        # A period without a number breaks the line: nothing is drawn where nothing is known.
        base.mark_line(invalid="break-paths-show-domains").encode(y=alt.Y("value:Q", scale=_scale(result))),
        base.transform_filter("isValid(datum.value)")
        .mark_point(size=45, strokeWidth=2, opacity=1)
        .encode(y=alt.Y("value:Q", scale=_scale(result)), fill=_fill(colors), tooltip=_tooltip()),
        width=520,
        height=120 if apart else 260,
    )
    if not apart:
        return layers
    small: Chart = layers.facet(row=alt.Row("group:N", sort=groups, title=None))
    return small


def _fill(color: str | alt.Scale) -> Any:
    filled = alt.value(color) if isinstance(color, str) else alt.Fill("group:N", scale=color, legend=None)
    return alt.condition(alt.datum.state == State.FEW.value, alt.value("white"), filled)


def _value(result: Measurement, field: str) -> alt.X:
    return alt.X(f"{field}:Q", title=f"{result.title}, {result.unit}", scale=_scale(result))


def _scale(result: Measurement) -> alt.Scale:
    metric = METRICS[result.metric]
    if metric.low is None or metric.high is None:
        return alt.Scale(zero=False)
    if result.metric == SHARE:  # options are many and small: their shares start at 0 and need not end at 100
        return alt.Scale(zero=True)
    return alt.Scale(domain=[metric.low, metric.high])


def _tooltip() -> list[alt.Tooltip]:
    figures = [alt.Tooltip(f"{name}:Q", format=".2f") for name in ("value", "low", "high")]
    return [alt.Tooltip("group:N"), *figures, alt.Tooltip("n:Q", title="answers"), alt.Tooltip("state:N")]


def _level(result: Measurement) -> str:
    level = next((cell.value.confidence for cell in result.cells if cell.value.confidence), 0.95)
    return f"{100 * level:g} %"
