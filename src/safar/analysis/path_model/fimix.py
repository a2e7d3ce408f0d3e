"""Segments as a mixture of regressions between scores: FIMIX (Hahn, Johnson, Herrmann and Huber 2002).

Source: docs/methods/segments-of-a-path-model.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.estimate import Options, estimate_scores
from safar.analysis.path_model.layout import Layout
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.rebus import FEWEST, BadSegments
from safar.analysis.path_model.stacks import Stack
from safar.domain.path_model import PathModel

LEAST_VARIANCE = 1e-4
"""Of what a segment leaves unexplained: without a bound a segment of a few rows fits perfectly."""


@dataclass(frozen=True)
class Criteria:
    """Information criteria, the lower the better, and the entropy criterion EN: 1 where every row's segment is sure."""

    log_likelihood: float
    parameters: int
    aic: float
    aic3: float
    aic4: float
    bic: float
    caic: float
    hq: float
    mdl5: float
    en: float


@dataclass(frozen=True)
class Mixture:
    """K segments, the largest first.

    chances: [n, K], how likely each row belongs to each. shares: [K]. paths: [K, J, J], as a fit's.
    unexplained: [K, J], variances of endogenous scores, not a number for exogenous ones.
    """

    constructs: tuple[str, ...]
    chances: NDArray[np.float64]
    shares: NDArray[np.float64]
    paths: Stack
    unexplained: NDArray[np.float64]
    criteria: Criteria
    rounds: int
    settled: bool

    @property
    def members(self) -> NDArray[np.int64]:
        """The likeliest segment of each row, [n]."""
        return np.asarray(self.chances.argmax(axis=1), dtype=np.int64)


def fimix(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    segments: Sequence[int],
    starts: int = 20,
    seed: int,
    tolerance: float = 1e-6,
    most_rounds: int = 2_000,
) -> tuple[Mixture, ...]:
    """A mixture for each number of segments (1 is the model of all), the likeliest of so many random starts.

    The scores are those of the model of all: only paths differ. tolerance: change of the log-likelihood a row at which
    a start ends. Raises: BadSegments.
    """
    most = sample.n // FEWEST
    if wrong := [count for count in segments if not 1 <= count <= most]:
        raise BadSegments(f"{wrong[0]} segments of {sample.n} rows.")
    fits, scores = estimate_scores(model, sample, np.ones((1, sample.n)), options)
    mixture = _Regressions(scores[0], fits.layout, sample.case_weights)
    return tuple(
        mixture.fit(count, 1 if count == 1 else starts, np.random.default_rng([seed, count]), tolerance, most_rounds)
        for count in segments
    )


class _Regressions:
    """The regressions of endogenous scores. All starts run at once: chances are [S, n, K]."""

    def __init__(self, scores: NDArray[np.float64], layout: Layout, case_weights: NDArray[np.float64]) -> None:
        self._scores, self._layout, self._weights = scores, layout, case_weights
        self._targets = sorted(layout.sources)

    def fit(
        self, segments: int, starts: int, chance: np.random.Generator, tolerance: float, most_rounds: int
    ) -> Mixture:
        n = len(self._scores)
        # Every row is in one segment to begin with: even chances would never part.
        chances = np.eye(segments)[chance.integers(segments, size=(starts, n))]
        before = np.full(starts, -np.inf)
        settled, rounds = False, 0
        while not settled and rounds < most_rounds:
            rounds += 1
            shares, slopes, variances = self._maximize(chances)
            chances, likelihood = self._expect(shares, slopes, variances)
            settled = bool((np.abs(likelihood - before) < tolerance * n).all())
            before = likelihood
        best = int(likelihood.argmax())
        order = np.argsort(-shares[best], kind="stable")
        count = len(self._scores[0])
        paths = np.zeros((segments, count, count))
        unexplained = np.full((segments, count), np.nan)
        for place, target in enumerate(self._targets):
            paths[:, self._layout.sources[target], target] = slopes[place][best][order]
            unexplained[:, target] = variances[best][order, place]
        found = chances[best][:, order]
        return Mixture(
            constructs=self._layout.constructs,
            chances=found,
            shares=shares[best][order],
            paths=paths,
            unexplained=unexplained,
            criteria=self._criteria(float(likelihood[best]), found),
            rounds=rounds,
            settled=settled,
        )

    def _maximize(self, chances: Stack) -> tuple[Stack, list[Stack], Stack]:
        """Shares [S, K], slopes of each target [S, K, q], variances [S, K, E]."""
        own = chances * self._weights[:, None]
        sizes, turned = own.sum(axis=1), np.ascontiguousarray(own.transpose(0, 2, 1))
        slopes: list[Stack] = []
        variances: list[Stack] = []
        for target in self._targets:
            x, y = self._scores[:, self._layout.sources[target]], self._scores[:, target]
            q = x.shape[1]
            moments = turned @ np.column_stack([(x[:, :, None] * x[:, None, :]).reshape(len(x), -1), x * y[:, None]])
            among = moments[:, :, : q * q].reshape(*moments.shape[:2], q, q) + 1e-9 * np.eye(q)
            found = np.asarray(np.linalg.solve(among, moments[:, :, q * q :, None])[..., 0], dtype=np.float64)
            left = y[:, None] - (found @ x.T).transpose(0, 2, 1)
            slopes.append(found)
            variances.append((own * left**2).sum(axis=1) / np.maximum(sizes, 1e-9))
        return sizes / sizes.sum(axis=1, keepdims=True), slopes, np.maximum(np.stack(variances, axis=2), LEAST_VARIANCE)

    def _expect(self, shares: Stack, slopes: list[Stack], variances: Stack) -> tuple[Stack, NDArray[np.float64]]:
        """Chances of each row [S, n, K], and the log-likelihood [S]."""
        with np.errstate(divide="ignore"):
            logs = np.broadcast_to(np.log(shares)[:, None, :], (len(shares), len(self._scores), shares.shape[1])).copy()
        for place, target in enumerate(self._targets):
            x, y = self._scores[:, self._layout.sources[target]], self._scores[:, target]
            left = y[:, None] - (slopes[place] @ x.T).transpose(0, 2, 1)
            spread = variances[:, None, :, place]
            logs -= 0.5 * (np.log(2 * np.pi * spread) + left**2 / spread)
        top = logs.max(axis=2, keepdims=True)
        total = np.exp(logs - top).sum(axis=2, keepdims=True)
        likelihood = ((top + np.log(total))[:, :, 0] * self._weights).sum(axis=1)
        return np.exp(logs - top) / total, likelihood

    def _criteria(self, likelihood: float, chances: NDArray[np.float64]) -> Criteria:
        n, segments = chances.shape
        each = len(self._targets) + sum(len(self._layout.sources[target]) for target in self._targets)
        count = segments - 1 + segments * each
        unsure = -(chances * np.log(np.maximum(chances, 1e-300))).sum()

        def penalized(penalty: float) -> float:
            return float(-2 * likelihood + penalty * count)

        return Criteria(
            log_likelihood=likelihood,
            parameters=count,
            aic=penalized(2),
            aic3=penalized(3),
            aic4=penalized(4),
            bic=penalized(float(np.log(n))),
            caic=penalized(float(np.log(n)) + 1),
            hq=penalized(2 * float(np.log(np.log(n)))),
            mdl5=penalized(5 * float(np.log(n))),
            en=float(1 - unsure / (n * np.log(segments))) if segments > 1 else 1.0,
        )
