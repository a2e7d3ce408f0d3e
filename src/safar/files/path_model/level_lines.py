"""Levels of items as people type them into a form: a line an item."""

from __future__ import annotations

from collections.abc import Iterable

from safar.domain.item_level import ItemLevel, Level
from safar.domain.path_model import BadPathModel


def read_level_lines(text: str) -> tuple[ItemLevel, ...]:
    """`region: nominal`, `plan: ordinal`, or `speed: slow < fair < fast`; a line an item. Raises: BadPathModel."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        # The last colon that is followed by a space parts them: names of columns may hold others.
        item, _, told = line.strip().rpartition(": ") if ": " in line else line.strip().partition(":")
        item, told = item.strip(), told.strip()
        if not item or not told:
            raise _wrong(line)
        if "<" in told:
            order = tuple(one.strip() for one in told.split("<"))
            found.append(ItemLevel(item=item, level=Level.ORDINAL, order=order))
        elif told.lower() in tuple(Level):
            found.append(ItemLevel(item=item, level=Level(told.lower())))
        else:
            raise _wrong(line)
    return tuple(found)


def write_level_lines(levels: Iterable[ItemLevel]) -> str:
    """The same text from levels."""
    return "\n".join(f"{one.item}: {' < '.join(one.order) if one.order else one.level}" for one in levels)


def _wrong(line: str) -> BadPathModel:
    return BadPathModel(
        f"{line.strip()!r} says no level of an item.",
        next_step="Write a line an item: region: nominal, or speed: slow < fair < fast.",
    )
