"""Rows that an import set aside and that come back: of which import, told by the columns that they were given."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from safar.files.reading import open_records
from safar.files.reading_errors import FileProblem
from safar.usecases.importing.aside import aside_files
from safar.usecases.importing.columns import ASIDE_FILE, ASIDE_GUESS, ASIDE_PART, ASIDE_PREFIX
from safar.usecases.importing.mending import delimiter_of_aside

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

_MARKS = (ASIDE_PART, ASIDE_FILE, f"{ASIDE_PREFIX}record", ASIDE_GUESS)
"""What tells a row that was set aside: where it stood, and a mark of its values as they were."""
_LOOKED_AT = 200
"""Rows of an uploaded file that are looked for."""
_MOST_ROWS, _MOST_IMPORTS = 200_000, 200
"""Rows of an import, and imports, among which they are sought."""
_NAMED = re.compile(r"mend-(\d{1,8})\b")


def import_of_rows(workspace: Workspace, names: Mapping[Path, str]) -> int | None:
    """The import that set rows of these files aside, if one did that still stands; `names`: what each was called.

    The newest that fits, or the one that the file's name tells, as it was called when it was given out.
    """
    wanted = {mark for path in names for mark in _marks(path)}
    if not wanted:
        return None
    versions = workspace.log.versions()
    undone = {one.undoes for one in versions if one.kind == "undo"}
    standing = [one.import_no for one in reversed(versions) if one.kind == "import" and one.import_no not in undone]
    told = {int(found.group(1)) for name in names.values() if (found := _NAMED.search(name))}
    ordered = sorted(standing, key=lambda number: number not in told)
    for number in ordered[:_MOST_IMPORTS]:
        if any(_holds(path, wanted) for path in aside_files(workspace.log.import_folder(number))):
            return number
    return None


def _marks(path: Path) -> list[tuple[str, ...]]:
    """The marks of a file's first rows; none where it is no file of rows set aside, or cannot be read."""
    try:
        with open_records(path) as source:
            head = source.head(_LOOKED_AT)
    except FileProblem:
        return []
    if not set(_MARKS) <= set(head.column_names):
        return []
    return [_mark(row) for row in head.select(list(_MARKS)).to_pylist()]


def _holds(path: Path, wanted: set[tuple[str, ...]]) -> bool:
    try:
        return any(_mark(row) in wanted for row in islice(_rows(path), _MOST_ROWS))
    except (csv.Error, OSError, UnicodeDecodeError):
        return False


def _rows(path: Path) -> Iterator[Mapping[str, object]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter_of_aside(path) or ",")


def _mark(row: Mapping[str, object]) -> tuple[str, ...]:
    # A spreadsheet gives a record's number back as a number of its own.
    return tuple(re.sub(r"\.0$", "", str(row.get(name) or "").strip()) for name in _MARKS)
