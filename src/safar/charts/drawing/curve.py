"""A smooth line through points that never swings beyond them.

Fritsch and Carlson (1980), Monotone piecewise cubic interpolation, SIAM J. Numer. Anal. 17(2): tangents are
limited so that each piece stays between its two end points; where the data turn, the line is flat.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import hypot

Point = tuple[float, float]


def monotone_tangents(points: Sequence[Point]) -> list[float]:
    """The slope at each point. `points`: at least two, x strictly increasing."""
    secants = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in itertools.pairwise(points)]
    inner = [(before + after) / 2 if before * after > 0 else 0.0 for before, after in itertools.pairwise(secants)]
    tangents = [secants[0], *inner, secants[-1]]
    for i, secant in enumerate(secants):
        if secant == 0:
            tangents[i] = tangents[i + 1] = 0.0
            continue
        size = hypot(tangents[i] / secant, tangents[i + 1] / secant)
        if size > 3:
            tangents[i] *= 3 / size
            tangents[i + 1] *= 3 / size
    return tangents


def segments(points: Sequence[Point]) -> list[tuple[Point, Point, Point, Point]]:
    """The line as cubic Bézier pieces: start, two controls, end. Fewer than two points: none."""
    if len(points) < 2:
        return []
    tangents = monotone_tangents(points)
    pieces = []
    for (start, end), (left, right) in zip(itertools.pairwise(points), itertools.pairwise(tangents), strict=True):
        third = (end[0] - start[0]) / 3
        pieces.append(
            (start, (start[0] + third, start[1] + left * third), (end[0] - third, end[1] - right * third), end)
        )
    return pieces


def path(pieces: Sequence[tuple[Point, Point, Point, Point]], *, join: bool = False) -> str:
    """SVG path data of Bézier pieces that follow each other; `join` continues a path instead of starting one."""
    if not pieces:
        return ""
    start = pieces[0][0]
    head = f"{'L' if join else 'M'}{start[0]:.1f} {start[1]:.1f}"
    return head + "".join(
        f"C{a[0]:.1f} {a[1]:.1f} {b[0]:.1f} {b[1]:.1f} {end[0]:.1f} {end[1]:.1f}" for _, a, b, end in pieces
    )


def band(upper: Sequence[Point], lower: Sequence[Point]) -> str:
    """SVG path data of the area between two lines over the same x."""
    if len(upper) < 2:
        return ""
    back = [(end, b, a, start) for start, a, b, end in reversed(segments(lower))]
    return f"{path(segments(upper))}{path(back, join=True)}Z"
