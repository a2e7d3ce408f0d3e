"""Numbers, shares, durations and days as people write them in the language of the page: `domain.speech` says how."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from safar.domain.calendars import jalali
from safar.domain.speech import JALALI_MONTHS, PERSIAN_DIGITS, SHORT_MONTHS, Speech
from safar.web.page_language import page_language

_SEASONS = ("بهار", "تابستان", "پاییز", "زمستان")


def speech() -> Speech:
    """The language of the page that is being made."""
    return Speech(language=page_language(), zone=timezone.get_current_timezone(), text=gettext, plural=ngettext)


def number(value: float | None, places: int = 0) -> str:
    """A number with grouped thousands and that many decimal places; a dash where there is none."""
    return speech().number(value, places)


def share(value: float | None, places: int = 0) -> str:
    """A share of 1 as percent. A share that is not nothing never reads as 0 %, nor one that is not all as 100 %."""
    return speech().share(value, places)


def duration(seconds: float | None) -> str:
    """Seconds in the one or two largest units that tell: "2 d 4 h", "12 min", "120 d"; a dash where there is none."""
    return speech().duration(seconds)


def day(value: datetime | date | None) -> str:
    """The local day: "3 Nov 2026", in Persian by the Solar Hijri calendar; a dash where there is none."""
    return speech().day(value)


def month(value: date, span: str = "month") -> str:
    """The name of a period by its first day, without its year: "Mar", "Q2"; in Persian "فروردین", "بهار"."""
    if speech().mirrored:
        _year, number_, _day = jalali(value)
        return {"quarter": _SEASONS[(number_ - 1) // 3], "year": ""}.get(span, JALALI_MONTHS[number_ - 1])
    return {"quarter": f"Q{(value.month + 2) // 3}", "year": ""}.get(span, SHORT_MONTHS[value.month - 1])


def year(value: date) -> str:
    """The year of a day in the reader's calendar."""
    return str(jalali(value)[0]).translate(PERSIAN_DIGITS) if speech().mirrored else str(value.year)


def period(value: date, span: str = "month") -> str:
    """A period by its first day: "Mar 2026"."""
    return f"{month(value, span)} {year(value)}".strip()


def signed(value: float | None, places: int = 0) -> str:
    """A difference, always with its sign; nothing has none."""
    return speech().signed(value, places)


def signed_duration(seconds: float | None) -> str:
    """A difference of times, always with its sign."""
    return speech().signed_duration(seconds)


def moment(value: datetime | None) -> str:
    """The local day and time of day, to the minute."""
    return speech().moment(value)


def plain_digits(text: object) -> str:
    """Digits of the language, nothing else changed: for versions and positions."""
    return speech().digits(text)
