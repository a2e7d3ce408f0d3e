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
_MOST_DOTS = 6.0
"""Beyond these a name that covers more is not worse: a rim keeps it readable, and a long line would not be."""
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
    indices = range(len(names))
    # Who chooses first has the better place: several turns are tried, and the whole with the least cost is kept.
    turns = (
        list(indices),
        sorted(indices, key=lambda k: names[k].at[0]),
        sorted(indices, key=lambda k: -names[k].at[0]),
        sorted(indices, key=lambda k: names[k].at[1]),
    )
    chosen, _cost = min((_choose(tried, own, turn) for turn in turns), key=lambda one: one[1])
    return [
        None if at is None else _placed(name, choice.boxes[at], float(choice.far[at]))
        for name, at, choice in zip(names, chosen, tried, strict=True)
    ]


def _choose(tried: Sequence[_Tried], own: Sequence[_Places], turn: Sequence[int]) -> tuple[list[int | None], float]:
    """Which place each name takes, all in turn and then again, and what all of it costs."""
    chosen: list[int | None] = [None] * len(tried)
    for _ in range(_ROUNDS):
        before = list(chosen)
        for k in turn:
            if not len(tried[k].boxes):
                continue
            cost = own[k] + _beside(tried, chosen, k)
            best = int(cost.argmin())
            chosen[k] = best if cost[best] < _NEVER else None
        if chosen == before:
            break
    paid = [_NEVER if at is None else float((own[k] + _beside(tried, chosen, k))[at]) for k, at in enumerate(chosen)]
    return chosen, sum(paid)


def _beside(tried: Sequence[_Tried], chosen: Sequence[int | None], k: int) -> _Places:
    """What each place of a name costs for the places that the other names have, [c]."""
    boxes, lines, _ = tried[k]
    others = [(tried[j].boxes[at], tried[j].lines[at]) for j, at in enumerate(chosen) if at is not None and j != k]
    if not others:
        return np.zeros(len(boxes))
    there = np.array([box for box, _ in others])
    ways = np.concatenate([line for _, line in others])
    cost = _NEVER * _overlaps(boxes, there).sum(axis=1) + 60.0 * _holds(there, lines).any(axis=1)
    return np.asarray(cost + 30.0 * _covered(boxes, ways))


def _candidates(name: Name, frame: Box) -> _Tried:
    """All places within the frame."""
    (x, y), w, h = name.at, name.width, name.height
    boxes: list[Box] = []
    for distance in _DISTANCES:
        reach = name.radius + _AIR + distance
        for k in range(_DIRECTIONS):
            dx, dy = cos(2 * pi * k / _DIRECTIONS), sin(2 * pi * k / _DIRECTIONS)
            # The box touches the circle of that reach with its nearest side or corner.
            left = x + dx * reach + (0.0 if dx > 0.35 else -w if dx < -0.35 else -w / 2)
            top = y + dy * reach + (0.0 if dy > 0.75 else -h if dy < -0.75 else -h / 2 + dy * h / 2)
            # Where that leaves the frame, it slides along it.
            left = min(max(left, frame[0]), frame[2] - w)
            top = min(max(top, frame[1]), frame[3] - h)
            if left >= frame[0] and top >= frame[1]:
                boxes.append((left, top, left + w, top + h))
    found = np.unique(np.array(boxes, dtype=float).reshape(-1, 4), axis=0)
    ends = np.stack([np.clip(x, found[:, 0], found[:, 2]), np.clip(y, found[:, 1], found[:, 3])], axis=1)
    lines = np.array(name.at) + _STEPS[None, :, None] * (ends - np.array(name.at))[:, None, :]
    far = np.hypot(*(ends - np.array(name.at)).T) - name.radius - _AIR
    return _Tried(found, lines, np.maximum(far, 0.0))


def _own_cost(tried: _Tried, fixed: _Places, dots: _Places, name: Name) -> _Places:
    boxes, lines, far = tried
    if not len(boxes):
        return np.zeros(0)
    middle = (boxes[:, 0] + boxes[:, 2]) / 2 - name.at[0]
    # Beside it a name is read best, to the right before the left.
    beside = np.where(middle > name.width * 0.4, 0.0, np.where(middle < -name.width * 0.4, 1.0, 2.0))
    cost = (
        far
        + beside
        + _NEVER * _overlaps(boxes, fixed).sum(axis=1)
        + 2.0 * np.minimum(_covered(boxes, dots), _MOST_DOTS)
    )
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
