"""Where the parts of a journey graph stand: a row for each step, its touchpoints side by side, edges in the gaps.

A step with more of them than `MOST_BESIDE` goes on in the next row. Nodes stand on a grid, so the gaps between its
columns are free in every row: an edge that passes rows runs there and never behind a node. Onward edges end on the
right half of a node, edges back on the left half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor

from safar.analysis.graph import Edge, Node

WIDTH, HEIGHT = 132.0, 36.0
_BESIDE, _BELOW = 52.0, 76.0
_LANE, _MARGIN, _PORT = 9.0, 44.0, 18.0
_SMOOTH = 14
MOST_BESIDE = 5
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An edge as a line of points, and the way its arrow points (degrees: 180 down, 0 up)."""

    edge: Edge
    onward: bool
    points: tuple[Point, ...]
    angle: float

    @property
    def label_places(self) -> tuple[Point, ...]:
        """Where its number may go, the best place first."""
        last = len(self.points) - 1
        return tuple(self.points[round(last * part)] for part in (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78))


@dataclass(frozen=True, slots=True)
class Layout:
    """Centers of nodes, lines of edges, rows as (step, y) and the size of it all, in pixels.

    A step's further rows have no name.
    """

    nodes: Mapping[str, Point]
    edges: tuple[Drawn, ...]
    rows: tuple[tuple[str, float], ...]
    width: float
    height: float


@dataclass(slots=True)
class _Gaps:
    """The lanes of the gaps: two edges that pass the same rows in one gap get a lane each."""

    columns: int
    taken: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)

    def lane(self, gap: int, low: int, high: int) -> int:
        held = self.taken.setdefault(gap, [])
        used = {lane for a, b, lane in held if a < high and low < b}
        lane = next(n for n in range(len(used) + 1) if n not in used)
        held.append((low, high, lane))
        return lane

    def most(self, gap: int) -> int:
        """How many lanes a gap has."""
        return max((lane + 1 for *_, lane in self.taken.get(gap, [])), default=0)


def lay_out(nodes: Sequence[Node], edges: Sequence[Edge]) -> Layout:
    """Places for nodes in the order of the journey, and lines for the edges between different ones of them."""
    steps: dict[str, list[str]] = {}
    for node in nodes:
        steps.setdefault(node.step or node.id, []).append(node.id)
    rows = [
        (step if not first else "", inside[first : first + MOST_BESIDE])
        for step, inside in steps.items()
        for first in range(0, len(inside), MOST_BESIDE)
    ]
    columns = max((len(inside) for _, inside in rows), default=1)
    cells = {
        name: (row, (columns - len(inside)) // 2 + i)
        for row, (_, inside) in enumerate(rows)
        for i, name in enumerate(inside)
    }
    ranked = sorted((e for e in edges if e.source != e.target), key=lambda e: (-e.moves, e.source, e.target))
    gaps = _Gaps(columns)
    lanes = {(e.source, e.target): _lane(cells[e.source], cells[e.target], gaps) for e in ranked}
    left = _MARGIN + gaps.most(0) * _LANE
    nodes_at = {
        name: (left + WIDTH / 2 + column * (WIDTH + _BESIDE), _BELOW / 2 + HEIGHT / 2 + row * (HEIGHT + _BELOW))
        for name, (row, column) in cells.items()
    }
    grid = _Grid(cells, nodes_at, columns, left)
    drawn = tuple(_line(edge, grid, lanes[edge.source, edge.target]) for edge in ranked)
    return Layout(
        nodes=nodes_at,
        edges=drawn,
        rows=tuple((step, _BELOW / 2 + HEIGHT / 2 + row * (HEIGHT + _BELOW)) for row, (step, _) in enumerate(rows)),
        width=left + columns * (WIDTH + _BESIDE) - _BESIDE + _MARGIN + gaps.most(columns) * _LANE,
        height=len(rows) * (HEIGHT + _BELOW),
    )


def _lane(source: tuple[int, int], target: tuple[int, int], gaps: _Gaps) -> tuple[int, int] | None:
    """The gap and its lane, for an edge that passes rows."""
    if abs(source[0] - target[0]) <= 1:
        return None
    middle = (source[1] + target[1] + 1) / 2
    # The nearest gap to the middle: right of it for what leads onward, left of it for what leads back.
    gap = min(gaps.columns, floor(middle + 0.5)) if target[0] > source[0] else max(0, ceil(middle - 0.5))
    low, high = sorted((source[0], target[0]))
    return gap, gaps.lane(gap, low, high)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Cells (row, column) and centers of nodes; where the grid begins."""

    cells: Mapping[str, tuple[int, int]]
    centers: Mapping[str, Point]
    columns: int
    left: float


def _line(edge: Edge, grid: _Grid, lane: tuple[int, int] | None) -> Drawn:
    (row, column), (to_row, to_column) = grid.cells[edge.source], grid.cells[edge.target]
    onward = (to_row, to_column) > (row, column)
    port = _PORT if onward else -_PORT
    (x1, y1), (x2, y2) = grid.centers[edge.source], grid.centers[edge.target]
    half = HEIGHT / 2
    if row == to_row:
        # Beside each other: onward over them, back under them.
        side = -1 if onward else 1
        away = min(_BELOW * 0.62, 4 + 14 * abs(to_column - column))
        start, end = (x1 + abs(port), y1 + side * half), (x2 - abs(port), y2 + side * half)
        if not onward:
            start, end = (x1 - abs(port), y1 + side * half), (x2 + abs(port), y2 + side * half)
        points = _curve(start, (start[0], start[1] + side * away), (end[0], end[1] + side * away), end)
        return Drawn(edge, onward, points, 180.0 if onward else 0.0)
    side = 1 if onward else -1
    start, end = (x1 + port, y1 + side * half), (x2 + port, y2 - side * half)
    angle = 180.0 if onward else 0.0
    if lane is None:
        points = _bend(start, end)
        return Drawn(edge, onward, points, angle)
    x = _gap_x(*lane, columns=grid.columns, left=grid.left)
    over, under = (x, start[1] + side * _BELOW), (x, end[1] - side * _BELOW)
    straight = [(x, over[1] + (under[1] - over[1]) * i / _SMOOTH) for i in range(1, _SMOOTH)]
    points = (*_bend(start, over), *straight, *_bend(under, end))
    return Drawn(edge, onward, points, angle)


def _gap_x(gap: int, lane: int, *, columns: int, left: float) -> float:
    if gap == 0:
        return left - _MARGIN / 2 - lane * _LANE
    after = left + gap * (WIDTH + _BESIDE) - _BESIDE
    if gap == columns:
        return after + _MARGIN / 2 + lane * _LANE
    # From the middle of the gap to both sides in turn; what no longer fits shares a lane.
    shift = (lane % 5 + 1) // 2 * (1 if lane % 2 else -1)
    return after + _BESIDE / 2 + shift * _LANE


def _bend(start: Point, end: Point) -> tuple[Point, ...]:
    middle = (start[1] + end[1]) / 2
    return _curve(start, (start[0], middle), (end[0], middle), end)


def _curve(a: Point, b: Point, c: Point, d: Point) -> tuple[Point, ...]:
    points = []
    for i in range(_SMOOTH + 1):
        t = i / _SMOOTH
        weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
        points.append(
            (
                sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
                sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
            )
        )
    return tuple(points)
