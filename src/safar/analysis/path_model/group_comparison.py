"""Comparing groups: invariance first, then paths, in one result (docs/methods/groups-of-a-path-model.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from safar.analysis.path_model.answers import check_whole
from safar.analysis.path_model.bootstrap import Progress
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.group_paths import Comparison, PathDifference, compare_groups
from safar.analysis.path_model.groups import FEWEST, BadGroups, Groups, group
from safar.analysis.path_model.groups_result import (
    LEVEL,
    DifferenceFigure,
    GroupDifference,
    GroupDistance,
    GroupSize,
    GroupsResult,
    InvarianceFigure,
)
from safar.analysis.path_model.invariance import ConstructInvariance, Difference, Invariance, micom
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.naming import labels_of
from safar.analysis.path_model.stepwise import stepwise
from safar.domain.path_model import PathModel

MOST_GROUPS = 12
"""More groups make more pairs of groups than anybody reads."""


def find_groups(
    model: PathModel,
    sample: Sample,
    options: Options,
    *,
    by: str,
    labels: Sequence[str | None],
    resamples: int = 1_000,
    seed: int = 1,
    simulated: bool = False,
    progress: Progress | None = None,
) -> GroupsResult:
    """MICOM for every two groups, then their paths by all tests.

    by: the name of what `labels` [n] are values of; None: the row is in no group. Raises: AnswersMissing, BadGroups.
    """
    check_whole(model, sample, "Comparing groups")
    groups = _groups(model, sample, by, labels)
    pairs, sizes = groups.pairs, len(groups.names)
    hear = stepwise(progress, resamples * (2 * len(pairs) + sizes))
    invariance: list[InvarianceFigure] = []
    for i, j in pairs:
        found = micom(
            model, sample, options, groups=groups, pair=(i, j), permutations=resamples, seed=seed, level=LEVEL,
            progress=hear,
        )  # fmt: skip
        invariance += [_invariance(groups.names[i], groups.names[j], one) for one in found]
    compared = compare_groups(model, sample, options, groups=groups, resamples=resamples, seed=seed, progress=hear)
    return GroupsResult(
        model_name=model.name,
        n=int(groups.sizes.sum()),
        by=by,
        groups=tuple(
            GroupSize(group=one, rows=int(rows)) for one, rows in zip(groups.names, groups.sizes, strict=True)
        ),
        ungrouped=sum(label is None for label in labels),
        resamples=resamples,
        seed=seed,
        failed=compared.failed,
        invariance=tuple(invariance),
        differences=tuple(_difference(one, invariance) for one in compared.differences),
        distances=_distances(compared),
        simulated=simulated,
        labels=labels_of(model),
    ).in_language("en")


def _groups(model: PathModel, sample: Sample, by: str, labels: Sequence[str | None]) -> Groups:
    values = Counter(label for label in labels if label is not None)
    if len(values) > MOST_GROUPS:
        raise BadGroups(
            f"Column {by!r} has {len(values):,} different values; {MOST_GROUPS} groups are compared at most.",
            next_step="Name a column with few values, or join values to larger groups first.",
        )
    if len(values) < 2:
        told = f"one value only, {next(iter(values))!r}" if values else "no values at all"
        raise BadGroups(
            f"Column {by!r} has {told}: there is nothing to compare.",
            next_step="Name a column with two values or more (--by).",
        )
    least = max(FEWEST, len(model.items) + 1)
    small = [f"{value!r} {rows}" for value, rows in sorted(values.items()) if rows < least]
    if small:
        raise BadGroups(
            f"Too few rows in a group of {by!r}: {', '.join(small)}; with {len(model.items)} items a group needs "
            f"{least}.",
            next_step="Join small groups, or leave their rows out.",
        )
    groups = group(labels)
    for value, members in zip(groups.names, groups.members, strict=True):
        rows = sample.rows[members]
        if (still := np.flatnonzero(rows.min(axis=0) == rows.max(axis=0))).size:
            item = model.items[int(still[0])]
            owner = next(one.name for one in model.constructs if item in one.items)
            raise BadGroups(
                f"Item {item} of {owner} is {rows[0, still[0]]:g} in every row of group {value!r} of {by!r}.",
                next_step=f"Take {item} out of the model, or leave the group out.",
            )
    return groups


def _invariance(first: str, second: str, found: ConstructInvariance) -> InvarianceFigure:
    return InvarianceFigure(
        first=first,
        second=second,
        construct=found.construct,
        doubts=found.doubts,
        correlation=found.correlation,
        least=found.least,
        p=found.p,
        same=found.same,
        mean=_figure(found.mean),
        variance=_figure(found.variance),
        invariance=str(found.invariance),
    )


def _figure(found: Difference) -> DifferenceFigure:
    return DifferenceFigure(value=found.value, low=found.low, high=found.high, p=found.p, there=found.there)


def _difference(one: PathDifference, invariance: Sequence[InvarianceFigure]) -> GroupDifference:
    broken = {
        found.construct
        for found in invariance
        if (found.first, found.second) == one.groups and found.invariance == Invariance.NONE
    }
    ends = {one.source, one.target, *one.source.split("*")}
    return GroupDifference(
        first=one.groups[0],
        second=one.groups[1],
        source=one.source,
        target=one.target,
        first_path=one.first,
        second_path=one.second,
        first_error=one.errors[0],
        second_error=one.errors[1],
        p={str(test): p for test, p in one.p.items()},
        adjusted={str(test): p for test, p in one.adjusted.items()},
        comparable=not ends & broken,
    )


def _distances(found: Comparison) -> tuple[GroupDistance, ...]:
    return tuple(
        GroupDistance(
            first=one.groups[0], second=one.groups[1], d_l=one.d_l, d_l_p=one.d_l_p, d_g=one.d_g, d_g_p=one.d_g_p
        )
        for one in found.distances
    )
