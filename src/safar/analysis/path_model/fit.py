"""How far the model's correlations are from those of the data, over all items.

Source: docs/methods/path-model-fit.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.estimate import Fits
from safar.analysis.path_model.stacks import Stack
from safar.analysis.path_model.structure import total_effects
from safar.domain.path_model import Measured


@dataclass(frozen=True)
class Misfit:
    """Distances [B] between the data's correlations and the model's.

    srmr: root mean square of the differences. d_uls: half their squares' sum. d_g: geodesic distance. d_ml: the
    likelihood's discrepancy. nfi: share of the discrepancy of a model without any correlation that this one takes away.
    """

    srmr: NDArray[np.float64]
    d_uls: NDArray[np.float64]
    d_g: NDArray[np.float64]
    d_ml: NDArray[np.float64]
    nfi: NDArray[np.float64]


def implied_correlations(fits: Fits, *, saturated: bool) -> Stack:
    """The items' correlations [B, p, p] that the model implies.

    saturated: with the constructs' correlations as estimated; else with those that the paths imply. Within a composite
    the items correlate as they do in the data; within a common factor by their loadings alone.
    """
    layout, structure = fits.layout, fits.structure
    constructs = structure.constructs.copy() if saturated else implied_by_paths(fits)
    place = np.arange(layout.n_constructs)
    # Between the items of one factor stand its loadings, whatever variance the paths leave it.
    constructs[:, place, place] = 1.0
    loadings = structure.loadings
    owner = layout.owner
    found = loadings[:, :, None] * loadings[:, None, :] * constructs[:, owner[:, None], owner]
    for j, measured in enumerate(layout.measured):
        if measured is Measured.COMPOSITE:
            block = layout.block(j)
            found[:, block, block] = fits.correlations[:, block, block]
    items = np.arange(layout.n_items)
    found[:, items, items] = 1.0
    return found


def implied_by_paths(fits: Fits) -> Stack:
    """Covariances of constructs [B, J, J] that follow from the exogenous ones' correlations and the paths.

    Unexplained variances are those estimated (1 - R²), so that an endogenous construct's variance need not be one.
    """
    structure, layout = fits.structure, fits.layout
    endogenous = np.array(sorted(layout.sources), dtype=np.intp)
    exogenous = np.array([j for j in range(layout.n_constructs) if j not in layout.sources], dtype=np.intp)
    moved = np.zeros_like(structure.constructs)
    moved[:, exogenous[:, None], exogenous] = structure.constructs[:, exogenous[:, None], exogenous]
    moved[:, endogenous, endogenous] = 1 - structure.r2[:, endogenous]
    ways = np.eye(layout.n_constructs) + total_effects(structure.paths)
    found: Stack = np.matmul(np.matmul(ways.transpose(0, 2, 1), moved), ways)
    return found


def misfit(fits: Fits, *, saturated: bool) -> Misfit:
    """See `Misfit`. Distances that need positive definite matrices are not numbers where one is not."""
    data, model = fits.correlations, implied_correlations(fits, saturated=saturated)
    p = fits.layout.n_items
    difference = data - model
    lower, upper = np.tril_indices(p)
    srmr = np.sqrt((difference[:, lower, upper] ** 2).sum(axis=1) / (p * (p + 1) / 2))
    logarithm, alone = _log_determinant(model), -_log_determinant(data)  # alone: of a model without any correlation
    # An estimate that cannot be right may imply anything, also what is no number.
    fine = np.isfinite(logarithm) & np.isfinite(data).all(axis=(1, 2))
    d_ml, d_g = np.full(len(data), np.nan), np.full(len(data), np.nan)
    ratios = np.linalg.solve(model[fine], data[fine])
    d_ml[fine] = logarithm[fine] + np.trace(ratios, axis1=1, axis2=2) + alone[fine] - p
    with np.errstate(divide="ignore", invalid="ignore"):
        d_g[fine] = 0.5 * (np.log(np.linalg.eigvals(ratios).real) ** 2).sum(axis=1)
        nfi = 1 - d_ml / alone
    return Misfit(srmr, 0.5 * (difference**2).sum(axis=(1, 2)), d_g, d_ml, nfi)


def _log_determinant(matrices: Stack) -> NDArray[np.float64]:
    """[B]; not a number where a matrix is not finite, or its determinant not above zero."""
    with np.errstate(invalid="ignore"):
        sign, logarithm = np.linalg.slogdet(matrices)
    return np.where(sign > 0, logarithm, np.nan)
