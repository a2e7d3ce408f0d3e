"""A table as a paper prints it: cells of text under a head, notes below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from safar.analysis.path_model.parts import Figure
from safar.analysis.path_model.speaking import bracketed, number, starred


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


def figure_head(name: str, *, whole: bool = False, p: bool = False, mark: str = "") -> tuple[str, ...]:
    """The heads of `figure_cells`. mark: spaces that tell the second such figure of a table from the first."""
    if whole:
        return (name, *(f"{one}{mark}" for one in ("Std. error", "t", "p", "Interval")))
    return (name, f"Interval{mark}", *([f"p{mark}"] if p else []))


def figure_cells(figure: Figure, *, whole: bool = False, p: bool = False, digits: int = 2) -> tuple[str, ...]:
    """An estimate with its stars, its interval, and its p-value. whole: its standard error and t besides.

    digits: of the interval's ends.
    """
    estimate = starred(figure.estimate, figure.p)
    if whole:
        error, t = number(figure.standard_error), number(figure.t, 2)
        return (estimate, error, t, figure.told_p(), bracketed(figure.low, figure.high, 3))
    interval = bracketed(figure.low, figure.high, digits)
    return (estimate, interval, *([figure.told_p()] if p else []))
