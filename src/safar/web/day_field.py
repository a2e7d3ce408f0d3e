"""The one field for days: the browser's own in English; in Persian a text of the Solar Hijri calendar and a month grid.

A form sends `day.NAME` (typed), `pick.NAME` (a day of the grid) or `page.NAME` (another month of the grid). The
middleware turns them into `NAME` with an ISO date before any page looks: addresses never hold another calendar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from safar.domain.calendars import jalali
from safar.web.jalali import WEEKDAYS, Month, read_day, written
from safar.web.numerals import day as day_in_words
from safar.web.numerals import plain_digits
from safar.web.page_language import page_language

TYPED, PICKED, PAGED = "day.", "pick.", "page."
_NAME = re.compile(r"[A-Za-z][\w.]{0,40}", re.ASCII)
_MOST_LETTERS = 40


@dataclass(slots=True)
class DaysAsked:
    """What a form sent: by field, a text that is no day with what is wrong with it, and the month to show."""

    wrong: dict[str, tuple[str, str]] = field(default_factory=dict)
    months: dict[str, Month] = field(default_factory=dict)

    @property
    def of_page(self) -> bool:
        """Whether a field of the page's own filters is meant."""
        return any("." not in name for name in (*self.wrong, *self.months))

    @property
    def of_other(self) -> bool:
        """Whether a field of another group's filters is meant: its name has a prefix."""
        return any("." in name for name in (*self.wrong, *self.months))


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """A day of the grid. `title` says the whole date."""

    value: str
    number: str
    title: str
    on: bool
    today: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthGrid:
    """A month to pick a day from. `before`, `after`: the months beside it, "" where there is none."""

    name: str
    title: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[DayCell | None, ...], ...]
    before: str
    after: str
    year_before: str
    year_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayField:
    """A field. `value`: ISO, for the browser's own field; `shown`: as typed in Persian; `grid` is None in English."""

    name: str
    label: str
    value: str
    shown: str
    wrong: str
    grid: MonthGrid | None
    open: bool

    @property
    def html_id(self) -> str:
        """An identifier for the field's parts."""
        return self.name.replace(".", "-")


class DaysMiddleware:
    """Reads typed and picked days, once for all pages, before their views look at the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_rest: object) -> HttpResponse | None:
        """To the plain address where every day could be read; else the page with what is wrong beside the field."""
        if request.method != "GET" or not any(name.startswith((TYPED, PICKED, PAGED)) for name in request.GET):
            return None
        query, asked = read_days(request.GET)
        request.GET = query  # type: ignore[assignment]  # Django lets it be replaced
        if asked.wrong or asked.months:
            request.days_asked = asked  # type: ignore[attr-defined]
            return None
        return HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)


def read_days(sent: QueryDict) -> tuple[QueryDict, DaysAsked]:
    """The pairs of a plain address, and what the form needs to be shown again."""
    query, asked = sent.copy(), DaysAsked()
    for prefix in (TYPED, PICKED, PAGED):
        for name in [name for name in query if name.startswith(prefix)]:
            told, value = name.removeprefix(prefix), str(query[name])[:_MOST_LETTERS].strip()
            del query[name]
            if _NAME.fullmatch(told):
                _read(query, asked, prefix, told, value)
    for name in [name for name in query if name.endswith("until")]:
        since = f"{name.removesuffix('until')}since"
        if since in query and str(query[name]) <= str(query[since]):
            asked.wrong[name] = _shown(str(query[name])), _("The end must lie after the start.")
            del query[name]
    return query, asked


def _read(query: QueryDict, asked: DaysAsked, prefix: str, name: str, value: str) -> None:
    if prefix == PAGED:
        try:
            asked.months[name] = Month.read(value)
        except ValueError:
            return
    elif not value:
        query.pop(name, None)
    else:
        try:
            query[name] = (date.fromisoformat(value) if prefix == PICKED else read_day(value)).isoformat()
            asked.wrong.pop(name, None)
        except ValueError:
            query.pop(name, None)
            asked.wrong[name] = value, _("Write a day as in %(example)s.") % {"example": plain_digits("1405/08/30")}


def day_field(request: HttpRequest | None, *, name: str, value: str, label: str) -> DayField:
    """The field of one day. `value`: ISO or empty."""
    asked = getattr(request, "days_asked", None) or DaysAsked()
    typed, wrong = asked.wrong.get(name, ("", ""))
    persian = page_language().startswith("fa")
    month = asked.months.get(name)
    return DayField(
        name=name,
        label=label,
        value=value,
        shown=typed or _shown(value),
        wrong=wrong,
        grid=month_grid(name, value=value, month=month) if persian else None,
        open=month is not None,
    )


def month_grid(name: str, *, value: str, month: Month | None) -> MonthGrid:
    """The grid of the month asked for, else of the field's day, else of today."""
    today = timezone.localdate()
    chosen = _iso(value)
    shown = month or Month.of(chosen or today)
    beside = {step: shown.moved(step) for step in (-12, -1, 1, 12)}
    return MonthGrid(
        name=name,
        title=f"{shown.name} {plain_digits(shown.year)}",
        weekdays=WEEKDAYS,
        weeks=tuple(
            tuple(None if one is None else _cell(one, chosen=chosen, today=today) for one in week)
            for week in shown.weeks()
        ),
        before=str(beside[-1] or ""),
        after=str(beside[1] or ""),
        year_before=str(beside[-12] or ""),
        year_after=str(beside[12] or ""),
    )


def _cell(value: date, *, chosen: date | None, today: date) -> DayCell:
    return DayCell(
        value=value.isoformat(),
        number=plain_digits(jalali(value)[2]),
        title=day_in_words(value),
        on=value == chosen,
        today=value == today,
    )


def _iso(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _shown(value: str) -> str:
    found = _iso(value)
    return plain_digits(written(found)) if found else value
