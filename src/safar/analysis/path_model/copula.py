"""Whether a predictor hides a cause that is not in the model: Gaussian copula terms (docs/methods/endogeneity.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import kstest, rankdata

from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.estimate import Options, estimate, estimate_scores
from safar.analysis.path_model.intervals import p_value
from safar.analysis.path_model.mediation import Effect, effects_of
from safar.analysis.path_model.moments import Sample, resample_counts
from safar.analysis.path_model.stacks import Stack
from safar.domain.path_model import BadPathModel, PathModel

MOST_SUSPECTS = 6
"""Most predictors whose combinations are all tried."""

MOST_NORMAL_P = 0.10
"""Where the approximation of Lilliefors' p-values ends."""

Values = NDArray[np.float64]
NormalTest = Callable[[Values], float]
"""The p-value of scores being normal; not a number where it is known only to be large."""


class NoCopula(BadPathModel):
    """Endogeneity cannot be tested by copula terms here."""

    code = "path-model.copula"
    next_step = "Name predictors of that construct whose scores are far from normal."


@dataclass(frozen=True, slots=True)
class CopulaTerm:
    """A predictor's copula term in one regression. there: its p-value is at most the level."""

    source: str
    term: Effect
    there: bool


@dataclass(frozen=True, slots=True)
class CopulaModel:
    """One combination of copula terms: the terms, and every path to the target with them in the regression."""

    terms: tuple[CopulaTerm, ...]
    paths: dict[str, Effect]


@dataclass(frozen=True, slots=True)
class Endogeneity:
    """What copula terms say of a target's predictors.

    normal: by predictor, the p-value of its scores being normal (not a number: above 0.1); usable: those at most the
    level, which alone have terms. models: without terms first, then every combination.
    """

    target: str
    normal: dict[str, float]
    usable: tuple[str, ...]
    models: tuple[CopulaModel, ...]

    @property
    def suspected(self) -> tuple[str, ...]:
        """Predictors whose term is there in some combination."""
        found = (one.source for model in self.models for one in model.terms if one.there)
        return tuple(dict.fromkeys(found))


def lilliefors(values: Values) -> float:
    """Kolmogorov and Smirnov's test of normality with mean and deviation estimated.

    p by the approximation of Dallal and Wilkinson (1986), which ends at 0.1: above it there is no number.
    """
    n = len(values)
    distance = kstest((values - values.mean()) / values.std(ddof=1), "norm").statistic
    if n > 100:
        distance, n = distance * (n / 100) ** 0.49, 100
    p = np.exp(
        -7.01256 * distance**2 * (n + 2.78019)
        + 2.99587 * distance * np.sqrt(n + 2.78019)
        - 0.122119
        + 0.974598 / np.sqrt(n)
        + 1.67997 / n
    )
    return float(p) if p <= MOST_NORMAL_P else float("nan")


def find_endogeneity(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    target: str,
    suspects: Sequence[str] | None = None,
    resamples: int = 1_000,
    seed: int,
    level: float = 0.05,
    normal: NormalTest = lilliefors,
    progress: Progress | None = None,
) -> Endogeneity:
    """Regressions of a target's scores with copula terms of its predictors, all combinations (Park and Gupta 2012).

    suspects: None: all that act on the target, interactions left out. Intervals and p-values come from the bootstrap,
    the terms made anew in each resample. Raises: NoCopula.
    """
    made = {one.name for one in model.interactions}
    sources = model.sources(target)
    chosen = tuple(suspects) if suspects is not None else tuple(name for name in sources if name not in made)
    if not chosen or any(name not in sources or name in made for name in chosen):
        raise NoCopula(f"{', '.join(chosen) or 'Nothing'} does not act on {target!r} by itself.")
    fits, scores = estimate_scores(model, sample, np.ones((1, sample.n)), options)
    names = fits.layout.constructs
    places = [names.index(name) for name in sources]
    normality = {name: normal(scores[0, :, names.index(name)]) for name in chosen}
    usable = tuple(name for name in chosen if normality[name] <= level)
    if len(usable) > MOST_SUSPECTS:
        raise NoCopula(f"{len(usable)} predictors; the combinations of {MOST_SUSPECTS} are tried at most.")
    sets = list(chain.from_iterable(combinations(usable, size) for size in range(len(usable) + 1)))
    columns = [[sources.index(name) for name in one] for one in sets]
    ones = np.ones((1, sample.n))
    y = names.index(target)
    found = _regressions(scores, places, y, columns, ones * sample.case_weights)
    replicates: list[list[Stack]] = [[] for _ in sets]
    done = 0
    like = estimate(model, sample, ones, options).structure.loadings
    for counts in resample_counts(sample.n, resamples, seed=seed, at_once=50):
        drawn_fits, drawn_scores = estimate_scores(model, sample, counts, options)
        together = drawn_fits.structure.loadings * like
        signs = np.where(np.add.reduceat(together, drawn_fits.layout.starts[:-1], axis=1) < 0, -1.0, 1.0)
        turned = drawn_scores * signs[:, None, :]
        for kept, slopes in zip(
            replicates, _regressions(turned, places, y, columns, counts * sample.case_weights), strict=True
        ):
            kept.append(slopes)
        done += len(counts)
        if progress is not None:
            progress(done, resamples)
    models = []
    for one, slopes, parts in zip(sets, found, replicates, strict=True):
        values = np.concatenate(parts)
        effects = effects_of(slopes[0], values, n=sample.n, confidence=1 - level)
        p = p_value(values)
        terms = tuple(
            CopulaTerm(name, effects[len(sources) + k], bool(p[len(sources) + k] <= level))
            for k, name in enumerate(one)
        )
        models.append(CopulaModel(terms, dict(zip(sources, effects[: len(sources)], strict=True))))
    return Endogeneity(target, normality, usable, tuple(models))


def _regressions(scores: Stack, places: list[int], target: int, columns: list[list[int]], counts: Stack) -> list[Stack]:
    """Slopes [B, q + terms] of each set of terms; scores: [B, n, J]."""
    x, y = scores[:, :, places], scores[:, :, target]
    terms = copula_terms(x, counts)
    root = np.sqrt(counts)
    found = []
    for own in columns:
        design = np.concatenate([np.ones((*x.shape[:2], 1)), x, terms[:, :, own]], axis=2) * root[:, :, None]
        gram = np.matmul(design.transpose(0, 2, 1), design)
        right = np.matmul(design.transpose(0, 2, 1), (y * root)[:, :, None])
        found.append(np.asarray(np.matmul(np.linalg.pinv(gram, hermitian=True), right)[:, 1:, 0]))
    return found


def copula_terms(values: Stack, counts: Stack) -> Stack:
    """The normal quantile of each value's rank, standardized: [B, n, q]; counts: [B, n], how often each row counts.

    Ties share the highest of their ranks; the highest of all stays below 1 by one over twice the rows.
    """
    found = np.empty_like(values)
    total = counts.sum(axis=1)
    for b in range(len(values)):
        for q in range(values.shape[2]):
            order = rankdata(values[b, :, q], method="dense") - 1
            held = np.bincount(order, weights=counts[b])
            share = np.cumsum(held)[order] / total[b]
            found[b, :, q] = ndtri(np.clip(share, 1 / (2 * total[b]), 1 - 1 / (2 * total[b])))
    shares = counts / total[:, None]
    centered = found - np.einsum("bn,bnq->bq", shares, found)[:, None, :]
    deviations = np.sqrt(np.einsum("bn,bnq->bq", shares, centered**2))
    return np.asarray(centered / deviations[:, None, :])
