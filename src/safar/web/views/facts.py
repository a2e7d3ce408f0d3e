"""The facts behind a number: a page of them, or a file."""

from __future__ import annotations

import itertools
from math import isfinite

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from safar.domain.person import Permission
from safar.files.spreadsheet_cell import csv_head, csv_rows
from safar.usecases.facts_place import NoSuchFactsPlace, Place
from safar.usecases.read_facts import MOST_IN_FILE, stream_facts
from safar.web.access import allowed, person_of
from safar.web.facts_page import facts_view
from safar.web.filter_form import filter_form, read_filters
from safar.web.filter_notes import notes_of
from safar.web.links import PLACE_NAMES, Links, with_query
from safar.web.reading import NO_CHOICES, choices_of, list_facts
from safar.web.views.needs_facts import needs_facts
from safar.web.views.wait import wait_response
from safar.web.waiting import Waiting
from safar.web.workspaces import workspace


@allowed(Permission.SEE)
@require_GET
@needs_facts
def facts(request: HttpRequest, kind: str) -> HttpResponse:
    """One page of facts."""
    opened = workspace()
    time_zone = opened.settings.time_zone
    filters = read_filters(request, time_zone=time_zone)
    found = list_facts(
        opened,
        kind=kind,
        filters=filters,
        place=place_of(request),
        identifiers=person_of(request).sees_identifiers,
        after=request.GET.get("after"),
    )
    links = Links(filters, time_zone)
    own = [(name, str(value)) for name in PLACE_NAMES for value in request.GET.getlist(name)]
    base = [*filters.as_query(time_zone), *own]
    action = reverse("facts", args=[kind])
    if isinstance(found, Waiting):
        return wait_response(request, found, form=filter_form(action=action, links=links, choices=NO_CHOICES, kept=own))
    journey = opened.journey_in_force()  # facts are looked at before there is one
    choices = choices_of(opened, units=person_of(request).units)
    context = {
        "page": facts_view(found, journey),
        "form": filter_form(
            action=action,
            links=links,
            choices=choices,
            kept=own,
            journey=journey,
            notes=notes_of(request, filters, choices),
        ),
        "back": links.page("journey"),
        "first": with_query(action, base) if "after" in request.GET else None,
        "next": with_query(action, [*base, ("after", found.after)]) if found.after else None,
        "file": with_query(reverse("facts-csv", args=[kind]), base),
        "export": with_query(reverse("export-facts", args=[kind]), base),
        "most_in_file": MOST_IN_FILE if found.total > MOST_IN_FILE else None,
    }
    return render(request, "web/facts.html", context)


@allowed(Permission.SEE)
@require_GET
@needs_facts
def facts_csv(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The same facts as a CSV file, newest first, times in ISO 8601 UTC, formulas made harmless."""
    opened = workspace()
    columns, parts = stream_facts(
        opened,
        kind=kind,
        filters=read_filters(request, time_zone=opened.settings.time_zone),
        place=place_of(request),
        now=timezone.now(),
        identifiers=person_of(request).sees_identifiers,
        newest=False,  # who clicked wants the file to begin now
    )
    return StreamingHttpResponse(
        itertools.chain((csv_head(columns),), map(csv_rows, parts)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="safar-{kind}.csv"'},
    )


def place_of(request: HttpRequest) -> Place:
    """What the address narrows a list of facts to. Raises: PermissionDenied."""
    # What filters leave out lies outside the units of a person who may see some units only.
    if request.GET.get("state") == "filtered_out" and person_of(request).units is not None:
        raise PermissionDenied
    return Place(
        step=request.GET.get("at_step"),
        touchpoint=request.GET.get("at_touchpoint"),
        mapped=request.GET.get("mapped"),
        event=request.GET.get("event"),
        question=request.GET.get("question"),
        questions=request.GET.getlist("mix") or None,
        state=request.GET.get("state"),
        previous=request.GET.get("previous"),
        value=_number(request.GET.get("value")),
        waited=request.GET.get("waited"),
        path=request.GET.get("path"),
        import_no=_import_no(request.GET.get("import_no")),
        words=request.GET.get("words"),
    )


def _import_no(text: str | None) -> int | None:
    if text is not None and not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise NoSuchFactsPlace("An import is named by its number.")
    return None if text is None else int(text)


def _number(text: str | None) -> float | None:
    try:
        value = None if text is None else float(text)
    except ValueError:
        value = float("nan")
    if value is not None and not isfinite(value):
        raise NoSuchFactsPlace("An answer's value must be a number.")
    return value
