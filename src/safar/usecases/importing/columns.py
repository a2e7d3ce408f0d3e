"""Finding the columns that a recipe speaks of, in one file and in the files that it looks up."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from fnmatch import fnmatchcase

from safar.errors import InputError
from safar.files.recipe.model import Feedback, FileSpec, Lookup, Recipe, Template
from safar.sql import literal, quoted

ASIDE_PREFIX = "set_aside_"
"""Columns that a set-aside file carries besides the original ones; they are not part of the row."""
ASIDE_FILE, ASIDE_PART = f"{ASIDE_PREFIX}file", f"{ASIDE_PREFIX}part"
ASIDE_RAW, ASIDE_GUESS = f"{ASIDE_PREFIX}raw", f"{ASIDE_PREFIX}guess"
"""The text of a record that could not be split, and a mark of the guess at its values."""
ASIDE_PEOPLE = f"{ASIDE_PREFIX}person"
"""Salted look-ups of whom the row is about: by them a forgetting finds it, and nobody can read them back."""
ASIDE_LOOKED = f"{ASIDE_PREFIX}looked_up"
"""A mark of the values that a row was looked up by; empty where the row did not find what it needs."""


class ColumnNotFound(InputError):
    """A recipe speaks of a column that the file does not have."""

    code = "recipe.column-not-found"
    next_step = (
        "Correct the name, add the file's name for it under [columns], or list it under `optional` if it may be absent."
    )


class ColumnNotClear(InputError):
    """A column's name is found in several of the files that are looked up."""

    code = "recipe.column-not-clear"
    next_step = "Write the file's name before it, like {orders.status}."


