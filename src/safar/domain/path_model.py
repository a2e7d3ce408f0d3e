"""A path model: constructs, the items that measure them, and the paths that are claimed between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from safar.domain.item_level import MOST_CATEGORIES, ItemLevel, Level
from safar.domain.label import Label
from safar.errors import InputError

T = TypeVar("T")

MOST_CONSTRUCTS = 100
MOST_ITEMS = 1_000
MOST_FACTORS = 3
"""Most constructs in one interaction."""


class BadPathModel(InputError):
    """A path model contradicts itself or cannot be estimated."""

    code = "path-model.invalid"
    next_step = "Correct the construct, item or path that is named; docs/reference/path-model-file.md shows the form."


class Measured(StrEnum):
    """What the items are to their construct.

    `factor`: its effects (a common factor; consistent estimation corrects for their error). `composite`: its parts.
    """

    FACTOR = "factor"
    COMPOSITE = "composite"


class Mode(StrEnum):
    """How outer weights are found: A by correlations, B by regression, unit: all the same."""

    A = "A"
    B = "B"
    UNIT = "unit"


class InteractionMethod(StrEnum):
    """How an interaction's items are made (docs/methods/moderation.md)."""

    TWO_STAGE = "two-stage"
    PRODUCT = "product"
    ORTHOGONAL = "orthogonal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Construct:
    """Something that is not observed, measured by items.

    `label`: its name for people; `element`: the framework element that it stands for, as "relief:some-id". `levels`:
    of its items that are ordinal or nominal (docs/methods/nonmetric-items.md); the others are numeric.
    """

    name: str
    items: tuple[str, ...]
    measured: Measured = Measured.FACTOR
    mode: Mode = Mode.A
    label: Label | None = None
    element: str | None = None
    levels: tuple[ItemLevel, ...] = ()

    def __post_init__(self) -> None:
        _check_name(self.name)
        if not self.items:
            raise BadPathModel(f"Construct {self.name!r} has no items.")
        for one in self.levels:
            self._check_level(one)
        if twice := _twice(one.item for one in self.levels):
            raise BadPathModel(f"Construct {self.name!r} says the level of item {twice!r} twice.")
        # One way of saying it: in the order of the items, and numeric by saying nothing.
        told = {one.item: one for one in self.levels if one.level is not Level.NUMERIC}
        object.__setattr__(self, "levels", tuple(told[item] for item in self.items if item in told))
        if twice := _twice(self.items):
            raise BadPathModel(f"Construct {self.name!r} names item {twice!r} twice.")
        if self.measured is Measured.FACTOR and self.mode is Mode.B:
            raise BadPathModel(
                f"Construct {self.name!r}: mode B weighs parts of a composite; a common factor takes mode A.",
                next_step=f'Say measured = "composite" for {self.name}, or mode = "A".',
            )

    def _check_level(self, one: ItemLevel) -> None:
        if one.item not in self.items:
            raise BadPathModel(f"Construct {self.name!r} says the level of {one.item!r}, which is none of its items.")
        if one.order and one.level is not Level.ORDINAL:
            raise BadPathModel(f"Item {one.item!r} of {self.name} has an order of answers and is not ordinal.")
        if len(one.order) == 1 or len(one.order) > MOST_CATEGORIES:
            raise BadPathModel(
                f"Item {one.item!r} of {self.name}: an order has 2 to {MOST_CATEGORIES} answers, not {len(one.order)}."
            )
        if twice := _twice(one.order):
            raise BadPathModel(f"Item {one.item!r} of {self.name}: the order names the answer {twice!r} twice.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HigherOrder:
    """A construct measured by other constructs; estimated in two stages, with their scores as items."""

    name: str
    parts: tuple[str, ...]
    measured: Measured = Measured.COMPOSITE
    mode: Mode = Mode.A
    label: Label | None = None

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.parts) < 2:
            raise BadPathModel(f"Higher-order construct {self.name!r} needs two parts at least.")
        if twice := _twice(self.parts):
            raise BadPathModel(f"Higher-order construct {self.name!r} names part {twice!r} twice.")
        if self.measured is Measured.FACTOR and self.mode is Mode.B:
            raise BadPathModel(f"Higher-order construct {self.name!r}: a common factor takes mode A.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """A moderation: the product of constructs as a predictor. The same one twice is its quadratic term."""

    factors: tuple[str, ...]
    method: InteractionMethod = InteractionMethod.TWO_STAGE

    def __post_init__(self) -> None:
        if not 2 <= len(self.factors) <= MOST_FACTORS:
            raise BadPathModel(
                f"An interaction has 2 to {MOST_FACTORS} constructs; this one: {', '.join(self.factors)}."
            )

    @property
    def name(self) -> str:
        """Its factors, joined by an asterisk."""
        return "*".join(self.factors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A claim: `source` acts on `target`. `sign`: 1 or -1 where a direction is expected. `hypothesis`: its name."""

    source: str
    target: str
    sign: int | None = None
    hypothesis: str = ""

    def __post_init__(self) -> None:
        if self.sign not in (None, 1, -1):
            raise BadPathModel(f"Path {self}: a sign is 1 or -1.")
        if self.source == self.target:
            raise BadPathModel(f"Path {self} leads from a construct to itself.")

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathModel:
    """A recursive model (without cycles). Raises BadPathModel, naming the construct, item or path."""

    name: str
    constructs: tuple[Construct, ...]
    paths: tuple[Path, ...]
    higher_orders: tuple[HigherOrder, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    order: tuple[str, ...] = field(init=False, compare=False, repr=False)
    """Names of what the paths join, each before those that it acts on."""

    def __post_init__(self) -> None:
        self._check_bounds()
        self._check_constructs()
        self._check_interactions()
        self._check_paths()
        object.__setattr__(self, "order", self._ordered())

    @property
    def items(self) -> tuple[str, ...]:
        """All items, construct by construct."""
        return tuple(item for construct in self.constructs for item in construct.items)

    @property
    def names(self) -> tuple[str, ...]:
        """What the paths may join: constructs that are no part of a higher one, higher ones, then interactions."""
        parts = {part for one in self.higher_orders for part in one.parts}
        first = [one.name for one in self.constructs if one.name not in parts]
        return (*first, *(one.name for one in self.higher_orders), *(one.name for one in self.interactions))

    @property
    def levels(self) -> dict[str, ItemLevel]:
        """Of the items that are ordinal or nominal, by item, in the order of the items."""
        return {one.item: one for construct in self.constructs for one in construct.levels}

    def construct(self, name: str) -> Construct:
        """The construct of that name. Raises: BadPathModel."""
        for one in self.constructs:
            if one.name == name:
                return one
        raise BadPathModel(f"The model has no construct {name!r}; it has {', '.join(c.name for c in self.constructs)}.")

    def sources(self, target: str) -> tuple[str, ...]:
        """What acts on `target`, in the order of the paths."""
        return tuple(path.source for path in self.paths if path.target == target)

    @property
    def endogenous(self) -> tuple[str, ...]:
        """Whatever something acts on, causes first."""
        targets = {path.target for path in self.paths}
        return tuple(name for name in self.order if name in targets)

    def _check_bounds(self) -> None:
        if not self.constructs:
            raise BadPathModel("The model has no constructs.")
        if len(self.constructs) + len(self.higher_orders) > MOST_CONSTRUCTS or len(self.items) > MOST_ITEMS:
            raise BadPathModel(f"A model has at most {MOST_CONSTRUCTS} constructs and {MOST_ITEMS} items.")

    def _check_constructs(self) -> None:
        names = [*(one.name for one in self.constructs), *(one.name for one in self.higher_orders)]
        if twice := _twice(names):
            raise BadPathModel(f"Two constructs are named {twice!r}.")
        if twice := _twice(self.items):
            owners = " and ".join(one.name for one in self.constructs if twice in one.items)
            raise BadPathModel(
                f"Item {twice!r} measures two constructs: {owners}.",
                next_step="Let it measure one of them. What is made of other constructs names these as its parts.",
            )
        lower = {one.name for one in self.constructs}
        for higher in self.higher_orders:
            if missing := [part for part in higher.parts if part not in lower]:
                if missing[0] in names:
                    raise BadPathModel(
                        f"Higher-order construct {higher.name!r} has the part {missing[0]!r}, which is higher-order "
                        "itself.",
                        next_step=f"Name constructs with items as the parts of {higher.name}.",
                    )
                raise BadPathModel(f"Higher-order construct {higher.name!r} has an unknown part {missing[0]!r}.")
        if twice := _twice(part for one in self.higher_orders for part in one.parts):
            raise BadPathModel(f"Construct {twice!r} is part of two higher-order constructs.")

    def _check_interactions(self) -> None:
        if twice := _twice(one.name for one in self.interactions):
            raise BadPathModel(f"Interaction {twice!r} is given twice.")
        known = set(self.names) - {one.name for one in self.interactions}
        for one in self.interactions:
            if missing := [name for name in one.factors if name not in known]:
                if whole := self._whole_of(missing[0]):
                    raise BadPathModel(
                        f"Interaction {one.name!r}: {missing[0]!r} is part of {whole!r}, which stands for it.",
                        next_step=f"Name {whole} instead, or take {missing[0]} out of its parts.",
                    )
                raise BadPathModel(f"Interaction {one.name!r} names an unknown construct {missing[0]!r}.")

    def _check_paths(self) -> None:
        if not self.paths:
            raise BadPathModel("The model has no paths, so there is nothing to estimate.")
        known, products = set(self.names), {one.name: one for one in self.interactions}
        for path in self.paths:
            for name in (path.source, path.target):
                if name not in known:
                    if whole := self._whole_of(name):
                        raise BadPathModel(
                            f"Path {path}: {name!r} is part of {whole!r}, which stands for it in the paths.",
                            next_step=f"Name {whole} instead, or take {name} out of its parts.",
                        )
                    raise BadPathModel(f"Path {path} names an unknown construct {name!r}.")
            if path.target in products:
                raise BadPathModel(f"Path {path}: nothing can act on an interaction.")
        if twice := _twice((path.source, path.target) for path in self.paths):
            raise BadPathModel(f"Path {twice[0]} -> {twice[1]} is given twice.")
        for name, product in products.items():
            for path in (path for path in self.paths if path.source == name):
                if missing := [one for one in product.factors if one not in self.sources(path.target)]:
                    raise BadPathModel(
                        f"Path {path}: {missing[0]!r} must act on {path.target!r} too, or its effect is taken for the "
                        "interaction's.",
                        next_step=f"Add the path {missing[0]} -> {path.target}.",
                    )
        joined = {name for path in self.paths for name in (path.source, path.target)}
        if alone := [name for name in self.names if name not in joined]:
            raise BadPathModel(f"Construct {alone[0]!r} stands alone: no path leads to it or from it.")

    def _whole_of(self, part: str) -> str:
        """The higher-order construct that a construct is part of; an empty text where it is part of none."""
        return next((one.name for one in self.higher_orders if part in one.parts), "")

    def _ordered(self) -> tuple[str, ...]:
        # Ties are told in the order of the file: a set's order would change with how strings hash.
        place = {name: k for k, name in enumerate(self.names)}
        graph = TopologicalSorter({name: self.sources(name) for name in self.names})
        for one in self.interactions:
            # A product stands behind its factors, so that a moderated chain is read in order.
            graph.add(one.name, *one.factors)
        try:
            graph.prepare()
        except CycleError as cause:
            circle = " -> ".join(cause.args[1])
            raise BadPathModel(
                f"The paths form a circle: {circle}.",
                next_step="Take one of its paths out: the model must be recursive.",
            ) from None
        order: list[str] = []
        while graph.is_active():
            ready = sorted(graph.get_ready(), key=place.__getitem__)
            order += ready
            graph.done(*ready)
        return tuple(order)


def _check_name(name: str) -> None:
    if not name or name != name.strip() or "*" in name or len(name) > 100:
        raise BadPathModel(f"{name!r} cannot be a construct's name: 1 to 100 characters, none of them an asterisk.")


def _twice(values: Iterable[T]) -> T | None:
    return next((value for value, times in Counter(values).items() if times > 1), None)
