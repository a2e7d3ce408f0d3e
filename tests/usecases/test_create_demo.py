"""The demo workspace: everything in one verb, and nothing left behind when it fails."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from safar.datasets import telecom
from safar.log import Log
from safar.usecases.demo import create_demo
from safar.usecases.workspace import Workspace, WorkspaceExists

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_demo_holds_the_simulated_company(tmp_path: Path) -> None:
    told: list[str] = []
    workspace = create_demo(path=tmp_path / "demo", now=NOW, facts=60_000, progress=told.append)
    opened = Workspace.open(tmp_path / "demo")
    assert opened.simulated
    assert "simulated" in opened.name
    assert opened.journey()[0].id == opened.rules()[0].journey == "telecom"
    tables = opened.log.tables()
    facts = sum(t.count().to_pyarrow().as_py() for t in (tables.interactions, tables.feedback, tables.attributes))
    assert abs(facts - 60_000) <= 1_200
    assert opened.log.head().number == workspace.log.head().number == 1
    assert any("facts simulated" in line for line in told)


def test_demo_again_is_the_same_facts(tmp_path: Path) -> None:
    """What the log holds are the facts that the digest names, whatever the surrogate keys."""
    counts = []
    for name in ("one", "two"):
        tables = create_demo(path=tmp_path / name, now=NOW, facts=5_000, seed=7).log.tables()
        counts.append(
            tables.feedback[["row_id", "slot", "ts", "value", "text"]].order_by(["row_id", "slot"]).to_pyarrow()
        )
    assert counts[0].equals(counts[1])


def test_demo_refuses_a_folder_that_is_in_use(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceExists):
        create_demo(path=tmp_path, now=NOW)
    assert [file.name for file in tmp_path.iterdir()] == ["note.txt"]


def test_bad_size_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(telecom.BadSize):
        create_demo(path=tmp_path / "demo", now=NOW, facts=3)
    assert not (tmp_path / "demo").exists()


def test_a_failure_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    """The listener itself fails halfway: the same as any failure between making the folder and the commit."""

    class Stopped(Exception):
        pass

    def stop(_message: str) -> None:
        raise Stopped

    (tmp_path / "empty").mkdir()
    for name in ("empty", "absent"):
        with pytest.raises(Stopped):
            create_demo(path=tmp_path / name, now=NOW, facts=1_000, progress=stop)
    assert [file.name for file in tmp_path.iterdir()] == ["empty"]
    assert not any((tmp_path / "empty").iterdir())


def test_committing_the_company_twice_changes_nothing(tmp_path: Path) -> None:
    from safar.log import StagedImport

    workspace = create_demo(path=tmp_path / "demo", now=NOW, facts=4_000)
    log: Log = workspace.log
    with log.connect() as connection:
        assert isinstance(connection, duckdb.DuckDBPyConnection)
        staged = telecom.stage(connection, facts=4_000)
        names = {name: name for name in ("interactions", "feedback", "attributes", "rows")}
        report = log.commit(connection, StagedImport(source=staged.source, **names), now=NOW)  # type: ignore[arg-type]
    assert report.nothing_changed
    assert log.head().number == 1
