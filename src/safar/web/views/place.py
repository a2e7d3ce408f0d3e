"""One step, or one touchpoint: what the map says of it, and the facts behind that."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from safar.analysis.filters import Filters
from safar.analysis.journey_map import JourneyMap
from safar.errors import NotFound
from safar.web.filter_form import filter_form, read_filters
from safar.web.map_page import lay_out, touchpoint_box, with_query
from safar.web.place_page import touchpoint_page
from safar.web.preferences import preferences_of
from safar.web.reading import choices_of, read_map
from safar.web.workspaces import workspace


class NoSuchPlace(NotFound):
    """The journey has no such step or touchpoint."""

    code = "journey.no-such-place"
    next_step = "Open the journey map and follow a step's or a touchpoint's link."


@require_GET
def step(request: HttpRequest, step: str) -> HttpResponse:
    """A step."""
    found, filters = _read(request)
    opened = workspace()
    page = lay_out(
        found,
        filters=filters,
        time_zone=opened.settings.time_zone,
        mirrored=preferences_of(request).direction == "rtl",
    )
    for i, column in enumerate(page.columns):
        if column.step.id == step:
            context = {
                "page": page,
                "column": column,
                "before": page.columns[i - 1] if i else None,
                "next": page.columns[i + 1] if i + 1 < len(page.columns) else None,
            }
            return render(request, "web/step.html", context | _frame(filters, "step", step))
    raise NoSuchPlace(f"The journey has no step {step[:60]!r}.")


@require_GET
def touchpoint(request: HttpRequest, touchpoint: str) -> HttpResponse:
    """A touchpoint."""
    found, filters = _read(request)
    time_zone = workspace().settings.time_zone
    for column in found.steps:
        for cell in column.touchpoints:
            if cell.id == touchpoint:
                box = touchpoint_box(cell, filters=filters, time_zone=time_zone)
                context = {"page": touchpoint_page(found, column, box, filters=filters, time_zone=time_zone)}
                return render(
                    request, "web/touchpoint.html", context | _frame(filters, "touchpoint", touchpoint)
                )
    raise NoSuchPlace(f"The journey has no touchpoint {touchpoint[:60]!r}.")


def _read(request: HttpRequest) -> tuple[JourneyMap, Filters]:
    opened = workspace()
    filters = read_filters(request, time_zone=opened.settings.time_zone)
    return read_map(opened, filters=filters), filters


def _frame(filters: Filters, name: str, place: str) -> dict[str, object]:
    opened = workspace()
    time_zone = opened.settings.time_zone
    return {
        "form": filter_form(
            action=reverse(name, args=[place]), filters=filters, choices=choices_of(opened), time_zone=time_zone
        ),
        "back": with_query(reverse("journey"), filters.as_query(time_zone)),
    }
