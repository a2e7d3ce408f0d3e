"""What figures can be broken down by: columns of the fact, what rules make of it, attributes, time, other answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from safar.analysis.attributes import attribute_column, with_attribute
from safar.analysis.local_time import PERIODS, clock_changes, label, with_period
from safar.domain.calendars import Calendar
from safar.errors import InputError, NotFound

COLUMNS = ("channel", "unit", "source", "question", "speaker", "view", "language", "kind", "event")
MAPPED = ("step", "touchpoint")


class UnknownDimension(NotFound):
    """There is nothing of that name to break figures down by."""

    code = "measure.unknown-dimension"
    next_step = "Use one of those named, attribute:NAME, link:NAME, prop:NAME or answer:QUESTION."


class TooManyDimensions(InputError):
    """Figures were to be broken down by too many things, or twice by the same."""

    code = "measure.too-many-dimensions"
    next_step = "Break down by at most four different things, at most one of them a period."


class DimensionKind(StrEnum):
    """Where a dimension's values come from."""

    COLUMN = "column"
    MAPPED = "mapped"
    ATTRIBUTE = "attribute"
    TIME = "time"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Dimension:
    """`name` as asked for; `column` of the facts that carries it once `with_dimensions` has run.

    `question`: of an answer to another question; `option`: whether that answer has this option. `calendar`: whose
    months, quarters and years a period is of.
    """

    name: str
    kind: DimensionKind
    column: str
    question: str | None = None
    option: str | None = None
    calendar: Calendar = Calendar.GREGORIAN

    def name_beside(self, taken: Collection[str]) -> str:
        """Its name, with its kind before it where a column beside it is called so."""
        return self.column.replace("_", ":", 1) if self.name in taken else self.name


def dimensions(
    names: Sequence[str], table: ir.Table, attributes: ir.Table, *, calendar: Calendar = Calendar.GREGORIAN
) -> tuple[Dimension, ...]:
    """What the names mean: a column, a period, else an attribute, else a property or link of that name.

    Raises: UnknownDimension (it lists what there is), TooManyDimensions.
    """
    found = tuple(_dimension(name, table, attributes, calendar) for name in names)
    periods = [one for one in found if one.kind is DimensionKind.TIME]
    if len(found) > 4 or len({one.column for one in found}) < len(found) or len(periods) > 1:
        raise TooManyDimensions(f"Cannot break down by {', '.join(names)}.")
    return found


def _dimension(name: str, table: ir.Table, attributes: ir.Table, calendar: Calendar) -> Dimension:
    if name in MAPPED:
        return Dimension(name, DimensionKind.MAPPED, name)
    if name in PERIODS:
        return Dimension(name, DimensionKind.TIME, f"period_{name}", calendar=calendar)
    if name in COLUMNS:
        return Dimension(name, DimensionKind.COLUMN, name)
    kind, colon, rest = name.partition(":")
    if colon and kind in ("prop", "link") and f"{kind}_{rest}" in table.columns:
        return Dimension(name, DimensionKind.COLUMN, f"{kind}_{rest}")
    if colon and kind == DimensionKind.ANSWER and (other := _other_answer(name, rest, table)) is not None:
        return other
    known = attribute_names(attributes)
    if (colon and kind == "attribute" and rest in known) or (not colon and name in known):
        return Dimension(name, DimensionKind.ATTRIBUTE, attribute_column(rest if colon else name))
    for extra in (f"prop_{name}", f"link_{name}"):
        if not colon and extra in table.columns:
            return Dimension(name, DimensionKind.COLUMN, extra)
    kind, dot, rest = name.partition(".")
    if dot and kind in ("prop", "link", "attribute"):  # as filters write them
        return _dimension(f"{kind}:{rest}", table, attributes, calendar)
    extras = [c.replace("_", ":", 1) for c in table.columns if c.startswith(("prop_", "link_"))]
    there = [*MAPPED, *COLUMNS, *PERIODS, *(f"attribute:{one}" for one in known[:20]), *extras[:20]]
    raise UnknownDimension(f"There is no {name!r} to break down by; there are {', '.join(there)}.")


def _other_answer(name: str, rest: str, feedback: ir.Table) -> Dimension | None:
    """`rest` as a question, or as QUESTION=OPTION; None: there is no such question."""
    question, equals, option = rest.partition("=")
    asked = feedback.filter(feedback.question.isin([rest, question])).select("question").distinct()
    found = asked.to_pyarrow().column("question").to_pylist()
    column = f"answer_{rest}"
    if rest in found:
        return Dimension(name, DimensionKind.ANSWER, column, rest)
    return Dimension(name, DimensionKind.ANSWER, column, question, option) if equals and question in found else None


def attribute_names(attributes: ir.Table) -> list[str]:
    """The names of all attributes, sorted; at most 1,000."""
    rows = attributes.select("name").distinct().order_by("name").limit(1000).to_pyarrow()
    return [str(name) for name in rows.column("name").to_pylist()]


def with_dimensions(
    table: ir.Table,
    wanted: Sequence[Dimension],
    *,
    attributes: ir.Table,
    time_zone: str,
    between: tuple[datetime, datetime] | None,
) -> ir.Table:
    """`table` with every dimension's column as text or (periods) a date; "" reads as unknown, null.

    Other answers are for `crossing.with_other_answers`.

    `between`: the first and last instant in `table` (None: it is empty), which bounds the clock changes.
    """
    for one in wanted:
        if one.kind is DimensionKind.TIME:
            now = datetime(1970, 1, 2, tzinfo=ZoneInfo("UTC"))
            changes = clock_changes(ZoneInfo(time_zone), *(between or (now, now)))
            table = with_period(table, one.column, one.name, changes, calendar=one.calendar, between=between)
        elif one.kind is DimensionKind.ATTRIBUTE and one.column not in table.columns:
            table = with_attribute(table, attributes, one.column.removeprefix("attribute_"))
        if one.kind not in (DimensionKind.TIME, DimensionKind.ANSWER) and one.column not in COLUMNS[2:6]:
            table = table.mutate(**{one.column: table[one.column].nullif(ibis.literal(""))})
    return table


def shown(one: Dimension, value: object) -> str | None:
    """A dimension's value as text; None: unknown."""
    if one.kind is DimensionKind.TIME and isinstance(value, date):
        return label(one.name, value.date() if isinstance(value, datetime) else value, one.calendar)
    return None if value is None else str(value)
