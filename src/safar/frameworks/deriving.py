"""A company's own framework: a base, and what the company adds, renames, changes, drops and translates.

Order of work: drop, add, change, rename, translate. Dropping an element drops everything below it and the
arrows that touch it. What is dropped cannot be renamed: that would be a slip of the pen, and is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from safar.domain.framework import BadFramework, Element, Framework
from safar.domain.framework_edits import parents_first
from safar.domain.label import Label
from safar.frameworks.reading import element_from, fields_from, header_from, label_from, only, table, text, texts

_KEYS = {"name", "label", "about", "base", "paper", "steps", "add", "rename", "change", "drop", "translate"}
_CHANGEABLE = {"level", "role", "step", "actor", "kind", "measured_by"}


def derived_from(content: Mapping[str, Any], *, base: Framework, where: str) -> Framework:
    """The framework that a company's file makes of `base`. Raises: BadFramework naming the file and the element."""
    only(content, _KEYS, where=where)
    elements = {element.id: element for element in base.elements}
    dropped = _drop(elements, content.get("drop", []), where=where)
    _add(elements, table(content.get("add"), f"{where}: [add]"), where=where)
    for name, told in table(content.get("change"), f"{where}: [change]").items():
        element = _existing(elements, name, dropped, where=f"{where}: [change]")
        here = f"{where}: [change] {name!r}"
        only(table(told, here), _CHANGEABLE, where=here)
        elements[name] = replace(element, **fields_from(told, where=here))
    for name, told in table(content.get("rename"), f"{where}: [rename]").items():
        element = _existing(elements, name, dropped, where=f"{where}: [rename]")
        here = f"{where}: [rename] {name!r}"
        elements[name] = replace(element, label=_relabeled(element.label, table(told, here), where=here))
    for language, names in table(content.get("translate"), f"{where}: [translate]").items():
        here = f"{where}: [translate.{language}]"
        for name, words in table(names, here).items():
            element = _existing(elements, name, dropped, where=here)
            told = {language: text(words, f"{here}: {name!r}")}
            elements[name] = replace(element, label=_relabeled(element.label, told, where=here))
    header = header_from({"label": dict(base.label.texts), **content}, where=where)
    try:
        return Framework(
            name=header["name"],
            label=header["label"],
            paper=header["paper"] if "paper" in content else base.paper,
            steps=header["steps"] if "steps" in content else base.steps,
            printed={} if "paper" in content else base.printed,
            relations=tuple(r for r in base.relations if not {r.source, r.target} & dropped),
            contradictions=base.contradictions,
            base=base.name,
            about=header["about"] or base.about,
            elements=parents_first(elements.values()),
        )
    except BadFramework as error:
        raise BadFramework(f"{where}: {error.message}") from error


def _drop(elements: dict[str, Element], told: object, *, where: str) -> set[str]:
    dropped: set[str] = set()
    for name in texts(told, f"{where}: drop"):
        if name in dropped:
            continue
        if name not in elements:
            raise BadFramework(f"{where}: drop speaks of {name!r}, which the base does not have.")
        gone = {other for other in elements if other == name or other.startswith(f"{name}.")}
        for other in gone:
            del elements[other]
        dropped |= gone
    return dropped


def _add(elements: dict[str, Element], told: Mapping[str, Any], *, where: str) -> None:
    for name, line in told.items():
        if name in elements:
            raise BadFramework(f"{where}: [add] {name!r} exists already; use [rename] or [change] for it.")
        elements[name] = element_from(name, line, above=elements, where=f"{where}: [add]")


def _existing(elements: Mapping[str, Element], name: str, dropped: set[str], *, where: str) -> Element:
    if name in elements:
        return elements[name]
    why = "is dropped by the same file" if name in dropped else "does not exist"
    raise BadFramework(f"{where} speaks of {name!r}, which {why}.")


def _relabeled(label: Label, told: Mapping[str, Any], *, where: str) -> Label:
    merged = {**label.texts, **told}
    return label_from(merged, where=where)
