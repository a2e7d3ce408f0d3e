"""Whether the first line of a table names its columns, or is data already: told by what the cells below it hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from itertools import pairwise

from safar.files.recipe.profile import TIME_FORMATS, fits, is_iso

_MOSTLY = 0.8
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
_AGAIN = re.compile(r"_\d+$")
"""What a reader writes behind a name that stands in the header twice."""


class Kind(StrEnum):
    """What a cell is, where it is no name."""

    TIME = "time"
    NUMBER = "number"
    MAIL = "mail"


def kind_of(text: str) -> Kind | None:
    """The kind of one cell, or None: it may be a name."""
    text = text.strip()
    if _MAIL.fullmatch(text):
        return Kind.MAIL
    if is_iso(text) or any(map(partial(fits, text), TIME_FORMATS)):
        return Kind.TIME
    return Kind.NUMBER if _NUMBER.fullmatch(text) else None


def data_names(names: Sequence[str]) -> list[str]:
    """Columns whose names look like data: dates, numbers, addresses."""
    return [name for name in names if kind_of(name) is not None]


def is_headless(columns: Mapping[str, Sequence[str | None]]) -> bool:
    """Whether the first line, read as the names of `columns`, is a row like those below it.

    It is where every column that holds nothing but dates, numbers or addresses is headed by one, too. Numbers that
    count up (questions 1, 2, 3; years) are names.
    """
    headed: list[str] = []
    for name, cells in columns.items():
        below = _kind_below([cell for cell in cells if cell])
        if below is None:
            continue
        plain = name if kind_of(name) is below else _AGAIN.sub("", name)
        if kind_of(plain) is not below:
            return False
        headed.append(plain)
    return bool(headed) and not _counts_up(headed)


def _kind_below(cells: Sequence[str]) -> Kind | None:
    kinds = [kind_of(cell) for cell in cells[:100]]
    for kind in Kind:
        if kinds and kinds.count(kind) >= _MOSTLY * len(kinds):
            return kind
    return None


def _counts_up(names: Sequence[str]) -> bool:
    if len(names) < 2 or not all(name.isdecimal() and len(name) < 9 for name in names):
        return False
    return all(int(after) == int(before) + 1 for before, after in pairwise(names))
