"""The figures of a journey map as files: a tidy CSV, and a workbook with a sheet a lane. Texts are never formulas."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safar.analysis.map_figures import ABOUT, MapFigure
from safar.files.spreadsheet_cell import csv_cell, harmless
from safar.files.table_files import csv_lines

_COLUMNS = (
    "lane", "level", "step", "place", "label", "figure", "group", "value", "low", "high", "n", "state", "unit", "text",
    "at",
)  # fmt: skip
_MOST_IN_CELL = 32_000
_MOST_COLUMNS = 400
_WIDEST = 48
_SECONDS_A_DAY = 86_400
_FORMATS = {
    "count": "#,##0", "share": "0.0%", "index": "0.0", "score": "0.0", "points": "0.00", "seconds": "[h]:mm:ss"
}  # fmt: skip


def map_csv(figures: Sequence[MapFigure]) -> bytes:
    """A row a figure. What there is no figure of is empty, with its state; times are seconds, shares 0-1."""
    rows = ([csv_cell(getattr(one, name)) for name in _COLUMNS] for one in figures)
    return "".join(csv_lines(_COLUMNS, rows)).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapWorkbookWords:
    """The words of a workbook in the reader's language: lanes, figures and states by name, and the read-me's lines."""

    lanes: Mapping[str, str]
    figures: Mapping[str, str]
    states: Mapping[str, str]
    about: Sequence[tuple[str, str]]
    read_me: str
    step: str
    touchpoint: str
    low: str
    high: str
    base: str
    mirrored: bool


def map_workbook(figures: Sequence[MapFigure], words: MapWorkbookWords) -> bytes:
    """An XLSX file: a read-me, then a sheet for each lane with a row a place. Numbers are numbers; where there is no
    figure a word says why."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        looks = {unit: book.add_format({"num_format": look, "align": "right"}) for unit, look in _FORMATS.items()}
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D4E4F5"})
        looks |= {"strong": bold, "text": book.add_format({"text_wrap": True, "valign": "top"})}
        looks["state"] = book.add_format({"italic": True, "align": "right", "font_color": "#55606E"})
        _read_me(book, words, looks)
        for lane in dict.fromkeys(one.lane for one in figures if one.lane != ABOUT):
            _sheet(book, lane, [one for one in figures if one.lane == lane], words, looks)
    return out.getvalue()


def _read_me(book: Any, words: MapWorkbookWords, looks: Mapping[str, Any]) -> None:
    sheet = _named(book, words.read_me, words)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    for number, (name, text) in enumerate(words.about):
        sheet.write_string(number, 0, str(harmless(name)), looks["strong"])
        sheet.write_string(number, 1, str(harmless(text))[:_MOST_IN_CELL], looks["text"])


def _named(book: Any, name: str, words: MapWorkbookWords) -> Any:
    sheet = book.add_worksheet("".join(sign for sign in name if sign not in "[]:*?/\\'")[:31])
    if words.mirrored:
        sheet.right_to_left()
    return sheet


Column = tuple[str, str, str]
"""A figure, its group, and which part of it: value, low, high, n."""


def _sheet(book: Any, lane: str, rows: Sequence[MapFigure], words: MapWorkbookWords, looks: Mapping[str, Any]) -> None:
    sheet = _named(book, words.lanes.get(lane, lane), words)
    columns: dict[Column, int] = {}
    for one in rows:
        for part in _parts(one):
            if len(columns) < _MOST_COLUMNS:
                columns.setdefault((one.figure, one.group, part), len(columns) + 2)
    places: dict[tuple[str | None, str | None, str], int] = {}
    for one in rows:
        places.setdefault((one.step, one.place, one.label), len(places) + 1)
    steps = {one.place: one.label for one in rows if one.level == "step"}
    for (step, _place, label), number in places.items():
        is_step = _place == step
        sheet.write_string(number, 0, str(harmless(label if is_step else steps.get(step, step or ""))), looks["text"])
        sheet.write_string(number, 1, "" if is_step else str(harmless(label)), looks["text"])
    for one in rows:
        number = places[one.step, one.place, one.label]
        for part in _parts(one):
            at = columns.get((one.figure, one.group, part))
            if at is not None:
                _write(sheet, (number, at), (one, part), words, looks)
    _head(sheet, columns, words, looks)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(places), len(columns) + 1)


def _head(sheet: Any, columns: Mapping[Column, int], words: MapWorkbookWords, looks: Mapping[str, Any]) -> None:
    sheet.set_row(0, 32)
    sheet.set_column(0, 1, 26)
    ends = {"low": words.low, "high": words.high, "n": words.base}
    for at, name in ((0, words.step), (1, words.touchpoint)):
        sheet.write_string(0, at, name, looks["strong"])
    for (figure, group, part), at in columns.items():
        name = words.figures.get(figure, figure)
        name += f": {group}" if group else ""
        name += f" · {ends[part]}" if part in ends else ""
        sheet.write_string(0, at, str(harmless(name))[:_MOST_IN_CELL], looks["strong"])
        sheet.set_column(at, at, _WIDEST if part == "text" else 15)


def _parts(one: MapFigure) -> list[str]:
    if one.unit == "text":
        return ["text"]
    kept = [name for name in ("low", "high", "n") if getattr(one, name) is not None]
    return ["value", *kept]


def _write(
    sheet: Any, at: tuple[int, int], what: tuple[MapFigure, str], words: MapWorkbookWords, looks: Mapping[str, Any]
) -> None:
    one, part = what
    if part == "text":
        text = one.text or words.states.get(one.state, one.state)
        sheet.write_string(*at, str(harmless(text))[:_MOST_IN_CELL], looks["text"])
        return
    value = getattr(one, part)
    if value is None:
        sheet.write_string(*at, words.states.get(one.state, one.state), looks["state"])
        return
    unit = "count" if part == "n" else one.unit
    sheet.write_number(*at, value / _SECONDS_A_DAY if unit == "seconds" else value, looks[unit])
