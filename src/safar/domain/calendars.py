"""Months of the calendars that people read by, and the quarters and years made of them."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


class Calendar(StrEnum):
    """Gregorian, or the Solar Hijri calendar of Iran."""

    GREGORIAN = "gregorian"
    JALALI = "jalali"


class Span(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def jalali(value: date) -> tuple[int, int, int]:
    """Year, month and day of the Solar Hijri calendar.

    By the arithmetic of the 33-year leap cycle, which agrees with the official calendar from 1178 to 1633 SH.
    """
    days = (value - date(622, 3, 21)).days  # day 0 of the cycle that fits the years in use
    year = 1
    cycles, days = divmod(days, 12_053)  # days of 33 years, 8 of them leap
    year += 33 * cycles
    while days >= (length := 366 if is_leap(year) else 365):
        days -= length
        year += 1
    month = days // 31 if days < 186 else 6 + (days - 186) // 30
    of_month = days % 31 if days < 186 else (days - 186) % 30
    return year, month + 1, of_month + 1


def start_of_period(day: date, span: Span, calendar: Calendar) -> date:
    """The first day of the period that a day falls into."""
    months = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}[span]
    first = _start_of_month(day, calendar)
    while (_month(first, calendar) - 1) % months:
        first = _start_of_month(first - timedelta(days=1), calendar)
    return first


def next_period(first: date, span: Span, calendar: Calendar) -> date:
    """The first day of the period after the one that starts on `first`."""
    for _ in range({Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}[span]):
        first = _start_of_month(first + timedelta(days=31), calendar)
    return first


def _start_of_month(day: date, calendar: Calendar) -> date:
    of_month = day.day if calendar is Calendar.GREGORIAN else jalali(day)[2]
    return day - timedelta(days=of_month - 1)


def _month(day: date, calendar: Calendar) -> int:
    return day.month if calendar is Calendar.GREGORIAN else jalali(day)[1]


def is_leap(year: int) -> bool:
    """Whether a year of the Solar Hijri calendar has 366 days."""
    return year % 33 in (1, 5, 9, 13, 17, 22, 26, 30)
