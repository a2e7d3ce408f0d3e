"""How many answers are needed, as one frozen result: by rule for paths of given sizes, by simulation for a model.

Source: docs/methods/sample-size.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from safar.analysis.frames import Types, columns
from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.model_result import Rows
from safar.analysis.path_model.naming import labels_of
from safar.analysis.path_model.paper_table import PaperTable, paper_table
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.power import (
    BadPower,
    by_regression,
    gamma_exponential,
    inverse_square_root,
    simulated_power,
)
from safar.analysis.path_model.simulate import Population, draw
from safar.analysis.path_model.speaking import count, number, percent, seed_of
from safar.analysis.result import Frozen
from safar.domain.path_model import Measured, PathModel

WITHIN = 0.3
"""How parts of a composite are taken to correlate in a simulation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsNeeded(Frozen):
    """Rows with which a path of that size is found with the power.

    inverse_square_root, gamma_exponential: one-sided (Kock and Hadaya 2018); the latter None for strong paths.
    regression: two-sided (Cohen 1988), among as many predictors of the same size as the result says; None where these
    would explain more than everything, or a million rows.
    """

    path: float
    inverse_square_root: int
    gamma_exponential: int | None
    regression: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPower(Frozen):
    """How often a path was found with so many rows; error: of the simulation."""

    rows: int
    source: str
    target: str
    size: float
    power: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleResult(FurtherResult):
    """Rows that are needed. n is 0: nothing was measured yet.

    predictors: that act on one construct, at most. loading: of items, assumed by the simulation; data_sets: how many
    were drawn for each number of rows (0: no simulation).
    """

    PART_TYPES: ClassVar[Mapping[str, Types]] = {
        "needed": columns("whole: inverse_square_root regression predictors"),
        "simulation": columns("text: source target whole: rows"),
    }

    level: float
    power: float
    predictors: int
    needed: tuple[RowsNeeded, ...]
    simulation: tuple[SimulatedPower, ...] = ()
    loading: float = 0.7
    data_sets: int = 0
    seed: int = 1

    @property
    def title(self) -> str:
        """What it is."""
        return say("sample-title", self.language)

    @property
    def parts(self) -> Mapping[str, Rows]:
        """needed: a row a size of path. simulation: a row a number of rows and path."""
        return {
            "needed": [
                {field: getattr(one, field) for field in RowsNeeded.__slots__}
                | {"level": self.level, "power": self.power, "predictors": self.predictors}
                for one in self.needed
            ],
            "simulation": [
                {field: getattr(one, field) for field in SimulatedPower.__slots__} for one in self.simulation
            ],
        }

    def tables(self) -> tuple[PaperTable, ...]:
        """By rule, then by simulation."""
        language = self.language
        head = ("Path", "Inverse square root", "Gamma-exponential", "Regression")
        rule = paper_table(
            "sample",
            self.title,
            [word(one, language) for one in head],
            (
                (
                    number(one.path, 2, language),
                    count(one.inverse_square_root, language),
                    *(
                        "–" if rows is None else count(rows, language)
                        for rows in (one.gamma_exponential, one.regression)
                    ),
                )
                for one in self.needed
            ),
            words=0,
            notes=[
                say(
                    "sample-note",
                    language,
                    level=percent(self.level, 0, language),
                    power=percent(self.power, 0, language),
                    predictors=count(self.predictors, language),
                )
            ],
        )
        if not self.simulation:
            return (rule,)
        simulation = paper_table(
            "power",
            say("power-title", language),
            [word(one, language) for one in ("Path", "Size", "Rows", "Power", "Error")],
            (
                (
                    self.arrow(one.source, one.target, language),
                    number(one.size, 2, language),
                    count(one.rows, language),
                    percent(one.power, 0, language),
                    percent(one.error, 1, language),
                )
                for one in self.simulation
            ),
            notes=[
                say(
                    "power-note",
                    language,
                    sets=count(self.data_sets, language),
                    loading=number(self.loading, 2, language),
                )
            ],
        )
        return rule, simulation

    def method(self, language: str) -> str:
        """What was done, for a paper."""
        told = say(
            "method-sample", language, level=percent(self.level, 0, language), power=percent(self.power, 0, language)
        )
        if not self.simulation:
            return told
        sets, seed = count(self.data_sets, language), seed_of(self.seed, language)
        return f"{told} {say('method-power', language, sets=sets, seed=seed)}"

    def spoken(self, language: str) -> Iterator[str]:
        """How many for the smallest path."""
        least = min(self.needed, key=lambda one: abs(one.path))
        yield say(
            "sample-needed",
            language,
            path=number(least.path, 2, language),
            rows=count(least.inverse_square_root, language),
            power=percent(self.power, 0, language),
            level=percent(self.level, 0, language),
        )
        enough = sorted(
            rows
            for rows in {one.rows for one in self.simulation}
            if all(one.power >= self.power for one in self.simulation if one.rows == rows)
        )
        if enough:
            yield say("power-enough", language, rows=count(enough[0], language))
        elif self.simulation:
            most = max(one.rows for one in self.simulation)
            yield say("power-short", language, rows=count(most, language))


