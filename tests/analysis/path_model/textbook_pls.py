"""A whole path model as textbooks have it, row by row and construct by construct: no stacks, no correlation matrices.

Written apart from the engine, from the same sources as the method pages, to be held against it on random models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.estimate import Options
from safar.domain.path_model import InteractionMethod, Measured, Mode, PathModel
from tests.analysis.path_model.plain_pls import standardized

Matrix = NDArray[np.float64]
Pairs = Sequence[tuple[str, str]]
_ENDS, _MOST = 1e-12, 300


@dataclass(frozen=True)
class Block:
    """Items of a construct [n, k], as they came."""

    items: Matrix
    mode: Mode
    factor: bool


@dataclass(frozen=True)
class Textbook:
    """What a textbook finds. weights, loadings: by construct; paths and correlations [J, J] in the order of `names`."""

    names: list[str]
    blocks: Mapping[str, Block]
    weights: Mapping[str, Matrix]
    scores: Mapping[str, Matrix]
    loadings: Mapping[str, Matrix]
    correlations: Matrix
    paths: Matrix
    r2: Mapping[str, float]
    f2: Mapping[tuple[str, str], float]
    vif: Mapping[tuple[str, str], float]
    settled: bool

    @property
    def total(self) -> Matrix:
        """Total effects: the inverse of what is left of the identity without the paths."""
        return np.asarray(np.linalg.inv(np.eye(len(self.names)) - self.paths) - np.eye(len(self.names)))


def estimate_by_rows(model: PathModel, rows: Matrix, options: Options) -> Textbook:
    """rows: [n, p], columns as the model's items."""
    column = {item: rows[:, k] for k, item in enumerate(model.items)}
    blocks = {
        one.name: Block(
            np.column_stack([column[item] for item in one.items]), one.mode, one.measured is Measured.FACTOR
        )
        for one in model.constructs
    }
    pairs = [(path.source, path.target) for path in model.paths]
    plain = [pair for pair in pairs if "*" not in pair[0]]
    parts = {one.name: one.parts for one in model.higher_orders}
    scores: Mapping[str, Matrix] = {}
    if parts or any(one.method is InteractionMethod.TWO_STAGE for one in model.interactions):
        first = [(a, b) for s, t in plain for a in parts.get(s, (s,)) for b in parts.get(t, (t,))]
        scores = _estimated(blocks, first, options).scores
    if parts:
        inner = {part for one in parts.values() for part in one}
        whole = {
            one.name: Block(
                np.column_stack([scores[part] for part in one.parts]), one.mode, one.measured is Measured.FACTOR
            )
            for one in model.higher_orders
        }
        blocks = {name: block for name, block in blocks.items() if name not in inner} | whole
        if model.interactions:
            scores = _estimated(blocks, plain, options).scores
    for one in model.interactions:
        blocks[one.name] = Block(_products(one.factors, one.method, blocks, scores), Mode.A, factor=False)
    return _estimated(blocks, pairs, options)


def _products(
    factors: tuple[str, ...], method: InteractionMethod, blocks: Mapping[str, Block], scores: Mapping[str, Matrix]
) -> Matrix:
    if method is InteractionMethod.TWO_STAGE:
        return np.asarray(np.prod([standardized(scores[name]) for name in factors], axis=0))[:, None]
    items = {name: standardized(blocks[name].items) for name in factors}
    seen: dict[tuple[tuple[str, int], ...], Matrix] = {}
    for chosen in product(*(range(items[name].shape[1]) for name in factors)):
        columns = [items[name][:, k] for name, k in zip(factors, chosen, strict=True)]
        seen.setdefault(tuple(sorted(zip(factors, chosen, strict=True))), np.asarray(np.prod(columns, axis=0)))
    found = np.column_stack(list(seen.values()))
    if method is InteractionMethod.ORTHOGONAL:
        on = np.column_stack([np.ones(len(found)), *items.values()])
        found -= on @ np.linalg.lstsq(on, found, rcond=None)[0]
    return found


def _estimated(blocks: Mapping[str, Block], pairs: Pairs, options: Options) -> Textbook:
    items = {name: standardized(block.items) for name, block in blocks.items()}
    weights = {name: np.ones(values.shape[1]) for name, values in items.items()}
    scores = {name: standardized(items[name] @ weights[name]) for name in items}
    weights = {name: weights[name] / (items[name] @ weights[name]).std(ddof=1) for name in items}
    settled = False
    for _ in range(_MOST):
        fresh = {}
        for name, block in blocks.items():
            found: Matrix = weights[name]
            if block.mode is not Mode.UNIT and len(found) > 1:
                proxy = _proxy(name, scores, pairs, str(options.scheme))
                if block.mode is Mode.A:
                    found = items[name].T @ proxy
                else:
                    found = np.asarray(np.linalg.lstsq(items[name], proxy, rcond=None)[0])
                found = np.asarray(found / (items[name] @ found).std(ddof=1))
            fresh[name] = found
        settled = bool(sum(np.abs(fresh[name] - weights[name]).sum() for name in items) < _ENDS)
        weights = fresh
        scores = {name: items[name] @ weights[name] for name in items}
        if settled:
            break
    for name, values in items.items():
        if sum(np.corrcoef(item, scores[name])[0, 1] for item in values.T) < 0:
            weights[name], scores[name] = -weights[name], -scores[name]
    return _described(blocks, items, weights, scores, pairs, consistent=options.consistent, settled=settled)


