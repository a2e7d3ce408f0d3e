"""The shelf of frameworks that the pages show: the five papers' and the company's own, with what covers each element.

The company's own is published as every other file of the workspace is (kind "framework", name `OWN`). What covers an
element that was taken from a paper covers it there as well; what the company links is added to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from safar import frameworks
from safar.domain.framework import Element, ElementKind, Framework
from safar.frameworks import Comparison, Hit, Pair, UnknownFramework
from safar.log.published import NotPublished

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

OWN = "own"
"""The name of the company's own framework; no paper has it."""
MOST_ALIKE = 12


@dataclass(frozen=True, slots=True)
class Tally:
    """Elements that one can assess, groupings aside, and how many of them something measures or manages."""

    to_assess: int
    covered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is known of one element beyond its framework.

    origin: where it was taken from, None for a paper's; taken: the company's own elements taken from it; alike:
    elements of other frameworks whose names share most of their words, for people to judge.
    """

    framework: Framework
    element: Element
    origin: Hit | None
    taken: tuple[Element, ...]
    alike: tuple[tuple[Framework, Pair], ...]


def read_frameworks(paths: Iterable[Path]) -> list[Framework]:
    """A company's own framework files. Raises: UnknownFramework, BadFramework."""
    return [frameworks.load_file(path) for path in paths]


def shelf(workspace: Workspace) -> tuple[Framework, ...]:
    """The papers' frameworks, then the company's own where it has one in force."""
    own = own_framework(workspace)
    return (*map(frameworks.load, frameworks.names()), *(() if own is None else (own,)))


def own_framework(workspace: Workspace) -> Framework | None:
    """The company's own framework in force, with what covers its elements; None: none was published."""
    try:
        entry = workspace.published.current(kind="framework", name=OWN)
    except NotPublished:
        return None
    return _covered(workspace.published.read(entry))


def find_framework(workspace: Workspace, name: str) -> Framework:
    """A framework by its name. Raises: UnknownFramework."""
    if name == OWN:
        own = own_framework(workspace)
        if own is None:
            raise UnknownFramework(
                "There is no framework of the company's own yet.", next_step="Start one from the list of frameworks."
            )
        return own
    return frameworks.load(name)


def find_references(workspace: Workspace, references: Iterable[str]) -> Mapping[str, Hit]:
    """Elements by what names them, as "relief:some-id"; what the workspace does not know (any more) is left out."""
    found: dict[str, Hit] = {}
    for reference in references:
        name, _sep, element = reference.partition(":")
        framework = own_framework(workspace) if name == OWN else None
        if name in frameworks.names():
            framework = frameworks.load(name)
        if framework is not None and element in framework:
            found[reference] = Hit(framework, framework.element(element))
    return found


def tallies(framework: Framework) -> Mapping[str, Tally]:
    """For each element what stands below it, itself included; under "" the whole framework."""
    counts: dict[str, list[int]] = {element.id: [0, 0] for element in framework.elements}
    counts[""] = [0, 0]
    for element in framework.elements:
        if element.kind is ElementKind.STRUCTURE:
            continue
        for name in (*_above(element.id), ""):
            counts[name][0] += 1
            counts[name][1] += bool(element.measured_by)
    return {name: Tally(*pair) for name, pair in counts.items()}


def read_element(workspace: Workspace, *, framework: str, element: str) -> Known:
    """One element with its origin and its like elsewhere. Raises: UnknownFramework, UnknownElement."""
    found = find_framework(workspace, framework)
    here = found.element(element)
    others = [one for one in shelf(workspace) if one.name != found.name]
    own = next((one for one in others if one.name == OWN), None)
    taken = () if own is None else tuple(one for one in own.elements if one.source == f"{found.name}:{element}")
    known = {(OWN, one.id) for one in taken}
    origin = origin_of(here)
    if origin is not None:
        known.add((origin.framework.name, origin.element.id))
    near = tuple(
        (other, pair) for other, pair in frameworks.alike(here, others) if (other.name, pair.right.id) not in known
    )
    return Known(framework=found, element=here, origin=origin, taken=taken, alike=near[:MOST_ALIKE])


def origin_of(element: Element) -> Hit | None:
    """The paper's element that one was taken from; None where it was not, or where the paper has it no more."""
    name, _sep, source = element.source.partition(":")
    if name not in frameworks.names():
        return None
    paper = frameworks.load(name)
    return Hit(paper, paper.element(source)) if source in paper else None


@lru_cache(maxsize=16)
def _compared(left: str, right: str, own: str) -> Comparison:
    both = [_covered(own) if name == OWN else frameworks.load(name) for name in (left, right)]
    return frameworks.compare(*both)


def compare_frameworks(workspace: Workspace, *, left: str, right: str) -> Comparison:
    """Two frameworks side by side. Raises: UnknownFramework."""
    text = ""
    if OWN in (left, right):
        find_framework(workspace, OWN)
        text = workspace.published.read(workspace.published.current(kind="framework", name=OWN))
    return _compared(left, right, text)


def covered_by_origin(framework: Framework) -> Framework:
    """The framework in which each element has what covers it where it was taken from, then what it has itself."""
    return replace(framework, elements=tuple(_with_origin(element) for element in framework.elements))


@lru_cache(maxsize=4)
def _covered(text: str) -> Framework:
    return covered_by_origin(frameworks.load_text(text, where=OWN))


def _with_origin(element: Element) -> Element:
    origin = origin_of(element)
    if origin is None:
        return element
    both = dict.fromkeys((*origin.element.measured_by, *element.measured_by))
    return replace(element, measured_by=tuple(both))


def _above(element: str) -> list[str]:
    parts = element.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]
