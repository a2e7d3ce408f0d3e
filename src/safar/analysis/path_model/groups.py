"""Groups of people within one model: who is in which, and their fits when rows change places between two groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.bootstrap import Figures, Progress, Replicates, aligned, replicate
from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.moments import STACK, Sample
from safar.analysis.path_model.stacks import Stack
from safar.domain.path_model import BadPathModel, PathModel

FEWEST = 10
"""Fewest rows of a group: with fewer, weights follow single answers."""


class BadGroups(BadPathModel):
    """Groups cannot be compared: there is only one, or one has too few rows."""

    code = "path-model.groups"
    next_step = "Join small groups, or compare by an attribute with fewer values."


@dataclass(frozen=True)
class Groups:
    """names: G of them, sorted. members: [G, n], which rows are whose."""

    names: tuple[str, ...]
    members: NDArray[np.bool_]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Rows of each group, [G]."""
        found: NDArray[np.int64] = self.members.sum(axis=1)
        return found

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Every two groups, as positions."""
        return tuple((i, j) for i in range(len(self.names)) for j in range(i + 1, len(self.names)))


def group(labels: Sequence[str | None]) -> Groups:
    """Rows by their label; rows without one are in no group. Raises: BadGroups."""
    names = tuple(sorted({label for label in labels if label is not None}))
    if len(names) < 2:
        raise BadGroups(f"There must be two groups at least; found: {', '.join(names) or 'none'}.")
    members = np.array([[label == name for label in labels] for name in names])
    for name, size in zip(names, members.sum(axis=1), strict=True):
        if size < FEWEST:
            raise BadGroups(f"Group {name!r} has {size} rows; {FEWEST} are needed at least.")
    return Groups(names, members)


TwoFigures = Callable[[Fits, Fits], Mapping[str, Stack]]
"""What to keep of the fits of two groups: name → [B, …]."""


@dataclass(frozen=True)
class Permuted:
    """Figures of two groups as they are, [1, …], and with their rows permuted between them, [B, …].

    failed: how many permutations could not be estimated; their figures are not numbers.
    """

    found: Mapping[str, Stack]
    replicates: Mapping[str, Stack]
    failed: int


def permute(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    first: NDArray[np.bool_],
    second: NDArray[np.bool_],
    permutations: int,
    seed: int,
    keep: TwoFigures,
    progress: Progress | None = None,
) -> Permuted:
    """Figures of two groups under the hypothesis that rows might as well be in the other one.

    first, second: [n], which rows are whose. Scores point the way of those of both groups together.
    """
    both = (first | second).astype(np.float64)[None, :]
    like = estimate(model, sample, both, options)

    def fits_of(masks: Stack) -> tuple[Fits, Fits]:
        a, b = aligned((estimate(model, sample, counts, options) for counts in (masks, both - masks)), like)
        return a, b

    found = dict(keep(*fits_of(first.astype(np.float64)[None, :])))
    kept: dict[str, list[Stack]] = {name: [] for name in found}
    failed = done = 0
    for masks in _permutations(first, second, permutations, seed):
        a, b = fits_of(masks)
        lost = ~(a.estimated & b.estimated)
        failed += int(lost.sum())
        for name, values in keep(a, b).items():
            blanked = values.astype(np.float64)
            blanked[lost] = np.nan
            kept[name].append(blanked)
        done += len(masks)
        if progress is not None:
            progress(done, permutations)
    return Permuted(found, {name: np.concatenate(parts) for name, parts in kept.items()}, failed)


def _permutations(first: NDArray[np.bool_], second: NDArray[np.bool_], permutations: int, seed: int) -> Iterator[Stack]:
    """Which rows are in the first group, [B, n] at a time."""
    chance = np.random.default_rng(seed)
    rows = np.flatnonzero(first | second)
    own = first[rows].astype(np.float64)
    for begin in range(0, permutations, STACK):
        masks = np.zeros((min(STACK, permutations - begin), len(first)))
        masks[:, rows] = chance.permuted(np.broadcast_to(own, (len(masks), len(rows))), axis=1)
        yield masks


def bootstrap_group(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    members: NDArray[np.bool_],
    like: Fits,
    resamples: int,
    seed: int,
    keep: Figures,
    progress: Progress | None = None,
) -> Replicates:
    """Estimates of resamples of one group's rows; scores point the way of those of `like`."""
    rows = np.flatnonzero(members)

    def counts() -> Iterator[Stack]:
        chance = np.random.default_rng(seed)
        for begin in range(0, resamples, STACK):
            count = min(STACK, resamples - begin)
            drawn = rows[chance.integers(len(rows), size=(count, len(rows)))]
            place = drawn + sample.n * np.arange(count)[:, None]
            yield np.bincount(place.ravel(), minlength=count * sample.n).reshape(count, -1).astype(np.float64)

    return replicate(model, sample, options, counts=counts(), of=resamples, like=like, keep=keep, progress=progress)


def two_sided(found: Stack, replicates: Stack) -> NDArray[np.float64]:
    """Share of replicates [B, k] at least as far from zero as what was found [k], itself counted: never 0."""
    there = np.isfinite(replicates)
    as_far = (np.abs(replicates) >= np.abs(found) - 1e-12) & there
    p: NDArray[np.float64] = (1 + as_far.sum(axis=0)) / (1 + there.sum(axis=0))
    return p
