"""Values of a recipe: templates, maps, numbers, times, durations, conditions and derived columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from safar.domain.calendars import Calendar
from safar.files.recipe.model import (
    Cases,
    Change,
    Comparison,
    Condition,
    Derived,
    Duration,
    Moment,
    Number,
    Sum,
    Template,
    Test,
    Unknown,
    Value,
)
from safar.files.recipe.section import BadRecipe, Section, as_texts, near

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_JALALI_CODES = re.compile(r"(?:[^%]|%[YmdHMS])*")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
FORMAT_NAMES = ("iso", "unix", "unix-ms")
"""Time formats with a name of their own; all others are written with % codes."""
SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
"""Units of a duration, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where a value does not say otherwise."""

    zone: str
    formats: tuple[str, ...]
    decimal: str
    thousands: str
    maps: Mapping[str, tuple[tuple[str, str], ...]]
    calendar: Calendar = Calendar.GREGORIAN


def template(text: str, path: str) -> Template:
    """Text with `{column}` in it; `{{` and `}}` stand for braces. Raises: BadRecipe for a lone brace."""
    parts: list[tuple[bool, str]] = []

    def plain(more: str) -> None:
        if more and parts and not parts[-1][0]:
            parts[-1] = (False, parts[-1][1] + more)
        elif more:
            parts.append((False, more))

    end = 0
    for found in _BRACES.finditer(text):
        plain(text[end : found.start()])
        end = found.end()
        if found.group() in ("{{", "}}"):
            plain(found.group()[0])
        elif found.group(1):
            parts.append((True, found.group(1)))
        else:
            raise BadRecipe(f"{path}: {text!r} has a brace without a column; write {{{{ for a brace.")
    plain(text[end:])
    return Template(tuple(parts))


def templates(raw: object, path: str) -> tuple[Template, ...]:
    """One template or a list of alternatives."""
    if raw in ("", []):
        raise BadRecipe(f"{path} is empty.")
    return tuple(template(text, path) for text in as_texts(raw, path))


def named_map(raw: object, path: str, defaults: Defaults) -> tuple[tuple[str, str], ...]:
    """A table of text → text, or the name of one under [maps]."""
    if isinstance(raw, str):
        if raw not in defaults.maps:
            raise BadRecipe(f"{path}: there is no [maps.{raw}]{near(raw, defaults.maps)}.")
        return defaults.maps[raw]
    if not isinstance(raw, Mapping):
        raise BadRecipe(f"{path}: expected a table or the name of one under [maps].")
    pairs = []
    for key, one in raw.items():
        if isinstance(one, bool) or not isinstance(one, str | int | float):
            raise BadRecipe(f"{path}.{key}: expected text.")
        pairs.append((str(key), str(one)))
    return tuple(pairs)


def pattern(text: str, path: str) -> str:
    """A regular expression, checked roughly here; the engine (RE2) has no look-around and no back-references."""
    try:
        re.compile(text)
    except re.error as cause:
        raise BadRecipe(f"{path}: {text!r} is no regular expression: {cause}.") from cause
    if re.search(r"\(\?<?[=!]|\\[1-9]", text):
        raise BadRecipe(f"{path}: {text!r} uses look-around or a back-reference, which are not available.")
    return text


def value(raw: object, path: str, defaults: Defaults) -> Value:
    """A value: a template, a list of them (the first that is not empty), or a table with `of` and changes."""
    if not isinstance(raw, Mapping):
        return Value(of=templates(raw, path), path=path)
    section = Section(raw, path)
    found = _text_fields(section, defaults)
    section.done()
    return found


def _text_fields(section: Section, defaults: Defaults) -> Value:
    if not section.has("of"):
        raise BadRecipe(f'{section.at("of")} is missing: say which column, like of = "{{column}}".')
    changes = section.texts("change")
    for change in changes:
        if change not in set(Change):
            raise BadRecipe(f"{section.at('change')}: {change!r} is not one of {', '.join(Change)}.")
    replacing = section.table("replace")
    return Value(
        of=templates(section.any("of"), section.at("of")),
        path=section.path,
        missing=section.texts("missing"),
        change=tuple(Change(change) for change in changes),
        replace=tuple((pattern(old, replacing.at(old)), str(new)) for old, new in replacing.raw.items())
        if replacing
        else (),
        extract=pattern(section.needed("extract"), section.at("extract")) if section.has("extract") else None,
        map=named_map(section.any("map"), section.at("map"), defaults) if section.has("map") else None,
        unknown=Unknown(section.choice("unknown", Unknown, Unknown.SET_ASIDE) or Unknown.SET_ASIDE),
        default=section.text("default"),
    )


def number(raw: object, path: str, defaults: Defaults) -> Number:
    """A number: a bare one, a template, or a table that also takes `decimal`, `thousands` and `times`."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return Number(value=Value(of=(Template(((False, repr(raw)),)),), path=path))
    if not isinstance(raw, Mapping):
        return Number(value=value(raw, path, defaults), decimal=defaults.decimal, thousands=defaults.thousands)
    section = Section(raw, path)
    found = _number_fields(section, defaults)
    section.done()
    return found


