"""How much of the items the constructs carry, and whether items are of one kind.

Source: docs/methods/goodness-of-fit.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.estimate import Fits
from safar.analysis.path_model.layout import Layout
from safar.analysis.path_model.stacks import Stack


@dataclass(frozen=True)
class Unidimensionality:
    """Of one construct's items; not numbers for a single item.

    dillon_goldstein: composite reliability by the first principal component's loadings. first, second: the largest
    eigenvalues of their correlations.
    """

    dillon_goldstein: NDArray[np.float64]
    first: NDArray[np.float64]
    second: NDArray[np.float64]


def communality(fits: Fits) -> Stack:
    """[B, p]: the share of each item's variance that its construct carries, the squared loading."""
    return np.asarray(fits.structure.loadings**2)


def redundancy(fits: Fits) -> Stack:
    """[B, p]: the share of each item's variance that the causes of its construct explain; 0 if it has none."""
    return np.asarray(communality(fits) * np.nan_to_num(fits.structure.r2)[:, fits.layout.owner])


def goodness_of_fit(fits: Fits) -> NDArray[np.float64]:
    """GoF [B] (Tenenhaus, Amato and Esposito Vinzi 2004): the root of mean communality times mean R².

    The mean over the items of constructs with several items; a single item would only raise it. It is no test: a model
    that is wrong can have a high one (Henseler and Sarstedt 2013). Not a number where every construct has one item.
    """
    several = (fits.layout.sizes > 1)[fits.layout.owner]
    if not several.any():
        return np.full(len(fits.correlations), np.nan)
    explained = fits.structure.r2[:, sorted(fits.layout.sources)].mean(axis=1)
    return np.asarray(np.sqrt(communality(fits)[:, several].mean(axis=1) * explained))


def unidimensionality(correlations: Stack, layout: Layout) -> Unidimensionality:
    """Of each construct, [B, J] each."""
    shape = (len(correlations), layout.n_constructs)
    rho, first, second = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    for j in range(layout.n_constructs):
        block = layout.block(j)
        if layout.sizes[j] < 2:
            continue
        values, vectors = np.linalg.eigh(correlations[:, block, block])
        first[:, j], second[:, j] = values[:, -1], values[:, -2]
        loadings = vectors[:, :, -1] * np.sqrt(values[:, -1:])
        common = loadings.sum(axis=1) ** 2
        rho[:, j] = common / (common + (1 - loadings**2).sum(axis=1))
    return Unidimensionality(rho, first, second)
