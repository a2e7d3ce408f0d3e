"""The facts behind a number: one page of them, newest first, or all of them as a stream for a file.

Pages continue by key (the time and place of the last fact shown), so that the hundredth page costs what the first
one does and facts that arrive meanwhile move nothing. Who may not see identifiers gets no links (orders,
contracts, tickets): those are the company's own names of people and things. Answers of employees and managers are
never listed, and no list says how many it leaves out: narrowed far enough, that would tell who answered, and when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir

from safar import sql
from safar.analysis.filters import Filters
from safar.analysis.instant import instant, utc
from safar.analysis.result import Origin
from safar.domain.journey import Journey, PassageKind, PassageRule, Step
from safar.domain.label import Label
from safar.domain.rules import RuleSet
from safar.errors import InputError, NotFound
from safar.usecases.facts_place import Place
from safar.usecases.facts_sources import HIDDEN, Listed, Sources, listed
from safar.usecases.journey_map import open_prepared

if TYPE_CHECKING:
    import pyarrow as pa

    from safar.usecases.workspace import Workspace

PAGE = 50
MOST_IN_FILE = 100_000
"""Rows of one file. More than that is work for a reader of the tables themselves (docs/how-to/read-the-tables.md)."""
MANY = 200_000
"""Lists of more facts than this are not sorted as a whole to show a page."""
_BATCH, _VIEW = 10_000, "facts_for_a_file"
_FIRST_PART, _NEXT_PARTS = 1_000, 20_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NoSuchFacts(NotFound):
    """There is no such kind of facts to look at."""

    code = "facts.not-found"
    next_step = "Follow a number's link from the journey map."


class BadPosition(InputError):
    """The place in the list that the address names cannot be read."""

    code = "facts.bad-position"
    next_step = "Start again from the first page: take `after=` out of the address."


class FactsKind(StrEnum):
    """What can be listed."""

    MOVES = "moves"
    ANSWERS = "answers"
    PASSAGES = "passages"
    CUSTOMERS = "customers"
    ARRIVALS = "arrivals"
    INTERACTIONS = "interactions"
    FEEDBACK = "feedback"


_OF_THE_LOG = (FactsKind.INTERACTIONS, FactsKind.FEEDBACK)
_NO_JOURNEY = Journey(
    id="none",
    label=Label({"en": "None"}),
    steps=(Step(id="none", label=Label({"en": "None"})),),
    touchpoints=(),
    passage=PassageRule(kind=PassageKind.INACTIVITY, inactivity_s=86_400),
    horizon_s=86_400,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsPage:
    """`total`: all facts of the list.

    `after`: position to continue from, None on the last page.

    `columns`: names in order; each row has exactly these. Times are UTC; durations seconds; None is absent.
    """

    kind: FactsKind
    place: Place
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    total: int
    after: str | None
    origin: Origin


def read_facts(
    workspace: Workspace,
    *,
    kind: str,
    filters: Filters,
    place: Place,
    now: datetime,
    identifiers: bool,
    after: str | None = None,
    limit: int = PAGE,
) -> FactsPage:
    """One page of facts. Raises: NoSuchFacts, BadPosition, BadFilter, NotPublished."""
    wanted = _kind(kind)
    with _opened(workspace, wanted, now=now) as (sources, origin):
        found = listed(sources, kind=wanted.value, filters=filters, place=place, identifiers=identifiers)
        total = count_listed(found)
        rows, position = rows_after(found, after=after, limit=limit, total=total)
    return FactsPage(
        kind=wanted,
        place=place,
        columns=columns_of(found.table),
        rows=rows,
        total=total,
        after=position,
        origin=origin,
    )


def count_listed(found: Listed) -> int:
    """How many facts a list has."""
    return int(found.counted.count().to_pyarrow().as_py())


def rows_after(
    found: Listed, *, after: str | None, limit: int, total: int
) -> tuple[tuple[Mapping[str, Any], ...], str | None]:
    """The next rows of a list of `total`, newest first, and the position to continue from. Raises: BadPosition."""
    here, order = found.table, found.order
    position = None if after is None else _read_position(after, order, here)
    if position is not None:
        here = here.filter(_beyond(here, order, position))
    if found.keys is not None and total > MANY:
        # When the last of these rows was is found on its own: then only facts since are read in full.
        keys, first = found.keys, order[0]
        if position is not None:
            # Of the same moment as the last one shown, who knows how many were: they come on top.
            keys = keys.filter(keys[first] < instant(position[0], keys[first]))
        newest = _ordered(keys, (first,)).limit(limit + 1)
        since = newest.aggregate(since=newest[first].min()).to_pyarrow()["since"][0].as_py()
        if since is not None:
            here = here.filter(here[first] >= instant(utc(since), here[first]))
    rows = _ordered(here, order).limit(limit + 1).to_pyarrow().to_pylist()
    shown, columns = rows[:limit], columns_of(here)
    return (
        tuple({name: _told(row[name]) for name in columns} for row in shown),
        _position(shown[-1], order) if len(rows) > limit else None,
    )


def stream_facts(
    workspace: Workspace,
    *,
    kind: str,
    filters: Filters,
    place: Place,
    now: datetime,
    identifiers: bool,
    limit: int = MOST_IN_FILE,
    newest: bool = True,
) -> tuple[tuple[str, ...], Iterator[pa.Table]]:
    """The names of the columns, and the same facts as the pages in the same order, part after part. Raises as above.

    The first part is small and comes first; nothing is read before it is asked for. newest: as in `read_journey_map`.
    """
    wanted = _kind(kind)
    held = ExitStack()
    try:
        sources, _origin = held.enter_context(_opened(workspace, wanted, now=now, newest=newest))
        found = listed(sources, kind=wanted.value, filters=filters, place=place, identifiers=identifiers)
    except BaseException:
        held.close()
        raise
    columns = columns_of(found.table)

    def parts() -> Iterator[pa.Table]:
        # The engine stays open until the last part is taken, or nobody wants more.
        with held:
            left = limit
            for part in _parts(found, limit):
                rows = _ordered(part, found.order).limit(left).select(*columns).to_pyarrow()
                yield rows
                left -= rows.num_rows
                if not left:
                    return

    return columns, parts()


def _parts(found: Listed, limit: int) -> Iterator[ir.Table]:
    """A list in spans of time, the newest first, so that each is sorted and read alone."""
    table, first = found.table, found.order[0]
    if found.keys is None:
        yield table
        return
    before: datetime | None = None
    some = min(_FIRST_PART, limit)
    times = _ordered(found.keys, (first,)).limit(some + 1).to_pyarrow().column(first)
    if len(times) > some:
        # To find a few of the newest costs much less than to find where every part ends.
        before = utc(times[some].as_py())
        yield table.filter(table[first] >= instant(before, table[first]))
        times = _ordered(found.keys, (first,)).limit(limit).to_pyarrow().column(first)
    ends = range(_FIRST_PART + _NEXT_PARTS, len(times), _NEXT_PARTS)
    cuts = sorted({utc(times[place].as_py()) for place in ends} - {before}, reverse=True)
    least = [utc(times[len(times) - 1].as_py())] if len(times) == limit else []
    for cut in [*cuts, *(one for one in least if one not in cuts), None]:
        part = table if before is None else table.filter(table[first] < instant(before, table[first]))
        if cut is None and least:
            return
        yield part if cut is None else part.filter(part[first] >= instant(cut, part[first]))
        before = cut


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFacts:
    """A whole list, to be written to a file. `total`: facts of the list, also where fewer are wanted."""

    columns: tuple[str, ...]
    total: int
    origin: Origin
    rows: ir.Table
    order: tuple[str, ...]
    limit: int

    def reader(self) -> pa.RecordBatchReader:
        """The facts in the order of the pages, newest first, in batches."""
        backend: Any = self.rows.get_backend()
        # A view, since Ibis 12 streams by a call that DuckDB 2.0 took away.
        backend.create_view(_VIEW, self.rows, overwrite=True)
        order = ", ".join(f"{sql.quoted(name)} DESC" for name in self.order)
        shown = sql.names(self.columns)
        query = f"SELECT {shown} FROM {_VIEW} ORDER BY {order} LIMIT {self.limit:d}"
        found: pa.RecordBatchReader = backend.con.sql(query).to_arrow_reader(_BATCH)
        return found


@contextmanager
def open_facts(
    workspace: Workspace,
    *,
    kind: str,
    filters: Filters,
    place: Place,
    now: datetime,
    identifiers: bool,
    limit: int,
) -> Iterator[OpenFacts]:
    """The same facts as the pages, at most `limit`, to be read once. Raises as `read_facts`."""
    wanted = _kind(kind)
    with _opened(workspace, wanted, now=now) as (sources, origin):
        found = listed(sources, kind=wanted.value, filters=filters, place=place, identifiers=identifiers)
        yield OpenFacts(
            columns=columns_of(found.table),
            total=count_listed(found),
            origin=origin,
            rows=found.table,
            order=found.order,
            limit=limit,
        )


def columns_of(table: ir.Table) -> tuple[str, ...]:
    """The names of a list's columns: all but those of its order."""
    return tuple(name for name in table.columns if not name.startswith(HIDDEN))


