"""Saved views laid out: as links beside the map and as a list, with what may be done to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language

from safar.domain.person import Person
from safar.domain.saved_view import SavedView, ShareLink
from safar.files.journey import read_journey
from safar.usecases.workspace import Workspace
from safar.web.map_view import MapView

MOST_BESIDE = 12
"""Views that the map's page lists; the page of saved views has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewBox:
    """A view. `journey`: its title where there are several; `links`: how many of the reader's links show it."""

    id: UUID
    title: str
    address: str
    journey: str
    shared: bool
    is_mine: bool
    may_change: bool
    owner: str
    changed_at: datetime
    links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSwitch:
    """A view as a link beside the map. `on`: it is what is shown."""

    title: str
    address: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTools:
    """What the map's page does with views. `save`: where the one that is shown is saved; `board`: put on a board."""

    switches: tuple[ViewSwitch, ...]
    more: int
    save: str
    board: str


def lay_out_views(
    views: Sequence[SavedView], *, person: Person, titles: Mapping[str, str], links: Sequence[ShareLink] = ()
) -> tuple[SavedViewBox, ...]:
    """The boxes of views, in their order."""
    return tuple(
        SavedViewBox(
            id=one.id,
            title=one.title,
            address=map_address(one),
            journey=titles.get(one.journey, one.journey) if len(titles) > 1 or one.journey not in titles else "",
            shared=one.shared,
            is_mine=one.owner == person.id,
            may_change=one.is_changed_by(person),
            owner=one.owner_name,
            changed_at=one.changed_at,
            links=sum(link.view.id == one.id for link in links),
        )
        for one in views
    )


def lay_out_tools(views: Sequence[SavedView], view: MapView, *, journey: str, title: str) -> SavedTools:
    """The links beside the map."""
    shown = sorted(view.whole_pairs)
    address = f"{reverse('journey')}?{urlencode(view.whole_pairs)}"
    # A board is looked at from any journey.
    told = urlencode({"address": f"{address}&{urlencode({'journey': journey})}", "title": title})
    return SavedTools(
        switches=tuple(
            ViewSwitch(title=one.title, address=map_address(one), on=sorted(one.query) == shown)
            for one in views[:MOST_BESIDE]
        ),
        more=max(len(views) - MOST_BESIDE, 0),
        save=f"{reverse('saved-view-save')}?{urlencode({'address': address})}",
        board=f"{reverse('board-save')}?{told}",
    )


def map_address(view: SavedView) -> str:
    """The map as the view has it."""
    return f"{reverse('journey')}?{urlencode([*view.query, ('journey', view.journey)])}"


def journey_named(workspace: Workspace, pairs: Sequence[tuple[str, str]]) -> str:
    """The journey that an address names, else the one at hand. Raises: NotPublished."""
    named = next((value for name, value in pairs if name == "journey" and value), None)
    return workspace.journey(named)[0].id


def journey_titles(workspace: Workspace) -> dict[str, str]:
    """The journeys in use, by id."""
    away = workspace.published.archived()
    return {
        name: read_journey(workspace.published.read(workspace.published.current(kind="journey", name=name))).label.text(
            get_language() or "en"
        )
        for name in workspace.published.names("journey")
        if name not in away
    }
