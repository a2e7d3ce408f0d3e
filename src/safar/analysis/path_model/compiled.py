"""The iteration of outer weights as a compiled loop, imported only where numba is installed (the extra "fast").

The same steps in the same order as `weights.find_weights`, one data set after the other: results agree to 1e-12.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.layout import Layout
from safar.analysis.path_model.stacks import SINGULAR, Stack
from safar.domain.path_model import Mode

CENTROID, FACTORIAL, PATH = range(3)
A, B, UNIT = range(3)

Found = tuple[Stack, Stack, NDArray[np.int64], NDArray[np.bool_]]
"""weights [B, p], loadings [B, p, J], rounds [B], ended [B]."""

# Division by zero gives what is not a number, as in NumPy: whoever asked is told by `converged`.
_compile: Any = numba.njit(cache=True, error_model="numpy")


def iterate(correlations: Stack, layout: Layout, *, scheme: str, tolerance: float, most_rounds: int) -> Found:
    """The iteration from equal weights to its end, before scores are turned the way of their items.

    scheme: "centroid", "factorial" or "path".
    """
    codes = {Mode.A: A, Mode.B: B, Mode.UNIT: UNIT}
    # A single item has weight 1 whatever the mode.
    modes = [UNIT if size == 1 else codes[mode] for mode, size in zip(layout.modes, layout.sizes, strict=True)]
    most = max((len(sources) for sources in layout.sources.values()), default=0)
    sources = np.full((layout.n_constructs, most), -1, dtype=np.int64)
    for target, own in layout.sources.items():
        sources[target, : len(own)] = own
    weights, loadings, rounds, ended = _iterate(
        np.ascontiguousarray(correlations),
        layout.starts.astype(np.int64),
        np.array(modes, dtype=np.int64),
        layout.paths | layout.paths.T,
        sources,
        ("centroid", "factorial", "path").index(scheme),
        tolerance,
        most_rounds,
    )
    return weights, np.ascontiguousarray(loadings.transpose(0, 2, 1)), rounds, ended


@_compile
def _iterate(  # type: ignore[no-untyped-def]  # noqa: PLR0917 - compiled code takes no keywords; its types are found
    correlations, starts, modes, neighbors, sources, scheme, tolerance, most_rounds
):
    """Loadings are held construct by construct, [B, J, p]: the inner loops then run over items side by side."""
    count, p, _ = correlations.shape
    constructs = len(modes)
    weights, loadings = np.empty((count, p)), np.empty((count, constructs, p))
    rounds, ended = np.zeros(count, np.int64), np.zeros(count, np.bool_)
    inverses = np.zeros((p, p))
    scores, inner = np.empty((constructs, constructs)), np.empty((constructs, constructs))
    system = np.empty((sources.shape[1], sources.shape[1] + 1))
    now, fresh = np.empty(p), np.empty(p)
    for b in range(count):
        moments, seen = correlations[b], loadings[b]
        for j in range(constructs):
            if modes[j] == B:
                _invert(moments, inverses, starts[j], starts[j + 1])
        now[:] = 1.0
        _standardize(now, moments, starts, seen)
        for number in range(1, most_rounds + 1):
            _score_correlations(now, seen, starts, scores)
            _inner_weights(scores, neighbors, sources, scheme, system, inner)
            _outer_weights(now, seen, inner, inverses, starts, modes, fresh)
            _standardize(fresh, moments, starts, seen)
            moved = 0.0
            for k in range(p):
                moved += abs(fresh[k] - now[k])
                now[k] = fresh[k]
            rounds[b] = number
            if not moved >= tolerance:
                ended[b] = True
                break
        weights[b] = now
    return weights, loadings, rounds, ended


@_compile
def _standardize(weights, moments, starts, loadings):  # type: ignore[no-untyped-def]
    """Brings weights to scores of variance one, in place, and fills the items' correlations with these."""
    p = len(weights)
    for j in range(len(starts) - 1):
        begin, end = starts[j], starts[j + 1]
        own = loadings[j]
        own[:] = 0.0
        for m in range(begin, end):
            weight, row = weights[m], moments[m]
            for k in range(p):
                own[k] += weight * row[k]
        variance = 0.0
        for m in range(begin, end):
            variance += weights[m] * own[m]
        scale = 1.0 / np.sqrt(variance)
        for k in range(p):
            own[k] *= scale
        for m in range(begin, end):
            weights[m] *= scale


@_compile
def _score_correlations(weights, loadings, starts, scores):  # type: ignore[no-untyped-def]
    for i in range(len(scores)):
        for j in range(len(scores)):
            total = 0.0
            for k in range(starts[i], starts[i + 1]):
                total += weights[k] * loadings[j, k]
            scores[i, j] = total


@_compile
def _inner_weights(  # type: ignore[no-untyped-def]  # noqa: PLR0917
    scores, neighbors, sources, scheme, system, inner
):
    constructs = len(scores)
    for i in range(constructs):
        for j in range(constructs):
            value = scores[i, j] if neighbors[i, j] else 0.0
            inner[i, j] = np.sign(value) if scheme == CENTROID else value
    if scheme != PATH:
        return
    for target in range(constructs):
        size = 0
        while size < sources.shape[1] and sources[target, size] >= 0:
            size += 1
        if size < 2:
            continue
        for a in range(size):
            for c in range(size):
                system[a, c] = scores[sources[target, a], sources[target, c]]
            system[a, size] = scores[sources[target, a], target]
        _eliminate(system, size, size + 1)
        for a in range(size):
            inner[sources[target, a], target] = system[a, size]


@_compile
def _outer_weights(  # type: ignore[no-untyped-def]  # noqa: PLR0917
    now, loadings, inner, inverses, starts, modes, fresh
):
    constructs = len(modes)
    for j in range(constructs):
        begin, end = starts[j], starts[j + 1]
        if modes[j] == UNIT:
            fresh[begin:end] = now[begin:end]
            continue
        fresh[begin:end] = 0.0
        for i in range(constructs):
            weight = inner[i, j]
            for k in range(begin, end):
                fresh[k] += weight * loadings[i, k]
        if modes[j] == B:
            proxy = fresh[begin:end].copy()
            for k in range(begin, end):
                total = 0.0
                for m in range(begin, end):
                    total += inverses[k, m] * proxy[m - begin]
                fresh[k] = total


@_compile
def _invert(moments, inverses, begin, end):  # type: ignore[no-untyped-def]
    size = end - begin
    system = np.zeros((size, 2 * size))
    system[:, :size] = moments[begin:end, begin:end]
    for k in range(size):
        system[k, size + k] = 1.0
    _eliminate(system, size, 2 * size)
    inverses[begin:end, begin:end] = system[:, size:]


@_compile
def _eliminate(system, rows, columns):  # type: ignore[no-untyped-def]
    """Gauss and Jordan's elimination in place, pivots in their order, as in `stacks.solve`."""
    for pivot in range(rows):
        divisor = system[pivot, pivot]
        if abs(divisor) < SINGULAR:
            divisor = np.nan
        for column in range(pivot, columns):
            system[pivot, column] /= divisor
        for row in range(rows):
            if row != pivot:
                times = system[row, pivot]
                for column in range(pivot + 1, columns):
                    system[row, column] -= times * system[pivot, column]
