"""Segments by what a model leaves unexplained: REBUS (Esposito Vinzi and others 2008).

Source: docs/methods/segments-of-a-path-model.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist

from safar.analysis.path_model.estimate import Fits, Options, estimate_scores
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.products import drawn
from safar.analysis.path_model.stacks import Stack
from safar.domain.path_model import BadPathModel, PathModel

FEWEST = 10
"""Fewest rows of a segment: with fewer its weights follow single answers."""
MOST_ROWS = 20_000
"""Rows whose distances to each other are held at once."""


class BadSegments(BadPathModel):
    """Segments of a model cannot be found in these answers."""

    code = "path-model.segments"
    next_step = "Ask for fewer segments, give more rows, or leave out interactions and higher-order constructs."


@dataclass(frozen=True)
class Segments:
    """K segments: whose row is whose [n], 0 to K - 1; the fits of all, [K, …]; how many rounds it took.

    quality: the group quality index, the goodness of fit of all segments together. settled: whether rows stopped
    changing.
    """

    members: NDArray[np.int64]
    fits: Fits
    rounds: int
    quality: float
    settled: bool

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Rows of each segment, [K]."""
        return np.bincount(self.members, minlength=len(self.fits.correlations))


def rebus(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    segments: int,
    moved: float = 0.005,
    most_rounds: int = 100,
) -> Segments:
    """Rows by the model that is closest to them.

    Begins with Ward's clusters of the residuals of the model of all, ends when fewer than the share `moved` of rows
    change segment. No chance in it. Raises: BadSegments.
    """
    _check(model, sample, segments)
    everyone = np.ones((1, sample.n))
    fits, scores = estimate_scores(model, sample, everyone, options)
    members = _ward(np.concatenate(_residuals(fits, scores, sample, everyone), axis=2)[0], segments)
    settled = False
    rounds = 0
    while not settled and rounds < most_rounds:
        rounds += 1
        closest = np.argmin(_distances(model, sample, options, members, segments), axis=0)
        settled = bool((closest != members).mean() < moved)
        members = closest
    counts = _counts(members, segments)
    fits, _ = estimate_scores(model, sample, counts, options)
    return Segments(members, fits, rounds, group_quality(fits, counts.sum(axis=1)), settled)


def group_quality(fits: Fits, sizes: NDArray[np.float64]) -> float:
    """Root of the mean, over segments by their rows, of mean communality times mean R² (Trinchera 2007)."""
    shares = sizes / sizes.sum()
    communality = (fits.structure.loadings**2).mean(axis=1)
    explained = np.nanmean(fits.structure.r2[:, sorted(fits.layout.sources)], axis=1)
    return float(np.sqrt(shares @ (communality * explained)))


def _ward(residuals: Stack, segments: int) -> NDArray[np.int64]:
    # Ward's recursion on distances, not on their squares, as the reference implementation has it.
    tree = linkage(np.sqrt(pdist(residuals)), method="ward")
    found: NDArray[np.int64] = fcluster(tree, segments, criterion="maxclust").astype(np.int64) - 1
    return found


def _residuals(fits: Fits, scores: Stack, sample: Sample, counts: Stack) -> tuple[Stack, Stack]:
    """What each model leaves of every row: of items [K, n, p] and of endogenous scores [K, n, E]."""
    layout = fits.layout
    items = drawn(sample, counts).standardized(np.broadcast_to(sample.standardized, (len(counts), *sample.rows.shape)))
    outer = items - scores[:, :, layout.owner] * fits.structure.loadings[:, None, :]
    endogenous = sorted(layout.sources)
    inner = scores[:, :, endogenous] - np.matmul(scores, fits.structure.paths)[:, :, endogenous]
    return outer, inner


def _distances(model: PathModel, sample: Sample, options: Options, members: NDArray[np.int64], segments: int) -> Stack:
    """How far each row is from each segment's model, [K, n]."""
    counts = _counts(members, segments)
    if (counts.sum(axis=1) < FEWEST).any():
        raise BadSegments(f"A segment fell below {FEWEST} rows.")
    fits, scores = estimate_scores(model, sample, counts, options)
    if not fits.weights.converged.all():
        raise BadSegments("A segment's model could not be estimated: an item does not vary in it.")
    outer, inner = _residuals(fits, scores, sample, counts)
    endogenous = sorted(fits.layout.sources)
    parts = [
        (outer**2 / fits.structure.loadings[:, None, :] ** 2).sum(axis=2),
        (inner**2 / fits.structure.r2[:, None, endogenous]).sum(axis=2),
    ]
    found = np.ones((segments, sample.n))
    for part in parts:
        # Scaled by what each model leaves of all rows, as the reference implementation does it.
        found *= part / (part.sum(axis=1, keepdims=True) / (sample.n - 2))
    return np.asarray(np.sqrt(found))


def _counts(members: NDArray[np.int64], segments: int) -> Stack:
    return np.asarray((members == np.arange(segments)[:, None]).astype(np.float64))


def _check(model: PathModel, sample: Sample, segments: int) -> None:
    if model.interactions or model.higher_orders:
        raise BadSegments("REBUS takes models whose items are all asked ones.")
    if not 2 <= segments <= sample.n // FEWEST:
        raise BadSegments(f"{segments} segments of {sample.n} rows.")
    if sample.n > MOST_ROWS:
        raise BadSegments(
            f"{sample.n:,} rows; REBUS takes {MOST_ROWS:,} at most.", next_step="Draw a sample of the rows."
        )