def _number_fields(section: Section, defaults: Defaults) -> Number:
    times = section.number("times")
    return Number(
        value=_text_fields(section, defaults),
        decimal=mark(section, "decimal", defaults.decimal),
        thousands=mark(section, "thousands", defaults.thousands),
        factor=1.0 if times is None else times,
    )


def mark(section: Section, name: str, default: str) -> str:
    """A decimal or thousands mark: one character, or none for thousands. A blank stands for blanks of all widths."""
    text = section.text(name, default) or ""
    if len(text) > 1 or (name == "decimal" and text not in (".", ",", "٫")):
        raise BadRecipe(f'{section.at(name)}: {text!r} cannot be a {name} mark; use "." or ",".')
    return text


def moment(raw: object, path: str, defaults: Defaults) -> Moment:
    """A time: a template, a TOML date, or a table that also takes `formats`, `zone`, `clock` and `calendar`."""
    if hasattr(raw, "isoformat"):
        return Moment(value=value(str(raw), path, defaults), formats=("iso", *defaults.formats), zone=defaults.zone)
    if not isinstance(raw, Mapping):
        return Moment(
            value=value(raw, path, defaults),
            formats=defaults.formats,
            zone=defaults.zone,
            calendar=defaults.calendar,
        )
    section = Section(raw, path)
    clock = section.text("clock", "00:00") or "00:00"
    if not _CLOCK.fullmatch(clock):
        raise BadRecipe(f"{section.at('clock')}: {clock!r} is no time of day; write it like 12:00.")
    told = calendar(section, defaults.calendar)
    found = Moment(
        value=_text_fields(section, defaults),
        formats=formats(section, defaults.formats, told),
        zone=zone(section, defaults.zone),
        clock=clock,
        calendar=told,
    )
    section.done()
    return found


def calendar(section: Section, default: Calendar) -> Calendar:
    """The field `calendar`: by which one dates are written."""
    return Calendar(section.choice("calendar", Calendar, default) or default)


def formats(section: Section, default: tuple[str, ...], by: Calendar = Calendar.GREGORIAN) -> tuple[str, ...]:
    """The field `formats`: names or % codes."""
    found = section.texts("formats", default)
    for one in found:
        if by is Calendar.JALALI and not (one == "iso" or ("%Y" in one and _JALALI_CODES.fullmatch(one))):
            raise BadRecipe(
                f"{section.at('formats')}: {one!r} cannot be read by the calendar jalali; "
                "use iso, or a format with %Y %m %d %H %M %S."
            )
        if one not in FORMAT_NAMES and "%" not in one:
            raise BadRecipe(
                f"{section.at('formats')}: {one!r} is neither one of {', '.join(FORMAT_NAMES)} nor a format "
                "with % codes such as %d/%m/%Y."
            )
    return found


def zone(section: Section, default: str) -> str:
    """The field `zone`: an IANA time zone."""
    name = section.text("zone", default) or default
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as cause:
        raise BadRecipe(f"{section.at('zone')}: {name!r} is no time zone; write it like Europe/London.") from cause
    return name


