"""The experience curve: index 0-100 on a fixed scale, its interval as a band, the journey's mean as a line."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from safar.analysis.journey_map import Experience
from safar.charts.drawing.curve import Point, band, path, segments

COLUMN = 100.0
HEIGHT = 132.0
_TOP, _BOTTOM = 10.0, 122.0
_LEAST_DOT, _MOST_DOT = 4.0, 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One measured step. `left` in percent of the width. `side`: above, below or near the mean."""

    left: float
    y: float
    radius: float
    few: bool
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveDrawing:
    """All that the template draws. Paths are in a box of `width` by `height`."""

    width: float
    height: float
    solid: str
    dashed: str
    bands: tuple[str, ...]
    dots: tuple[Dot, ...]
    grid: tuple[float, ...]
    mean_y: float | None
    assumed: tuple[Dot, ...] = ()


def side_of_mean(felt: Experience, mean: float | None) -> str:
    """'above' or 'below' where the whole interval lies there, else 'near'; 'none' without a figure."""
    if felt.index is None or mean is None:
        return "none"
    if felt.low is not None and felt.low > mean:
        return "above"
    if felt.high is not None and felt.high < mean:
        return "below"
    return "near"


def draw_experience(
    steps: Sequence[Experience],
    *,
    mean: float | None,
    mirrored: bool,
    assumed: Sequence[float | None] = (),
) -> CurveDrawing:
    """The curve over equally wide columns; `mirrored` for right-to-left pages.

    assumed: what the author believes of each step, drawn hollow where there is no figure.
    A step without a figure leaves a gap; a piece that touches a step of few answers is dashed.
    """
    width = COLUMN * len(steps)
    solid: list[str] = []
    dashed: list[str] = []
    bands: list[str] = []
    dots: list[Dot] = []
    most = max((felt.n for felt in steps), default=0)
    for run in runs(steps):
        points = [(x_of(i, width, mirrored), y_of(felt.index)) for i, felt in run]
        order = -1 if mirrored else 1
        for piece, ((_, left), (_, right)) in zip(segments(points[::order]), _pairs(run[::order]), strict=True):
            few = "few" in (left.state, right.state)
            (dashed if few else solid).append(path([piece]))
        bands.append(_band(run, points, order))
        dots += [
            Dot(
                left=100 * x / width,
                y=y,
                radius=_LEAST_DOT + (_MOST_DOT - _LEAST_DOT) * (felt.n / most) ** 0.5 if most else _LEAST_DOT,
                few=felt.state == "few",
                side=side_of_mean(felt, mean),
            )
            for (x, y), (_, felt) in zip(points, run, strict=True)
        ]
    return CurveDrawing(
        width=width,
        height=HEIGHT,
        solid="".join(solid),
        dashed="".join(dashed),
        bands=tuple(b for b in bands if b),
        dots=tuple(dots),
        grid=tuple(y_of(value) for value in (0.0, 50.0, 100.0)),
        mean_y=None if mean is None else y_of(mean),
        assumed=tuple(
            Dot(
                left=100 * x_of(i, width, mirrored) / width, y=y_of(index), radius=_LEAST_DOT + 1, few=True, side="none"
            )
            for i, index in enumerate(assumed)
            if index is not None and steps[i].index is None
        ),
    )


Run = list[tuple[int, Experience]]


def runs(steps: Sequence[Experience]) -> list[Run]:
    """Neighboring steps that have a figure, with their positions."""
    runs: list[Run] = []
    current: Run = []
    for i, felt in enumerate(steps):
        if felt.index is not None:
            current.append((i, felt))
        elif current:
            runs.append(current)
            current = []
    return [*runs, current] if current else runs


def _pairs(run: Run) -> list[tuple[tuple[int, Experience], tuple[int, Experience]]]:
    return list(itertools.pairwise(run))


def _band(run: Run, points: Sequence[Point], order: int) -> str:
    if any(felt.low is None or felt.high is None for _, felt in run):
        return ""
    upper = [(x, y_of(felt.high)) for (x, _), (_, felt) in zip(points, run, strict=True)][::order]
    lower = [(x, y_of(felt.low)) for (x, _), (_, felt) in zip(points, run, strict=True)][::order]
    return band(upper, lower)


def x_of(i: int, width: float, mirrored: bool) -> float:
    """The middle of a column."""
    x = (i + 0.5) * COLUMN
    return width - x if mirrored else x


def y_of(value: float | None) -> float:
    """The height of an index on the fixed scale."""
    held = min(100.0, max(0.0, value or 0.0))
    return _BOTTOM - (_BOTTOM - _TOP) * held / 100
