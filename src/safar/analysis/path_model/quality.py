"""How well items measure their constructs: reliability, convergent and discriminant validity, collinearity.

All on stacks, so that each figure can have a bootstrap interval. Source: docs/methods/reliability.md,
discriminant-validity.md, common-method.md and path-model-comparison.md.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from safar.analysis.path_model.estimate import Fits
from safar.analysis.path_model.layout import Layout
from safar.analysis.path_model.stacks import Stack, inverse

_NO_CORRELATION = 1e-14
"""Correlations below it are zero but for rounding."""
_NOTHING_OWN = 1e6
"""VIF from which an item follows from others exactly, but for how numbers are kept."""


def alpha(moments: Stack, layout: Layout) -> Stack:
    """Cronbach's alpha [B, J] of covariances [B, p, p] (raw) or of correlations (standardized).

    Of a single item it is not a number.
    """
    own, total = _within(moments, layout)
    size = layout.sizes
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Stack = size / (size - 1) * (1 - own / total)
    return found


class Total(StrEnum):
    """Whose variance a sum of items is compared with: what the loadings imply, or what the data have."""

    MODEL = "model"
    DATA = "data"


def rho_c(fits: Fits, *, weighted: bool = False, total: Total = Total.MODEL) -> Stack:
    """Composite reliability [B, J]: the share of a score's variance that is the construct's, by loadings.

    Of the sum of the items (with `Total.MODEL` Jöreskog's rho), or of the weighted score. Of a single item it is 1.
    """
    layout, starts = fits.layout, fits.layout.starts[:-1]
    loadings = fits.structure.loadings
    weights = fits.weights.weights if weighted else np.ones_like(loadings)
    common = np.add.reduceat(weights * loadings, starts, axis=1) ** 2
    if total is Total.MODEL:
        return np.asarray(common / (common + np.add.reduceat(weights**2 * (1 - loadings**2), starts, axis=1)))
    place = np.arange(layout.n_constructs)
    sums = _block_sums(weights[:, :, None] * weights[:, None, :] * fits.correlations, layout)
    return np.asarray(common / sums[:, place, place])


def average_variance_extracted(fits: Fits) -> Stack:
    """AVE [B, J]: the mean of squared loadings."""
    found: Stack = np.add.reduceat(fits.structure.loadings**2, fits.layout.starts[:-1], axis=1) / fits.layout.sizes
    return found


def htmt(correlations: Stack, layout: Layout, *, signed: bool = False) -> Stack:
    """Heterotrait-monotrait ratios [B, J, J] (Henseler, Ringle and Sarstedt 2015).

    The mean correlation of two constructs' items over the geometric mean of the mean correlations within each; of
    absolute correlations, or as they are where `signed`. A construct with one item has 1 within.
    """
    values = correlations if signed else np.abs(correlations)
    sums = _block_sums(values, layout)
    sizes = layout.sizes
    place = np.arange(layout.n_constructs)
    pairs = sizes * (sizes - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        within = np.where(pairs > 0, (sums[:, place, place] - sizes) / pairs, 1.0)
        means = sums / (sizes[:, None] * sizes)
        found: Stack = means / np.sqrt(within[:, :, None] * within[:, None, :])
    found[:, place, place] = 1.0
    return found


def htmt2(correlations: Stack, layout: Layout) -> Stack:
    """The same with geometric means throughout [B, J, J], for items that load differently (Roemer et al. 2021).

    Of absolute correlations. A construct with one item has 1 within; a correlation of zero makes a ratio zero.
    """
    size = np.abs(correlations)
    with np.errstate(divide="ignore"):
        logs = np.log(np.where(size > _NO_CORRELATION, size, 0.0))
    sums, sizes = _block_sums(logs, layout), layout.sizes
    place = np.arange(layout.n_constructs)
    pairs = np.maximum(sizes * (sizes - 1), 1)  # an item's logarithm with itself is zero
    with np.errstate(invalid="ignore"):
        within = sums[:, place, place] / pairs
        found: Stack = np.exp(sums / (sizes[:, None] * sizes) - (within[:, :, None] + within[:, None, :]) / 2)
    found[:, place, place] = 1.0
    return found


def fornell_larcker(fits: Fits) -> Stack:
    """[B, J, J]: correlations of constructs, with the root of the AVE on the diagonal."""
    found = fits.structure.constructs.copy()
    place = np.arange(fits.layout.n_constructs)
    found[:, place, place] = np.sqrt(average_variance_extracted(fits))
    return found


def item_vif(correlations: Stack, layout: Layout) -> Stack:
    """Variance inflation of each item [B, p] by the other items of its construct; of a single item it is 1.

    Infinite where it follows from them exactly: what the inverse gives there is rounding, of either sign.
    """
    found = np.ones((len(correlations), layout.n_items))
    for j in range(layout.n_constructs):
        block = layout.block(j)
        found[:, block] = _inflation(correlations[:, block, block])
    return found


def antecedent_vif(fits: Fits) -> Stack:
    """[B, J, J]; [i, j]: variance inflation of i among what acts on j. Not a number where i does not act on j."""
    constructs = fits.structure.constructs
    found = np.full_like(constructs, np.nan)
    for target, sources in fits.layout.sources.items():
        found[:, sources, target] = _diagonal(inverse(constructs[:, sources[:, None], sources], least=0.0))
    return found


def full_collinearity(constructs: Stack) -> Stack:
    """Variance inflation of each construct by all others [B, J], from their correlations [B, J, J].

    The limit of 3.3, above which a common method is suspected (Kock 2015), was found for plain scores
    (`Weights.scores`); correlations that are corrected for error exceed it by far. Infinite where a construct follows
    from the others exactly.
    """
    return _inflation(constructs)


def effect_sizes(fits: Fits) -> Stack:
    """f² [B, J, J]; [i, j]: what of j's unexplained variance i explains, the scores kept as they are.

    From the whole regression: leaving i out costs b² / VIF of explained variance. Not a number where there is no path.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        lost = fits.structure.paths**2 / antecedent_vif(fits)
        found: Stack = lost / (1 - fits.structure.r2[:, None, :])
    return found


def _within(moments: Stack, layout: Layout) -> tuple[Stack, Stack]:
    """Sums of variances and of all moments within each construct."""
    items = np.arange(layout.n_items)
    own = np.add.reduceat(moments[:, items, items], layout.starts[:-1], axis=1)
    place = np.arange(layout.n_constructs)
    return own, _block_sums(moments, layout)[:, place, place]


def _block_sums(values: Stack, layout: Layout) -> Stack:
    starts = layout.starts[:-1]
    found: Stack = np.add.reduceat(np.add.reduceat(values, starts, axis=1), starts, axis=2)
    return found


def _inflation(correlations: Stack) -> Stack:
    """Of positive semi-definite correlations, [B, k]; at their edge the inverse is rounding, of either sign."""
    found = _diagonal(inverse(correlations, least=0.0)).copy()
    found[(found > _NOTHING_OWN) | (found < 0.5)] = np.inf
    return found


def _diagonal(matrices: Stack) -> Stack:
    return np.diagonal(matrices, axis1=1, axis2=2)
