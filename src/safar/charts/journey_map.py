"""The chart of a journey map: the experience curve over the steps, above the share that is still on its way."""

from __future__ import annotations

import altair as alt

from safar.analysis.journey_map import JourneyMap
from safar.charts.measurement import BLUE, ORANGE
from safar.domain.wording import counted


def draw(result: JourneyMap) -> alt.VConcatChart:
    """Two panels that share their steps; a hollow point says "few", a missing one "too few" or "no data"."""
    steps = [f"{step.number}. {step.label.text()}" for step in result.steps]
    values = [
        {
            "step": name,
            "index": step.experience.index,
            "low": step.experience.low,
            "high": step.experience.high,
            "answers": step.experience.n,
            "state": step.experience.state,
            "remaining": step.remaining_share,
            "dropped": step.dropped,
        }
        for name, step in zip(steps, result.steps, strict=True)
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("step:N", sort=steps, title=None, axis=alt.Axis(labelAngle=-30))
    )
    index = alt.Y("index:Q", scale=alt.Scale(domain=[0, 100]), title="experience index")
    shown = base.transform_filter("isValid(datum.index)")
    tooltip = ["step:N", "index:Q", "low:Q", "high:Q", "answers:Q", "state:N"]
    curve = alt.layer(
        shown.mark_rule(color=BLUE, strokeWidth=2).encode(y=alt.Y("low:Q", title="experience index"), y2="high:Q"),
        shown.mark_line(color=BLUE, interpolate="monotone").encode(y=index),
        shown.mark_point(size=70, stroke=BLUE, strokeWidth=2, opacity=1).encode(
            y=index,
            tooltip=tooltip,
            fill=alt.condition(alt.datum.state == "few", alt.value("white"), alt.value(BLUE)),
        ),
    ).properties(width=560, height=180)
    flow = (
        base.mark_bar(color=ORANGE)
        .encode(
            y=alt.Y("remaining:Q", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]), title="still here"),
            tooltip=["step:N", alt.Tooltip("remaining:Q", format=".1%"), "dropped:Q"],
        )
        .properties(width=560, height=110)
    )
    mark = " (simulated)" if result.origin.simulated else ""
    title = alt.Title(
        f"{result.label.text()}{mark}",
        subtitle=f"{counted(result.passages, 'passage')}, {counted(result.customers, 'customer')}. "
        "Lines: intervals. Hollow: few.",
        anchor="start",
    )
    both: alt.VConcatChart = alt.vconcat(curve, flow).properties(title=title).configure_view(stroke=None)
    return both
