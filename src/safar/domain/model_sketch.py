"""A path model while it is being made: it may still have constructs without items, or no path at all.

Every change gives a new sketch. What a change cannot mean is refused; whether the whole can be estimated is told by
`path_model.PathModel`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from safar.domain.item_level import ItemLevel
from safar.domain.label import Label
from safar.domain.path_model import BadPathModel, Interaction, Measured, Mode, PathModel


@dataclass(frozen=True, slots=True, kw_only=True)
class SketchConstruct:
    """As `path_model.Construct`, or `HigherOrder` where it has parts; nothing is demanded of it."""

    name: str
    items: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    measured: Measured = Measured.FACTOR
    mode: Mode = Mode.A
    label: Label | None = None
    element: str | None = None
    levels: tuple[ItemLevel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SketchPath:
    """As `path_model.Path`; nothing is demanded of it."""

    source: str
    target: str
    sign: int | None = None
    hypothesis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSketch:
    """A model on its way. Raises of every change: BadPathModel."""

    name: str
    everything: tuple[SketchConstruct, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    paths: tuple[SketchPath, ...] = ()

    @classmethod
    def of(cls, model: PathModel) -> ModelSketch:
        """The sketch of a model that is whole."""
        lower = [
            SketchConstruct(
                name=one.name, items=one.items, measured=one.measured, mode=one.mode, label=one.label,
                element=one.element, levels=one.levels,
            )
            for one in model.constructs
        ]  # fmt: skip
        higher = [
            SketchConstruct(name=one.name, parts=one.parts, measured=one.measured, mode=one.mode, label=one.label)
            for one in model.higher_orders
        ]
        paths = [
            SketchPath(source=one.source, target=one.target, sign=one.sign, hypothesis=one.hypothesis)
            for one in model.paths
        ]
        return cls(name=model.name, everything=(*lower, *higher), interactions=model.interactions, paths=tuple(paths))

    @property
    def constructs(self) -> tuple[SketchConstruct, ...]:
        """Those that have items, or nothing yet."""
        return tuple(one for one in self.everything if not one.parts)

    @property
    def higher_orders(self) -> tuple[SketchConstruct, ...]:
        """Those that have parts."""
        return tuple(one for one in self.everything if one.parts)

    @property
    def names(self) -> tuple[str, ...]:
        """What paths may join: constructs, then interactions."""
        return (*(one.name for one in self.everything), *(one.name for one in self.interactions))

    def construct(self, name: str) -> SketchConstruct:
        """The construct of that name."""
        for one in self.everything:
            if one.name == name:
                return one
        raise BadPathModel(f"The model has no construct {name!r}; it has {', '.join(c.name for c in self.everything)}.")

    def with_construct(self, made: SketchConstruct) -> ModelSketch:
        """One more construct."""
        _check(made)
        if made.name in self.names:
            raise BadPathModel(f"Two constructs are named {made.name!r}.")
        self._check_items(made, besides="")
        return replace(self, everything=(*self.everything, made))

    def with_changed(self, name: str, changed: SketchConstruct) -> ModelSketch:
        """A construct changed; where its name is another one, paths, interactions and parts follow."""
        _check(changed)
        self.construct(name)
        if changed.name != name and changed.name in self.names:
            raise BadPathModel(f"Two constructs are named {changed.name!r}.")
        self._check_items(changed, besides=name)

        def new(told: str) -> str:
            return "*".join(changed.name if part == name else part for part in told.split("*"))

        return replace(
            self,
            everything=tuple(
                changed if one.name == name else replace(one, parts=tuple(map(new, one.parts)))
                for one in self.everything
            ),
            interactions=tuple(replace(one, factors=tuple(map(new, one.factors))) for one in self.interactions),
            paths=tuple(replace(one, source=new(one.source), target=new(one.target)) for one in self.paths),
        )

    def without_construct(self, name: str) -> ModelSketch:
        """A construct fewer, and all that names it: paths, interactions, and its part in higher ones."""
        self.construct(name)
        return replace(
            self,
            everything=tuple(
                replace(one, parts=tuple(part for part in one.parts if part != name))
                for one in self.everything
                if one.name != name
            ),
            interactions=tuple(one for one in self.interactions if name not in one.factors),
            paths=tuple(one for one in self.paths if name not in {*one.source.split("*"), one.target}),
        )

    def with_path(self, made: SketchPath) -> ModelSketch:
        """One more path. A source such as A*B is an interaction, which is made where it is not there yet."""
        products = self.interactions
        if "*" in made.source and made.source not in {one.name for one in products}:
            factors = tuple(part.strip() for part in made.source.split("*"))
            for one in factors:
                self.construct(one)
            products = (*products, Interaction(factors=factors))
            made = replace(made, source=products[-1].name)
        elif made.source not in self.names:
            self.construct(made.source)
        self.construct(made.target)
        if made.source == made.target:
            raise BadPathModel(f"Path {made.source} -> {made.target} leads from a construct to itself.")
        if any((one.source, one.target) == (made.source, made.target) for one in self.paths):
            raise BadPathModel(f"Path {made.source} -> {made.target} is given twice.")
        return replace(self, interactions=products, paths=(*self.paths, made))

    def with_changed_path(self, source: str, target: str, *, sign: int | None, hypothesis: str) -> ModelSketch:
        """A path that expects something else."""
        self._path(source, target)
        return replace(
            self,
            paths=tuple(
                replace(one, sign=sign, hypothesis=hypothesis) if (one.source, one.target) == (source, target) else one
                for one in self.paths
            ),
        )

    def without_path(self, source: str, target: str) -> ModelSketch:
        """A path fewer; an interaction from which no path leads any more goes with it."""
        gone = self._path(source, target)
        paths = tuple(one for one in self.paths if one != gone)
        used = {one.source for one in paths}
        return replace(self, paths=paths, interactions=tuple(one for one in self.interactions if one.name in used))

    def _path(self, source: str, target: str) -> SketchPath:
        for one in self.paths:
            if (one.source, one.target) == (source, target):
                return one
        raise BadPathModel(f"The model has no path {source} -> {target}.")

    def _check_items(self, made: SketchConstruct, *, besides: str) -> None:
        for level in made.levels:
            if level.item not in made.items:
                raise BadPathModel(
                    f"Construct {made.name!r} says the level of {level.item!r}, which is none of its items."
                )
        if twice := _twice(made.items):
            raise BadPathModel(f"Construct {made.name!r} names item {twice!r} twice.")
        for other in self.everything:
            if other.name != besides and (shared := set(other.items) & set(made.items)):
                raise BadPathModel(f"Item {min(shared)!r} measures two constructs: {other.name} and {made.name}.")


def _check(made: SketchConstruct) -> None:
    name = made.name
    if not name or name != name.strip() or "*" in name or len(name) > 100:
        raise BadPathModel(f"{name!r} cannot be a construct's name: 1 to 100 characters, none of them an asterisk.")


def _twice(values: Iterable[str]) -> str | None:
    seen: Sequence[str] = list(values)
    return next((one for at, one in enumerate(seen) if one in seen[:at]), None)
