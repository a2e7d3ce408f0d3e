"""Numbers, shares, durations and days as people write them in each language.

A negative number is wrapped in an isolate: without it the sign changes sides in a right-to-left sentence.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language, gettext

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_LEFT_TO_RIGHT, _POP = "\u2066", "\u2069"
_WEEKS_FROM = 56
"""Days from which a duration is told in weeks."""
_SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
JALALI_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip


def number(value: float | None, places: int = 0) -> str:
    """A number with grouped thousands and that many decimal places; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{abs(value):,.{places}f}"
    negative = value < 0 and any(c in "123456789" for c in text)
    if _persian():
        text = text.replace(",", "٬").replace(".", "٫").translate(_PERSIAN_DIGITS)
    return f"{_LEFT_TO_RIGHT}−{text}{_POP}" if negative else text


def share(value: float | None, places: int = 0) -> str:
    """A share of 1 as percent. A share that is not nothing never reads as 0 %, nor one that is not all as 100 %."""
    if value is None:
        return "–"
    percent = value * 100
    step = 10.0**-places
    if 0 < percent < step / 2:
        return f"< {_percent(step, places)}"
    if 100 - step / 2 < percent < 100:
        return f"> {_percent(100 - step, places)}"
    return _percent(percent, places)


def duration(seconds: float | None) -> str:
    """Seconds in the one or two largest units that tell: "2 d 4 h", "12 min", "9 wk"; a dash where there is none."""
    if seconds is None:
        return "–"
    if seconds < 60:
        tenths = round(seconds, 1)
        return (
            _amount(tenths if tenths < 10 else round(seconds), "second")
            if round(seconds) < 60
            else _amount(1, "minute")
        )
    minutes = int(seconds // 60)
    days, hours = minutes // 1440, minutes // 60
    if days >= _WEEKS_FROM:
        return _amount(days // 7, "week")
    if days:
        return _pair(_amount(days, "day"), hours % 24, "hour")
    if hours:
        return _pair(_amount(hours, "hour"), minutes % 60, "minute")
    return _amount(minutes, "minute")


def _pair(large: str, rest: int, unit: str) -> str:
    return gettext("%(large)s %(small)s") % {"large": large, "small": _amount(rest, unit)} if rest else large


def day(value: datetime | date | None) -> str:
    """The local day: "3 Nov 2026", in Persian by the Solar Hijri calendar; a dash where there is none."""
    if value is None:
        return "–"
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    if _persian():
        year, month, of_month = jalali(local)
        return f"{of_month} {JALALI_MONTHS[month - 1]} {year}".translate(_PERSIAN_DIGITS)
    return f"{local.day} {_SHORT_MONTHS[local.month - 1]} {local.year}"


def moment(value: datetime | None) -> str:
    """The local day and time of day, to the minute."""
    if value is None:
        return "–"
    clock = f"{timezone.localtime(value):%H:%M}"
    return f"{day(value)} {clock.translate(_PERSIAN_DIGITS) if _persian() else clock}"


def plain_digits(text: object) -> str:
    """Digits of the language, nothing else changed: for versions and positions."""
    return str(text).translate(_PERSIAN_DIGITS) if _persian() else str(text)


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


def is_leap(year: int) -> bool:
    """Whether a year of the Solar Hijri calendar has 366 days."""
    return year % 33 in (1, 5, 9, 13, 17, 22, 26, 30)


def _persian() -> bool:
    return (get_language() or "").startswith("fa")


def _percent(percent: float, places: int) -> str:
    text = number(percent, places)
    return f"{text}٪" if _persian() else f"{text} %"


def _amount(count: float, unit: str) -> str:
    shown = number(count, 0 if count == int(count) else 1)
    match unit:
        case "week":
            return gettext("%(n)s wk") % {"n": shown}
        case "day":
            return gettext("%(n)s d") % {"n": shown}
        case "hour":
            return gettext("%(n)s h") % {"n": shown}
        case "minute":
            return gettext("%(n)s min") % {"n": shown}
    return gettext("%(n)s s") % {"n": shown}
