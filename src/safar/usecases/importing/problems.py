"""What can be wrong with a row: checks, and the columns of a time that was read."""

from __future__ import annotations

from dataclasses import dataclass

from safar.domain.calendars import Calendar
from safar.files.recipe.model import Moment, Value
from safar.sql import literal

OFFSET_WRONG = "no clock is that far from UTC"
TOO_LARGE = "number is too large"
TIME_OUTSIDE = "outside the years 1900 to 2199"
NO_NUMBER = "not a number"
NOT_ADDED_UP = "not a number, among those that are taken together"


@dataclass(frozen=True, slots=True)
class Problem:
    """A check: rows for which `bad` holds are set aside. `column` and `value` say where to look (SQL for the value).

    `rather`: (SQL, reason) pairs; the first whose SQL holds gives the reason instead.
    """

    bad: str
    column: str
    value: str
    reason: str
    rather: tuple[tuple[str, str], ...] = ()

    @property
    def told(self) -> str:
        """SQL of the reason."""
        arms = " ".join(f"WHEN {sql} THEN {literal(reason)}" for sql, reason in self.rather)
        return f"CASE {arms} ELSE {literal(self.reason)} END" if arms else literal(self.reason)


@dataclass(frozen=True, slots=True)
class TimeColumns:
    """Names of the plan's columns for one time. `gap` and `twice` are SQL: whether a wall clock never showed it, and
    whether it did so twice; None where no wall clock is read. `wrong`: whether its written offset cannot be."""

    utc: str
    offset: str
    gap: str | None = None
    twice: str | None = None
    wrong: str = "false"


def column_of(value: Value) -> str:
    """The column to look at when a value is wrong."""
    names = [name for one in value.of for name in one.columns]
    return ", ".join(dict.fromkeys(names)) or value.path


def guarded(sql: str, guard: str | None) -> str:
    """SQL of a check that is made only where `guard` holds."""
    return sql if guard is None else f"{guard} AND {sql}"


def unreadable(moment: Moment) -> str:
    """Why a text is no time."""
    by = ", by the calendar jalali" if moment.calendar is Calendar.JALALI else ""
    return f"not a time as {' or '.join(moment.formats)}{by}"
