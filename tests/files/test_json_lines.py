"""JSON lines: nested fields flattened, numbers as written, bad lines set aside."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.files.reading import Limits, LoadReport, ReadOptions, open_records
from safar.files.reading_errors import FileEmpty, FormatMismatch, WrongEncoding


def load(
    path: Path, *, options: ReadOptions | None = None, limits: Limits | None = None
) -> tuple[LoadReport, list[dict[str, Any]], list[tuple[Any, ...]]]:
    with duckdb.connect() as con, open_records(path, format="jsonl", options=options, limits=limits) as source:
        report = source.load(con, "t")
        table = con.sql("SELECT * FROM t ORDER BY __record").to_arrow_table()
        assert tuple(table.column_names) == (*source.columns, "__record", "__line")
        rows: list[dict[str, Any]] = table.to_pylist()
        assert source.head(2).to_pylist() == rows[:2]
        return report, rows, con.execute("SELECT * FROM t__rejects ORDER BY record").fetchall()


def write(tmp_path: Path, data: str | bytes, name: str = "t.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_fields_are_flattened_and_stay_as_written(tmp_path: Path) -> None:
    lines = (
        '{"id": 1.10, "who": {"name": "Sara \\ud83d\\ude00", "at": {"city": "تهران"}}, "tags": ["a", 1, {"x": null}]}\n'
        "\n"
        '{"id": 12345678901234567890, "ok": true, "no": null, "empty": {}, "text": ""}\n'
    )
    report, rows, _ = load(write(tmp_path, lines))
    assert report == LoadReport(2, 2, 0)
    nothing = dict.fromkeys(("who.name", "who.at.city", "tags"))
    assert rows == [
        {
            "id": "1.10",
            "who.name": "Sara 😀",
            "who.at.city": "تهران",
            "tags": '["a", 1, {"x": null}]',
            "ok": None,
            "no": None,
            "empty": None,
            "text": None,
            "__record": 1,
            "__line": 1,
        },
        {
            "id": "12345678901234567890",
            **nothing,
            "ok": "true",
            "no": None,
            "empty": "{}",
            "text": "",
            "__record": 2,
            "__line": 3,
        },
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"a": 1', "not valid JSON"),
        ("[1]", "no JSON object"),
        ("3", "no JSON object"),
        ('{"a": NaN}', "NaN"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a.b": 1, "a": {"b": 2}}', "two values"),
        ('{"a": ' * 70 + "1" + "}" * 70, "too deep"),
        ("[" * 100_000, "too deep"),
        ('{"a": "\\u0000"}', "NUL"),
        ('{"a": "\\ud800"}', "surrogate"),
        ('{"a": "' + "x" * 5000 + '"}', "longer than"),
        ("{" + ", ".join(f'"f{at}": 1' for at in range(60)) + "}", "different fields"),
    ],
)
def test_a_bad_line_is_set_aside(tmp_path: Path, bad: str, reason: str) -> None:
    limits = Limits(max_line=4096 if "longer" in reason else 200_000, max_columns=50)
    path = write(tmp_path, f'{{"a": 1}}\n{bad}\n{{"a": 3}}\n')
    report, rows, rejects = load(path, limits=limits)
    assert report == LoadReport(3, 2, 1)
    assert [(row["a"], row["__record"], row["__line"]) for row in rows] == [("1", 1, 1), ("3", 3, 3)]
    assert rejects[0][:3] == (2, 2, None)
    assert bad.startswith(rejects[0][3])
    assert reason in rejects[0][4]


def test_undecodable_lines_and_encodings(tmp_path: Path) -> None:
    path = write(tmp_path, b'{"a": "x"}\n{"a": "\xe9"}\n{"a": "\xc3\xa9"}\n{"a": "\xc3\xa9"}\n')
    assert load(path)[0] == LoadReport(4, 3, 1)
    persian = write(tmp_path, '{"a": "سلام"}\n'.encode("windows-1256"))
    with pytest.raises(WrongEncoding):
        load(persian)
    assert load(persian, options=ReadOptions(encoding="windows-1256"))[1][0]["a"] == "سلام"
    assert load(write(tmp_path, '{"a": "é"}\r\n'.encode("utf-16")))[1][0]["a"] == "é"
    assert load(write(tmp_path, gzip.compress(b'{"a": 1}\n'), "t.jsonl.gz"))[1][0]["a"] == "1"


def test_files_without_records(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty):
        load(write(tmp_path, "\n\n"))
    with pytest.raises(FormatMismatch, match="none of its 3 lines"):
        load(write(tmp_path, '[\n{"a": 1}]\n3\n'))


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(st.lists(st.dictionaries(_TEXT, _TEXT, max_size=4), min_size=1, max_size=8))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_objects_of_text_are_read_back(tmp_path: Path, objects: list[dict[str, str]]) -> None:
    path = write(tmp_path, "".join(json.dumps(one) + "\n" for one in objects))
    with duckdb.connect() as con, open_records(path, format="jsonl") as source:
        assert source.load(con, "t") == LoadReport(len(objects), len(objects), 0)
        got = con.execute("SELECT * FROM t ORDER BY __record").fetchall()
    names = list(dict.fromkeys(name for one in objects for name in one))
    assert [row[:-2] for row in got] == [tuple(one.get(name) for name in names) for one in objects]