_NUMBERS = {f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")}
_NUMBERS |= {"INTEGER", "UINTEGER", "DOUBLE", "FLOAT"}


@dataclass(frozen=True, slots=True)
class Found:
    """One column: how SQL names it, and its type there."""

    sql: str
    type: str
    computed: bool = False
    """Whether it is a number that was added up, written with a point whatever the recipe's marks."""
    unread: str | None = None
    """SQL of what kept a number from being added up; null where it could be."""
    of: str = ""
    """The column that it was added up from."""

    @property
    def is_number(self) -> bool:
        """Whether its text is a number as a program writes it."""
        return self.computed or self.type in _NUMBERS or self.type.startswith("DECIMAL")

    @property
    def is_text(self) -> bool:
        """Whether it is text as it stands."""
        return self.type == "VARCHAR"

    @property
    def is_time(self) -> bool:
        """Whether it is already a time, of whatever precision."""
        return self.type == "DATE" or self.type.startswith("TIMESTAMP")

    def text(self) -> str:
        """SQL of its text, null where empty: the same text for a number whether the file was typed or not.

        White space around it goes. Trimming is dear, and nearly no cell needs it: it is done only where the first or
        last character asks for it ('!' is the first character that is no white space).
        """
        if self.is_text:
            edged = f"{self.sql} < '!' OR ends_with({self.sql}, ' ')"
            return f"CASE WHEN {edged} THEN nullif(trim({self.sql}), '') ELSE {self.sql} END"
        if self.type in ("DOUBLE", "FLOAT") or self.type.startswith("DECIMAL"):
            whole = f"{self.sql} = trunc({self.sql}) AND abs({self.sql}) < 1e15"
            short = f"CAST(CAST({self.sql} AS BIGINT) AS VARCHAR)"
            return f"CASE WHEN {whole} THEN {short} ELSE CAST({self.sql} AS VARCHAR) END"
        if self.type == "BLOB":
            return f"hex({self.sql})"
        return f"CAST({self.sql} AS VARCHAR)"


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A file that is looked up: its columns by our names."""

    columns: Mapping[str, Found]


@dataclass(slots=True)
class FileColumns:
    """Columns of one file: by the names that the recipe gives them, and by their own."""

    recipe: Recipe
    raw: Mapping[str, str]
    carried: tuple[str, ...] = ()
    """Of mended rows: the files whose columns were carried along (`file.column`). They are none of the file's own."""
    ours: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.ours = {}
        folded: dict[str, list[str]] = {}
        for name in self.raw:
            folded.setdefault(name.casefold(), []).append(name)
        for name, alternatives in self.recipe.columns.items():
            for one in alternatives:
                hits = [one] if one in self.raw else folded.get(one.casefold(), [])
                if len(hits) == 1:
                    self.ours[name] = hits[0]
                    break
        for name in self.raw:
            if not name.startswith((ASIDE_PREFIX, *(f"{file}." for file in self.carried))):
                self.ours.setdefault(name, name)

    def find(self, name: str, *, alias: str) -> Found | None:
        """The column of that name, or None. Without an exact match the case of letters does not matter."""
        clean = " ".join(name.split())
        own = self.ours.get(clean)
        if own is None:
            hits = [raw for ours, raw in self.ours.items() if ours.casefold() == clean.casefold()]
            own = hits[0] if len(set(hits)) == 1 else None
        return None if own is None else Found(f"{alias}.{quoted(own)}", self.raw[own])

    def expand(self, names: tuple[tuple[str, str], ...], leave_out: tuple[str, ...]) -> list[tuple[str, str]]:
        """(our name, column) pairs with `*` and `?` spelled out, without those left out.

        A lone `*` stands for every column that is not named anywhere else in the recipe.
        """
        found: dict[str, str] = {}
        for ours, column in names:
            if "*" in column or "?" in column:
                hits = [name for name in self.ours if fnmatchcase(name, column)]
                if column == "*":
                    taken = self._named_elsewhere()
                    hits = [name for name in hits if name.casefold() not in taken]
                claimed = {raw for name, raw in self.ours.items() if name != raw}
                found.update({name: name for name in hits if name != self.ours[name] or name not in claimed})
            else:
                found[ours] = column
        return [(ours, column) for ours, column in found.items() if not _any(ours, leave_out)]

    def _named_elsewhere(self) -> set[str]:
        """Our names, folded, of columns that the recipe uses; and those carried along from files looked up."""
        told = {" ".join(one.split()).casefold() for one in _named(self.recipe)}
        told |= {name.casefold() for name in self.recipe.columns}
        patterns = [one for one in told if ("*" in one or "?" in one) and one != "*"]
        carried = tuple(f"{spec.name}.".casefold() for spec in self.recipe.files) if len(self.recipe.files) > 1 else ()
        folded = {name.casefold() for name in self.ours}
        return told | {name for name in folded if _any(name, tuple(patterns)) or name.startswith(carried)}


def _named(part: object) -> Iterator[str]:
    """Every column that a part of a recipe speaks of, patterns as they are written."""
    if isinstance(part, Template):
        yield from part.columns
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from _named(one)
    elif isinstance(part, tuple):
        for one in part:
            yield from _named(one)
    elif is_dataclass(part):
        if isinstance(part, Feedback):
            yield from (column for _, column in (*part.questions, *part.options))
            yield from part.codes
        if isinstance(part, Lookup):
            yield from (ours for ours, _ in part.on)
        if isinstance(part, FileSpec):
            yield from part.group_by
        for one in fields(part):
            if one.name not in ("variants", "columns"):
                yield from _named(getattr(part, one.name))


@dataclass(slots=True)
class Scope:
    """Where the names of one file's rows are looked for: the file itself, then the files that it looks up."""

    recipe: Recipe
    file: str
    shown: str
    own: FileColumns
    looked_up: Mapping[str, LookedUp]
    absent: tuple[FileSpec, ...] = ()
    """Optional files that would be looked up, had they been given: their columns are empty."""

    def find(self, name: str, *, path: str, prefer: str | None = None) -> Found:
        """The column. Raises: ColumnNotFound, ColumnNotClear. An absent optional one is an empty text."""
        found = self.maybe(name, path=path, prefer=prefer)
        if found is not None:
            return found
        if self.is_optional(name) or self._is_absent(name):
            return Found("CAST(NULL AS VARCHAR)", "VARCHAR")
        known = [
            *self.own.ours,
            *(f"{file}.{column}" for file, one in self.looked_up.items() for column in one.columns),
        ]
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ColumnNotFound(f"{path}: {self.shown} has no column {name!r}.{hint}")

    def maybe(self, name: str, *, path: str = "", prefer: str | None = None) -> Found | None:
        """The column, or None where there is none."""
        if prefer is not None and prefer != self.file:
            found = self._in(prefer, name)
            if found is not None:
                return found
        found = self.own.find(name, alias="t")
        if found is not None:
            return found
        file, dot, column = name.partition(".")
        if dot and file == self.file:
            return self.own.find(column, alias="t")
        if dot and (found := self._in(file, column)) is not None:
            return found
        hits = {one.name: hit for one in self.recipe.files if (hit := self._in(one.name, name)) is not None}
        if len(hits) > 1:
            raise ColumnNotClear(f"{path}: column {name!r} stands in {' and in '.join(hits)}.")
        return next(iter(hits.values()), None)

    def is_optional(self, name: str) -> bool:
        """Whether the recipe allows the column to be absent."""
        return _any(name, self.recipe.optional)

    def _is_absent(self, name: str) -> bool:
        """Whether the column may be one of a file that was not given. Of a file that is added up, names are known."""
        file, dot, _ = name.partition(".")
        for spec in self.absent:
            if dot and file == spec.name:
                return True
            if not spec.group_by or name in (*spec.group_by, *(one.name for one in spec.aggregate)):
                return True
        return False

    def _in(self, file: str, column: str) -> Found | None:
        carried = self.own.find(f"{file}.{column}", alias="t")
        if carried is not None:
            return carried
        one = self.looked_up.get(file)
        return None if one is None else one.columns.get(" ".join(column.split()))


def _any(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, one) for one in patterns)


def emptied(sql: str, missing: tuple[str, ...]) -> str:
    """SQL that is null where the text is one of `missing`."""
    words = [word.strip() for word in missing if word.strip()]
    if not words:
        return sql
    listed = ", ".join(literal(word) for word in words)
    return f"CASE WHEN {sql} IN ({listed}) THEN NULL ELSE {sql} END"
