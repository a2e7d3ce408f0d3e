"""Excel workbooks (.xlsx): one sheet is one table, read by python-calamine after the `guard` has looked.

Not set-based: cells come row by row; they are gathered into batches of columns on disk (`spool`). Values are
text: numbers as written without exponent where whole, dates and times in ISO form, true and false as words; an
empty cell is null. A formula gives its stored value; a row with an error (#DIV/0! …) or with a formula that
was never calculated is set aside. Rows that are wholly empty are no records; `__line` is the row of the sheet.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from safar.files.reading_errors import FileDamaged, FileEmpty
from safar.files.records import RAW_LIMIT, FileFormat, Limits, ReadOptions, Reject, unique_columns
from safar.files.spool import Parsed, SpooledSource
from safar.files.xlsx.guard import SheetShape, inspect


class XlsxSource(SpooledSource):
    """One sheet of one workbook."""

    format = FileFormat.XLSX

    def __init__(self, path: Path, *, options: ReadOptions, limits: Limits) -> None:
        super().__init__(path, options=options, limits=limits)
        with self.closing_on_error():
            shape = inspect(path, sheet=options.sheet, limits=limits)
            if shape.others:
                self.sheets = (shape.name, *shape.others)
                self.notes.append(f"Read sheet {shape.name!r}; not read: {', '.join(map(repr, shape.others))}.")
            rows = enumerate(_rows(path, shape), start=1)
            names = self._header(rows, shape)
            self._begin(self._parse(rows, names, shape), names)

    def pieces(self, raw: str) -> list[str]:
        return next(csv.reader([raw]), [])

    def _parse(
        self, rows: Iterator[tuple[int, list[Any]]], names: tuple[str, ...], shape: SheetShape
    ) -> Iterator[Parsed | Reject]:
        record = 0
        size = self.path.stat().st_size
        for at, row in rows:
            bad = shape.bad.get(at)
            values = [_text(cell) for cell in row]
            if bad is None and not any(values):
                continue
            record += 1
            reason, column = "", None
            if bad is not None:
                reason, column = bad.reason, names[bad.column - 1]
                values[bad.column - 1] = bad.shown
            elif any(len(value) > self.limits.max_line for value in values if value):
                reason = f"a cell is longer than {self.limits.max_line} bytes"
            elif any("\0" in value for value in values if value):
                reason = "the record holds a NUL character"
            if reason:
                yield Reject(record, at, column, _raw(values), reason)
            else:
                yield Parsed(dict(zip(names, values, strict=True)), record, at)
            if record % 10_000 == 0:
                self._tell(size * at // shape.rows, size)

    def _header(self, rows: Iterator[tuple[int, list[Any]]], shape: SheetShape) -> tuple[str, ...]:
        """Names of the columns; `rows` then stands at the first record."""
        skipped = range(1, self.options.skip_lines + 1)
        for at, row in rows if self.options.header else ():
            if at not in skipped and any(cell != "" for cell in row):
                names, notes = unique_columns([_text(cell) or "" for cell in row], limits=self.limits)
                self.notes.extend(notes)
                return names
        if self.options.header or not shape.columns:
            raise FileEmpty(f"{self.path}: sheet {shape.name!r} is empty.")
        for _ in skipped:
            next(rows, None)
        return unique_columns([""] * shape.columns, limits=self.limits)[0]


def _rows(path: Path, shape: SheetShape) -> Iterator[list[Any]]:
    """The rows of the sheet from row 1 and column 1 on, each as wide as the sheet."""
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_name(shape.name)
            left = [""] * (sheet.start[1] if sheet.start is not None else 0)
            for row in islice(sheet.iter_rows(), shape.rows):
                yield (left + row + [""] * (shape.columns - len(left) - len(row)))[: shape.columns]
    except BaseException as cause:
        # A panic of the parser is no Exception, and must not end the program.
        if isinstance(cause, calamine.CalamineError | OSError) or type(cause).__name__ == "PanicException":
            raise FileDamaged(f"{path}: this workbook cannot be read: {cause}") from cause
        raise


def _text(cell: Any) -> str | None:
    match cell:
        case "":
            return None
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case dt.datetime():
            return cell.isoformat(sep=" ")
        case dt.timedelta():
            seconds = int(cell.total_seconds())
            return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell)


def _raw(values: list[str | None]) -> str:
    """The row as one line of CSV: what is set aside can be mended and read again."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(values)
    return out.getvalue()[:RAW_LIMIT].replace("\0", "\\x00")
