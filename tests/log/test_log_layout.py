"""The reference page of the log's layout says what the schema says; what the log promises other tools holds."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from safar.domain.fact import TABLES
from safar.log import StagedImport, staged_ddl
from safar.log.layout import layout_markdown
from safar.log.problems import MemoryShort
from safar.log.schema import checks, duckdb_type, table_columns
from tests.log.log_staging import NOW, attribute, feedback, held, interaction, new_log, open_log, sound, stage

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "log-layout.md"


def test_the_page_holds_the_schema() -> None:
    assert layout_markdown() in PAGE.read_text(encoding="utf-8"), "run: make reference"


@pytest.mark.parametrize("table", list(TABLES))
def test_ddl_and_checks_are_valid_sql(table: str) -> None:
    columns = table_columns(table, ["link_order"])
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE {table} ({', '.join(f'{one.name} {duckdb_type(one)}' for one in columns)})")
        for check in checks(table, columns):
            con.execute(f"SELECT count_if({check.violated}) FROM {table}")
        if table in ("interactions", "feedback", "attributes"):
            con.execute(staged_ddl(table, name="staged one", extras=["prop_x"]))
            assert con.execute('SELECT count(*) FROM "staged one"').fetchone() == (0,)


def test_other_tools_read_the_delta_tables(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        staged = stage(
            con,
            interactions=[interaction(k, person="A", link_order=f"o{k}") for k in range(5)],
            feedback=[feedback(1, person="A", text="سلام")],
            attributes=[attribute(1, person="A")],
        )
        log.commit(con, staged, now=NOW)
    frame = pl.scan_delta(str(log.path / "interactions")).sort("row_no").collect()
    assert frame["link_order"].to_list() == [f"o{k}" for k in range(5)]
    assert pl.read_parquet(log.parquet_files("feedback"))["text"].to_list() == ["سلام"]


def test_no_value_of_a_person_stands_in_a_table_log(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        facts = [interaction(k, person="ann@example.org", link_order="order-1", prop_x="secret") for k in range(3)]
        said = [feedback(1, person="ann@example.org", text="my words")]
        known = [attribute(1, person="ann@example.org", value="gold-7")]
        log.commit(con, stage(con, interactions=facts, feedback=said, attributes=known), now=NOW)
    log.compact(now=NOW)
    logs = b"".join(p.read_bytes() for p in log.path.rglob("_delta_log/*") if p.is_file())
    assert b"row_id" in logs
    for value in (b"ann@example.org", b"order-1", b"secret", b"my words", b"gold-7"):
        assert value not in logs


def test_a_torn_checkpoint_is_thrown_away(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(1)]), now=NOW)
        log.compact(now=NOW)
        torn = list((log.path / "interactions" / "_delta_log").glob("*.checkpoint.parquet"))
        assert torn
        for path in torn:
            path.write_bytes(path.read_bytes()[:40])
        again = open_log(tmp_path)
        again.commit(con, stage(con, interactions=[interaction(2)]), now=NOW)
    assert len(held(open_log(tmp_path))) == 2
    sound(again)


def test_a_commit_stays_within_its_memory_or_says_so(tmp_path: Path) -> None:
    log = new_log(tmp_path, memory_limit_mb=256)
    con = log.connect()
    con.execute(
        "CREATE TEMP TABLE big AS SELECT 'crm' AS source, unhex(left(md5(i::VARCHAR), 24)) AS row_id, 'a' AS slot, "
        "i AS row_no, 0 AS slot_no, TIMESTAMP '2024-01-01' + to_seconds(hash(i) % 9999999) AS ts, 0 AS utc_offset_min, "
        "'crm' AS customer_ns, 'P' || (i % 5000) AS customer_ext, 'call' AS event, 'contact' AS kind, "
        "'o' || i AS link_order FROM range(400_000) t(i)"
    )
    try:
        log.commit(con, StagedImport(source="crm", interactions="big"), now=NOW)
    except MemoryShort:
        assert log.head().number == 0
    else:
        assert log.head().rows["interactions"] == 400_000
    sound(log)
