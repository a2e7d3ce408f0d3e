"""The chart of a journey graph: touchpoints by step, from top to bottom; the width of an edge is how often."""

from __future__ import annotations

from typing import Any

import altair as alt

from safar.analysis.graph import JourneyGraph
from safar.charts.frame import GROUND, INK, LINE, MUTED, clipped, heading
from safar.charts.layers import HEIGHT, WIDTH, Drawn, Layout, lay_out
from safar.charts.measurement import BLUE, ORANGE
from safar.domain.wording import counted

MOST_EDGES = 30
"""More edges than these cannot be followed by eye: the rarer ones are left out, and the chart says so."""
_THINNEST, _WIDEST = 1.0, 11.0
_STEPS = 120.0
_ARROW = 5.0


def draw(result: JourneyGraph) -> alt.LayerChart:
    """Rows are steps. Blue edges lead onward, orange ones back; a node tells its moves and how many repeat it."""
    shown = result.edges[:MOST_EDGES]
    ends = {name for edge in shown for name in (edge.source, edge.target)}
    nodes = [node for node in result.nodes if node.id in ends or not shown]
    layout = lay_out(nodes, shown)
    again = {edge.source: edge.moves for edge in shown if edge.source == edge.target}
    # Where nodes are steps, rows need no name of their own.
    left = _STEPS if any(node.step != node.id for node in nodes) else 0.0
    size = (left + layout.width, layout.height)
    bands = [
        {"x": 0, "x2": size[0], "y": y - HEIGHT / 2 - 8, "y2": y + HEIGHT / 2 + 8, "step": clipped(step, 18)}
        for step, y in layout.rows
    ]
    boxes = [
        {
            "x": left + layout.nodes[node.id][0] - WIDTH / 2,
            "x2": left + layout.nodes[node.id][0] + WIDTH / 2,
            "middle": left + layout.nodes[node.id][0],
            "y": layout.nodes[node.id][1] - HEIGHT / 2,
            "y2": layout.nodes[node.id][1] + HEIGHT / 2,
            "upper": layout.nodes[node.id][1] - 7,
            "lower": layout.nodes[node.id][1] + 8,
            "name": clipped(node.id, 20),
            "moves": node.moves,
            "told": f"{node.moves:,}" + (f"  ↻ {again[node.id]:,}" if node.id in again else ""),
        }
        for node in nodes
    ]
    layers = [*_bands(bands, size, named=bool(left)), *_edges(layout, left, size), *_nodes(boxes, size)]
    title = heading(
        f"What follows what, by {result.level.value}",
        origin=result.origin,
        filters=result.filters,
        notes=_notes(result, len(nodes)),
    )
    drawn: alt.LayerChart = (
        alt.layer(*layers)
        .properties(width=size[0], height=max(size[1], 40), title=title, description=_description(result))
        .configure_view(stroke=None)
    )
    return drawn


def _notes(result: JourneyGraph, nodes: int) -> list[str]:
    shown, all_ = result.edges[:MOST_EDGES], sum(edge.moves for edge in result.edges)
    notes = ["Width and number: moves. Blue: onward. Orange: back. ↻: right after itself."]
    if not all_:
        return ["No move follows another."]
    if len(result.edges) > len(shown):
        told = sum(edge.moves for edge in shown)
        left = counted(len(result.nodes) - nodes, str(result.level.value)) if nodes < len(result.nodes) else ""
        notes.append(
            f"The {len(shown)} most frequent of {len(result.edges):,} edges, {told / all_:.0%} of {all_:,} moves after "
            f"another; the rarer ones{f' and {left}' if left else ''} are left out."
        )
    return notes


def _description(result: JourneyGraph) -> str:
    told = [f"{edge.source} to {edge.target}: {edge.moves:,}" for edge in result.edges[:MOST_EDGES]]
    return "; ".join(told) if told else "No move follows another."


def _x(field: str, size: tuple[float, float]) -> alt.X:
    return alt.X(f"{field}:Q", scale=alt.Scale(domain=[0, size[0]], nice=False), axis=None)


def _y(field: str, size: tuple[float, float]) -> alt.Y:
    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, max(size[1], 40)], nice=False, reverse=True), axis=None)


