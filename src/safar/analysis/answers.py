"""Which answers a measurement uses, and why the others are left out: every answer gets exactly one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import ibis
import ibis.expr.types as ir

from safar.analysis.bundles import BUNDLE, LEAST_PEOPLE, PROTECTED, ROWS, with_bundles
from safar.analysis.crossing import with_other_answers
from safar.analysis.dimension import (
    MAPPED,
    Dimension,
    DimensionKind,
    UnknownDimension,
    attribute_names,
    dimensions,
    with_dimensions,
)
from safar.analysis.filters import Filters
from safar.analysis.histogram import rated, with_known_scale
from safar.analysis.instant import instant, utc
from safar.analysis.mapping import map_facts
from safar.analysis.metric import SHARE, Metric
from safar.analysis.tables import FactTables
from safar.domain.calendars import Calendar
from safar.domain.fact import AnswerState, Speaker, View
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet
from safar.errors import InputError

PLACE = "place"
"""The column that says where an answer went: "used", or the field of `Balance` that counts it."""
KEPT_BACK = "kept_back"
"""The place of what employees and managers said that a figure does not count, whatever the reason."""
_STATES = (AnswerState.NOT_APPLICABLE, AnswerState.BLANK, AnswerState.NEVER_USED)


class BadMeasure(InputError):
    """A measurement was asked for that cannot be made."""

    code = "measure.invalid"
    next_step = "See docs/how-to/measure.md for what can be measured by what."


@dataclass(frozen=True, slots=True)
class Answers:
    """All feedback that was asked for, with its `place` and the dimensions' columns. Days are of `time_zone`."""

    table: ir.Table
    by: tuple[Dimension, ...]
    speakers: tuple[str, ...] | None
    pooled: bool
    time_zone: str = "UTC"

    @property
    def used(self) -> ir.Table:
        """The answers that the metric may use."""
        return self.used_in(self.columns)

    def used_in(self, columns: Sequence[str]) -> ir.Table:
        """The answers that the metric may use where `columns` tell groups apart."""
        placed = self.placed(columns)
        return placed.filter(placed[PLACE] == "used")

    def placed(self, columns: Sequence[str]) -> ir.Table:
        """All answers; those of employees and managers are used where their whole bundle lies in one group, and kept
        back otherwise."""
        table = self.table
        if BUNDLE not in table.columns:
            return table
        alike = ibis.window(group_by=[table[name] for name in dict.fromkeys([BUNDLE, PLACE, *columns])])
        is_whole = (table[PLACE] == "used") & (table.count().over(alike) == table[ROWS])
        is_kept = table.speaker.isin(sorted(PROTECTED)) & (table[PLACE] != "other_speakers")
        is_kept &= ~is_whole.fill_null(False)
        return table.mutate(**{PLACE: ibis.ifelse(is_kept, KEPT_BACK, table[PLACE])})

    @property
    def columns(self) -> list[str]:
        """The dimensions' columns."""
        return [one.column for one in self.by]


