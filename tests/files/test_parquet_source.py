"""Parquet files keep their types; damaged ones are errors."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from safar.files.reading import LoadReport, open_records
from safar.files.reading_errors import FileDamaged, FileProblem, FormatMismatch


def test_types_and_order_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    rows = 50_000
    at = [dt.datetime(2024, 1, 1, tzinfo=dt.UTC)] * rows
    pq.write_table(pa.table({"id": range(rows), "at": at, "ID": ["x"] * rows}), path, row_group_size=7_000)
    with duckdb.connect(config={"preserve_insertion_order": False}) as con, open_records(path) as source:
        assert source.columns == ("id", "at", "ID_2")
        assert source.load(con, "t") == LoadReport(rows, rows, 0)
        assert con.execute("SELECT bool_and(__record = id + 1), count(__line), count(ID_2) FROM t").fetchall() == [
            (True, 0, rows)
        ]
        kinds = con.execute("SELECT column_type FROM (DESCRIBE t)").fetchall()
        assert [kind for (kind,) in kinds] == ["BIGINT", "TIMESTAMP WITH TIME ZONE", "VARCHAR", "BIGINT", "BIGINT"]
        assert con.execute("SELECT count(*) FROM t__rejects").fetchall() == [(0,)]
        assert source.head(1).column("ID_2").to_pylist() == ["x"]


def test_our_own_column_names_are_renamed(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"__record": [7], "file_row_number": [8], "": [9]}), path)
    with duckdb.connect() as con, open_records(path) as source:
        source.load(con, "t")
        assert source.columns == ("__record_2", "file_row_number", "column_3")
        assert con.execute("SELECT * FROM t").fetchall() == [(7, 8, 9, 1, None)]


def test_damage_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": [f"value {at}" for at in range(2000)]}), path, compression="zstd")
    data = path.read_bytes()
    bad = tmp_path / "bad.parquet"
    for size in (4, 100, len(data) // 2, len(data) - 1):
        bad.write_bytes(data[:size])
        with pytest.raises(FileDamaged):
            open_records(bad)
    bad.write_bytes(data[:60] + b"\xff" * 200 + data[260:])
    with duckdb.connect() as con, pytest.raises(FileProblem), open_records(bad) as source:
        source.load(con, "t")
    bad.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(FormatMismatch):
        open_records(bad)
