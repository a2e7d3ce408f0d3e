"""What measurements are called in the reader's language: metrics, dimensions, values, periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from safar.analysis.comparison import Comparison
from safar.analysis.local_time import PERIODS, first_day
from safar.analysis.measurement import OPTION
from safar.analysis.metric import MetricValue, State
from safar.domain.calendars import Calendar, jalali
from safar.domain.journey import Journey
from safar.domain.period import Days, RelativePeriod
from safar.usecases.filter_choices import shares_name
from safar.web import names, numerals
from safar.web.page_language import page_language

METHODS = {
    "nps": "nps",
    "csat": "csat",
    "ces": "ces",
    "mean": "mean",
    "top_box": "top-box",
    "experience_index": "experience-index",
    "share": "share",
}
"""Metric → its method page."""


def metric_title(name: str) -> str:
    """A metric's name."""
    return {
        "nps": _("Net Promoter Score"),
        "csat": _("Satisfied customers"),
        "ces": _("Customer effort score"),
        "mean": _("Mean rating"),
        "top_box": _("Best answers"),
        "experience_index": _("Experience index"),
        "share": _("Share of an option"),
    }[name]


def metric_unit(name: str) -> str:
    """What its numbers are, in a few words."""
    return {
        "nps": _("points, −100 to 100"),
        "csat": _("per cent of answers in the best two points"),
        "ces": _("1 to 7, 7 is easiest"),
        "mean": _("points of the question's own scale"),
        "top_box": _("per cent of answers at the best point"),
        "experience_index": _("0 to 100, 100 is best"),
        "share": _("per cent of those who answered"),
    }[name]


def places(metric: str) -> int:
    """Decimal places of a metric's numbers."""
    return 2 if metric in ("mean", "ces") else 1


def figure(metric: str, value: float | None) -> str:
    """A metric's number."""
    return numerals.number(value, places(metric))


def signed(metric: str, value: float | None) -> str:
    """A difference, with its sign; one that rounds to nothing has none."""
    if value is None:
        return "–"
    text = numerals.number(value, places(metric))
    return f"+{text}" if value > 0 and any(c in "123456789۱۲۳۴۵۶۷۸۹" for c in text) else text


def interval(metric: str, low: float | None, high: float | None) -> str:
    """ "30.1 to 38.3"; nothing without one."""
    if low is None or high is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": figure(metric, low), "high": figure(metric, high)}


def why_none(value: MetricValue) -> str:
    """Why a group has no number."""
    if value.n is None:
        return _("withheld")
    return {
        State.TOO_FEW: _("too few answers"),
        State.NO_DATA: _("no answers"),
        State.WRONG_SCALE: _("another scale"),
    }.get(value.state, "")


def p_value(value: float | None) -> str:
    """A p value as reports write it: never 0."""
    if value is None:
        return "–"
    return f"< {numerals.number(0.001, 3)}" if value < 0.001 else numerals.number(value, 3)


def change(metric: str, found: Comparison, *, is_clear: bool) -> str:
    """A difference in words: "+3.1, clear", or "no clear change"."""
    if found.difference is None:
        return _("cannot be compared")
    return signed(metric, found.difference) if is_clear else _("no clear change")


def over_title(name: str) -> str:
    """A length of time."""
    return {
        "day": _("Day"),
        "week": _("Week"),
        "month": _("Month"),
        "quarter": _("Quarter"),
        "year": _("Year"),
    }[name]


def period_title(period: RelativePeriod) -> str:
    """A period that moves with the calendar."""
    return {
        RelativePeriod.LAST_7_DAYS: _("last 7 days"),
        RelativePeriod.LAST_30_DAYS: _("last 30 days"),
        RelativePeriod.LAST_90_DAYS: _("last 90 days"),
        RelativePeriod.LAST_365_DAYS: _("last 365 days"),
        RelativePeriod.THIS_WEEK: _("this week"),
        RelativePeriod.THIS_MONTH: _("this month"),
        RelativePeriod.THIS_QUARTER: _("this quarter"),
        RelativePeriod.THIS_YEAR: _("this year"),
        RelativePeriod.LAST_WEEK: _("last full week"),
        RelativePeriod.LAST_MONTH: _("last full month"),
        RelativePeriod.LAST_QUARTER: _("last full quarter"),
        RelativePeriod.LAST_YEAR: _("last full year"),
    }[period]