def find_answers(
    tables: FactTables,
    *,
    metric: Metric,
    by: Sequence[str],
    journey: Journey | None,
    rules: RuleSet | None,
    filters: Filters,
    questions: Sequence[str],
    as_of: datetime | None,
    time_zone: str,
    calendar: Calendar = Calendar.GREGORIAN,
    least: int = LEAST_PEOPLE,
) -> Answers:
    """The feedback of the metric's kinds (or of `questions`) up to `as_of`, each answer with its place.

    calendar: whose months, quarters and years periods are. least: people of a bundle of employees' answers.
    Raises: BadMeasure, UnknownDimension, BadFilter.
    """
    feedback = tables.feedback
    wanted = dimensions(by, feedback, tables.attributes, calendar=calendar)
    check_attributes(filters, tables)
    speakers, views = sides(by, filters)
    if speakers is None or PROTECTED & set(speakers):
        # Of all answers, whatever is asked: bundles that moved with the question would tell of single people.
        feedback = with_bundles(feedback, least=least)
    kinds = metric.asked_kinds if questions else metric.kinds
    mine = feedback.question.isin(list(questions)) if questions else feedback.kind.isin(sorted(kinds))
    table = feedback.filter(mine)
    if as_of is not None:
        feedback, table = (one.filter(one.ts <= instant(as_of, one.ts)) for one in (feedback, table))
    table = with_known_scale(table)
    mapped = bool(filters.steps or filters.touchpoints) or any(one.kind is DimensionKind.MAPPED for one in wanted)
    if mapped:
        if journey is None or rules is None:
            raise BadMeasure(
                f"{' and '.join(MAPPED)} need a journey and its rules.",
                next_step="Publish a journey and rules (`safar rules publish`), or leave these out.",
            )
        table = map_facts(table, journey=journey, rules=rules)
    table = filters.with_columns(table, tables.attributes)
    timed = any(one.kind is DimensionKind.TIME for one in wanted)
    plain = time_zone == "UTC" and calendar is Calendar.GREGORIAN
    between = _between(table) if timed and not plain else None
    table = with_dimensions(table, wanted, attributes=tables.attributes, time_zone=time_zone, between=between)
    table = with_other_answers(table, wanted, feedback)
    usable = table.option.notnull() if metric.name == SHARE else rated(table)
    place = _place(table, filters, usable=usable, speakers=speakers, views=views, mapped=mapped)
    table = table.mutate(**{PLACE: place})
    return Answers(table, wanted, speakers, pooled=not {"speaker", "view"} & set(by), time_zone=time_zone)


def _place(
    table: ir.Table,
    filters: Filters,
    *,
    usable: ir.BooleanValue,
    speakers: tuple[str, ...] | None,
    views: tuple[str, ...] | None,
    mapped: bool,
) -> ir.StringValue:
    """The first reason to leave an answer out, or "used"."""
    anywhere = replace(filters, steps=(), touchpoints=(), speakers=(), views=())
    cases: list[tuple[ir.BooleanValue, str]] = []
    if speakers is not None:
        cases.append((~table.speaker.isin(list(speakers)), "other_speakers"))
    if views is not None:
        cases.append((~table["view"].isin(list(views)), "other_views"))
    cases.append((~anywhere.passes(table), "filtered_out"))
    if mapped:
        cases += [(table.mapped == state, state) for state in ("unmapped", "ignored")]
        cases.append((~replace(filters, speakers=(), views=()).passes(table), "filtered_out"))
    cases += [(table.state == state.value, state.value) for state in _STATES]
    cases.append((~usable.fill_null(False), "unusable"))
    return ibis.cases(*cases, else_="used")


def sides(by: Sequence[str], filters: Filters) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Whose answers and which side of a gap count (None: all, told apart). Raises: BadMeasure."""
    speakers = filters.speakers or (None if "speaker" in by else (Speaker.CUSTOMER.value,))
    views = filters.views or (None if "view" in by else (View.EXPERIENCED.value,))
    for name, values in (("speaker", speakers), ("view", views)):
        if values is not None and len(values) > 1 and name not in by:
            raise BadMeasure(
                f"Answers of different {name}s ({', '.join(values)}) are not put together.",
                next_step=f"Break down by {name}, or ask for one.",
            )
    return speakers, views


def check_attributes(filters: Filters, tables: FactTables) -> None:
    """A mistyped attribute must not show as "nobody has it". Raises: UnknownDimension."""
    known = attribute_names(tables.attributes) if filters.attributes else []
    for name in filters.attributes:
        if name not in known:
            raise UnknownDimension(f"There is no attribute {name!r} to filter by; there are {', '.join(known[:20])}.")


def _between(table: ir.Table) -> tuple[datetime, datetime] | None:
    row = table.aggregate(first=table.ts.min(), last=table.ts.max()).to_pyarrow().to_pylist()[0]
    if row["first"] is None:
        return None
    return utc(row["first"]), utc(row["last"])
