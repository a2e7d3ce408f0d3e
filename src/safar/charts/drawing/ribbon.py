"""The flow ribbon: its height is how many passages are still on the way, open ones too; what leaves falls out below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safar.analysis.journey_map import StepColumn

COLUMN = 100.0
HEIGHT = 104.0
_TOP, _FULL = 18.0, 60.0
_BASE = 100.0
_TURN, _LAND = 46.0, 88.0
_LEAST_ARC = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One path; `kind` is its class: stay, lost, open, complete, back."""

    kind: str
    path: str
    width: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RibbonDrawing:
    """All that the template draws, in a box of `width` by `height`."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


def draw_ribbon(steps: Sequence[StepColumn], *, passages: int, mirrored: bool) -> RibbonDrawing:
    """The ribbon over equally wide columns; `mirrored` for right-to-left pages. No passages: no shapes."""
    width = COLUMN * len(steps)
    flip = _Flip(width, mirrored)
    shapes: list[Shape] = []
    if passages:
        most_returns = max((step.returns for step in steps), default=0)
        for i, step in enumerate(steps):
            shapes += _column(i, step, passages=passages, flip=flip)
            if step.returns and i + 1 < len(steps):
                shapes.append(_arc(i, step.returns / most_returns, flip=flip))
    return RibbonDrawing(width=width, height=HEIGHT, shapes=tuple(shapes))


class _Flip:
    """Turns the drawing round for right-to-left pages."""

    def __init__(self, width: float, mirrored: bool) -> None:
        self.width, self.mirrored = width, mirrored

    def __call__(self, *numbers: float) -> str:
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        return " ".join(f"{self.width - x if self.mirrored else x:.1f} {y:.1f}" for x, y in pairs)


def _column(i: int, step: StepColumn, *, passages: int, flip: _Flip) -> list[Shape]:
    left, right = i * COLUMN, (i + 1) * COLUMN
    turn, land = left + _TURN, left + _LAND
    here = _FULL * step.remaining / passages
    leaving = [("complete", step.completed), ("open", step.open), ("lost", step.dropped)]
    goes_on = here - sum(_FULL * count / passages for _, count in leaving)
    # The part that goes on is one even strip: what leaves hangs below it and falls off after the turn.
    shapes = (
        [_strip("stay", left=left, right=right, upper=_TOP, lower=_TOP + goes_on, flip=flip)] if goes_on > 0 else []
    )
    upper = _TOP + goes_on
    for kind, count in leaving:
        if count:
            height = _FULL * count / passages
            shapes.append(_fall(kind, left=left, turn=turn, land=land, upper=upper, height=height, flip=flip))
            upper += height
    return shapes


def _strip(kind: str, *, left: float, right: float, upper: float, lower: float, flip: _Flip) -> Shape:
    return Shape(kind=kind, path=f"M{flip(left, upper, right, upper, right, lower, left, lower)}Z")


def _fall(kind: str, *, left: float, turn: float, land: float, upper: float, height: float, flip: _Flip) -> Shape:
    lower = upper + height
    thickness = min(height, COLUMN - _LAND)
    bend = (land + turn) / 2
    path = (
        f"M{flip(left, upper, turn, upper)}"
        f"C{flip(bend + thickness / 2, upper, land + thickness / 2, upper + 8, land + thickness / 2, _BASE)}"
        f"L{flip(land - thickness / 2, _BASE)}"
        f"C{flip(land - thickness / 2, lower + 4, bend - thickness / 2, lower, turn, lower)}"
        f"L{flip(left, lower)}Z"
    )
    return Shape(kind=kind, path=path)


def _arc(i: int, weight: float, *, flip: _Flip) -> Shape:
    start, end = (i + 1.32) * COLUMN, (i + 0.68) * COLUMN
    path = f"M{flip(start, _TOP - 3)}C{flip(start, 2, end, 2, end, _TOP - 4)}"
    head = f"M{flip(end - 4, _TOP - 9)}L{flip(end, _TOP - 3)}L{flip(end + 4, _TOP - 9)}"
    return Shape(kind="back", path=path + head, width=_LEAST_ARC + 2 * weight)
