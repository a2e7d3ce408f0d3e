"""A path model's text while it is being made: read leniently, changed, written back; and where a fault stands in it."""

from __future__ import annotations

import re
import tomllib

from safar.domain.model_sketch import ModelSketch, SketchConstruct, SketchPath
from safar.domain.path_model import BadPathModel, Interaction, InteractionMethod, Measured, Mode
from safar.files.path_model.lavaan import read_lavaan
from safar.files.path_model.toml_form import SIGNS, read_levels
from safar.files.toml_place import Table, parse_toml

_HEADER = re.compile(r"^\s*\[+\s*([\w.]+)\s*\]+", re.MULTILINE)
_LINE = re.compile(r"\bline (\d+)", re.IGNORECASE)
_PLACE = re.compile(r"\b(constructs|paths|interactions)\[(\d+)\](?:\.(\w+))?")
_PATH = re.compile(r"Path (.+?) -> (.+?)(?: leads| names| is given|:|\.)")
_QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"")


def read_sketch(text: str, *, name: str, lavaan: bool = False) -> ModelSketch:
    """What a text describes, whole or not. A [run] table in it is left alone. Raises: BadPathModel."""
    if lavaan:
        return ModelSketch.of(read_lavaan(text, name=name))
    top = parse_toml(text, complain=BadPathModel)
    found = [_construct(one) for one in top.tables("constructs")] if _some(top, "constructs") else []
    products = [_interaction(one) for one in top.tables("interactions")] if _some(top, "interactions") else []
    paths = [_path(one) for one in top.tables("paths")] if _some(top, "paths") else []
    return ModelSketch(
        name=top.optional_text("name") or name,
        everything=tuple(found),
        interactions=tuple(products),
        paths=tuple(paths),
    )


def without_run(text: str) -> str:
    """A TOML text without its [run] table, everything else as it was written. Texts without one come back unchanged."""
    found = re.search(r"^\s*\[\s*run\s*\].*?(?=^\s*\[(?!\s*-?\d)|\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        return text
    before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip("\n")
    rest = "\n\n".join(part for part in (before, after) if part.strip()) + "\n"
    whole = tomllib.loads(text)
    whole.pop("run", None)
    # A table that is written in another way (run.scheme = …) is kept: better one too many than a model that changed.
    return rest if tomllib.loads(rest) == whole else text


def fault_line(text: str, message: str) -> int | None:
    """The line of a text that a message of ours is about, counted from 1; None where it cannot be told."""
    if told := _LINE.search(message):
        return int(told.group(1))
    if "at end of document" in message:  # as Python's reader says it
        return text.rstrip("\n").count("\n") + 1
    if place := _PLACE.search(message):
        return _line_of_table(text, place.group(1), int(place.group(2)), place.group(3))
    if path := _PATH.search(message):
        return _line_of_path(text, path.group(1), path.group(2))
    for quoted in _QUOTED.finditer(message):
        name = quoted.group(1) or quoted.group(2)
        if (line := _line_of_name(text, name)) is not None:
            return line
    return None


def _some(top: Table, name: str) -> bool:
    return top.has(name) and bool(top.value(name))


def _construct(table: Table) -> SketchConstruct:
    parts = table.texts("parts")
    mode = Mode(table.one_of("mode", tuple(Mode), required=False) or Mode.A)
    usual = Measured.COMPOSITE if parts or mode is Mode.B else Measured.FACTOR
    found = SketchConstruct(
        name=table.optional_text("name") or "",
        label=table.label() if table.has("label") else None,
        items=table.texts("items"),
        parts=parts,
        measured=Measured(table.one_of("measured", tuple(Measured), required=False) or usual),
        mode=mode,
        element=table.optional_text("element"),
        levels=read_levels(table),
    )
    table.finish()
    return found


def _interaction(table: Table) -> Interaction:
    method = table.one_of("method", tuple(InteractionMethod), required=False)
    return Interaction(
        factors=table.texts("of", required=True), method=InteractionMethod(method or InteractionMethod.TWO_STAGE)
    )


def _path(table: Table) -> SketchPath:
    sign = table.one_of("sign", tuple(SIGNS), required=False)
    return SketchPath(
        source=table.optional_text("from") or "",
        target=table.optional_text("to") or "",
        sign=None if sign is None else SIGNS[sign],
        hypothesis=table.optional_text("hypothesis") or "",
    )


def _line_of_table(text: str, kind: str, number: int, key: str | None) -> int | None:
    headers = [found for found in _HEADER.finditer(text) if found.group(1) == kind]
    if not 1 <= number <= len(headers):
        return None
    start = headers[number - 1]
    following = _HEADER.search(text, start.end())
    body = text[start.end() : following.start() if following else len(text)]
    at = re.search(rf"^\s*{key}\s*=", body, re.MULTILINE) if key else None
    place = start.end() + at.end() if at else start.end()
    return text.count("\n", 0, place) + 1


def _line_of_path(text: str, source: str, target: str) -> int | None:
    for number, found in enumerate(re.finditer(r"^\s*\[\[\s*paths\s*\]\]", text, re.MULTILINE), start=1):
        following = _HEADER.search(text, found.end())
        body = text[found.end() : following.start() if following else len(text)]
        ends = dict(re.findall(r"^\s*(from|to)\s*=\s*[\"']([^\"']*)", body, re.MULTILINE))
        if ends == {"from": source, "to": target}:
            return _line_of_table(text, "paths", number, None)
    regression = re.search(rf"^[^\S\n]*{re.escape(target)}[^\S\n]*~[^~].*?\b{re.escape(source)}\b", text, re.MULTILINE)
    return text.count("\n", 0, regression.end()) + 1 if regression else None


def _line_of_name(text: str, name: str) -> int | None:
    for pattern in (rf"[\"']{re.escape(name)}[\"']", rf"(?<!\w){re.escape(name)}(?!\w)"):
        if found := re.search(pattern, text):
            return text.count("\n", 0, found.start()) + 1
    return None
