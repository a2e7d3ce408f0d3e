"""TOML → Framework. Every error names the file and, where there is one, the element.

The format is described in docs/reference/frameworks.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from safar.domain.framework import (
    BadFramework,
    Contradiction,
    Element,
    ElementKind,
    Framework,
    Level,
    Paper,
    Place,
    Reading,
    Relation,
    Role,
    Side,
)
from safar.domain.label import Label

LANGUAGES = ("en", "fa")
_OWN = {"level", "role", "step", "actor", "kind", "at", "only_in", "figures", "readings", "measured_by", "from"}
_FIELDS = {"at": "places", "from": "source"}
_HEADER = {"name", "label", "about", "paper", "steps", "printed", "contradictions", "relations"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_E = TypeVar("_E", bound=StrEnum)


def parse(text: str, *, where: str) -> dict[str, Any]:
    """TOML text as a dictionary. Raises: BadFramework with line and column when it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFramework(f"{where}: not valid TOML: {error}") from error


def framework_from(content: Mapping[str, Any], *, where: str) -> Framework:
    """A whole framework from a file's content. Raises: BadFramework."""
    only(content, _HEADER | {"elements"}, where=where)
    lines = table(content.get("elements"), f"{where}: [elements]")
    if not lines:
        raise BadFramework(f"{where}: it names no element; write them under [elements].")
    elements: dict[str, Element] = {}
    for name, line in lines.items():
        elements[name] = element_from(name, line, above=elements, where=where)
    try:
        return Framework(**header_from(content, where=where), elements=tuple(elements.values()))
    except BadFramework as error:
        raise BadFramework(f"{where}: {error.message}") from error


