"""What a simulation is: cases that are drawn again and again, and how often something was found in each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.05
Flags = NDArray[np.bool_]
Cell = tuple[tuple[str, ...], str]
"""A row, named by its first cells, and a column."""
Found = Mapping[Cell, Flags]
"""Whether it was found, once or for several figures of one data set."""
Case = Callable[[np.random.Generator, int], Found]
"""One data set, drawn by this generator; the number seeds what is resampled of it."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """A table of a method page. heads: of the cells that name a row. cases: by name.

    sets: data sets of the printed table. quick: the cases that a fast test repeats, with so many data sets (`few`).
    """

    page: str
    heads: tuple[str, ...]
    cases: Mapping[str, Case]
    sets: int
    quick: tuple[str, ...]
    few: int


@dataclass(frozen=True, slots=True)
class Share:
    """How often it was found, and the simulation's standard error of that, over so many data sets."""

    value: float
    error: float
    sets: int


Shares = dict[Cell, Share]


def run(
    work: Work,
    *,
    sets: int,
    stream: int,
    cases: tuple[str, ...] | None = None,
    seconds: float = float("inf"),
    progress: Callable[[int, int], None] | None = None,
) -> Shares:
    """Shares over `sets` data sets of each case, or over as many as were done in `seconds`.

    stream: another one draws other data sets. A case's data sets do not depend on which other cases are run.
    """
    kept: dict[Cell, list[Flags]] = {}
    began = time.monotonic()
    for number in range(sets):
        for place, (name, case) in enumerate(work.cases.items()):
            if cases is not None and name not in cases:
                continue
            for cell, flags in case(np.random.default_rng([stream, number, place]), number).items():
                kept.setdefault(cell, []).append(np.atleast_1d(flags))
        if progress is not None:
            progress(number + 1, sets)
        if time.monotonic() - began > seconds:
            break
    return {cell: _share(parts) for cell, parts in kept.items()}


def _share(parts: list[Flags]) -> Share:
    """Several figures of one data set are not independent: the error is that of the data sets' means."""
    means = np.array([part.mean() for part in parts])
    error = means.std(ddof=1) / np.sqrt(len(means)) if len(means) > 1 else np.nan
    return Share(float(means.mean()), float(error), len(means))