def find_sample(
    *,
    paths: Sequence[float],
    model: PathModel | None = None,
    level: float = 0.05,
    power: float = 0.8,
    sizes: Sequence[int] = (),
    loading: float = 0.7,
    data_sets: int = 200,
    resamples: int = 200,
    seed: int = 1,
    progress: Progress | None = None,
) -> SampleResult:
    """Rows for paths of these sizes; with a model and `sizes` also the power that a simulation finds.

    The simulation takes every path of the model to have the smallest of the sizes, items to load alike and exogenous
    constructs not to correlate. Raises: BadPower, BadPopulation.
    """
    if not paths:
        raise BadPower("No size of path is named.", next_step="Name the smallest path worth finding: --path 0.2.")
    predictors = 1 if model is None else max(len(model.sources(target)) for target in model.endogenous)
    needed = tuple(
        RowsNeeded(
            path=size,
            inverse_square_root=inverse_square_root(size, level=level, power=power),
            gamma_exponential=gamma_exponential(size, level=level, power=power),
            regression=_by_regression(size, predictors, level, power),
        )
        for size in paths
    )
    simulation: tuple[SimulatedPower, ...] = ()
    if model is not None and sizes:
        size = min(paths, key=abs)
        simulation = _simulated(
            model, size, sizes, loading=loading, data_sets=data_sets, resamples=resamples, level=level, seed=seed,
            progress=progress,
        )  # fmt: skip
    return SampleResult(
        model_name="" if model is None else model.name,
        n=0,
        level=level,
        power=power,
        predictors=predictors,
        needed=needed,
        simulation=simulation,
        loading=loading,
        data_sets=data_sets if simulation else 0,
        seed=seed,
        simulated=False,
        labels={} if model is None else labels_of(model),
    ).in_language("en")


def _by_regression(size: float, predictors: int, level: float, power: float) -> int | None:
    left = 1 - predictors * size**2
    if left <= 0:
        return None
    try:
        return by_regression(size**2 / left, predictors, level=level, power=power)
    except BadPower:
        return None


def _simulated(
    model: PathModel,
    size: float,
    sizes: Sequence[int],
    *,
    loading: float,
    data_sets: int,
    resamples: int,
    level: float,
    seed: int,
    progress: Progress | None,
) -> tuple[SimulatedPower, ...]:
    least = len(model.items) + 1
    if wrong := [n for n in sizes if n < least]:
        raise BadPower(
            f"{wrong[0]} rows cannot estimate a model of {len(model.items)} items.",
            next_step=f"Simulate {least} rows or more (--rows).",
        )
    signed = {(one.source, one.target): abs(size) * (one.sign or 1) for one in model.paths}
    factors = [one for one in model.constructs if one.measured is Measured.FACTOR]
    population = Population(
        model=model,
        paths=signed,
        loadings={item: 1.0 if len(one.items) == 1 else loading for one in factors for item in one.items},
        weights={item: 1.0 for one in model.constructs if one not in factors for item in one.items},
        within={one.name: WITHIN for one in model.constructs if one not in factors},
    )
    found = simulated_power(
        model,
        lambda n, chance: draw(population, n, seed=int(chance.integers(2**31))),
        Options(),
        sizes=sizes,
        data_sets=data_sets,
        resamples=resamples,
        level=level,
        seed=seed,
        progress=progress,
    )
    return tuple(
        SimulatedPower(rows=one.n, source=source, target=target, size=signed[source, target], power=share, error=error)
        for one in found
        for (source, target), share, error in ((path, one.found[path], one.errors[path]) for path in one.found)
    )
