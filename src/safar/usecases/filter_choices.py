"""What there is to filter by: the channels, units and attributes that the log holds, most frequent first.

A contact has a channel and a unit of its own: where it happened. A customer has attributes, and one of these may be
called `unit` as well: whose customer it is. Both are offered, under different names, and each says what it counts.

Who may see some units only is offered what these hold, counted in them: neither names nor numbers tell of others.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import ibis.expr.types as ir

from safar.analysis.filters import Filters
from safar.domain.fact import SubjectKind

if TYPE_CHECKING:
    from safar.analysis.tables import FactTables
    from safar.usecases.workspace import Workspace

MOST_VALUES = 40
"""Values listed for one filter; rarer ones can still be named in an address."""
MOST_ATTRIBUTES = 12
MOST_DISTINCT = 200
"""An attribute with more values than this identifies people rather than groups of them: it is not offered."""


OF_CONTACTS = ("channel", "unit")
"""The columns of a contact that are offered."""
COLUMNS = ("channel", "unit", "question", "source", "language", "event", "speaker", "view")
"""The columns of contacts and answers that figures are broken down by: an attribute may be called as one of them."""


class About(StrEnum):
    """Whose value is filtered by, and so what stands beside it as its count."""

    CONTACT = "contact"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value. "" is unknown. `count`: contacts that have it, or customers who have it now or had it once."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterGroup:
    """The values of one filter. No two groups have the same `about` and `title`, nor the same `name`."""

    about: About
    title: str
    choices: tuple[Choice, ...]

    @property
    def name(self) -> str:
        """As an address and `Filters.from_query` call it: `unit` of the contact, `attribute.unit` of the customer."""
        return self.title if self.about is About.CONTACT else f"attribute.{self.title}"


FilterChoices = tuple[FilterGroup, ...]
"""What a form may offer: first what contacts have, then what customers have."""


def read_choices(workspace: Workspace, *, units: tuple[str, ...] | None = None) -> FilterChoices:
    """The choices of the newest version of the log; `units`: of these alone."""
    with closing(workspace.log.connect()) as connection:
        tables = workspace.log.tables(connection=connection)
        if units is None:
            return find_choices(tables)
        return tuple(_own(group, units) for group in find_choices(of_units(tables, units)))


def of_units(tables: FactTables, units: tuple[str, ...]) -> FactTables:
    """What happened in some units, and what is known of the customers that it happened to."""
    only = Filters(units=units)
    interactions, feedback = only.apply(tables.interactions), only.apply(tables.feedback)
    met = interactions.select("customer").union(feedback.select("customer"), distinct=True)
    attributes = tables.attributes.semi_join(met, tables.attributes.subject == met.customer)
    return replace(tables, interactions=interactions, feedback=feedback, attributes=attributes)


def _own(group: FilterGroup, units: tuple[str, ...]) -> FilterGroup:
    # A customer whom several units know has one of them as its own: the others are not named.
    if group.title != "unit":
        return group
    return replace(group, choices=tuple(choice for choice in group.choices if choice.value in units))


def find_choices(tables: FactTables) -> FilterChoices:
    """The choices of one version of the log."""
    of_contacts = [
        FilterGroup(about=About.CONTACT, title=name, choices=_values(tables.interactions, name)) for name in OF_CONTACTS
    ]
    return tuple(group for group in (*of_contacts, *_attributes(tables.attributes)) if group.choices)


def shares_name(attribute: str) -> bool:
    """Whether contacts have something of an attribute's name too, so that the name alone does not say which."""
    return attribute in COLUMNS


def _values(table: ir.Table, column: str) -> tuple[Choice, ...]:
    counted = table.group_by(table[column].fill_null("").name("value")).aggregate(count=table.count())
    rows = counted.order_by(counted["count"].desc(), counted.value).limit(MOST_VALUES).to_pyarrow().to_pylist()
    # A column that is never filled offers nothing to choose.
    return () if [row["value"] for row in rows] == [""] else tuple(Choice(**row) for row in rows)


def _attributes(table: ir.Table) -> list[FilterGroup]:
    # Filters ask what was known of a contact's customer; nothing else that has attributes is a customer.
    values = table.filter(table.value.notnull() & (table.subject_kind == SubjectKind.CUSTOMER.value))
    groups = values.group_by("name").aggregate(kinds=values.value.nunique(), subjects=values.subject.nunique())
    fit = groups.filter(groups.kinds <= MOST_DISTINCT)
    names = fit.order_by(fit.subjects.desc(), fit.name).limit(MOST_ATTRIBUTES).to_pyarrow().column("name").to_pylist()
    found = []
    for name in sorted(names):
        own = values.filter(values.name == name)
        counted = own.group_by("value").aggregate(count=own.subject.nunique())
        rows = counted.order_by(counted["count"].desc(), counted.value).limit(MOST_VALUES).to_pyarrow().to_pylist()
        choices = tuple(Choice(**row) for row in rows)
        found.append(FilterGroup(about=About.CUSTOMER, title=name, choices=choices))
    return found
