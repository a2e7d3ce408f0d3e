"""Search: the places of the journeys, the elements of the frameworks, customers, and customers' words.

What somebody may not see is not found either: words and customers of other units, identifiers by who is not the
owner, and what employees and managers wrote by anybody.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import ibis.expr.types as ir

from safar import frameworks
from safar.analysis.filters import Filters
from safar.analysis.instant import instant, utc
from safar.analysis.mapping import map_facts
from safar.analysis.words import find_words, newest
from safar.domain.digits import latin_digits
from safar.domain.journey import Journey
from safar.domain.label import Label
from safar.domain.matching import folded, rank
from safar.usecases.frameworks import shelf

if TYPE_CHECKING:
    from safar.analysis.tables import FactTables
    from safar.frameworks import Hit
    from safar.usecases.workspace import Workspace

LEAST_LETTERS, MOST_LETTERS, MOST_WORDS = 2, 100, 8
MOST_SHOWN = 20
"""Hits of one kind that are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFound:
    """A step or a touchpoint. `step`: of a touchpoint, the step that it lies in; `number`: of a step."""

    kind: str
    id: str
    label: Label
    journey: str
    journey_label: Label
    step: Label | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesFound:
    """Hits that need no facts, best first; `more`: how many are not listed."""

    steps: tuple[PlaceFound, ...]
    touchpoints: tuple[PlaceFound, ...]
    elements: tuple[Hit, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteFound:
    """A customer's words, already redacted. `touchpoint`: where the rules lead them, None: nowhere."""

    text: str
    language: str | None
    ts: datetime
    customer: int | None
    touchpoint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFound:
    """A customer. `namespace`: whose identifier it was; None: the key was asked for."""

    key: int
    namespace: str | None
    facts: int
    last_ts: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsFound:
    """Hits among the facts. `total`: all words that fit; `is_bounded`: only the newest texts were looked through."""

    quotes: tuple[QuoteFound, ...]
    total: int
    is_bounded: bool
    customers: tuple[CustomerFound, ...]


def words_of(text: str) -> tuple[str, ...]:
    """The words to look for; none where too little was typed."""
    typed = " ".join(text[:MOST_LETTERS].replace("\x00", " ").split())
    return tuple(typed.split()[:MOST_WORDS]) if len(folded(typed)) >= LEAST_LETTERS else ()


def search_places(workspace: Workspace, *, text: str) -> PlacesFound:
    """Steps and touchpoints of the journeys in use by their names in any language, and elements of frameworks."""
    wanted = " ".join(words_of(text))
    steps: list[tuple[int, PlaceFound]] = []
    touchpoints: list[tuple[int, PlaceFound]] = []
    away = workspace.published.archived()
    for name in workspace.published.names("journey") if wanted else ():
        if name not in away:
            journey = workspace.journey(name)[0]
            steps += _steps(journey, wanted)
            touchpoints += _touchpoints(journey, wanted)
    elements = frameworks.search(wanted, frameworks=shelf(workspace)) if wanted else ()
    ordered = [tuple(place for _, place in sorted(found, key=lambda one: one[0])) for found in (steps, touchpoints)]
    return PlacesFound(
        steps=ordered[0][:MOST_SHOWN],
        touchpoints=ordered[1][:MOST_SHOWN],
        elements=elements[:MOST_SHOWN],
        more=sum(max(0, len(found) - MOST_SHOWN) for found in (*ordered, elements)),
    )


def search_facts(
    workspace: Workspace, *, text: str, units: tuple[str, ...] | None, identifiers: bool, now: datetime
) -> FactsFound:
    """Customers' words and customers. `units`: whose facts alone count; `identifiers`: whether they may be told.

    Customers are found by their whole key, or (with `identifiers`) by a whole identifier of the company's systems.
    """
    words = words_of(text)
    if not words:
        return FactsFound(quotes=(), total=0, is_bounded=False, customers=())
    filters = Filters(units=units or ())
    with closing(workspace.log.connect()) as connection:
        tables = workspace.log.tables(connection=connection)
        feedback = _until(filters.apply(tables.feedback), now)
        found, is_bounded = find_words(feedback, words=words)
        return FactsFound(
            quotes=_quotes(workspace, found),
            total=int(found.count().to_pyarrow().as_py()),
            is_bounded=is_bounded,
            customers=_customers(workspace, tables, text, filters=filters, identifiers=identifiers, now=now),
        )


def _steps(journey: Journey, wanted: str) -> list[tuple[int, PlaceFound]]:
    return [
        (
            place,
            PlaceFound(
                kind="step",
                id=step.id,
                label=step.label,
                journey=journey.id,
                journey_label=journey.label,
                number=number,
            ),
        )
        for number, step in enumerate(journey.steps, start=1)
        if (place := rank(_names(step.id, step.label), wanted)) is not None
    ]


def _touchpoints(journey: Journey, wanted: str) -> list[tuple[int, PlaceFound]]:
    labels = {step.id: step.label for step in journey.steps}
    return [
        (
            place,
            PlaceFound(
                kind="touchpoint",
                id=one.id,
                label=one.label,
                journey=journey.id,
                journey_label=journey.label,
                step=labels[one.step],
            ),
        )
        for one in journey.touchpoints
        if (place := rank(_names(one.id, one.label), wanted)) is not None
    ]


def _names(identifier: str, label: Label) -> list[str]:
    return [*map(folded, label.texts.values()), folded(identifier.replace("_", " "))]


def _until(table: ir.Table, now: datetime) -> ir.Table:
    return table.filter(table["ts"] <= instant(now, table["ts"]))


def _quotes(workspace: Workspace, found: ir.Table) -> tuple[QuoteFound, ...]:
    shown = newest(found, MOST_SHOWN)
    columns = ["text", "language", "ts", "customer"]
    if workspace.chosen or workspace.published.names("journey"):
        journey = workspace.journey()[0]
        if journey.id in workspace.published.names("rules"):
            shown = newest(map_facts(shown, journey=journey, rules=workspace.rules(journey.id)[0]), MOST_SHOWN)
            columns.append("touchpoint")
    rows = shown.select(*columns).to_pyarrow().to_pylist()
    return tuple(
        QuoteFound(
            text=row["text"],
            language=row["language"],
            ts=utc(row["ts"]),
            customer=row["customer"],
            touchpoint=row.get("touchpoint"),
        )
        for row in rows
    )


def _customers(
    workspace: Workspace, tables: FactTables, text: str, *, filters: Filters, identifiers: bool, now: datetime
) -> tuple[CustomerFound, ...]:
    asked: list[tuple[str | None, int]] = []
    typed = text.strip()[:MOST_LETTERS]
    key = latin_digits(typed)
    if key.isascii() and key.isdecimal() and int(key) < 2**63:
        asked.append((None, int(key)))
    if identifiers:
        asked += workspace.log.subjects_of(typed)[:MOST_SHOWN]
    found = []
    for namespace, subject in asked:
        facts, last = 0, []
        for table in (tables.interactions, tables.feedback):
            mine = _until(filters.apply(table.filter(table["customer"] == subject)), now)
            row = mine.aggregate(n=mine.count(), last=mine["ts"].max()).to_pyarrow().to_pylist()[0]
            facts += row["n"]
            last += [utc(row["last"])] if row["last"] is not None else []
        if facts or namespace is not None:
            found.append(CustomerFound(key=subject, namespace=namespace, facts=facts, last_ts=max(last, default=None)))
    return tuple(found)
