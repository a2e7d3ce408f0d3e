"""The forms of the company's own framework: its beginning, and one element."""

from __future__ import annotations

import re
from dataclasses import replace

from django.utils.translation import gettext as _

from safar import frameworks
from safar.domain.framework import Element, ElementKind, Framework, Level, Role, Side
from safar.domain.journey import Touchpoint
from safar.domain.label import Label
from safar.frameworks import known_capabilities
from safar.usecases.propose_journey import safe_ids
from safar.web.typed import Typed

DEPTHS = ("all", "groups")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MOST_DEEP = 5


def start_of_form(typed: Typed) -> tuple[Label, tuple[str, ...], bool] | None:
    """Name, papers and whether codes come along, or None with what is wrong said in the form."""
    label = typed.label()
    papers = typed.many("papers", frameworks.names())
    if not papers:
        typed.wrong["papers"] = _("Choose a paper at least.")
    depth = typed.one_of("depth", DEPTHS)
    return (label, papers, depth != "groups") if typed.fits else None


def element_form(framework: Framework, element: Element | None, under: str) -> Typed:
    """The fields of an element, or of a new one below another."""
    if element is None:
        above = framework.element(under) if under else None
        level = Level.GROUP if above is None else _below(above.level)
        kind = "" if above is None or above.kind is ElementKind.STRUCTURE else str(above.kind)
        return Typed({"level": str(level), "kind": kind or str(ElementKind.PRACTICE)})
    values = {f"label_{tag}": text for tag, text in element.label.texts.items()}
    values |= {name: str(getattr(element, name) or "") for name in ("level", "role", "step", "kind", "actor")}
    return Typed(values, lists={"links": element.measured_by})


def element_of_form(
    typed: Typed,
    framework: Framework,
    element: Element | None,
    *,
    under: str,
    touchpoints: tuple[Touchpoint, ...],
    questions: tuple[str, ...],
) -> Element | None:
    """The element that the form says, or None with what is wrong."""
    label = _label(typed, element)
    above = framework.element(under) if under else None
    if above is not None and element is None and above.depth + 1 >= _MOST_DEEP:
        typed.wrong[""] = _("An element stands at most five deep.")
    level = typed.one_of("level", Level, required=True)
    kind = typed.one_of("kind", ElementKind, required=True)
    role, step, actor = (
        typed.one_of(name, known) for name, known in (("role", Role), ("step", framework.steps), ("actor", Side))
    )
    before = () if element is None else element.measured_by
    links = typed.many("links", linkable(touchpoints, questions, before))
    if not typed.fits:
        return None
    made = element or Element(id=_new_id(framework, label, under), parent=under, label=label)
    # What is left open holds as above: so the file says it, and so it is read again.
    return replace(
        made,
        label=label,
        level=Level(level),
        kind=ElementKind(kind),
        role=Role(role) if role else (above.role if above else None),
        step=step or (above.step if above else None),
        actor=Side(actor) if actor else (above.actor if above else None),
        measured_by=links,
    )


def linkable(touchpoints: tuple[Touchpoint, ...], questions: tuple[str, ...], before: tuple[str, ...]) -> list[str]:
    """Everything that may be ticked; what was linked before stays so even where it is gone from the log."""
    named = [f"touchpoint:{one.id}" for one in touchpoints] + [f"question:{one}" for one in questions]
    return list(dict.fromkeys([*named, *known_capabilities(), *before]))


def _label(typed: Typed, element: Element | None) -> Label:
    """Names in English and Persian, in the languages that there are, and in one more."""
    texts = {tag: typed.text(f"label_{tag}") for tag in ("en", "fa")}
    if not any(texts.values()):
        typed.wrong["label_en"] = _("Give a name in English or in Persian.")
    for tag in () if element is None else element.label.texts:
        if tag not in texts:
            texts[tag] = typed.text(f"label_{tag}")
    tag, more = typed.text("more_tag", most=20), typed.text("more_text")
    if tag and not _LANGUAGE.fullmatch(tag):
        typed.wrong["more_tag"] = _("Write a language tag, such as de or ar.")
    elif bool(tag) != bool(more):
        typed.wrong["more_tag" if more else "more_text"] = _("This is needed.")
    elif tag:
        texts[tag] = more
    return Label({name: text for name, text in texts.items() if text})


def _new_id(framework: Framework, label: Label, under: str) -> str:
    made = safe_ids([label.text("en")])[0]
    found, number = made, 1
    while (f"{under}.{found}" if under else found) in framework:
        number += 1
        found = f"{made}-{number}"
    return f"{under}.{found}" if under else found


def _below(level: Level) -> Level:
    order = list(Level)
    return order[min(order.index(level) + 1, len(order) - 1)]
