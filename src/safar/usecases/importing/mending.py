"""Rows set aside on their way through a spreadsheet: nothing in them runs, and they come back as they were."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from safar.files.delimited.reader import CsvSource
from safar.files.reading import open_records
from safar.files.spreadsheet_cell import harmless
from safar.sql import quoted
from safar.usecases.importing.columns import ASIDE_GUESS, ASIDE_PART, ASIDE_PREFIX, ASIDE_RAW

DELIMITERS = (",", ";", "\t", "|")
"""What stands between the values of rows that are given out: what stood there in the file that they came from."""
_PEEK = 1024**2
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")


def harmless_rows(path: Path) -> Iterator[str]:
    """The lines of a CSV of ours; a cell that a spreadsheet would run gets an apostrophe before it."""
    delimiter = delimiter_of_aside(path) or ","
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter=delimiter):
            line = io.StringIO()
            csv.writer(line, delimiter=delimiter).writerow([_safe(cell) for cell in row])
            yield line.getvalue()


def delimiter_of_aside(path: Path) -> str | None:
    """What stands between the values of a CSV of rows set aside, whatever its encoding; None where it is no such file,
    empty where it cannot be told."""
    with path.open("rb") as file:
        head = file.read(_PEEK).replace(b"\0", b"")
    found = re.search(rb"(.?)[\"']?" + re.escape(ASIDE_PART.encode()), head, re.DOTALL)
    if found is None:
        return None
    told = found.group(1).decode("ascii", "replace")
    return told if told in DELIMITERS else ""


def unmended(raw: Mapping[str, str]) -> str | None:
    """SQL: whether a row given out to be mended still is the guess that was made of its broken record.

    None where the file's columns `raw` are none of such rows. Emptying the raw text's column says that the guess is
    right.
    """
    if ASIDE_RAW not in raw or ASIDE_GUESS not in raw:
        return None
    row = digest(f"t.{quoted(name)}" for name in sorted(raw) if not name.startswith(ASIDE_PREFIX))
    return f"(coalesce(trim(t.{quoted(ASIDE_RAW)}), '') <> '' AND coalesce(t.{quoted(ASIDE_GUESS)} = {row}, false))"


def digest(columns: Iterable[str]) -> str:
    """SQL of a short mark of a row's values."""
    return "left(md5(concat_ws(chr(31)" + "".join(f", coalesce(trim({one}), '')" for one in columns) + ")), 12)"


def restore_cells(path: Path) -> None:
    """Take the apostrophes out again, in a CSV that came back; a file of another kind or encoding is left alone."""
    with open_records(path) as source:
        if not isinstance(source, CsvSource) or source.encoding.lower() not in ("utf-8", "utf8", "ascii"):
            return
        delimiter = source.dialect.delimiter.decode()
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read()
    if "'" not in text or len(delimiter) != 1:
        return
    restored = io.StringIO()
    writer = csv.writer(restored, delimiter=delimiter)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        writer.writerow([cell[1:] if cell.startswith("'") and _safe(cell[1:]) == cell else cell for cell in row])
    path.write_text(restored.getvalue(), encoding="utf-8", newline="")


def _safe(cell: str) -> str:
    return cell if _NUMBER.fullmatch(cell) else str(harmless(cell))
