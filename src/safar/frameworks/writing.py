"""Framework → TOML: the same text for equal frameworks, and reading it back gives the framework."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from safar.domain.framework import Element, Framework, Level, Place, Reading
from safar.domain.label import Label

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def framework_text(framework: Framework) -> str:
    """The whole framework as TOML, derived ones spelled out in full (`base` is not kept)."""
    paper = framework.paper
    lines = [f"name = {_text(framework.name)}", f"label = {_label(framework.label)}"]
    if framework.about is not None:
        lines.append(f"about = {_label(framework.about)}")
    if framework.steps:
        lines.append(f"steps = [{', '.join(map(_text, framework.steps))}]")
    lines += ["", "[paper]", f"title = {_text(paper.title)}"]
    lines += [
        f"{key} = {_text(value)}" for key, value in (("authors", paper.authors), ("outlet", paper.outlet)) if value
    ]
    if paper.year is not None:
        lines.append(f"year = {paper.year}")
    if framework.printed:
        lines += ["", "[printed]", *(f"{_key(name)} = {number!r}" for name, number in framework.printed.items())]
    for contradiction in framework.contradictions:
        lines += ["", "[[contradictions]]", f"about = {_text(contradiction.about)}"]
        lines.append(f"readings = {_readings(contradiction.readings)}")
    for relation in framework.relations:
        lines += ["", "[[relations]]", f"from = {_text(relation.source)}", f"to = {_text(relation.target)}"]
        if relation.figures:
            lines.append(f"figures = {_figures(relation.figures)}")
        if relation.places:
            lines.append(f"at = {_places(relation.places)}")
    lines += ["", "[elements]"]
    for element in framework.elements:
        parent = framework.element(element.parent) if element.parent else None
        if parent is None:
            lines.append("")
        lines.append(f"{_key(element.id)} = {{ {', '.join(_fields(element, parent))} }}")
    return "\n".join(lines) + "\n"


def starter_text(base: Framework, *, name: str) -> str:
    """A file that derives from `base` and changes nothing yet, with one commented example of each change."""
    example = next((e for e in base.elements if e.level is Level.CODE), base.elements[0])
    top = base.elements[0]
    return f"""\
# A framework of our own, derived from {base.name!r}. Take the # away from what you need.
# Format: docs/how-to/derive-a-framework.md. Ids: safar frameworks show {base.name}
name = {_text(name)}
base = {_text(base.name)}
label = {_label(Label({**base.label.texts, "en": f"{name}: {base.label.text('en')}"}))}

# Drop elements; what stands below them goes too.
drop = [
  # {_text(example.id)},
]

# Add elements; role, step, actor and kind hold as the parent has them.
[add]
# "{top.id}.our-own" = {{ en = "Our own element", fa = "عنصر خودمان", kind = "practice", actor = "company" }}

# Give elements other names.
[rename]
# {_text(example.id)} = {{ en = "Our word for it" }}

# Change level, role, step, actor, kind or measured_by.
[change]
# {_text(example.id)} = {{ kind = "practice" }}

# Add a language: [translate.de], [translate.ar] …
[translate.de]
# {_text(example.id)} = "…"
"""


def _fields(element: Element, parent: Element | None) -> list[str]:
    fields = [f"{_key(tag)} = {_text(name)}" for tag, name in element.label.texts.items()]
    if element.level is not Level.CODE:
        fields.append(f'level = "{element.level}"')
    for key in ("role", "step", "actor", "kind"):
        value = getattr(element, key)
        if value is not None and (parent is None or getattr(parent, key) != value):
            fields.append(f"{key} = {_text(value)}")
    if element.places:
        fields.append(f"at = {_places(element.places)}")
    if element.only_in:
        fields.append(f"only_in = {_text(element.only_in)}")
    if element.figures:
        fields.append(f"figures = {_figures(element.figures)}")
    if element.readings:
        fields.append(f"readings = {_readings(element.readings)}")
    if element.measured_by:
        fields.append(f"measured_by = [{', '.join(map(_text, element.measured_by))}]")
    if element.source:
        fields.append(f"from = {_text(element.source)}")
    return fields


def _text(value: str) -> str:
    """A TOML string: JSON's escapes are TOML's, but for the two that JSON lets stand."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _label(label: Label) -> str:
    return "{ " + ", ".join(f"{_key(tag)} = {_text(name)}" for tag, name in label.texts.items()) + " }"


def _figures(figures: Mapping[str, float]) -> str:
    return "{ " + ", ".join(f"{_key(name)} = {number!r}" for name, number in figures.items()) + " }"


def _places(places: Iterable[Place]) -> str:
    return _text(" ".join(f"{place.table}:{place.row}" if place.row else place.table for place in places))


def _readings(readings: Iterable[Reading]) -> str:
    told = (f"{{ where = {_text(reading.where)}, says = {_text(reading.says)} }}" for reading in readings)
    return f"[{', '.join(told)}]"
