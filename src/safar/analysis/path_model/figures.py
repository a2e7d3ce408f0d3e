"""The figures of an analysis, each with what the resamples say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.bootstrap import Replicates, jackknife
from safar.analysis.path_model.estimate import Fits
from safar.analysis.path_model.intervals import IntervalMethod, acceleration_of, interval, p_value
from safar.analysis.path_model.layout import Layout
from safar.analysis.path_model.moderation import slopes_of
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.parts import Figure
from safar.analysis.path_model.quality import htmt, htmt2
from safar.analysis.path_model.run import Run
from safar.analysis.path_model.stacks import Stack
from safar.analysis.path_model.structure import total_effects
from safar.domain.path_model import PathModel

_SMALLEST = 1e-12
Places = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Rows and columns of a matrix of constructs."""


def some(value: float) -> float | None:
    """A number, or None where it is none."""
    return float(value) if np.isfinite(value) else None


def stages(fits: Fits) -> tuple[Fits, ...]:
    """From the first to the last."""
    return (fits,) if fits.first is None else (*stages(fits.first), fits)


def kept(fits: Fits) -> dict[str, Stack]:
    """What is kept of each resample, [B, k] each, in the order of `joined`, `reach`, `pairs` and `slope_places`."""
    sources, targets = joined(fits)
    places = reach(fits)
    total = total_effects(fits.structure.paths)
    return {
        "paths": fits.structure.paths[:, sources, targets],
        "total": total[:, *places],
        "indirect": (total - fits.structure.paths)[:, *places],
        **{f"loadings {k}": stage.structure.loadings for k, stage in enumerate(stages(fits))},
        **{f"weights {k}": stage.weights.weights for k, stage in enumerate(stages(fits))},
        "r2": fits.structure.r2[:, sorted(fits.layout.sources)],
        "htmt": across(fits, htmt),
        "htmt2": across(fits, htmt2),
        "slopes": slopes_of(fits),
        **({} if fits.quantified is None else {"categories": fits.quantified.of_categories}),
    }


def joined(fits: Fits) -> Places:
    """The paths: their sources, their targets."""
    found = np.array(
        [(source, target) for target, sources in fits.layout.sources.items() for source in sources], dtype=np.intp
    )
    return found[:, 0], found[:, 1]


def reach(fits: Fits) -> Places:
    """Which construct acts on which, by whatever way."""
    sources, targets = np.nonzero(total_effects(fits.layout.paths.astype(np.float64)[None])[0])
    return sources, targets


def pairs(fits: Fits) -> list[tuple[Fits, Places]]:
    """Pairs of constructs with items of their own (an interaction has none), each with the stage that tells of it.

    That is the last one in which both are; of parts of higher-order constructs the first.
    """
    found: list[tuple[Fits, Places]] = []
    seen: set[frozenset[str]] = set()
    for stage in reversed(stages(fits)):
        names = stage.layout.constructs
        own = [j for j, name in enumerate(names) if "*" not in name]
        told = [(a, b) for n, a in enumerate(own) for b in own[n + 1 :]]
        told = [(a, b) for a, b in told if frozenset((names[a], names[b])) not in seen]
        seen |= {frozenset((names[a], names[b])) for a, b in told}
        places = np.array(told, dtype=np.intp).reshape(-1, 2)
        found.append((stage, (places[:, 0], places[:, 1])))
    return found


def across(fits: Fits, ratio: Callable[[Stack, Layout], Stack]) -> Stack:
    """A ratio of each of the `pairs`, [B, k]. ratio: of items' correlations, [B, J, J]."""
    return np.concatenate(
        [ratio(stage.correlations, stage.layout)[:, *places] for stage, places in pairs(fits) if len(places[0])]
        or [np.empty((len(fits.correlations), 0))],
        axis=1,
    )


@dataclass(frozen=True)
class _Bounds:
    """What the resamples say of one kind of figures, [k] each."""

    error: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p: NDArray[np.float64]
    least_p: NDArray[np.float64]


class Reader:
    """Figures by the names of `kept`, and whatever follows from paths: the sample's, with what the resamples say."""

    def __init__(self, model: PathModel, sample: Sample, run: Run, fits: Fits, replicates: Replicates | None) -> None:
        self._fits, self._n, self._made = fits, sample.n, run.resampling
        self._estimates = {name: values[0] for name, values in kept(fits).items()}
        self._replicates: Mapping[str, Stack] | None = None
        self._left_out: Mapping[str, Stack] | None = None
        if replicates is not None and self._made is not None:
            self._replicates = replicates.figures
            if self._made.drop_inadmissible:
                self._replicates = {
                    name: np.where(replicates.admissible[:, None], values, np.nan)
                    for name, values in replicates.figures.items()
                }
            if self._made.interval is IntervalMethod.BCA:
                self._left_out = jackknife(model, sample, run.options, keep=kept).figures

    def __call__(self, name: str) -> Sequence[Figure]:
        """Figures of one kind."""
        return self._told(
            self._estimates[name],
            None if self._replicates is None else self._replicates[name],
            None if self._left_out is None else self._left_out[name],
        )

    def follow(self, make: Callable[[Stack], Stack]) -> Sequence[Figure]:
        """Figures that follow from paths. make: of paths [B, J, J], figures [B, k]."""
        return self._told(
            make(self._paths(self._estimates["paths"][None]))[0],
            None if self._replicates is None else make(self._paths(self._replicates["paths"])),
            None if self._left_out is None else make(self._paths(self._left_out["paths"])),
        )

    def upper(self, name: str) -> NDArray[np.float64] | None:
        """One-sided upper bounds [k] at the run's confidence; None without resamples."""
        if self._replicates is None or self._made is None:
            return None
        values = self._replicates[name]
        found = np.full(values.shape[1], np.nan)
        for column in range(values.shape[1]):
            there = values[np.isfinite(values[:, column]), column]
            if len(there):
                found[column] = np.quantile(there, self._made.confidence)
        return found

    def _paths(self, values: Stack) -> Stack:
        count = self._fits.layout.n_constructs
        found = np.zeros((len(values), count, count))
        found[:, *joined(self._fits)] = values
        return found

    def _told(self, estimates: NDArray[np.float64], values: Stack | None, left_out: Stack | None) -> list[Figure]:
        made = self._made
        if not len(estimates):
            return []
        if values is None or made is None:
            return [Figure(estimate=float(value)) for value in estimates]
        low, high = interval(
            values,
            estimates,
            method=made.interval,
            confidence=made.confidence,
            n=self._n,
            acceleration=None if left_out is None else acceleration_of(left_out),
        )
        error = np.nanstd(values, axis=0, ddof=1)
        with np.errstate(divide="ignore"):
            least = 1 / np.isfinite(values).sum(axis=0)
        told = _Bounds(error, low, high, p_value(values), least)
        return [_figure(float(value), told, place) for place, value in enumerate(estimates)]


def _figure(estimate_: float, told: _Bounds, place: int) -> Figure:
    error = float(told.error[place])
    if not error > _SMALLEST:  # a weight or loading that is fixed has no error
        return Figure(estimate=estimate_)
    return Figure(
        estimate=estimate_,
        standard_error=error,
        low=some(told.low[place]),
        high=some(told.high[place]),
        t=estimate_ / error,
        p=float(told.p[place]),
        least_p=float(told.least_p[place]),
    )