def duration(raw: object, path: str, defaults: Defaults) -> Duration:
    """Seconds: a number, a table with `of` and `unit`, or a table with `start` and `end`."""
    if not isinstance(raw, Mapping):
        return Duration(number=number(raw, path, defaults))
    section = Section(raw, path)
    if section.has("start") or section.has("end"):
        if not (section.has("start") and section.has("end")):
            raise BadRecipe(f"{path}: a duration needs both `start` and `end`.")
        found = Duration(
            start=moment(section.any("start"), section.at("start"), defaults),
            end=moment(section.any("end"), section.at("end"), defaults),
        )
    else:
        unit = section.choice("unit", SECONDS, "s") or "s"
        plain = _number_fields(section, defaults)
        found = Duration(number=replace(plain, factor=plain.factor * SECONDS[unit]))
    section.done()
    return found


def condition(raw: object, path: str, defaults: Defaults) -> Condition:
    """A column's name (it is not empty), a table with `column` and tests, `any`, `not`, or a list: all must hold."""
    if isinstance(raw, str):
        return Condition("all", (_filled(raw, path),))
    if isinstance(raw, list):
        if not raw:
            raise BadRecipe(f"{path} is an empty list.")
        parts = tuple(condition(one, f"{path}[{i}]", defaults) for i, one in enumerate(raw, start=1))
        return Condition("all", parts)
    section = Section(raw, path)
    parts_found: list[Comparison | Condition] = []
    if section.has("any"):
        inner = condition(section.any("any"), section.at("any"), defaults)
        parts_found.append(Condition("any", inner.parts))
    if section.has("not"):
        parts_found.append(Condition("not", (condition(section.any("not"), section.at("not"), defaults),)))
    if section.has("column"):
        parts_found += _comparisons(section, defaults)
    section.done()
    if not parts_found:
        raise BadRecipe(f"{path}: a condition needs `column`, `any` or `not`.")
    return Condition("all", tuple(parts_found))


def _filled(column: str, path: str) -> Comparison:
    return Comparison(value=Value(of=(Template(((True, column),)),), path=path), test=Test.EMPTY, wanted=False)


def _comparisons(section: Section, defaults: Defaults) -> list[Comparison]:
    column = section.needed("column")
    subject = Value(of=(Template(((True, column),)),), path=section.path)
    found = []
    for test in Test:
        if not section.has(test):
            continue
        path = section.at(test)
        if test == Test.EMPTY:
            found.append(Comparison(value=subject, test=test, wanted=section.flag(test, True)))
        elif test in (Test.IS, Test.IS_NOT, Test.LIKE):
            found.append(Comparison(value=subject, test=test, texts=section.texts(test)))
        elif test in (Test.ABOVE, Test.AT_LEAST, Test.BELOW, Test.AT_MOST):
            own = Number(value=subject, decimal=defaults.decimal, thousands=defaults.thousands)
            found.append(Comparison(value=subject, test=test, number=own, limit=section.number(test) or 0.0))
        else:
            found.append(_compared_times(section.any(test), path, subject, test, defaults))
    return found or [_filled(column, section.path)]


def _compared_times(raw: Any, path: str, subject: Value, test: Test, defaults: Defaults) -> Comparison:
    own = Moment(value=subject, formats=defaults.formats, zone=defaults.zone)
    other = moment(raw, path, defaults)
    if other.value.constant is not None and "iso" not in other.formats:
        other = replace(other, formats=("iso", *other.formats))
    return Comparison(value=subject, test=test, moment=own, other=other)


def derived(raw: object, path: str, defaults: Defaults) -> Derived:
    """A derived column: a value, `cases`, or `add`, `subtract`, `multiply` of numbers."""
    if not isinstance(raw, Mapping):
        return value(raw, path, defaults)
    section = Section(raw, path)
    for operation in ("add", "subtract", "multiply"):
        if section.has(operation):
            many = section.any(operation)
            if not isinstance(many, list) or len(many) < 2:
                raise BadRecipe(f"{section.at(operation)}: expected a list of at least two numbers.")
            parts = tuple(number(one, f"{section.at(operation)}[{i}]", defaults) for i, one in enumerate(many, 1))
            section.done()
            return Sum(operation=operation, numbers=parts)
    if not section.has("cases"):
        return value(raw, path, defaults)
    cases = []
    for case in section.tables("cases"):
        when = condition(case.any("when"), case.at("when"), defaults)
        cases.append((when, value(case.any("value") or "", case.at("value"), defaults)))
        case.done()
    otherwise = value(section.any("otherwise"), section.at("otherwise"), defaults) if section.has("otherwise") else None
    section.done()
    return Cases(cases=tuple(cases), otherwise=otherwise)
