"""What could be worked out about few people by comparing a measurement with the same one under other filters.

Three comparisons are open to anybody who may ask: with some of the filters taken away, with one of a filter's values
taken away, and with the values of one filter asked for one after the other. None may set fewer people apart than may
be shown. Periods are whole months for the same reason: two that differ by a day would tell of that day.
Source: docs/methods/too-few.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import ibis.expr.types as ir

from safar.analysis.attributes import attribute_column
from safar.analysis.filters import Filters
from safar.analysis.local_time import clock_changes, local_period
from safar.analysis.repeats import Group, count_persons

MOST_FILTERS = 4
MOST_VALUES = 30
"""Beyond these the comparisons are too many to be looked at, and nothing of what is protected is shown."""
_LISTS = {
    "channels": "channel",
    "units": "unit",
    "steps": "step",
    "touchpoints": "touchpoint",
    "sources": "source",
}
_MAPS = ("attributes", "props", "links")


@dataclass(frozen=True, slots=True)
class Part:
    """One filter in force: a field of `Filters`, and the name within it (attributes and the like)."""

    field: str
    name: str = ""

    def values(self, filters: Filters) -> tuple[str, ...]:
        """What it lets pass; nothing for the period."""
        if self.field == "period":
            return ()
        found = getattr(filters, self.field)
        return tuple(found[self.name]) if self.name else tuple(found)

    def with_values(self, filters: Filters, values: Sequence[str]) -> Filters:
        """The filters with other values of this one; without any it is taken away."""
        if self.field == "period":
            return replace(filters, since=None, until=None)
        if not self.name:
            changed: dict[str, Any] = {self.field: tuple(values)}
            return replace(filters, **changed)
        named = {**getattr(filters, self.field), self.name: tuple(values)}
        kept = {name: one for name, one in named.items() if one}
        changed = {self.field: MappingProxyType(kept)}
        return replace(filters, **changed)

    @property
    def column(self) -> str:
        """The column that it reads."""
        if self.name:
            kind = {"attributes": "", "props": "prop_", "links": "link_"}[self.field]
            return f"{kind}{self.name}" if kind else attribute_column(self.name)
        return _LISTS[self.field]


def parts_of(filters: Filters) -> list[Part]:
    """The filters in force, but who speaks and which side of a gap: those are asked for, not compared."""
    found = [Part("period")] if filters.since is not None or filters.until is not None else []
    found += [Part(name) for name in _LISTS if getattr(filters, name)]
    return found + [Part(kind, name) for kind in _MAPS for name in getattr(filters, kind)]


def are_comparable(filters: Filters, *, time_zone: str) -> bool:
    """Whether all comparisons can be looked at: few filters, and a period of whole months."""
    parts = parts_of(filters)
    zone = ZoneInfo(time_zone)
    values = sum(len(part.values(filters)) for part in parts)
    whole = all(_begins_month(moment, zone) for moment in (filters.since, filters.until) if moment is not None)
    return len(parts) <= MOST_FILTERS and values <= MOST_VALUES and whole


def set_apart(said: ir.Table, filters: Filters, *, columns: Sequence[str]) -> Iterator[tuple[Mapping[Group, int], int]]:
    """For each comparison how many people it sets apart: in each group of `columns`, and in all."""
    inside = filters.passes(said)
    tests = [one.passes(said) & ~inside for one in _wider(filters)]
    tests += [inside & ~one.passes(said) for one in _narrower(filters)]
    if not tests:
        return
    counts = {f"n{i}": count_persons(said, where=test) for i, test in enumerate(tests)}
    whole = said.aggregate(**counts).to_pyarrow().to_pylist()[0]
    rows = said.group_by(list(columns)).aggregate(**counts).to_pyarrow().to_pylist() if columns else []
    for name in counts:
        yield {tuple(row[c] for c in columns): int(row[name] or 0) for row in rows}, int(whole[name] or 0)


def splits_what_is_hidden(
    said: ir.Table, filters: Filters, *, columns: Sequence[str], least: int, time_zone: str
) -> tuple[bool, set[Group]]:
    """Whether asking value by value, and subtracting from all, would come down to too few people: in all, and in which
    groups of `columns`.

    Values of few people are hidden together with others until they are two and enough; a filter may let pass all
    of these, or none.
    """
    in_all, found = False, set[Group]()
    for part in parts_of(filters):
        others = part.with_values(filters, ())
        table = said.filter(others.passes(said))
        if part.field == "period":
            table = table.mutate(_part=_month(table, time_zone).cast("string"))
            inside: set[Hashable] = _months_inside(table, filters)
        else:
            table = table.mutate(_part=table[part.column].fill_null(""))
            inside = set(part.values(filters))
        rows = table.group_by("_part").aggregate(n=count_persons(table)).to_pyarrow().to_pylist()
        in_all = in_all or _splits({row["_part"]: int(row["n"] or 0) for row in rows}, inside, least=least)
        groups: dict[Group, dict[Hashable, int]] = {}
        if columns:
            told = table.group_by([*columns, "_part"]).aggregate(n=count_persons(table))
            for row in told.to_pyarrow().to_pylist():
                groups.setdefault(tuple(row[c] for c in columns), {})[row["_part"]] = int(row["n"] or 0)
        found |= {group for group, counts in groups.items() if _splits(counts, inside, least=least)}
    return in_all, found


def _splits(counts: Mapping[Hashable, int], inside: set[Hashable], *, least: int) -> bool:
    hidden = _hidden(counts, least=least)
    return bool(hidden & inside) and not hidden <= inside


def _wider(filters: Filters) -> list[Filters]:
    parts = parts_of(filters)
    found = []
    for size in range(1, len(parts) + 1):
        for some in combinations(parts, size):
            weaker = filters
            for part in some:
                weaker = part.with_values(weaker, ())
            found.append(weaker)
    # A period has two ends: each is a filter of its own.
    if filters.since is not None and filters.until is not None:
        found += [replace(filters, since=None), replace(filters, until=None)]
    return found


def _narrower(filters: Filters) -> list[Filters]:
    return [
        part.with_values(filters, [other for other in values if other != value])
        for part in parts_of(filters)
        if len(values := part.values(filters)) > 1
        for value in values
    ]


def _hidden(counts: Mapping[Hashable, int], *, least: int) -> set[Hashable]:
    hidden = {value for value, n in counts.items() if 0 < n < least}
    others = sorted((value for value, n in counts.items() if n >= least), key=lambda v: (counts[v], str(v)))
    while hidden and others and (len(hidden) < 2 or sum(counts[value] for value in hidden) < least):
        hidden.add(others.pop(0))
    return hidden


def _month(table: ir.Table, time_zone: str) -> ir.Value:
    row = table.aggregate(first=table.ts.min(), last=table.ts.max()).to_pyarrow().to_pylist()[0]
    now = datetime(2000, 1, 1, tzinfo=UTC)
    first, last = (_utc(row[name]) if row[name] is not None else now for name in ("first", "last"))
    return local_period(table.ts, "month", clock_changes(ZoneInfo(time_zone), first, last))


def _months_inside(table: ir.Table, filters: Filters) -> set[Hashable]:
    # Periods are whole months here: a month is inside if any of it is.
    period = replace(Filters(), since=filters.since, until=filters.until)
    inside = table.filter(period.passes(table))
    return set(inside.select("_part").distinct().to_pyarrow().column("_part").to_pylist())


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _begins_month(moment: datetime, zone: ZoneInfo) -> bool:
    local = moment.astimezone(zone)
    return (local.day, local.hour, local.minute, local.second, local.microsecond) == (1, 0, 0, 0, 0)
