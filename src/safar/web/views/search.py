"""Search over everything that the person may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from safar.domain.person import Permission
from safar.usecases.saved_views import search_views
from safar.usecases.search import MOST_LETTERS, search_places, words_of
from safar.web.access import allowed, person_of
from safar.web.reading import has_facts, search_in_facts
from safar.web.saved_views_page import journey_titles
from safar.web.search_page import HitGroup, fact_hits, page_hits, place_hits, view_hits
from safar.web.waiting import Waiting
from safar.web.workspaces import workspace


@allowed(Permission.SEE)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Hits in groups; while the words are looked through, the others stand already and the page renews itself."""
    opened, person = workspace(), person_of(request)
    typed = " ".join(request.GET.get("q", "").split())[:MOST_LETTERS]
    text = " ".join(words_of(typed))
    groups: list[HitGroup] = []
    waiting: Waiting | None = None
    if text:
        journey = opened.journey_in_force()
        away = opened.published.archived()
        journeys = sum(name not in away for name in opened.published.names("journey"))
        groups.append(page_hits(request, person, text=text))
        places = search_places(opened, text=text)
        groups += place_hits(places, journeys=journeys, chosen="" if journey is None else journey.id)
        groups.append(view_hits(search_views(text=text, person=person), journey_titles(opened)))
        if has_facts(opened):
            found = search_in_facts(opened, text=text, units=person.units, identifiers=person.sees_identifiers)
            if isinstance(found, Waiting):
                waiting = found
            else:
                groups += fact_hits(found, journey, text=text)
    context = {
        "typed": typed,
        "asked": bool(text),
        "groups": [group for group in groups if group.hits],
        "waiting": waiting,
        "again": request.get_full_path(),
    }
    answer = render(request, "web/search.html", context)
    if waiting is not None:
        answer["Cache-Control"] = "no-store"
    return answer
