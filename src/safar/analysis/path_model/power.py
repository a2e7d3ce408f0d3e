"""How many answers a model needs, by rule and by simulation (docs/methods/sample-size.md)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri, ncfdtr, ndtri

from safar.analysis.path_model.bootstrap import Progress, bootstrap
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.intervals import p_value
from safar.analysis.path_model.moments import Sample
from safar.domain.path_model import BadPathModel, PathModel

MOST = 1_000_000
"""Rows at which the search for a sample size ends."""

Draw = Callable[[int, np.random.Generator], NDArray[np.float64]]
"""Rows [n, p] from the population that is assumed, the model's items in their order."""


class BadPower(BadPathModel):
    """A sample size is asked for an effect, level or power that has none."""

    code = "path-model.power"
    next_step = "Give an effect other than 0 and below 1, a level below 0.5, and a power above the level and below 1."


def inverse_square_root(path: float, *, level: float = 0.05, power: float = 0.8) -> int:
    """Fewest rows with which a path of that size is found (Kock and Hadaya 2018; one-sided level). Raises: BadPower."""
    _check(path, level, power)
    return int(np.floor(((ndtri(1 - level) + ndtri(power)) / abs(path)) ** 2)) + 1


def gamma_exponential(path: float, *, level: float = 0.05, power: float = 0.8) -> int | None:
    """Fewest rows by the standard error e^(-e |path| / √n) / √n (Kock and Hadaya 2018; one-sided level).

    None for strong paths (at the usual level and power from 0.59 on): the rule then asks for no rows at all.
    Raises: BadPower.
    """
    most = inverse_square_root(path, level=level, power=power)
    size, needed = abs(path), ndtri(1 - level) + ndtri(power)
    turn = (np.e * size) ** 2  # with fewer rows than this the rule's ratio grows as rows are taken away

    def ratio(n: int) -> float:
        return float(size * np.sqrt(n) * np.exp(np.e * size / np.sqrt(n)))

    if np.e * size * size * np.e >= needed:
        return None
    rows = range(int(np.ceil(turn)), most + 1)
    return rows[bisect_right(rows, needed, key=ratio)]


def least_path(n: float, *, level: float = 0.05, power: float = 0.8) -> float:
    """The smallest path that so many rows find with that power, by the same rule."""
    _check(0.5, level, power)
    return float((ndtri(1 - level) + ndtri(power)) / np.sqrt(n))


def by_regression(f2: float, predictors: int, *, level: float = 0.05, power: float = 0.8) -> int:
    """Fewest rows for an effect size f² of one of so many predictors (Cohen 1988; two-sided). Raises: BadPower."""
    _check(min(f2, 0.5), level, power)

    def enough(n: int) -> bool:
        freedom = n - predictors - 1
        critical = fdtri(1, freedom, 1 - level)
        # Noncentrality f² (u + v + 1) with one degree tested of all: Cohen's, which is n f².
        return bool(1 - ncfdtr(1, freedom, f2 * n, critical) >= power)

    low, high = predictors + 2, predictors + 3
    while not enough(high):
        low, high = high, high * 2
        if high > MOST:
            raise BadPower(f"An f² of {f2:g} needs more than {MOST:,} rows.")
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high


@dataclass(frozen=True, slots=True)
class PowerAt:
    """How often each path was found with n rows: by (source, target), with the simulation's standard error.

    failed: data sets or resamples without an estimate.
    """

    n: int
    found: Mapping[tuple[str, str], float]
    errors: Mapping[tuple[str, str], float]
    failed: int


def simulated_power(
    model: PathModel,
    draw: Draw,
    options: Options,
    *,
    sizes: Sequence[int],
    data_sets: int = 500,
    resamples: int = 200,
    level: float = 0.05,
    seed: int,
    progress: Progress | None = None,
) -> tuple[PowerAt, ...]:
    """Power of the bootstrap test of every path at each sample size, on rows from a population that is assumed."""
    found = []
    for place, n in enumerate(sizes):
        flags, failed = [], 0
        for number in range(data_sets):
            chance = np.random.default_rng([seed, n, number])
            sample = Sample(draw(n, chance), np.ones(n))
            drawn = bootstrap(
                model, sample, options, resamples=resamples, seed=int(chance.integers(2**31)),
                keep=lambda f: {"paths": f.structure.paths[:, f.layout.paths]},
            )  # fmt: skip
            failed += drawn.failed
            flags.append(p_value(drawn.figures["paths"]) <= level)
            if progress is not None:
                progress(place * data_sets + number + 1, len(sizes) * data_sets)
        shares = np.mean(flags, axis=0)
        names = _path_names(model)
        errors = np.sqrt(shares * (1 - shares) / data_sets)
        found.append(
            PowerAt(
                n,
                dict(zip(names, map(float, shares), strict=True)),
                dict(zip(names, map(float, errors), strict=True)),
                failed,
            )
        )
    return tuple(found)


def _path_names(model: PathModel) -> list[tuple[str, str]]:
    """Pairs in the order in which a layout's path matrix is read."""
    names = model.names
    pairs = [(path.source, path.target) for path in model.paths]
    return sorted(pairs, key=lambda pair: (names.index(pair[0]), names.index(pair[1])))


def _check(path: float, level: float, power: float) -> None:
    if not (0 < abs(path) < 1 and 0 < level < 0.5 and level < power < 1):
        raise BadPower(f"Effect {path:g}, level {level:g}, power {power:g}.")
