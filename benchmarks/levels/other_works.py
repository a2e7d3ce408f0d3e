"""Tests of items, groups, fit, prediction and hidden causes: how often each finds what is not there."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.levels.populations import chained, items, scores
from benchmarks.levels.work import LEVEL, Cell, Flags, Found, Work
from safar.analysis.path_model.confirmatory import confirm
from safar.analysis.path_model.copula import find_endogeneity
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.exact_fit import exact_fit
from safar.analysis.path_model.factorability import sphericity
from safar.analysis.path_model.group_paths import GroupTest, compare_groups
from safar.analysis.path_model.groups import group
from safar.analysis.path_model.invariance import micom
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.normality import normality
from safar.analysis.path_model.prediction import cvpat, predict
from safar.analysis.path_model.simulate import coarsen
from safar.domain.path_model import Measured, Path, PathModel

FOUND = "found"


def groups(sizes: tuple[int, int], spread: float, chance: np.random.Generator, seed: int) -> Found:
    """Two groups from one population; spread: by how much the answers of the second one vary more."""
    first, second = sizes
    rows = items(scores(first + second, chance), chance)
    rows[first:] *= spread
    sample = Sample(rows, np.ones(len(rows)))
    halves = group(["a"] * first + ["b"] * second)
    column = f"{first} and {second}" if spread == 1 else f"{first} and {second}, wider"
    invariance = micom(chained(), sample, Options(), groups=halves, pair=(0, 1), permutations=299, seed=seed)
    compared = compare_groups(chained(), sample, Options(), groups=halves, resamples=299, seed=seed)
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
    if spread != 1:
        del found["MICOM variances"]  # which then truly differ
    return {((name,), column): flags for name, flags in found.items()}


def fit(n: int, chance: np.random.Generator, seed: int) -> Found:
    """A chain of common factors that is right, consistent."""
    sample = Sample(items(scores(n, chance, direct=0.0), chance), np.ones(n))
    model = chained(Measured.FACTOR, direct=False)
    found: dict[Cell, Flags] = {}
    for saturated in (False, True):
        tested = exact_fit(model, sample, Options(consistent=True), resamples=199, seed=seed, saturated=saturated)
        kind = "saturated" if saturated else "estimated"
        found |= {((one.name, kind), f"{n} rows"): np.array(one.rejected) for one in tested.tests}
    return found


def prediction(chance: np.random.Generator, seed: int) -> Found:
    """Two causes that predict y equally well, 200 rows: whether one model is said to predict better than the other."""
    of = chance.normal(size=(200, 3)) @ np.linalg.cholesky([[1, 0.3, 0.48], [0.3, 1, 0.48], [0.48, 0.48, 1]]).T
    sample = Sample(items(of, chance), np.ones(200))
    both = chained()
    models = [
        PathModel(
            name=cause, constructs=both.constructs, paths=(Path(source=cause, target="y"), Path(source="x", target="m"))
        )
        for cause in ("x", "m")
    ]
    first, second = (predict(model, sample, Options(), repeats=1, seed=seed) for model in models)
    (tested,) = (one for one in cvpat(first, against=second.model) if one.construct == "y")
    return {(("two models that predict equally well",), FOUND): np.array(tested.p <= LEVEL)}


def nothing(chance: np.random.Generator, seed: int) -> Found:
    """Nothing acts on anything, 200 rows: whether the model is said to predict better than something simpler."""
    sample = Sample(items(chance.normal(size=(200, 3)), chance), np.ones(200))
    found = predict(chained(), sample, Options(), repeats=1, seed=seed)
    return {
        ((f"{one.construct} better than by {name}, where nothing acts",), FOUND): np.array(
            one.p <= LEVEL and one.difference < 0
        )
        for name, against in (("the mean", found.mean), ("regression", found.linear))
        for one in cvpat(found, against=against)
    }


def copula(loading: float, chance: np.random.Generator, seed: int) -> Found:
    """x is skewed and hides nothing, 300 rows: how often its term is there, in the regressions of m and of y."""
    sample = Sample(items(scores(300, chance, skewed=True), chance, loading=loading), np.ones(300))
    told = "without error" if loading == 1 else f"loadings {loading:.2f}"
    found: dict[Cell, Flags] = {}
    for target in ("m", "y"):
        tested = find_endogeneity(
            chained(), sample, Options(), target=target, suspects=["x"], resamples=200, seed=seed, level=LEVEL
        )
        (term,) = (one.terms[0] for one in tested.models if one.terms)
        found[(told, target), "5 %"] = np.array(term.there)
        found[(told, target), "1 %"] = np.array(term.term.p <= 0.01)
    return found


def bartlett(n: int, p: int, chance: np.random.Generator, _: int) -> Found:
    """Items that have nothing in common."""
    tested = sphericity(np.asarray(np.corrcoef(chance.normal(size=(n, p)).T)), n)
    return {((str(n), str(p)), "rejected"): np.array(tested.p_value <= LEVEL)}


def normal(n: int, chance: np.random.Generator, seed: int) -> Found:
    """Twenty items of normal answers, and the same cut into five codes."""
    rows = chance.normal(size=(n, 20))
    found: dict[Cell, Flags] = {}
    for told, answers in (("normal", rows), ("five codes", coarsen(rows, [-1.5, -0.5, 0.5, 1.5]))):
        tested = normality(answers, seed=seed)
        found[(str(n),), f"{told}: Lilliefors"] = tested.kolmogorov_p <= LEVEL
        found[(str(n),), f"{told}: Shapiro"] = tested.shapiro_p <= LEVEL
    return found


def confirmatory(n: int, chance: np.random.Generator, _: int) -> Found:
    """Three common factors that are as the model says."""
    rows = items(scores(n, chance), chance)
    tested = confirm(chained(Measured.FACTOR), np.asarray(np.corrcoef(rows.T)), n)
    return {((str(n),), "rejected"): np.array(tested.p_value <= LEVEL)}


WORKS = {
    "groups": Work(
        page="groups-of-a-path-model",
        heads=("test",),
        cases={
            "equal": partial(groups, (120, 120), 1.0),
            "unequal": partial(groups, (60, 180), 1.0),
            "wider": partial(groups, (60, 180), 1.5),
        },
        sets=300,
        quick=("equal",),
        few=40,
    ),
    "fit": Work(
        page="exact-fit",
        heads=("distance", "tested"),
        cases={str(n): partial(fit, n) for n in (100, 300)},
        sets=500,
        quick=("100",),
        few=60,
    ),
    "prediction": Work(
        page="prediction",
        heads=("said",),
        cases={"equal": prediction, "nothing": nothing},
        sets=500,
        quick=("equal", "nothing"),
        few=60,
    ),
    "copula": Work(
        page="endogeneity",
        heads=("items", "regression of"),
        cases={str(loading): partial(copula, loading) for loading in (1.0, 0.95, 0.8)},
        sets=200,
        quick=("0.95",),
        few=6,
    ),
    "bartlett": Work(
        page="factorability",
        heads=("rows", "items"),
        cases={f"{n} {p}": partial(bartlett, n, p) for n, p in ((30, 10), (60, 5), (100, 10), (300, 27))},
        sets=4_000,
        quick=("30 10", "60 5", "100 10", "300 27"),
        few=300,
    ),
    "normality": Work(
        page="normality",
        heads=("rows",),
        cases={str(n): partial(normal, n) for n in (30, 100, 300)},
        sets=100,
        quick=("30", "100"),
        few=15,
    ),
    "confirmatory": Work(
        page="confirmatory-factors",
        heads=("rows",),
        cases={str(n): partial(confirmatory, n) for n in (100, 200, 500)},
        sets=400,
        quick=("200",),
        few=25,
    ),
}
