"""Delimited text: what Python's csv writer wrote is read back exactly; what is broken is set aside, never lost."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import random
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from safar.files.delimited.reader import CsvSource
from safar.files.reading import LoadReport, Limits, ReadOptions, open_records
from safar.files.reading_errors import FileEmpty, FileProblem, HeaderUnusable, WrongEncoding

_SMALL = Limits(max_line=4096)


def load(
    path: Path, *, options: ReadOptions | None = None, limits: Limits | None = None
) -> tuple[LoadReport, list[tuple[Any, ...]], list[tuple[Any, ...]], tuple[str, ...]]:
    """(report, rows with record and line, rejects, columns)."""
    with duckdb.connect() as con, open_records(path, format="csv", options=options, limits=limits) as source:
        report = source.load(con, "t")
        rows = con.execute("SELECT * FROM t ORDER BY __record").fetchall()
        rejects = con.execute("SELECT * FROM t__rejects ORDER BY record").fetchall()
        assert len(rows) == report.good
        assert len(rejects) == report.rejected
        numbers = [row[-2] for row in rows] + [row[0] for row in rejects]
        assert sorted(numbers) == list(range(1, report.records + 1))
        return report, rows, rejects, source.columns


def write(tmp_path: Path, data: bytes | str, name: str = "t.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


_TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
_TRICKY = st.text(st.sampled_from(['"', "'", ",", ";", "\t", "\n", "\r", "a", " ", "é", "\u200c", "#", "|"]), max_size=8)
_CELL = st.one_of(_TRICKY, _TEXT, st.sampled_from(["", "NA", "NULL", "nan", "=1+1", "0012", "\r\n"]))


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 5))
    return draw(st.lists(st.lists(_CELL, min_size=width, max_size=width), max_size=12)) or [["x"] * width]


@given(
    rows=tables(),
    delimiter=st.sampled_from([",", ";", "\t", "|", "\x1f", ":"]),
    quote=st.sampled_from(['"', "'"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    escape=st.sampled_from([None, None, "\\"]),
)
@example(rows=[["a", 'x"y'], ["", ""]], delimiter=",", quote='"', end="\r\n", quoting=csv.QUOTE_MINIMAL, escape=None)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_pythons_writer_wrote_is_read_back(
    tmp_path: Path, rows: list[list[str]], delimiter: str, quote: str, end: str, quoting: Any, escape: str | None
) -> None:
    if end != "\r\n" and quoting == csv.QUOTE_MINIMAL:
        quoting = csv.QUOTE_ALL  # before Python 3.13 the writer leaves the other sign of a line end unquoted
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=delimiter,
        quotechar=quote,
        lineterminator=end,
        quoting=quoting,
        escapechar=escape,
        doublequote=escape is None,
    )
    lines = []
    for row in [[f"c{at}" for at in range(len(rows[0]))], *rows]:
        text = out.getvalue()
        lines.append(1 + text.count("\n") + text.count("\r") - text.count("\r\n"))
        writer.writerow(row)
    path = write(tmp_path, out.getvalue())
    report, got, rejects, _ = load(path, options=ReadOptions(delimiter=delimiter, quote=quote, escape=escape))
    assert rejects == []
    assert report == LoadReport(len(rows), len(rows), 0)
    expected = [(*row, at, line) for at, (row, line) in enumerate(zip(rows, lines[1:], strict=True), start=1)]
    assert got == expected


@given(rows=tables(), seed=st.integers(0, 10**6), cuts=st.integers(1, 4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mutations_keep_the_balance(tmp_path: Path, rows: list[list[str]], seed: int, cuts: int) -> None:
    rng = random.Random(seed)
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[f"c{at}" for at in range(len(rows[0]))], *rows])
    data = bytearray(out.getvalue().encode())
    for _ in range(cuts):
        at = rng.randrange(data.find(b"\n") + 1, len(data) + 1)
        match rng.randrange(3):
            case 0:
                data[at:at] = rng.choice([b'"', b",", b"\n", b"\r", b"\0", b"\xff", b'""', b"x", b"\r\n"])
            case 1:
                del data[at : at + rng.randrange(1, 4)]
            case _:
                data[at : at + 1] = rng.choice([b'"', b",", b"\n", b"\xc3", b" "])
    path = write(tmp_path, bytes(data))
    options = ReadOptions(delimiter=",", quote='"', encoding="utf-8")
    try:
        report, *_ = load(path, options=options, limits=_SMALL)
    except WrongEncoding:
        return
    assert report.records == report.good + report.rejected
