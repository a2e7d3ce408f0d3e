"""From rows to correlation matrices: of a sample, and of its resamples without touching the rows again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.stacks import Stack

CONSTANT = 1e-12
"""Of a standardized item, variances below this are none."""
_ALIKE = 1e-9
"""Part of the greatest weight by which weights differ but for rounding."""
STACK = 250
"""Resamples at once: few enough for their matrices to stay in a processor's cache."""


@dataclass(frozen=True)
class Sample:
    """Rows of items, each row with its case weight.

    rows: [n, p], in the units of the answers; not numbers where answers are missing: then there are no moments, and
    estimation goes through `gaps`. case_weights: [n], mean one.
    """

    rows: NDArray[np.float64]
    case_weights: NDArray[np.float64]

    @property
    def n(self) -> int:
        """How many rows."""
        return len(self.rows)

    @property
    def effective(self) -> float | None:
        """As how many rows of one weight they are worth (Kish); None where all weigh the same."""
        weights = self.case_weights
        if np.ptp(weights) <= _ALIKE * weights.max():
            return None
        return float(weights.sum() ** 2 / (weights**2).sum())

    @cached_property
    def has_gaps(self) -> bool:
        """Whether answers are missing."""
        return bool(np.isnan(self.rows).any())

    @cached_property
    def means(self) -> NDArray[np.float64]:
        """Weighted means, [p]."""
        found: NDArray[np.float64] = np.average(self.rows, axis=0, weights=self.case_weights)
        return found

    @cached_property
    def deviations(self) -> NDArray[np.float64]:
        """Weighted standard deviations (of n - 1 where all rows weigh the same), [p]."""
        centered = self.rows - self.means
        total = self.case_weights.sum()
        # Frequency-like weights of mean one: the same correction as without weights.
        found: NDArray[np.float64] = np.sqrt((self.case_weights[:, None] * centered**2).sum(axis=0) / (total - 1))
        return found

    @cached_property
    def standardized(self) -> NDArray[np.float64]:
        """Rows with mean zero and deviation one, [n, p]."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: NDArray[np.float64] = (self.rows - self.means) / self.deviations
        return found

    @cached_property
    def correlations(self) -> Stack:
        """A stack of one, [1, p, p]."""
        return self.correlations_of(np.ones((1, self.n)))

    def correlations_of(self, counts: NDArray[np.float64]) -> Stack:
        """Correlations [B, p, p] of B resamples; counts: [B, n], how often each row is in each of them."""
        p = self.rows.shape[1]
        first, second = np.triu_indices(p)
        moments = (counts * self.case_weights) @ self._products
        total = counts @ self.case_weights
        moments /= total[:, None]
        means = moments[:, -p:]
        flat = moments[:, :-p] - means[:, first] * means[:, second]
        diagonal = np.flatnonzero(first == second)
        with np.errstate(divide="ignore", invalid="ignore"):
            # An item that a resample holds constant has the variance of rounding, not of zero.
            variances = flat[:, diagonal]
            scale = 1 / np.sqrt(np.where(variances > CONSTANT, variances, np.nan))
            flat *= scale[:, first] * scale[:, second]
        place = np.empty((p, p), dtype=np.intp)
        place[first, second] = place[second, first] = np.arange(len(first))
        found = np.take(flat, place.ravel(), axis=1).reshape(-1, p, p)
        found[:, np.arange(p), np.arange(p)] = 1.0
        return found

    @cached_property
    def _products(self) -> NDArray[np.float64]:
        """[n, p (p + 1) / 2 + p]: products of pairs of items, then the items. Standardized, or digits would cancel."""
        first, second = np.triu_indices(self.rows.shape[1])
        z = self.standardized
        return np.concatenate([z[:, first] * z[:, second], z], axis=1)


def resample_counts(n: int, resamples: int, *, seed: int, at_once: int = STACK) -> Iterator[NDArray[np.float64]]:
    """How often each of n rows is drawn, [B, n] at a time, `resamples` in all. The same seed draws the same."""
    chance = np.random.default_rng(seed)
    for begin in range(0, resamples, at_once):
        count = min(at_once, resamples - begin)
        drawn = chance.integers(n, size=(count, n)) + n * np.arange(count)[:, None]
        yield np.bincount(drawn.ravel(), minlength=count * n).reshape(count, n).astype(np.float64)
