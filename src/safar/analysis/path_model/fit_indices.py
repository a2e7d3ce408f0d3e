"""Indices of fit made from the likelihood's discrepancy: known from factor analysis, borrowed by path models.

Source: docs/methods/path-model-fit.md. Partial least squares does not minimize this discrepancy, so that no threshold
of factor analysis holds here without a simulation or a bootstrap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from safar.analysis.path_model.estimate import Fits
from safar.analysis.path_model.fit import implied_correlations, misfit
from safar.analysis.path_model.layout import Layout
from safar.domain.path_model import Measured

Values = NDArray[np.float64]


@dataclass(frozen=True)
class FitIndices:
    """Of B data sets, [B] each; df: the degrees of freedom.

    chi_square: (n - 1) times the discrepancy; of_nothing: that of a model without any correlation, with p (p - 1) / 2
    degrees of freedom. rms_theta: root mean square of the correlations that the scores leave between items (within a
    composite any are allowed and not counted). critical_n: the sample size at which the model would just be rejected at
    5 %. nnfi (TLI) is not cut at 1.
    """

    df: int
    chi_square: Values
    of_nothing: Values
    cfi: Values
    gfi: Values
    ifi: Values
    nnfi: Values
    rmsea: Values
    rms_theta: Values
    critical_n: Values

    @property
    def relative(self) -> Values:
        """Chi-square by degree of freedom."""
        found: Values = self.chi_square / self.df
        return found


def degrees_of_freedom(layout: Layout) -> int:
    """Correlations of items less what is free in the model.

    Free are: paths, correlations of exogenous constructs, a factor's loadings, and of a composite the correlations
    of its items and its weights but one.
    """
    p = layout.n_items
    exogenous = layout.n_constructs - len(layout.sources)
    free = exogenous * (exogenous - 1) // 2 + int(layout.paths.sum())
    for size, measured in zip(layout.sizes.tolist(), layout.measured, strict=True):
        free += size if measured is Measured.FACTOR and size > 1 else size * (size - 1) // 2 + size - 1
    return p * (p - 1) // 2 - free


def fit_indices(fits: Fits, n: int) -> FitIndices:
    """See `FitIndices`. n: rows. Not numbers where the implied correlations have no inverse or df is zero or below."""
    df, p = degrees_of_freedom(fits.layout), fits.layout.n_items
    df0 = p * (p - 1) / 2
    chi_square = (n - 1) * misfit(fits, saturated=False).d_ml
    _, logarithm = np.linalg.slogdet(fits.correlations)
    nothing = -(n - 1) * logarithm
    ratio = np.linalg.solve(implied_correlations(fits, saturated=False), fits.correlations)
    rest = ratio - np.eye(p)
    worse = np.maximum(chi_square - df, 0)
    freedom = df if df > 0 else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        return FitIndices(
            df=df,
            chi_square=chi_square,
            of_nothing=nothing,
            # Where neither model leaves anything, nothing is left to explain either.
            cfi=1 - worse / np.maximum(np.maximum(nothing - df0, worse), np.finfo(float).tiny),
            gfi=1 - (rest**2).sum(axis=(1, 2)) / (ratio**2).sum(axis=(1, 2)),
            ifi=(nothing - chi_square) / (nothing - df),
            nnfi=(nothing / df0 - chi_square / freedom) / (nothing / df0 - 1),
            rmsea=np.sqrt(worse / (freedom * (n - 1))),
            rms_theta=rms_theta(fits),
            critical_n=chi2.ppf(0.95, freedom) / (chi_square / (n - 1)) + 1,
        )


def rms_theta(fits: Fits) -> Values:
    """Root mean square of what the scores leave of the items' correlations, [B]; see `FitIndices`."""
    layout, data = fits.layout, fits.correlations
    items = np.arange(layout.n_items)
    loadings = np.zeros((len(data), layout.n_items, layout.n_constructs))
    loadings[:, items, layout.owner] = fits.structure.loadings
    across = np.matmul(fits.weights.loadings, loadings.transpose(0, 2, 1))
    explained = np.matmul(np.matmul(loadings, fits.structure.constructs), loadings.transpose(0, 2, 1))
    left = data - across - across.transpose(0, 2, 1) + explained
    composite = np.array([one is Measured.COMPOSITE for one in layout.measured])[layout.owner]
    same = layout.owner[:, None] == layout.owner
    counted = np.tril(~(same & composite[:, None]), -1)
    found: Values = np.sqrt((left[:, counted] ** 2).mean(axis=1))
    return found