def header_from(content: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """What stands above the elements, as keyword arguments of `Framework`."""
    name = content.get("name")
    if not isinstance(name, str) or not name:
        raise BadFramework(f'{where}: it needs a name = "…".')
    return {
        "name": name,
        "label": label_from(table(content.get("label"), f"{where}: label"), where=f"{where}: label"),
        "about": label_from(table(content["about"], f"{where}: about"), where=f"{where}: about")
        if "about" in content
        else None,
        "paper": _paper(content.get("paper", {"title": name}), where=f"{where}: [paper]"),
        "steps": tuple(texts(content.get("steps", []), f"{where}: steps")),
        "printed": _figures(content.get("printed", {}), f"{where}: [printed]"),
        "relations": tuple(_relation(line, where=where) for line in _tables(content, "relations", where)),
        "contradictions": tuple(
            _contradiction(line, where=where) for line in _tables(content, "contradictions", where)
        ),
    }


def element_from(name: str, line: object, *, above: Mapping[str, Element], where: str) -> Element:
    """One element; what it leaves out (role, step, actor, kind) holds as its parent has it."""
    here = f"{where}, element {name!r}"
    told = table(line, here)
    parent = name.rpartition(".")[0]
    if parent and parent not in above:
        raise BadFramework(f"{here}: its parent {parent!r} must stand above it and does not.")
    if not all(part and part == part.strip() for part in name.split(".")):
        raise BadFramework(f"{here}: an id is names joined by single dots.")
    held = above.get(parent)
    labels = {key: value for key, value in told.items() if key not in _OWN}
    return Element(
        id=name,
        parent=parent,
        label=label_from(labels, where=here),
        **{**_inherited(held), **fields_from(told, where=here)},
    )


def _inherited(parent: Element | None) -> dict[str, Any]:
    if parent is None:
        return {}
    return {"role": parent.role, "step": parent.step, "actor": parent.actor, "kind": parent.kind}


def fields_from(told: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """The fields that a line states, labels aside, as keyword arguments of `Element`."""
    read: dict[str, Callable[[Any], Any]] = {
        "level": lambda value: _one_of(Level, value, f"{where}: level"),
        "role": lambda value: _one_of(Role, value, f"{where}: role"),
        "step": lambda value: text(value, f"{where}: step"),
        "actor": lambda value: _one_of(Side, value, f"{where}: actor"),
        "kind": lambda value: _one_of(ElementKind, value, f"{where}: kind"),
        "at": lambda value: places_from(value, where=f"{where}: at"),
        "only_in": lambda value: text(value, f"{where}: only_in"),
        "figures": lambda value: _figures(value, f"{where}: figures"),
        "readings": lambda value: _readings(value, where=f"{where}: readings"),
        "measured_by": lambda value: tuple(texts(value, f"{where}: measured_by")),
        "from": lambda value: text(value, f"{where}: from"),
    }
    return {_FIELDS.get(key, key): read[key](value) for key, value in told.items() if key in read}


def label_from(told: Mapping[str, Any], *, where: str) -> Label:
    """A label: language tag → name. At least one of English and Persian must be there."""
    for language, name in told.items():
        if not _LANGUAGE.fullmatch(language):
            raise BadFramework(f"{where}: {language!r} is neither a language tag nor one of {', '.join(sorted(_OWN))}.")
        if not isinstance(name, str) or not name.strip():
            raise BadFramework(f"{where}: the name in {language!r} must be text that is not empty.")
    if not any(language in told for language in LANGUAGES):
        raise BadFramework(f"{where}: it needs a name in English (en) or Persian (fa).")
    return Label(dict(told))


def places_from(value: object, *, where: str) -> tuple[Place, ...]:
    """Places from "3:49 2:69": table and row, a space between two places."""
    places = []
    for part in text(value, where).split():
        table_name, _, row = part.partition(":")
        if not table_name:
            raise BadFramework(f'{where}: {part!r} names no table; write "3:49" for table 3, row 49.')
        places.append(Place(table_name, row))
    return tuple(places)


def only(told: Mapping[str, Any], allowed: set[str], *, where: str) -> None:
    """Raises: BadFramework when a table has a key that nothing reads."""
    unknown = sorted(set(told) - allowed)
    if unknown:
        raise BadFramework(f"{where}: unknown {', '.join(map(repr, unknown))}; known are {', '.join(sorted(allowed))}.")


def table(value: object, where: str) -> Mapping[str, Any]:
    """`value` as a table; an absent one is empty."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadFramework(f'{where}: this must be a table, such as {{ en = "…", fa = "…" }}.')
    return value


def text(value: object, where: str) -> str:
    """`value` as text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise BadFramework(f"{where}: this must be text that is not empty.")
    return value


def texts(value: object, where: str) -> list[str]:
    """`value` as a list of texts."""
    if not isinstance(value, list):
        raise BadFramework(f'{where}: this must be a list, such as ["one", "two"].')
    return [text(item, where) for item in value]


def _tables(content: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
    value = content.get(key, [])
    if not isinstance(value, list):
        raise BadFramework(f"{where}: write [[{key}]] with two brackets: there may be several.")
    return [table(item, f"{where}: [[{key}]]") for item in value]


def _one_of(enum: type[_E], value: object, where: str) -> _E:
    try:
        return enum(str(value))
    except ValueError as error:
        raise BadFramework(f"{where}: {value!r} is not one of {', '.join(enum)}.") from error


def _figures(value: object, where: str) -> dict[str, float]:
    told = table(value, where)
    for name, number in told.items():
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise BadFramework(f"{where}: {name!r} must be a number.")
    return dict(told)


def _readings(value: object, *, where: str) -> tuple[Reading, ...]:
    if not isinstance(value, list) or len(value) < 2:
        raise BadFramework(f'{where}: two at least, such as [{{ where = "table 2", says = "…" }}, …].')
    found = []
    for item in value:
        told = table(item, where)
        only(told, {"where", "says"}, where=where)
        found.append(Reading(text(told.get("where"), f"{where}: where"), text(told.get("says"), f"{where}: says")))
    return tuple(found)


def _paper(value: object, *, where: str) -> Paper:
    told = table(value, where)
    only(told, {"title", "authors", "year", "outlet"}, where=where)
    year = told.get("year")
    if year is not None and (isinstance(year, bool) or not isinstance(year, int)):
        raise BadFramework(f"{where}: year must be a whole number.")
    return Paper(
        title=text(told.get("title"), f"{where}: title"),
        authors=str(told.get("authors", "")),
        year=year,
        outlet=str(told.get("outlet", "")),
    )


def _relation(told: Mapping[str, Any], *, where: str) -> Relation:
    here = f"{where}: [[relations]]"
    only(told, {"from", "to", "figures", "at"}, where=here)
    return Relation(
        source=text(told.get("from"), f"{here}: from"),
        target=text(told.get("to"), f"{here}: to"),
        figures=_figures(told.get("figures", {}), f"{here}: figures"),
        places=places_from(told["at"], where=f"{here}: at") if "at" in told else (),
    )


def _contradiction(told: Mapping[str, Any], *, where: str) -> Contradiction:
    here = f"{where}: [[contradictions]]"
    only(told, {"about", "readings"}, where=here)
    return Contradiction(
        about=text(told.get("about"), f"{here}: about"),
        readings=_readings(told.get("readings"), where=f"{here}: readings"),
    )
