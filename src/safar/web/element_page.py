"""One element laid out: what it means, where a paper prints it, what covers it, and its like elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from safar.domain.framework import Element, ElementKind, Framework, Reading
from safar.domain.journey import Journey
from safar.frameworks import Hit
from safar.usecases.frameworks import OWN, Known, Tally, tallies
from safar.web.coverage_links import CoverLine, cover_lines
from safar.web.framework_page import Narrowed
from safar.web.framework_words import (
    kind_meanings,
    kind_names,
    level_names,
    path_words,
    role_names,
    side_names,
    step_name,
)
from safar.web.inventory_page import place_words


@dataclass(frozen=True, slots=True)
class ElementLink:
    """An element with its page. `path`: what stands above it; `score`: how alike it is."""

    framework: Framework
    element: Element
    address: str
    path: str
    tally: Tally | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the element with the list of all that have it; `address` "" where there is none."""

    title: str
    value: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementPage:
    """The page. `printed`: the paper that prints the element, its own or the one that it was taken from."""

    framework: Framework
    element: Element
    own: bool
    above: tuple[ElementLink, ...]
    below: tuple[ElementLink, ...]
    before: ElementLink | None
    next: ElementLink | None
    meaning: str
    facts: tuple[Fact, ...]
    names: tuple[tuple[str, str], ...]
    printed: Hit | None
    where: tuple[str, ...]
    figures: tuple[tuple[str, float], ...]
    readings: tuple[Reading, ...]
    covers: tuple[CoverLine, ...]
    groups: bool
    tally: Tally
    taken: tuple[ElementLink, ...]
    alike: tuple[ElementLink, ...]


def element_page(known: Known, *, journey: Journey | None, titles: dict[str, str]) -> ElementPage:
    """The page of one element. titles: names of the fields, as the page calls them."""
    framework, element = known.framework, known.element
    counted = tallies(framework)
    siblings = framework.children(element.parent)
    at = siblings.index(element)
    printed = known.origin if known.origin is not None else Hit(framework, element)
    own = framework.name == OWN
    said = printed.element

    def link(one: Element, of: Framework = framework, score: float = 0.0) -> ElementLink:
        address = reverse("framework-element", args=[of.name, one.id])
        tally = counted.get(one.id) if of is framework else None
        return ElementLink(of, one, address, path_words(of, one), tally, score)

    return ElementPage(
        framework=framework,
        element=element,
        own=own,
        above=tuple(link(one) for one in framework.path(element.id)[:-1]),
        below=tuple(link(one) for one in framework.children(element.id)),
        before=link(siblings[at - 1]) if at else None,
        next=link(siblings[at + 1]) if at + 1 < len(siblings) else None,
        meaning=kind_meanings()[element.kind],
        facts=_facts(framework, element, titles),
        names=tuple(element.label.texts.items()),
        printed=None if own and known.origin is None else printed,
        where=tuple(place_words((place,)) for place in said.places),
        figures=tuple(said.figures.items()),
        readings=said.readings,
        covers=cover_lines(framework, element, journey),
        groups=element.kind is ElementKind.STRUCTURE,
        tally=counted[element.id],
        taken=tuple(_taken(known, one) for one in known.taken),
        alike=tuple(link(pair.right, other, pair.score) for other, pair in known.alike),
    )


def _taken(known: Known, one: Element) -> ElementLink:
    return ElementLink(known.framework, one, reverse("framework-element", args=[OWN, one.id]), "")


def _facts(framework: Framework, element: Element, titles: dict[str, str]) -> tuple[Fact, ...]:
    name = framework.name
    rows: list[tuple[str, str | None, str]] = [
        ("level", level_names()[element.level], Narrowed(level=str(element.level)).address(name)),
        (
            "role",
            None if element.role is None else role_names()[element.role],
            Narrowed(role=str(element.role)).address(name),
        ),
        (
            "step",
            None if element.step is None else step_name(framework, element.step),
            Narrowed(step=str(element.step)).address(name),
        ),
        ("kind", kind_names()[element.kind], Narrowed(kind=str(element.kind)).address(name)),
        (
            "actor",
            None if element.actor is None else side_names()[element.actor],
            Narrowed(actor=str(element.actor)).address(name),
        ),
    ]
    return tuple(Fact(titles[key], value or "", address if value else "") for key, value, address in rows)
