"""One step, or one touchpoint: what the map says of it, and the facts behind that."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from safar.analysis.journey_map import JourneyMap, TouchpointCell
from safar.analysis.voice import TOUCHPOINT
from safar.domain.person import Permission
from safar.errors import NotFound
from safar.usecases.filter_choices import FilterChoices
from safar.usecases.touchpoint_story import story_view
from safar.usecases.trends import trends_view
from safar.usecases.voice import voice_view
from safar.web.access import allowed, person_of
from safar.web.filter_form import FilterForm, filter_form, read_filters
from safar.web.filter_notes import notes_of
from safar.web.links import Links
from safar.web.map_page import lay_out, touchpoint_box
from safar.web.place_page import touchpoint_page
from safar.web.preferences import calendar_of, preferences_of
from safar.web.reading import NO_CHOICES, choices_of, read_beside, read_map
from safar.web.story_page import StoryBox, TrendBox, lay_out_story, lay_out_trend
from safar.web.views.needs_facts import needs_facts
from safar.web.views.wait import wait_response
from safar.web.waiting import Waiting
from safar.web.workspaces import workspace


class NoSuchPlace(NotFound):
    """The journey has no such step or touchpoint."""

    code = "journey.no-such-place"
    next_step = "Open the journey map and follow a step's or a touchpoint's link."


@allowed(Permission.SEE)
@require_GET
@needs_facts
def step(request: HttpRequest, step: str) -> HttpResponse:
    """A step."""
    found, links = _read(request)
    if isinstance(found, Waiting):
        return wait_response(request, found, form=_form(links, "step", step, NO_CHOICES))
    page = lay_out(found, links=links, mirrored=preferences_of(request).direction == "rtl")
    for i, column in enumerate(page.columns):
        if column.step.id == step:
            context = {
                "page": page,
                "column": column,
                "before": page.columns[i - 1] if i else None,
                "next": page.columns[i + 1] if i + 1 < len(page.columns) else None,
                **_trend(request, links, "step", step),
            }
            return render(request, "web/step.html", context | _frame(request, links, "step", step))
    raise NoSuchPlace(f"The journey has no step {step[:60]!r}.")


@allowed(Permission.SEE)
@require_GET
@needs_facts
def touchpoint(request: HttpRequest, touchpoint: str) -> HttpResponse:
    """A touchpoint."""
    found, links = _read(request)
    if isinstance(found, Waiting):
        return wait_response(request, found, form=_form(links, "touchpoint", touchpoint, NO_CHOICES))
    for column in found.steps:
        for cell in column.touchpoints:
            if cell.id == touchpoint:
                page = touchpoint_page(
                    found, column, touchpoint_box(cell, mean=found.experience.index, links=links), links=links
                )
                context = {"page": page} | _frame(request, links, "touchpoint", touchpoint)
                context |= _trend(request, links, "touchpoint", touchpoint)
                context["story"] = _story(request, found, links, touchpoint)
                context |= _words(cell, links)
                return render(request, "web/touchpoint.html", context)
    raise NoSuchPlace(f"The journey has no touchpoint {touchpoint[:60]!r}.")


def _trend(request: HttpRequest, links: Links, level: str, place: str) -> dict[str, TrendBox | bool | None]:
    """The trend, and whether it is still being counted rather than empty."""
    preferences = preferences_of(request)
    view = trends_view(workspace(), filters=links.filters, calendar=calendar_of(preferences))
    trends = read_beside(workspace(), view)
    mirrored = preferences.direction == "rtl"
    if trends is None:
        return {"trend": None, "trend_counting": True}
    return {"trend": lay_out_trend(trends, level, place, links=links, mirrored=mirrored), "trend_counting": False}


def _words(cell: TouchpointCell, links: Links) -> dict[str, object]:
    """What was written at a touchpoint; `only_words`: where that is all there is, as nobody rated."""
    voice = read_beside(workspace(), voice_view(workspace(), filters=links.filters))
    here = voice.at(TOUCHPOINT, cell.id) if voice else None
    said = [one for one in (here.worst, here.best) if one is not None] if here else []
    return {"voice": here, "said": said, "only_words": here is not None and cell.experience.state == "none"}


def _story(request: HttpRequest, found: JourneyMap, links: Links, touchpoint: str) -> StoryBox | None:
    story = read_beside(workspace(), story_view(workspace(), touchpoint=touchpoint, filters=links.filters))
    if story is None:
        return None
    labels = {cell.id: cell.label for column in found.steps for cell in column.touchpoints}
    return lay_out_story(story, labels=labels, language=preferences_of(request).language, links=links)


def _read(request: HttpRequest) -> tuple[JourneyMap | Waiting, Links]:
    opened = workspace()
    links = Links(read_filters(request, time_zone=opened.settings.time_zone), opened.settings.time_zone)
    return read_map(opened, filters=links.filters), links


def _frame(request: HttpRequest, links: Links, name: str, place: str) -> dict[str, object]:
    choices = choices_of(workspace(), units=person_of(request).units)
    return {
        "form": replace(_form(links, name, place, choices), notes=notes_of(request, links.filters, choices)),
        "back": links.page("journey"),
        # What is being counted renews itself once; after that, by hand: what failed would be asked for without end.
        "renews": "HX-Request" not in request.headers,
        "again": request.get_full_path(),
    }


def _form(links: Links, name: str, place: str, choices: FilterChoices) -> FilterForm:
    return filter_form(action=reverse(name, args=[place]), links=links, choices=choices)
