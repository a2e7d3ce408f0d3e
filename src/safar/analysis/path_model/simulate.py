"""Rows of answers from a population that is known: what an estimate is held against.

Source: docs/methods/simulated-answers.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from safar.domain.path_model import Measured, PathModel
from safar.errors import InputError

Values = NDArray[np.float64]
_ROUNDING = 1e-12


class BadPopulation(InputError):
    """A population of a path model cannot exist, or is not told in full."""

    code = "path-model.population"
    next_step = "Lower the effects or correlations that are named, or give those that are missing."


@dataclass(frozen=True, kw_only=True)
class Population:
    """What is true: constructs have variance one, items have variance one, all are normal.

    paths: by (source, target), all of the model's. loadings: by item; of a factor's items. correlations: by pair of
    exogenous constructs, 0 where not given. weights: by item, of a composite's items (their scale does not matter), and
    within: by composite, how its items correlate with each other, 0 where not given.
    Raises: BadPopulation. Higher-order constructs are not simulated.
    """

    model: PathModel
    paths: Mapping[tuple[str, str], float]
    loadings: Mapping[str, float] = field(default_factory=dict)
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    within: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.model.higher_orders:
            raise BadPopulation("Higher-order constructs are not simulated.")
        for path in self.model.paths:
            if (path.source, path.target) not in self.paths:
                raise BadPopulation(f"Path {path} has no value.")
        for construct in self.model.constructs:
            given = self.loadings if construct.measured is Measured.FACTOR else self.weights
            for item in construct.items:
                if item not in given:
                    raise BadPopulation(f"Item {item} of {construct.name} has no loading or weight.")
                if construct.measured is Measured.FACTOR and abs(given[item]) > 1:
                    raise BadPopulation(f"Item {item} of {construct.name} has a loading beyond 1.")

    @property
    def constructs(self) -> tuple[str, ...]:
        """Names, in the order of the model."""
        return tuple(one.name for one in self.model.constructs)

    def construct_correlations(self) -> Values:
        """[J, J]; without what interactions add, which correlate with none of their factors."""
        names = self.constructs
        found = np.eye(len(names))
        exogenous = [name for name in names if not self.model.sources(name)]
        for i, first in enumerate(exogenous):
            for second in exogenous[:i]:
                value = self.correlations.get((first, second), self.correlations.get((second, first), 0.0))
                a, b = names.index(first), names.index(second)
                found[a, b] = found[b, a] = value
        done = [names.index(name) for name in exogenous]
        for target in (name for name in self.model.order if name in names and name not in exogenous):
            j = names.index(target)
            sources = [name for name in self.model.sources(target) if name in names]
            slopes = np.array([self.paths[source, target] for source in sources])
            with_done = slopes @ found[np.ix_([names.index(source) for source in sources], done)]
            found[j, done] = found[done, j] = with_done
            done.append(j)
        if np.linalg.eigvalsh(found)[0] < -_ROUNDING:
            raise BadPopulation("No constructs can correlate like that: their paths explain more than everything.")
        return found

    def item_correlations(self) -> Values:
        """[p, p], in the order of the model's items."""
        owner = np.repeat(np.arange(len(self.constructs)), [len(one.items) for one in self.model.constructs])
        loadings = np.concatenate([self._block(name)[0] for name in self.constructs])
        found: Values = np.outer(loadings, loadings) * self.construct_correlations()[np.ix_(owner, owner)]
        for j, name in enumerate(self.constructs):
            place = np.flatnonzero(owner == j)
            found[np.ix_(place, place)] = self._block(name)[1]
        return found

    def _block(self, name: str) -> tuple[Values, Values]:
        """A construct's loadings and its items' correlations."""
        construct = self.model.construct(name)
        if construct.measured is Measured.FACTOR:
            loadings = np.array([self.loadings[item] for item in construct.items])
            among = np.outer(loadings, loadings)
            np.fill_diagonal(among, 1.0)
            return loadings, among
        size = len(construct.items)
        among = np.full((size, size), self.within.get(name, 0.0))
        np.fill_diagonal(among, 1.0)
        weights = np.array([self.weights[item] for item in construct.items])
        variance = weights @ among @ weights
        if np.linalg.eigvalsh(among)[0] < -_ROUNDING or variance <= 0:
            raise BadPopulation(f"The items of {name} cannot correlate like that.")
        return among @ weights / np.sqrt(variance), among


