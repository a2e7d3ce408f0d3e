"""Opening a file, and asking for its first records, reads its beginning alone; progress is told while it is read."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import duckdb
import pytest

from safar.files import watching
from safar.files.reading import LoadReport, open_records
from safar.files.reading_errors import FileDamaged, FormatMismatch
from tests.files.xlsx_writing import sheet_xml, text_cell, write_workbook

_MANY = 40_000
_NOISE = random.Random(7)  # noqa: S311 - a fixed seed: text that does not shrink when packed


def _event(number: int) -> str:
    return f'<event><string key="n" value="{number}"/><string key="x" value="{_NOISE.randbytes(40).hex()}"/></event>'


_TEXTS = {
    "big.jsonl": lambda: "".join(
        json.dumps({"n": number, "x": _NOISE.randbytes(40).hex()}) + "\n" for number in range(_MANY)
    ),
    "big.xes": lambda: f"<log><trace>{''.join(map(_event, range(_MANY)))}</trace></log>".replace(
        "</event><event>", "</event></trace><trace><event>"
    ),
    "big.csv": lambda: "n,x\n" + "".join(f"{n},{_NOISE.randbytes(40).hex()}\n" for n in range(_MANY)),
}


@pytest.fixture(params=sorted(_TEXTS))
def big(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    name: str = request.param
    path = tmp_path / name
    path.write_text(_TEXTS[name](), encoding="utf-8")
    return path


def test_the_first_records_cost_only_the_beginning(big: Path) -> None:
    size, seen = big.stat().st_size, 0

    def told(_what: str, done: int, total: int, _records: int) -> None:
        nonlocal seen
        assert total == size
        seen = max(seen, done) if done < total else seen

    with duckdb.connect() as con, open_records(big) as source:
        assert source.head(3).column("n").to_pylist() == ["0", "1", "2"]
        assert source.load(con, "t", told, first=5000) == LoadReport(5000, 5000, 0, whole=False)
        assert con.execute("SELECT min(__record), max(__record), count(DISTINCT n) FROM t").fetchall() == [
            (1, 5000, 5000)
        ]
        assert seen < size / 2
        assert source.load(con, "t") == LoadReport(_MANY, _MANY, 0)
        assert con.execute("SELECT count(*) FROM t WHERE n::BIGINT + 1 = __record").fetchall() == [(_MANY,)]
        assert source.load(con, "t", first=_MANY) == LoadReport(_MANY, _MANY, 0)


def test_damage_further_on_is_met_when_it_is_reached(big: Path) -> None:
    packed = gzip.compress(big.read_bytes(), compresslevel=1)
    cut = big.with_name(f"{big.name}.gz")
    cut.write_bytes(packed[: len(packed) * 3 // 4])
    with duckdb.connect() as con, open_records(cut) as source:
        assert source.head(10).num_rows == 10
        assert source.load(con, "t", first=1000) == LoadReport(1000, 1000, 0, whole=False)
        for _ in range(2):  # what failed does not look whole the second time
            with pytest.raises(FileDamaged):
                source.load(con, "t")
        assert con.execute("SELECT table_name FROM information_schema.tables").fetchall() == []


def test_rejects_and_late_columns_of_the_first_records(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    lines = ['{"a": 1}', "", "broken", *(['{"a": 2}'] * 1500), '{"late": 3}', "[]"]
    path.write_text("\n".join(lines), encoding="utf-8")
    with duckdb.connect() as con, open_records(path) as source:
        assert list(source.columns) == ["a"]
        assert source.load(con, "t", first=2) == LoadReport(2, 1, 1, whole=False)
        assert con.execute("SELECT record, line, value FROM t__rejects").fetchall() == [(2, 3, "broken")]
        assert source.look_further()
        assert list(source.columns) == ["a", "late"]
        assert not source.look_further()
        assert source.load(con, "t") == LoadReport(1504, 1502, 2)
        assert con.execute("SELECT record, line, value FROM t__rejects").fetchall() == [
            (2, 3, "broken"),
            (1504, 1505, "[]"),
        ]
        assert con.execute("SELECT __record, __line FROM t WHERE late IS NOT NULL").fetchall() == [(1503, 1504)]


def test_what_holds_no_record_is_still_refused_at_the_door(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("3\n" * 5000, encoding="utf-8")
    with pytest.raises(FormatMismatch, match="none of its 5000 lines"):
        open_records(path)


def test_sheets_and_parquet_give_their_first_records(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT range AS n FROM range(100)) TO '{tmp_path / 't.parquet'}'")
        rows = [f'<row r="1">{text_cell("A1", "n")}</row>']
        rows += [f'<row r="{at}"><c r="A{at}"><v>{at - 2}</v></c></row>' for at in range(2, 102)]
        write_workbook(tmp_path / "t.xlsx", {"s": sheet_xml(*rows)})
        for name in ("t.parquet", "t.xlsx"):
            with open_records(tmp_path / name) as source:
                assert source.load(con, "t", first=7) == LoadReport(7, 7, 0, whole=False)
                assert con.execute("SELECT max(n::BIGINT), max(__record) FROM t").fetchall() == [(6, 7)]
                assert source.load(con, "t", first=100) == source.load(con, "t") == LoadReport(100, 100, 0)


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.jsonl", "t.xes", "t.parquet"])
def test_progress_rises_to_the_end_while_a_file_is_read(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_EVERY_S", 0.002)  # a small file is read in less than the usual time
    path = tmp_path / name
    plain = name.removesuffix(".gz")
    if name == "t.parquet":
        with duckdb.connect() as con:
            con.execute(f"COPY (SELECT range AS n, md5(range::VARCHAR) AS x FROM range(2_000_000)) TO '{path}'")
    else:
        text = _TEXTS[f"big.{plain.partition('.')[2]}"]().encode()
        if plain == "t.csv":
            text += text[4:] * 15
        path.write_bytes(gzip.compress(text, compresslevel=1) if name.endswith("gz") else text)
    calls: dict[str, list[tuple[int, int]]] = {}
    with duckdb.connect(config={"threads": 1}) as con, open_records(path) as source:
        before = con.execute("SELECT current_setting('enable_progress_bar')").fetchall()
        report = source.load(con, "t", lambda what, done, total, _: calls.setdefault(what, []).append((done, total)))
        assert con.execute("SELECT current_setting('enable_progress_bar')").fetchall() == before
    assert report.rejected == 0
    expected = {"t.csv": ["looking over", "reading"], "t.csv.gz": ["unpacking", "looking over", "reading"]}
    assert list(calls) == expected.get(name, ["reading"])
    for told in calls.values():
        done = [one for one, _ in told]
        assert done == sorted(done)
        assert {total for _, total in told} == {told[-1][1]}
        assert done[-1] == told[-1][1]
    assert any(0 < done < total for done, total in calls["reading"])
