"""A result's tables as an XLSX file, a sheet a table: captions, heads and notes in the language of its sentences."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import Any

from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.numeral import Bounds, Form, Numeral
from safar.analysis.path_model.paper import PaperTable, paper_tables
from safar.analysis.path_model.paragraph import methods_paragraph
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.sheet_names import sheet_name
from safar.analysis.path_model.speaking import is_persian
from safar.files.path_model.report_words import ReportWords, report_words
from safar.files.spreadsheet_cell import harmless

_WIDEST, _NARROWEST = 60, 8
_NOTE = 100
"""Letters of a line of a note: it goes on over as many columns as that takes."""
_LINE, _PERSIAN_LINE = 15, 18
"""Points of a line's height."""
_MOST_FROZEN = 45
_HEAD = 2
"""The row of the heads: above it the caption and an empty row."""
_PERSIAN_DIGITS = "[$-3000429]"


def path_workbook(result: PathResult, *, further: Sequence[FurtherResult] = (), version: str = "") -> bytes:
    """What `paper_tables` tells of the whole result, and the tables of further analyses. Texts are never formulas,
    numbers are numbers; what has none is a dash. Sheets of a Persian result go from right to left.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    tables = [*paper_tables(result, whole=True), *(one for found in further for one in found.tables() if one.rows)]
    with xlsxwriter.Workbook(out, options) as book:
        writer = _Writer(book, result.language)
        names = _sheet_names(tables, writer.words, result.language)
        writer.about(result, further, version, list(zip(names, tables, strict=True)))
        for name, table in zip(names, tables, strict=True):
            writer.table(name, table)
    return out.getvalue()


def _sheet_names(tables: Sequence[PaperTable], words: ReportWords, language: str) -> list[str]:
    """Each once, letters large and small being the same to spreadsheets."""
    taken, names = {words.about.lower()}, []
    for table in tables:
        name, k = sheet_name(table, language), 1
        while name.lower() in taken:
            k += 1
            name = f"{sheet_name(table, language)[:28]} {k}"
        taken.add(name.lower())
        names.append(name)
    return names


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a sheet. part: of an interval its low or high end."""

    head: str
    cells: tuple[str, ...]
    is_name: bool
    part: str = ""

    @property
    def width(self) -> int:
        longest = max(len(_shown(cell)) for cell in self.cells)
        if self.part:
            longest = longest // 2
        # A head breaks at its spaces.
        return min(max(longest + 3, *(len(one) + 2 for one in self.head.split()), _NARROWEST), _WIDEST)


def _columns(table: PaperTable, words: ReportWords, comma: str) -> list[_Column]:
    found: list[_Column] = []
    for k, head in enumerate(table.head):
        cells = tuple(row[k] for row in table.rows)
        if any(isinstance(cell, Bounds) for cell in cells):
            ends = (("low", words.lower), ("high", words.upper))
            found += [_Column(f"{head.strip()}{comma}{told}", cells, False, part) for part, told in ends]
        else:
            is_name = k < table.words and not all(isinstance(cell, Numeral) for cell in cells)
            found.append(_Column(head.strip(), cells, is_name))
    return found


