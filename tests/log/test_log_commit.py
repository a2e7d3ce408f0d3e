"""Committing: identity, idempotence, corrections, snapshots, extra columns, versions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from safar.log import StagedImport, TableCounts
from safar.log.problems import BadFacts, BadStaged, LogExists, LogMissing, VersionGone
from tests.log.log_staging import (
    NOW,
    START,
    Row,
    attribute,
    euros,
    feedback,
    held,
    interaction,
    new_log,
    open_log,
    people,
    row_id,
    sound,
    stage,
)


def test_empty_log_has_every_column(tmp_path: Path) -> None:
    tables = new_log(tmp_path).tables()
    assert tables.version == 0
    assert tables.interactions.count().to_pyarrow().as_py() == 0
    assert {"customer", "event", "amount"} <= set(tables.interactions.columns)
    assert "external_id" not in tables.attributes.columns


def test_facts_come_back_as_they_were_staged(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        staged = stage(
            con,
            interactions=[interaction(1, person="A", channel="web", **euros(12)), interaction(2)],
            feedback=[feedback(1, person="A", text="good", language="en")],
            attributes=[attribute(1, person="A")],
        )
        report = log.commit(con, staged, now=NOW)
    assert report.tables["interactions"] == TableCounts(new=2)
    assert (report.version, report.import_no, report.new_identities) == (1, 1, 1)
    facts = held(log)
    first, second = facts[row_id(1), "a"], facts[row_id(2), "a"]
    assert first["ts"] == START + timedelta(hours=1)
    assert first["amount"] == 12
    assert first["import_no"] == 1
    assert second["customer"] is None
    surrogate = people(log)["A"]
    assert first["customer"] == surrogate
    assert held(log, "feedback")[row_id(1), "q"]["customer"] == surrogate
    assert held(log, "attributes")[row_id(1), "segment"]["subject"] == surrogate
    sound(log)


def test_same_content_twice_writes_nothing(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    facts = [interaction(key, person=f"P{key % 3}", prop_plan="x") for key in range(9)]
    with log.connect() as con:
        log.commit(con, stage(con, interactions=facts, rows=range(9)), now=NOW)
        before = sorted(path for path in log.path.rglob("*") if path.is_file())
        again = log.commit(con, stage(con, interactions=facts, rows=range(9)), now=NOW)
    assert again.nothing_changed
    assert again.version == 1
    assert again.tables["interactions"] == TableCounts(unchanged=9)
    assert sorted(path for path in log.path.rglob("*") if path.is_file()) == before


def test_corrected_row_replaces_its_own_facts_and_only_those(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        facts = [interaction(key, slot=slot, person="A") for key in range(5) for slot in ("a", "b")]
        log.commit(con, stage(con, interactions=facts), now=NOW)
        before = held(log)
        mended = interaction(2, person="A", status="failed", row_no=77, slot_no=3)
        report = log.commit(con, stage(con, interactions=[mended], rows=[2]), now=NOW)
    assert report.tables["interactions"] == TableCounts(changed=1, removed=1)
    after = held(log)
    changed = after.pop((row_id(2), "a"))
    assert changed["status"] == "failed"
    assert (changed["row_no"], changed["slot_no"], changed["import_no"]) == (2, 0, 2)
    assert (row_id(2), "b") not in after
    assert after == {identity: fact for identity, fact in before.items() if identity[0] != row_id(2)}
    assert held(log, version=1) == before
    sound(log)


def test_row_that_yields_nothing_any_more_loses_its_facts_in_every_table(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(1)], feedback=[feedback(1), feedback(2)]), now=NOW)
        report = log.commit(con, stage(con, rows=[1]), now=NOW)
    assert report.tables["interactions"].removed == report.tables["feedback"].removed == 1
    assert held(log) == {}
    assert set(held(log, "feedback")) == {(row_id(2), "q")}


def test_next_month_deletes_nothing_and_sources_do_not_meet(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(k) for k in range(5)], rows=range(5)), now=NOW)
        log.commit(con, stage(con, interactions=[interaction(k) for k in range(5, 9)], rows=range(5, 9)), now=NOW)
        other = [interaction(k, source="web") for k in range(3)]
        log.commit(con, stage(con, source="web", interactions=other, snapshot=True), now=NOW)
    assert len(held(log)) == 12
    assert log.head().sources == {
        "crm": {"interactions": 9, "feedback": 0, "attributes": 0},
        "web": {"interactions": 3, "feedback": 0, "attributes": 0},
    }


@pytest.mark.parametrize(("scope", "left"), [(None, 10), ("span", 7), ("source", 2)])
def test_snapshot_scope_says_what_goes(tmp_path: Path, scope: str | None, left: int) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(k) for k in range(10)]), now=NOW)
        kept = [interaction(2), interaction(6)]
        log.commit(con, stage(con, interactions=kept, rows=[2, 6], snapshot_scope=scope), now=NOW)
    assert len(held(log)) == left
    sound(log)


def test_extra_columns_come_as_they_come(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(1)]), now=NOW)
        log.commit(con, stage(con, interactions=[interaction(2, link_order="o2")]), now=NOW)
        log.commit(con, stage(con, interactions=[interaction(3, prop_plan="gold")]), now=NOW)
        filled = log.commit(con, stage(con, interactions=[interaction(1, link_order="o1")]), now=NOW)
    assert filled.tables["interactions"].changed == 1
    facts = {fact["row_no"]: (fact["link_order"], fact["prop_plan"]) for fact in held(log).values()}
    assert facts == {1: ("o1", None), 2: ("o2", None), 3: (None, "gold")}
    assert "link_order" not in log.tables(version=1).interactions.columns
    assert log.info().extras == ("link_order", "prop_plan")
    sound(log)


def test_fact_staged_twice_counts_once_and_is_told(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        facts = [interaction(1, status="old"), interaction(2), interaction(1, status="new", row_no=9)]
        report = log.commit(con, stage(con, interactions=facts), now=NOW)
    assert report.tables["interactions"] == TableCounts(new=2, superseded=1)
    assert held(log)[row_id(1), "a"]["status"] == "new"


def test_identifiers_of_two_namespaces_are_two_people_and_stay_who_they_are(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        facts = [interaction(1, person="7"), interaction(2, customer_ns="web", customer_ext="7")]
        log.commit(con, stage(con, interactions=facts), now=NOW)
        log.commit(con, stage(con, interactions=[interaction(3, person="7")]), now=NOW)
    keys = {fact["row_no"]: fact["customer"] for fact in held(log).values()}
    assert keys[1] == keys[3] != keys[2]
    assert all(0 <= key < 2**63 for key in keys.values())


def test_surrogate_keys_differ_between_logs(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        log = new_log(tmp_path / name)
        with log.connect() as con:
            log.commit(con, stage(con, interactions=[interaction(1, person="A")]), now=NOW)
        found.append(people(log)["A"])
    assert found[0] != found[1]


@pytest.mark.parametrize(
    ("table", "fact", "what"),
    [
        ("interactions", interaction(1, event=None), "event is empty"),
        ("interactions", interaction(1, kind="visit"), "kind is none of"),
        ("interactions", interaction(1, amount=3), "amount without currency"),
        ("interactions", interaction(1, duration_s=float("nan")), "duration_s is not a finite number"),
        ("interactions", interaction(1, customer_ext="A"), "one without the other"),
        ("interactions", {**interaction(1), "source": "else"}, "source is not crm"),
        ("feedback", feedback(1, state="blank"), "an answer that was not given"),
        ("feedback", feedback(1, weight=-1.0), "weight is negative"),
        ("attributes", attribute(1, person="A", name=None), "name is empty"),
    ],
)
def test_facts_that_break_the_rules_are_refused_whole(tmp_path: Path, table: str, fact: Row, what: str) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        facts: dict[str, Any] = {table: [fact]}
        staged = stage(con, **facts)
        with pytest.raises(BadFacts, match=what):
            log.commit(con, staged, now=NOW)
    assert log.head().number == 0


def test_staged_tables_with_another_layout_are_refused(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        con.execute("CREATE TEMP TABLE strange AS SELECT 1 AS mood")
        with pytest.raises(BadStaged, match="mood cannot stand"):
            log.commit(con, StagedImport(source="crm", interactions="strange"), now=NOW)
        with pytest.raises(BadStaged, match="no staged table"):
            log.commit(con, StagedImport(source="crm", interactions="absent"), now=NOW)
        con.execute("CREATE TEMP TABLE short AS SELECT 'x' AS event")
        with pytest.raises(BadStaged, match="row_id"):
            log.commit(con, StagedImport(source="crm", interactions="short"), now=NOW)


def test_times_with_a_zone_become_utc_whatever_the_connection_says(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        con.execute("SET TimeZone = 'Asia/Tehran'")
        name = stage(con, interactions=[interaction(1)]).interactions
        con.execute(
            f"CREATE TEMP TABLE zoned AS SELECT * REPLACE (TIMESTAMPTZ '2024-01-01 03:30:00+03:30' AS ts) FROM {name}"
        )
        log.commit(con, StagedImport(source="crm", interactions="zoned"), now=NOW)
    assert held(log)[row_id(1), "a"]["ts"] == START


def test_attachments_are_kept_with_the_import(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    aside = tmp_path / "rows.csv"
    aside.write_text("record,reason\n1,bad date\n")
    with log.connect() as con:
        staged = stage(con, interactions=[], attachments={"set-aside.csv": aside}, record_empty=True)
        report = log.commit(con, staged, now=NOW)
    assert report.import_no == 1
    assert (log.import_folder(1) / "set-aside.csv").read_text() == aside.read_text()


def test_two_logs_are_open_at_once(tmp_path: Path) -> None:
    one, two = new_log(tmp_path / "1"), new_log(tmp_path / "2")
    with one.connect() as con:
        one.commit(con, stage(con, interactions=[interaction(1)]), now=NOW)
        two.commit(con, stage(con, interactions=[interaction(1), interaction(2)]), now=NOW)
        first, second = one.tables(connection=con), two.tables(connection=con)
        assert first.interactions.count().to_pyarrow().as_py() == 1
        assert second.interactions.count().to_pyarrow().as_py() == 2


def test_a_reader_keeps_the_version_it_asked_for(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(1)]), now=NOW)
        before = open_log(tmp_path).tables()
        log.commit(con, stage(con, interactions=[interaction(1, status="x"), interaction(2)]), now=NOW)
    assert before.interactions.count().to_pyarrow().as_py() == 1
    assert open_log(tmp_path).tables().interactions.count().to_pyarrow().as_py() == 2
    assert [version.number for version in log.versions()] == [0, 1, 2]
    assert [version.only_appended for version in log.versions()[1:]] == [True, False]
    with pytest.raises(VersionGone):
        log.tables(version=9)


def test_create_and_open_say_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(LogMissing):
        open_log(tmp_path)
    new_log(tmp_path)
    with pytest.raises(LogExists):
        new_log(tmp_path)


def test_files_are_sorted_by_time_and_their_bounds_are_known(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(k) for k in (8, 3, 5)]), now=NOW)
        rows = con.execute("SELECT row_no FROM read_parquet($1)", [log.parquet_files("interactions")]).fetchall()
    assert [row[0] for row in rows] == [3, 5, 8]
    told = log.info().tables[0]
    assert told.since is not None
    assert told.since.startswith("2024-01-01")