def _bands(rows: list[dict[str, Any]], size: tuple[float, float], *, named: bool) -> list[alt.Chart]:
    base = alt.Chart(alt.InlineData(values=rows))
    layers = [base.mark_rect(color=GROUND).encode(x=_x("x", size), x2="x2:Q", y=_y("y", size), y2="y2:Q")]
    if named:
        names = base.transform_calculate(middle="(datum.y + datum.y2) / 2")
        layers.append(
            names.mark_text(align="left", dx=8, color=MUTED, fontSize=11).encode(
                x=_x("x", size), y=_y("middle", size), text="step:N"
            )
        )
    return layers


def _edges(layout: Layout, left: float, size: tuple[float, float]) -> list[alt.Chart]:
    most = max((one.edge.moves for one in layout.edges), default=1)
    lines, arrows, labels = [], [], []
    taken = [(left + x, y, WIDTH / 2 + 2, HEIGHT / 2 + 7) for x, y in layout.nodes.values()]
    for number, one in enumerate(layout.edges):
        width = _THINNEST + (_WIDEST - _THINNEST) * one.edge.moves / most
        color = BLUE if one.onward else ORANGE
        told = {"from": one.edge.source, "to": one.edge.target, "moves": one.edge.moves}
        points = _shortened(one)
        lines += [
            {"x": left + x, "y": y, "i": i, "edge": number, "width": width, "color": color} | told
            for i, (x, y) in enumerate(points)
        ]
        x, y = points[-1]
        tip = 60 + 22 * width
        arrows.append({"x": left + x, "y": y, "angle": one.angle, "color": color, "size": tip} | told)
        text = f"{one.edge.moves:,}"
        half = 3.0 * len(text) + 2
        for x, y in ((left + x, y) for x, y in one.label_places):
            if all(abs(x - a) > half + w or abs(y - b) > h for a, b, w, h in taken):
                taken.append((x, y, half, 11.0))
                labels.append({"x": x, "y": y, "text": text})
                break
    x_at, y_at = _x("x", size), _y("y", size)
    tooltip = ["from:N", "to:N", "moves:Q"]
    numbers = alt.Chart(alt.InlineData(values=labels)).encode(x=x_at, y=y_at, text="text:N")
    return [
        alt.Chart(alt.InlineData(values=lines))
        .mark_line(strokeCap="butt", opacity=0.5)
        .encode(
            x=x_at,
            y=y_at,
            detail="edge:N",
            order="i:Q",
            color=alt.Color("color:N", scale=None),
            strokeWidth=alt.StrokeWidth("width:Q", scale=None, legend=None),
            tooltip=tooltip,
        ),
        alt.Chart(alt.InlineData(values=arrows))
        .mark_point(shape="triangle-up", filled=True, opacity=0.9)
        .encode(
            x=x_at,
            y=y_at,
            angle=alt.Angle("angle:Q", scale=None),
            color=alt.Color("color:N", scale=None),
            size=alt.Size("size:Q", scale=None, legend=None),
            tooltip=tooltip,
        ),
        # Twice: white behind, so that a number can be read on a line.
        numbers.mark_text(fontSize=10, stroke="white", strokeWidth=3, color="white"),
        numbers.mark_text(fontSize=10, color=INK),
    ]


def _shortened(one: Drawn) -> list[tuple[float, float]]:
    """The line up to its arrow."""
    points = list(one.points)
    x, y = points[-1]
    points[-1] = (x, y + (-_ARROW if one.angle else _ARROW))
    return points


def _nodes(rows: list[dict[str, Any]], size: tuple[float, float]) -> list[alt.Chart]:
    base = alt.Chart(alt.InlineData(values=rows)).encode(tooltip=["name:N", "moves:Q"])
    box = base.mark_rect(color="white", stroke=LINE, strokeWidth=1.2, cornerRadius=5)
    middle = _x("middle", size)
    return [
        box.encode(x=_x("x", size), x2="x2:Q", y=_y("y", size), y2="y2:Q"),
        base.mark_text(fontSize=11, fontWeight=600, color=INK).encode(x=middle, y=_y("upper", size), text="name:N"),
        base.mark_text(fontSize=10, color=MUTED).encode(x=middle, y=_y("lower", size), text="told:N"),
    ]