def days_told(days: Days) -> str:
    """ "1 Jan 2026 – 31 Jan 2026"."""
    if days.count == 1:
        return numerals.day(days.since)
    return _("%(first)s – %(last)s") % {"first": numerals.day(days.since), "last": numerals.day(days.last)}


def dimension_title(name: str) -> str:
    """What a dimension is called: a column or a period of ours, else the name that the data have."""
    if name in PERIODS:
        return over_title(name)
    known = {
        "step": _("Step"),
        "touchpoint": _("Touchpoint"),
        "channel": _("Channel"),
        "unit": _("Unit"),
        "source": _("Source"),
        "question": _("Question"),
        "speaker": _("Speaker"),
        "view": _("View"),
        "language": _("Language"),
        "event": _("Event"),
        "kind": _("Kind"),
        OPTION: _("Option"),
    }
    if name in known:
        return known[name]
    kind, colon, rest = name.partition(":")
    if not colon:
        return name
    if kind == "attribute":
        return attribute_title(rest)
    if kind == "answer":
        question, equals, option = rest.partition("=")
        return _("answer to %(question)s") % {"question": names.told("question", question)} + (
            f" = {names.told('option', option)}" if equals else ""
        )
    return names.told("property", rest) if kind == "prop" else rest


def attribute_title(attribute: str) -> str:
    """What an attribute is called; of whom it is only where the name alone does not say."""
    name = names.told("attribute", attribute)
    return _("%(name)s of the customer") % {"name": name} if shares_name(attribute) else name


@dataclass(frozen=True, slots=True)
class Values:
    """What the values of dimensions are called: labels of steps and touchpoints, days of periods of the calendar."""

    places: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    calendar: Calendar = Calendar.GREGORIAN

    def by(self, calendar: Calendar | str) -> Values:
        """The same with periods of another calendar."""
        return replace(self, calendar=Calendar(calendar))

    @classmethod
    def of(cls, journey: Journey | None) -> Values:
        """With the labels of a journey, where there is one."""
        if journey is None:
            return cls()
        language = page_language()
        return cls(
            {
                "step": {step.id: step.label.text(language) for step in journey.steps},
                "touchpoint": {one.id: one.label.text(language) for one in journey.touchpoints},
            }
        )

    def told(self, name: str, value: str | None) -> str:
        """One value; "unknown" where there is none."""
        if value is None:
            return _("unknown")
        if name in PERIODS:
            return _period(name, value, self.calendar)
        if name in ("channel", "question", OPTION):
            return names.told(name, value)
        return self.places.get(name, {}).get(value, value)


def calendar_title(calendar: Calendar) -> str:
    """What a calendar is called."""
    return {Calendar.GREGORIAN: _("Gregorian"), Calendar.JALALI: _("Solar Hijri")}[calendar]


def _period(name: str, text: str, calendar: Calendar) -> str:
    day: date = first_day(name, text, calendar)
    year, month = (day.year, day.month) if calendar is Calendar.GREGORIAN else jalali(day)[:2]
    match name:
        case "day":
            return numerals.day(day)
        case "week":
            return _("week of %(day)s") % {"day": numerals.day(day)}
        case "month":
            return f"{_month(month, calendar)} {numerals.plain_digits(year)}"
        case "quarter":
            if calendar is Calendar.JALALI and numerals.speech().mirrored:
                return numerals.period(day, "quarter")
            words = {"number": numerals.plain_digits((month + 2) // 3), "year": numerals.plain_digits(year)}
            return _("Q%(number)s %(year)s") % words
    return numerals.plain_digits(text)


def _month(number: int, calendar: Calendar) -> str:
    if calendar is Calendar.JALALI:
        return (
            _("Farvardin"), _("Ordibehesht"), _("Khordad"), _("Tir"), _("Mordad"), _("Shahrivar"), _("Mehr"),
            _("Aban"), _("Azar"), _("Dey"), _("Bahman"), _("Esfand"),
        )[number - 1]  # fmt: skip
    return (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"), _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"),
        _("Dec"),
    )[number - 1]  # fmt: skip
