"""The measure page, the facts behind its figures, and its table as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from safar.analysis.answers import BadMeasure
from safar.analysis.cell_answers import Part
from safar.analysis.group_tests import Dims, GroupTest, compare_groups
from safar.analysis.measurement import Measurement, UnknownCell
from safar.analysis.metric import SHARE
from safar.domain.period import Days, days_of
from safar.domain.person import Permission
from safar.errors import InputError, NotFound
from safar.files.table_files import csv_lines, workbook
from safar.usecases.measure_ask import NAMES, MeasureAsk, last_day, own_days, read_ask, within
from safar.usecases.measure_choices import MeasureChoices, fitting
from safar.usecases.measured_facts import published
from safar.web.access import allowed, person_of
from safar.web.facts_page import facts_view
from safar.web.filter_form import filter_form, read_filters
from safar.web.filter_notes import notes_of
from safar.web.links import Links, with_query
from safar.web.measure_form import measure_form
from safar.web.measure_page import MOST_PICKED, key_of, lay_out, part_words, read_key, title_of
from safar.web.measure_words import METHODS, Values, calendar_title, days_told, period_title
from safar.web.preferences import calendar_of, preferences_of
from safar.web.problem_words import problem_text
from safar.web.problems import next_step_of
from safar.web.reading import choices_of, list_measured_facts, measure_choices, read_measure
from safar.web.views.needs_facts import needs_facts
from safar.web.views.wait import wait_response
from safar.web.waiting import Waiting
from safar.web.workspaces import workspace

OWN = (*NAMES, "a", "b", "group", "part", "row", "pick")
"""Names in these pages' addresses that are no filters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks. `ask`: as the address has it; `counted`: with its times as days. ends_today: the days of a
    relative period end today, and not with the last fact."""

    ask: MeasureAsk
    counted: MeasureAsk
    days: Days | None
    ends_today: bool
    time_zone: str


@allowed(Permission.SEE)
@require_GET
@needs_facts
def measure(request: HttpRequest) -> HttpResponse:
    """A metric by anything."""
    choices = measure_choices(workspace(), units=person_of(request).units)
    asked = read_asked(request, choices)
    links = Links(asked.ask.filters, asked.time_zone)
    if isinstance(choices, Waiting):
        form = filter_form(action=reverse("measure"), links=links, choices=())
        return wait_response(request, choices, form=form)
    status, problem, found = 200, None, None
    tests: tuple[GroupTest, ...] = ()
    picked: tuple[Dims | None, tuple[Dims, ...]] = (None, ())
    try:
        found = read_measure(workspace(), asked.counted)
        if isinstance(found, Measurement):
            picked, tests = _compared(request, found)
    except (InputError, NotFound) as error:
        # Beside the choices, so that one of them can be put right; htmx shows only what succeeds.
        status = 200 if request.headers.get("HX-Request") else 404 if isinstance(error, NotFound) else 400
        problem = {
            "message": problem_text(error.message, code=error.code),
            "next_step": next_step_of(request, error),
        }
    offered = choices_of(workspace(), units=person_of(request).units)
    context: dict[str, object] = {
        "form": filter_form(
            action=reverse("measure"),
            links=links,
            choices=offered,
            kept=[("kept_period" if name == "period" else name, v) for name, v in asked.ask.own_query()],
            journey=published(workspace())[0],
            notes=notes_of(request, asked.ask.filters, offered),
        ),
        "choose": measure_form(asked.ask, choices, time_zone=asked.time_zone),
        "asked": asked,
        "days": days_told(asked.days) if asked.days else "",
        "period": period_title(asked.ask.period) if asked.ask.period else "",
        "problem": problem,
        "waiting": found if isinstance(found, Waiting) else None,
        "again": request.get_full_path(),
        # What cannot be measured is not what the page is about.
        "title": _("Measure") if problem else title_of(asked.ask, asked.ask.dimensions),
        "method": METHODS[asked.ask.metric],
        "calendar": _other_calendar(request, asked.ask),
        "address": with_query(reverse("measure"), asked.ask.as_query(asked.time_zone)),
    }
    if isinstance(found, Measurement):
        context |= _result(request, asked, found, tests, picked)
    answer = render(request, "web/measure.html", context, status=status)
    if isinstance(found, Waiting):
        answer["Cache-Control"] = "no-store"
    return answer


def read_asked(request: HttpRequest, choices: MeasureChoices | Waiting) -> Asked:
    """What the address asks, within the units that the person may see. Raises: BadMeasure, BadFilter."""
    time_zone = workspace().settings.time_zone
    filters = read_filters(request, time_zone=time_zone, also=OWN)
    pairs = [(name, str(value)) for name in NAMES for value in request.GET.getlist(name)]
    ask = read_ask(pairs, filters=filters, calendar=calendar_of(preferences_of(request)))
    return complete(ask, choices, time_zone=time_zone)


def complete(ask: MeasureAsk, choices: MeasureChoices | Waiting, *, time_zone: str) -> Asked:
    """An ask with what is usual where nothing was chosen, and its days."""
    last_ts = None if isinstance(choices, Waiting) else choices.last_ts
    if not isinstance(choices, Waiting):
        ask = fitting(ask, choices)
    elif not ask.metric:
        ask = replace(ask, metric="nps")
    day, is_today = last_day(last_ts=last_ts, now=timezone.now(), time_zone=time_zone)
    days = days_of(ask.period, day, ask.calendar) if ask.period else None
    return Asked(
        ask=ask,
        counted=within(ask, days, time_zone=time_zone),
        days=days or own_days(ask.filters, time_zone=time_zone),
        ends_today=is_today,
        time_zone=time_zone,
    )


def _compared(
    request: HttpRequest, found: Measurement
) -> tuple[tuple[Dims | None, tuple[Dims, ...]], tuple[GroupTest, ...]]:
    """The picked groups and their tests. Groups that another breakdown had are let go."""
    count = len(found.by)
    texts = request.GET.getlist("b")[:MOST_PICKED]
    if "a" not in request.GET:
        return (None, ()), ()
    there = {cell.dims for cell in found.cells}
    a = read_key(request.GET["a"], count=count)
    others = tuple(dict.fromkeys(one for text in texts if (one := read_key(text, count=count)) in there and one != a))
    if a not in there:
        raise UnknownCell("The address names a group that this table does not have.")
    return (a, others), compare_groups(found, a, others)


def _result(
    request: HttpRequest,
    asked: Asked,
    found: Measurement,
    tests: Sequence[GroupTest],
    picked: tuple[Dims | None, Sequence[Dims]],
) -> dict[str, object]:
    query = asked.ask.as_query(asked.time_zone)
    page = lay_out(
        found,
        asked.ask,
        time_zone=asked.time_zone,
        values=Values.of(published(workspace())[0]).by(found.calendar),
        mirrored=preferences_of(request).direction == "rtl",
        bounded=person_of(request).units is not None,
        first_row=_row(request),
        picked=picked,
        tests=tests,
    )
    here = reverse("measure")
    before, after = page.first_row - page.rows_a_page, page.last_row
    can_pick = sum(cell.value.value is not None for cell in found.cells) > 1
    return {
        "page": page,
        "picking": can_pick and ("pick" in request.GET or "a" in request.GET),
        "pick": with_query(here, [*query, ("pick", "yes")]) if can_pick else "",
        "query": query,
        "save": with_query(reverse("board-save"), [("address", with_query(here, query)), ("title", page.title)]),
        "csv": with_query(reverse("measure-csv"), query),
        "xlsx": with_query(reverse("measure-xlsx"), query),
        "before": with_query(here, [*query, ("row", str(before))]) if before >= 0 else "",
        "after": with_query(here, [*query, ("row", str(after))]) if after < page.all_rows else "",
    }


def _other_calendar(request: HttpRequest, ask: MeasureAsk) -> str:
    """The calendar's name, where it is not the one of the reader's language and makes a difference."""
    usual = calendar_of(preferences_of(request))
    return calendar_title(ask.calendar) if ask.follows_months and ask.calendar is not usual else ""


def _row(request: HttpRequest) -> int:
    text = request.GET.get("row", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


@allowed(Permission.SEE)
@require_GET
@needs_facts
def measure_answers(request: HttpRequest) -> HttpResponse:
    """The answers behind one figure of the table, or behind its total."""
    choices = measure_choices(workspace(), units=person_of(request).units)
    asked = read_asked(request, choices)
    by = [*asked.ask.dimensions, *(("option",) if asked.ask.metric == SHARE and len(asked.ask.options) != 1 else ())]
    dims = read_key(request.GET["group"], count=len(by)) if "group" in request.GET else None
    part = _part(request)
    found = list_measured_facts(workspace(), asked.counted, dims=dims, part=part, after=request.GET.get("after"))
    if isinstance(found, Waiting):
        return _wait(request, asked, found)
    journey = published(workspace())[0]
    values = Values.of(journey).by(asked.ask.calendar)
    view = facts_view(found, journey)
    where = [title_of(asked.ask, ())]
    if dims is not None:
        where += [values.told(name, value) for name, value in zip(by, dims, strict=True)]
    if asked.days:
        where.append(days_told(asked.days))
    query = asked.ask.as_query(asked.time_zone)
    own = [("group", key_of(dims))] if dims is not None else []
    own += [("part", part.value)] if part is not Part.FIGURE else []
    links = Links(asked.ask.filters, asked.time_zone)
    here = reverse("measure-answers")
    context = {
        "page": replace(view, where=tuple(where), explanation=_explanation(asked.ask, part)),
        "form": filter_form(
            action=here,
            links=links,
            choices=choices_of(workspace(), units=person_of(request).units),
            kept=[*asked.ask.own_query(), *own],
            journey=journey,
        ),
        "back": with_query(reverse("measure"), query),
        "back_title": _("Measure"),
        "first": with_query(here, [*query, *own]) if "after" in request.GET else None,
        "next": with_query(here, [*query, *own, ("after", found.after)]) if found.after else None,
    }
    return render(request, "web/facts.html", context)


def _part(request: HttpRequest) -> Part:
    """Which number's answers are asked for. Raises: BadMeasure, PermissionDenied."""
    text = request.GET.get("part", Part.FIGURE.value)
    if text not in list(Part):
        raise BadMeasure(_("The address names answers that no number here counts."))
    # What filters leave out lies outside the units of a person who may see some units only.
    if Part(text).outside_filters and person_of(request).units is not None:
        raise PermissionDenied
    return Part(text)


