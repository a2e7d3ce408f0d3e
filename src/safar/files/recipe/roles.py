"""What each column of a file is to a recipe: told from the recipe's TOML, so that a table can show and change it.

The text is the recipe; a table of columns is a view of it. `read_uses` draws the view, `recipe.revise` puts what was
changed in the view back into the text and leaves the rest of it as it stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_OWN_WORDS = ("file", "variant", "columns", "derive", "maps")
_RATED = ("nps", "csat", "ces", "rating")


class ColumnRole(StrEnum):
    """What a column is to the recipe. `OTHER`: used in words of the recipe that a table cannot show."""

    TIME = "time"
    CUSTOMER = "customer"
    EVENT = "event"
    CHANNEL = "channel"
    UNIT = "unit"
    STATUS = "status"
    AMOUNT = "amount"
    DURATION = "duration"
    QUESTION = "question"
    RATING = "rating"
    CHOICE = "choice"
    COMMENT = "comment"
    WEIGHT = "weight"
    SPEAKER = "speaker"
    ATTRIBUTE = "attribute"
    PROPERTY = "property"
    LINK = "link"
    IGNORED = "ignored"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUse:
    """A column's role; for a rating the kind and scale, `best` being high or low."""

    role: ColumnRole
    kind: str = "rating"
    low: float | None = None
    high: float | None = None
    best: str = "high"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the recipe names a column: the table that holds it, and the field there."""

    role: ColumnRole
    table: MutableMapping[str, Any]
    field: str
    block: MutableMapping[str, Any] | None = None
    """The feedback or attribute block, where the field lies in one."""


def is_plain(raw: Mapping[str, Any]) -> bool:
    """Whether a table of columns can change the recipe: one file, its columns by their own names."""
    lists = all(isinstance(raw.get(name, []), list) for name in ("interaction", "feedback", "attribute"))
    return lists and not any(name in raw for name in _OWN_WORDS)


def refers(value: object, column: str) -> bool:
    """Whether a value is the text of that one column."""
    if isinstance(value, Mapping):
        value = value.get("of")
    return isinstance(value, str) and value == "{" + column + "}"


def places(raw: MutableMapping[str, Any], column: str) -> Iterator[Place]:
    """Where a plain recipe names a column, the most telling place first."""
    blocks = list(raw.get("interaction", []))
    for table in (raw, *blocks):
        if refers(table.get("time"), column):
            yield Place(ColumnRole.TIME, table, "time")
    for table in (raw, *blocks):
        if refers(table.get("customer"), column):
            yield Place(ColumnRole.CUSTOMER, table, "customer")
    for block in blocks:
        if refers(block.get("event"), column):
            yield Place(ColumnRole.EVENT, block, "event")
    for block in raw.get("feedback", []):
        if refers(block.get("question"), column):
            yield Place(ColumnRole.QUESTION, block, "question", block)
    for block in raw.get("feedback", []):
        kind = str(block.get("kind", ""))
        role = {"choice": ColumnRole.CHOICE, "text": ColumnRole.COMMENT}.get(kind, ColumnRole.RATING)
        if refers(block.get("value"), column):
            yield Place(role, block, "value", block)
        many = block.get("questions", {})
        if isinstance(many, Mapping):
            for name, of in many.items():
                if of == column:
                    yield Place(role, many, name, block)  # type: ignore[arg-type]
    for name in ("channel", "unit", "status", "amount", "duration", "weight"):
        for table in (raw, *blocks):
            if refers(table.get(name), column):
                yield Place(ColumnRole(name), table, name)
    for table in (raw, *raw.get("feedback", [])):
        if refers(table.get("speaker"), column):
            yield Place(ColumnRole.SPEAKER, table, "speaker")
    for block in raw.get("attribute", []):
        for name, of in (block.get("values") or {}).items():
            if refers(of, column):
                yield Place(ColumnRole.ATTRIBUTE, block["values"], name, block)
    for kind, role in (("props", ColumnRole.PROPERTY), ("links", ColumnRole.LINK)):
        for table in (raw, *blocks):
            for name, of in (table.get(kind) or {}).items():
                if refers(of, column):
                    yield Place(role, table[kind], name)


def read_uses(text: str, columns: Sequence[str]) -> dict[str, ColumnUse]:
    """The use of each column. The text must be TOML."""
    raw = tomllib.loads(text)
    if not is_plain(raw):
        return {name: ColumnUse(role=_mentioned(text, name)) for name in columns}
    return {name: _use(raw, text, name) for name in columns}


def _use(raw: dict[str, Any], text: str, column: str) -> ColumnUse:
    found = next(places(raw, column), None)
    if found is None:
        only_key = _mentioned(_without_key(text), column)
        return ColumnUse(role=only_key)
    if found.role is not ColumnRole.RATING or found.block is None:
        return ColumnUse(role=found.role)
    kind = str(found.block.get("kind", "rating"))
    usual = {"nps": (0.0, 10.0), "csat": (1.0, 5.0)}.get(kind, (None, None))
    scale = found.block.get("scale") or {}
    return ColumnUse(
        role=ColumnRole.RATING,
        kind=kind if kind in _RATED else "rating",
        low=_number(scale.get("min"), usual[0]),
        high=_number(scale.get("max"), usual[1]),
        best=str(scale.get("best", "high")),
    )


def _number(value: object, otherwise: float | None) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise


def _without_key(text: str) -> str:
    return re.sub(r"(?m)^\s*(key\s*=|#).*$", "", text)


def _mentioned(text: str, column: str) -> ColumnRole:
    """Whether the recipe speaks of the column at all, comments left aside."""
    told = re.sub(r"(?m)^\s*#.*$", "", text)
    quoted = {"{" + column + "}", f'"{column}"', f"'{column}'"}
    bare = re.search(rf"(?m)^{re.escape(column)}\s*=", told) is not None
    return ColumnRole.OTHER if bare or any(one in told for one in quoted) else ColumnRole.IGNORED
