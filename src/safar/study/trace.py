"""Where every answer leads: item ↔ indicator ↔ construct ↔ framework element ↔ what in the product measures it.

Followed from both ends, so that what is broken shows: indicators that nobody asks, questions that no construct uses,
constructs and items that stand for no element.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from safar.analysis.frames import Types, columns, polars_frame
from safar.analysis.result import Frozen, Result
from safar.analysis.telling import Telling
from safar.domain.framework import Element, Framework
from safar.domain.path_model import PathModel
from safar.domain.questionnaire import Item, ItemKind, Questionnaire
from safar.domain.wording import counted
from safar.frameworks import known_capabilities
from safar.study.derive import element_named, element_of

if TYPE_CHECKING:
    import polars as pl


class Break(StrEnum):
    """What is broken. The first three stand in the way of an answer reaching the model."""

    NOT_ASKED = "not asked"
    OTHER_CONSTRUCT = "other construct"
    NOT_RATED = "not rated"
    UNUSED = "unused"
    NO_ELEMENT = "no element"
    UNKNOWN_ELEMENT = "unknown element"
    PROPOSED = "proposed wording"
    NOT_TRANSLATED = "not translated"


SERIOUS = (Break.NOT_ASKED, Break.OTHER_CONSTRUCT, Break.NOT_RATED)
"""What must be mended before the answers can be estimated from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Frozen):
    """One item followed to its end. page is None where nobody asks it, construct where the model does not use it.

    measured_by: what of the product measures or manages the element, as people read it.
    """

    item: str
    asks: str | None
    page: int | None
    scale: str | None
    reversed: bool
    source: str
    construct: str | None
    construct_label: str | None
    element: str | None
    element_label: str | None
    printed_at: str
    measured_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken(Frozen):
    """One thing that is broken: what, where (the item or construct), and what to do."""

    what: Break
    where: str
    says: str


