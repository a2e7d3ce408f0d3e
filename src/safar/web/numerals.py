"""Numbers, shares, durations and days as people write them in each language.

A negative number is wrapped in an isolate: without it the sign changes sides in a right-to-left sentence.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language, gettext

from safar.domain.calendars import jalali
from safar.domain.wording import WHOLE_DAYS_FROM

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_LEFT_TO_RIGHT, _POP = "\u2066", "\u2069"
_SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
JALALI_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
_SEASONS = ("بهار", "تابستان", "پاییز", "زمستان")


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
    """Seconds in the one or two largest units that tell: "2 d 4 h", "12 min", "120 d"; a dash where there is none."""
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
    if days >= WHOLE_DAYS_FROM:
        return _amount(round(seconds / 86_400), "day")
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


def month(value: date, span: str = "month") -> str:
    """The name of a period by its first day, without its year: "Mar", "Q2"; in Persian "فروردین", "بهار"."""
    if _persian():
        _year, number_, _day = jalali(value)
        return {"quarter": _SEASONS[(number_ - 1) // 3], "year": ""}.get(span, JALALI_MONTHS[number_ - 1])
    return {"quarter": f"Q{(value.month + 2) // 3}", "year": ""}.get(span, _SHORT_MONTHS[value.month - 1])


def year(value: date) -> str:
    """The year of a day in the reader's calendar."""
    return str(jalali(value)[0]).translate(_PERSIAN_DIGITS) if _persian() else str(value.year)


def period(value: date, span: str = "month") -> str:
    """A period by its first day: "Mar 2026"."""
    return f"{month(value, span)} {year(value)}".strip()


def signed(value: float | None, places: int = 0) -> str:
    """A difference, always with its sign; nothing has none."""
    text = number(value, places)
    if value is None or value <= 0 or not any(c in "123456789" for c in f"{value:.{places}f}"):
        return text
    return f"{_LEFT_TO_RIGHT}+{text}{_POP}"


def signed_duration(seconds: float | None) -> str:
    """A difference of times, always with its sign."""
    if seconds is None or round(seconds) == 0:
        return duration(seconds)
    sign = "+" if seconds > 0 else "−"
    return f"{sign}{duration(abs(seconds))}"


def moment(value: datetime | None) -> str:
    """The local day and time of day, to the minute."""
    if value is None:
        return "–"
    clock = f"{timezone.localtime(value):%H:%M}"
    return f"{day(value)} {clock.translate(_PERSIAN_DIGITS) if _persian() else clock}"


def plain_digits(text: object) -> str:
    """Digits of the language, nothing else changed: for versions and positions."""
    return str(text).translate(_PERSIAN_DIGITS) if _persian() else str(text)


def _persian() -> bool:
    return (get_language() or "").startswith("fa")


def _percent(percent: float, places: int) -> str:
    text = number(percent, places)
    return f"{text}٪" if _persian() else f"{text} %"


def _amount(count: float, unit: str) -> str:
    shown = number(count, 0 if count == int(count) else 1)
    match unit:
        case "day":
            return gettext("%(n)s d") % {"n": shown}
        case "hour":
            return gettext("%(n)s h") % {"n": shown}
        case "minute":
            return gettext("%(n)s min") % {"n": shown}
    return gettext("%(n)s s") % {"n": shown}
