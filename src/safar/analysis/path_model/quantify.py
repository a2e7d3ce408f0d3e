"""Non-metric partial least squares (Russolillo 2012): what each category is worth is found in the iteration of weights.

In every round an item's categories become the numbers that fit its construct's inner proxy best: names the proxy's
means (Young's optimal scaling), ordered ones these means made monotone. All is worked out from the moments of the
columns, a stack of resamples at once. Source: docs/methods/nonmetric-items.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.layout import Layout
from safar.analysis.path_model.monotone import monotone
from safar.analysis.path_model.scaled_sample import ScaledSample
from safar.analysis.path_model.stacks import Stack, inverse
from safar.analysis.path_model.weights import MOST_ROUNDS, TOLERANCE, Scheme, free_items, inner_weights
from safar.domain.item_level import Level
from safar.domain.path_model import Mode

_AT_ONCE = 8_000_000
"""Numbers that a step holds at most."""
_CONSTANT = 1e-12
_WORTH_MOVING = 0.6
_PATIENCE = 100
"""Rounds after which what still moves takes half steps: two orders of an item may answer each other for ever."""


@dataclass(frozen=True)
class Quantified:
    """Items made numbers in each of B resamples.

    values: [B, P], what each of the sample's columns is worth: of categories the number that stands for each (mean
    zero, variance one in the resample), of a numeric item what its deviations are multiplied by. there: [B, P],
    whether the resample has the category. correlations: [B, p, p] of the items. rounds, converged: [B].
    """

    values: Stack
    there: NDArray[np.bool_]
    categories: NDArray[np.bool_]
    correlations: Stack
    rounds: NDArray[np.int64]
    converged: NDArray[np.bool_]

    @property
    def of_categories(self) -> Stack:
        """What the categories are worth, [B, k], item by item; not numbers where a resample has none of them."""
        return np.where(self.there, self.values, np.nan)[:, self.categories]


def quantify(
    sample: ScaledSample,
    counts: Stack,
    layout: Layout,
    *,
    scheme: Scheme = Scheme.PATH,
    tolerance: float = TOLERANCE,
    most_rounds: int = MOST_ROUNDS,
) -> Quantified:
    """The numbers of the categories in each resample; counts: [B, n]. The layout's items are the sample's, in order.

    The sample's own are found first, from equal weights; resamples start from them, and point their way. The iteration
    ends where the changes of the weights (absolute) and of the items (root of their mean square) add up to less than
    `tolerance`. An item that a resample holds constant has correlations that are not numbers.
    """
    whole = _Iteration(sample, np.ones((1, sample.n)), layout, scheme)
    found = whole.run(sample.start, np.ones(layout.n_items), tolerance, most_rounds)
    found = whole.turned(found, whole.toward_scores(found))
    if len(counts) == 1 and (counts == 1.0).all():
        return whole.described(found)
    like = whole.described(found).values[0]
    parts = []
    width = sample.spread_out.shape[1]
    step = max(1, _AT_ONCE // (width * max(sample.n, width)))
    for begin in range(0, len(counts), step):
        part = _Iteration(sample, counts[begin : begin + step], layout, scheme)
        ended = part.run(like, found.weights[0], tolerance, most_rounds)
        parts.append(part.described(part.turned(ended, part.toward(ended, like))))
    return Quantified(
        values=np.concatenate([one.values for one in parts]),
        there=np.concatenate([one.there for one in parts]),
        categories=parts[0].categories,
        correlations=np.concatenate([one.correlations for one in parts]),
        rounds=np.concatenate([one.rounds for one in parts]),
        converged=np.concatenate([one.converged for one in parts]),
    )


class _State(NamedTuple):
    """values: [B, P]; weights: [B, p], of scores of variance one; across: [B, P, J], covariances of the columns with
    the scores; scores: [B, J, J], correlations of the scores; rounds, ended: [B]."""

    values: Stack
    weights: Stack
    across: Stack
    scores: Stack
    rounds: NDArray[np.int64]
    ended: NDArray[np.bool_]


class _Iteration:
    """The iteration on B resamples: all that it works from are their covariances of the sample's columns."""

    def __init__(self, sample: ScaledSample, counts: Stack, layout: Layout, scheme: Scheme) -> None:
        self._layout, self._scheme = layout, scheme
        weighted = counts * sample.case_weights
        shares = weighted / weighted.sum(axis=1, keepdims=True)
        columns = sample.spread_out
        self._parts = shares @ columns
        self._moments: Stack = np.matmul(columns.T * shares[:, None, :], columns)
        self._moments -= self._parts[:, :, None] * self._parts[:, None, :]
        self._starts, self._item = sample.starts[:-1], np.repeat(np.arange(layout.n_items), sample.widths)
        self._owner = layout.owner[self._item]
        self._of_construct = self._starts[layout.starts[:-1]]
        self._free = free_items(layout)
        self._named, self._ordered = np.zeros((2, layout.n_items), dtype=bool)
        for scale in sample.scales:
            (self._named if scale.level is Level.NOMINAL else self._ordered)[scale.column] = True
        self._blocks = [slice(int(a), int(b)) for a, b in zip(sample.starts[:-1], sample.starts[1:], strict=True)]
        self._categories = (self._named | self._ordered)[self._item]
        widths = sorted({int(sample.widths[item]) for item in np.flatnonzero(self._ordered)})
        # Columns [m, K] of the ordered items that have K categories each.
        self._alike = [
            np.array([np.arange(self._blocks[i].start, self._blocks[i].stop) for i in np.flatnonzero(self._ordered)
                      if sample.widths[i] == width])
            for width in widths
        ]  # fmt: skip

    def run(self, values: NDArray[np.float64], weights: NDArray[np.float64], tolerance: float, most: int) -> _State:
        """From what columns are worth [P] and weights [p] to where nothing moves any more."""
        count = len(self._moments)
        at, still = np.arange(count), np.ones(count, dtype=bool)
        moments, parts = self._moments, self._parts
        state = self._scored(
            self._standardized(np.tile(values, (count, 1)), moments), np.tile(weights, (count, 1)), moments
        )
        kept = _some(state, at)
        for number in range(1, most + 1):
            fresh = self._round(state, moments, parts, halved=number > _PATIENCE)
            moved = np.abs(fresh.weights - state.weights).sum(axis=1) + self._moved(fresh, state, parts)
            state = fresh
            kept.rounds[at[still]] = number
            done = still & ~(moved >= tolerance)  # also true of what is not a number any more
            if done.any():
                _keep(kept, state, at, done)
                kept.ended[at[done]] = np.isfinite(moved[done])
                still &= ~done
                if not still.any():
                    return kept
                # What is done runs along until leaving it out is worth moving the rest.
                if still.sum() <= _WORTH_MOVING * len(still):
                    at, moments, parts = at[still], moments[still], parts[still]
                    state = _some(state, still)
                    still = np.ones(len(at), dtype=bool)
        _keep(kept, state, at, still)
        return kept

    def toward_scores(self, state: _State) -> NDArray[np.bool_]:
        """[B, p]: items of names that point away from what the other items of their construct make of its score."""
        loadings = self._sums(state.values * state.across[:, np.arange(len(self._owner)), self._owner])
        others = np.add.reduceat(np.where(self._named, 0.0, loadings), self._layout.starts[:-1], axis=1)
        return np.asarray(self._named & (loadings * np.where(others < 0, -1.0, 1.0)[:, self._layout.owner] < 0))

    def toward(self, state: _State, like: NDArray[np.float64]) -> NDArray[np.bool_]:
        """[B, p]: items of names that point away from what columns are worth in `like` [P]."""
        return np.asarray(self._named & (self._sums(self._parts * state.values * like) < 0))

    def turned(self, state: _State, which: NDArray[np.bool_]) -> _State:
        """Items turned round: their scores stay as they are."""
        signs = np.where(which, -1.0, 1.0)
        return state._replace(values=state.values * signs[:, self._item], weights=state.weights * signs)

    def described(self, state: _State) -> Quantified:
        """The items as numbers."""
        weighted = state.values[:, :, None] * self._moments * state.values[:, None, :]
        among = np.add.reduceat(np.add.reduceat(weighted, self._starts, axis=1), self._starts, axis=2)
        places = np.arange(self._layout.n_items)
        among[:, places, places] = np.where(np.isfinite(among[:, places, places]), 1.0, np.nan)
        middle = self._sums(self._parts * state.values)[:, self._item]
        return Quantified(
            values=np.where(self._categories, state.values - middle, state.values),
            there=self._parts > 0,
            categories=self._categories,
            correlations=among,
            rounds=state.rounds,
            converged=state.ended,
        )

    def _round(self, state: _State, moments: Stack, parts: Stack, *, halved: bool) -> _State:
        inner = inner_weights(state.scores, self._layout, self._scheme)
        toward = np.matmul(state.across, inner)[:, np.arange(len(self._owner)), self._owner]
        values = self._scaled(state.values, toward, moments, parts)
        if halved:
            values = self._standardized((values + state.values) / 2, moments)
        found = self._sums(values * toward)
        for j, mode in enumerate(self._layout.modes):
            if mode is Mode.B and self._layout.sizes[j] > 1:
                block = self._layout.block(j)
                among = self._among(values, moments, block)
                found[:, block] = np.einsum("bij,bj->bi", inverse(among), found[:, block])
        return self._scored(values, np.where(self._free, found, np.sign(state.weights)), moments)

    def _scaled(self, values: Stack, toward: Stack, moments: Stack, parts: Stack) -> Stack:
        """What the columns are worth to proxies; toward: [B, P], covariances of the columns with them."""
        with np.errstate(divide="ignore", invalid="ignore"):
            means = np.where(parts > 0, toward / parts, 0.0)
        found = np.where(self._named[self._item], means, values)
        for columns in self._alike:
            flat = (len(means) * len(columns), -1)
            told = monotone(means[:, columns].reshape(flat), parts[:, columns].reshape(flat))
            found[:, columns] = told.reshape(len(means), *columns.shape)
        return self._standardized(found, moments)

    def _standardized(self, values: Stack, moments: Stack) -> Stack:
        """Such that every item has variance one."""
        found = np.empty_like(values)
        for block in self._blocks:
            own = values[:, block]
            if block.stop - block.start == 1:
                variance = own[:, 0] ** 2 * moments[:, block.start, block.start]
            else:
                variance = (np.matmul(own[:, None, :], moments[:, block, block])[:, 0] * own).sum(axis=1)
            size = (own**2).max(axis=1)
            with np.errstate(divide="ignore", invalid="ignore"):
                scale = 1 / np.sqrt(np.where(variance > _CONSTANT * size, variance, np.nan))
            found[:, block] = own * scale[:, None]
        return found

    def _scored(self, values: Stack, weights: Stack, moments: Stack) -> _State:
        """Weights brought to scores of variance one, and what follows from them."""
        weighted = values * weights[:, self._item]
        blocks = np.zeros((*weighted.shape, self._layout.n_constructs))
        blocks[:, np.arange(len(self._owner)), self._owner] = weighted
        across = np.matmul(moments, blocks)
        scores = np.add.reduceat(weighted[:, :, None] * across, self._of_construct, axis=1)
        places = np.arange(self._layout.n_constructs)
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = 1 / np.sqrt(scores[:, places, places])
        return _State(
            values,
            weights * scale[:, self._layout.owner],
            across * scale[:, None, :],
            scores * scale[:, :, None] * scale[:, None, :],
            np.zeros(len(values), dtype=np.int64),
            np.zeros(len(values), dtype=bool),
        )

    def _moved(self, fresh: _State, state: _State, parts: Stack) -> NDArray[np.float64]:
        squares = np.where(self._categories, parts * (fresh.values - state.values) ** 2, 0.0)
        return np.asarray(np.sqrt(self._sums(squares)).sum(axis=1))

    def _among(self, values: Stack, moments: Stack, block: slice) -> Stack:
        """Correlations of the items of one construct."""
        own = slice(self._blocks[block.start].start, self._blocks[block.stop - 1].stop)
        starts = self._starts[block] - own.start
        weighted = values[:, own, None] * moments[:, own, own] * values[:, None, own]
        found: Stack = np.add.reduceat(np.add.reduceat(weighted, starts, axis=1), starts, axis=2)
        return found

    def _sums(self, values: Stack) -> Stack:
        """Of columns [B, P], item by item: [B, p]."""
        found: Stack = np.add.reduceat(values, self._starts, axis=1)
        return found


def _some(state: _State, which: NDArray[np.bool_] | NDArray[np.intp]) -> _State:
    return _State(
        state.values[which],
        state.weights[which],
        state.across[which],
        state.scores[which],
        state.rounds[which],
        state.ended[which],
    )


def _keep(kept: _State, state: _State, at: NDArray[np.intp], which: NDArray[np.bool_]) -> None:
    for whole, part in zip(kept[:4], state[:4], strict=True):
        whole[at[which]] = part[which]