_TYPES = columns(
    "text: item asks whole: page text: scale truth: reversed text: source construct construct_label element "
    "element_label printed_at measured_by"
)
_OTHER_TYPES = {
    "constructs": columns("text: construct items whole: asked elements measured"),
    "broken": columns("text: what where says"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace(Result):
    """The whole way, an item a row, and what is broken on it."""

    questionnaire: str
    model: str
    links: tuple[Link, ...]
    broken: tuple[Broken, ...]

    @property
    def whole(self) -> bool:
        """Whether every indicator of the model is asked, as a rating, for its own construct."""
        return not any(one.what in SERIOUS for one in self.broken)

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """A row an item; lists are joined by semicolons."""
        return [
            {name: getattr(one, name) for name in Link.__slots__ if name != "measured_by"}
            | {"measured_by": "; ".join(one.measured_by)}
            for one in self.links
        ]

    def column_types(self) -> Types:
        """The type of each column of the items."""
        return _TYPES

    @property
    def parts(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Every table, by name: the items, the constructs, and what is broken."""
        by_construct: dict[str, list[Link]] = {}
        for one in self.links:
            by_construct.setdefault(one.construct or "", []).append(one)
        return {
            "items": self.rows(),
            "constructs": [
                {
                    "construct": name,
                    "items": ", ".join(one.item for one in links),
                    "asked": sum(one.page is not None for one in links),
                    "elements": sum(one.element is not None for one in links),
                    "measured": sum(bool(one.measured_by) for one in links),
                }
                for name, links in by_construct.items()
                if name
            ],
            "broken": [{"what": str(one.what), "where": one.where, "says": one.says} for one in self.broken],
        }

    def to_polars(self, part: str = "items") -> pl.DataFrame:
        """One table (see `parts`) as a Polars frame."""
        return polars_frame(self.parts[part], self.column_types() if part == "items" else _OTHER_TYPES[part])

    def told(self) -> Telling:
        """The way of each item, then what is broken."""
        asked = sum(one.page is not None for one in self.links)
        measured = sum(bool(one.measured_by) for one in self.links)
        above = f"{counted(len(self.links), 'item')}: {asked} asked, {measured} measured in the product besides"
        return Telling(
            title=f"From questionnaire {self.questionnaire} to path model {self.model}",
            simulated=False,
            above=(above,),
            rows=tuple(
                {
                    "item": one.item + (" (reversed)" if one.reversed else ""),
                    "page": "–" if one.page is None else str(one.page),
                    "construct": one.construct or "–",
                    "element": one.element or "–",
                    "measured by": ", ".join(one.measured_by) or "–",
                }
                for one in self.links
            ),
            notes=tuple(one.says for one in self.broken)
            or ("Nothing is broken: every indicator is asked, and every question is used.",),
        )


def trace(
    questionnaire: Questionnaire,
    model: PathModel,
    *,
    frameworks: Mapping[str, Framework],
    language: str = "en",
) -> Trace:
    """Every item of both, followed to its end. frameworks: by name, those that the elements speak of."""
    pages = {item.id: number for number, page in enumerate(questionnaire.pages, start=1) for item in page.items}
    owners = {item: construct for construct in model.constructs for item in construct.items}
    links, broken = [], []
    for item_id in (*model.items, *(item.id for item in questionnaire.items if item.id not in owners)):
        item = questionnaire.item(item_id) if item_id in questionnaire else None
        construct = owners.get(item_id)
        reference = None if item is None else item.element
        if reference is None and construct is not None:
            named = element_named(construct, item_id, frameworks)
            reference = construct.element if named is None else f"{named[0].name}:{named[1].id}"
        found = element_of(reference, frameworks)
        links.append(
            Link(
                item=item_id,
                asks=None if item is None else item.wording.text(language),
                page=pages.get(item_id),
                scale=None if item is None else item.scale,
                reversed=item is not None and item.reversed,
                source="" if item is None else item.source,
                construct=None if construct is None else construct.name,
                construct_label=None
                if construct is None or construct.label is None
                else construct.label.text(language),
                element=reference,
                element_label=None if found is None else found[1].label.text(language),
                printed_at="" if found is None else ", ".join(map(str, found[1].places)),
                measured_by=() if found is None else _measured(found[1], language),
            )
        )
        broken += _of_item(item_id, item, None if construct is None else construct.name, reference, found is not None)
    broken += [
        Broken(
            what=Break.NO_ELEMENT,
            where=construct.name,
            says=f"Construct {construct.name} stands for no element of a framework.",
        )
        for construct in model.constructs
        if construct.element is None
    ]
    broken += _of_words(questionnaire)
    return Trace(
        questionnaire=questionnaire.name,
        model=model.name,
        links=tuple(links),
        broken=tuple(sorted(broken, key=lambda one: list(Break).index(one.what))),
    )


def _of_item(
    item_id: str, item: Item | None, construct: str | None, reference: str | None, known: bool
) -> list[Broken]:
    broken: list[Broken] = []

    def say(what: Break, says: str) -> None:
        broken.append(Broken(what=what, where=item_id, says=says))

    if item is None:
        say(Break.NOT_ASKED, f"Nobody asks {item_id}, an item of {construct}: add it to a page.")
        return broken
    if construct is not None:
        if item.kind not in (ItemKind.RATING, ItemKind.NUMBER):
            say(Break.NOT_RATED, f"{item_id} is asked as {item.kind}, but {construct} is measured by numbers.")
        if item.construct is not None and item.construct != construct:
            say(
                Break.OTHER_CONSTRUCT,
                f"{item_id} is asked for {item.construct}, but the model uses it for {construct}.",
            )
    elif item.construct is not None or item.kind is ItemKind.RATING:
        meant = f" (asked for {item.construct})" if item.construct else ""
        say(Break.UNUSED, f"No construct of the model uses {item_id}{meant}.")
    if reference is not None and not known:
        say(Break.UNKNOWN_ELEMENT, f"{item_id} stands for {reference}, which no known framework has.")
    return broken


def _of_words(questionnaire: Questionnaire) -> list[Broken]:
    broken = []
    if proposed := [item.id for item in questionnaire.items if item.proposed]:
        says = f"The wording of {counted(len(proposed), 'item')} is only proposed: {_some(proposed)}."
        broken.append(Broken(what=Break.PROPOSED, where=questionnaire.name, says=says))
    for tag in questionnaire.languages:
        if lacking := [item.id for item in questionnaire.items if tag not in item.wording.texts]:
            says = f"{counted(len(lacking), 'item')} not worded in {tag}: {_some(lacking)}."
            broken.append(Broken(what=Break.NOT_TRANSLATED, where=questionnaire.name, says=says))
    return broken


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _measured(element: Element, language: str) -> tuple[str, ...]:
    """The names of capabilities; what a company linked itself stands as it wrote it."""
    known = known_capabilities()
    return tuple(known[key].label.text(language) if key in known else key for key in element.measured_by)
