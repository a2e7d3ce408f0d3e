"""What the page of a study's questionnaire shows: items by construct, where each leads, and what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safar.domain.questionnaire import AnswerScale, Item, ItemKind, Questionnaire
from safar.study.order import may_join
from safar.study.trace import SERIOUS, Break, Link
from safar.usecases.study_questionnaire import QuestionnaireLook
from safar.web.inventory_page import place_words
from safar.web.numerals import plain_digits

PER_PART = 60
"""Most items of one page."""
_MOST_NAMED = 8
_LANGUAGES = {"en": gettext_lazy("English"), "fa": gettext_lazy("Persian")}
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ps", "sd", "ur"})
_KINDS = {
    ItemKind.CHOICE: gettext_lazy("one of some options"),
    ItemKind.NUMBER: gettext_lazy("a number"),
    ItemKind.TEXT: gettext_lazy("words"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A text in one language; empty where it is not worded in it."""

    tag: str
    language: str
    direction: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementSaid:
    """What something stands for. address: of its page; empty where no framework here has it. where: it is printed."""

    name: str
    address: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One item. item: None where nobody asks it. link: where it leads; None without a model."""

    name: str
    item: Item | None
    said: tuple[Said, ...]
    answered: str
    page: str
    link: Link | None
    element: ElementSaid | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The items of a construct; without a name: further questions, which no construct uses."""

    name: str
    title: str
    element: ElementSaid | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Something that is open: what it is, of which items, and what to do. kind: align, edit, model or upload."""

    says: str
    names: tuple[str, ...]
    more: int
    next_step: str
    kind: str
    serious: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedItem:
    """An item in the order of asking. first, last: of the whole. begins: a page."""

    id: str
    asks: str
    tag: str
    direction: str
    construct: str
    first: bool
    last: bool
    begins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPage:
    """A page of the questionnaire. joins: it can be made one with the page before."""

    number: str
    title: str
    joins: bool
    items: tuple[PlacedItem, ...]


def language_name(tag: str) -> str:
    """A language's name as the reader says it; the tag of one that has none here."""
    return str(_LANGUAGES.get(tag, tag))


def direction_of(tag: str) -> str:
    """rtl or ltr."""
    return "rtl" if tag.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def ordered_names(look: QuestionnaireLook) -> list[str]:
    """Every item of both, construct by construct as in the model, then the further questions."""
    asked = [] if look.questionnaire is None else [item.id for item in look.questionnaire.items]
    if look.model is not None:
        named = list(look.model.items)
        return [*named, *(name for name in asked if name not in set(named))]
    constructs: dict[str, list[str]] = {}
    for item in () if look.questionnaire is None else look.questionnaire.items:
        constructs.setdefault(item.construct or "", []).append(item.id)
    further = constructs.pop("", [])
    return [*(name for names in constructs.values() for name in names), *further]


def groups_of(look: QuestionnaireLook, names: Sequence[str], *, language: str) -> list[Group]:
    """These items, by construct."""
    asked = look.questionnaire
    if asked is None:
        return []
    links = {link.item: link for link in look.trace.links} if look.trace is not None else {}
    pages = {item.id: number for number, page in enumerate(asked.pages, start=1) for item in page.items}
    owners = {item: one for one in look.model.constructs for item in one.items} if look.model is not None else {}
    made: dict[str, list[Row]] = {}
    for name in names:
        item = asked.item(name) if name in asked else None
        owner = owners.get(name)
        construct = owner.name if owner is not None else "" if look.model or item is None else item.construct or ""
        row = _row(look, asked, name, item=item, link=links.get(name), page=pages.get(name), language=language)
        made.setdefault(construct, []).append(row)
    constructs = {one.name: one for one in look.model.constructs} if look.model is not None else {}
    found = []
    for name, rows in made.items():
        one = constructs.get(name)
        element = "" if one is None or one.element is None else one.element
        found.append(
            Group(
                name=name,
                title=one.label.text(language) if one is not None and one.label is not None else name,
                element=_element(look, element, language),
                rows=tuple(rows),
            )
        )
    return found


def ordered_pages(asked: Questionnaire, *, language: str) -> list[PlacedPage]:
    """The pages in the order of asking. language: of the wording, where the questionnaire has it."""
    tag = language if language in asked.languages else asked.languages[0]
    first, last = asked.items[0].id, asked.items[-1].id
    return [
        PlacedPage(
            number=plain_digits(str(number)),
            title=page.title.text(tag) if page.title is not None else "",
            joins=may_join(asked, number - 1),
            items=tuple(
                PlacedItem(
                    id=item.id,
                    asks=item.wording.text(tag),
                    tag=tag if tag in item.wording.texts else asked.languages[0],
                    direction=direction_of(tag if tag in item.wording.texts else asked.languages[0]),
                    construct=item.construct or "",
                    first=item.id == first,
                    last=item.id == last,
                    begins=not place,
                )
                for place, item in enumerate(page.items)
            ),
        )
        for number, page in enumerate(asked.pages, start=1)
    ]


