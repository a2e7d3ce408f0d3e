"""Non-metric PLS once more, row by row as Russolillo (2012) writes it: loops, no stacks, no moments, mode A.

Nothing of the product is used: what both say is the method's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def standardized(values: Values) -> Values:
    """Mean zero, variance one (of n)."""
    found: Values = (values - values.mean()) / values.std()
    return found


def pooled(means: list[float], weights: list[float]) -> list[float]:
    """Monotone regression by pooling what falls (Kruskal's up-and-down blocks)."""
    blocks: list[list[float]] = []  # value, weight, how many
    for mean, weight in zip(means, weights, strict=True):
        blocks.append([mean, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            value, held, size = blocks.pop()
            before = blocks[-1]
            before[0] = (before[0] * before[1] + value * held) / (before[1] + held)
            before[1] += held
            before[2] += size
    return [value for value, _, size in blocks for _ in range(int(size))]


def scaled(answers: Values, proxy: Values, level: str) -> Values:
    """An item's answers as the numbers that fit a proxy best."""
    if level == "numeric":
        return standardized(answers)
    codes = sorted(set(answers))
    means = [float(proxy[answers == code].mean()) for code in codes]
    if level == "nominal":
        told = means
    else:
        held = [float((answers == code).sum()) for code in codes]
        up = pooled(means, held)
        down = [-one for one in pooled([-one for one in means], held)]
        spread = [float(np.array([side[codes.index(one)] for one in answers]).std()) for side in (up, down)]
        told = up if spread[0] >= spread[1] else [-one for one in down]
    return standardized(np.array([told[codes.index(one)] for one in answers]))


def nonmetric(
    answers: Values,
    levels: list[str],
    blocks: list[list[int]],
    paths: list[tuple[int, int]],
    *,
    start: Values,
    scheme: str = "factorial",
    rounds: int = 2_000,
) -> tuple[Values, Values]:
    """The quantified items [n, p] and their weights [p]. start: what the items are before the first round."""
    owner = {item: j for j, block in enumerate(blocks) for item in block}
    items = np.stack([standardized(column) for column in start.T], axis=1)
    weights = np.ones(len(levels))
    for _ in range(rounds):
        scores = [standardized(items[:, block] @ weights[block]) for block in blocks]
        proxies = []
        for j in range(len(blocks)):
            proxy = np.zeros(len(items))
            for a, b in paths:
                if j in (a, b):
                    other = b if j == a else a
                    inner = float(np.corrcoef(scores[j], scores[other])[0, 1])
                    proxy += scores[other] * (np.sign(inner) if scheme == "centroid" else inner)
            proxies.append(proxy)
        before = weights.copy()
        for item, level in enumerate(levels):
            items[:, item] = scaled(answers[:, item], proxies[owner[item]], level)
            weights[item] = np.mean(items[:, item] * proxies[owner[item]])
        for block in blocks:
            weights[block] /= (items[:, block] @ weights[block]).std()
        if np.abs(weights - before).sum() < 1e-13:
            break
    return items, weights
