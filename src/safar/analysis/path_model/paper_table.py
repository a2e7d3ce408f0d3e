"""A table as a paper prints it: cells of text under a head, notes below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTable:
    """A table: its head, its rows of text (as many cells as the head), and what stands below it.

    words: how many columns from the left hold names; the others hold numbers.
    """

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    words: int = 1

    def cells(self) -> tuple[Mapping[str, str], ...]:
        """The rows as mappings from the head to the cell."""
        return tuple(dict(zip(self.head, row, strict=True)) for row in self.rows)


def paper_table(
    name: str,
    title: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    words: int = 1,
    notes: Sequence[str] = (),
) -> PaperTable:
    """A table of whatever sequences."""
    return PaperTable(
        name=name, title=title, head=tuple(head), rows=tuple(map(tuple, rows)), words=words, notes=tuple(notes)
    )
