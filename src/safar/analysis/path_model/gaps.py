"""Weights from rows with gaps: every regression runs over the answers that are there (NIPALS; Wold 1966).

Source: docs/methods/missing-answers.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.layout import Layout
from safar.analysis.path_model.moments import CONSTANT, Sample
from safar.analysis.path_model.stacks import Stack
from safar.analysis.path_model.weights import MOST_ROUNDS, TOLERANCE, Scheme, Weights, free_items, inner_weights
from safar.domain.path_model import BadPathModel, Mode


@dataclass(frozen=True)
class _Rows:
    """Standardized answers [B, n, p], zero in gaps; there: [n, p], 1 where an answer is; shares: [B, n], sum one."""

    values: Stack
    there: NDArray[np.float64]
    shares: Stack

    def across(self, scores: Stack) -> Stack:
        """Pairwise correlations of answers with scores [B, n, J] that every row has: [B, p, J]."""
        return _pairwise(self.shares, self.values, self.there, scores, np.ones(scores.shape[1:]))

    def among(self) -> Stack:
        """Pairwise correlations of the answers, [B, p, p]."""
        return _pairwise(self.shares, self.values, self.there, self.values, self.there)

    def standardized(self, scores: Stack) -> Stack:
        """Scores [B, n, J] with mean zero and deviation one."""
        mean = np.einsum("bn,bnj->bj", self.shares, scores)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((scores - mean) / self.deviations(scores)[:, None])

    def deviations(self, scores: Stack) -> Stack:
        """Of scores [B, n, J]: [B, J]."""
        mean = np.einsum("bn,bnj->bj", self.shares, scores)[:, None]
        return np.asarray(np.sqrt(np.einsum("bn,bnj->bj", self.shares, (scores - mean) ** 2)))


def find_weights_with_gaps(
    sample: Sample,
    counts: Stack,
    layout: Layout,
    *,
    scheme: Scheme = Scheme.PATH,
    tolerance: float = TOLERANCE,
    most_rounds: int = MOST_ROUNDS,
) -> tuple[Stack, Weights]:
    """Pairwise correlations of the items, and the weights, of B resamples; counts: [B, n].

    A weight is the slope of an item on its construct's proxy over the rows that have the item; a score the slope of a
    row's answers on their weights. Weights are such that a complete row's score is the sum of its weighted answers.
    Without gaps the scores are those of `find_weights`. Raises: BadPathModel for mode B, whose regressions need
    all items of a row.
    """
    for name, mode in zip(layout.constructs, layout.modes, strict=True):
        if mode is Mode.B:
            raise BadPathModel(
                f"Construct {name!r}: mode B cannot be estimated from rows with gaps.",
                next_step="Leave such rows out (casewise), fill them (mean), or use mode A.",
            )
    rows = _standardized_rows(sample, counts)
    free = free_items(layout)
    weights = np.ones((len(counts), layout.n_items))
    scores = rows.standardized(_slopes(rows, weights, layout))
    rounds = np.zeros(len(counts), dtype=np.int64)
    open_ = np.ones(len(counts), dtype=bool)
    for _ in range(most_rounds):
        rounds += open_
        proxies = rows.standardized(np.matmul(scores, inner_weights(_among(rows, scores), layout, scheme)))
        weighted = rows.shares[:, :, None] * proxies
        slopes = np.matmul(rows.values.transpose(0, 2, 1), weighted) / np.matmul(rows.there.T, weighted * proxies)
        found = np.where(free, slopes[:, np.arange(layout.n_items), layout.owner], 1.0)
        # A resample that is done stands still, so that each one's result is its own whatever runs beside it.
        fresh = np.where(open_[:, None], found, weights)
        moved = np.abs(np.abs(fresh) - np.abs(weights)).sum(axis=1)
        weights, scores = fresh, rows.standardized(_slopes(rows, fresh, layout))
        open_ &= moved >= tolerance
        if not open_.any():
            break
    scaled, loadings, among = _described(rows, layout, weights)
    converged = ~open_ & np.isfinite(scaled).all(axis=1)
    return rows.among(), Weights(scaled, loadings, among, rounds, converged)


def _standardized_rows(sample: Sample, counts: Stack) -> _Rows:
    weighted = counts * sample.case_weights
    shares = weighted / weighted.sum(axis=1, keepdims=True)
    there = (~np.isnan(sample.rows)).astype(np.float64)
    filled = np.where(there > 0, sample.rows, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = shares @ there
        centered = (filled - ((shares @ filled) / part)[:, None]) * there
        variance = np.einsum("bn,bnp->bp", shares, centered**2) / part
        # An item that a resample holds constant has the variance of rounding, not of zero.
        variance[variance <= CONSTANT * np.nanvar(sample.rows, axis=0)] = np.nan
        values = centered / np.sqrt(variance)[:, None]
    return _Rows(values, there, shares)


def _slopes(rows: _Rows, weights: Stack, layout: Layout) -> Stack:
    """Of each row's answers on their weights, [B, n, J]; a row without any item of a construct has the mean, 0."""
    owners = np.eye(layout.n_constructs)[layout.owner]
    above = np.matmul(rows.values * weights[:, None], owners)
    below = np.matmul(rows.there * weights[:, None] ** 2, owners)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Stack = np.where(below > 0, above / below, 0.0)
    return found


def _among(rows: _Rows, scores: Stack) -> Stack:
    found: Stack = np.matmul(scores.transpose(0, 2, 1), rows.shares[:, :, None] * scores)
    return found


def _described(rows: _Rows, layout: Layout, weights: Stack) -> tuple[Stack, Stack, Stack]:
    """Weights on the scale of scores, every item's correlations with the scores, and those of the scores."""
    slopes = _slopes(rows, weights, layout)
    scores = rows.standardized(slopes)
    loadings, starts = rows.across(scores), layout.starts[:-1]
    own = loadings[:, np.arange(layout.n_items), layout.owner]
    sign = np.where(np.add.reduceat(own, starts, axis=1) < 0, -1.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = sign / (np.add.reduceat(weights**2, starts, axis=1) * rows.deviations(slopes))
        scaled = weights * scale[:, layout.owner]
    return scaled, loadings * sign[:, None], _among(rows, scores) * sign[:, :, None] * sign[:, None, :]


def _pairwise(
    shares: Stack, first: Stack, first_there: NDArray[np.float64], second: Stack, second_there: NDArray[np.float64]
) -> Stack:
    """Correlations of columns [B, n, p] with columns [B, n, m], each over the rows that have both."""
    one = np.broadcast_to(first_there, first.shape).transpose(0, 2, 1)
    left = first.transpose(0, 2, 1)
    other = shares[:, :, None] * np.broadcast_to(second_there, second.shape)
    right = shares[:, :, None] * second
    part = np.matmul(one, other)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_left, mean_right = np.matmul(left, other) / part, np.matmul(one, right) / part
        covariance = np.matmul(left, right) / part - mean_left * mean_right
        variance_left = np.matmul(left**2, other) / part - mean_left**2
        variance_right = np.matmul(one, right * second) / part - mean_right**2
        return np.asarray(covariance / np.sqrt(variance_left * variance_right))
