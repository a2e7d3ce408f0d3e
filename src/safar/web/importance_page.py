"""The importance-performance map on the page of a run, and what its constructs stand for in this workspace."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import mark_safe

from safar.analysis.path_model.importance_result import ImportanceResult
from safar.analysis.path_model.naming import called
from safar.charts.importance_map import MapSize, draw_importance_map
from safar.usecases.frameworks import find_references
from safar.usecases.workspace import Workspace
from safar.web.page_language import page_language


@dataclass(frozen=True, slots=True)
class PlaceLink:
    """A page of the workspace, with its name."""

    title: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandsFor:
    """A construct with the pages of its element and of the touchpoints that are there. first: where to begin."""

    construct: str
    first: bool
    element: PlaceLink | None
    touchpoints: tuple[PlaceLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportancePage:
    """The map for a page and for a phone, as SVG; the means, where it is quartered; what constructs stand for."""

    wide: str
    narrow: str
    mean_importance: float
    mean_performance: float
    stands: tuple[StandsFor, ...]


def importance_page(result: ImportanceResult, workspace: Workspace) -> ImportancePage:
    """The drawings and links. Links lead to what the workspace has now; a result keeps what it had then."""
    language = page_language()
    return ImportancePage(
        # Drawn by us; every text in it is escaped where it is written.
        wide=mark_safe(draw_importance_map(result, language=language)),  # noqa: S308
        narrow=mark_safe(draw_importance_map(result, language=language, size=MapSize.narrow())),  # noqa: S308
        mean_importance=result.mean_importance,
        mean_performance=result.mean_performance,
        stands=_stands(result, workspace, language),
    )


def _stands(result: ImportanceResult, workspace: Workspace, language: str) -> tuple[StandsFor, ...]:
    links = {one.construct: one.link for one in result.places if one.link is not None}
    if not links:
        return ()
    elements = find_references(workspace, dict.fromkeys(link.element for link in links.values()))
    journey = workspace.journey_in_force()
    names = {} if journey is None else {one.id: one.label.text(language) for one in journey.touchpoints}
    found = []
    for one in result.places:
        link = links.get(one.construct)
        if link is None:
            continue
        hit = elements.get(link.element)
        stands = StandsFor(
            construct=called(one.construct, result.labels, language),
            first=one.first,
            element=None
            if hit is None
            else PlaceLink(
                hit.element.label.text(language),
                reverse("framework-element", args=[hit.framework.name, hit.element.id]),
            ),
            touchpoints=tuple(
                PlaceLink(names[place], reverse("touchpoint", args=[place]))
                for place in link.touchpoints
                if place in names
            ),
        )
        if stands.element is not None or stands.touchpoints:
            found.append(stands)
    return tuple(found)
