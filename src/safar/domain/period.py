"""Periods that move with the calendar: the last 30 days, this quarter, the last full month, and what came before.

Days are local days of the reporting time zone; a span ends before `until`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class RelativePeriod(StrEnum):
    """`last-7-days` … end with the last day itself; `this-…` runs until it; `last-…` is the last full one."""

    LAST_7_DAYS = "last-7-days"
    LAST_30_DAYS = "last-30-days"
    LAST_90_DAYS = "last-90-days"
    LAST_365_DAYS = "last-365-days"
    THIS_WEEK = "this-week"
    THIS_MONTH = "this-month"
    THIS_QUARTER = "this-quarter"
    THIS_YEAR = "this-year"
    LAST_WEEK = "last-week"
    LAST_MONTH = "last-month"
    LAST_QUARTER = "last-quarter"
    LAST_YEAR = "last-year"


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """From the day `since` on, until before the day `until`."""

    since: date
    until: date

    @property
    def count(self) -> int:
        """How many days."""
        return (self.until - self.since).days

    @property
    def last(self) -> date:
        """The last day in it."""
        return self.until - timedelta(days=1)


def days_of(period: RelativePeriod, last_day: date) -> Days:
    """The days of a period when `last_day` is the last one that is told of."""
    end = last_day + timedelta(days=1)
    which, _, rest = period.value.partition("-")
    if rest.endswith("-days"):
        return Days(end - timedelta(days=int(rest.partition("-")[0])), end)
    start = _start(rest, last_day)
    return Days(start, end) if which == "this" else Days(_start(rest, start - timedelta(days=1)), start)


def days_before(days: Days, period: RelativePeriod | None = None) -> Days:
    """What a period is held beside: as many days before it, the full one before, or the same part of it.

    Of "this month" on its 10th day these are the first ten days of the month before (fewer where it has fewer).
    """
    which, _, rest = ("", "", "") if period is None else period.value.partition("-")
    if not rest or rest.endswith("-days"):
        return Days(days.since - timedelta(days=days.count), days.since)
    start = _start(rest, days.since - timedelta(days=1))
    if which == "last":
        return Days(start, days.since)
    return Days(start, min(start + timedelta(days=days.count), days.since))


def _start(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)
