"""Months of the calendars that people read by, and the quarters and years made of them."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

_EPOCH = date(622, 3, 21)
"""Day 0 of the leap cycle that fits the years in use."""


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
    days = (value - _EPOCH).days
    year = 1
    cycles, days = divmod(days, 12_053)  # days of 33 years, 8 of them leap
    year += 33 * cycles
    while days >= (length := 366 if is_leap(year) else 365):
        days -= length
        year += 1
    month = days // 31 if days < 186 else 6 + (days - 186) // 30
    of_month = days % 31 if days < 186 else (days - 186) % 30
    return year, month + 1, of_month + 1


def from_jalali(year: int, month: int, day: int) -> date:
    """The Gregorian date of a day. Raises: ValueError for a day that the calendar does not have."""
    if not (year >= 1 and 1 <= month <= 12 and 1 <= day <= month_length(year, month)):
        raise ValueError(f"{year}/{month}/{day}")
    cycles, years = divmod(year - 1, 33)
    days = cycles * 12_053 + sum(366 if is_leap(1 + i) else 365 for i in range(years))
    try:
        return _EPOCH + timedelta(days=days + min(month - 1, 6) * 31 + max(0, month - 7) * 30 + day - 1)
    except OverflowError as cause:
        raise ValueError(f"{year}/{month}/{day}") from cause


def month_length(year: int, month: int) -> int:
    """Days of a month of the Solar Hijri calendar."""
    if month <= 6:
        return 31
    return 30 if month < 12 or is_leap(year) else 29


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
