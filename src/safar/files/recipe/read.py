"""A recipe from TOML. The grammar is described in docs/reference/recipe-file.md."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from safar.domain.calendars import Calendar
from safar.files.recipe.blocks import Blocks
from safar.files.recipe.model import WHOLE_ROW as WHOLE
from safar.files.recipe.model import Aggregate, FileSpec, Format, Lookup, Recipe, Redaction, Template, Total, Variant
from safar.files.recipe.section import BadRecipe, Section, as_texts
from safar.files.recipe.values import Defaults, calendar, derived, formats, mark, named_map, pattern, template, zone

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_FIXED = ("recipe", "name", "about", "source", "namespace", "file", "interaction", "feedback", "attribute", "variant")
_FORMATS = ("csv", "xlsx", "parquet", "jsonl", "xes")


class RecipeNotReadable(BadRecipe):
    """A recipe is not TOML, or its file cannot be read."""

    code = "recipe.not-readable"
    next_step = "Check quotes and brackets at the line named; TOML is described at https://toml.io."


def read_recipe(source: str | Path) -> Recipe:
    """The recipe in a file (a Path) or a text. Raises: BadRecipe, naming the place in the TOML."""
    text = _text_of(source) if isinstance(source, Path) else source
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise RecipeNotReadable(f"The recipe is not TOML: {cause}.") from cause
    recipe = _recipe(raw)
    variants = []
    for i, one in enumerate(Section(raw, "").tables("variant"), start=1):
        variants.append(_variant(one, raw, i))
    return replace(recipe, variants=tuple(variants), text=text)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise RecipeNotReadable(f"The recipe {path} cannot be read: {cause}.") from cause


def _variant(section: Section, raw: Mapping[str, Any], number: int) -> Variant:
    match, has = section.texts("match"), section.texts("has")
    if not match and not has:
        raise BadRecipe(f"{section.path}: a variant needs `match` (file names) or `has` (columns).")
    changes = {key: one for key, one in section.raw.items() if key not in ("match", "has", "name")}
    for key in changes:
        if key in _FIXED:
            raise BadRecipe(f"{section.at(key)}: a variant cannot change `{key}`.")
    try:
        recipe = _recipe(_merged({k: v for k, v in raw.items() if k != "variant"}, changes))
    except BadRecipe as error:
        raise type(error)(f"With {section.path}: {error.message}") from error
    return Variant(name=section.text("name") or f"variant {number}", match=match, has=has, recipe=recipe)


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes` laid over it: tables are merged, everything else is replaced."""
    merged = dict(base)
    for key, one in changes.items():
        old = merged.get(key)
        both = isinstance(old, Mapping) and isinstance(one, Mapping) and key in ("columns", "derive", "maps", "format")
        merged[key] = _joined(old, one) if both else one  # type: ignore[arg-type]
    return merged


