"""The form of a questionnaire's wording: read back item by item; what is wrong stands beside it, nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from safar.domain.label import Label
from safar.domain.questionnaire import LONGEST_TEXT, BadQuestionnaire, Item, ItemKind, Page, Questionnaire
from safar.study.scales import SCALES, in_languages, rescaled
from safar.web.problem_words import error_words
from safar.web.questionnaire_page import direction_of, language_name, scale_text
from safar.web.typed import Typed

OFFERED = ("en", "fa")
"""Languages that every questionnaire can be worded in here; it keeps its further ones."""
AROUND = ("title", "intro", "closing")
_LONGEST_SOURCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField:
    """A field for a text in one language."""

    name: str
    tag: str
    language: str
    direction: str
    value: str
    wrong: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFields:
    """The fields of one item. spare: no construct uses it, so that it may be taken out."""

    item: Item
    texts: tuple[TextField, ...]
    source: str
    source_wrong: str
    reversed: bool
    settled: bool
    spare: bool
    removed: bool


def languages_of(asked: Questionnaire) -> tuple[str, ...]:
    """The languages that the form has fields for, the questionnaire's first."""
    return tuple(dict.fromkeys([*asked.languages, *OFFERED]))


def first_values(asked: Questionnaire, items: Sequence[Item]) -> Typed:
    """What the form begins with."""
    values = {"first": asked.languages[0], "scale": scale_of(asked)}
    for part in AROUND:
        label: Label | None = getattr(asked, part)
        values |= {f"{part}.{tag}": text for tag, text in (label.texts if label is not None else {}).items()}
    for item in items:
        values |= {f"text.{tag}.{item.id}": text for tag, text in item.wording.texts.items()}
        values[f"source.{item.id}"] = item.source
        values |= {f"reversed.{item.id}": "on"} if item.reversed else {}
        values |= {} if item.proposed else {f"settled.{item.id}": "on"}
    return Typed(values=values)


def around_fields(typed: Typed, asked: Questionnaire) -> list[tuple[str, str, tuple[TextField, ...]]]:
    """The texts around the items: their name, their title, and a field for each language."""
    titles = {"title": _("Title"), "intro": _("Words before the first question"), "closing": _("Words at the end")}
    tags = languages_of(asked)
    return [(part, titles[part], tuple(_field(typed, f"{part}.{tag}", tag) for tag in tags)) for part in AROUND]


def item_fields(typed: Typed, asked: Questionnaire, items: Sequence[Item], *, used: frozenset[str]) -> list[ItemFields]:
    """The fields of these items. used: what the model needs."""
    return [
        ItemFields(
            item=item,
            texts=tuple(_field(typed, f"text.{tag}.{item.id}", tag) for tag in languages_of(asked)),
            source=typed.values.get(f"source.{item.id}", ""),
            source_wrong=typed.wrong.get(f"source.{item.id}", ""),
            reversed=f"reversed.{item.id}" in typed.values,
            settled=f"settled.{item.id}" in typed.values,
            spare=item.id not in used,
            removed=f"remove.{item.id}" in typed.values,
        )
        for item in items
    ]


def scale_of(asked: Questionnaire) -> str:
    """Which of our scales all ratings are on; "": another, or several."""
    if len(asked.scales) != 1 or not asked.ratings:
        return ""
    return next((one.id for one in SCALES if in_languages(one, asked.languages) == asked.scales[0]), "")


def scale_choices(asked: Questionnaire) -> list[tuple[str, str]]:
    """The scales that can be chosen for all; first what stands now, where it is none of ours."""
    ours = [(one.id, _("agreement, %(ends)s") % {"ends": scale_text(one)}) for one in SCALES]
    if scale_of(asked) or not asked.ratings:
        return ours
    there = "; ".join(dict.fromkeys(scale_text(one) for one in asked.scales))
    return [("", _("as it stands: %(ends)s") % {"ends": there}), *ours]


