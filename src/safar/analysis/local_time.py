"""Days, weeks, months, quarters and years as the reporting time zone has them.

The clock changes of the zone are worked out here and given to the engine as plain shifts, so that no engine's
own time-zone tables or session settings decide which day it was. Weeks are ISO weeks.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

PERIODS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
"""Period → the engine's unit."""


def instant(moment: datetime, column: ir.Value) -> ir.Scalar:
    """An aware moment as a literal to compare with `column`, whose times are UTC with or without a marker."""
    kind = column.type()
    utc = moment.astimezone(UTC)
    return ibis.literal(utc if kind.timezone else utc.replace(tzinfo=None), type=kind)


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


def label(period: str, day: date) -> str:
    """2026-01-31, 2026-W05, 2026-01, 2026-Q1 or 2026; `day` is the period's first. Labels sort by time."""
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


def first_day(period: str, text: str) -> date:
    """The first day of a period from its label."""
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


def following(period: str, day: date) -> date:
    """The first day of the period after the one that starts on `day`."""
    if period in ("day", "week"):
        return day + timedelta(days=1 if period == "day" else 7)
    months = day.year * 12 + day.month - 1 + {"month": 1, "quarter": 3, "year": 12}[period]
    return date(months // 12, months % 12 + 1, 1)
