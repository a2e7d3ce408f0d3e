"""A framework: a model of customer experience management as data, a paper's or a company's own.

A framework is a forest of elements. What the papers print once for a whole block (its role, its step, who acts)
is said once in the file and held by every element below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from safar.domain.label import Label
from safar.errors import InputError, NotFound


class BadFramework(InputError):
    """A framework file contradicts itself or the format."""

    code = "framework.invalid"
    next_step = "Correct the line that is named; docs/reference/frameworks.md describes every field."


class UnknownElement(NotFound):
    """A framework has no element of that id."""

    code = "framework.unknown-element"
    next_step = "See the ids with: safar frameworks show NAME"


LINKS = ("touchpoint", "question")
"""What a company may link an element to besides the product's capabilities, as "touchpoint:bill"."""


class Level(StrEnum):
    """How high an element stands; the papers call these differently."""

    GROUP = "group"
    CATEGORY = "category"
    SUBCATEGORY = "subcategory"
    CODE = "code"


class Role(StrEnum):
    """The six places of a paradigm model (Strauss and Corbin)."""

    CAUSAL = "causal"
    CENTRAL = "central"
    CONTEXT = "context"
    INTERVENING = "intervening"
    STRATEGY = "strategy"
    CONSEQUENCE = "consequence"


class Side(StrEnum):
    """Who acts: `neither` is a fact of the surroundings."""

    CUSTOMER = "customer"
    COMPANY = "company"
    NEITHER = "neither"


class ElementKind(StrEnum):
    """What one does with an element: measure it, assess it, know it, see it come, or group by it."""

    INDICATOR = "indicator"
    PRACTICE = "practice"
    CONDITION = "condition"
    OUTCOME = "outcome"
    STRUCTURE = "structure"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper prints something: table 3, row 49. A section stands as table "s5.1" or the like."""

    table: str
    row: str = ""

    def __str__(self) -> str:
        named = f"table {self.table}" if self.table.isdigit() else self.table.replace("s", "section ", 1)
        return f"{named}, row {self.row}" if self.row else named


@dataclass(frozen=True, slots=True)
class Reading:
    """One of several things that a paper says about the same matter, and where it says so."""

    where: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A matter of the whole framework on which its paper disagrees with itself."""

    about: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """An arrow of the model, with the figures that the paper prints beside it."""

    source: str
    target: str
    figures: Mapping[str, float] = field(default_factory=dict)
    places: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "figures", MappingProxyType(dict(self.figures)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One thing that a framework names.

    `parent` is empty at the top. `role`, `step` and `actor` are None where the paper does not say. `only_in`
    names the one table that prints it where that is not the table of the whole model. `figures` are numbers
    that the paper prints for it. `measured_by` names capabilities of the product, and in a company's own framework
    also what its people linked (`LINKS`); empty means nothing yet. `source` names the element of another framework
    that this one was taken from, as "stepwise:output.silence"; its places, figures and readings stand there.
    """

    id: str
    label: Label
    parent: str = ""
    level: Level = Level.CODE
    role: Role | None = None
    step: str | None = None
    actor: Side | None = None
    kind: ElementKind = ElementKind.STRUCTURE
    places: tuple[Place, ...] = ()
    only_in: str = ""
    readings: tuple[Reading, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    measured_by: tuple[str, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "figures", MappingProxyType(dict(self.figures)))

    @property
    def depth(self) -> int:
        """How many elements stand above it."""
        return self.id.count(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A short citation."""

    title: str
    authors: str = ""
    year: int | None = None
    outlet: str = ""

    def __str__(self) -> str:
        told = (self.authors, f"({self.year})" if self.year else "", self.title, self.outlet)
        return ". ".join(part for part in (" ".join(told[:2]).strip(), *told[2:]) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A model: its elements in order (parents first), its steps, arrows and contradictions.

    `printed` holds the numbers that the paper states about itself; they are facts about the paper, not
    counts of `elements`. `base` names the framework that a company's own was derived from. `about`: what it
    contributes, in a line.
    """

    name: str
    label: Label
    paper: Paper
    elements: tuple[Element, ...]
    steps: tuple[str, ...] = ()
    printed: Mapping[str, float] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    base: str = ""
    about: Label | None = None
    _by_id: dict[str, Element] = field(init=False, repr=False, compare=False, hash=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "printed", MappingProxyType(dict(self.printed)))
        object.__setattr__(self, "_by_id", {element.id: element for element in self.elements})
        if len(self._by_id) != len(self.elements):
            twice = next(name for name, n in Counter(e.id for e in self.elements).items() if n > 1)
            raise BadFramework(f"Framework {self.name!r} names the element {twice!r} twice.")
        for element in self.elements:
            self._check(element)
        for relation in self.relations:
            for end in (relation.source, relation.target):
                if end not in self._by_id:
                    raise BadFramework(f"Framework {self.name!r}: a relation speaks of {end!r}, which does not exist.")

    def _check(self, element: Element) -> None:
        where = f"Framework {self.name!r}, element {element.id!r}"
        if element.parent != element.id.rpartition(".")[0]:
            raise BadFramework(f"{where}: its id must be its parent's id, a dot and its own name.")
        if element.parent and element.parent not in self._by_id:
            raise BadFramework(f"{where}: its parent {element.parent!r} does not exist.")
        if element.step is not None and element.step not in self.steps:
            raise BadFramework(f"{where}: step {element.step!r} is not among the framework's steps.")

    def element(self, element_id: str) -> Element:
        """The element of that id. Raises: UnknownElement."""
        found = self._by_id.get(element_id)
        if found is None:
            raise UnknownElement(
                f"Framework {self.name!r} has no element {element_id!r}.",
                next_step=f"See the ids with: safar frameworks show {self.name}",
            )
        return found

    def __contains__(self, element_id: object) -> bool:
        return element_id in self._by_id

    def children(self, element_id: str = "") -> tuple[Element, ...]:
        """The elements directly below one, or the top ones."""
        return tuple(element for element in self.elements if element.parent == element_id)

    def below(self, element_id: str) -> Iterator[Element]:
        """Every element under one, at any depth."""
        return (element for element in self.elements if element.id.startswith(f"{element_id}."))

    def path(self, element_id: str) -> tuple[Element, ...]:
        """The element with those above it, topmost first. Raises: UnknownElement."""
        parts = element_id.split(".")
        return tuple(self.element(".".join(parts[: i + 1])) for i in range(len(parts)))

    def at(self, level: Level) -> tuple[Element, ...]:
        """The elements of one level."""
        return tuple(element for element in self.elements if element.level is level)
