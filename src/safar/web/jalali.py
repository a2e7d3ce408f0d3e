"""Days of the Solar Hijri calendar: read as people type them, and months laid out as a grid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from safar.domain import calendars
from safar.domain.calendars import jalali, month_length
from safar.domain.digits import latin_digits
from safar.domain.speech import JALALI_MONTHS

FIRST_YEAR, LAST_YEAR = 1200, 1500
"""Years that are taken: the arithmetic agrees with the official calendar in all of them."""
WEEKDAYS = ("شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه")
"""From the first day of the week."""
_DAY = re.compile(r"(\d{4})[/\-.](\d{1,2})[/\-.](\d{1,2})")
_INVISIBLE = re.compile("[\u200c-\u200f\u2066-\u2069\\s]")


def from_jalali(year: int, month: int, day: int) -> date:
    """The Gregorian date of a day of the years that are taken. Raises: ValueError for any other."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"{year}/{month}/{day}")
    return calendars.from_jalali(year, month, day)


def written(value: date) -> str:
    """A date as it is typed: 1405/08/30, in Latin digits."""
    return "{:04}/{:02}/{:02}".format(*jalali(value))


def read_day(text: str) -> date:
    """A typed day, with Persian, Arabic or Latin digits. Raises: ValueError.

    A year above the calendar's years is taken as Gregorian: nobody means the thirtieth century.
    """
    found = _DAY.fullmatch(latin_digits(_INVISIBLE.sub("", text)))
    if found is None:
        raise ValueError(text)
    year, month, day = (int(part) for part in found.groups())
    return date(year, month, day) if year > LAST_YEAR else from_jalali(year, month, day)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar."""

    year: int
    number: int

    @classmethod
    def of(cls, value: date) -> Month:
        """The month in which a day lies, moved to the nearest one that is taken."""
        year, number, _ = jalali(value)
        return cls(min(max(year, FIRST_YEAR), LAST_YEAR), number)

    @classmethod
    def read(cls, text: str) -> Month:
        """From "1405-08". Raises: ValueError."""
        if not re.fullmatch(r"\d{4}-\d{2}", text, re.ASCII):
            raise ValueError(text)
        year, number = int(text[:4]), int(text[5:])
        from_jalali(year, number, 1)
        return cls(year, number)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def name(self) -> str:
        """The month's name."""
        return JALALI_MONTHS[self.number - 1]

    def moved(self, months: int) -> Month | None:
        """That many months later; None beyond the years that are taken."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1) if FIRST_YEAR <= year <= LAST_YEAR else None

    def weeks(self) -> tuple[tuple[date | None, ...], ...]:
        """Weeks from Saturday to Friday; None outside the month."""
        first = from_jalali(self.year, self.number, 1)
        before = (first.weekday() + 2) % 7  # Python counts from Monday, the week begins on Saturday
        days: list[date | None] = [None] * before
        days += [first + timedelta(days=i) for i in range(month_length(self.year, self.number))]
        days += [None] * (-len(days) % 7)
        return tuple(tuple(days[i : i + 7]) for i in range(0, len(days), 7))