class _Writer:
    """Writes sheets of one workbook in one language."""

    def __init__(self, book: Any, language: str) -> None:
        self._book, self._language = book, language
        self._persian = is_persian(language)
        self.words = report_words(language)
        self._line = _PERSIAN_LINE if self._persian else _LINE
        start = "right" if self._persian else "left"
        self._direction = {"reading_order": 2 if self._persian else 1}
        plain = {"valign": "top", **self._direction}
        self._end = plain | {"align": "right"}
        self._looks: dict[str, Any] = {
            "caption": book.add_format(plain | {"bold": True, "font_size": 13, "align": start}),
            "name head": book.add_format(
                plain | {"bold": True, "text_wrap": True, "bg_color": "#D4E4F5", "top": 2, "bottom": 1, "align": start}
            ),
            "head": book.add_format(
                plain
                | {"bold": True, "text_wrap": True, "bg_color": "#D4E4F5", "top": 2, "bottom": 1, "align": "right"}
            ),
            "name": book.add_format(plain | {"text_wrap": True, "align": start}),
            "text": book.add_format(self._end),
            "note": book.add_format(plain | {"text_wrap": True, "font_color": "#55606E", "align": start}),
            "link": book.add_format(plain | {"font_color": "#1F5FA8", "underline": 1, "align": start}),
        }

    def about(
        self,
        result: PathResult,
        further: Sequence[FurtherResult],
        version: str,
        tables: Sequence[tuple[str, PaperTable]],
    ) -> None:
        """What was run, what was found, why to doubt it, and which tables follow."""
        words = self.words
        sheet = self._sheet(words.about)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, _NOTE)
        lines = [
            (words.model, result.model.name),
            *([(words.data, words.simulated)] if result.simulated else []),
            (words.method, methods_paragraph(result, self._language, further=further, version=version)),
            *((words.says, one.says) for one in result.verdicts),
            *((words.doubts, one.says) for one in result.doubts),
            *((found.title, sentence) for found in further for sentence in found.says),
            (words.model_digest, result.model_digest),
            (words.data_digest, result.data_digest),
        ]
        before = ""
        for row, (name, says) in enumerate(lines):
            if name != before:
                sheet.write_string(row, 0, _safe(name), self._looks["name head"])
            sheet.write_string(row, 1, _safe(says), self._looks["name"])
            sheet.set_row(row, self._line * max(_lines(name, 26) if name != before else 1, _lines(says, _NOTE)))
            before = name
        row = len(lines) + 1
        sheet.write_string(row, 0, words.tables, self._looks["name head"])
        for k, (name, table) in enumerate(tables, start=row + 1):
            sheet.write_url(k, 0, f"internal:'{name}'!A1", self._looks["link"], name)
            sheet.write_string(k, 1, _safe(table.title), self._looks["name"])
        sheet.set_portrait()

    def table(self, name: str, table: PaperTable) -> None:
        """A table with its caption above and its notes below."""
        sheet = self._sheet(name)
        columns = _columns(table, self.words, "، " if self._persian else ", ")
        sheet.write_string(0, 0, _safe(table.title), self._looks["caption"])
        sheet.set_row(0, 20)
        for k, column in enumerate(columns):
            sheet.set_column(k, k, column.width)
            sheet.write_string(_HEAD, k, _safe(column.head), self._looks["name head" if column.is_name else "head"])
            marks = max((len(cell.marks) for cell in column.cells if isinstance(cell, Numeral)), default=0)
            for row, cell in enumerate(column.cells, start=_HEAD + 1):
                self._cell(sheet, (row, k), (cell, column), marks)
        sheet.set_row(_HEAD, self._line * max(_lines(one.head, one.width - 1) for one in columns))
        last = _HEAD + len(table.rows)
        self._notes(sheet, table.notes, last + 2, columns)
        names = [column.width for column in columns if column.is_name]
        sheet.freeze_panes(_HEAD + 1, len(names) if sum(names) <= _MOST_FROZEN else 0)
        sheet.repeat_rows(_HEAD)
        if sum(column.width for column in columns) > _NOTE:
            sheet.set_landscape()

    def _notes(self, sheet: Any, notes: Sequence[str], row: int, columns: Sequence[_Column]) -> None:
        widths = [column.width for column in columns]
        # As many columns, empty ones of the usual width too, as a line of the note needs.
        widths += [9] * max(2 - len(widths), ceil((_NOTE - sum(widths)) / 9), 0)
        across = next((k for k, width in enumerate(accumulate(widths)) if width >= _NOTE and k), len(widths) - 1)
        wide = sum(widths[: across + 1])
        for k, note in enumerate(notes, start=row):
            sheet.merge_range(k, 0, k, across, _safe(note), self._looks["note"])
            sheet.set_row(k, self._line * _lines(note, wide))

    def _sheet(self, name: str) -> Any:
        sheet = self._book.add_worksheet(name)
        if self._persian:
            sheet.right_to_left()
        sheet.hide_gridlines(2)
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def _cell(self, sheet: Any, at: tuple[int, int], what: tuple[str, _Column], marks: int) -> None:
        cell, column = what
        match cell:
            case Numeral() if cell.value is not None:
                sheet.write_number(*at, cell.value, self._number(cell, marks))
            case Bounds() if cell.low is not None and cell.high is not None:
                end = cell.low if column.part == "low" else cell.high
                sheet.write_number(*at, end, self._number(Numeral("", end, cell.digits), 0))
            case _ if cell:
                sheet.write_string(*at, _safe(cell), self._looks["name" if column.is_name else "text"])

    def _number(self, cell: Numeral, marks: int) -> Any:
        """How a number is shown: its stars are no part of it, and leave room where others have more."""
        point = f".{'0' * cell.digits}" if cell.digits else ""
        digits = _PERSIAN_DIGITS if self._persian else ""
        least = "کمتر از ۰٫۰۰۱" if self._persian else "< .001"
        match cell.form:
            case Form.SHARE:
                look = f"{digits}0{point}%"
            case Form.PROBABILITY:
                look = f'[<0.001]"{least}";{digits}{"0" if self._persian else ""}{point}'
            case Form.AT_MOST:
                look = f'"حداکثر "{digits}0{point}' if self._persian else f'"≤ "{point}'
            case Form.ABOVE:
                look = f'"بیش از "{digits}0{point}' if self._persian else f'"> "{point}'
            case Form.PLAIN:
                stars = f'"{cell.marks}"' if cell.marks else ""
                look = f"{digits}#,##0{point}{stars}{'_+' * (marks - len(cell.marks))}"
        if look not in self._looks:
            self._looks[look] = self._book.add_format(self._end | {"num_format": look, "reading_order": 1})
        return self._looks[look]


def _shown(cell: str) -> str:
    return "".join(sign for sign in cell if sign not in "\u2066\u2067\u2068\u2069")


def _safe(text: str) -> str:
    return str(harmless(text))


def _lines(text: str, width: float) -> int:
    """How many lines a text takes, a little too many rather than one too few."""
    return max(ceil(1.25 * len(_shown(text)) / max(width, 1)), 1)
