"""Further lines over the experience curve: a second group, or up to five groups, each named at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from safar.analysis.journey_map import Experience
from safar.charts.drawing.curve import path, segments
from safar.charts.drawing.experience import COLUMN, HEIGHT, runs, x_of, y_of

_LABEL_GAP = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One measured step of a line. `left`: percent of the width."""

    left: float
    y: float
    few: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A line with its name beside its last point. `kind`: the class that it is drawn with; `anchor`: of the name."""

    name: str
    kind: str
    solid: str
    dashed: str
    marks: tuple[Mark, ...]
    label_left: float
    label_y: float
    anchor: str

    @property
    def is_empty(self) -> bool:
        """Nowhere is there a figure."""
        return not self.marks


def draw_series(name: str, kind: str, steps: Sequence[Experience], *, mirrored: bool) -> Series:
    """One line in the same box as the curve: gaps where there is no figure, dashed where few answered."""
    width = COLUMN * len(steps)
    solid: list[str] = []
    dashed: list[str] = []
    marks: list[Mark] = []
    order = -1 if mirrored else 1
    for run in runs(steps):
        ordered = run[::order]
        points = [(x_of(i, width, mirrored), y_of(felt.index)) for i, felt in ordered]
        for k, piece in enumerate(segments(points)):
            few = "few" in (ordered[k][1].state, ordered[k + 1][1].state)
            (dashed if few else solid).append(path([piece]))
        marks += [
            Mark(left=100 * x / width, y=y, few=felt.state == "few")
            for (x, y), (_, felt) in zip(points, ordered, strict=True)
        ]
    last = (min if mirrored else max)(marks, key=lambda mark: mark.left, default=None)
    left = 50.0 if last is None else last.left
    return Series(
        name=name,
        kind=kind,
        solid="".join(solid),
        dashed="".join(dashed),
        marks=tuple(marks),
        label_left=left + (-0.8 if mirrored else 0.8),
        label_y=HEIGHT / 2 if last is None else last.y,
        anchor="end" if mirrored else "start",
    )


def name_apart(series: Sequence[Series]) -> tuple[Series, ...]:
    """The same lines with names that do not lie over each other."""
    placed: dict[int, float] = {}
    by_height = sorted(range(len(series)), key=lambda i: series[i].label_y)
    below = -_LABEL_GAP
    for i in by_height:
        below = max(series[i].label_y, below + _LABEL_GAP)
        placed[i] = below
    over = max((y for y in placed.values()), default=0.0) - (HEIGHT - 4)
    if over > 0:
        above = HEIGHT - 4 + _LABEL_GAP
        for i in reversed(by_height):
            above = min(placed[i], above - _LABEL_GAP)
            placed[i] = above
    return tuple(replace(one, label_y=placed[i]) for i, one in enumerate(series))
