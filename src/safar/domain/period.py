"""Periods that move with the calendar: the last 30 days, this quarter, the last full month, and what came before.

Days are local days of the reporting time zone; a span ends before `until`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from safar.domain.calendars import Calendar, Span, start_of_period


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

    @property
    def follows_months(self) -> bool:
        """Whether its days depend on the months of a calendar."""
        return self.value.rpartition("-")[2] in list(Span)


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


def days_of(period: RelativePeriod, last_day: date, calendar: Calendar = Calendar.GREGORIAN) -> Days:
    """The days of a period when `last_day` is the last one that is told of; months are those of the calendar."""
    end = last_day + timedelta(days=1)
    which, _, rest = period.value.partition("-")
    if rest.endswith("-days"):
        return Days(end - timedelta(days=int(rest.partition("-")[0])), end)
    start = _start(rest, last_day, calendar)
    return Days(start, end) if which == "this" else Days(_start(rest, start - timedelta(days=1), calendar), start)


def days_before(days: Days, period: RelativePeriod | None = None, calendar: Calendar = Calendar.GREGORIAN) -> Days:
    """What a period is held beside: as many days before it, the full one before, or the same part of it.

    Of "this month" on its 10th day these are the first ten days of the month before (fewer where it has fewer).
    """
    which, _, rest = ("", "", "") if period is None else period.value.partition("-")
    if not rest or rest.endswith("-days"):
        return Days(days.since - timedelta(days=days.count), days.since)
    start = _start(rest, days.since - timedelta(days=1), calendar)
    if which == "last":
        return Days(start, days.since)
    return Days(start, min(start + timedelta(days=days.count), days.since))


def _start(unit: str, day: date, calendar: Calendar) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return start_of_period(day, Span(unit), calendar)
