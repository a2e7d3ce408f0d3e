"""Paths from weights: correlations of constructs, regressions, effects; consistent where that is asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.layout import Layout
from safar.analysis.path_model.stacks import Stack, least_eigenvalue, solve
from safar.analysis.path_model.weights import Weights

_ROUNDING = 1e-10


@dataclass(frozen=True)
class Structure:
    """Estimates of a stack of B data sets, J constructs, p items.

    loadings: [B, p], of each item on its own construct. reliabilities: [B, J], rho_A, and 1 for what is not corrected.
    constructs: [B, J, J], correlations of the constructs. paths: [B, J, J]; [i, j]: of i on j, 0 where there is none.
    r2: [B, J], not a number for exogenous ones. admissible: [B].
    """

    loadings: Stack
    reliabilities: Stack
    constructs: Stack
    paths: Stack
    r2: Stack
    admissible: NDArray[np.bool_]


def find_structure(weights: Weights, layout: Layout, *, consistent: bool) -> Structure:
    """Paths by ordinary least squares among the constructs.

    consistent: correct the correlations of common factors for their items' error (Dijkstra and Henseler 2015).
    Not admissible: no convergence, paths that the data do not determine, a reliability outside 0 to 1, a loading beyond
    1, correlations of constructs that no data can have (not positive semi-definite). Numbers are given all the same.
    """
    items = np.arange(layout.n_items)
    loadings = weights.loadings[:, items, layout.owner]
    reliabilities = np.ones((len(loadings), layout.n_constructs))
    constructs = weights.scores
    admissible = weights.converged.copy()
    if consistent and layout.corrected.any():
        reliabilities = np.where(layout.corrected, rho_a(weights.weights, layout), 1.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            root = np.sqrt(reliabilities)
            constructs = constructs / (root[:, :, None] * root[:, None, :])
            size = np.add.reduceat(weights.weights**2, layout.starts[:-1], axis=1)
            corrected = weights.weights * (root / size)[:, layout.owner]
        loadings = np.where(layout.corrected[layout.owner], corrected, loadings)
        diagonal = np.arange(layout.n_constructs)
        constructs[:, diagonal, diagonal] = 1.0
        admissible &= ((reliabilities > 0) & (reliabilities <= 1)).all(axis=1)
        admissible &= (np.abs(loadings) <= 1 + _ROUNDING).all(axis=1)
        admissible &= least_eigenvalue(constructs) >= -_ROUNDING
    paths, r2 = regress(constructs, layout)
    admissible &= np.isfinite(paths).all(axis=(1, 2))
    return Structure(loadings, reliabilities, constructs, paths, r2, admissible)


def regress(constructs: Stack, layout: Layout) -> tuple[Stack, Stack]:
    """Standardized coefficients [B, J, J] and shares of variance explained [B, J], from correlations [B, J, J].

    Not numbers where what acts on a construct determines each other exactly.
    """
    count = len(constructs)
    paths = np.zeros_like(constructs)
    r2 = np.full((count, layout.n_constructs), np.nan)
    for target, sources in layout.sources.items():
        with_target = constructs[:, sources, target]
        among = constructs[:, sources[:, None], sources]
        slopes = with_target if len(sources) == 1 else solve(among, with_target[:, :, None])[:, :, 0]
        paths[:, sources, target] = slopes
        r2[:, target] = (slopes * with_target).sum(axis=1)
    return paths, r2


def rho_a(weights: Stack, layout: Layout) -> Stack:
    """Dijkstra and Henseler's reliability of scores [B, J]; of a single item it is not a number."""
    starts = layout.starts[:-1]
    squares = np.add.reduceat(weights**2, starts, axis=1)
    fourths = np.add.reduceat(weights**4, starts, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Scores have variance one, so that what items share is one less their own squares.
        found: Stack = squares**2 * (1 - squares) / (squares**2 - fourths)
    return found


def total_effects(paths: Stack) -> Stack:
    """Effects along all ways, direct ones included: [B, J, J]."""
    total = paths.copy()
    step = paths
    for _ in range(paths.shape[1] - 1):
        step = np.matmul(step, paths)
        if not step.any():
            break
        total += step
    return total
