"""Medians of times in two groups: the distribution-free interval of Price and Bonett (2002).

Times are skewed and piled up, so that neither means nor ranks say what a reader asks ("how much longer is the usual
wait?"). The standard error of each median comes from two of its own order statistics. Source: docs/methods/compare.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import ibis.expr.types as ir
from scipy.special import bdtr

from safar.analysis import interval
from safar.analysis.graph import MICROSECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Median:
    """The median of `n` times in seconds and its standard error (None: fewer than five times, or no spread)."""

    value: float
    n: int
    standard_error: float | None


def read_medians(times: ir.Table, by: str, length: Callable[[ir.Table], ir.Value]) -> dict[int, Median]:
    """The median of each place. `length`: microseconds of a row."""
    timed = times.select(by, length=length(times))
    counts = {
        int(row[by]): int(row["n"]) for row in timed.group_by(by).aggregate(n=timed.count()).to_pyarrow().to_pylist()
    }
    if not counts:
        return {}
    wanted = {place: _order(n) for place, n in counts.items()}
    quantiles = sorted({q for n, order in zip(counts.values(), wanted.values(), strict=True) for q in _asked(n, order)})
    found = timed.group_by(by).aggregate(**{f"q{i}": timed["length"].quantile(q) for i, q in enumerate(quantiles)})
    medians = {}
    for row in found.to_pyarrow().to_pylist():
        place = int(row[by])
        n, order = counts[place], wanted[place]
        middle, *ends = (float(row[f"q{quantiles.index(q)}"]) * MICROSECOND for q in _asked(n, order))
        error = (ends[1] - ends[0]) / (2 * _z(n, order)) if order is not None else None
        medians[place] = Median(value=middle, n=n, standard_error=error or None)
    return medians


def difference(a: Median, b: Median, confidence: float) -> tuple[float, float | None, float | None, float | None]:
    """a − b, its interval and its p value; without spread on both sides there are none."""
    found = a.value - b.value
    if a.standard_error is None or b.standard_error is None:
        return found, None, None, None
    error = sqrt(a.standard_error**2 + b.standard_error**2)
    half = interval.normal_quantile(confidence) * error
    return found, found - half, found + half, 2 * (1 - NormalDist().cdf(abs(found) / error))


def _order(n: int) -> int | None:
    """Which order statistic (from 1, and the same from the end) the error comes from; None: too few times."""
    return max(1, round((n + 1) / 2 - sqrt(n))) if n >= 5 else None


def _asked(n: int, order: int | None) -> list[float]:
    return [0.5] if order is None else [0.5, (order - 1) / (n - 1), (n - order) / (n - 1)]


def _z(n: int, order: int) -> float:
    return NormalDist().inv_cdf(1 - float(bdtr(order - 1, n, 0.5)))
