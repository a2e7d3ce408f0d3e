"""The commands `safar log` and `safar forget`, on a real workspace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from safar.cli import app
from safar.errors import SafarError
from safar.usecases.workspace import Workspace
from tests.log.log_staging import NOW, interaction, stage

RUN = CliRunner()


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    workspace = Workspace.create(tmp_path / "acme", name="Acme", now=NOW, settings={"memory_limit_mb": 512})
    with workspace.log.connect() as con:
        facts = [interaction(k, person=f"ann-{k % 3}") for k in range(9)]
        workspace.log.commit(con, stage(con, interactions=facts), now=NOW)
        workspace.log.commit(con, stage(con, interactions=[interaction(1, status="x")]), now=NOW)
    return workspace.path


def _run(*words: str, folder: Path, say: str | None = None) -> str:
    done = RUN.invoke(app, [*words, "-w", str(folder)], input=say)
    assert done.exit_code == 0, done.output
    return done.output


def test_info_tells_tables_and_sources(filled: Path) -> None:
    shown = _run("log", "info", folder=filled)
    assert "interactions" in shown
    assert "crm" in shown
    told = json.loads(_run("log", "info", "--json", folder=filled))[0]
    assert (told["version"], told["sources"]["crm"]["interactions"]) == (2, 9)


def test_versions_tell_what_each_did(filled: Path) -> None:
    rows = json.loads(_run("log", "versions", "--json", folder=filled))
    assert [(row["what"], row["new"], row["changed"]) for row in rows] == [
        ("create", 0, 0),
        ("import", 9, 0),
        ("import", 0, 1),
    ]


def test_compact_and_verify(filled: Path) -> None:
    assert "files became" in _run("log", "compact", folder=filled)
    assert "The log is sound." in _run("log", "verify", folder=filled)


def test_merge_and_take_it_back(filled: Path) -> None:
    def customers() -> int:
        found = Workspace.open(filled).log.tables().interactions["customer"].nunique()
        return int(found.to_pyarrow().as_py())

    assert customers() == 3
    assert "read as one" in _run("log", "merge", "ann-0", "ann-1", folder=filled)
    assert customers() == 2
    assert "Two people again" in _run("log", "unmerge", "ann-0", folder=filled)
    assert customers() == 3
    unknown = RUN.invoke(app, ["log", "merge", "nobody", "ann-1", "-w", str(filled)])
    assert isinstance(unknown.exception, SafarError)
    assert unknown.exception.code == "log.customer-unknown"


def test_verify_names_a_missing_file_and_fails(filled: Path) -> None:
    lost = next((filled / "log" / "interactions").glob("*.parquet"))
    lost.unlink()
    done = RUN.invoke(app, ["log", "verify", "-w", str(filled)])
    assert done.exit_code == 1
    assert "is missing" in " ".join(done.output.split())


def test_forget_asks_first(filled: Path) -> None:
    declined = RUN.invoke(app, ["forget", "ann-1", "-w", str(filled)], input="n\n")
    assert declined.exit_code == 1
    assert "ann-1" in str(_identities(filled))
    shown = _run("forget", "ann-1", folder=filled, say="y\n")
    assert "1 identifier," in shown
    assert "ann-1" not in str(_identities(filled))
    again = RUN.invoke(app, ["forget", "ann-1", "--yes", "-w", str(filled)])
    assert isinstance(again.exception, SafarError)
    assert again.exception.code == "log.customer-unknown"


def _identities(folder: Path) -> list[tuple[object, ...]]:
    log = Workspace.open(folder).log
    with log.connect() as con:
        return con.execute("SELECT external_id FROM read_parquet($1)", [log.parquet_files("identities")]).fetchall()
