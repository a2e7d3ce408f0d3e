"""Days, weeks, months, quarters and years as the reporting time zone has them.

The clock changes of the zone are worked out here and given to the engine as plain shifts, so that no engine's
own time-zone tables or session settings decide which day it was. Weeks are ISO weeks. Months, quarters and years are
those of a calendar; where it is not the Gregorian one, its periods reach the engine as a small table to join.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from safar.analysis.instant import instant
from safar.analysis.small_table import small_table
from safar.domain.calendars import Calendar, Span, from_jalali, jalali, next_period, start_of_period

PERIODS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
"""Period → the engine's unit."""


def clock_changes(zone: ZoneInfo, first: datetime, last: datetime) -> list[tuple[datetime, int]]:
    """(from when, seconds ahead of UTC), by time: the zone's offsets between two instants, at least one."""
    start = max(first.astimezone(UTC), datetime(1900, 1, 1, tzinfo=UTC)).replace(microsecond=0)
    end = min(last.astimezone(UTC), datetime(2200, 1, 1, tzinfo=UTC))
    found = [(start, _offset(zone, start))]
    while start < end:
        after = min(start + timedelta(days=1), end + timedelta(seconds=1))
        if _offset(zone, after) != found[-1][1]:
            low, high = start, after
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (middle, high) if _offset(zone, middle) == found[-1][1] else (low, middle)
            found.append((high, _offset(zone, high)))
        start = after
    return found


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def local_period(column: ir.Value, period: str, changes: list[tuple[datetime, int]]) -> ir.Value:
    """The first local day (a date) of the period that an instant falls into. `changes`: of `clock_changes`."""
    plain = column.cast("timestamp")
    shifted = plain + ibis.interval(seconds=changes[0][1]) if changes[0][1] else plain
    if len(changes) > 1:
        branches = [
            (column >= instant(moment, column), plain + ibis.interval(seconds=offset))
            for moment, offset in reversed(changes[1:])
        ]
        shifted = ibis.cases(*branches, else_=shifted)
    return shifted.truncate(PERIODS[period]).date()


def with_period(
    table: ir.Table,
    name: str,
    period: str,
    changes: list[tuple[datetime, int]],
    *,
    calendar: Calendar = Calendar.GREGORIAN,
    between: tuple[datetime, datetime] | None = None,
) -> ir.Table:
    """`table` with the first local day of the period of its `ts` in the column `name`.

    between: the first and last instant in the table (None: it is empty); needed for another calendar than the
    Gregorian, of which each month of ours is one row that says what begins in it and what has begun before.
    Missing: an instant outside `between` has no period.
    """
    if calendar is Calendar.GREGORIAN or period not in list(Span):
        return table.mutate(**{name: local_period(table.ts, period, changes)})
    turns = small_table(
        {"of_month": "date", "before": "date", "turn": "date"}, _turns(Span(period), calendar, between)
    ).rename({f"{name}_{column}": column for column in ("of_month", "before", "turn")})
    dated = table.mutate(
        **{
            f"{name}_day": local_period(table.ts, "day", changes),
            f"{name}_month": local_period(table.ts, "month", changes),
        }
    )
    joined = dated.left_join(turns, dated[f"{name}_month"] == turns[f"{name}_of_month"])
    begun = joined[f"{name}_day"] >= joined[f"{name}_turn"]
    found = ibis.ifelse(begun, joined[f"{name}_turn"], joined[f"{name}_before"])
    return joined.mutate(**{name: found}).select(*table.columns, name)


def _turns(span: Span, calendar: Calendar, between: tuple[datetime, datetime] | None) -> list[tuple[date, date, date]]:
    """Of each Gregorian month: its first day, the period that this is in, and the one that its last day is in.

    At most one period begins in a month, as its months are no shorter than February is.
    """
    if between is None:
        return [(date(1970, 1, 1), date(1970, 1, 1), date(1970, 1, 1))]
    # Instants of UTC: the local day may be in the month beside.
    first = between[0].date().replace(day=1)
    month = (first - timedelta(days=1)).replace(day=1) if first > date.min else first
    last = min(between[1].date(), date.max - timedelta(days=62)) + timedelta(days=1)
    rows = []
    while month <= last:
        after = next_period(month, Span.MONTH, Calendar.GREGORIAN)
        before, turn = (start_of_period(day, span, calendar) for day in (month, after - timedelta(days=1)))
        rows.append((month, before, turn))
        month = after
    return rows


def label(period: str, day: date, calendar: Calendar = Calendar.GREGORIAN) -> str:
    """2026-01-31, 2026-W05, 2026-01, 2026-Q1 or 2026; `day` is the period's first. Labels sort by time.

    Months, quarters and years are numbered as the calendar does: the first of Farvardin begins 1405-01.
    """
    if calendar is Calendar.JALALI and period in list(Span):
        year, month, _ = jalali(day)
        return {"month": f"{year:04}-{month:02}", "quarter": f"{year:04}-Q{(month + 2) // 3}"}.get(period, f"{year:04}")
    match period:
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year:04}-W{week:02}"
        case "month":
            return f"{day.year:04}-{day.month:02}"
        case "quarter":
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case "year":
            return f"{day.year:04}"
    return day.isoformat()


def first_day(period: str, text: str, calendar: Calendar = Calendar.GREGORIAN) -> date:
    """The first day of a period from its label. Raises: ValueError for what is none."""
    if calendar is Calendar.JALALI and period in list(Span):
        month = {"month": text[5:], "quarter": str(int(text[6:] or 0) * 3 - 2)}.get(period, "1")
        return from_jalali(int(text[:4]), int(month), 1)
    match period:
        case "week":
            return date.fromisocalendar(int(text[:4]), int(text[6:]), 1)
        case "month":
            return date(int(text[:4]), int(text[5:]), 1)
        case "quarter":
            return date(int(text[:4]), int(text[6:]) * 3 - 2, 1)
        case "year":
            return date(int(text), 1, 1)
    return date.fromisoformat(text)


def following(period: str, day: date, calendar: Calendar = Calendar.GREGORIAN) -> date:
    """The first day of the period after the one that starts on `day`."""
    if period in ("day", "week"):
        return day + timedelta(days=1 if period == "day" else 7)
    return next_period(day, Span(period), calendar)
