"""Protection of a whole measurement: its cells, its total and what its filters leave out.

Source: docs/methods/too-few.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import ibis.expr.types as ir

from safar.analysis.answers import Answers
from safar.analysis.filters import Filters
from safar.analysis.metric import MetricValue
from safar.analysis.protect import LEAST_PEOPLE, PROTECTED, protect, withheld
from safar.analysis.repeats import Group, count_persons
from safar.domain.fact import FeedbackKind


def protected(
    answers: Answers,
    filters: Filters,
    cells: Sequence[tuple[Group, MetricValue]],
    total: MetricValue | None,
    *,
    least: int,
) -> tuple[list[MetricValue], MetricValue | None]:
    """The values of the cells, in order, and the total, as far as they may be shown."""
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
        mine = [(_without(cells[i][0], where), values[i]) for i in members]
        shown, total = protect(mine, total, least=least)
        if _leaves_few_out(answers, filters, speaker, least=max(least, LEAST_PEOPLE)):
            shown = [withheld(value, for_others=True) if value.persons else value for value in shown]
            total = withheld(total, for_others=True) if total is not None else None
        for i, value in zip(members, shown, strict=True):
            values[i] = value
    return values, total


def _without(group: Group, where: int | None) -> tuple[str | None, ...]:
    return tuple(None if v is None else str(v) for i, v in enumerate(group) if i != where)


def _leaves_few_out(answers: Answers, filters: Filters, speaker: str, *, least: int) -> bool:
    """Whether taking a filter away would add so few people that the difference tells about them."""
    weaker = [one for one in _weaker(filters) if one != filters]
    if not weaker:
        return False
    table = answers.table
    said = table.filter((table.speaker == speaker) & _tells(table))
    inside = filters.passes(said)
    counts = [count_persons(said, where=one.passes(said) & ~inside) for one in weaker]
    row = said.aggregate(**{f"n{i}": count for i, count in enumerate(counts)}).to_pyarrow().to_pylist()[0]
    return any(0 < int(count or 0) < least for count in row.values())


def _tells(answers: ir.Table) -> ir.BooleanValue:
    return answers.value.notnull() | ((answers.kind == FeedbackKind.CHOICE.value) & answers.option.notnull())


def _weaker(filters: Filters) -> list[Filters]:
    """The same filters without one of them each, and without any (but who speaks and which side of a gap)."""
    kept = replace(Filters(), speakers=filters.speakers, views=filters.views)
    found = [kept]
    for one in fields(Filters):
        if one.name not in ("speakers", "views") and getattr(filters, one.name):
            found.append(replace(filters, **{one.name: getattr(kept, one.name)}))
    return found
