"""Excel workbooks: values as text, bad cells set aside, bombs refused before they are opened."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from safar.files.reading import Limits, LoadReport, ReadOptions, open_records
from safar.files.reading_errors import (
    BadReadOption,
    FileDamaged,
    FileEmpty,
    FileProblem,
    ForbiddenXml,
    FormatMismatch,
    TooLarge,
    UnpacksTooFar,
)
from tests.files.xlsx_writing import sheet_xml, text_cell, write_workbook

_HEADER = f"<row r='1'>{text_cell('A1', 'id')}{text_cell('B1', 'score')}{text_cell('C1', 'at')}</row>"


def load(path: Path, **options: Any) -> tuple[LoadReport, list[Any], list[Any], tuple[str, ...], list[str]]:
    with duckdb.connect() as con, open_records(path, options=ReadOptions(**options)) as source:
        report = source.load(con, "t")
        rows = con.execute("SELECT * FROM t ORDER BY __record").fetchall()
        rejects = con.execute("SELECT * FROM t__rejects ORDER BY record").fetchall()
        return report, rows, rejects, source.columns, source.notes


def test_cells_become_text_and_bad_cells_are_set_aside(tmp_path: Path) -> None:
    sheet = sheet_xml(
        _HEADER,
        f'<row r="2">{text_cell("A2", "=cmd|calc")}<c r="B2"><v>9</v></c><c r="C2" s="1"><v>45292.5</v></c></row>',
        '<row r="4"><c r="A4"><v>0.1</v></c><c r="B4"><f>3+4</f><v>7</v></c><c r="C4" t="b"><v>1</v></c></row>',
        '<row r="5"><c r="A5"><v>5</v></c><c r="B5" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>',
        '<row r="6"><c r="A6"><v>6</v></c><c r="B6"><f>A6*2</f></c></row>',
        f'<row r="7">{text_cell("A7", "#DIV/0!")}<c r="C7" t="str"><f>T(A1)</f><v>words</v></c></row>',
    )
    report, rows, rejects, columns, _ = load(write_workbook(tmp_path / "w.xlsx", {"One": sheet}))
    assert columns == ("id", "score", "at")
    assert report == LoadReport(5, 3, 2)
    assert rows == [
        ("=cmd|calc", "9", "2024-01-01 12:00:00", 1, 2),
        ("0.1", "7", "true", 2, 4),
        ("#DIV/0!", None, "words", 5, 7),
    ]
    assert rejects == [
        (3, 5, "score", "5,#DIV/0!,", "the cell shows the error #DIV/0!"),
        (4, 6, "score", "6,,", "the cell is a formula without a stored value"),
    ]


def test_a_formula_that_was_never_calculated_is_set_aside_however_it_is_written(tmp_path: Path) -> None:
    sheet = sheet_xml(
        _HEADER,
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>1+1</f><v></v></c></row>',
        '<row r="3"><c r="A3"><v>2</v></c><c r="B3"><f>1+1</f><v/></c></row>',
        '<row r="4"><c r="A4"><v>3</v></c><c r="B4" t="str"><f>""</f><v></v></c></row>',
        '<row r="5"><c r="A5"><v>4</v></c><c r="B5"><v></v></c></row>',
    )
    report, rows, rejects, _, _ = load(write_workbook(tmp_path / "w.xlsx", {"One": sheet}))
    assert report == LoadReport(4, 2, 2)
    assert [row[0] for row in rows] == ["3", "4"]
    assert [(row[1], row[4]) for row in rejects] == [
        (2, "the cell is a formula without a stored value"),
        (3, "the cell is a formula without a stored value"),
    ]


def test_a_grid_that_does_not_start_at_its_corner(tmp_path: Path) -> None:
    sheet = sheet_xml(
        f'<row r="3">{text_cell("B3", "name")}{text_cell("C3", "Name")}</row>',
        f'<row r="5">{text_cell("B5", "x")}{text_cell("D5", "y")}</row>',
    )
    report, rows, _, columns, notes = load(write_workbook(tmp_path / "w.xlsx", {"One": sheet}))
    assert columns == ("column_1", "name", "Name_2", "column_4")
    assert rows == [(None, "x", None, "y", 1, 5)]
    assert report == LoadReport(1, 1, 0)
    assert any("Name_2" in note for note in notes)


def test_the_sheet_is_chosen_by_name_or_number(tmp_path: Path) -> None:
    one = sheet_xml(f'<row r="1">{text_cell("A1", "a")}</row>')
    two = sheet_xml(f'<row r="1">{text_cell("A1", "b")}</row>')
    path = write_workbook(tmp_path / "w.xlsx", {"One": one, "Two": two})
    assert load(path)[3] == ("a",)
    assert "Two" in load(path)[4][0]
    assert load(path, sheet="Two")[3] == load(path, sheet=2)[3] == ("b",)
    assert load(path, sheet=1, header=False)[1] == [("a", 1, 1)]
    for wrong in ("Three", 0, 3):
        with pytest.raises(BadReadOption, match="no sheet"):
            load(path, sheet=wrong)


def test_an_empty_sheet(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty):
        load(write_workbook(tmp_path / "w.xlsx", {"One": sheet_xml()}))


def test_two_cells_that_span_billions(tmp_path: Path) -> None:
    sheet = sheet_xml(
        text_cell("A1", "a").join(("<row r='1'>", "</row>")), '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    with pytest.raises(TooLarge, match="spans more than"):
        load(write_workbook(tmp_path / "w.xlsx", {"One": sheet}))


@pytest.mark.parametrize("place", ["XFE1", "A1048577", "a1", "A0", "$A$1", ""])
def test_cells_at_impossible_places(tmp_path: Path, place: str) -> None:
    sheet = sheet_xml(f'<row r="1"><c r="{place}"><v>1</v></c></row>')
    with pytest.raises(FileDamaged):
        load(write_workbook(tmp_path / "w.xlsx", {"One": sheet}))


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "w.xlsx", {"One": sheet_xml(_HEADER)}, extra={"xl/sharedStrings.xml": b" " * 2**26}
    )
    with pytest.raises(UnpacksTooFar, match="unpacks to over"):
        load(path)


def test_an_archive_that_lies_about_its_sizes(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "w.xlsx", {"One": sheet_xml(_HEADER)}, extra={"xl/media/x": b"a" * 5_000_000})
    data = path.read_bytes()
    assert data.count(struct.pack("<I", 5_000_000)) >= 1
    path.write_bytes(data.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 10)))
    with pytest.raises(FileDamaged):
        load(path)


def test_entities_are_forbidden(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + sheet_xml(_HEADER)
    with pytest.raises(ForbiddenXml):
        load(write_workbook(tmp_path / "w.xlsx", {"One": bomb}))


def test_archives_that_are_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(FormatMismatch, match=r"no \.xlsx workbook"):
        load(path)
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(FormatMismatch):
        load(path)
    csv = tmp_path / "t.csv"
    csv.write_bytes(write_workbook(tmp_path / "o.xlsx", {"One": sheet_xml(_HEADER)}).read_bytes())
    with pytest.raises(FormatMismatch, match="content is xlsx"):
        load(csv)


def test_a_workbook_cut_off_anywhere_is_an_error(tmp_path: Path) -> None:
    data = write_workbook(tmp_path / "w.xlsx", {"One": sheet_xml(_HEADER)}).read_bytes()
    cut = tmp_path / "cut.xlsx"
    for size in range(4, len(data) - 1, 97):
        cut.write_bytes(data[:size])
        with pytest.raises(FileProblem):
            load(cut)


def test_flipped_bytes_never_crash(tmp_path: Path) -> None:
    sheet = sheet_xml(_HEADER, '<row r="2"><c r="A2"><v>1</v></c></row>')
    data = write_workbook(tmp_path / "w.xlsx", {"One": sheet}).read_bytes()
    bad = tmp_path / "bad.xlsx"
    for at in range(0, len(data), 41):
        bad.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        try:
            report = load(bad)[0]
        except FileProblem:
            continue
        assert report == LoadReport(1, 1, 0)


def test_a_sheet_that_spans_too_much_for_the_limits(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "w.xlsx", {"One": sheet_xml(_HEADER)})
    with pytest.raises(TooLarge), open_records(path, limits=Limits(max_cells=2)):
        pass
