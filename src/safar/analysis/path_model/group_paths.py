"""Whether paths differ between groups: tests by theory, permutation and bootstrap.

Source: docs/methods/groups-of-a-path-model.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.fit import implied_correlations
from safar.analysis.path_model.groups import Groups, bootstrap_group, permute, two_sided
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.stacks import Stack
from safar.domain.path_model import PathModel

Values = NDArray[np.float64]


class GroupTest(StrEnum):
    """How a difference of paths is tested."""

    PERMUTATION = "permutation"
    POOLED = "pooled"
    WELCH = "welch"
    BOOTSTRAP = "bootstrap"


@dataclass(frozen=True, slots=True)
class PathDifference:
    """A path in two groups. p: by test, two-sided; adjusted: the same after Holm over all paths and pairs."""

    groups: tuple[str, str]
    source: str
    target: str
    first: float
    second: float
    errors: tuple[float, float]
    p: dict[GroupTest, float]
    adjusted: dict[GroupTest, float]

    @property
    def difference(self) -> float:
        """The first group's path less the second's."""
        return self.first - self.second


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the models of two groups are apart over all items (Klesel and others 2019), with permutation p-values."""

    groups: tuple[str, str]
    d_l: float
    d_l_p: float
    d_g: float
    d_g_p: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of several groups. failed: resamples and permutations that could not be estimated."""

    differences: tuple[PathDifference, ...]
    distances: tuple[Distance, ...]
    failed: int


def compare_groups(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    groups: Groups,
    resamples: int,
    seed: int,
    progress: Progress | None = None,
) -> Comparison:
    """Every path in every two groups, by all tests; `resamples` bootstrap resamples a group and permutations a pair."""
    everyone = np.asarray(groups.members.any(axis=0), dtype=np.float64)[None, :]
    pooled = estimate(model, sample, everyone, options)
    layout = pooled.layout
    pairs = [(int(source), target) for target, sources in layout.sources.items() for source in sources]
    among, on = (np.array(side, dtype=np.intp) for side in zip(*sorted(pairs), strict=True))
    boots: list[Values] = []
    failed = 0
    for g in range(len(groups.names)):
        like = estimate(model, sample, groups.members[g].astype(np.float64)[None, :], options)
        drawn = bootstrap_group(
            model, sample, options, members=groups.members[g], like=like, resamples=resamples, seed=seed + g,
            keep=lambda f: {"paths": f.structure.paths[:, among, on]}, progress=progress,
        )  # fmt: skip
        boots.append(drawn.figures["paths"])
        failed += drawn.failed
    differences: list[PathDifference] = []
    distances: list[Distance] = []
    for i, j in groups.pairs:
        permuted = permute(
            model, sample, options, first=groups.members[i], second=groups.members[j], permutations=resamples,
            seed=seed, keep=lambda a, b: _figures(a, b, among, on), progress=progress,
        )  # fmt: skip
        failed += permuted.failed
        found, by_chance = permuted.found, permuted.replicates
        pair = (groups.names[i], groups.names[j])
        sizes = (int(groups.sizes[i]), int(groups.sizes[j]))
        first, second = found["first"][0], found["second"][0]
        errors = [np.asarray(np.nanstd(boots[g], axis=0, ddof=1)) for g in (i, j)]
        tests: dict[GroupTest, Values] = {
            GroupTest.PERMUTATION: two_sided(first - second, by_chance["first"] - by_chance["second"]),
            GroupTest.POOLED: student(*pooled_t(first - second, errors[0], errors[1], sizes)),
            GroupTest.WELCH: student(*welch_t(first - second, errors[0], errors[1], sizes)),
            GroupTest.BOOTSTRAP: bootstrap_p(boots[i], boots[j], first, second),
        }
        for k, (source, target) in enumerate(zip(among, on, strict=True)):
            differences.append(
                PathDifference(
                    groups=pair,
                    source=pooled.layout.constructs[source],
                    target=pooled.layout.constructs[target],
                    first=float(first[k]),
                    second=float(second[k]),
                    errors=(float(errors[0][k]), float(errors[1][k])),
                    p={test: float(values[k]) for test, values in tests.items()},
                    adjusted={},
                )
            )
        far = {name: (found[name][0], _as_far(found[name][0], by_chance[name])) for name in ("d_l", "d_g")}
        distances.append(Distance(pair, *map(float, (*far["d_l"], *far["d_g"]))))
    _adjust(differences)
    return Comparison(tuple(differences), tuple(distances), failed)


def _figures(first: Fits, second: Fits, sources: NDArray[np.intp], targets: NDArray[np.intp]) -> dict[str, Stack]:
    d_l, d_g = model_distances(first, second)
    return {
        "first": first.structure.paths[:, sources, targets],
        "second": second.structure.paths[:, sources, targets],
        "d_l": d_l,
        "d_g": d_g,
    }


def model_distances(first: Fits, second: Fits) -> tuple[Values, Values]:
    """Squared Euclidean and geodesic distance [B] of the item correlations that two groups' models imply."""
    a, b = (implied_correlations(fits, saturated=False) for fits in (first, second))
    fine = np.isfinite(a).all(axis=(1, 2)) & np.isfinite(b).all(axis=(1, 2))
    d_l, d_g = 0.5 * ((a - b) ** 2).sum(axis=(1, 2)), np.full(len(a), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.linalg.eigvals(np.linalg.solve(a[fine], b[fine])).real
        d_g[fine] = 0.5 * (np.log(ratios) ** 2).sum(axis=1)
    return d_l, d_g


def _as_far(found: float, by_chance: Values) -> float:
    there = np.isfinite(by_chance)
    return float((1 + (by_chance[there] >= found - 1e-12).sum()) / (1 + there.sum()))


def pooled_t(difference: Values, first: Values, second: Values, sizes: tuple[int, int]) -> tuple[Values, Values]:
    """Student's t and its degrees of freedom (Keil and others 2000); first, second: standard errors."""
    n, m = sizes
    spread = np.sqrt(((n - 1) ** 2 * first**2 + (m - 1) ** 2 * second**2) / (n + m - 2))
    return difference / (spread * np.sqrt(1 / n + 1 / m)), np.full(len(difference), n + m - 2.0)


def welch_t(difference: Values, first: Values, second: Values, sizes: tuple[int, int]) -> tuple[Values, Values]:
    """The same for unequal variances (Welch and Satterthwaite, as in Nitzl 2010), degrees of freedom rounded."""
    n, m = sizes
    a, b = (n - 1) / n * first**2, (m - 1) / m * second**2
    freedom = (a + b) ** 2 / ((n - 1) / n**2 * first**4 + (m - 1) / m**2 * second**4) - 2
    return difference / np.sqrt(a + b), np.round(freedom)


def student(t: Values, freedom: Values) -> Values:
    """Two-sided p-values."""
    return np.asarray(2 * stdtr(freedom, -np.abs(t)))


def bootstrap_p(first: Values, second: Values, estimate_first: Values, estimate_second: Values) -> Values:
    """Henseler, Ringle and Sinkovics (2009): two-sided, from every pair of replicates [B, k] of the two groups.

    Replicates are brought to the groups' estimates before; the one-sided share is doubled.
    """
    found = np.full(first.shape[1], np.nan)
    for k in range(first.shape[1]):
        a, b = (values[np.isfinite(values)] for values in (first[:, k], second[:, k]))
        if len(a) and len(b):
            # 2 mean - replicate turns the distribution round; the estimates take the place of the means.
            found[k] = one_sided(2 * estimate_first[k] - a, 2 * estimate_second[k] - b)
    return np.asarray(np.clip(2 * np.minimum(found, 1 - found), 1 / len(first), 1.0))


def one_sided(first: Values, second: Values) -> float:
    """Share of pairs in which the first group's value is not above the second's."""
    ordered = np.sort(first)
    return float(np.searchsorted(ordered, second, side="right").sum() / (len(first) * len(second)))


def holm(p: Values) -> Values:
    """Holm's adjusted p-values [k]; values that are not numbers stay so and are not counted."""
    adjusted = np.full(len(p), np.nan)
    there = np.flatnonzero(np.isfinite(p))
    order = there[np.argsort(p[there], kind="stable")]
    steps = len(order) - np.arange(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * steps), 1.0) if len(order) else []
    return adjusted


def _adjust(differences: list[PathDifference]) -> None:
    for test in GroupTest:
        values = holm(np.array([one.p[test] for one in differences]))
        for one, value in zip(differences, values, strict=True):
            one.adjusted[test] = float(value)
