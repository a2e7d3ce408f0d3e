"""The journey map."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from safar.analysis.filters import Filters
from safar.analysis.journey_map import JourneyMap
from safar.domain.person import Permission
from safar.domain.wording import place_option
from safar.usecases.filter_choices import FilterChoices
from safar.web.access import allowed, person_of
from safar.web.filter_form import filter_form, read_filters
from safar.web.links import Links
from safar.web.map_page import lay_out
from safar.web.preferences import preferences_of
from safar.web.reading import NO_CHOICES, choices_of, read_map
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
    """The map under the address's filters."""
    opened = workspace()
    filters = read_filters(request, time_zone=opened.settings.time_zone)
    found = read_map(opened, filters=filters)
    if isinstance(found, Waiting):
        links = Links(filters, opened.settings.time_zone)
        form = filter_form(action=reverse("journey"), links=links, choices=NO_CHOICES)
        return wait_response(request, found, form=form)
    return map_response(request, found, filters=filters, choices=choices_of(opened))


def map_response(request: HttpRequest, found: JourneyMap, *, filters: Filters, choices: FilterChoices) -> HttpResponse:
    """The page of one map."""
    links = Links(filters, workspace().settings.time_zone)
    bounded = person_of(request).units is not None
    page = lay_out(found, links=links, mirrored=preferences_of(request).direction == "rtl", bounded=bounded)
    form = filter_form(action=reverse("journey"), links=links, choices=choices)
    return render(request, "web/journey.html", {"page": page, "form": form, "place": place_option(workspace().path)})
