"""Whether a model fits exactly: distances of the data against those of data in which it does.

Source: docs/methods/exact-fit.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.bootstrap import Progress, bootstrap
from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.fit import implied_correlations, misfit
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.stacks import Stack
from safar.domain.path_model import BadPathModel, PathModel

DISTANCES = ("srmr", "d_uls", "d_g", "d_ml")


class NoExactFit(BadPathModel):
    """The test of exact fit cannot be made for this model or these answers."""

    code = "path-model.exact-fit"
    next_step = "Test the model without interactions and higher-order constructs, on more rows than items."


@dataclass(frozen=True, slots=True)
class DistanceTest:
    """A distance, the quantile that it exceeds at the level if the model is wrong, and its p-value."""

    name: str
    value: float
    critical: float
    p: float

    @property
    def rejected(self) -> bool:
        """Whether the distance is beyond what a model that is true leaves."""
        return self.value > self.critical


@dataclass(frozen=True, slots=True)
class ExactFit:
    """One test a distance. lost: resamples without an admissible estimate, which are left out."""

    tests: tuple[DistanceTest, ...]
    lost: int


def exact_fit(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    resamples: int,
    seed: int,
    saturated: bool = False,
    level: float = 0.05,
    progress: Progress | None = None,
) -> ExactFit:
    """Beran and Srivastava's bootstrap (1985), as Dijkstra and Henseler (2015) use it.

    saturated: test the measurement alone, the constructs' correlations as they are. Raises: NoExactFit.
    """
    if model.interactions or model.higher_orders:
        raise NoExactFit("Exact fit is tested for models whose items are all asked ones.")
    fits = estimate(model, sample, np.ones((1, sample.n)), options)
    found = _distances(fits, saturated)
    obeying = obey(sample, fits.correlations[0], implied_correlations(fits, saturated=saturated)[0])
    drawn = bootstrap(
        model, obeying, options, resamples=resamples, seed=seed, keep=lambda f: _distances(f, saturated),
        progress=progress,
    )  # fmt: skip
    tests = []
    for name in DISTANCES:
        values = drawn.figures[name][drawn.admissible & np.isfinite(drawn.figures[name])]
        value = float(found[name][0])
        critical = float(np.quantile(values, 1 - level)) if len(values) else np.nan
        tests.append(DistanceTest(name, value, critical, float((1 + (values >= value).sum()) / (1 + len(values)))))
    return ExactFit(tuple(tests), int((~drawn.admissible).sum()))


def _distances(fits: Fits, saturated: bool) -> dict[str, Stack]:
    found = misfit(fits, saturated=saturated)
    return {name: getattr(found, name) for name in DISTANCES}


def obey(sample: Sample, data: NDArray[np.float64], model: NDArray[np.float64]) -> Sample:
    """The sample's standardized rows, bent so that their correlations are the model's, [p, p] each.

    Raises: NoExactFit where one of the two matrices is not positive definite.
    """
    if not (np.isfinite(model).all() and np.linalg.eigvalsh(model)[0] > 0 and np.linalg.eigvalsh(data)[0] > 1e-12):
        raise NoExactFit("The correlations of the data or of the model are not positive definite.")
    return Sample(sample.standardized @ _root(data, -0.5) @ _root(model, 0.5), sample.case_weights)


def _root(matrix: NDArray[np.float64], power: float) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * values**power) @ vectors.T)
