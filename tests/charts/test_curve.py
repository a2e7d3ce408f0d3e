"""The curve never swings beyond the figures that it joins."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from safar.charts.drawing.curve import Point, band, path, segments

ys = st.lists(st.floats(min_value=0, max_value=100, allow_nan=False), min_size=2, max_size=24)


def _at(piece: tuple[Point, Point, Point, Point], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    return (
        sum(w * p[0] for w, p in zip(weights, piece, strict=True)),
        sum(w * p[1] for w, p in zip(weights, piece, strict=True)),
    )


@given(ys)
def test_never_overshoots_and_never_turns_between_points(values: list[float]) -> None:
    points = [(100.0 * i, y) for i, y in enumerate(values)]
    pieces = segments(points)
    assert len(pieces) == len(points) - 1
    for piece in pieces:
        start, end = piece[0][1], piece[3][1]
        low, high = min(start, end), max(start, end)
        drawn = [_at(piece, i / 50)[1] for i in range(51)]
        assert all(low - 1e-6 <= y <= high + 1e-6 for y in drawn)
        rises = [b - a for a, b in itertools.pairwise(drawn)]
        assert all(r >= -1e-6 for r in rises) if end >= start else all(r <= 1e-6 for r in rises)


@given(ys)
def test_passes_through_every_point(values: list[float]) -> None:
    points = [(float(i), y) for i, y in enumerate(values)]
    joined = [segments(points)[0][0], *(piece[3] for piece in segments(points))]
    assert joined == points


def test_straight_lines_stay_straight() -> None:
    for piece in segments([(0, 0), (10, 10), (20, 20), (30, 30)]):
        assert all(abs(x - y) < 1e-9 for x, y in piece)


def test_too_little_to_draw() -> None:
    assert segments([(1, 1)]) == []
    assert path([]) == ""
    assert band([(1, 1)], [(1, 0)]) == ""
