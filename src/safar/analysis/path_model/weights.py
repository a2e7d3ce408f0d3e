"""Outer weights: the iteration of partial least squares (Wold 1982; Lohmöller 1989), on a stack of correlations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.layout import Layout
from safar.analysis.path_model.stacks import Stack, inverse, solve
from safar.domain.path_model import Mode

TOLERANCE = 1e-7
MOST_ROUNDS = 300
WORTH_COMPILING = 100
"""Data sets from which on the compiled loop is used where it is installed: loading its compiler takes a second."""


class Scheme(StrEnum):
    """How constructs that are joined by a path weigh on each other within the iteration."""

    CENTROID = "centroid"
    FACTORIAL = "factorial"
    PATH = "path"


@dataclass(frozen=True)
class Weights:
    """Outer weights of a stack of B data sets.

    weights: [B, p], such that every score has variance one. loadings: [B, p, J], each item's correlation with each
    score. scores: [B, J, J], correlations of the scores. rounds: [B]. converged: [B].
    """

    weights: Stack
    loadings: Stack
    scores: Stack
    rounds: NDArray[np.int64]
    converged: NDArray[np.bool_]


def find_weights(
    correlations: Stack,
    layout: Layout,
    *,
    scheme: Scheme = Scheme.PATH,
    tolerance: float = TOLERANCE,
    most_rounds: int = MOST_ROUNDS,
    compiled: bool | None = None,
) -> Weights:
    """The weights of each data set of a stack.

    correlations: [B, p, p] in the layout's order of items. The iteration starts from equal weights and ends where the
    weights' absolute changes add up to less than `tolerance`. A data set whose iteration does not end has
    `converged` False; one whose correlations are not finite has weights that are not. compiled: by the compiled loop;
    None: where it is installed (the extra "fast") and the stack is large. The results are the same to 1e-12.
    """
    if compiled is None:
        compiled = len(correlations) >= WORTH_COMPILING and can_compile()
    if compiled:
        from safar.analysis.path_model.compiled import iterate

        weights, loadings, rounds, ended = iterate(
            correlations, layout, scheme=scheme, tolerance=tolerance, most_rounds=most_rounds
        )
    else:
        weights, loadings, rounds, ended = _iterate(correlations, layout, scheme, tolerance, most_rounds)
    weights, loadings = _oriented(weights, loadings, layout)
    return Weights(
        weights=weights,
        loadings=loadings,
        scores=_score_correlations(weights, loadings, layout),
        rounds=rounds,
        converged=np.asarray(np.isfinite(weights).all(axis=1) & ended),
    )


@cache
def can_compile() -> bool:
    """Whether the compiler of the extra "fast" is installed."""
    return find_spec("numba") is not None


def _iterate(
    correlations: Stack, layout: Layout, scheme: Scheme, tolerance: float, most_rounds: int
) -> tuple[Stack, Stack, NDArray[np.int64], NDArray[np.bool_]]:
    """Weights, loadings, rounds, and whether the iteration ended, before scores are turned the way of their items."""
    count = len(correlations)
    inverses = {
        j: inverse(correlations[:, layout.block(j), layout.block(j)])
        for j, mode in enumerate(layout.modes)
        if mode is Mode.B and layout.sizes[j] > 1
    }
    free = free_items(layout)
    weights, loadings = _standardized(np.ones((count, layout.n_items)), correlations, layout)
    rounds = np.zeros(count, dtype=np.int64)
    open_ = np.arange(count)
    kept_weights, kept_loadings = weights.copy(), loadings.copy()
    moving, now, seen = correlations, weights, loadings
    for number in range(1, most_rounds + 1):
        inner = inner_weights(_score_correlations(now, seen, layout), layout, scheme)
        found = np.matmul(seen, inner)[:, np.arange(layout.n_items), layout.owner]
        for j, inverted in inverses.items():
            block = layout.block(j)
            found[:, block] = np.einsum("bij,bj->bi", inverted[open_], found[:, block])
        found = np.where(free, found, now)
        fresh, seen = _standardized(found, moving, layout)
        moved = np.abs(fresh - now).sum(axis=1)
        now = fresh
        rounds[open_] = number
        # Also true of what is not a number any more: it will not become one.
        done = ~(moved >= tolerance)
        if done.any():
            kept_weights[open_[done]], kept_loadings[open_[done]] = now[done], seen[done]
            still = ~done
            open_, now, seen, moving = open_[still], now[still], seen[still], moving[still]
            if not len(open_):
                break
    kept_weights[open_], kept_loadings[open_] = now, seen
    ended = np.ones(count, dtype=bool)
    ended[open_] = False
    return kept_weights, kept_loadings, rounds, ended


def free_items(layout: Layout) -> NDArray[np.bool_]:
    """Which items' weights are to be found, [p]. A single item weighs 1, whatever it correlates with."""
    return np.repeat(
        [mode is not Mode.UNIT and size > 1 for mode, size in zip(layout.modes, layout.sizes, strict=True)],
        layout.sizes,
    )


def _standardized(weights: Stack, correlations: Stack, layout: Layout) -> tuple[Stack, Stack]:
    """Weights whose scores have variance one, and the items' correlations with these scores."""
    blocks = np.zeros((len(weights), layout.n_items, layout.n_constructs))
    items = np.arange(layout.n_items)
    blocks[:, items, layout.owner] = weights
    loadings = np.matmul(correlations, blocks)
    own = loadings[:, items, layout.owner]
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1.0 / np.sqrt(np.add.reduceat(weights * own, layout.starts[:-1], axis=1))
        return weights * scale[:, layout.owner], loadings * scale[:, None, :]


def _oriented(weights: Stack, loadings: Stack, layout: Layout) -> tuple[Stack, Stack]:
    """Scores that point the way in which most of their items do: a sign means nothing to the iteration."""
    own = loadings[:, np.arange(layout.n_items), layout.owner]
    sign = np.where(np.add.reduceat(own, layout.starts[:-1], axis=1) < 0, -1.0, 1.0)
    return weights * sign[:, layout.owner], loadings * sign[:, None, :]


def _score_correlations(weights: Stack, loadings: Stack, layout: Layout) -> Stack:
    found: Stack = np.add.reduceat(weights[:, :, None] * loadings, layout.starts[:-1], axis=1)
    return found


def inner_weights(scores: Stack, layout: Layout, scheme: Scheme) -> Stack:
    """[B, J, J]; [k, j]: what the score of k weighs in the inner proxy of j."""
    neighbors = layout.paths | layout.paths.T
    if scheme is Scheme.CENTROID:
        return np.sign(scores) * neighbors
    inner = scores * neighbors
    if scheme is Scheme.PATH:
        for target, sources in layout.sources.items():
            if len(sources) > 1:  # of one source the regression is the correlation
                among = scores[:, sources[:, None], sources]
                inner[:, sources, target] = solve(among, scores[:, sources, target, None])[:, :, 0]
    return inner
