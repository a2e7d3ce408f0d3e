"""Monotone regression on means of ordered categories (Kruskal 1964), for a stack at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.stacks import Stack

_ABSENT = 1e-12
"""What a category weighs that nobody is in: next to nothing, so that it follows its neighbors."""
_AT_ONCE = 4_000_000


def monotone(means: Stack, weights: Stack) -> Stack:
    """Of means [B, K] with weights [B, K] the nearest numbers that never fall, or the nearest that never rise, turned
    round: whichever of the two vary more. They rise with the categories in any case.
    """
    step = max(1, _AT_ONCE // (means.shape[1] ** 2))
    found = np.empty_like(means)
    for begin in range(0, len(means), step):
        some = slice(begin, begin + step)
        held = np.maximum(weights[some], _ABSENT)
        up, down = rising(means[some], held), rising(-means[some], held)
        better = _variance(up, held) >= _variance(down, held)
        found[some] = np.where(better[:, None], up, down)
    return found


def rising(means: Stack, weights: Stack) -> Stack:
    """The nearest numbers that never fall, by weighted squares: the greatest of the least means of stretches (Robertson,
    Wright and Dykstra 1988, 1.4). weights: above zero.
    """
    count = means.shape[1]
    total = np.concatenate([np.zeros((len(means), 1)), np.cumsum(weights, axis=1)], axis=1)
    sums = np.concatenate([np.zeros((len(means), 1)), np.cumsum(weights * means, axis=1)], axis=1)
    begin, end = np.arange(count)[:, None], np.arange(count)[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        stretches = (sums[:, None, 1:] - sums[:, :-1, None]) / (total[:, None, 1:] - total[:, :-1, None])
    stretches = np.where(begin <= end, stretches, np.inf)
    least = np.minimum.accumulate(stretches[:, :, ::-1], axis=2)[:, :, ::-1]
    found: NDArray[np.float64] = np.where(begin <= end, least, -np.inf).max(axis=1)
    return found


def _variance(values: Stack, weights: Stack) -> NDArray[np.float64]:
    total = weights.sum(axis=1)
    middle = (weights * values).sum(axis=1) / total
    return np.asarray((weights * (values - middle[:, None]) ** 2).sum(axis=1) / total)
