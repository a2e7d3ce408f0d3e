"""Putting what was changed in a table of columns back into a recipe's text; all else in it stays, comments too."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.items import AoT

from safar.domain.calendars import Calendar
from safar.files.recipe.marks import Marks
from safar.files.recipe.model import ASK_TIME, NO_TIME
from safar.files.recipe.naming import free_name, own_words, plain_name
from safar.files.recipe.number_marks import set_marks, told_marks
from safar.files.recipe.question_column import ask_by, ask_no_more
from safar.files.recipe.read import read_recipe
from safar.files.recipe.roles import ColumnRole, ColumnUse, is_plain, places, read_uses, refers
from safar.files.recipe.section import BadRecipe

_SCALARS = (ColumnRole.CUSTOMER, ColumnRole.CHANNEL, ColumnRole.UNIT, ColumnRole.WEIGHT, ColumnRole.SPEAKER)
_OF_INTERACTION = (ColumnRole.STATUS, ColumnRole.AMOUNT, ColumnRole.DURATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopFields:
    """Fields at a recipe's head. Empty ones are taken out; `formats`: of times; `format`: how to read the file.

    `numbers`: the marks of all its numbers, None where they stay as they are. `time`: the one time of all rows, where
    no column holds it; empty where it stays as it is.
    """

    source: str
    key: str
    zone: str
    formats: tuple[str, ...]
    currency: str = ""
    format: Mapping[str, str] | None = None
    numbers: Marks | None = None
    time: str = ""
    calendar: str = ""


def revise(
    text: str,
    *,
    top: TopFields,
    uses: Mapping[str, ColumnUse],
    formats: Mapping[str, str],
    marks: Mapping[str, Marks] | None = None,
) -> str:
    """The recipe with other uses of columns and other fields at its head; valid, or refused.

    `formats`: by column, how times in it are written, for a column that becomes a time. `marks`: how
    numbers are, for one that becomes a number.
    Raises: BadRecipe: the text is no plain recipe, or what was asked for makes no recipe.
    """
    document: Any = tomlkit.parse(text)
    if not is_plain(document):
        raise BadRecipe("recipe: it says more than a table of columns can; change its text.")
    before = read_uses(text, list(uses))
    changed = {name: use for name, use in uses.items() if use != before[name] and use.role is not ColumnRole.OTHER}
    _set_top(document, top)
    _set_times(document, before, uses, formats)
    for name, use in changed.items():
        if before[name].role is not ColumnRole.TIME or use.role is not ColumnRole.TIME:
            _take_out(document, name, before[name].role)
    for name, use in changed.items():
        _put_in(document, name, use, top)
        _mark(document, name, use.role, (marks or {}).get(name))
    for name in (name for name, use in uses.items() if use.role is ColumnRole.QUESTION):
        ask_by(document, name, is_new=name in changed)
    if top.numbers is not None:
        set_marks(document, top.numbers)
    revised = tomlkit.dumps(document)
    try:
        same = tomllib.loads(revised) == document.unwrap()
    except tomllib.TOMLDecodeError:
        same = False
    if same and not any(table["time"] == NO_TIME for table in fixed_times(document)):
        revised = revised.replace(ASK_TIME, "")
    if not same:  # the layout could not be kept; the meaning is
        revised = tomlkit.dumps(document.unwrap())
    read_recipe(revised)
    return revised


def _set_top(document: Any, top: TopFields) -> None:
    _assign(document, "source", top.source)
    _assign(document, "key", top.key)
    _assign(document, "zone", top.zone)
    _assign(document, "formats", list(top.formats) if tuple(top.formats) not in ((), ("iso",)) else "")
    _assign(document, "calendar", top.calendar if top.calendar != Calendar.GREGORIAN else "")
    if top.time:
        _retime(document, top.time)
    if top.format is not None:
        table = dict(document.get("format", {}))
        for name, value in top.format.items():
            if value:
                table[name] = value
            else:
                table.pop(name, None)
        if table:
            if table != dict(document.get("format", {})):
                document["format"] = table
        elif "format" in document:
            del document["format"]


def _assign(table: Any, name: str, value: Any) -> None:
    """Set a field, or take it out where there is nothing to say; a field that says it already is left alone."""
    if value in ("", [], None):
        if name in table:
            del table[name]
    elif table.get(name) != value:
        table[name] = value


def fixed_times(raw: Mapping[str, Any]) -> Iterator[Any]:
    """The tables of a plain recipe that say one time for all rows."""
    for table in (raw, *raw.get("interaction", []), *raw.get("attribute", [])):
        time = table.get("time")
        if time is not None and not isinstance(time, Mapping) and "{" not in str(time):
            yield table


def _retime(document: Any, time: str) -> None:
    for table in fixed_times(document):
        if str(table["time"]) != time:
            table["time"] = time


def _set_times(
    document: Any, before: Mapping[str, ColumnUse], uses: Mapping[str, ColumnUse], formats: Mapping[str, str]
) -> None:
    """Each time column is the time of an interaction: new ones take the place of old ones, or make an interaction."""
    old = [name for name, use in before.items() if use.role is ColumnRole.TIME]
    new = [name for name, use in uses.items() if use.role is ColumnRole.TIME]
    added, removed = [n for n in new if n not in old], [n for n in old if n not in new]
    if removed and not new:
        raise BadRecipe("interaction[1].time is missing: say which column holds the time.")
    told = list(document.get("formats", ["iso"]))
    for name in added:
        wanted = formats.get(name)
        if wanted and wanted not in told:
            told.append(wanted)
    if told != list(document.get("formats", ["iso"])):
        _assign(document, "formats", told)
    for name in removed:
        blocks = document["interaction"]
        for place in list(places(document, name)):
            if place.role is not ColumnRole.TIME:
                continue
            if added:
                place.table[place.field] = _ref(added[0])
                if place.table.get("when") == name:
                    place.table["when"] = added[0]
            elif len(blocks) > 1 and place.table is not document:
                _drop(document, "interaction", place.table)
        if added:
            added.pop(0)
    for name in added:
        blocks = document["interaction"]
        fixed = [block for block in blocks if "{" not in str(block.get("time", "{"))]
        if fixed:
            fixed[0]["time"] = _ref(name)
            for block in document.get("attribute", []):  # what is known of customers was dated by it
                if str(block.get("time")) == NO_TIME:
                    block["time"] = _ref(name)
        else:
            block = tomlkit.table()
            slot = free_name({str(one.get("slot", "")) for one in blocks}, plain_name(name, "moment"))
            event = (slot if own_words(name).isascii() else own_words(name)).replace("_", " ")
            block.update({"slot": slot, "event": event, "when": name, "time": _ref(name)})
            _append(document, "interaction", block)


def _take_out(document: Any, column: str, role: ColumnRole) -> None:
    for place in list(places(document, column)):
        if place.role is not role or role is ColumnRole.TIME:
            continue
        if role is ColumnRole.EVENT:
            place.table["event"] = str(document.get("name") or document.get("source") or "event")
            continue
        if role is ColumnRole.QUESTION:
            ask_no_more(place.table)
            continue
        if place.field in place.table:
            del place.table[place.field]
        if role is ColumnRole.AMOUNT:
            place.table.pop("currency", None)
        if place.block is None:
            continue
        if role is ColumnRole.ATTRIBUTE:
            if not place.block.get("values"):
                _drop(document, "attribute", place.block)
        elif not place.block.get("questions"):
            _drop(document, "feedback", place.block)


def _put_in(document: Any, column: str, use: ColumnUse, top: TopFields) -> None:
    blocks = document["interaction"]
    role, first = use.role, blocks[0]
    if role in _SCALARS:
        document[str(role)] = _ref(column)
    elif role is ColumnRole.EVENT:
        first["event"] = _ref(column)
    elif role in _OF_INTERACTION:
        if role is ColumnRole.DURATION:
            first["duration"] = _inline({"of": _ref(column), "unit": "s"})
        else:
            first[str(role)] = _ref(column)
        if role is ColumnRole.AMOUNT:
            first["currency"] = top.currency or "EUR"
    elif role in (ColumnRole.PROPERTY, ColumnRole.LINK):
        kind = "props" if role is ColumnRole.PROPERTY else "links"
        if kind not in document:
            document[kind] = tomlkit.table()
        plain = plain_name(column, "property" if role is ColumnRole.PROPERTY else "link")
        document[kind][free_name(set(document[kind]), plain)] = _ref(column)
    elif role is ColumnRole.ATTRIBUTE:
        _add_attribute(document, column)
    elif role in (ColumnRole.RATING, ColumnRole.CHOICE, ColumnRole.COMMENT):
        if not any(_is_submission(block) for block in blocks):
            blocks[-1]["kind"] = "submission"
        _add_answer(document, column, use)


def _mark(document: Any, column: str, role: ColumnRole, marks: Marks | None) -> None:
    """Say how the numbers of a column that became one are written, where the recipe does not say so already."""
    if marks is None or marks.is_plain or role not in (ColumnRole.AMOUNT, ColumnRole.DURATION, ColumnRole.WEIGHT):
        return
    if (document.get("decimal", "."), document.get("thousands", "")) == (marks.decimal, marks.thousands):
        return
    for place in places(document, column):
        if place.role is role:
            of = place.table[place.field]
            told = dict(of) if isinstance(of, Mapping) else {"of": _ref(column)}
            place.table[place.field] = _inline(told | told_marks(marks))


def _is_submission(block: Mapping[str, Any]) -> bool:
    return block.get("kind") == "submission"


def _add_answer(document: Any, column: str, use: ColumnUse) -> None:
    taken = {str(one.get("slot", "")) for one in document.get("feedback", [])}
    asked = {name for one in document.get("feedback", []) for name in (one.get("question"), *one.get("questions", ()))}
    question = free_name({str(one) for one in asked}, own_words(column))
    block = tomlkit.table()
    if use.role is not ColumnRole.RATING:
        block["kind"] = "choice" if use.role is ColumnRole.CHOICE else "text"
        block["slot"] = free_name(taken, plain_name(column, "words" if block["kind"] == "text" else "choice"))
        block["question"] = question
        block["value"] = _ref(column)
        _append(document, "feedback", block)
        return
    if use.low is None or use.high is None or not use.low < use.high:
        raise BadRecipe(f"column {column}: a rating needs its lowest and highest value, the first below the second.")
    scale = {"min": _plain(use.low), "max": _plain(use.high), "best": use.best}
    nps = use.kind == "nps" and (use.low, use.high, use.best) == (0, 10, "high")
    for other in document.get("feedback", []):
        own = {"min": 0, "max": 10, "best": "high"} if other.get("kind") == "nps" else other.get("scale")
        alike = set(other) <= {"kind", "slot", "questions", "scale"} and isinstance(other.get("questions"), Mapping)
        if alike and (other.get("kind") == "nps") == nps and own is not None and dict(own) == scale:
            other["questions"][question] = column
            return
    block["kind"] = "nps" if nps else "rating"
    block["slot"] = free_name(taken, plain_name(column, "ratings"))
    block["questions"] = _inline({question: column})
    if not nps:
        block["scale"] = _inline(scale)
    _append(document, "feedback", block)


def _add_attribute(document: Any, column: str) -> None:
    for block in document.get("attribute", []):
        if block.get("subject", "customer") == "customer" and "when" not in block:
            block["values"][free_name(set(block["values"]), own_words(column)[:60])] = _ref(column)
            return
    block = tomlkit.table()
    if "time" not in document:
        block["time"] = document["interaction"][0].get("time")
    block["values"] = _inline({own_words(column)[:60]: _ref(column)})
    _append(document, "attribute", block)


def _append(document: Any, name: str, block: Any) -> None:
    if name in document:
        document[name].append(block)
    else:
        many: AoT = tomlkit.aot()
        many.append(block)
        document[name] = many


def _drop(document: Any, name: str, block: Any) -> None:
    blocks = document[name]
    for at, one in enumerate(blocks):
        if one is block or one == block:
            del blocks[at]
            break
    if not len(blocks):
        del document[name]


def _inline(values: Mapping[str, Any]) -> Any:
    table = tomlkit.inline_table()
    table.update(values)
    return table


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else number


def _ref(column: str) -> str:
    return "{" + column + "}"


def key_of(raw: Mapping[str, Any], columns: Sequence[str]) -> str:
    """The column that tells rows apart; "*" for the whole row; "" where none is named; else the key as it
    stands, several columns as "one + other"."""
    key = raw.get("key", "")
    told = " + ".join(map(str, key)) if isinstance(key, list) else str(key)
    return next((name for name in columns if refers(key, name) or key == [name]), told)
