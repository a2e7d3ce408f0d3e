"""The journey map."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from safar.analysis.filters import VERSUS, Filters
from safar.analysis.journey_map import JourneyMap
from safar.domain.note import may_read_notes
from safar.domain.person import Permission
from safar.usecases.filter_choices import FilterChoices
from safar.usecases.measured_facts import published
from safar.usecases.notes import read_notes
from safar.usecases.saved_views import read_views
from safar.web.access import allowed, person_of
from safar.web.beside_map import BesideMap
from safar.web.filter_form import filter_form, read_filters
from safar.web.filter_notes import notes_of
from safar.web.links import Links
from safar.web.map_page import lay_out
from safar.web.map_view import LANES, MapView, read_view, remember
from safar.web.notes_page import lay_out_notes
from safar.web.page_language import page_language
from safar.web.preferences import preferences_of
from safar.web.problems import place_for
from safar.web.reading import NO_CHOICES, Patience, choices_of, read_map
from safar.web.reading_beside import BesideResults, lay_out_beside, read_beside_map
from safar.web.saved_views_page import lay_out_tools
from safar.web.shared_html import Sharing, once
from safar.web.views.needs_facts import needs_facts
from safar.web.views.wait import wait_response
from safar.web.waiting import Waiting
from safar.web.workspaces import workspace


@allowed(Permission.SEE)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The map is the start page."""
    return HttpResponseRedirect(reverse("journey"))


@allowed(Permission.SEE)
@require_GET
@needs_facts
def journey(request: HttpRequest) -> HttpResponse:
    """The map under the address's filters, with what the address asks for beside it."""
    opened = workspace()
    zone = opened.settings.time_zone
    filters = read_filters(request, time_zone=zone)
    view = read_view(request, filters=filters, time_zone=zone)
    patience = Patience()
    found = read_map(opened, filters=filters, patience=patience)
    beside: BesideResults | Waiting | None = None
    if not isinstance(found, Waiting):
        beside = read_beside_map(opened, view=view, preferences=preferences_of(request), patience=patience)
    if isinstance(found, Waiting) or isinstance(beside, Waiting):
        form = filter_form(action=reverse("journey"), links=Links(filters, zone), choices=NO_CHOICES)
        waiting = found if isinstance(found, Waiting) else beside
        assert isinstance(waiting, Waiting)  # noqa: S101 - for the type checker
        return wait_response(request, waiting, form=form, other=view.other)
    answer = map_response(
        request, found, filters=filters, choices=choices_of(opened, units=person_of(request).units), beside=beside
    )
    return remember(request, answer, view)


def map_response(
    request: HttpRequest,
    found: JourneyMap,
    *,
    filters: Filters,
    choices: FilterChoices,
    beside: BesideResults | None = None,
) -> HttpResponse:
    """The page of one map: laid out and written once for all who are shown the same."""
    zone = workspace().settings.time_zone
    links = Links(filters, zone)
    person = person_of(request)
    bounded = person.units is not None
    mirrored = preferences_of(request).direction == "rtl"
    view = beside.view if beside else MapView(filters=filters, time_zone=zone)
    kept = [(name, value) for name, value in view.pairs() if name.partition(".")[0] in (VERSUS, "lines", "lanes")]
    journey = published(workspace())[0]
    notes = None
    if journey is not None and may_read_notes(person):
        notes = lay_out_notes(
            read_notes(journey, person=person), journey, person=person, writing="notes" in request.GET
        )
    views = read_views(person=person, journey=found.journey)
    saved = lay_out_tools(views, view, journey=found.journey, title=found.label.text(page_language()))
    renews = _renews(request, beside)
    place, may_rule = place_for(request), person.may(Permission.CHANGE) and not bounded
    shown = (
        bounded,
        may_rule,
        place,
        view.lanes,
        str(filters.as_query(zone)),
        saved,
        None if notes is None else notes.shown,
        renews,
    )
    results = (found, choices, *(beside.parts if beside else ()))
    context = {
        "sharing": Sharing.of(request, *shown, results=results),
        "label": found.label,
        "notes": notes,
        "write_address": view.address_with(() if notes and notes.writing else (("notes", "write"),)),
        "saved": saved,
        "page": once(lambda: lay_out(found, links=links, mirrored=mirrored, bounded=bounded)),
        "form": once(
            lambda: filter_form(
                action=reverse("journey"),
                links=links,
                choices=choices,
                kept=kept,
                journey=journey,
                notes=(*notes_of(request, filters, choices), *notes_of(request, view.other, choices)),
            )
        ),
        "place": place,
        "renews": renews,
        "may_rule": may_rule,
        "beside": once(
            lambda: (
                lay_out_beside(beside, found, choices=choices, mirrored=mirrored, journey=journey)
                if beside
                else BesideMap(view=view)
            )
        ),
        "view": view,
        "lanes": once(view.switches),
        "on": {lane: view.shows(lane) for lane in LANES},
    }
    return render(request, "web/journey.html", context)


def _renews(request: HttpRequest, beside: BesideResults | None) -> bool:
    """What is being counted renews itself once; after that by hand: what failed would be asked for without end."""
    return beside is not None and beside.counting and "HX-Request" not in request.headers
