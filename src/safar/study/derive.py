"""A first questionnaire from a path model: an item for each indicator, worded after the framework where it has words.

The wording is a proposal, marked as such: the label of what the indicator stands for, put into a sentence that can be
agreed with. Nobody has tested it on anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from safar.domain.framework import Element, ElementKind, Framework
from safar.domain.label import Label
from safar.domain.path_model import Construct, PathModel
from safar.domain.questionnaire import AnswerScale, Item, Page, Questionnaire
from safar.study.scales import AGREEMENT, in_languages

LANGUAGES = ("en", "fa")
"""Languages that wording is proposed in."""
PER_PAGE = 10
"""Most items of one page."""
_LONGEST_NAME = 40
_PLAIN = re.compile(r"\W+")

_SENTENCES: Mapping[ElementKind, Mapping[str, str]] = {
    ElementKind.PRACTICE: {"en": "In my experience, this works well: {}.",
                           "fa": "به تجربهٔ من، این کار خوب انجام می‌شود: {}."},
    ElementKind.INDICATOR: {"en": "This is true of my experience: {}.", "fa": "این دربارهٔ تجربهٔ من درست است: {}."},
    ElementKind.CONDITION: {"en": "This affects my experience: {}.", "fa": "این بر تجربهٔ من اثر می‌گذارد: {}."},
    ElementKind.OUTCOME: {"en": "I notice this: {}.", "fa": "این را می‌بینم: {}."},
    ElementKind.STRUCTURE: {"en": "This is part of my experience: {}.", "fa": "این بخشی از تجربهٔ من است: {}."},
}  # fmt: skip
_UNKNOWN = {"en": "{} ({})", "fa": "{} ({})"}
_TITLE = {"en": "Questionnaire: {}", "fa": "پرسشنامه: {}"}
_INTRO = {
    "en": "Thank you for taking part. There are no right or wrong answers; your own experience counts.",
    "fa": "از همکاری شما سپاسگزاریم. پاسخ درست یا نادرستی وجود ندارد؛ تجربهٔ خود شما مهم است.",
}
_CLOSING = {"en": "Thank you.", "fa": "سپاسگزاریم."}


def derive(
    model: PathModel,
    *,
    frameworks: Mapping[str, Framework],
    languages: Sequence[str] = ("en",),
    name: str | None = None,
    scale: AnswerScale = AGREEMENT,
    mixed: bool = True,
) -> Questionnaire:
    """A questionnaire that asks for every item of a model.

    frameworks: by name, those that the constructs' elements speak of; others are left out. languages: the first is the
    base; wording is proposed in those of `LANGUAGES`, in others it has to be written. mixed: the constructs take turns,
    so that nobody reads off what belongs together; else construct by construct.
    Raises: BadQuestionnaire where an item's name cannot name a question.
    """
    spoken = [tag for tag in languages if tag in LANGUAGES] or ["en"]
    groups = [[_item(one, item, scale, frameworks, spoken) for item in one.items] for one in model.constructs]
    if mixed:
        ordered = [item for turn in zip_longest(*groups) for item in turn if item is not None]
    else:
        ordered = [item for group in groups for item in group]
    # Pages of about the same length read better than a last page with one item.
    pages = -(-len(ordered) // PER_PAGE)
    size = -(-len(ordered) // pages)
    return Questionnaire(
        name=name or _name(model.name),
        title=Label({tag: _TITLE[tag].format(_called(model, frameworks, tag)) for tag in spoken}),
        languages=tuple(tag for tag in languages if tag in spoken) or tuple(spoken),
        intro=_said(_INTRO, spoken),
        closing=_said(_CLOSING, spoken),
        scales=(in_languages(scale, spoken),),
        pages=tuple(Page(items=tuple(ordered[at : at + size])) for at in range(0, len(ordered), size)),
    )


def element_of(reference: str | None, frameworks: Mapping[str, Framework]) -> tuple[Framework, Element] | None:
    """What "relief:trust.respect" stands for; None where the framework or the element is not there."""
    if reference is None:
        return None
    named, _, element_id = reference.partition(":")
    framework = frameworks.get(named)
    if framework is None or element_id not in framework:
        return None
    return framework, framework.element(element_id)


def element_named(
    construct: Construct, item: str, frameworks: Mapping[str, Framework]
) -> tuple[Framework, Element] | None:
    """The element below the construct's that an item is named after, as the proposed model names them; else None."""
    found = element_of(construct.element, frameworks)
    if found is None:
        return None
    framework, above = found
    for child in framework.children(above.id):
        last = _PLAIN.sub("_", child.id.rpartition(".")[2])
        if item in (f"{construct.name}_{last}", f"{construct.name}_x{last}", last):
            return framework, child
    return None


def source_of(framework: Framework, element: Element) -> str:
    """The paper as a citation, with where it prints the element."""
    places = ", ".join(str(place) for place in element.places)
    return f"{framework.paper}{'; ' if places else ''}{places}"


def _item(
    construct: Construct, item: str, scale: AnswerScale, frameworks: Mapping[str, Framework], languages: Sequence[str]
) -> Item:
    found = element_named(construct, item, frameworks)
    if found is None:
        named = construct.label
        wording = {tag: _UNKNOWN[tag].format(named.text(tag) if named else construct.name, item) for tag in languages}
        return Item(
            id=item, wording=Label(wording), scale=scale.id, construct=construct.name,
            element=construct.element, proposed=True,
        )  # fmt: skip
    framework, element = found
    sentence = _SENTENCES[element.kind]
    wording = {tag: sentence[tag].format(_within(element.label.text(tag))) for tag in languages}
    return Item(
        id=item,
        wording=Label(wording),
        scale=scale.id,
        construct=construct.name,
        element=f"{framework.name}:{element.id}",
        source=f"Proposed after {source_of(framework, element)}",
        proposed=True,
    )


def _called(model: PathModel, frameworks: Mapping[str, Framework], language: str) -> str:
    """The model's name; where it is named as its framework is, the framework's name in that language."""
    for framework in frameworks.values():
        if model.name in framework.label.texts.values():
            return framework.label.text(language)
    return model.name


def _within(text: str) -> str:
    """A label as it stands within a sentence: "Not wasting time" loses its capital, "NPS" keeps it."""
    told = text.strip().rstrip(".")
    return told[:1].lower() + told[1:] if told[:1].isupper() and told[1:2].islower() else told


def _said(texts: Mapping[str, str], languages: Sequence[str]) -> Label:
    return Label({tag: texts[tag] for tag in languages})


def _name(text: str) -> str:
    found = re.sub(r"[^\w]+", "-", text.strip().lower()).strip("-_")
    if len(found) > _LONGEST_NAME:
        found = found[:_LONGEST_NAME].rpartition("-")[0] or found[:_LONGEST_NAME]
    return found if found[:1].isalpha() else f"q-{found}".rstrip("-")
