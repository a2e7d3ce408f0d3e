"""Whether answers look normal, item by item: Kolmogorov and Smirnov's test in Lilliefors' form, Shapiro and Wilk's.

Path models by partial least squares do not need normal answers; the tests are here because reports ask for them.
Source: docs/methods/normality.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import shapiro

Values = NDArray[np.float64]
DRAWS = 10_000
_AT_ONCE = 500_000  # numbers
MOST_FOR_SHAPIRO = 5_000


@dataclass(frozen=True)
class Normality:
    """Of p items, [p] each. kolmogorov: the greatest distance of the answers' distribution from the normal one with
    their mean and deviation, and its p-value (Lilliefors 1967: mean and deviation are estimated). shapiro: W and its
    p-value; not numbers beyond 5,000 rows, where its approximation ends.
    """

    kolmogorov: Values
    kolmogorov_p: Values
    shapiro: Values
    shapiro_p: Values
    rows: NDArray[np.int64]


def normality(rows: Values, *, seed: int, draws: int = DRAWS) -> Normality:
    """Of rows [n, p]; gaps are left out item by item. Not numbers for items with fewer than four answers or one value.

    Lilliefors' p-value comes from `draws` normal samples of the same size, so that it is 1 / (draws + 1) at least;
    the same seed gives the same.
    """
    p = rows.shape[1]
    found = np.full((4, p), np.nan)
    counts = (~np.isnan(rows)).sum(axis=0)
    ordered: dict[int, Values] = {}
    for item in range(p):
        values = rows[~np.isnan(rows[:, item]), item]
        n = len(values)
        if n < 4 or values.min() == values.max():
            continue
        if n not in ordered:
            ordered[n] = lilliefors_distribution(n, draws=draws, seed=seed)
        distance = float(distances(values[None])[0])
        above = len(ordered[n]) - int(np.searchsorted(ordered[n], distance, side="left"))
        found[:2, item] = distance, (above + 1) / (draws + 1)
        if n <= MOST_FOR_SHAPIRO:
            found[2:, item] = shapiro(values)
    return Normality(found[0], found[1], found[2], found[3], counts.astype(np.int64))


def distances(samples: Values) -> Values:
    """Greatest distances [m] of samples [m, n] from the normal distribution with their mean and deviation."""
    n = samples.shape[1]
    centered = samples - samples.mean(axis=1, keepdims=True)
    below = ndtr(np.sort(centered, axis=1) / centered.std(axis=1, ddof=1, keepdims=True))
    steps = np.arange(n + 1) / n
    return np.asarray(np.maximum((steps[1:] - below).max(axis=1), (below - steps[:-1]).max(axis=1)))


@lru_cache(maxsize=16)
def lilliefors_distribution(n: int, *, draws: int, seed: int) -> Values:
    """Distances of normal samples of size n, ordered, [draws]."""
    chance = np.random.default_rng(seed)
    step = max(1, _AT_ONCE // n)
    parts = [distances(chance.normal(size=(min(step, draws - at), n))) for at in range(0, draws, step)]
    found = np.sort(np.concatenate(parts))
    found.flags.writeable = False  # it is kept for the next samples of this size
    return found
