"""The diagrams of a framework: the paradigm model, the steps with the stages over them, and the printed paths.

Boxes are words with links, laid out by the style sheet, so that they wrap, mirror and print as text does; the arrows
between them are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from safar import frameworks
from safar.domain.framework import Element, Framework, Role, Side
from safar.usecases.frameworks import Tally, tallies
from safar.web.framework_page import Narrowed
from safar.web.framework_words import role_names
from safar.web.inventory_page import place_words

_MOST_LISTED = 9
_LEAST_ROLES = 3
_ROLES_ARE_OURS = ("stepwise", "b2b")
"""Papers that draw no paradigm model; docs/reference/frameworks.md says so."""
_CHAINS = {"platform": "path"}
"""The element whose children follow one another, where a paper has neither steps nor roles."""


@dataclass(frozen=True, slots=True)
class Link:
    """An element in a box."""

    element: Element
    address: str
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleBox:
    """One of the six places. `own`: what the paper calls it; `address`: all its elements."""

    role: Role
    title: str
    own: tuple[Link, ...]
    links: tuple[Link, ...]
    more: int
    tally: Tally
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBox:
    """One step: elements below it by who acts."""

    number: int
    link: Link
    links: tuple[Link, ...]
    more: int
    customer: int
    company: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageBox:
    """A stage of b2b over the steps that it stands for. `link` None: the framework has no stages over its steps."""

    link: Link | None
    steps: tuple[StepBox, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathLine:
    """An arrow that the paper prints, with its figures."""

    source: Link
    target: Link
    figures: tuple[tuple[str, float], ...]
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagrams:
    """What is drawn of a framework; an empty part is not."""

    roles: dict[str, RoleBox]
    roles_are_ours: bool
    stages: tuple[StageBox, ...]
    stage_framework: Framework | None
    step_framework: Framework | None
    chain: Link | None
    links: tuple[Link, ...]
    paths: tuple[PathLine, ...]


def diagrams(framework: Framework) -> Diagrams:
    """What there is to draw."""
    counted = tallies(framework)

    def link(element: Element, of: Framework = framework) -> Link:
        there = counted if of is framework else tallies(of)
        return Link(element, reverse("framework-element", args=[of.name, element.id]), there[element.id])

    roles = _roles(framework)
    chain = _CHAINS.get(framework.name, "")
    stages, over, under = _stages(framework)
    return Diagrams(
        roles=roles,
        roles_are_ours=framework.name in _ROLES_ARE_OURS,
        stages=stages,
        stage_framework=over,
        step_framework=under,
        chain=link(framework.element(chain)) if chain in framework else None,
        links=tuple(link(one) for one in framework.children(chain)) if chain in framework else (),
        paths=tuple(
            PathLine(
                source=link(framework.element(one.source)),
                target=link(framework.element(one.target)),
                figures=tuple(one.figures.items()),
                where=place_words(one.places),
            )
            for one in framework.relations
        ),
    )


def _roles(framework: Framework) -> dict[str, RoleBox]:
    tally_of = tallies(framework)
    names = role_names()
    found: dict[str, RoleBox] = {}
    for role, title in names.items():
        tops = [
            one
            for one in framework.elements
            if one.role is role and (not one.parent or framework.element(one.parent).role is not role)
        ]
        if not tops:
            continue
        listed = [child for top in tops for child in framework.children(top.id)] or tops
        if len(tops) > 1 and len(listed) > _MOST_LISTED:
            listed = tops
        # The construct that a questionnaire measures the place by is no part of what the place holds.
        highest = min(one.depth for one in tops)
        sums = [tally_of[one.id] for one in tops if one.depth == highest]
        # A paper may name its place and the construct that measures it alike: one name is enough in a box.
        named = {one.label.text(): one for one in reversed(tops)}
        found[str(role)] = RoleBox(
            role=role,
            title=title,
            own=tuple(
                _link(framework, one, tally_of[one.id])
                for one in tops
                if _says_more(one, title) and named[one.label.text()] is one
            )
            if listed is not tops
            else (),
            links=tuple(_link(framework, one, tally_of[one.id]) for one in listed[:_MOST_LISTED]),
            more=max(0, len(listed) - _MOST_LISTED),
            tally=Tally(sum(one.to_assess for one in sums), sum(one.covered for one in sums)),
            address=Narrowed(role=str(role)).address(framework.name),
        )
    return found if len(found) >= _LEAST_ROLES else {}


def _says_more(element: Element, title: str) -> bool:
    """Whether the paper calls the place otherwise than we do."""
    return title.casefold() not in {name.casefold() for name in element.label.texts.values()}


def _link(framework: Framework, element: Element, tally: Tally) -> Link:
    return Link(element, reverse("framework-element", args=[framework.name, element.id]), tally)


def _stages(framework: Framework) -> tuple[tuple[StageBox, ...], Framework | None, Framework | None]:
    """The steps, under the stages that the stated table puts over them where the framework is one of its two."""
    table = frameworks.mapping()
    source, target = frameworks.load(table.source), frameworks.load(table.target)
    if not framework.steps:
        return (), None, None
    under = target if framework.name == table.source else framework
    boxes = dict(_steps(under))
    if {one for _stage, others in table.steps for one in others} == set(boxes):
        over = framework if framework.name == table.source else source
        heads = {step: element for step in over.steps if (element := _head(over, step)) is not None}
        counted = tallies(over)
        stages = tuple(
            StageBox(
                link=_link(over, heads[stage], counted[heads[stage].id]) if stage in heads else None,
                steps=tuple(boxes[step] for step in others),
            )
            for stage, others in table.steps
        )
        return stages, over, under
    return (StageBox(link=None, steps=tuple(boxes.values())),), None, under


def _head(framework: Framework, step: str) -> Element | None:
    """The highest element that stands for a step."""
    return min((one for one in framework.elements if one.step == step), key=lambda one: one.depth, default=None)


def _steps(framework: Framework) -> list[tuple[str, StepBox]]:
    counted = tallies(framework)
    found = []
    for number, step in enumerate(framework.steps, start=1):
        head = _head(framework, step)
        if head is None:
            continue
        below = list(framework.below(head.id))
        children = framework.children(head.id)
        groups = [one for one in children if any(other.parent == one.id for other in below)] or list(children)
        box = StepBox(
            number=number,
            link=_link(framework, head, counted[head.id]),
            links=tuple(_link(framework, one, counted[one.id]) for one in groups[:5]),
            more=max(0, len(groups) - 5),
            customer=sum(one.actor is Side.CUSTOMER for one in below),
            company=sum(one.actor is Side.COMPANY for one in below),
            address=Narrowed(step=step).address(framework.name),
        )
        found.append((step, box))
    return found
