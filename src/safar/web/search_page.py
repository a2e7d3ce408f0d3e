"""What a search found, in groups: each hit with its name, where it lies, and its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from safar.domain.journey import Journey
from safar.domain.matching import folded, parts_of, rank
from safar.domain.person import Person
from safar.domain.saved_view import SavedView
from safar.frameworks import Hit
from safar.usecases.customer_timeline import ANSWER
from safar.usecases.search import CustomerFound, FactsFound, PlaceFound, PlacesFound, QuoteFound, words_of
from safar.web.navigation import navigation
from safar.web.numerals import plain_digits
from safar.web.page_language import page_language
from safar.web.saved_views_page import map_address


@dataclass(frozen=True, slots=True, kw_only=True)
class HitView:
    """One hit. `address` is empty where there is nothing to open; `within`: where it lies; `ts`: when it was said."""

    title: str
    address: str
    within: str = ""
    about: str = ""
    ts: datetime | None = None
    language: str = ""
    parts: tuple[tuple[str, bool], ...] = ()
    """Of words, the title in parts, and whether each is what was looked for."""
    timeline: str = ""
    """The page of who said it, from there on back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitGroup:
    """Hits of one kind. `total`: also those that are not listed."""

    name: str
    title: str
    hits: tuple[HitView, ...]
    total: int
    more: str = ""
    all: str = ""
    """The address of a list of all of them."""


def page_hits(request: HttpRequest, person: Person, *, text: str) -> HitGroup:
    """Pages of the navigation whose title fits, in any of the languages."""
    named: dict[str, list[str]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for area in navigation(request, person):
                for link in area.links:
                    named.setdefault(link.address, []).append(str(link.title))
    fitting = {address for address, titles in named.items() if rank(map(folded, titles), text) is not None}
    hits = [
        HitView(title=str(link.title), address=link.address, within=str(area.title))
        for area in navigation(request, person)
        for link in area.links
        if link.address in fitting
    ]
    return _group("pages", _("Pages"), hits)


def place_hits(found: PlacesFound, *, journeys: int, chosen: str) -> tuple[HitGroup, ...]:
    """Steps, touchpoints and elements. Places of another journey than the chosen one say which."""
    language = page_language()

    def view(place: PlaceFound) -> HitView:
        address = reverse(place.kind, args=[place.id])
        within = [] if place.step is None else [place.step.text(language)]
        if journeys > 1:
            within.append(place.journey_label.text(language))
        if place.journey != chosen:
            address = f"{address}?{urlencode({'journey': place.journey})}"
        number = "" if place.number is None else f"{plain_digits(place.number)}. "
        return HitView(title=number + place.label.text(language), address=address, within=" · ".join(within))

    return (
        _group("steps", _("Steps"), [view(place) for place in found.steps]),
        _group("touchpoints", _("Touchpoints"), [view(place) for place in found.touchpoints]),
        _group("elements", _("Framework elements"), [_element(hit, language) for hit in found.elements]),
    )


def view_hits(views: Sequence[SavedView], titles: Mapping[str, str]) -> HitGroup:
    """Saved views of the map, with their journey where there are several."""
    hits = [
        HitView(
            title=one.title, address=map_address(one), within=titles.get(one.journey, "") if len(titles) > 1 else ""
        )
        for one in views
    ]
    return _group("views", _("Saved views"), hits)


def fact_hits(found: FactsFound, journey: Journey | None, *, text: str) -> tuple[HitGroup, ...]:
    """Customers and their words."""
    language = page_language()
    labels = {} if journey is None else {one.id: one.label.text(language) for one in journey.touchpoints}
    return (
        _group("customers", _("Customers"), [_customer(one) for one in found.customers]),
        HitGroup(
            name="quotes",
            title=_("Customers' words"),
            hits=tuple(_quote(one, labels, words_of(text)) for one in found.quotes),
            total=found.total,
            all=f"{reverse('facts', args=['feedback'])}?{urlencode({'words': text})}",
            more=_("Only the newest texts were looked through.") if found.is_bounded else "",
        ),
    )


def _group(name: str, title: str, hits: Sequence[HitView]) -> HitGroup:
    return HitGroup(name=name, title=title, hits=tuple(hits), total=len(hits))


def _element(hit: Hit, language: str) -> HitView:
    return HitView(
        title=hit.element.label.text(language),
        address=_page("framework-element", hit.framework.name, hit.element.id),
        within=hit.framework.label.text(language),
    )


def _customer(found: CustomerFound) -> HitView:
    return HitView(
        title=plain_digits(found.key),
        address=_page("customer", str(found.key)),
        within=found.namespace or "",
        about=plain_digits(found.facts),
        ts=found.last_ts,
    )


def _quote(found: QuoteFound, labels: dict[str, str], words: Sequence[str]) -> HitView:
    if found.touchpoint is None:
        address = f"{reverse('facts', args=['feedback'])}?{urlencode({'state': 'words'})}"
        within = _("not on the map")
    else:
        address = reverse("touchpoint", args=[found.touchpoint])
        within = labels.get(found.touchpoint, found.touchpoint)
    timeline = ""
    if found.customer is not None and (page := _page("customer", str(found.customer))):
        before = (found.ts + timedelta(microseconds=1)).isoformat()
        timeline = f"{page}?{urlencode({'only': ANSWER, 'before': before})}"
    return HitView(
        title=found.text,
        address=address,
        within=within,
        ts=found.ts,
        language=found.language or "",
        parts=parts_of(found.text, words),
        timeline=timeline,
    )


def _page(name: str, *arguments: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:  # pages that stand on others may be left out of a server
        return ""
