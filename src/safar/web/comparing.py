"""A comparison laid out: the two groups in words, every difference as a cell says it, and what else to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.map_comparison import Difference, GroupSize, MapComparison
from safar.analysis.trends import Trends
from safar.charts.sheet.differences import DifferenceWords, difference_words
from safar.web import numerals
from safar.web.filter_form import Chip, chips_of
from safar.web.links import Links
from safar.web.map_view import MapView


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceBox:
    """One difference in words. `facts`, `facts_a`: what stands behind B, behind A."""

    one: Difference
    words: DifferenceWords
    facts: str
    facts_a: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBox:
    """One of the groups: its filters in words and its size, with the addresses of what it counts."""

    chips: tuple[Chip, ...]
    size: GroupSize
    facts: str
    customers: str
    contacts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Another group that one might compare with."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonBox:
    """Everything that the page says about the comparison. `places`: (level, id) → measure → difference."""

    found: MapComparison
    a: GroupBox
    b: GroupBox
    swapped: str
    stopped: str
    places: Mapping[tuple[str, str | None], Mapping[str, DifferenceBox]]

    @property
    def whole(self) -> Mapping[str, DifferenceBox]:
        """The differences of the whole journey."""
        return self.places.get(("whole", None), {})


def lay_out_comparison(found: MapComparison, view: MapView) -> ComparisonBox:
    """The comparison of a view that has a second group."""
    other = view.other or NO_FILTERS
    links_a, links_b = Links(view.filters, view.time_zone), Links(other, view.time_zone)
    places = {
        (place.level, place.id): {
            one.measure: _box(
                one,
                facts=_facts(links_b, place.level, place.id, one.measure),
                facts_a=_facts(links_a, place.level, place.id, one.measure),
            )
            for one in place.differences
        }
        for place in found.places
    }
    return ComparisonBox(
        found=found,
        a=_group(found.a, links_a),
        b=_group(found.b, links_b),
        swapped=replace(view, filters=other, other=view.filters).address,
        stopped=replace(view, other=None).address,
        places=places,
    )


def _group(size: GroupSize, links: Links) -> GroupBox:
    return GroupBox(
        chips=chips_of(links.filters),
        size=size,
        facts=links.facts("passages"),
        customers=links.facts("customers"),
        contacts=links.facts("moves"),
    )


def propose(view: MapView, trends: Trends | None) -> tuple[Proposal, ...]:
    """Groups that are often asked for: the period before, the year before, everything, the two halves."""
    filters = view.filters
    found: list[tuple[str, Filters, Filters]] = []
    if filters.since is not None and filters.until is not None:
        before = _period_before(filters, trends)
        found.append((_("the period before"), filters, before))
        year_before = _years_before(filters)
        if year_before is not None:
            found.append((_("a year before"), filters, year_before))
    elif filters.since is None and filters.until is None and trends is not None and len(trends.periods) > 1:
        middle = trends.periods[len(trends.periods) // 2].since
        found.append(
            (_("the later half with the earlier"), replace(filters, since=middle), replace(filters, until=middle))
        )
    timed = replace(NO_FILTERS, since=filters.since, until=filters.until)
    if filters != timed:
        found.append((_("everybody at the same time"), filters, timed))
    if filters and filters == timed:
        found.append((_("the whole time"), filters, NO_FILTERS))
    return tuple(
        Proposal(name=name, address=replace(view, filters=mine, other=other).address) for name, mine, other in found
    )


def _period_before(filters: Filters, trends: Trends | None) -> Filters:
    since, until = filters.since, filters.until
    if since is None or until is None:
        return filters
    for length, period in enumerate(trends.periods if trends else ()):
        if period.since == since and trends is not None:
            inside = [one for one in trends.periods if since <= one.since < until]
            start = length - len(inside)
            if start >= 0:
                return replace(filters, since=trends.periods[start].since, until=since)
    return replace(filters, since=since - (until - since), until=since)


def _years_before(filters: Filters) -> Filters | None:
    if filters.since is None or filters.until is None:
        return None
    try:
        since, until = (one.replace(year=one.year - 1) for one in (filters.since, filters.until))
    except ValueError:  # 29 February
        return None
    return replace(filters, since=since, until=until)


def _facts(links: Links, level: str, place: str | None, measure: str) -> str:
    step = place if level == "step" else None
    touchpoint = place if level == "touchpoint" else None
    match measure:
        case "experience":
            return links.facts("answers", step=step, touchpoint=touchpoint)
        case "completion":
            return links.facts("passages", state="closed")
        case "reach":
            return links.facts("passages", touchpoint=touchpoint, state="present")
        case "remaining":
            return links.facts("passages", step=step, state="reached_closed")
        case "dropped":
            return links.facts("passages", step=step, state="lost")
        case "wait":
            state = "arrived" if step else "followed"
            return links.facts("moves", step=step, touchpoint=touchpoint, state=state)
        case "dwell":
            return links.facts("moves", step=step, state="left")
    return links.facts("moves", step=step, touchpoint=touchpoint)


def _box(one: Difference, *, facts: str, facts_a: str) -> DifferenceBox:
    return DifferenceBox(one=one, words=difference_words(one, numerals.speech()), facts=facts, facts_a=facts_a)
