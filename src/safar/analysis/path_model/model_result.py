"""What all results of path models have in common: tables by name, sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from safar.analysis.frames import NO_TYPES, Types, pandas_frame, polars_frame
from safar.analysis.result import Result
from safar.analysis.telling import Telling, readable

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd
    import polars as pl

Rows = Sequence[Mapping[str, Any]]


class ModelResult(Result):
    """A result of several tables. `says` holds its verdicts as sentences, in English until `in_language` is asked."""

    __slots__ = ()

    PART_TYPES: ClassVar[Mapping[str, Types]] = {}
    """By table, the types of columns that are no numbers."""

    @property
    def title(self) -> str:
        """What it is, in a few words, in the language of its sentences."""
        raise TypeError(f"{type(self).__name__} does not say its title")

    @property
    def parts(self) -> Mapping[str, Rows]:
        """Every table of the result as flat rows, by name; the first is that of `rows()`."""
        raise TypeError(f"{type(self).__name__} does not say its tables")

    @property
    def sentences(self) -> Sequence[str]:
        """What was found, in plain words."""
        raise TypeError(f"{type(self).__name__} does not say what was found")

    def in_language(self, language: str) -> Self:
        """The same result with its sentences in a language: Persian for "fa", English for any other."""
        raise TypeError(f"{type(self).__name__} does not speak {language}")

    def rows(self) -> Rows:
        """The first table."""
        return next(iter(self.parts.values()))

    def column_types(self, part: str | None = None) -> Types:
        """The type of each column of a table (see `parts`; None: the first), whatever its rows hold.

        A table without rows has the columns that are no numbers.
        """
        rows = self.part(part)
        told = self.PART_TYPES.get(part or next(iter(self.parts)), NO_TYPES)
        return {name: told.get(name, "number") for name in rows[0]} if rows else told

    def to_polars(self, part: str | None = None) -> pl.DataFrame:
        """One table of the result (see `parts`; None: the first) as a Polars frame, with `column_types`."""
        return polars_frame(self.part(part), self.column_types(part))

    def to_pandas(self, part: str | None = None) -> pd.DataFrame:
        """One table of the result (see `parts`; None: the first) as a pandas frame, with `column_types`."""
        return pandas_frame(self.part(part), self.column_types(part))

    def part(self, name: str | None = None) -> Rows:
        """One table by its name; None: the first. Raises: KeyError."""
        if name is None:
            return self.rows()
        if name not in self.parts:
            raise KeyError(f"This result has no table {name!r}; it has {', '.join(self.parts)}.")
        return self.parts[name]

    def told(self) -> Telling:
        """The first table, and what was found."""
        return Telling(
            title=self.title,
            simulated=bool(getattr(self, "simulated", False)),
            rows=readable(self.rows()),
            notes=tuple(self.sentences),
        )

    def text(self) -> str:
        """As lines of text."""
        return self.told().text()

    def html(self) -> str:
        """As a piece of a page: the first table with what was found, then the other tables."""
        first = next(iter(self.parts))
        more = [
            Telling(title=name.replace("_", " ").capitalize(), simulated=False, rows=readable(rows)).html()
            for name, rows in self.parts.items()
            if name != first and rows
        ]
        return f"<div>{self.told().html()}{''.join(more)}</div>"

    def _repr_html_(self) -> str:
        return self.html()
