"""The way around: the loop's five areas, and the pages in each that a person may open.

A page is entered here once; the frame draws it, marks where one is, and leaves out what the person may not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from safar.domain.person import Permission, Person

Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A page of the navigation. `page`: its address's name; `covers`: names of the pages that lie below it."""

    page: str
    title: Text
    permission: Permission = Permission.SEE
    whole: bool = False
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One part of the loop."""

    name: str
    title: Text
    entries: tuple[Entry, ...]


AREAS: tuple[Area, ...] = (
    Area(
        name="listen",
        title=_("Listen"),
        entries=(
            Entry(
                page="imports",
                title=_("Imports"),
                permission=Permission.CHANGE,
                whole=True,
                covers=("new-import", "upload", "import", "undo-import"),
            ),
        ),
    ),
    Area(
        name="map",
        title=_("Map"),
        entries=(
            Entry(
                page="journey",
                title=_("Journey map"),
                covers=("step", "touchpoint", "facts", "customer"),
            ),
            Entry(
                page="saved-views",
                title=_("Saved views"),
                covers=("saved-view-save", "saved-view-change", "saved-view-share"),
            ),
            Entry(page="touchpoints", title=_("Touchpoints")),
            Entry(
                page="journey-edit",
                title=_("Edit the journey"),
                permission=Permission.CHANGE,
                whole=True,
                covers=(
                    "journey-frame",
                    "journey-step",
                    "journey-touchpoint",
                    "journey-remove-step",
                    "journey-discard",
                    "journey-publish",
                    "journey-versions",
                ),
            ),
            Entry(
                page="rules",
                title=_("Rules"),
                permission=Permission.CHANGE,
                whole=True,
                covers=("rule", "rules-discard", "rules-publish", "rules-versions", "rules-facts"),
            ),
            Entry(page="journeys", title=_("All journeys"), permission=Permission.CHANGE, whole=True),
        ),
    ),
    Area(
        name="understand",
        title=_("Understand"),
        entries=(
            Entry(page="measure", title=_("Measure"), covers=("measure-answers",)),
            Entry(
                page="studies",
                title=_("Studies"),
                whole=True,
                covers=(
                    "study",
                    "study-new",
                    "study-change",
                    "study-compare",
                    "study-data",
                    "study-data-remove",
                    "study-checks",
                    "study-model",
                    "study-form",
                    "study-versions",
                    "study-questionnaire",
                    "study-questionnaire-edit",
                    "study-run-new",
                    "study-results",
                    "study-run",
                ),
            ),
            # The theory that the rest is read by: what to look at, and what nothing measures yet.
            Entry(
                page="frameworks",
                title=_("Frameworks"),
                covers=("framework", "framework-element", "framework-compare"),
            ),
            Entry(
                page="own-edit",
                title=_("Your own framework"),
                permission=Permission.CHANGE,
                whole=True,
                covers=(
                    "own-start",
                    "own-frame",
                    "own-element",
                    "framework-discard",
                    "framework-publish",
                    "framework-versions",
                ),
            ),
            Entry(page="help", title=_("Methods"), covers=("help-method",)),
        ),
    ),
    # What a team does about what it sees: look at it every morning, write down what is to be done, send it on.
    Area(
        name="act",
        title=_("Act"),
        entries=(
            Entry(
                page="boards",
                title=_("Boards"),
                covers=(
                    "board",
                    "board-change",
                    "board-chart",
                    "board-save",
                    "board-letter",
                    "board-letter-stop",
                ),
            ),
            Entry(page="notes", title=_("Notes"), whole=True, covers=("note-write", "note")),
            Entry(page="share-links", title=_("Links for others")),
        ),
    ),
    Area(
        name="organization",
        title=_("Organization"),
        entries=(
            Entry(
                page="people",
                title=_("People"),
                permission=Permission.MANAGE,
                whole=True,
                covers=("person", "person-invite", "person-delete", "person-link-shown"),
            ),
            Entry(page="jobs", title=_("Background jobs"), covers=("job",)),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of the navigation. `here`: the page itself is open; `within`: it or one below it."""

    title: Text
    address: str
    here: bool
    within: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaLinks:
    """An area with the links that the person may follow."""

    name: str
    title: Text
    links: tuple[Link, ...]

    @property
    def within(self) -> bool:
        """Whether the open page lies in this area."""
        return any(link.within for link in self.links)


def navigation(request: HttpRequest, person: Person, areas: Sequence[Area] = AREAS) -> tuple[AreaLinks, ...]:
    """The areas in which the person may open something."""
    match = request.resolver_match
    name = "" if match is None else (match.url_name or "")
    found = []
    for area in areas:
        links = tuple(
            Link(
                title=entry.title,
                address=reverse(entry.page),
                here=name == entry.page,
                within=name == entry.page or name in entry.covers,
            )
            for entry in area.entries
            if person.may(entry.permission) and not (entry.whole and person.units is not None)
        )
        if links:
            found.append(AreaLinks(name=area.name, title=area.title, links=links))
    return tuple(found)
