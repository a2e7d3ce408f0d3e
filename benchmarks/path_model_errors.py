"""How often each test of path models finds what is not there, on simulated answers: the figures of the method pages.

`python -m benchmarks.path_model_errors groups|fit|prediction|copula [DATA SETS]`. Seeded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.moments import Sample
from safar.domain.path_model import Construct, Measured, Path, PathModel

LEVEL = 0.05
Flags = dict[str, NDArray[np.bool_]]


def model(measured: Measured = Measured.COMPOSITE) -> PathModel:
    """x -> m -> y and x -> y, three items each."""
    return PathModel(
        name="simulated",
        constructs=tuple(
            Construct(name=name, items=tuple(f"{name}{i}" for i in range(3)), measured=measured) for name in "xmy"
        ),
        paths=(Path(source="x", target="m"), Path(source="x", target="y"), Path(source="m", target="y")),
    )


def scores(n: int, chance: np.random.Generator, *, skewed: bool = False) -> NDArray[np.float64]:
    """x, m, y: [n, 3]; paths 0.5, 0.3, 0.4."""
    x = chance.standard_exponential(n) - 1 if skewed else chance.normal(size=n)
    m = 0.5 * x + np.sqrt(0.75) * chance.normal(size=n)
    y = 0.3 * x + 0.4 * m + np.sqrt(1 - 0.09 - 0.16 - 0.12) * chance.normal(size=n)
    return np.column_stack([x, m, y])


def items(of: NDArray[np.float64], chance: np.random.Generator, loading: float = 0.8) -> NDArray[np.float64]:
    """Three items of each score, common factors with this loading."""
    noise = chance.normal(size=(len(of), of.shape[1] * 3))
    return np.asarray(loading * np.repeat(of, 3, axis=1) + np.sqrt(1 - loading**2) * noise)


def groups(chance: np.random.Generator, seed: int) -> Flags:
    """Two groups of 120 from one population."""
    from safar.analysis.path_model.group_paths import GroupTest, compare_groups
    from safar.analysis.path_model.groups import group
    from safar.analysis.path_model.invariance import micom

    sample = Sample(items(scores(240, chance), chance), np.ones(240))
    halves = group(["a"] * 120 + ["b"] * 120)
    invariance = micom(model(), sample, Options(), groups=halves, pair=(0, 1), permutations=299, seed=seed)
    compared = compare_groups(model(), sample, Options(), groups=halves, resamples=299, seed=seed)
    found = {
        "MICOM step 2": np.array([not one.same for one in invariance]),
        "MICOM means": np.array([one.mean.there for one in invariance]),
        "MICOM variances": np.array([one.variance.there for one in invariance]),
        "distance d_L": np.array([one.d_l_p <= LEVEL for one in compared.distances]),
        "distance d_G": np.array([one.d_g_p <= LEVEL for one in compared.distances]),
    }
    for test in GroupTest:
        found[f"paths, {test}"] = np.array([one.p[test] <= LEVEL for one in compared.differences])
        found[f"any path after Holm, {test}"] = np.array(
            [any(one.adjusted[test] <= LEVEL for one in compared.differences)]
        )
    return found


def fit(chance: np.random.Generator, seed: int) -> Flags:
    """The right model of common factors, 250 rows, consistent."""
    from safar.analysis.path_model.exact_fit import exact_fit

    sample = Sample(items(scores(250, chance), chance), np.ones(250))
    chain = PathModel(name="chain", constructs=model(Measured.FACTOR).constructs, paths=model().paths)
    found = {}
    for saturated in (False, True):
        tested = exact_fit(chain, sample, Options(consistent=True), resamples=199, seed=seed, saturated=saturated)
        kind = "saturated" if saturated else "estimated"
        found |= {f"{one.name}, {kind}": np.array([one.rejected]) for one in tested.tests}
    return found


def prediction(chance: np.random.Generator, seed: int) -> Flags:
    """Nothing acts on anything, 200 rows: how often CVPAT says that the model predicts better."""
    from safar.analysis.path_model.prediction import cvpat, predict

    sample = Sample(items(chance.normal(size=(200, 3)), chance), np.ones(200))
    found = predict(model(), sample, Options(), repeats=1, seed=seed)
    return {
        f"better than {name}, {one.construct}": np.array([one.p <= LEVEL and one.difference < 0])
        for name, against in (("mean", found.mean), ("regression", found.linear))
        for one in cvpat(found, against=against)
    }


def copula(chance: np.random.Generator, seed: int) -> Flags:
    """x is skewed and hides nothing, 300 rows: how often its term is there, in the regressions of m and of y."""
    from safar.analysis.path_model.copula import find_endogeneity

    of = scores(300, chance, skewed=True)
    found = {}
    for told, loading in (("without error", 1.0), ("loadings 0.95", 0.95)):
        sample = Sample(items(of, chance, loading=loading), np.ones(300))
        for target in ("m", "y"):
            tested = find_endogeneity(
                model(), sample, Options(), target=target, suspects=["x"], resamples=200, seed=seed
            )
            found[f"{told}, term of x on {target}"] = np.array(["x" in tested.suspected])
    return found


WORKS: dict[str, Callable[[np.random.Generator, int], Flags]] = {
    "groups": groups,
    "fit": fit,
    "prediction": prediction,
    "copula": copula,
}


def run(work: str, data_sets: int) -> Iterator[tuple[str, float, float]]:
    """Name of the test, share of findings, and the simulation's standard error."""
    kept: dict[str, list[NDArray[np.bool_]]] = {}
    for seed in range(data_sets):
        for name, flags in WORKS[work](np.random.default_rng([20_261_122, seed]), seed).items():
            kept.setdefault(name, []).append(np.asarray(flags))
    for name, parts in kept.items():
        share = float(np.mean(np.concatenate(parts)))
        yield name, share, float(np.std([part.mean() for part in parts], ddof=1) / np.sqrt(len(parts)))


if __name__ == "__main__":
    for name, share, error in run(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000):
        print(f"{name:40} {share:.3f} (± {error:.3f})")
