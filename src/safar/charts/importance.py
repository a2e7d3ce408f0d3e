"""The importance-performance map: how much what acts on a target matters, against how well it does.

Circles are constructs, small diamonds their items; dashed lines stand at the constructs' means. Below the line of
performance and right of that of importance is where to begin (orange).
"""

from __future__ import annotations

import altair as alt

from safar.analysis.path_model.importance_result import ImportanceResult
from safar.analysis.path_model.naming import called
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.speaking import is_persian, number
from safar.charts.frame import INK, MUTED, clipped
from safar.charts.importance_map.scales import importance_range, performance_range
from safar.charts.measurement import BLUE, ORANGE

_LETTERS = 32
_ROOM = 0.3
"""Right of what is drawn, for names."""
_SIDE = (560, 400)
_OPEN_RIGHT, _CLOSE = "\u2067", "\u2069"


def draw(result: ImportanceResult) -> alt.LayerChart | alt.FacetChart:
    """Importance to the right, performance upwards."""
    language = result.language
    kinds = (word("construct", language), word("begin here", language))
    rows = [
        {
            "name": clipped(_name(one.construct, result), _LETTERS),
            "importance": one.importance,
            "performance": one.performance,
            "kind": kinds[one.first],
            "stands": _stands(one.construct, result),
        }
        for one in result.places
    ]
    items = [
        {"name": clipped(one.item, _LETTERS), "importance": one.importance, "performance": one.performance}
        for one in result.items
    ]
    target = clipped(_name(result.target, result), _LETTERS)
    plain = alt.Axis(grid=False)
    x = alt.X(
        "importance:Q",
        title=_told("chart-importance", language, target=target),
        scale=alt.Scale(domain=list(importance_range(result, room=_ROOM)), nice=False),
        axis=plain,
    )
    scale = alt.Scale(domain=list(performance_range(result)), zero=False)
    y = alt.Y("performance:Q", title=_told("chart-performance", language), scale=scale, axis=plain)
    figures = [alt.Tooltip("name:N"), *(alt.Tooltip(f"{one}:Q", format=".2f") for one in ("importance", "performance"))]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
    colors = alt.Scale(domain=list(kinds), range=[BLUE, ORANGE])
    mean = alt.Chart(
        alt.InlineData(values=[{"importance": result.mean_importance, "performance": result.mean_performance}])
    )
    layers = alt.layer(
        mean.mark_rule(color=MUTED, strokeDash=[5, 4]).encode(x="importance:Q"),
        mean.mark_rule(color=MUTED, strokeDash=[5, 4]).encode(y="performance:Q"),
        alt.Chart(alt.InlineData(values=items))
        .mark_point(shape="diamond", size=28, color=MUTED, opacity=0.7)
        .encode(x=x, y=y, tooltip=figures),
        base.mark_circle(size=170, opacity=1).encode(
            color=alt.Color("kind:N", scale=colors, title=None, legend=alt.Legend(orient="bottom")),
            tooltip=[*figures, alt.Tooltip("stands:N", title="stands for")],
        ),
        base.mark_text(dx=11, dy=-9, align="left", color=INK, fontWeight="bold").encode(text="name:N"),
    ).properties(width=_SIDE[0], height=_SIDE[1], title=_title(result, target))
    styled: alt.LayerChart | alt.FacetChart = layers.configure_view(stroke=None)
    return styled


def _title(result: ImportanceResult, target: str) -> alt.Title:
    language = result.language
    performance = number(result.performance, 0, language)
    lines = [
        _told("chart-reading", language),
        _told("importance-target", language, target=target, performance=performance),
    ]
    if result.simulated:
        lines.insert(0, _told("chart-simulated", language))
    key = "chart-title-simulated" if result.simulated else "importance-title"
    return alt.Title(
        _told(key, language, target=target),
        subtitle=lines,
        anchor="start",
        color=INK,
        subtitleColor=MUTED,
        offset=14,
    )


def _told(key: str, language: str, **told: str) -> str:
    """A sentence that keeps its own direction: the chart itself is drawn from left to right."""
    found = say(key, language, **told)
    return f"{_OPEN_RIGHT}{found}{_CLOSE}" if is_persian(language) else found


def _name(construct: str, result: ImportanceResult) -> str:
    return called(construct, result.labels, result.language)


def _stands(construct: str, result: ImportanceResult) -> str:
    link = result.place(construct).link
    if link is None:
        return "–"
    told = link.element if link.label is None else link.label.text(result.language)
    return f"{told} ({', '.join(link.touchpoints)})" if link.touchpoints else told