def _joined(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {**old, **new}


def _recipe(raw: Mapping[str, Any]) -> Recipe:
    top = Section(raw, "")
    version = top.any("recipe")
    if version not in (None, 1):
        raise BadRecipe(f"recipe = {version!r}: this program reads recipes of version 1.")
    source = top.needed("source")
    if not _NAME.fullmatch(source):
        raise BadRecipe(f"source: {source!r} may hold letters, digits, '_', '-' and '.', 64 at most.")
    defaults = _defaults(top)
    common = top.table("format")
    base = _format(common) if common else Format()
    if common:
        common.done()
    files = _files(top, defaults, base)
    names = [spec.name for spec in files]
    blocks = Blocks(top, defaults=defaults, files=names, source=source)
    derive = top.table("derive") or Section({}, "derive")
    columns = top.table("columns") or Section({}, "columns")
    redact = _redaction(top.table("redact") or Section({}, "redact"))
    recipe = Recipe(
        name=top.text("name") or source,
        about=top.text("about") or "",
        source=source,
        files=files,
        columns={name: _clean(as_texts(one, columns.at(name))) for name, one in columns.raw.items()},
        optional=_clean(top.texts("optional")),
        missing=top.texts("missing"),
        derive={name: derived(one, derive.at(name), defaults) for name, one in derive.raw.items()},
        redact=redact,
        interactions=blocks.interactions(),
        feedback=blocks.feedback(),
        attributes=blocks.attributes(),
        checks=blocks.checks(),
        format=base,
    )
    top.any("variant")
    top.done()
    if not (recipe.interactions or recipe.attributes):
        raise BadRecipe("The recipe makes no facts: add at least one [[interaction]] or [[attribute]].")
    return recipe


def _clean(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of columns as readers give them: runs of white space are one space."""
    return tuple(" ".join(name.split()) for name in names)


def _defaults(top: Section) -> Defaults:
    maps = top.table("maps") or Section({}, "maps")
    by = calendar(top, Calendar.GREGORIAN)
    plain = Defaults(
        zone=zone(top, "UTC"),
        formats=formats(top, ("iso",), by),
        calendar=by,
        decimal=mark(top, "decimal", "."),
        thousands=mark(top, "thousands", ""),
        maps={},
    )
    return replace(plain, maps={name: named_map(one, maps.at(name), plain) for name, one in maps.raw.items()})


def _files(top: Section, defaults: Defaults, base: Format) -> tuple[FileSpec, ...]:
    key, whole = _key(top)
    sections = top.tables("file")
    if not sections:
        return (FileSpec(name="rows", path="file", key=key, whole_row=whole, format=base),)
    specs = []
    for i, section in enumerate(sections):
        spec = _file(section, base, defaults)
        if i == 0 and spec.key is None and not spec.whole_row:
            spec = replace(spec, key=key, whole_row=whole)
        specs.append(spec)
    names = [spec.name for spec in specs]
    for spec in specs:
        if names.count(spec.name) > 1:
            raise BadRecipe(f"{spec.path}.name: two files are named {spec.name!r}.")
        for lookup in spec.lookups:
            if lookup.file not in names or lookup.file == spec.name:
                raise BadRecipe(f"{lookup.path}.file: there is no other [[file]] {lookup.file!r}.")
    _no_circle(specs)
    return tuple(specs)


def _no_circle(specs: list[FileSpec]) -> None:
    looks = {spec.name: [lookup.file for lookup in spec.lookups] for spec in specs}

    def walk(name: str, seen: tuple[str, ...]) -> None:
        if name in seen:
            raise BadRecipe(f"file: look-ups go round in a circle: {' → '.join((*seen, name))}.")
        for other in looks[name]:
            walk(other, (*seen, name))

    for name in looks:
        walk(name, ())


def _key(section: Section) -> tuple[Template | None, bool]:
    raw = section.any("key")
    if raw is None:
        return None, False
    if raw == WHOLE:
        return None, True
    path = section.at("key")
    if isinstance(raw, list):
        raw = "/".join("{" + one + "}" for one in as_texts(raw, path))
    if not isinstance(raw, str):
        raise BadRecipe(f'{path}: expected a list of columns or text like "{{order_id}}".')
    found = template(raw, path)
    if not found.columns:
        raise BadRecipe(f'{path}: {raw!r} names no column; write it like "{{order_id}}" or ["order_id"].')
    return found, False


def _file(section: Section, base: Format, defaults: Defaults) -> FileSpec:
    key, whole = _key(section)
    totals = section.table("aggregate")
    aggregate = []
    for name in totals.raw if totals else ():
        inner = Section(totals.any(name), totals.at(name)) if totals else Section({}, "")
        if len(inner.raw) != 1 or next(iter(inner.raw)) not in set(Total):
            raise BadRecipe(f'{inner.path}: write it like {{ sum = "price" }}, with one of {", ".join(Total)}.')
        how = next(iter(inner.raw))
        aggregate.append(
            Aggregate(
                name=name,
                path=inner.path,
                how=Total(how),
                column=" ".join((inner.text(how) or "").split()),
                decimal=defaults.decimal,
                thousands=defaults.thousands,
            )
        )
    group_by = _clean(section.texts("group_by"))
    if bool(group_by) != bool(aggregate):
        raise BadRecipe(f"{section.path}: `group_by` and `aggregate` belong together.")
    spec = FileSpec(
        name=section.needed("name"),
        path=section.path,
        match=section.texts("match"),
        has=_clean(section.texts("has")),
        optional=section.flag("optional", False),
        key=key,
        whole_row=whole,
        format=_format(section, base),
        lookups=tuple(_lookup(one) for one in section.tables("lookup")),
        group_by=group_by,
        aggregate=tuple(aggregate),
    )
    section.done()
    return spec


def _format(section: Section, base: Format | None = None) -> Format:
    base = base or Format()
    sheet = section.any("sheet")
    skip = section.number("skip_lines")
    return Format(
        format=section.choice("format", _FORMATS, base.format),
        encoding=section.text("encoding", base.encoding),
        delimiter=section.text("delimiter", base.delimiter),
        quote=section.text("quote", base.quote),
        escape=section.text("escape", base.escape),
        sheet=base.sheet if sheet is None else str(sheet),
        header=section.flag("header", base.header),
        skip_lines=base.skip_lines if skip is None else int(skip),
    )


def _lookup(section: Section) -> Lookup:
    raw = section.any("on")
    if isinstance(raw, Mapping):
        on = tuple((str(own), str(theirs)) for own, theirs in raw.items())
    else:
        on = tuple((name, name) for name in section.texts("on"))
    if not on:
        raise BadRecipe(f"{section.at('on')} is missing: name the column that both files share.")
    found = Lookup(
        file=section.needed("file"),
        on=tuple((" ".join(own.split()), " ".join(theirs.split())) for own, theirs in on),
        required=section.flag("required", False),
        path=section.path,
    )
    section.done()
    return found


def _redaction(section: Section) -> Redaction:
    own = []
    for one in section.tables("pattern"):
        own.append((pattern(one.needed("match"), one.at("match")), one.text("with", "[removed]") or ""))
        one.done()
    found = Redaction(
        email=section.flag("email", True),
        phone=section.flag("phone", True),
        card=section.flag("card", True),
        patterns=tuple(own),
    )
    section.done()
    return found