def _explanation(ask: MeasureAsk, part: Part) -> str:
    if part is Part.FIGURE:
        if ask.repeats == "all":
            return _("The answers that the figure counts.")
        return _("The answers that the figure counts, each person's latest one.")
    if part is Part.BASE:
        return _("The submissions that the share is of, one row each.")
    if part is Part.USED:
        if ask.metric == SHARE:
            return _("The submissions that the figures count, one row each.")
        return _("The answers that the figures of all groups count.")
    return _("Answers %(where)s, which no figure counts.") % {"where": part_words()[part]}


@allowed(Permission.SEE)
@require_GET
@needs_facts
def measure_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The whole table as a CSV file."""
    asked, found = _whole(request)
    if isinstance(found, Waiting):
        return _wait(request, asked, found)
    columns, rows = table_of(found)
    return StreamingHttpResponse(
        csv_lines(columns, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="safar-measure.csv"'},
    )


@allowed(Permission.SEE)
@require_GET
@needs_facts
def measure_xlsx(request: HttpRequest) -> HttpResponse:
    """The whole table as a workbook."""
    asked, found = _whole(request)
    if isinstance(found, Waiting):
        return _wait(request, asked, found)
    columns, rows = table_of(found)
    notes = [
        (_("Measured"), title_of(asked.ask, found.by)),
        (_("Unit"), found.unit),
        (_("Days"), days_told(asked.days) if asked.days else _("any time")),
        *([(_("Calendar"), calendar_title(asked.ask.calendar))] if asked.ask.follows_months else []),
        (_("Filters"), _(", ").join(f"{name} = {value}" for name, value in found.filters) or _("none")),
        (_("Log version"), str(found.origin.log_version)),
        (_("Balance"), str(found.balance) if person_of(request).units is None else ""),
        (_("Data"), _("simulated") if found.origin.simulated else _("real")),
    ]
    return HttpResponse(
        workbook(columns, rows, notes=notes),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": 'attachment; filename="safar-measure.xlsx"'},
    )


def table_of(found: Measurement) -> tuple[list[str], list[list[object]]]:
    """The rows of a measurement, as `safar measure --csv` has them."""
    rows = found.rows()
    columns = list(rows[0]) if rows else [*found.by]
    return columns, [[row[name] for name in columns] for row in rows]


def _whole(request: HttpRequest) -> tuple[Asked, Measurement | Waiting]:
    choices = measure_choices(workspace(), units=person_of(request).units)
    asked = read_asked(request, choices)
    return asked, choices if isinstance(choices, Waiting) else read_measure(workspace(), asked.counted)


def _wait(request: HttpRequest, asked: Asked, waiting: Waiting) -> HttpResponse:
    links = Links(asked.ask.filters, asked.time_zone)
    return wait_response(request, waiting, form=filter_form(action=reverse("measure"), links=links, choices=()))
