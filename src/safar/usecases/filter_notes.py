"""Filter values that no fact has: most often they are mistyped, and an empty answer does not say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis.expr.types as ir

from safar.analysis.answers import check_attributes
from safar.analysis.closest import closest
from safar.domain.fact import Speaker, View
from safar.log.published import NotPublished
from safar.usecases.filter_choices import MOST_DISTINCT, of_units

if TYPE_CHECKING:
    from safar.analysis.filters import Filters
    from safar.analysis.tables import FactTables
    from safar.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownValue:
    """A value that nothing has, under the name that addresses give it; `known`: close and frequent values."""

    name: str
    value: str
    known: tuple[str, ...]


class UnknownFilterValue(UserWarning):
    """What library verbs warn with: a value was asked for that nothing has, so the result is empty or lacks it."""


def note_filters(
    workspace: Workspace, filters: Filters, *, journey: str | None = None, journey_version: str | None = None
) -> list[str]:
    """One sentence for each value that nothing has, naming close and frequent ones; none: all have been seen.

    What has more than `MOST_DISTINCT` values identifies people rather than groups of them: none of it is named.
    Raises: UnknownDimension (an attribute that nobody has).
    """
    if not filters:
        return []
    with closing(workspace.log.connect()) as connection:
        tables = workspace.log.tables(connection=connection)
        check_attributes(filters, tables)
        found = _unknown(workspace, filters, tables, journey=journey, version=journey_version)
    return [_told(one) for one in found]


def unknown_values(
    workspace: Workspace, filters: Filters, *, units: tuple[str, ...] | None = None
) -> tuple[UnknownValue, ...]:
    """What `note_filters` tells, for who says it otherwise. units: what nothing in these has, and only their values."""
    with closing(workspace.log.connect()) as connection:
        tables = workspace.log.tables(connection=connection)
        if units is None:
            return tuple(_unknown(workspace, filters, tables))
        found = _unknown(workspace, filters, of_units(tables, units))
    # A customer whom several units know has one of them as its own: the others are not named.
    return tuple(
        replace(one, known=tuple(value for value in one.known if value in units))
        if one.name in ("unit", "attribute.unit")
        else one
        for one in found
    )


def _unknown(
    workspace: Workspace,
    filters: Filters,
    tables: FactTables,
    *,
    journey: str | None = None,
    version: str | None = None,
) -> list[UnknownValue]:
    found = [*_journey(workspace, filters, journey, version), *_columns(tables, filters), *_attributes(tables, filters)]
    for name, values, sides in (("speaker", filters.speakers, Speaker), ("view", filters.views, View)):
        found += [_named(name, value, [one.value for one in sides]) for value in values if value not in set(sides)]
    return found


def _journey(
    workspace: Workspace, filters: Filters, journey: str | None, version: str | None
) -> Iterator[UnknownValue]:
    if not (filters.steps or filters.touchpoints):
        return
    try:
        path, _ = workspace.journey(journey, version=version)
    except NotPublished:
        return
    for name, values, places in (
        ("step", filters.steps, path.steps),
        ("touchpoint", filters.touchpoints, path.touchpoints),
    ):
        known = [place.id for place in places]
        yield from (_named(name, value, known) for value in values if value not in known)


def _columns(tables: FactTables, filters: Filters) -> Iterator[UnknownValue]:
    wanted = [("channel", "channel", filters.channels), ("unit", "unit", filters.units)]
    wanted.append(("source", "source", filters.sources))
    wanted += [(f"prop.{name}", f"prop_{name}", values) for name, values in filters.props.items()]
    wanted += [(f"link.{name}", f"link_{name}", values) for name, values in filters.links.items()]
    for name, column, values in wanted:
        parts = [table[column].name("value") for table in (tables.interactions, tables.feedback) if column in table]
        if parts:
            yield from _missing(name, values, [part.as_table() for part in parts])


def _attributes(tables: FactTables, filters: Filters) -> Iterator[UnknownValue]:
    for name, values in filters.attributes.items():
        own = tables.attributes.filter(tables.attributes["name"] == name)
        yield from _missing(f"attribute.{name}", values, [own.select("value")])


def _missing(name: str, values: tuple[str, ...], tables: list[ir.Table]) -> Iterator[UnknownValue]:
    """`tables`: of one column, `value`."""
    wanted = {value for value in values if value}
    for table in tables:
        if wanted:
            there = table.filter(table["value"].isin(sorted(wanted))).distinct().to_pyarrow()
            wanted -= set(there.column("value").to_pylist())
    if not wanted:
        return
    counts: dict[str, int] = {}
    for table in tables:
        known_values = table.filter(table["value"].notnull())
        counted = known_values.group_by("value").aggregate(facts=known_values.count())
        rows = counted.order_by(counted["facts"].desc(), counted["value"]).limit(MOST_DISTINCT + 1)
        for row in rows.to_pyarrow().to_pylist():
            counts[row["value"]] = counts.get(row["value"], 0) + row["facts"]
    known = sorted(counts, key=lambda value: -counts[value]) if len(counts) <= MOST_DISTINCT else []
    yield from (_named(name, value, known) for value in sorted(wanted))


def _named(name: str, value: str, known: list[str]) -> UnknownValue:
    return UnknownValue(name=name, value=value, known=tuple(closest(value, known)))


def _told(one: UnknownValue) -> str:
    there = f"; there are {', '.join(one.known)}" if one.known else ""
    return f"No fact has {one.name.removeprefix('attribute.')}={one.value}{there}."
