"""How the answers of one column are spread: a bar a code where there are few codes, else bars of equal width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.result import Frozen

MOST_CODES = 11
"""Codes that get a bar each: those of a scale from 0 to 10."""
BARS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar(Frozen):
    """Answers from `low` to `high` (the same where it is one code). None: too few to be told."""

    low: float
    high: float
    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution(Frozen):
    """A column: how many answers, gaps (missing codes among them), mean, and bars from the least to the greatest."""

    name: str
    answers: int
    missing: int
    mean: float | None
    bars: tuple[Bar, ...]

    @property
    def highest(self) -> int:
        """Of the bars that are told; 1 at least."""
        return max((one.count or 0 for one in self.bars), default=0) or 1


def distribution(
    name: str,
    values: NDArray[np.float64],
    *,
    codes: Sequence[float] = (),
    scale: tuple[float, float] | None = None,
    least: int = 0,
) -> Distribution:
    """How a column is spread.

    scale: its codes have bars also where nobody chose them. least: bars of fewer answers than this, but not none, are
    not told; neither is the mean of fewer answers.
    """
    there = values[np.isfinite(values) & ~np.isin(values, np.asarray(codes, dtype=np.float64))]
    few = len(there) < least
    return Distribution(
        name=name,
        answers=len(there),
        missing=len(values) - len(there),
        mean=None if few or not len(there) else float(there.mean()),
        bars=() if few else _bars(there, least, scale),
    )


def _bars(there: NDArray[np.float64], least: int, scale: tuple[float, float] | None) -> tuple[Bar, ...]:
    if not len(there):
        return ()
    different, times = np.unique(there, return_counts=True)
    if len(different) <= MOST_CODES:
        found = dict(zip(different.tolist(), times.tolist(), strict=True))
        if scale is not None and scale[1] - scale[0] < MOST_CODES:
            found = dict.fromkeys(np.arange(scale[0], scale[1] + 0.5).tolist(), 0) | found
        counted = [(float(code), float(code), int(found[code])) for code in sorted(found)]
    else:
        counts, edges = np.histogram(there, bins=BARS)
        counted = [(float(edges[k]), float(edges[k + 1]), int(n)) for k, n in enumerate(counts)]
    small = [k for k, (_, _, n) in enumerate(counted) if 0 < n < least]
    if len(small) == 1 and len(counted) > 1:
        # One hidden bar alone would follow from the sum of all: the smallest of the others is hidden with it.
        others = [k for k in range(len(counted)) if k != small[0] and counted[k][2]]
        small += [min(others, key=lambda k: counted[k][2])] if others else []
    return tuple(Bar(low=low, high=high, count=None if k in small else n) for k, (low, high, n) in enumerate(counted))
