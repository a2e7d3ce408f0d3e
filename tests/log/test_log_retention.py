"""How much of the past compaction keeps: what can be read, what can be undone, and what is told when it cannot."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from deltalake import DeltaTable

from safar.log import Log, manifest
from safar.log.problems import ImportSettled, ImportUnknown, VersionGone
from tests.log.log_staging import NOW, held, interaction, new_log, open_log, sound, stage

_DAYS = 12


def _daily(tmp_path: Path, **settings: int) -> Log:
    """One import a day: a new fact, and a correction of the one before."""
    log = new_log(tmp_path, **settings)
    with log.connect() as con:
        for day in range(_DAYS):
            facts = [interaction(day), *([interaction(day - 1, status="corrected")] if day else [])]
            log.commit(con, stage(con, interactions=facts), now=NOW + timedelta(days=day))
    return log


def _commits(log: Log) -> list[int]:
    return sorted(int(path.stem) for path in (log.path / "interactions" / "_delta_log").glob("*.json"))


def _replaced(log: Log) -> list[int]:
    return sorted(int(path.parent.name) for path in (log.path / "imports").glob("*/replaced-*"))


def test_nothing_goes_before_its_time(tmp_path: Path) -> None:
    log = _daily(tmp_path)
    before = held(log)
    report = log.compact(now=NOW + timedelta(days=_DAYS))
    assert (report.readable_from, report.undoable_from) == (5, 1)
    assert manifest.numbers(log.path / "versions") == list(range(_DAYS + 2))
    assert _replaced(log) == list(range(2, _DAYS + 1))
    # What no readable version needs of the table's own log has gone.
    pinned = log.versions()[report.readable_from].tables["interactions"]
    assert _commits(log)[0] == pinned > 0
    for version in range(report.readable_from, _DAYS + 1):
        assert len(held(open_log(tmp_path), version=version)) == version
    assert held(log) == before
    sound(log)
    assert log.compact(now=NOW + timedelta(days=_DAYS)).history_deleted == 0


@pytest.mark.parametrize(
    ("settings", "first"),
    [
        ({"keep_undo_days": 4, "keep_undo_versions": 1}, 9),
        ({"keep_undo_days": 0, "keep_undo_versions": 6}, 7),
        ({"keep_undo_days": 4, "keep_undo_versions": 6}, 7),
        ({"keep_undo_days": 0, "keep_undo_versions": 1}, 12),
        ({"keep_undo_days": 0, "keep_undo_versions": 1, "keep_versions_days": 5}, 7),
    ],
)
def test_the_longer_of_days_and_versions_is_kept(tmp_path: Path, settings: dict[str, int], first: int) -> None:
    log = _daily(tmp_path, **{"keep_versions_days": 0, **settings})
    before = held(log)
    report = log.compact(now=NOW + timedelta(days=_DAYS))
    assert report.undoable_from == log.info().undoable_from == first
    assert manifest.numbers(log.path / "versions")[0] == log.head().kept_from == first
    assert _replaced(log) == list(range(first, _DAYS + 1))
    assert held(log) == before
    assert held(open_log(tmp_path)) == before
    assert log.verify().notes == ()
    sound(log)


def test_what_is_kept_can_be_undone_and_what_is_gone_says_so(tmp_path: Path) -> None:
    log = _daily(tmp_path, keep_versions_days=0, keep_undo_days=4, keep_undo_versions=1)
    log.compact(now=NOW + timedelta(days=_DAYS))
    with pytest.raises(ImportSettled, match="Import 8 is past undoing: what it replaced is kept from import 9 on"):
        log.undo(8, now=NOW)
    with pytest.raises(ImportUnknown):
        log.undo(_DAYS + 1, now=NOW)
    for number in range(_DAYS, 8, -1):
        log.undo(number, now=NOW + timedelta(days=_DAYS))
    facts = sorted((fact["row_no"], fact["status"]) for fact in held(log).values())
    assert facts == [(0, "corrected"), *((n, "corrected") for n in range(1, 7)), (7, None)]
    sound(log)


def test_a_forgetting_leaves_no_older_version_to_read_and_imports_to_undo(tmp_path: Path) -> None:
    log = new_log(tmp_path, keep_undo_versions=1, keep_undo_days=30)
    with log.connect() as con:
        log.commit(con, stage(con, interactions=[interaction(1, person="A")]), now=NOW)
        log.commit(con, stage(con, interactions=[interaction(2, person="B")]), now=NOW)
    log.forget(namespace="crm", external_id="A", now=NOW)
    report = log.compact(now=NOW)
    assert (report.readable_from, report.undoable_from) == (3, 1)
    with pytest.raises(VersionGone):
        log.tables(version=2)
    log.undo(2, now=NOW)
    assert [fact["row_no"] for fact in held(log).values()] == [1]
    sound(log)


def test_a_torn_checkpoint_is_thrown_away_and_a_needed_one_is_not(tmp_path: Path) -> None:
    log = _daily(tmp_path, keep_versions_days=0, keep_undo_days=0, keep_undo_versions=1)
    log.compact(now=NOW + timedelta(days=_DAYS))
    before = held(log)
    with log.connect() as con:
        for day in range(3):
            log.commit(con, stage(con, interactions=[interaction(50 + day)]), now=NOW + timedelta(days=20 + day))
    place = log.path / "interactions"
    torn = place / "_delta_log" / f"{_commits(log)[-1]:020d}.checkpoint.parquet"
    DeltaTable(str(place)).create_checkpoint()
    torn.write_bytes(torn.read_bytes()[:100])
    assert len(held(open_log(tmp_path))) == len(before) + 3
    assert not torn.exists()
    with pytest.raises(VersionGone):
        open_log(tmp_path).tables(version=2)
    sound(open_log(tmp_path))
