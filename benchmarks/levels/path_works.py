"""Intervals, tests and verdicts of one model: how often intervals hold what is true, and tests find what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.levels.populations import Values, four_composites, four_factors, sample_of, two, whole
from benchmarks.levels.work import LEVEL, Case, Cell, Flags, Found, Work
from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.bootstrap import bootstrap, jackknife
from safar.analysis.path_model.determined import NoConvergence, Unreliable
from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.figures import joined, kept, reach
from safar.analysis.path_model.intervals import IntervalMethod, acceleration_of, interval, p_value
from safar.analysis.path_model.mediation import effects_of, find_ways, way_effects
from safar.analysis.path_model.quality import htmt
from safar.analysis.path_model.result import HTMT_LIMITS, Resampling, Run, Stand
from safar.analysis.path_model.simulate import Population
from safar.domain.path_model import Interaction, InteractionMethod, Mode, Path, PathModel

ROWS = (100, 300)
CONSISTENT = Options(consistent=True)
_ESTIMATIONS = {
    "consistent, factors": (four_factors, CONSISTENT),
    "mode A, factors": (four_factors, Options()),
    "mode B, composites": (four_composites, Options()),
}


def intervals(estimation: str, n: int, chance: np.random.Generator, seed: int) -> Found:
    """Whether each interval of 95 % holds what the same estimation makes of the whole population."""
    make, options = _ESTIMATIONS[estimation]
    population, truth = make(), _truth(estimation)
    sample = sample_of(population, n, chance)
    original = estimate(population.model, sample, np.ones((1, n)), options)
    told = _figures(original)
    drawn = bootstrap(population.model, sample, options, resamples=999, seed=seed, keep=_figures)
    left_out = jackknife(population.model, sample, options, keep=_figures)
    found: dict[Cell, Flags] = {}
    for method in IntervalMethod:
        for name, values in drawn.figures.items():
            low, high = interval(
                values, told[name][0], method=method, confidence=1 - LEVEL, n=n,
                acceleration=acceleration_of(left_out.figures[name]),
            )  # fmt: skip
            found[(estimation, str(n), str(method)), name] = (low <= truth[name]) & (truth[name] <= high)
    return found


@cache
def _truth(estimation: str) -> dict[str, Values]:
    make, options = _ESTIMATIONS[estimation]
    return {name: values[0] for name, values in _figures(whole(make(), options)).items()}


def _figures(fits: Fits) -> dict[str, NDArray[np.float64]]:
    """Of a model of `FOUR`: the paths that are there, the one that is not, indirect effects, loadings, R²."""
    all_ = kept(fits)
    none = _place(fits, "a", "d")
    sources, targets = reach(fits)
    through = (fits.layout.paths @ fits.layout.paths)[sources, targets] > 0
    return {
        "paths": np.delete(all_["paths"], none, axis=1),
        "path a → d": all_["paths"][:, [none]],
        "indirect": all_["indirect"][:, through],
        "loadings": all_["loadings 0"],
        "R²": all_["r2"],
    }


def _place(fits: Fits, source: str, target: str) -> int:
    names = fits.layout.constructs
    return list(zip(*joined(fits), strict=True)).index((names.index(source), names.index(target)))


_NOTHING: dict[str, tuple[Population, Options, str, str]] = {
    "one of several, consistent": (four_factors(), CONSISTENT, "a", "d"),
    "one of several, mode B": (four_composites(), Options(), "a", "d"),
    "the only one, consistent": (two(0.0), CONSISTENT, "x", "y"),
    "the only one, mode A": (two(0.0), Options(), "x", "y"),
    "the only one, mode B": (two(0.0, mode=Mode.B), Options(), "x", "y"),
}


_BY = ("p", "t", "verdict", "verdict, sign told")
_UNSETTLED = "weights not settled"


def paths(situation: str, n: int, chance: np.random.Generator, seed: int) -> Found:
    """Whether a path is found that is not there, by p, by t, and by the verdict without and with an expected sign.

    Where the weights do not settle, or a reliability below zero leaves no consistent estimates, nothing is found; how
    often weights did not settle is told besides.
    """
    population, options, source, target = _NOTHING[situation]
    run = Run(options=options, resampling=Resampling(resamples=499, seed=seed))
    row = (situation, str(n))
    sample = sample_of(population, n, chance)
    try:
        result = analyze(population.model, sample, run)
    except (NoConvergence, Unreliable) as reason:
        nothing = np.array(False)
        unsettled = np.array(isinstance(reason, NoConvergence))
        return {(row, column): nothing for column in _BY} | {(row, _UNSETTLED): unsettled}
    figure = result.path(source, target).figure
    stand = next(one.stand for one in result.verdicts if (one.source, one.target) == (source, target))
    supported = stand is Stand.SUPPORTED
    found = ((figure.p or 0.0) <= LEVEL, abs(figure.t or 0.0) >= 1.959964, supported, supported and figure.estimate > 0)
    flags = {(row, column): np.array(one) for column, one in zip(_BY, found, strict=True)}
    return flags | {(row, _UNSETTLED): np.array(False)}


def discriminant(n: int, chance: np.random.Generator, seed: int) -> Found:
    """Whether two factors are said to be less alike than a limit that their correlation just reaches."""
    found: dict[Cell, Flags] = {}
    for limit in HTMT_LIMITS:
        population = two(limit)
        sample = sample_of(population, n, chance)
        drawn = bootstrap(
            population.model, sample, Options(), resamples=499, seed=seed,
            keep=lambda fits: {"htmt": htmt(fits.correlations, fits.layout)[:, 0, 1]},
        )  # fmt: skip
        upper = np.nanquantile(drawn.figures["htmt"], 1 - LEVEL)
        found[(str(n),), f"below {limit:.2f}"] = np.array(upper < limit)
    return found


def mediation(first: float, second: float, n: int, chance: np.random.Generator, seed: int) -> Found:
    """Whether an indirect effect is found where one of its two paths, or both, are nothing."""
    found: dict[Cell, Flags] = {}
    base = four_factors()
    values = {("a", "b"): first, ("a", "c"): 0.3, ("b", "c"): second, ("a", "d"): 0.0, ("c", "d"): 0.45}
    population = replace(base, paths=values)
    sample = sample_of(population, n, chance)

    def along(fits: Fits) -> dict[str, Values]:
        ways = [way for way in find_ways(fits.layout) if way == (0, 1, 2)]
        return {"way": way_effects(fits.structure.paths, tuple(ways))}

    told = along(estimate(population.model, sample, np.ones((1, n)), CONSISTENT))["way"][0]
    drawn = bootstrap(population.model, sample, CONSISTENT, resamples=999, seed=seed, keep=along).figures["way"]
    left_out = jackknife(population.model, sample, CONSISTENT, keep=along).figures["way"]
    for method in (IntervalMethod.PERCENTILE, IntervalMethod.BIAS_CORRECTED, IntervalMethod.BCA):
        (effect,) = effects_of(told, drawn, n=n, method=method, confidence=1 - LEVEL, left_out=left_out)
        found[(f"{first:g}", f"{second:g}", str(n)), str(method)] = np.array(effect.there)
    return found


def moderation(method: InteractionMethod, chance: np.random.Generator, seed: int) -> Found:
    """Whether an interaction is found where there is none, 200 rows: y = 0.4 x + 0.3 m."""
    base = four_factors()
    one = Interaction(factors=("a", "b"), method=method)
    pairs = {("a", "c"): 0.4, ("b", "c"): 0.3}
    plain = PathModel(
        name="plain",
        constructs=base.model.constructs[:3],
        paths=tuple(Path(source=source, target=target) for source, target in pairs),
    )
    population = Population(model=plain, paths=pairs, loadings=base.loadings, correlations={("a", "b"): 0.3})
    model = replace(plain, paths=(*plain.paths, Path(source=one.name, target="c")), interactions=(one,))
    sample = sample_of(population, 200, chance)
    drawn = bootstrap(
        model, sample, Options(), resamples=299, seed=seed,
        keep=lambda fits: {"path": fits.structure.paths[:, [-1], 2]},
    ).figures["path"]  # fmt: skip
    estimated = estimate(model, sample, np.ones((1, 200)), Options()).structure.paths[0, -1, 2]
    t = estimated / drawn.std(axis=0, ddof=1)
    row = (str(method),)
    return {(row, "p"): p_value(drawn) <= LEVEL, (row, "t"): np.abs(t) >= 1.959964}


def _by_rows(draw: Callable[[str, int, np.random.Generator, int], Found], names: tuple[str, ...]) -> dict[str, Case]:
    return {f"{name}, {n}": partial(draw, name, n) for name in names for n in ROWS}


WORKS = {
    "intervals": Work(
        page="path-model-intervals",
        heads=("estimation", "rows", "interval"),
        cases=_by_rows(intervals, tuple(_ESTIMATIONS)),
        sets=300,
        quick=("consistent, factors, 100",),
        few=60,
    ),
    "paths": Work(
        page="path-model-intervals",
        heads=("the path is", "rows"),
        cases=_by_rows(paths, tuple(_NOTHING)),
        sets=364,
        quick=("the only one, consistent, 100", "the only one, mode B, 100"),
        few=80,
    ),
    "discriminant": Work(
        page="discriminant-validity",
        heads=("rows",),
        cases={str(n): partial(discriminant, n) for n in ROWS},
        sets=1_000,
        quick=("100",),
        few=150,
    ),
    "mediation": Work(
        page="mediation",
        heads=("first path", "second path", "rows"),
        cases={
            f"{first} {second} {n}": partial(mediation, first, second, n)
            for first, second in ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5))
            for n in ROWS
        },
        sets=300,
        quick=("0.0 0.5 100",),
        few=60,
    ),
    "moderation": Work(
        page="moderation",
        heads=("items of the interaction",),
        cases={str(method): partial(moderation, method) for method in InteractionMethod},
        sets=200,
        quick=("two-stage",),
        few=30,
    ),
}
