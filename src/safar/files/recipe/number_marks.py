"""How a recipe says that numbers are written: read from its TOML, and set for all of its numbers at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from safar.files.recipe.marks import Marks

_NUMBERS = ("weight", "amount", "duration")
_NAMES = ("decimal", "thousands")


def recipe_marks(raw: Mapping[str, Any]) -> Marks | None:
    """The marks of all numbers of a plain recipe; None where it reads some in one way and some in another."""
    usual = Marks(str(raw.get("decimal", ".")), str(raw.get("thousands", "")))
    found = {
        Marks(str(one.get("decimal", usual.decimal)), str(one.get("thousands", usual.thousands)))
        for one in _numbers(raw)
    }
    return usual if not found else found.pop() if len(found) == 1 else None


def set_marks(raw: MutableMapping[str, Any], marks: Marks) -> None:
    """Say at the head how all numbers are written, and nowhere else."""
    if recipe_marks(raw) == Marks(marks.decimal, marks.thousands):
        return
    for table in (raw, *raw.get("interaction", [])):
        for name in _NUMBERS:
            of = table.get(name)
            if isinstance(of, MutableMapping):
                for one in _NAMES:
                    of.pop(one, None)
                if set(of) == {"of"}:
                    table[name] = of["of"]
    for block in raw.get("feedback", []):
        for one in _NAMES:
            block.pop(one, None)
    told = told_marks(marks)
    for one in _NAMES:
        if one in told:
            raw[one] = told[one]
        else:
            raw.pop(one, None)


def told_marks(marks: Marks) -> dict[str, str]:
    """The fields that say them; what is usual is left out."""
    decimal = {"decimal": marks.decimal} if marks.decimal != "." else {}
    return decimal | ({"thousands": marks.thousands} if marks.thousands else {})


def _numbers(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for table in (raw, *raw.get("interaction", [])):
        for name in _NUMBERS:
            of = table.get(name)
            if isinstance(of, Mapping):
                yield of
            elif isinstance(of, str):
                yield {}
    yield from (one for one in raw.get("feedback", []) if one.get("kind") not in ("text", "choice"))
