"""How wide the columns of a printed table are: ids and numbers are never broken, other words where there is no room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

GAP = 2
"""Blanks between two columns."""
_LEAST = 8
"""Cells that a column of several words keeps, however little room there is."""


class Widths(NamedTuple):
    """Cells of each column, and of a whole line with its gaps: more than there is room where ids need it."""

    columns: list[int]
    total: int


def find_widths(lines: Sequence[Sequence[str]], *, room: int, whole: Sequence[int] = ()) -> Widths:
    """The widths of a table whose first line is its head. whole: places of columns that are never broken.

    A column without a blank in any of its values holds ids or numbers, which are copied or compared: it is whole too.
    The others give way, the widest first: heads before values, and within words only where nothing else helps.
    """
    columns = list(zip(*lines, strict=True))
    wide = [max(cell_len(part) for text in column for part in text.split("\n")) for column in columns]
    body = [max((cell_len(part) for text in column[1:] for part in text.split("\n")), default=1) for column in columns]
    words = [max((cell_len(word) for text in column for word in text.split()), default=1) for column in columns]
    firm = [place in whole or not any(" " in text for text in column[1:]) for place, column in enumerate(columns)]
    heads = [max(pair) for pair in zip(body, words, strict=True)]
    between = [head if place in whole else word for place, (head, word) in enumerate(zip(heads, words, strict=True))]
    within = [least if fixed else min(least, _LEAST) for least, fixed in zip(between, firm, strict=True)]
    gaps = GAP * (len(columns) - 1)
    widths = wide
    for least in (heads, between, within):
        widths = _narrowed(widths, least, room - gaps)
    return Widths([max(width, 1) for width in widths], sum(widths) + gaps)


def _narrowed(widths: list[int], least: list[int], room: int) -> list[int]:
    """The widths after the widest have given way, down to their least, until they fit."""
    widths = list(widths)
    while sum(widths) > room:
        spare = [place for place, width in enumerate(widths) if width > least[place]]
        if not spare:
            break
        widths[max(spare, key=lambda place: widths[place])] -= 1
    return widths
