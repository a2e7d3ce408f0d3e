"""Where names stand beside their marks: over no mark, no other name and not over the frame; near, and by a line if not.

Each name in turn takes its best place, then all choose again a few times, knowing where the others are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
_Places = NDArray[np.float64]
_DISTANCES = (0.0, 7.0, 15.0, 25.0, 37.0, 52.0, 70.0, 92.0, 120.0)
_DIRECTIONS = 16
_ROUNDS = 4
_AIR = 2.0
_LED = 10.0
"""Beyond this distance a line leads from the mark to its name."""
_NEVER = 1_000.0
_NEAR = 6.0
_STEPS = np.linspace(0.0, 1.0, 12)


@dataclass(frozen=True, slots=True)
class Name:
    """A name to be placed: the middle of its mark and how far that reaches, and how wide and tall the name is."""

    at: Point
    radius: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a name stands. side: -1, 0 or 1 of its mark; line: from the mark to the name, where it is far."""

    box: Box
    side: int
    line: tuple[Point, Point] | None


class _Tried(NamedTuple):
    """What a name may choose from: boxes [c, 4], points on the lines to them [c, 12, 2], how far they are [c]."""

    boxes: _Places
    lines: _Places
    far: _Places


def place_names(
    names: Sequence[Name], *, frame: Box, marks: Sequence[Box], taken: Sequence[Box], dots: _Places
) -> list[Placed | None]:
    """A place for each name, those first that come first; None where there is no room.

    marks: around all of them, also those without a name. taken: boxes to be left free. dots: [k, 2], better free.
    """
    fixed = np.array([*marks, *taken], dtype=float).reshape(-1, 4)
    tried = [_candidates(name, frame) for name in names]
    own = [_own_cost(choice, fixed, dots, name) for choice, name in zip(tried, names, strict=True)]
    chosen: list[int | None] = [None] * len(names)
    for _ in range(_ROUNDS):
        before = list(chosen)
        for k, (boxes, lines, _far) in enumerate(tried):
            if not len(boxes):
                continue
            others = [(tried[j][0][at], tried[j][1][at]) for j, at in enumerate(chosen) if at is not None and j != k]
            cost = own[k].copy()
            if others:
                there = np.array([box for box, _ in others])
                ways = np.concatenate([line for _, line in others])
                cost += _NEVER * _overlaps(boxes, there).sum(axis=1)
                cost += 60.0 * _holds(there, lines).any(axis=1)
                cost += 30.0 * _covered(boxes, ways)
            best = int(cost.argmin())
            chosen[k] = best if cost[best] < _NEVER else None
        if chosen == before:
            break
    return [
        None if at is None else _placed(name, boxes[at], far[at])
        for name, at, (boxes, _, far) in zip(names, chosen, tried, strict=True)
    ]


def _candidates(name: Name, frame: Box) -> _Tried:
    """All places within the frame."""
    (x, y), w, h = name.at, name.width, name.height
    boxes, far = [], []
    for distance in _DISTANCES:
        reach = name.radius + _AIR + distance
        for k in range(_DIRECTIONS):
            dx, dy = cos(2 * pi * k / _DIRECTIONS), sin(2 * pi * k / _DIRECTIONS)
            # The box touches the circle of that reach with its nearest side or corner.
            left = x + dx * reach + (0.0 if dx > 0.35 else -w if dx < -0.35 else -w / 2)
            top = y + dy * reach + (0.0 if dy > 0.75 else -h if dy < -0.75 else -h / 2 + dy * h / 2)
            box = (left, top, left + w, top + h)
            if box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]:
                boxes.append(box)
                far.append(distance)
    found = np.array(boxes, dtype=float).reshape(-1, 4)
    ends = np.stack([np.clip(x, found[:, 0], found[:, 2]), np.clip(y, found[:, 1], found[:, 3])], axis=1)
    lines = np.array(name.at) + _STEPS[None, :, None] * (ends - np.array(name.at))[:, None, :]
    return _Tried(found, lines, np.array(far))


def _own_cost(tried: _Tried, fixed: _Places, dots: _Places, name: Name) -> _Places:
    boxes, lines, far = tried
    if not len(boxes):
        return np.zeros(0)
    middle = (boxes[:, 0] + boxes[:, 2]) / 2 - name.at[0]
    # Beside it a name is read best, to the right before the left.
    beside = np.where(middle > name.width * 0.4, 0.0, np.where(middle < -name.width * 0.4, 1.0, 2.0))
    cost = far + beside + _NEVER * _overlaps(boxes, fixed).sum(axis=1) + 2.5 * _covered(boxes, dots)
    away = np.abs(fixed[:, :2] + fixed[:, 2:] - 2 * np.array(name.at)).sum(axis=1) > 1e-6
    # Close to another mark it would be taken for that one's.
    near = fixed[away] + np.array([-_NEAR, -_NEAR, _NEAR, _NEAR])
    cost += 7.0 * _overlaps(boxes, near).sum(axis=1)
    led = far > _LED
    return np.asarray(cost + 40.0 * (led & _holds(fixed[away], lines).any(axis=1)))


def _overlaps(boxes: _Places, others: _Places) -> NDArray[np.bool_]:
    """[c, m]: which of the boxes touches which of the others."""
    a, b = boxes[:, None, :], others[None, :, :]
    return np.asarray(
        (a[..., 0] < b[..., 2] + _AIR)
        & (b[..., 0] < a[..., 2] + _AIR)
        & (a[..., 1] < b[..., 3])
        & (b[..., 1] < a[..., 3])
    )


def _holds(boxes: _Places, lines: _Places) -> NDArray[np.bool_]:
    """[c, m]: which line [c, 12, 2] passes through which box [m, 4]."""
    x, y = lines[..., 0][:, :, None], lines[..., 1][:, :, None]
    inside = (x > boxes[:, 0]) & (x < boxes[:, 2]) & (y > boxes[:, 1]) & (y < boxes[:, 3])
    return np.asarray(inside.any(axis=1))


def _covered(boxes: _Places, dots: _Places) -> _Places:
    """How many of the dots [k, 2] each box covers."""
    x, y = dots[None, :, 0], dots[None, :, 1]
    inside = (x > boxes[:, :1]) & (x < boxes[:, 2:3]) & (y > boxes[:, 1:2]) & (y < boxes[:, 3:])
    return np.asarray(inside.sum(axis=1), dtype=float)


def _placed(name: Name, box: _Places, far: float) -> Placed:
    left, top, right, bottom = map(float, box)
    x, y = name.at
    side = 1 if left >= x else -1 if right <= x else 0
    end = (min(max(x, left), right), min(max(y, top), bottom))
    length = hypot(end[0] - x, end[1] - y)
    line = ((x, y), end) if far > _LED and length > 0 else None
    return Placed((left, top, right, bottom), side, line)
