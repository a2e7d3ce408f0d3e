"""Undoing imports, merging customers, compaction, upgrades."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from safar.log.problems import BadMerge, ImportUnknown, LogTooNew, UndoConflict, VersionGone
from tests.log.log_staging import (
    NOW,
    attribute,
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


def test_undo_brings_back_what_stood_before(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        first = [interaction(k, person="A", link_order=f"o{k}") for k in range(4)]
        log.commit(con, stage(con, interactions=first, attributes=[attribute(1, person="A")]), now=NOW)
        before, identities = held(log), people(log)
        second = [interaction(1, person="A", status="x"), interaction(9, person="B", prop_x="y")]
        log.commit(con, stage(con, interactions=second, rows=[1, 2, 9]), now=NOW)
    assert len(held(log)) == 4
    report = log.undo(2, now=NOW)
    assert (report.tables["interactions"].new, report.tables["interactions"].removed) == (2, 2)
    after = {identity: {k: v for k, v in f.items() if k != "prop_x"} for identity, f in held(log).items()}
    assert after == before
    assert people(log) == identities
    assert log.head().sources["crm"] == {"interactions": 4, "feedback": 0, "attributes": 1}
    sound(log)
    with pytest.raises(ImportUnknown, match="undone already"):
        log.undo(2, now=NOW)
    with pytest.raises(ImportUnknown, match="no import 7"):
        log.undo(7, now=NOW)


def test_undo_refuses_when_a_later_import_changed_the_same_facts(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(1), interaction(2)]), now=NOW)
        log.commit(con, stage(con, interactions=[interaction(1, status="x")]), now=NOW)
        log.commit(con, stage(con, interactions=[interaction(5)]), now=NOW)
    with pytest.raises(UndoConflict, match=f"import 2: interactions {row_id(1).hex().upper()}/a"):
        log.undo(1, now=NOW)
    log.undo(2, now=NOW)
    log.undo(1, now=NOW)
    assert set(held(log)) == {(row_id(5), "a")}
    sound(log)


def test_a_fact_that_stands_in_the_way_is_named_once(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        for status in ("x", "y", "z"):
            log.commit(con, stage(con, interactions=[interaction(1, status=status)]), now=NOW)
    with pytest.raises(UndoConflict) as told:
        log.undo(2, now=NOW)
    assert told.value.message.count(row_id(1).hex().upper()) == 1


def test_undo_refuses_when_a_removed_fact_came_again(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(1)]), now=NOW)
        log.commit(con, stage(con, rows=[1]), now=NOW)
        log.commit(con, stage(con, interactions=[interaction(1)]), now=NOW)
    with pytest.raises(UndoConflict, match="import 3"):
        log.undo(2, now=NOW)


def test_an_undone_file_can_be_imported_again(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    facts = [interaction(1, person="A")]
    with log.connect() as con:
        log.commit(con, stage(con, interactions=facts), now=NOW)
        log.undo(1, now=NOW)
        assert people(log) == {}
        log.commit(con, stage(con, interactions=facts), now=NOW)
    assert held(log)[row_id(1), "a"]["import_no"] == 2
    sound(log)


def test_merged_customers_read_as_one_until_taken_apart(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    names = "ABCD"
    with log.connect() as con:
        facts = [interaction(k, person=name) for k, name in enumerate(names)]
        ratings = [feedback(k, person=name) for k, name in enumerate(names)]
        known = [attribute(k, person=name) for k, name in enumerate(names)]
        log.commit(con, stage(con, interactions=facts, feedback=ratings, attributes=known), now=NOW)
    keys = people(log)
    a, b, c, d = (keys[name] for name in names)
    log.merge(alias=a, same_as=b, now=NOW)
    log.merge(alias=b, same_as=c, now=NOW)
    for table, key in (("interactions", "customer"), ("feedback", "customer"), ("attributes", "subject")):
        assert {fact["row_no"]: fact[key] for fact in held(log, table).values()} == {0: c, 1: c, 2: c, 3: d}
    with pytest.raises(BadMerge, match="one already"):
        log.merge(alias=c, same_as=a, now=NOW)
    with pytest.raises(BadMerge, match="already"):
        log.merge(alias=a, same_as=d, now=NOW)
    with pytest.raises(BadMerge, match="not both known"):
        log.merge(alias=d, same_as=12345, now=NOW)
    log.unmerge(alias=b, now=NOW)
    assert {fact["row_no"]: fact["customer"] for fact in held(log).values()} == {0: b, 1: b, 2: c, 3: d}
    with pytest.raises(BadMerge, match="never merged"):
        log.unmerge(alias=b, now=NOW)
    sound(log)


def test_merging_does_not_make_known_facts_look_changed(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    facts = [interaction(1, person="A"), interaction(2, person="B")]
    with log.connect() as con:
        log.commit(con, stage(con, interactions=facts), now=NOW)
        keys = people(log)
        log.merge(alias=keys["A"], same_as=keys["B"], now=NOW)
        assert log.commit(con, stage(con, interactions=facts), now=NOW).nothing_changed


def test_compaction_keeps_the_facts_and_clears_old_versions(tmp_path: Path) -> None:
    log = new_log(tmp_path, keep_versions_days=7)
    with log.connect() as con:
        for day in range(6):
            facts = [interaction(k, person=f"P{k}") for k in (day, day + 100)]
            log.commit(con, stage(con, interactions=facts), now=NOW + timedelta(days=day))
    before = held(log)
    report = log.compact(now=NOW + timedelta(days=6))
    assert held(log) == before
    assert len(log.parquet_files("interactions")) == len(log.parquet_files("identities")) == 1
    assert report.files_before == 12
    assert report.readable_from == 0
    assert len(held(log, version=3)) == 6
    again = log.compact(now=NOW + timedelta(days=6))
    assert again.version == report.version
    later = log.compact(now=NOW + timedelta(days=30))
    assert later.files_deleted == 12
    assert held(log) == before
    with pytest.raises(VersionGone, match="cleared away"):
        log.tables(version=3)
    sound(log)
    assert log.verify().notes == ()


def test_compaction_keeps_what_was_newest_within_the_time(tmp_path: Path) -> None:
    log = new_log(tmp_path, keep_versions_days=3)
    with log.connect() as con:
        for day in (0, 5, 10):
            log.commit(con, stage(con, interactions=[interaction(day)]), now=NOW + timedelta(days=day))
    assert log.compact(now=NOW + timedelta(days=11)).readable_from == 2
    assert len(held(log, version=2)) == 2


def test_many_commits_stay_readable_through_checkpoints(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        for k in range(24):
            log.commit(con, stage(con, interactions=[interaction(k)]), now=NOW)
    assert len(held(open_log(tmp_path))) == 24
    assert len(held(open_log(tmp_path), version=11)) == 11
    assert list((log.path / "interactions" / "_delta_log").glob("*.checkpoint.parquet"))


def test_a_log_of_an_older_format_is_upgraded_on_opening(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(1, person="A")]), now=NOW)
    manifest = log.path / "versions" / "00000001.json"
    raw = json.loads(manifest.read_text())
    raw["format"] = 0
    manifest.write_text(json.dumps(raw))
    opened = open_log(tmp_path)
    assert (opened.head().kind, opened.head().format) == ("migrate", 1)
    assert len(held(opened)) == 1
    sound(opened)
    raw["format"] = 99
    manifest.with_name("00000003.json").write_text(json.dumps({**raw, "version": 3}))
    with pytest.raises(LogTooNew):
        open_log(tmp_path)


def test_files_that_lack_a_newer_column_read_as_empty(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(1, channel="web")]), now=NOW)
        file = log.parquet_files("interactions")[0]
        con.execute(f"COPY (SELECT * EXCLUDE (channel, actor) FROM '{file}') TO '{file}.old' (FORMAT parquet)")
        Path(f"{file}.old").replace(file)
        log.commit(con, stage(con, interactions=[interaction(2, channel="app")]), now=NOW)
    assert {fact["row_no"]: fact["channel"] for fact in held(log).values()} == {1: None, 2: "app"}