@contextmanager
def _opened(
    workspace: Workspace, kind: FactsKind, *, now: datetime, newest: bool = True
) -> Iterator[tuple[Sources, Origin]]:
    if kind in _OF_THE_LOG and not _has_rules(workspace):
        with _opened_unled(workspace, now=now) as found:
            yield found
        return
    with open_prepared(workspace, now=now, newest=newest) as prepared:
        origin = prepared.origin
        yield (
            Sources(
                tables=prepared.tables,
                moves=prepared.moves,
                passages=prepared.passages,
                journey=prepared.journey,
                rules=prepared.rules,
                as_of=origin.as_of or now,
                time_zone=workspace.settings.time_zone,
            ),
            origin,
        )


def _has_rules(workspace: Workspace) -> bool:
    """Whether rules lead facts to the journey at hand. Raises: NotPublished (one that is named, and not there)."""
    if workspace.chosen is None and workspace.published.usual_journey() is None:
        return False
    return workspace.journey()[0].id in workspace.published.names("rules")


@contextmanager
def _opened_unled(workspace: Workspace, *, now: datetime) -> Iterator[tuple[Sources, Origin]]:
    """What was imported before any rule, or any journey, was there: to be looked at, and all of it unmapped."""
    journey = workspace.journey_in_force() or _NO_JOURNEY
    with closing(workspace.log.connect()) as connection:
        tables = workspace.log.tables(connection=connection)
        nothing = tables.interactions.filter(ibis.literal(False))
        yield (
            Sources(
                tables=tables,
                moves=nothing,
                passages=nothing,
                journey=journey,
                rules=RuleSet(journey=journey.id, rules=()),
                as_of=now,
                time_zone=workspace.settings.time_zone,
            ),
            Origin(log_version=tables.version, as_of=now, simulated=workspace.simulated),
        )


