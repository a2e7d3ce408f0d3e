"""What there is to filter by: the channels, units and attributes that the log holds, most frequent first."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import ibis.expr.types as ir

if TYPE_CHECKING:
    from safar.analysis.tables import FactTables
    from safar.usecases.workspace import Workspace

MOST_VALUES = 40
"""Values listed for one filter; rarer ones can still be named in an address."""
MOST_ATTRIBUTES = 12
MOST_DISTINCT = 200
"""An attribute with more values than this identifies people rather than groups of them: it is not offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value. `facts`: how many interactions (for attributes: how many subjects) have it. "" is unknown."""

    value: str
    facts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterChoices:
    """What a form may offer."""

    channels: tuple[Choice, ...] = ()
    units: tuple[Choice, ...] = ()
    attributes: Mapping[str, tuple[Choice, ...]] = field(default_factory=lambda: MappingProxyType({}))


def read_choices(workspace: Workspace) -> FilterChoices:
    """The choices of the newest version of the log."""
    with closing(workspace.log.connect()) as connection:
        return find_choices(workspace.log.tables(connection=connection))


def find_choices(tables: FactTables) -> FilterChoices:
    """The choices of one version of the log."""
    return FilterChoices(
        channels=_values(tables.interactions, "channel"),
        units=_values(tables.interactions, "unit"),
        attributes=MappingProxyType(_attributes(tables.attributes)),
    )


def _values(table: ir.Table, column: str) -> tuple[Choice, ...]:
    counted = table.group_by(table[column].fill_null("").name("value")).aggregate(facts=table.count())
    rows = counted.order_by(counted.facts.desc(), counted.value).limit(MOST_VALUES).to_pyarrow().to_pylist()
    # A column that is never filled offers nothing to choose.
    return () if [row["value"] for row in rows] == [""] else tuple(Choice(**row) for row in rows)


def _attributes(table: ir.Table) -> dict[str, tuple[Choice, ...]]:
    values = table.filter(table.value.notnull())
    groups = values.group_by("name").aggregate(kinds=values.value.nunique(), subjects=values.subject.nunique())
    fit = groups.filter(groups.kinds <= MOST_DISTINCT)
    names = fit.order_by(fit.subjects.desc(), fit.name).limit(MOST_ATTRIBUTES).to_pyarrow().column("name").to_pylist()
    found: dict[str, tuple[Choice, ...]] = {}
    for name in sorted(names):
        own = values.filter(values.name == name)
        counted = own.group_by("value").aggregate(facts=own.subject.nunique())
        rows = counted.order_by(counted.facts.desc(), counted.value).limit(MOST_VALUES).to_pyarrow().to_pylist()
        found[name] = tuple(Choice(**row) for row in rows)
    return found