def draw(population: Population, n: int, *, seed: int, exact: bool = False) -> Values:
    """Rows [n, p] in the order of the model's items. The same seed draws the same.

    exact: rows whose own correlations are the population's, to rounding (needs n > p, and no interactions).
    Raises: BadPopulation where constructs cannot have variance one.
    """
    chance = np.random.default_rng(seed)
    if exact:
        return _exact(population, n, chance)
    scores = _scores(population, n, chance)
    parts = []
    for name in population.constructs:
        loadings, among = population._block(name)  # noqa: SLF001 - the same module
        rest = _root(among - np.outer(loadings, loadings))
        parts.append(scores[name][:, None] * loadings + chance.normal(size=(n, len(loadings))) @ rest.T)
    return np.concatenate(parts, axis=1)


def coarsen(rows: Values, thresholds: Sequence[float], *, lowest: int = 1) -> Values:
    """Codes lowest, lowest + 1 … of what lies below the first threshold, between it and the second …"""
    return np.searchsorted(np.asarray(thresholds), rows, side="right").astype(np.float64) + lowest


def _scores(population: Population, n: int, chance: np.random.Generator) -> dict[str, Values]:
    model, names = population.model, population.constructs
    among = population.construct_correlations()
    factors = {one.name: one.factors for one in model.interactions}
    exogenous = [name for name in names if not model.sources(name)]
    place = [names.index(name) for name in exogenous]
    drawn = chance.normal(size=(n, len(exogenous))) @ _root(among[np.ix_(place, place)]).T
    found = dict(zip(exogenous, drawn.T, strict=True))
    for name in model.order:
        if name in factors:
            product = np.prod([found[one] for one in factors[name]], axis=0)
            found[name] = product - np.prod([_mean(factors[name], among, names)])
            continue
        if name in found:
            continue
        sources = model.sources(name)
        plain = [source for source in sources if source in names]
        slopes = np.array([population.paths[source, name] for source in plain])
        where = [names.index(source) for source in plain]
        explained = float(slopes @ among[np.ix_(where, where)] @ slopes)
        for source in (source for source in sources if source in factors):
            explained += population.paths[source, name] ** 2 * _variance(factors[source], among, names)
        if explained > 1 + _ROUNDING:
            raise BadPopulation(f"{', '.join(sources)} explain more than all of {name}.")
        error = chance.normal(size=n) * np.sqrt(max(1 - explained, 0.0))
        found[name] = sum((population.paths[source, name] * found[source] for source in sources), error)
    return found


def _mean(factors: tuple[str, ...], among: Values, names: tuple[str, ...]) -> float:
    """Of a product of normal constructs: of two their correlation, of three 0."""
    return float(among[names.index(factors[0]), names.index(factors[1])]) if len(factors) == 2 else 0.0


def _variance(factors: tuple[str, ...], among: Values, names: tuple[str, ...]) -> float:
    """Of a product of normal constructs (Isserlis): of two 1 + r²."""
    place = [names.index(one) for one in factors]
    if len(place) == 2:
        return 1.0 + float(among[place[0], place[1]]) ** 2
    a, b, c = (float(among[place[i], place[j]]) for i, j in ((0, 1), (0, 2), (1, 2)))
    return 1 + 2 * (a * a + b * b + c * c) + 8 * a * b * c


def _exact(population: Population, n: int, chance: np.random.Generator) -> Values:
    aim = population.item_correlations()
    if population.model.interactions or n <= len(aim):
        raise BadPopulation("Rows with exactly these correlations need more rows than items, and no interactions.")
    rows = chance.normal(size=(n, len(aim)))
    rows -= rows.mean(axis=0)
    whitened = np.linalg.qr(rows)[0] * np.sqrt(n - 1)
    return np.asarray(whitened @ _root(aim).T)


def _root(matrix: Values) -> Values:
    """A matrix whose product with its transpose is this one, which may be singular."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)))
