"""Whether composites mean the same in two groups: MICOM (Henseler, Ringle and Sarstedt 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.estimate import Fits, Options, estimate, estimate_scores
from safar.analysis.path_model.groups import Groups, permute, two_sided
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.stacks import Stack
from safar.domain.path_model import PathModel


class Invariance(StrEnum):
    """What two groups have in common in a construct: nothing, how it is composed, or its mean and variance too."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


class Pooled(StrEnum):
    """What the groups' weights are applied to in step 2: answers as they are, or standardized over both groups."""

    ANSWERS = "answers"
    STANDARDIZED = "standardized"


@dataclass(frozen=True, slots=True)
class Difference:
    """A first group's figure less a second one's, with the bounds between which chance alone leaves it.

    there: whether p is at most the level that was asked for.
    """

    value: float
    low: float
    high: float
    p: float
    there: bool


@dataclass(frozen=True, slots=True)
class ConstructInvariance:
    """One construct in two groups.

    doubts: of step 1, items that do not vary in one group or turn round. correlation: of step 2, of the scores that
    both groups' weights give to all rows; least: what chance leaves it above; same: p is above the level.
    mean: of scores in deviations of all rows. variance: the logarithm of the ratio.
    """

    construct: str
    doubts: tuple[str, ...]
    correlation: float
    least: float
    p: float
    same: bool
    mean: Difference
    variance: Difference

    @property
    def invariance(self) -> Invariance:
        """What the three steps come to."""
        if self.doubts or not self.same:
            return Invariance.NONE
        return Invariance.PARTIAL if self.mean.there or self.variance.there else Invariance.FULL


def micom(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    groups: Groups,
    pair: tuple[int, int],
    permutations: int,
    seed: int,
    level: float = 0.05,
    pooled: Pooled = Pooled.ANSWERS,
    progress: Progress | None = None,
) -> tuple[ConstructInvariance, ...]:
    """The three steps for each construct.

    `pooled` counts where the model's items are the sample's: without higher-order constructs and interactions.
    """
    first, second = groups.members[pair[0]], groups.members[pair[1]]
    both = (first | second).astype(np.float64)[None, :]
    together, scores = estimate_scores(model, sample, both, options)
    moments = together.correlations[0]
    if pooled is Pooled.ANSWERS and together.first is None and together.layout.items == model.items:
        rows = sample.rows[both[0] > 0]
        moments = np.cov(rows, rowvar=False, aweights=sample.case_weights[both[0] > 0]).reshape(len(moments), -1)
    layout = together.layout
    permuted = permute(
        model, sample, options, first=first, second=second, permutations=permutations, seed=seed, progress=progress,
        keep=lambda a, b: {"c": score_correlations(a, b, moments)},
    )  # fmt: skip
    correlation, by_chance = permuted.found["c"][0], permuted.replicates["c"]
    least = np.nanquantile(by_chance, level, axis=0)
    there = np.isfinite(by_chance).sum(axis=0)
    p = (1 + (by_chance <= correlation + 1e-12).sum(axis=0)) / (1 + there)
    means, variances = _moments(
        scores[0], sample.case_weights, (first, second), permutations=permutations, seed=seed, level=level
    )
    doubts = _doubts(model, sample, options, np.array([first, second], dtype=np.float64))
    return tuple(
        ConstructInvariance(
            name,
            doubts[j],
            float(correlation[j]),
            float(least[j]),
            float(p[j]),
            bool(p[j] > level),
            means[j],
            variances[j],
        )
        for j, name in enumerate(layout.constructs)
    )


def score_correlations(first: Fits, second: Fits, moments: Stack) -> Stack:
    """Correlations [B, J] of the scores that two sets of weights give to the same rows; moments: [p, p] of these."""
    starts = first.layout.starts[:-1]
    own = first.layout.owner[:, None] == first.layout.owner
    within = moments * own

    def product(a: Stack, b: Stack) -> Stack:
        return np.asarray(np.add.reduceat(a * (b @ within), starts, axis=1))

    a, b = first.weights.weights, second.weights.weights
    return product(a, b) / np.sqrt(product(a, a) * product(b, b))


def _moments(
    scores: Stack,
    case_weights: NDArray[np.float64],
    sides: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    *,
    permutations: int,
    seed: int,
    level: float,
) -> tuple[list[Difference], list[Difference]]:
    """Step 3: differences of means and of logarithms of variances [J]; the scores stay, the rows change groups."""
    first, second = sides
    rows = np.flatnonzero(first | second)
    scores, weights = scores[rows], case_weights[rows]
    own = first[rows].astype(np.float64)
    chance = np.random.default_rng([seed, 3])
    masks = chance.permuted(np.broadcast_to(own, (permutations, len(rows))), axis=1)
    moments = []
    for side in (np.vstack([own, masks]), np.vstack([1 - own, 1 - masks])):
        shares = side * weights
        total = shares.sum(axis=1, keepdims=True)
        mean = shares @ scores / total
        moments.append((mean, (shares @ scores**2 - total * mean**2) / (total - 1)))
    (mean_a, variance_a), (mean_b, variance_b) = moments
    found = []
    for values in (mean_a - mean_b, np.log(variance_a / variance_b)):
        low, high = np.quantile(values[1:], [level / 2, 1 - level / 2], axis=0)
        p = two_sided(values[0], values[1:])
        found.append(
            [
                Difference(float(values[0][j]), float(low[j]), float(high[j]), float(p[j]), bool(p[j] <= level))
                for j in range(len(p))
            ]
        )
    return found[0], found[1]


def _doubts(model: PathModel, sample: Sample, options: Options, counts: Stack) -> list[tuple[str, ...]]:
    """Step 1, as far as numbers show it: the model and its data's treatment are the same by how this is called."""
    fits = estimate(model, sample, counts, options)
    layout, loadings = fits.layout, fits.structure.loadings
    with np.errstate(invalid="ignore"):
        turned = np.asarray(~(loadings[0] * loadings[1] > 0) & (np.abs(loadings).max(axis=0) >= 0.3))
    lost = np.asarray(~np.isfinite(loadings).all(axis=0))
    return [
        tuple(layout.items[k] for k in range(layout.n_items) if layout.owner[k] == j and (turned[k] or lost[k]))
        for j in range(layout.n_constructs)
    ]
