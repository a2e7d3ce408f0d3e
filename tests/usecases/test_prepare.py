"""Prepared tables: whatever happens to the log, bringing them up to date equals building them from scratch."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from safar.domain.journey import PassageKind, PassageRule
from safar.log import Log
from safar.log.prepared import PreparedFiles
from safar.usecases.prepare import PreparedKey, Upkeep, prepared_tables, refresh
from tests.usecases.prepared_log import NOW, SETTINGS, a_key, commit, fact, new_log

EAGER = Upkeep(fold_share=0.0, fold_least=12, rebuild_share=100.0)
LINK = PassageRule(kind=PassageKind.LINK, link="order")
ANCHOR = PassageRule(kind=PassageKind.ANCHOR, anchors=("a",))
WAIT = SETTINGS.writer_wait_s

Facts = dict[int, tuple[int, str, str | None, str | None]]


def contents(log: Log, folder: Path, key: PreparedKey) -> dict[str, list[dict[str, Any]]]:
    """Everything prepared, in a fixed order."""
    with prepared_tables(log, folder, key=key, wait_s=WAIT) as prepared:
        moves = prepared.moves.order_by("subject", "run", "move_no").to_pyarrow().to_pylist()
        passages = prepared.all_passages.order_by("subject", "run").to_pyarrow().to_pylist()
        arrived = prepared.all_arrivals
        told = [] if arrived is None else arrived.order_by("subject", "run").to_pyarrow().to_pylist()
        said = prepared.answers.order_by("row_no", "slot_no").to_pyarrow().to_pylist()
        rest = prepared.rest.order_by(*prepared.rest.columns).to_pyarrow().to_pylist()
        last = [{"ts": prepared.last_ts}]
        return {"moves": moves, "passages": passages, "arrivals": told, "answers": said, "rest": rest, "last": last}


def happens(log: Log, facts: Facts, dice: random.Random) -> str:
    """One thing that happens to a log; `facts` are what it holds."""

    def some() -> tuple[int, str, str | None, str | None]:
        event = dice.choice(["a", "b", "c", "d", "noise", "unknown", f"b_{dice.randint(0, 9)}"])
        return dice.randint(0, 60), event, dice.choice(["ann", "bob", "cy", "di", None]), dice.choice(["x", "y", None])

    what = dice.choice(["append", "correct", "remove", "mixed"])
    changed: Facts = {}
    if what in ("append", "mixed") or not facts:
        for _ in range(dice.randint(1, 6)):
            changed[len(facts) + len(changed)] = some()
    if what in ("correct", "mixed") and facts:
        for key in dice.sample(sorted(facts), k=min(3, len(facts))):
            changed[key] = some()
    gone: list[int] = []
    if what == "remove" and facts:
        gone = dice.sample(sorted(facts), k=min(2, len(facts)))
        for key in gone:
            facts[key] = (0, "noise", None, None)  # keeps numbers unique; the fact itself is removed
    facts.update(changed)
    commit(log, [fact(key, *told) for key, told in changed.items()], rows=[*changed, *gone])
    return what


@pytest.mark.parametrize(
    "passage",
    [None, LINK, pytest.param(ANCHOR, marks=pytest.mark.slow)],
    ids=["inactivity", "link", "anchor"],
)
@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 12))])
def test_up_to_date_equals_from_scratch(tmp_path: Path, passage: PassageRule | None, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret hangs on it
    log, key = new_log(tmp_path / "log"), a_key(passage)
    facts: Facts = {}
    for round_ in range(3):
        for _ in range(dice.choice([1, 1, 2])):
            happens(log, facts, dice)
        refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=EAGER)
        kept = contents(log, tmp_path / "kept", key)
        assert kept == contents(log, tmp_path / f"anew-{round_}", key)
    files = PreparedFiles(tmp_path / "kept" / key.folder_name, WAIT)
    head = files.head()
    assert head is not None
    standing = {entry.name for entry in files.folder.iterdir() if entry.is_dir()}
    assert standing == {name for name in (head.base, head.overlay) if name}


@pytest.mark.slow
def test_undone_merged_and_compacted(tmp_path: Path) -> None:
    log, key = new_log(tmp_path / "log"), a_key()
    commit(log, [fact(n, n, "ab"[n % 2], ("ann", "bob", "cy")[n % 3]) for n in range(12)])
    refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=EAGER)
    commit(log, [fact(20, 3, "c", "ann"), fact(4, 5, "d", "cy")])
    refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=EAGER)
    customers = sorted(log.tables().interactions["customer"].to_pyarrow().unique().to_pylist())
    rounds: tuple[Callable[[], object], ...] = (
        lambda: log.merge(alias=customers[0], same_as=customers[1], now=NOW),
        lambda: log.undo(2, now=NOW),
        lambda: log.compact(now=NOW),
        lambda: log.unmerge(alias=customers[0], now=NOW),
        lambda: log.forget(namespace="crm", external_id="bob", now=NOW),
    )
    for number, happen in enumerate(rounds):
        happen()
        refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=EAGER)
        assert contents(log, tmp_path / "kept", key) == contents(log, tmp_path / f"anew-{number}", key)


def test_versions_that_were_cleared_away_since_are_not_taken_for_granted(tmp_path: Path) -> None:
    """A correction and its undo leave no manifest behind: only the facts themselves tell what changed."""
    log, key = new_log(tmp_path / "log"), a_key()
    commit(log, [fact(n, n, "ab"[n % 2], ("ann", "bob", "cy")[n % 3]) for n in range(12)])
    commit(log, [fact(4, 5, "d", "cy")])
    refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=EAGER)
    log.undo(2, now=NOW)
    short = replace(SETTINGS, keep_versions_days=0, keep_undo_days=0, keep_undo_versions=1)
    Log.open(log.path, settings=short, salt=b"0" * 16).compact(now=NOW + timedelta(days=1))
    assert [version.kind for version in log.versions()] == ["undo", "compact"]
    commit(log, [fact(30, 30, "c", "ann")])
    Log.open(log.path, settings=short, salt=b"0" * 16).compact(now=NOW + timedelta(days=2))
    assert [version.kind for version in log.versions()] == ["import", "compact"]
    refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=EAGER)
    assert contents(log, tmp_path / "kept", key) == contents(log, tmp_path / "anew", key)


def test_only_touched_subjects_are_built_anew_and_the_overlay_is_folded(tmp_path: Path) -> None:
    log, key = new_log(tmp_path / "log"), a_key()
    commit(log, [fact(n, n, "a", f"p{n % 10}") for n in range(40)])
    careful = Upkeep(fold_share=0.0, fold_least=15, rebuild_share=100.0)
    first = refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=careful)
    assert (first.rows, first.overlay) == (40, None)
    commit(log, [fact(100, 3, "b", "p3")])
    second = refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=careful)
    assert (second.base, second.touched, second.overlay_rows) == (first.base, 1, 5)
    commit(log, [fact(101, 3, "b", "p3"), fact(102, 3, "b", "p4")])
    third = refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=careful)
    assert (third.touched, third.overlay_rows) == (2, 11)
    commit(log, [fact(103, 3, "b", "p5")])
    fourth = refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=careful)
    assert (fourth.overlay, fourth.rows, fourth.touched) == (None, 44, 0)
    assert fourth.base != first.base


def test_a_large_change_builds_everything_anew(tmp_path: Path) -> None:
    log, key = new_log(tmp_path / "log"), a_key()
    commit(log, [fact(n, n, "a", "ann") for n in range(5)])
    first = refresh(log, tmp_path / "kept", key=key, wait_s=WAIT)
    commit(log, [fact(n, n, "b", "ann") for n in range(5, 9)])
    second = refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=Upkeep(fold_least=1, rebuild_share=0.1))
    assert (second.overlay, second.rows) == (None, 9)
    assert second.base != first.base


def test_what_is_read_is_not_cleared_away(tmp_path: Path) -> None:
    log, key = new_log(tmp_path / "log"), a_key()
    commit(log, [fact(n, n, "a", "ann") for n in range(5)])
    with prepared_tables(log, tmp_path / "kept", key=key, wait_s=WAIT) as prepared:
        before = prepared.moves.count().to_pyarrow().as_py()
        for key_no in range(10, 13):
            commit(log, [fact(key_no, key_no, "b", "bob")])
            refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=Upkeep(fold_least=1, rebuild_share=0.0))
        assert prepared.moves.count().to_pyarrow().as_py() == before == 5
    commit(log, [fact(20, 20, "b", "bob")])
    refresh(log, tmp_path / "kept", key=key, wait_s=WAIT, upkeep=Upkeep(fold_least=1, rebuild_share=0.0))
    folder = tmp_path / "kept" / key.folder_name
    assert len([entry for entry in folder.iterdir() if entry.is_dir()]) == 1


def test_a_build_that_was_cut_short_is_not_seen(tmp_path: Path) -> None:
    log, key = new_log(tmp_path / "log"), a_key()
    commit(log, [fact(1, 1, "a", "ann")])
    head = refresh(log, tmp_path / "kept", key=key, wait_s=WAIT)
    folder = tmp_path / "kept" / key.folder_name
    torn = folder / "overlay-00000002"
    torn.mkdir()
    (torn / "moves.parquet").write_bytes(b"PAR1 torn")
    assert PreparedFiles(folder, WAIT).head() == head
    commit(log, [fact(2, 2, "b", "ann")])
    assert len(contents(log, tmp_path / "kept", key)["moves"]) == 2
    (folder / "head.json").write_text("{ half")
    assert len(contents(log, tmp_path / "kept", key)["moves"]) == 2


def test_several_may_ask_at_once(tmp_path: Path) -> None:
    log, key = new_log(tmp_path / "log"), a_key()
    commit(log, [fact(n, n, "a", f"p{n % 3}") for n in range(30)])
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: len(contents(log, tmp_path / "kept", key)["moves"]), range(4)))
    assert found == [30] * 4
