"""What rules make of all facts: the balance, and what is unmapped. One grouping a table, no join."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis.expr.types as ir

from safar.analysis.instant import utc
from safar.analysis.journey_map import TableBalance
from safar.analysis.mapping import Decider, MappedState, UnmappedEvent, fetch_combinations, looked_at
from safar.domain.rules import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The balance of one table, its unmapped events (most frequent first, all of them) and the mapped facts that
    belong to no passage (0 where no `subject` was given)."""

    balance: TableBalance
    unmapped: tuple[UnmappedEvent, ...]
    outside: int


def cover(table: ir.Table, *, rules: RuleSet, name: str, subject: ir.Value | None = None) -> Coverage:
    """Coverage of a table that filters may have selected. `subject`: what passages follow, a column of `table`.

    Raises: TooManyCombinations.
    """
    columns = tuple(dict.fromkeys([*looked_at(table, (rules,)), "event", "channel"]))
    followed = table if subject is None else table.mutate(outside=subject.isnull())
    by = columns if subject is None else (*columns, "outside")
    rows = fetch_combinations(followed, columns=by, with_times=True)
    decider = Decider(rules)
    counts = dict.fromkeys(MappedState, 0)
    outside = 0
    found: dict[tuple[str, str | None], tuple[int, datetime, datetime]] = {}
    for row in rows:
        state = decider.decide(columns, tuple(row[column] for column in columns)).state
        counts[state] += row["facts"]
        if state is MappedState.MAPPED and row.get("outside"):
            outside += row["facts"]
        if state is MappedState.UNMAPPED:
            _add(found, row)
    return _coverage(name, counts, found, outside)


def cover_mapped(table: ir.Table, *, name: str, moves: int | None) -> Coverage:
    """Coverage of facts that are mapped already (columns mapped, event, channel, ts).

    `moves`: how many mapped facts belong to a passage, where `table` holds all others; None: it holds all.
    Raises: TooManyCombinations.
    """
    counts = dict.fromkeys(MappedState, 0)
    found: dict[tuple[str, str | None], tuple[int, datetime, datetime]] = {}
    for row in fetch_combinations(table, columns=("mapped", "event", "channel"), with_times=True):
        state = MappedState(row["mapped"])
        counts[state] += row["facts"]
        if state is MappedState.UNMAPPED:
            _add(found, row)
    outside = 0 if moves is None else counts[MappedState.MAPPED]
    counts[MappedState.MAPPED] += moves or 0
    return _coverage(name, counts, found, outside)


def _coverage(
    name: str,
    counts: Mapping[MappedState, int],
    found: Mapping[tuple[str, str | None], tuple[int, datetime, datetime]],
    outside: int,
) -> Coverage:
    ranked = sorted(found.items(), key=lambda item: (-item[1][0], item[0][0], item[0][1] or ""))
    return Coverage(
        balance=TableBalance(
            table=name,
            facts=sum(counts.values()),
            mapped=counts[MappedState.MAPPED],
            ignored=counts[MappedState.IGNORED],
            unmapped=counts[MappedState.UNMAPPED],
        ),
        unmapped=tuple(
            UnmappedEvent(table=name, event=event, channel=channel, facts=n, first_ts=utc(first), last_ts=utc(last))
            for (event, channel), (n, first, last) in ranked
        ),
        outside=outside,
    )


def _add(found: dict[tuple[str, str | None], tuple[int, datetime, datetime]], row: dict[str, Any]) -> None:
    key = (row["event"], row["channel"])
    n, first, last = found.get(key, (0, row["first_ts"], row["last_ts"]))
    found[key] = (n + row["facts"], min(first, row["first_ts"]), max(last, row["last_ts"]))
