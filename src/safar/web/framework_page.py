"""One framework laid out: narrowed by the address, as a tree, with what covers each part of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TypeVar

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from safar import frameworks
from safar.domain.framework import Element, ElementKind, Framework, Level, Role, Side
from safar.usecases.frameworks import OWN, Tally, shelf, tallies
from safar.usecases.workspace import Workspace
from safar.web.framework_words import (
    kind_names,
    level_counts,
    level_names,
    path_words,
    role_names,
    side_names,
    step_name,
)
from safar.web.links import with_query

_MOST_LETTERS = 100
_ALL_OPEN = 90
"""Elements up to which a tree stands open from the start."""
_MOST_HITS = 120
_MOST_SHOWN = 450
"""Elements in one tree; of a larger one the deepest stand on the pages of what is above them."""
COVERED = ("yes", "no")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What the tree is narrowed to; "" is everything."""

    role: str = ""
    step: str = ""
    kind: str = ""
    actor: str = ""
    level: str = ""
    covered: str = ""
    q: str = ""

    @property
    def any(self) -> bool:
        """Whether it is narrowed at all."""
        return any(getattr(self, one.name) for one in fields(self))

    def address(self, framework: str, **changed: str) -> str:
        """The framework's page narrowed so."""
        pairs = [(one.name, getattr(replace(self, **changed), one.name)) for one in fields(self)]
        told = [(name, value) for name, value in pairs if value]
        return f"{with_query(reverse('framework', args=[framework]), told)}#elements"

    def fits(self, element: Element, hits: frozenset[str] | None) -> bool:
        """Whether an element is one of those asked for."""
        if hits is not None and element.id not in hits:
            return False
        if self.covered and (
            element.kind is ElementKind.STRUCTURE or bool(element.measured_by) != (self.covered == "yes")
        ):
            return False
        asked = (
            ("role", self.role),
            ("step", self.step),
            ("kind", self.kind),
            ("actor", self.actor),
            ("level", self.level),
        )
        return all(not value or getattr(element, name) == value for name, value in asked)


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter."""

    value: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Group:
    """One filter with its values."""

    name: str
    title: str
    options: tuple[Option, ...]
    chosen: str


@dataclass(slots=True)
class Branch:
    """An element in the tree. `cut`: elements below it that only its own page lists."""

    element: Element
    address: str
    tally: Tally
    open: bool
    kind: str
    below: list[Branch]
    cut: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkPage:
    """The page. `shown`: elements asked for; `total`: all of them."""

    framework: Framework
    narrowed: Narrowed
    groups: tuple[Group, ...]
    chips: tuple[tuple[str, str], ...]
    tree: tuple[Branch, ...]
    tally: Tally
    shown: int
    total: int
    counts: tuple[tuple[str, int], ...]
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A framework in the list."""

    framework: Framework
    address: str
    tally: Tally
    counts: tuple[tuple[str, int], ...]
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An element found by its words."""

    framework: Framework
    element: Element
    address: str
    path: str


def read_narrowed(query: QueryDict, framework: Framework) -> Narrowed:
    """What the address asks for; values that the framework does not have are left out."""

    def one_of(name: str, known: type[E] | tuple[str, ...]) -> str:
        value = str(query.get(name, ""))
        return value if value in {str(one) for one in known} else ""

    return Narrowed(
        role=one_of("role", Role),
        step=one_of("step", framework.steps),
        kind=one_of("kind", ElementKind),
        actor=one_of("actor", Side),
        level=one_of("level", Level),
        covered=one_of("covered", COVERED),
        q=" ".join(str(query.get("q", "")).split())[:_MOST_LETTERS],
    )


def framework_page(framework: Framework, narrowed: Narrowed) -> FrameworkPage:
    """The page of one framework."""
    counted = tallies(framework)
    hits = None
    if narrowed.q:
        hits = frozenset(hit.element.id for hit in frameworks.search(narrowed.q, frameworks=[framework]))
    found = {element.id for element in framework.elements if narrowed.fits(element, hits)}
    groups = _groups(framework, narrowed)
    return FrameworkPage(
        framework=framework,
        narrowed=narrowed,
        groups=groups,
        chips=_chips(framework, narrowed, groups),
        tree=_tree(framework, found, counted, narrowed),
        tally=counted[""],
        shown=len(found),
        total=len(framework.elements),
        counts=_counts(framework),
        own=framework.name == OWN,
    )


def cards(workspace: Workspace) -> tuple[Card, ...]:
    """Every framework of the shelf."""
    return tuple(
        Card(
            framework=framework,
            address=reverse("framework", args=[framework.name]),
            tally=tallies(framework)[""],
            counts=_counts(framework),
            own=framework.name == OWN,
        )
        for framework in shelf(workspace)
    )


def found_by(words: str, workspace: Workspace) -> tuple[tuple[Found, ...], int]:
    """Elements of all frameworks by words, and how many there are in all."""
    hits = frameworks.search(words[:_MOST_LETTERS], frameworks=shelf(workspace))
    listed = tuple(
        Found(
            framework=hit.framework,
            element=hit.element,
            address=reverse("framework-element", args=[hit.framework.name, hit.element.id]),
            path=path_words(hit.framework, hit.element),
        )
        for hit in hits[:_MOST_HITS]
    )
    return listed, len(hits)


def _counts(framework: Framework) -> tuple[tuple[str, int], ...]:
    """How many elements of each level, the highest first."""
    return tuple((level_counts(level, n), n) for level in Level if (n := len(framework.at(level))))


def _tree(
    framework: Framework, found: set[str], counted: Mapping[str, Tally], narrowed: Narrowed
) -> tuple[Branch, ...]:
    kinds = kind_names()
    wanted = set(found)
    for name in found:
        while name := name.rpartition(".")[0]:
            wanted.add(name)
    deep = max((name.count(".") for name in wanted), default=0)
    while deep and sum(name.count(".") <= deep for name in wanted) > _MOST_SHOWN:
        deep -= 1
    branches: dict[str, Branch] = {}
    tops: list[Branch] = []
    all_open = narrowed.any or len(framework.elements) <= _ALL_OPEN
    for element in framework.elements:
        if element.id not in wanted:
            continue
        if element.depth > deep:
            branches[".".join(element.id.split(".")[: deep + 1])].cut += 1
            continue
        branch = Branch(
            element=element,
            address=reverse("framework-element", args=[framework.name, element.id]),
            tally=counted[element.id],
            open=all_open,
            kind="" if element.kind is ElementKind.STRUCTURE else kinds[element.kind],
            below=[],
        )
        branches[element.id] = branch
        (branches[element.parent].below if element.parent else tops).append(branch)
    return tuple(tops)


def _groups(framework: Framework, narrowed: Narrowed) -> tuple[Group, ...]:
    def group(name: str, title: str, titles: Mapping[str, str], value: Callable[[Element], object]) -> Group:
        counts = dict.fromkeys(titles, 0)
        for element in framework.elements:
            key = value(element)
            if key is not None and str(key) in counts:
                counts[str(key)] += 1
        options = tuple(Option(key, titles[key], n) for key, n in counts.items() if n)
        return Group(name, title, options, getattr(narrowed, name))

    def cover(element: Element) -> str | None:
        return None if element.kind is ElementKind.STRUCTURE else COVERED[not element.measured_by]

    steps = {step: step_name(framework, step) for step in framework.steps}
    covered = {"yes": _("measured or managed"), "no": _("nothing yet")}
    found = (
        group("role", _("Role"), {str(k): v for k, v in role_names().items()}, lambda e: e.role),
        group("step", _("Step"), steps, lambda e: e.step),
        group("level", _("Level"), {str(k): v for k, v in level_names().items()}, lambda e: e.level),
        group("kind", _("Kind"), {str(k): v for k, v in kind_names().items()}, lambda e: e.kind),
        group("actor", _("Who acts"), {str(k): v for k, v in side_names().items()}, lambda e: e.actor),
        group("covered", _("In the product"), covered, cover),
    )
    return tuple(one for one in found if len(one.options) > 1 or one.chosen)


def _chips(framework: Framework, narrowed: Narrowed, groups: tuple[Group, ...]) -> tuple[tuple[str, str], ...]:
    """What the tree is narrowed to, each with the address without it."""
    found = [
        (option.title, narrowed.address(framework.name, **{group.name: ""}))
        for group in groups
        for option in group.options
        if option.value == group.chosen
    ]
    if narrowed.q:
        found.append((narrowed.q, narrowed.address(framework.name, q="")))
    return tuple(found)
