"""The map of one saved view, for whoever has its link: without an account, and with nothing to go on to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from safar.domain.saved_view import ShareLink
from safar.errors import SafarError
from safar.usecases.share_links import TooManyOpenings, open_link
from safar.web.filter_form import chips_of
from safar.web.links import Links
from safar.web.map_page import lay_out
from safar.web.map_view import LANES, view_of
from safar.web.outside import sender_of
from safar.web.preferences import preferences_of
from safar.web.reading import NO_CHOICES, Patience, has_facts, read_map
from safar.web.reading_beside import lay_out_beside, read_beside_map
from safar.web.request_log import refuse
from safar.web.waiting import Waiting
from safar.web.workspaces import on_journey, workspace

_log = logging.getLogger("safar.web")


def kept_apart(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """No search engine lists the page, and nobody learns its address from where its reader goes next."""

    def checked(request: HttpRequest, token: str) -> HttpResponse:
        answer = view(request, token)
        answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        answer["Referrer-Policy"] = "no-referrer"
        return answer

    return wraps(view)(checked)


@login_not_required
@never_cache
@require_GET
@kept_apart
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The map, as whoever made the link may see it. Nothing but language and theme is taken from the address."""
    try:
        link = open_link(token=token, sender=sender_of(request), settings=workspace().settings, now=timezone.now())
    except TooManyOpenings:
        refuse(request, "too many openings")
        return render(request, "web/shared_over.html", {"too_many": True}, status=429)
    if link is None:
        refuse(request, "link over")
        return _over(request)
    with on_journey(link.view.journey):
        try:
            return _map(request, link)
        except (PermissionDenied, SafarError) as error:
            # Its maker sees other units now, or the journey is gone: whoever looks on need not know which.
            _log.warning("A shared view cannot be shown: %s", error)
            refuse(request, "view gone")
            return _over(request)


def _map(request: HttpRequest, link: ShareLink) -> HttpResponse:
    opened, preferences = workspace(), preferences_of(request)
    zone = opened.settings.time_zone
    view = view_of(link.view.query, person=link.maker, time_zone=zone)
    if not has_facts(opened):
        return _over(request)
    patience = Patience()
    found = read_map(opened, filters=view.filters, patience=patience)
    if isinstance(found, Waiting):
        return render(request, "web/shared_waiting.html", {"again": request.path})
    results = read_beside_map(opened, view=view, preferences=preferences, patience=patience)
    if isinstance(results, Waiting):
        return render(request, "web/shared_waiting.html", {"again": request.path})
    mirrored = preferences.direction == "rtl"
    bounded = link.maker.units is not None
    context = {
        "link": link,
        "page": lay_out(found, links=Links(view.filters, zone), mirrored=mirrored, bounded=bounded),
        "beside": lay_out_beside(results, found, choices=NO_CHOICES, mirrored=mirrored),
        "chips": chips_of(view.filters),
        "other_chips": () if view.other is None else chips_of(view.other),
        "on": {lane: view.shows(lane) for lane in LANES},
    }
    return render(request, "web/shared_map.html", context)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "web/shared_over.html", {"too_many": False}, status=403)
