"""A small table as a file for spreadsheets: CSV, or a workbook with a sheet of notes. Formulas are made harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from math import isfinite

from safar.files.spreadsheet_cell import harmless

_WIDEST = 60


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file, row by row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (columns, *rows):
        writer.writerow([harmless(value) for value in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def workbook(
    columns: Sequence[str], rows: Sequence[Sequence[object]], *, notes: Sequence[tuple[str, str]] = ()
) -> bytes:
    """An XLSX file: the table on the first sheet, `notes` on the second. Texts are written as texts, never as formulas
    or links; numbers as numbers."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Safar")
        for i, name in enumerate(columns):
            sheet.write_string(0, i, str(harmless(name)), bold)
            widest = max((len(_text(row[i])) for row in rows), default=0)
            sheet.set_column(i, i, min(max(len(name), widest) + 2, _WIDEST))
        for number, row in enumerate(rows, start=1):
            for i, value in enumerate(row):
                if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
                    sheet.write_number(number, i, value)
                elif value is not None:
                    sheet.write_string(number, i, str(harmless(_text(value))))
        sheet.freeze_panes(1, 0)
        if notes:
            about = book.add_worksheet("Notes")
            about.set_column(0, 0, 20)
            about.set_column(1, 1, _WIDEST)
            for number, (name, value) in enumerate(notes):
                about.write_string(number, 0, name, bold)
                about.write_string(number, 1, str(harmless(value)))
    return out.getvalue()


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)
