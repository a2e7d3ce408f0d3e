"""Delimited text: what Python's csv writer wrote is read back exactly; what is broken is set aside, never lost."""

from __future__ import annotations

import contextlib
import csv
import gzip
import hashlib
import io
import random
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from safar.files.reading import RAW_LIMIT, Limits, LoadReport, ReadOptions, drop_loaded, open_records
from safar.files.reading_errors import (
    BadReadOption,
    EngineRefused,
    FileDamaged,
    FileEmpty,
    FileMissing,
    FormatUnknown,
    HeaderUnusable,
    TooLarge,
    UnpacksTooFar,
    WrongEncoding,
)

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


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
_TRICKY = st.text(
    st.sampled_from(['"', "'", ",", ";", "\t", "\n", "\r", "a", " ", "é", "\u200c", "#", "|"]), max_size=8
)
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
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_pythons_writer_wrote_is_read_back(  # noqa: PLR0917
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
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mutations_keep_the_balance(tmp_path: Path, rows: list[list[str]], seed: int, cuts: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - the seed is hypothesis' own
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


_WORD = st.text(st.sampled_from("abcé 01"), min_size=1, max_size=6)


@given(
    rows=st.lists(st.tuples(_WORD, _WORD, st.booleans()), min_size=1, max_size=20),
    bad=st.sampled_from(["x", "x,y,z", 'x,"open', '"open', 'x,"y"z', "x,y\0", "x," + "y" * 5000, 'x,"y","z"']),
    at=st.integers(0, 20),
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_bad_line_costs_no_other(tmp_path: Path, rows: list[tuple[str, str, bool]], bad: str, at: int) -> None:
    at = min(at, len(rows))
    lines = [f'{one},"{two}"' if quote else f"{one},{two}" for one, two, quote in rows]
    path = write(tmp_path, "\n".join(["a,b", *lines[:at], bad, *lines[at:]]))
    report, got, rejects, _ = load(path, options=ReadOptions(delimiter=","), limits=_SMALL)
    assert report == LoadReport(len(rows) + 1, len(rows), 1)
    assert [row[:2] for row in got] == [row[:2] for row in rows]
    assert [(record, line) for record, line, *_ in rejects] == [(at + 1, at + 2)]


@pytest.mark.parametrize(
    ("data", "good", "rejected"),
    [
        ("a,b\n1,2\n3\n4,5,6\n7,8\n", [("1", "2", 1, 2), ("7", "8", 4, 5)], [(2, 3, "3"), (3, 4, "4,5,6")]),
        ('a,b\n1,"x\n2,y\n3,z\n', [("2", "y", 2, 3), ("3", "z", 3, 4)], [(1, 2, '1,"x')]),
        ('a,b\n1,"x\n2,"y"\n3,z\n', [("2", "y", 2, 3), ("3", "z", 3, 4)], [(1, 2, '1,"x')]),
        ('a,b\n1,"x"y\n3,z\n', [("3", "z", 2, 3)], [(1, 2, '1,"x"y')]),
        ('a,b\n1,5" tall\n2,6" tall\n', [("1", '5" tall', 1, 2), ("2", '6" tall', 2, 3)], []),
        ('a,b\n1,"x\ny",z\n3,"p\nq"\n', [("3", "p\nq", 2, 4)], [(1, 2, '1,"x\ny",z')]),
        ("a,b\n1,x\0y\n2,z\n", [("2", "z", 2, 3)], [(1, 2, "1,x\\x00y")]),
        ("a,b\r\n1,x\n2,y\r3,z", [("1", "x", 1, 2), ("2", "y", 2, 3), ("3", "z", 3, 4)], []),
        ("\n\na,b\n\n1,x\n\n\n2,y\n\n", [("1", "x", 1, 5), ("2", "y", 2, 8)], []),
        ("a\nx\n\ny\n", [("x", 1, 2), ("y", 2, 4)], []),
        ("a,b\n,\nNA,null\n", [("", "", 1, 2), ("NA", "null", 2, 3)], []),
        ("a,b\n=1+1,@cmd\n+2,-3\n", [("=1+1", "@cmd", 1, 2), ("+2", "-3", 2, 3)], []),
        ("a,b", [], []),
        ("a,b\n", [], []),
        ("a,b\n \n1,2\n", [("1", "2", 2, 3)], [(1, 2, " ")]),
    ],
)
def test_strange_rows(
    tmp_path: Path, data: str, good: list[tuple[Any, ...]], rejected: list[tuple[int, int, str]]
) -> None:
    _, rows, rejects, _ = load(write(tmp_path, data))
    assert rows == good
    assert [(record, line, value) for record, line, _, value, _ in rejects] == rejected
    assert all(reason for *_, reason in rejects)


def test_the_header_names_columns_uniquely(tmp_path: Path) -> None:
    path = write(tmp_path, 'id,Name,,name,name_2,"two\nlines",__record,\n1,2,3,4,5,6,7,8\n')
    _, rows, _, columns = load(path)
    assert columns == ("id", "Name", "column_3", "name_3", "name_2", "two lines", "__record_2", "column_8")
    assert rows == [("1", "2", "3", "4", "5", "6", "7", "8", 1, 3)]
    with open_records(path) as source:
        assert any("name_3" in note for note in source.notes)


def test_no_header_and_skipped_lines(tmp_path: Path) -> None:
    path = write(tmp_path, 'Report "of\n2024\na;b\n1;2\n')
    assert load(path, options=ReadOptions(skip_lines=2))[1] == [("1", "2", 1, 4)]
    mixed = write(tmp_path, "one\rtwo\nthree\na,b\n1,2\n", "mixed.csv")
    assert load(mixed, options=ReadOptions(skip_lines=3))[1] == [("1", "2", 1, 5)]
    _, rows, _, columns = load(path, options=ReadOptions(skip_lines=2, header=False))
    assert columns == ("column_1", "column_2")
    assert rows == [("a", "b", 1, 3), ("1", "2", 2, 4)]


_PERSIAN = "نام,امتیاز\nسارا,۹\nعلی,خوب پ چ\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_and_unicode_encodings_are_found(tmp_path: Path, encoding: str) -> None:
    _, rows, _, columns = load(write(tmp_path, _PERSIAN.encode(encoding)))
    assert columns == ("نام", "امتیاز")
    assert rows == [("سارا", "۹", 1, 2), ("علی", "خوب پ چ", 2, 3)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(tmp_path: Path, encoding: str) -> None:
    assert load(write(tmp_path, "a,b\n1,x\n".encode(encoding)))[1] == [("1", "x", 1, 2)]


def test_windows_1256_is_read_when_told_and_named_when_not(tmp_path: Path) -> None:
    text = "name,words\nA,سلام پژوهش\nB,خدمات چاپ\n"
    path = write(tmp_path, text.encode("windows-1256"))
    with pytest.raises(WrongEncoding) as caught:
        load(path)
    assert "windows-1256" in caught.value.next_step
    _, rows, rejects, _ = load(path, options=ReadOptions(encoding="windows-1256"))
    assert [row[1] for row in rows] == ["سلام پژوهش", "خدمات چاپ"]
    assert rejects == []
    with pytest.raises(WrongEncoding):
        load(path, options=ReadOptions(encoding="utf-8"))
    with pytest.raises(BadReadOption, match="no encoding"):
        load(path, options=ReadOptions(encoding="klingon"))


def test_single_undecodable_records_are_set_aside(tmp_path: Path) -> None:
    lines = ["a,b", *(f"{at},é" for at in range(20))]
    data = "\n".join(lines).encode().replace(b"7,\xc3\xa9", b"7,\xe9", 1)
    _, rows, rejects, _ = load(write(tmp_path, data))
    assert len(rows) == 19
    assert rejects == [(8, 9, None, "7,\\xe9", "bytes that are not text in this encoding")]
    mixed = b"a,b\n1,x\n2,\x81y\n3,z\n4,z\n"  # 81 is no character of windows-1252
    _, rows, rejects, _ = load(write(tmp_path, mixed), options=ReadOptions(encoding="windows-1252"))
    assert [row[0] for row in rows] == ["1", "3", "4"]
    assert [reject[:2] for reject in rejects] == [(2, 3)]


def test_the_dialect_is_found(tmp_path: Path) -> None:
    for sign in ",;\t|":
        data = f"id{sign}words{sign}n\n" + "".join(
            f'{at}{sign}"a, b; c"{sign}1,5\n'.replace("1,5", "15") for at in range(5)
        )
        assert load(write(tmp_path, data))[3] == ("id", "words", "n")
    assert load(write(tmp_path, "'a';'b'\n'1';'x;''y'\n"))[1] == [("1", "x;'y", 1, 2)]
    assert load(write(tmp_path, "word\nit's\n"))[1] == [("it's", 1, 2)]
    assert load(write(tmp_path, 'a,b\n1,"x\n'), options=ReadOptions(quote=""))[1] == [("1", '"x', 1, 2)]
    assert load(write(tmp_path, "a||b\n1||x|y\n"), options=ReadOptions(delimiter="||"))[1] == [("1", "x|y", 1, 2)]
    assert load(write(tmp_path, "a§b\n1§x\n"), options=ReadOptions(delimiter="§"))[1] == [("1", "x", 1, 2)]
    for delimiter, quote, escape in (
        ("", '"', None),
        ("\n", '"', None),
        (",", "ab", None),
        (",", ",", None),
        (",", '"', "\0"),
    ):
        with pytest.raises(BadReadOption):
            load(write(tmp_path, "a,b\n"), options=ReadOptions(delimiter=delimiter, quote=quote, escape=escape))


def test_head_shows_the_first_good_records(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n1,2\n3\n4,5\n6,7\n")
    with open_records(path) as source:
        rows = source.head(2).to_pylist()
        assert source.head(0).num_rows == 0
    assert rows == [
        {"a": "1", "b": "2", "__record": 1, "__line": 2},
        {"a": "4", "b": "5", "__record": 3, "__line": 4},
    ]


def test_long_lines_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,x\n2,")
        for _ in range(40):
            file.write(b"y" * 2**20)
        file.write(b"\n3,z\n4,")
        file.write(b"k" * (15 * 2**20))
        file.write(b"\n")
    _, rows, rejects, _ = load(path)
    assert [(row[0], len(row[1]), row[2], row[3]) for row in rows] == [
        ("1", 1, 1, 2),
        ("3", 1, 3, 4),
        ("4", 15 * 2**20, 4, 5),
    ]
    assert [(reject[0], reject[1], len(reject[3])) for reject in rejects] == [(2, 3, RAW_LIMIT)]
    assert "longer than" in rejects[0][4]


def test_a_long_quoted_record_cannot_swallow_the_rest(tmp_path: Path) -> None:
    rows = "".join(f"{at},good\n" for at in range(2000))
    _, got, rejects, _ = load(write(tmp_path, f'a,b\nx,"never closed\n{rows}'), limits=_SMALL)
    assert len(got) == 2000
    assert [reject[:2] for reject in rejects] == [(1, 2)]


def test_quotes_that_are_wrong_everywhere_end_in_an_error_in_time(tmp_path: Path) -> None:
    rows = 'x,"\n' + 'y,"" \n' * 200
    path = write(tmp_path, "a,b\n" + rows * 200)
    started = time.monotonic()
    with contextlib.suppress(BadReadOption):
        load(path, limits=_SMALL)
    assert time.monotonic() - started < 30


def test_gzip_is_unpacked_and_its_damage_noticed(tmp_path: Path) -> None:
    text = "a,b\n" + "".join(f"{at},{at * 7919 % 1000}\n" for at in range(5000))
    packed = gzip.compress(text.encode())
    assert load(write(tmp_path, packed, "t.csv.gz"))[0].good == 5000
    assert load(write(tmp_path, packed + gzip.compress(b"x,y\n") + b"\0" * 512, "t.csv.gz"))[0].good == 5001
    for cut in (3, 20, len(packed) // 2, len(packed) - 1):
        with pytest.raises(FileDamaged, match="cut off"):
            load(write(tmp_path, packed[:cut], "t.csv.gz"))
    spoiled = packed[:200] + bytes([packed[200] ^ 255]) + packed[201:]
    with pytest.raises(FileDamaged):
        load(write(tmp_path, spoiled, "t.csv.gz"))
    with pytest.raises(FileDamaged):
        load(write(tmp_path, packed + b"junk", "t.csv.gz"))


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(b"a,b\n" + b"1,2\n" * 2**23, 1), "t.csv.gz")
    with pytest.raises(UnpacksTooFar, match="times its size"):
        load(path)
    with pytest.raises(UnpacksTooFar, match="more than 1000 bytes"):
        load(path, limits=Limits(max_unpacked=1000, max_ratio=10**6))


def test_files_that_cannot_be_read_at_all(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match="no such file"):
        load(tmp_path / "none.csv")
    with pytest.raises(FileMissing, match="folder"):
        load(tmp_path)
    for data in (b"", b"\n\n", b"  \n", b"\xef\xbb\xbf"):
        with pytest.raises(FileEmpty):
            load(write(tmp_path, data))
    with pytest.raises(HeaderUnusable, match="line 1"):
        load(write(tmp_path, b'"a,b\n1,2\n'), limits=_SMALL)
    with pytest.raises(TooLarge, match="columns"):
        load(write(tmp_path, ",".join("a" * 20) + "\n"), limits=Limits(max_columns=10))
    with pytest.raises(FormatUnknown, match="PDF"):
        load(write(tmp_path, b"%PDF-1.7\n"))


def test_an_error_leaves_nothing_behind(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n" + "1,\u00e9\n" * 10)
    with duckdb.connect() as con, open_records(path) as source:
        path.write_bytes(b"a,b\n" + b"1,\xe9\n" * 10)
        with pytest.raises(WrongEncoding):
            source.load(con, "t")
        assert con.execute("SELECT table_name FROM information_schema.tables").fetchall() == []


def test_an_engine_without_memory_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("w") as file:
        file.write("a,b\n")
        file.writelines(f"{at},{at * 7919:030d}{'x' * 100}\n" for at in range(200_000))
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "8MB",
        "max_temp_directory_size": "0B",
        "threads": 1,
    }
    with duckdb.connect(config=config) as con, open_records(path) as source:
        with pytest.raises(EngineRefused):
            source.load(con, "t")
        assert con.execute("SELECT table_name FROM information_schema.tables").fetchall() == []


def test_loading_again_replaces(tmp_path: Path) -> None:
    path = write(tmp_path, 'a,b\n1,"x\ny"\n2\n')
    with duckdb.connect() as con, open_records(path) as source:
        assert source.load(con, "t") == source.load(con, "t") == LoadReport(2, 1, 1)
        assert con.execute('SELECT count(*) FROM "t__rejects"').fetchall() == [(1,)]
        drop_loaded(con, "t")
        assert con.execute("SELECT table_name FROM information_schema.tables").fetchall() == []


def test_line_numbers_over_many_chunks(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rng = random.Random(3)  # noqa: S311 - a fixed seed
    lines, at = [], 2
    with path.open("w", newline="") as file:
        file.write("id,words\n")
        for record in range(200_000):
            lines.append(at)
            words = "w" * 30 if record < 150_000 else "two\n\nlines" * rng.randrange(3)
            at += 1 + words.count("\n")
            file.write(f'{record},"{words}"\n')
    # An engine that may mix up the order of rows must not mix up their numbers.
    with duckdb.connect(config={"preserve_insertion_order": False}) as con, open_records(path) as source:
        calls: list[tuple[str, int, int, int]] = []
        assert source.load(con, "t", lambda *call: calls.append(call)).good == 200_000
        got = con.execute(
            "SELECT list(__line ORDER BY __record), bool_and(id::BIGINT + 1 = __record) FROM t"
        ).fetchall()
        kind = con.execute("SELECT table_type FROM information_schema.tables WHERE table_name = 't'").fetchall()
    assert kind == [("VIEW",)]
    assert got == [(lines, True)]
    assert calls[-1] == ("reading", path.stat().st_size, path.stat().st_size, 200_000)


@pytest.mark.slow
def test_a_line_of_two_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,x\n2,")
        file.seek(2 * 2**30, 1)  # sparse: the line is 2 GB of zero bytes
        file.write(b"\n3,z\n")
    program = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30 // 2, 3 * 2**30 // 2))
import duckdb
from safar.files.reading import open_records
with duckdb.connect(config={{"memory_limit": "256MB", "threads": 1}}) as con, open_records({str(path)!r}) as source:
    print(source.load(con, "t"), con.execute("SELECT a, __record, __line FROM t ORDER BY 2").fetchall())
"""
    source = Path(__file__).resolve().parents[2] / "src"
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(source)}, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout == "LoadReport(records=3, good=2, rejected=1, whole=True) [('1', 1, 2), ('3', 3, 4)]\n"


def test_a_corrupt_archive_tells_where_it_breaks(tmp_path: Path) -> None:
    rows = "".join(f"{i},{hashlib.sha256(str(i).encode()).hexdigest()}\n" for i in range(3000))
    packed = bytearray(gzip.compress(f"id,mark\n{rows}".encode(), mtime=0))
    broken = len(packed) * 3 // 4
    packed[broken : broken + 400] = b"\xff" * 400
    path = tmp_path / "a.csv.gz"
    path.write_bytes(packed)
    with pytest.raises(FileDamaged) as found, open_records(path) as source, duckdb.connect() as con:
        source.load(con, "t")
    told = re.search(r"corrupt, which shows at byte ([\d,]+) of ([\d,]+), after ([\d,]+) unpacked", found.value.message)
    assert told is not None
    at, size, unpacked = (int(one.replace(",", "")) for one in told.groups())
    assert broken <= at <= size
    assert size == len(packed)
    assert unpacked > len(rows) // 2


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a;b;c\n1,5;2,5;3,0\n2,0;1,5;4,5\n", ["a", "b", "c"]),  # more commas than semicolons, but in no header
        ("a;b\n1,5;2,5\n2,0;1,5\n", ["a", "b"]),
        ("a,b\n1;2,3;4\n5;6,7;8\n", ["a", "b"]),
        ("a|b,c\n1|2\n3|4\n", ["a", "b,c"]),
    ],
)
def test_the_delimiter_is_the_header_s_too(tmp_path: Path, text: str, names: list[str]) -> None:
    with open_records(write(tmp_path, text)) as source:
        assert list(source.columns) == names