def open_points(look: QuestionnaireLook) -> list[Open]:
    """What is open, what stands in the way of an answer first."""
    asked, trace = look.questionnaire, look.trace
    if asked is None:
        return []
    found = []
    broken: dict[Break, list[str]] = {}
    for one in () if trace is None else trace.broken:
        broken.setdefault(one.what, []).append(one.where)
    broken.pop(Break.PROPOSED, None)
    broken.pop(Break.NOT_TRANSLATED, None)
    if proposed := [item.id for item in asked.items if item.proposed]:
        broken[Break.PROPOSED] = proposed
    for what in Break:
        if what in broken:
            says, next_step, kind = _words(what)
            found.append(_open(says, broken[what], next_step, kind, serious=what in SERIOUS))
    for tag in asked.languages:
        if lacking := [item.id for item in asked.items if tag not in item.wording.texts]:
            says = _("Not worded in %(language)s:") % {"language": language_name(tag)}
            found.append(_open(says, lacking, _("Write them, or take the language out of all items."), "edit"))
    return found


def scale_text(scale: AnswerScale) -> str:
    """The ends of a scale."""
    return _("%(least)s to %(greatest)s") % {
        "least": plain_digits(str(scale.least)),
        "greatest": plain_digits(str(scale.greatest)),
    }


def texts_of(texts: dict[str, str], languages: Sequence[str]) -> tuple[Said, ...]:
    """A text in each of the languages."""
    return tuple(
        Said(tag=tag, language=language_name(tag), direction=direction_of(tag), text=texts.get(tag, ""))
        for tag in languages
    )


def _open(says: str, names: Sequence[str], next_step: str, kind: str, *, serious: bool = False) -> Open:
    return Open(
        says=says,
        names=tuple(names[:_MOST_NAMED]),
        more=max(0, len(names) - _MOST_NAMED),
        next_step=next_step,
        kind=kind,
        serious=serious,
    )


def _words(what: Break) -> tuple[str, str, str]:
    """What is said of it, the next step, and what leads there."""
    match what:
        case Break.NOT_ASKED:
            return _("Nobody asks these items of the model:"), _("Add them with a proposed wording."), "align"
        case Break.OTHER_CONSTRUCT:
            return (
                _("Asked for another construct than the model uses them for:"),
                _("Let the model decide."),
                "align",
            )
        case Break.NOT_RATED:
            return (
                _("Asked in words or options, but the model needs numbers:"),
                _("Upload a questionnaire that asks them as ratings, or take them out of the model."),
                "upload",
            )
        case Break.UNUSED:
            return (
                _("No construct of the model uses these:"),
                _("Add them to the model, or take them out of the questionnaire."),
                "edit",
            )
        case Break.NO_ELEMENT:
            return (
                _("These constructs stand for no element of a framework:"),
                _("Say in the model's text which element each stands for, where there is one."),
                "model",
            )
        case Break.UNKNOWN_ELEMENT:
            return (
                _("These stand for elements that no framework here has:"),
                _("Correct the element in the model or in the questionnaire's file."),
                "model",
            )
        case _:
            return (
                _("The wording is only proposed; nobody has looked at it yet:"),
                _("Write each item as those who answer would say it."),
                "edit",
            )


def _row(
    look: QuestionnaireLook,
    asked: Questionnaire,
    name: str,
    *,
    item: Item | None,
    link: Link | None,
    page: int | None,
    language: str,
) -> Row:
    answered, reference = "", link.element if link is not None else item.element if item is not None else None
    if item is not None:
        answered = str(_KINDS[item.kind]) if item.kind in _KINDS else scale_text(asked.scale_of(item))
    return Row(
        name=name,
        item=item,
        said=() if item is None else texts_of(dict(item.wording.texts), asked.languages),
        answered=answered,
        page="" if page is None else plain_digits(str(page)),
        link=link,
        element=_element(look, reference or "", language),
    )


def _element(look: QuestionnaireLook, reference: str, language: str) -> ElementSaid | None:
    if not reference:
        return None
    found = look.elements.get(reference)
    if found is None:
        return ElementSaid(name=reference)
    framework, _mark, element = reference.partition(":")
    return ElementSaid(
        name=found.label.text(language),
        address=reverse("framework-element", args=[framework, element]),
        where=place_words(found.places),
    )
