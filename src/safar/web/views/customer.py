"""One customer's timeline."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from safar.analysis.filters import NO_FILTERS
from safar.domain.person import Permission
from safar.usecases.customer_timeline import ANSWER, CONTACT, NoSuchCustomer
from safar.web.access import allowed, person_of
from safar.web.filter_form import filter_form
from safar.web.links import Links, with_query
from safar.web.preferences import preferences_of
from safar.web.reading import NO_CHOICES, read_customer
from safar.web.timeline_page import lay_out_timeline
from safar.web.views.needs_facts import needs_facts
from safar.web.views.wait import wait_response
from safar.web.waiting import Waiting
from safar.web.workspaces import workspace


@allowed(Permission.SEE)
@require_GET
@needs_facts
def customer(request: HttpRequest, key: str) -> HttpResponse:
    """The facts of one customer, newest first."""
    opened, person = workspace(), person_of(request)
    asked = str(request.GET.get("only", ""))
    only = asked if asked in (CONTACT, ANSWER) else None
    found = read_customer(
        opened,
        customer=_key(key),
        units=person.units,
        identifiers=person.sees_identifiers,
        before=_moment(request.GET.get("before")),
        only=only,
    )
    if isinstance(found, Waiting):
        links = Links(NO_FILTERS, opened.settings.time_zone)
        return wait_response(request, found, form=filter_form(action=request.path, links=links, choices=NO_CHOICES))
    journey = opened.journey()[0]
    older = None
    if found.older is not None:
        older = _address(key, only=only, before=found.older.isoformat())
    context = {
        "found": found,
        "rows": lay_out_timeline(found, journey, language=preferences_of(request).language),
        "older": older,
        "newest": _address(key, only=only) if "before" in request.GET else None,
        "only": {kind: {"address": _address(key, only=kind), "on": only == kind} for kind in (CONTACT, ANSWER)},
        "everything": _address(key) if only else None,
        "back": reverse("journey"),
    }
    return render(request, "web/customer.html", context)


def _address(key: str, **narrowed: str | None) -> str:
    pairs = [(name, value) for name, value in narrowed.items() if value is not None]
    return with_query(reverse("customer", args=[key]), pairs)


def _key(text: str) -> int:
    if not text.isascii() or not text.lstrip("-").isdecimal() or len(text) > 19 or not -(2**63) <= int(text) < 2**63:
        raise NoSuchCustomer("There is no such customer.")
    return int(text)


def _moment(text: str | None) -> datetime | None:
    try:
        found = None if text is None else datetime.fromisoformat(text)
    except ValueError as cause:
        raise NoSuchCustomer("The timeline cannot be continued from there.") from cause
    if found is not None and found.tzinfo is None:
        raise NoSuchCustomer("The timeline cannot be continued from there.")
    return found