def _proxy(name: str, scores: Mapping[str, Matrix], pairs: Pairs, scheme: str) -> Matrix:
    causes = [source for source, target in pairs if target == name]
    effects = [target for source, target in pairs if source == name]
    if scheme == "path":
        found = np.zeros(len(scores[name]))
        if causes:
            x = np.column_stack([scores[one] for one in causes])
            found += x @ np.linalg.lstsq(x, scores[name], rcond=None)[0]
        for one in effects:
            found += np.corrcoef(scores[name], scores[one])[0, 1] * scores[one]
        return found
    size = {one: float(np.corrcoef(scores[name], scores[one])[0, 1]) for one in causes + effects}
    return np.asarray(sum((np.sign(r) if scheme == "centroid" else r) * scores[one] for one, r in size.items()))


def _correlations(columns: Matrix) -> Matrix:
    return np.asarray(np.corrcoef(columns, rowvar=False)).reshape(columns.shape[1], -1)


def rho_a(items: Matrix, weights: Matrix) -> float:
    """Dijkstra and Henseler (2015), as their equation has it; of one item 1."""
    if len(weights) == 1:
        return 1.0
    data = _correlations(items)
    apart = 1 - np.eye(len(weights))
    of_data = weights @ (data * apart) @ weights
    of_weights = weights @ (np.outer(weights, weights) * apart) @ weights
    return float((weights @ weights) ** 2 * of_data / of_weights)


def _described(
    blocks: Mapping[str, Block],
    items: Mapping[str, Matrix],
    weights: Mapping[str, Matrix],
    scores: Mapping[str, Matrix],
    pairs: Pairs,
    *,
    consistent: bool,
    settled: bool,
) -> Textbook:
    names = list(blocks)
    among = _correlations(np.column_stack([scores[name] for name in names]))
    loadings = {name: np.array([np.corrcoef(x, scores[name])[0, 1] for x in items[name].T]) for name in names}
    if consistent:
        corrected = [name for name in names if blocks[name].factor and len(weights[name]) > 1]
        reliable = {name: rho_a(items[name], weights[name]) if name in corrected else 1.0 for name in names}
        with np.errstate(invalid="ignore"):  # reliabilities below zero have no root
            loadings |= {
                name: weights[name] * np.sqrt(reliable[name]) / (weights[name] @ weights[name]) for name in corrected
            }
            root = np.sqrt([reliable[name] for name in names])
            among = among / np.outer(root, root)
        np.fill_diagonal(among, 1.0)
    paths = np.zeros_like(among)
    r2: dict[str, float] = {}
    f2: dict[tuple[str, str], float] = {}
    vif: dict[tuple[str, str], float] = {}
    for j, target in enumerate(names):
        causes = [names.index(source) for source, one in pairs if one == target]
        if not causes:
            continue
        paths[causes, j] = np.linalg.solve(among[np.ix_(causes, causes)], among[causes, j])
        r2[target] = float(paths[causes, j] @ among[causes, j])
        for i in causes:
            rest = [k for k in causes if k != i]
            of_rest = np.full((len(rest), len(rest)), np.nan)
            if np.isfinite(among).all() and rest:
                of_rest = np.linalg.inv(among[np.ix_(rest, rest)])
            without = float(among[rest, j] @ of_rest @ among[rest, j]) if rest else 0.0
            by_rest = float(among[rest, i] @ of_rest @ among[rest, i]) if rest else 0.0
            f2[names[i], target] = (r2[target] - without) / (1 - r2[target])
            vif[names[i], target] = 1 / (1 - by_rest)
    return Textbook(names, blocks, weights, scores, loadings, among, paths, r2, f2, vif, settled)


def implied(found: Textbook, *, saturated: bool) -> tuple[Matrix, Matrix]:
    """Correlations of all items, block by block: of the data, and as the model has them."""
    among = found.correlations.copy()
    if not saturated:
        causes = [k for k, name in enumerate(found.names) if name not in found.r2]
        own = np.zeros_like(among)
        own[np.ix_(causes, causes)] = among[np.ix_(causes, causes)]
        for name, share in found.r2.items():
            own[found.names.index(name), found.names.index(name)] = 1 - share
        ways = np.linalg.inv(np.eye(len(among)) - found.paths.T)
        among = ways @ own @ ways.T
    data = _correlations(np.column_stack([found.blocks[name].items for name in found.names]))
    owner = [k for k, name in enumerate(found.names) for _ in found.weights[name]]
    loadings = np.concatenate([found.loadings[name] for name in found.names])
    model = np.eye(len(owner))
    for a, b in product(range(len(owner)), repeat=2):
        if a != b and owner[a] != owner[b]:
            model[a, b] = loadings[a] * loadings[b] * among[owner[a], owner[b]]
        elif a != b:
            factor = found.blocks[found.names[owner[a]]].factor
            model[a, b] = loadings[a] * loadings[b] if factor else data[a, b]
    return data, model


def alpha(items: Matrix) -> float:
    """Of the sum of the items as they came."""
    k = items.shape[1]
    return float(k / (k - 1) * (1 - items.var(axis=0, ddof=1).sum() / items.sum(axis=1).var(ddof=1)))


def htmt(first: Matrix, second: Matrix) -> float:
    """Of absolute correlations."""

    def within(items: Matrix) -> float:
        k = items.shape[1]
        return 1.0 if k == 1 else float(np.abs(_correlations(items)[np.triu_indices(k, 1)]).mean())

    across = [abs(np.corrcoef(a, b)[0, 1]) for a in first.T for b in second.T]
    return float(np.mean(across) / np.sqrt(within(first) * within(second)))
