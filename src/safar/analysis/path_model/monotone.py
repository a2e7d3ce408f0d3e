"""Monotone regression on means of ordered categories (Kruskal 1964), for a stack at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.stacks import Stack

_ABSENT = 1e-12
"""What a category weighs that nobody is in: next to nothing, so that it follows its neighbors."""


def monotone(means: Stack, weights: Stack) -> Stack:
    """Of means [B, K] with weights [B, K] the nearest numbers that never fall, or the nearest that never rise, turned
    round: whichever of the two vary more. They rise with the categories in any case.
    """
    held = np.maximum(weights, _ABSENT).T
    up, down = _both(np.ascontiguousarray(means.T), held)
    better = _variance(up, held) >= _variance(down, held)
    return np.where(better, up, -down).T


def rising(means: Stack, weights: Stack) -> Stack:
    """The nearest numbers that never fall, by weighted squares. Both [B, K]; weights: zero where nobody is."""
    return _both(means.T, np.maximum(weights, _ABSENT).T)[0].T


def _both(means: Stack, weights: Stack) -> tuple[Stack, Stack]:
    """The nearest numbers that never fall, and those that never rise; all [K, B], weights above zero.

    Of all stretches that hold a place, the greatest of the least means from each beginning (Robertson, Wright and
    Dykstra 1988, 1.4): every step works on the whole stack.
    """
    none = np.zeros((1, means.shape[1]))
    total = np.concatenate([none, np.cumsum(weights, axis=0)])
    sums = np.concatenate([none, np.cumsum(weights * means, axis=0)])
    up, down = np.full_like(means, -np.inf), np.full_like(means, np.inf)
    for begin in range(len(means)):
        stretches = (sums[begin + 1 :] - sums[begin]) / (total[begin + 1 :] - total[begin])
        least, most = stretches[-1].copy(), stretches[-1].copy()
        for end in range(len(means) - 1, begin - 1, -1):
            np.minimum(least, stretches[end - begin], out=least)
            np.maximum(most, stretches[end - begin], out=most)
            np.maximum(up[end], least, out=up[end])
            np.minimum(down[end], most, out=down[end])
    return up, down


def _variance(values: Stack, weights: Stack) -> NDArray[np.float64]:
    total = weights.sum(axis=0)
    middle = (weights * values).sum(axis=0) / total
    return np.asarray((weights * (values - middle) ** 2).sum(axis=0))
