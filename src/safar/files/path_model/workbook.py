"""A result's tables as an XLSX file: a sheet a table, numbers as numbers, and a first sheet that says what was run."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.paragraph import methods_paragraph
from safar.analysis.path_model.result import PathResult
from safar.files.spreadsheet_cell import harmless

_WIDEST = 60
_LONGEST = 31
"""Letters of a sheet's name."""


def path_workbook(result: PathResult, *, further: Sequence[FurtherResult] = (), version: str = "") -> bytes:
    """The tables of `PathResult.parts`, and those of further analyses. Texts are never formulas."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        looks = {
            "head": book.add_format({"bold": True, "bg_color": "#D4E4F5", "text_wrap": True, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "number": book.add_format({"num_format": "0.000", "valign": "top"}),
        }
        about: list[Mapping[str, Any]] = [
            {"about": "model", "says": result.model.name},
            *([{"about": "data", "says": "simulated"}] if result.simulated else []),
            {"about": "methods", "says": methods_paragraph(result, result.language, further=further, version=version)},
            *({"about": "doubt", "says": doubt.says} for doubt in result.doubts),
            {"about": "digest of the model", "says": result.model_digest},
            {"about": "digest of the data", "says": result.data_digest},
        ]
        for one in further:
            about += ({"about": one.title, "says": sentence} for sentence in one.says)
        sheets: dict[str, Sequence[Mapping[str, Any]]] = {"about": about, **result.parts}
        for one in further:
            kind = type(one).__name__.removesuffix("Result").lower()
            sheets |= {f"{kind} {name}"[:_LONGEST]: rows for name, rows in one.parts.items()}
        for name, rows in sheets.items():
            if rows:
                _sheet(book.add_worksheet(name.replace("_", " ")), rows, looks)
    return out.getvalue()


def _sheet(sheet: Any, rows: Sequence[Mapping[str, Any]], looks: Mapping[str, Any]) -> None:
    for column, name in enumerate(rows[0]):
        longest = max(len(name), *(len(str(row[name])) if isinstance(row[name], str) else 8 for row in rows))
        sheet.set_column(column, column, min(longest + 2, _WIDEST))
        sheet.write_string(0, column, name.replace("_", " "), looks["head"])
        for number, row in enumerate(rows, start=1):
            value = row[name]
            if isinstance(value, bool):
                sheet.write_string(number, column, "yes" if value else "no", looks["text"])
            elif isinstance(value, int):
                sheet.write_number(number, column, value)
            elif isinstance(value, float):
                sheet.write_number(number, column, value, looks["number"])
            elif value is not None:
                sheet.write_string(number, column, str(harmless(str(value))), looks["text"])
    sheet.freeze_panes(1, 0)
