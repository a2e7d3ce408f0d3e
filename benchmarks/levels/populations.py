"""Models and populations that the simulations draw from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.simulate import Population, draw
from safar.domain.path_model import Construct, Measured, Mode, Path, PathModel

Values = NDArray[np.float64]
FOUR = {("a", "b"): 0.5, ("a", "c"): 0.3, ("b", "c"): 0.4, ("a", "d"): 0.0, ("c", "d"): 0.45}
"""Paths between four constructs; a does nothing to d but by way of c."""


def four_factors() -> Population:
    """Common factors with loadings 0.85, 0.75 and 0.70."""
    model = _model("abcd", FOUR, Measured.FACTOR, Mode.A)
    return Population(model=model, paths=FOUR, loadings=_by_item(model, (0.85, 0.75, 0.70)))


def four_composites() -> Population:
    """Composites in mode B of three parts that correlate at 0.4."""
    model = _model("abcd", FOUR, Measured.COMPOSITE, Mode.B)
    weights, within = _by_item(model, (0.6, 0.4, 0.3)), dict.fromkeys("abcd", 0.4)
    return Population(model=model, paths=FOUR, weights=weights, within=within)


def two(effect: float, *, mode: Mode = Mode.A, loading: float = 0.8) -> Population:
    """x acts on y and nothing else on anything: three items each that one factor makes correlate."""
    measured = Measured.FACTOR if mode is Mode.A else Measured.COMPOSITE
    paths = {("x", "y"): effect}
    model = _model("xy", paths, measured, mode)
    if mode is Mode.A:
        return Population(model=model, paths=paths, loadings=_by_item(model, (loading,) * 3))
    return Population(
        model=model, paths=paths, weights=_by_item(model, (1, 1, 1)), within=dict.fromkeys("xy", loading**2)
    )


def whole(population: Population, options: Options) -> Fits:
    """What these options make of the whole population."""
    rows = draw(population, 200, seed=1, exact=True)
    precise = Options(scheme=options.scheme, consistent=options.consistent, tolerance=1e-12)
    return estimate(population.model, Sample(rows, np.ones(len(rows))), np.ones((1, len(rows))), precise)


def sample_of(population: Population, n: int, chance: np.random.Generator) -> Sample:
    """Rows drawn by a generator."""
    return Sample(draw(population, n, seed=int(chance.integers(2**62))), np.ones(n))


def chained(measured: Measured = Measured.COMPOSITE, *, direct: bool = True) -> PathModel:
    """x -> m -> y, and x -> y where it is direct too; three items each."""
    pairs = {("x", "m"): 0.0, ("x", "y"): 0.0, ("m", "y"): 0.0} if direct else {("x", "m"): 0.0, ("m", "y"): 0.0}
    return _model("xmy", pairs, measured, Mode.A)


def scores(n: int, chance: np.random.Generator, *, skewed: bool = False, direct: float = 0.3) -> Values:
    """x, m, y: [n, 3]; m = 0.5 x, y = direct x + 0.4 m, and noise to variance one."""
    x = chance.standard_exponential(n) - 1 if skewed else chance.normal(size=n)
    m = 0.5 * x + np.sqrt(0.75) * chance.normal(size=n)
    rest = 1 - direct**2 - 0.16 - 2 * direct * 0.4 * 0.5
    return np.column_stack([x, m, direct * x + 0.4 * m + np.sqrt(rest) * chance.normal(size=n)])


def items(of: Values, chance: np.random.Generator, loading: float = 0.8) -> Values:
    """Three items of each score, common factors with this loading."""
    noise = chance.normal(size=(len(of), of.shape[1] * 3))
    return np.asarray(loading * np.repeat(of, 3, axis=1) + np.sqrt(1 - loading**2) * noise)


def _model(names: str, paths: dict[tuple[str, str], float], measured: Measured, mode: Mode) -> PathModel:
    return PathModel(
        name="simulated",
        constructs=tuple(
            Construct(name=name, items=tuple(f"{name}{k}" for k in range(3)), measured=measured, mode=mode)
            for name in names
        ),
        paths=tuple(Path(source=source, target=target) for source, target in paths),
    )


def _by_item(model: PathModel, values: tuple[float, ...]) -> dict[str, float]:
    return {item: value for one in model.constructs for item, value in zip(one.items, values, strict=True)}
