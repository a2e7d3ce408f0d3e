"""Everything that the store does on SQLite, it does on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safar.usecases.workspace import Workspace
from tests.conftest import TEST_DATABASE
from tests.postgres_cluster import Cluster

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


def _run(*command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environ},
    )


def test_the_same_tests_on_postgresql(postgres: Cluster) -> None:
    done = _run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/store", "tests/web/test_sign_in.py",
        "tests/web/test_studies.py",
        **{TEST_DATABASE: postgres.new_database()},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout


def test_two_workspaces_do_not_share_a_database(postgres: Cluster, tmp_path: Path) -> None:
    address = postgres.new_database()
    code = "import sys; from safar.server import configure; configure(sys.argv[1])"
    folders = [
        Workspace.create(tmp_path / name, name=name, now=datetime(2026, 1, 1, tzinfo=UTC)).path for name in ("a", "b")
    ]
    for _ in range(2):
        assert _run("-c", code, str(folders[0]), SAFAR_DATABASE=address).returncode == 0
    other = _run("-c", code, str(folders[1]), SAFAR_DATABASE=address)
    assert "database.other-workspace" in other.stderr


def test_a_database_that_does_not_answer_is_said_without_its_password(tmp_path: Path) -> None:
    folder = Workspace.create(tmp_path / "ws", name="ws", now=datetime(2026, 1, 1, tzinfo=UTC)).path
    code = "import sys; from safar.server import configure; configure(sys.argv[1])"
    done = _run("-c", code, str(folder), SAFAR_DATABASE="postgresql://ann:tellnobody@127.0.0.1:9/safar")
    assert "database.unreachable" in done.stderr
    assert "tellnobody" not in done.stderr
    done = _run("-c", code, str(folder), SAFAR_DATABASE="mysql://ann:tellnobody@127.0.0.1/safar")
    assert "settings.bad-value" in done.stderr
    assert "tellnobody" not in done.stderr
