"""Workspaces that earlier releases wrote (tools/keep_workspace.py) are opened, read and changed by this one."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safar.usecases.journey_map import read_journey_map
from safar.usecases.restore import restore_files

ROOT = Path(__file__).resolve().parents[2]
KEPT = sorted((ROOT / "tests" / "fixtures").glob("workspace-*.tar"))
NOW = datetime(2026, 7, 1, tzinfo=UTC)
_LOAD = """
import sys
from pathlib import Path
from safar.server import configure
configure(sys.argv[1])
from safar.store import dump, people
dump.load(Path(sys.argv[1]) / "people.jsonl")
assert people.find_person("Alice").role == "owner"
"""


def test_one_is_kept() -> None:
    assert KEPT


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_opened_by_this_release(file: Path, tmp_path: Path) -> None:
    restored = restore_files(file=file, folder=tmp_path / "ws", ledgers=None, now=NOW, environ={})
    workspace = restored.workspace
    found = read_journey_map(workspace, now=NOW)
    assert found.origin.simulated
    assert workspace.log.tables().interactions.count().to_pyarrow().as_py() > 100
    assert workspace.log.undo(1, now=NOW).version > restored.log_version
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(workspace.path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    assert done.returncode == 0, done.stderr
