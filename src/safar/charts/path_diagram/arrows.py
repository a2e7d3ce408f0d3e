"""The lines of a path diagram, and where on them their numbers can be read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
_SMOOTH = 16
_TRIES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73, 0.2, 0.8, 0.86, 0.14)
_AIR = 3.0


def line_through(places: Sequence[Point]) -> tuple[Point, ...]:
    """A smooth line that leaves and enters level, through every place from left to right."""
    found: list[Point] = []
    for (x1, y1), (x2, y2) in pairwise(places):
        middle = (x1 + x2) / 2
        found += [_bezier((x1, y1), (middle, y1), (middle, y2), (x2, y2), step / _SMOOTH) for step in range(_SMOOTH)]
    return (*found, places[-1])


def label_places(
    lines: Sequence[tuple[tuple[Point, ...], float]], *, height: float, boxes: Sequence[Box]
) -> list[Point]:
    """Where each line's number stands, so that it covers no box, no other number and few other lines.

    lines: points and the number's width, in the order in which they choose.
    """
    taken: list[Box] = []
    found: list[Point] = []
    for number, (points, width) in enumerate(lines):
        others = [point for k, (line, _) in enumerate(lines) if k != number for point in line]
        tried = [(_cost(_around(at, width, height), boxes, taken, others) + k * 0.15, at) for k, at in _tried(points)]
        _, best = min(tried)
        found.append(best)
        taken.append(_around(best, width, height))
    return found


def _tried(points: Sequence[Point]) -> list[tuple[int, Point]]:
    return [(k, _along(points, share)) for k, share in enumerate(_TRIES)]


def _cost(box: Box, boxes: Sequence[Box], taken: Sequence[Box], others: Sequence[Point]) -> float:
    cost = 100.0 * sum(_overlap(box, other) for other in boxes)
    cost += 40.0 * sum(_overlap(box, other) for other in taken)
    left, top, right, bottom = box
    return cost + sum(left <= x <= right and top <= y <= bottom for x, y in others)


def _around(at: Point, width: float, height: float) -> Box:
    return at[0] - width / 2 - _AIR, at[1] - height / 2 - _AIR, at[0] + width / 2 + _AIR, at[1] + height / 2 + _AIR


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _along(points: Sequence[Point], share: float) -> Point:
    """The place at a share of the line's length across."""
    x = points[0][0] + (points[-1][0] - points[0][0]) * share
    for (x1, y1), (x2, y2) in pairwise(points):
        if x1 <= x <= x2:
            return x, y1 + (y2 - y1) * ((x - x1) / (x2 - x1) if x2 > x1 else 0.0)
    return points[-1]


def _bezier(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    return (
        sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
        sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
    )