def changed(typed: Typed, asked: Questionnaire, items: Sequence[Item], *, used: frozenset[str]) -> Questionnaire | None:
    """The questionnaire that the form tells; None where something is wrong, which `typed.wrong` says then."""
    tags = languages_of(asked)
    first = typed.one_of("first", tags) or asked.languages[0]
    scale = typed.one_of("scale", [value for value, _text in scale_choices(asked)])
    made = {item.id: _item(typed, item, tags, first) for item in items}
    gone = {item.id for item in items if f"remove.{item.id}" in typed.values and item.id not in used}
    around = {part: _around(typed, part, getattr(asked, part), tags) for part in AROUND}
    title = around["title"]
    if title is None:
        typed.wrong.setdefault(f"title.{first}", _("This is needed."))
    if title is None or not typed.fits:
        return None
    pages = []
    for page in asked.pages:
        kept = tuple(made.get(item.id) or item for item in page.items if item.id not in gone)
        pages += [replace(page, items=kept)] if kept else []
    try:
        told = replace(
            asked,
            title=title,
            intro=around["intro"],
            closing=around["closing"],
            pages=tuple(pages),
            languages=_spoken(pages, tags, first, asked),
        )
        ours = next((one for one in SCALES if one.id == scale), None)
        return told if ours is None or scale == scale_of(asked) else rescaled(told, ours)
    except BadQuestionnaire as error:
        typed.wrong[""] = error_words(error)
        return None


def _spoken(pages: Sequence[Page], tags: Sequence[str], first: str, asked: Questionnaire) -> tuple[str, ...]:
    """The first language, then those that some item is worded in."""
    there = {tag for page in pages for item in page.items for tag in item.wording.texts}
    return tuple(dict.fromkeys([first, *(tag for tag in (*asked.languages, *tags) if tag in there)]))


def _item(typed: Typed, item: Item, tags: Sequence[str], first: str) -> Item | None:
    said = {tag: _said(typed, f"text.{tag}.{item.id}") for tag in tags}
    source = typed.text(f"source.{item.id}", most=_LONGEST_SOURCE)
    if not said[first] and f"text.{first}.{item.id}" not in typed.wrong:
        typed.wrong[f"text.{first}.{item.id}"] = _("This is needed: %(language)s is the first language.") % {
            "language": language_name(first)
        }
    if typed.wrong.keys() & _names(item, tags):
        return None
    others = {tag: text for tag, text in item.wording.texts.items() if tag not in said}
    wording = Label({**others, **{tag: text for tag, text in said.items() if text}})
    settled = {f"settled.{item.id}", "settle"} & set(typed.values)
    worded = dict(wording.texts) != {tag: text.strip() for tag, text in item.wording.texts.items()}
    try:
        return replace(
            item,
            wording=wording,
            source=source,
            reversed=item.kind is ItemKind.RATING and f"reversed.{item.id}" in typed.values,
            # Who writes an item has looked at it.
            proposed=not settled and not (item.proposed and worded),
        )
    except BadQuestionnaire as error:
        typed.wrong[f"text.{first}.{item.id}"] = error_words(error)
        return None


def _names(item: Item, tags: Sequence[str]) -> set[str]:
    return {f"source.{item.id}", *(f"text.{tag}.{item.id}" for tag in tags)}


def _around(typed: Typed, part: str, before: Label | None, tags: Sequence[str]) -> Label | None:
    said = {tag: _said(typed, f"{part}.{tag}") for tag in tags}
    others = {tag: text for tag, text in before.texts.items() if tag not in said} if before is not None else {}
    texts = {**others, **{tag: text for tag, text in said.items() if text}}
    return Label(texts) if texts else None


def _said(typed: Typed, name: str) -> str:
    return typed.text(name, most=LONGEST_TEXT).replace("\r\n", "\n").replace("\r", "\n")


def _field(typed: Typed, name: str, tag: str) -> TextField:
    return TextField(
        name=name,
        tag=tag,
        language=language_name(tag),
        direction=direction_of(tag),
        value=typed.values.get(name, ""),
        wrong=typed.wrong.get(name, ""),
    )
