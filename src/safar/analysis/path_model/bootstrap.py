"""Resampling: a model's estimates on many resamples of its rows, stack by stack, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.moments import STACK, Sample, resample_counts
from safar.analysis.path_model.stacks import Stack
from safar.domain.path_model import PathModel

Progress = Callable[[int, int], None]
"""Told how many resamples are done, of how many."""
Figures = Callable[[Fits], Mapping[str, Stack]]
"""What to keep of each resample: name → [B, …]."""


@dataclass(frozen=True)
class Replicates:
    """Figures of B resamples by name, [B, …] each.

    admissible: [B]. failed: how many could not be estimated at all (an item without variance, no
    convergence, causes that cannot be told apart); their
    figures are not numbers. Inadmissible ones keep theirs: whoever uses them says how many there were.
    """

    figures: Mapping[str, Stack]
    admissible: NDArray[np.bool_]
    failed: int

    @property
    def inadmissible(self) -> int:
        """How many were estimated and cannot be right."""
        return int((~self.admissible).sum()) - self.failed


def bootstrap(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    resamples: int,
    seed: int,
    keep: Figures,
    progress: Progress | None = None,
) -> Replicates:
    """Estimates of resamples with replacement. The same seed gives the same resamples, whatever is kept of them."""
    original = estimate(model, sample, np.ones((1, sample.n)), options)
    counts = resample_counts(sample.n, resamples, seed=seed)
    return replicate(model, sample, options, counts=counts, of=resamples, like=original, keep=keep, progress=progress)


def jackknife(
    model: PathModel, sample: Sample, options: Options, *, keep: Figures, progress: Progress | None = None
) -> Replicates:
    """Estimates without one row each, in the order of the rows."""
    original = estimate(model, sample, np.ones((1, sample.n)), options)
    counts = (1.0 - np.eye(sample.n)[begin : begin + STACK] for begin in range(0, sample.n, STACK))
    return replicate(model, sample, options, counts=counts, of=sample.n, like=original, keep=keep, progress=progress)


def replicate(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    counts: Iterable[Stack],
    of: int,
    like: Fits,
    keep: Figures,
    progress: Progress | None = None,
) -> Replicates:
    """Estimates of resamples whose scores point the way of those of `like`. counts: stacks of [B, n]."""
    kept: dict[str, list[Stack]] = {}
    admissible: list[NDArray[np.bool_]] = []
    failed = done = 0
    for fits in aligned((estimate(model, sample, stack, options) for stack in counts), like):
        lost = ~fits.estimated
        failed += int(lost.sum())
        admissible.append(fits.structure.admissible)
        for name, values in keep(fits).items():
            values = values.astype(np.float64)  # noqa: PLW2901 - a copy that may be blanked
            values[lost] = np.nan
            kept.setdefault(name, []).append(values)
        done += len(lost)
        if progress is not None:
            progress(done, of)
    return Replicates({name: np.concatenate(parts) for name, parts in kept.items()}, np.concatenate(admissible), failed)


def aligned(stacks: Iterable[Fits], like: Fits) -> Iterator[Fits]:
    """Fits whose scores point the way of those of `like`."""
    for fits in stacks:
        yield fits.turned(_signs(fits, like))


def _signs(fits: Fits, like: Fits) -> Stack:
    """[B, J]: -1 where a score points away from that of `like`, by their items' loadings."""
    together = fits.structure.loadings * like.structure.loadings
    return np.where(np.add.reduceat(together, fits.layout.starts[:-1], axis=1) < 0, -1.0, 1.0)