def _kind(kind: str) -> FactsKind:
    try:
        return FactsKind(kind)
    except ValueError as cause:
        raise NoSuchFacts(f"There are no facts called {kind[:60]!r}.") from cause


def _ordered(table: ir.Table, order: tuple[str, ...]) -> ir.Table:
    return table.order_by([ibis.desc(table[name]) for name in order])


def _beyond(table: ir.Table, order: tuple[str, ...], position: tuple[Any, ...]) -> ir.BooleanValue:
    # (a, b, c) < (x, y, z), written out: portable, and no column of the order is ever null.
    test: ir.BooleanValue = ibis.literal(False)
    for name, value in reversed(list(zip(order, position, strict=True))):
        typed = (
            instant(value, table[name]) if isinstance(value, datetime) else ibis.literal(value, type=table[name].type())
        )
        test = (table[name] < typed) | ((table[name] == typed) & test)
    return test


def _told(value: object) -> object:
    return utc(value) if isinstance(value, datetime) else value


def _position(row: Mapping[str, Any], order: tuple[str, ...]) -> str:
    return "~".join(_written(row[name]) for name in order)


def _written(value: object) -> str:
    match value:
        case datetime():
            return str((utc(value) - _EPOCH) // timedelta(microseconds=1))
        case bytes():
            return value.hex()
    return str(value)


def _read_position(text: str, order: tuple[str, ...], table: ir.Table) -> tuple[Any, ...]:
    parts = text.split("~")
    if len(parts) != len(order) or len(text) > 400:
        raise BadPosition("The list cannot be continued from there.")
    try:
        return tuple(_parsed(part, table[name]) for part, name in zip(parts, order, strict=True))
    except (ValueError, OverflowError) as cause:
        raise BadPosition("The list cannot be continued from there.") from cause


def _parsed(text: str, column: ir.Value) -> object:
    kind = column.type()
    if kind.is_timestamp():
        return _EPOCH + timedelta(microseconds=int(text))
    if kind.is_binary():
        return bytes.fromhex(text)
    if kind.is_integer():
        value = int(text)
        if not -(2**63) <= value < 2**63:
            raise ValueError(text)
        return value
    return text
