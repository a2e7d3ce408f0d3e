"""Protection of a whole measurement: its cells, its total, and what comparing it with others would tell.

Source: docs/methods/too-few.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import ibis.expr.types as ir

from safar.analysis.answers import Answers
from safar.analysis.differences import are_comparable, parts_of, set_apart, splits_what_is_hidden
from safar.analysis.filters import Filters
from safar.analysis.metric import MetricValue, State
from safar.analysis.protect import LEAST_PEOPLE, PROTECTED, Dims, protect, withheld
from safar.analysis.repeats import Group
from safar.domain.fact import FeedbackKind


def protected(
    answers: Answers,
    filters: Filters,
    cells: Sequence[tuple[Group, MetricValue]],
    total: MetricValue | None,
    *,
    least: int,
    within: Callable[[Group], Dims] | None = None,
) -> tuple[list[MetricValue], MetricValue | None]:
    """The values of the cells, in order, and the total, as far as they may be shown.

    within: larger cells that a cell is part of, where those are shown beside it (the step of a touchpoint).
    """
    values = [value for _, value in cells]
    if answers.speakers is not None and not PROTECTED & set(answers.speakers):
        return values, total
    where = next((i for i, one in enumerate(answers.by) if one.name == "speaker"), None)
    speakers: dict[str, list[int]] = {}
    for i, (group, _) in enumerate(cells):
        speaker = group[where] if where is not None else (answers.speakers or ("",))[0]
        speakers.setdefault(str(speaker), []).append(i)
    for speaker, members in speakers.items():
        if speaker not in PROTECTED:
            continue
        larger = [within(cells[i][0]) if within is not None else () for i in members]
        dims = [(*one, *_without(cells[i][0], where)) for one, i in zip(larger, members, strict=True)]
        mine = [values[i] for i in members]
        shown, total = protect(list(zip(dims, mine, strict=True)), total, least=least)
        told, is_total_told = _told_by_comparing(
            answers,
            filters,
            speaker,
            [cells[i][0] for i in members],
            dims=dims,
            answered={cells[i][0]: one.persons or one.n or 0 for i, one in zip(members, mine, strict=True)},
            least=max(least, LEAST_PEOPLE),
        )
        for i, one, is_told in zip(members, shown, told, strict=True):
            values[i] = withheld(one, for_others=True) if is_told and (one.persons or one.n) else one
        if is_total_told and total is not None:
            total = withheld(total, for_others=True)
    return values, total


def _without(group: Group, where: int | None) -> tuple[str | None, ...]:
    return tuple(None if v is None else str(v) for i, v in enumerate(group) if i != where)


def _told_by_comparing(
    answers: Answers,
    filters: Filters,
    speaker: str,
    groups: Sequence[Group],
    *,
    dims: Sequence[Dims],
    answered: Mapping[Group, int],
    least: int,
) -> tuple[list[bool], bool]:
    """Which cells, and whether the total, would tell of few people when compared with other filters."""
    nothing, everything = [False] * len(groups), [True] * len(groups)
    if not parts_of(filters):
        return nothing, False
    if not are_comparable(filters, time_zone=answers.time_zone):
        return everything, True
    table = answers.table
    said = table.filter((table.speaker == speaker) & _tells(table))
    split, groups_split = splits_what_is_hidden(
        said, filters, columns=answers.columns, least=least, time_zone=answers.time_zone
    )
    if split:
        return everything, True
    told, is_total_told = nothing, False
    if groups_split & set(groups):
        # What is asked for value by value in one group must not come back as what the other groups leave of all.
        counts = [_count(1 if group in groups_split else answered[group]) for group in groups]
        shown, rest = protect(list(zip(dims, counts, strict=True)), _count(sum(answered.values())), least=least)
        told = [one.state is State.TOO_FEW for one in shown]
        is_total_told = rest is not None and rest.state is State.TOO_FEW
    for apart, whole in set_apart(said, filters, columns=answers.columns):
        if 0 < whole < least:
            return everything, True
        # The people set apart are a measurement too: what must be hidden of it must be hidden here.
        counts = [_count(apart.get(group, 0)) for group in groups]
        shown, rest = protect(list(zip(dims, counts, strict=True)), _count(whole), least=least)
        told = [was or one.state is State.TOO_FEW for was, one in zip(told, shown, strict=True)]
        is_total_told = is_total_told or (rest is not None and rest.state is State.TOO_FEW)
    return told, is_total_told


def _count(people: int) -> MetricValue:
    return MetricValue(metric="people", state=State.OK, n=people, persons=people)


def _tells(answers: ir.Table) -> ir.BooleanValue:
    return answers.value.notnull() | ((answers.kind == FeedbackKind.CHOICE.value) & answers.option.notnull())
