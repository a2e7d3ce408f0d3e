"""Backup and the restore drill, with the real commands: damaged files, and people forgotten since."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from safar.usecases.demo import create_demo
from safar.usecases.forget import forget_person
from safar.usecases.workspace import Workspace
from tests.postgres_cluster import Cluster

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 7, 1, tzinfo=UTC)

pytestmark = pytest.mark.slow


def _safar(*arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from safar.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200", **environ},
    )


def _people(folder: Path, **environ: str) -> list[str]:
    code = (
        "import sys; from safar.server import configure; configure(sys.argv[1])\n"
        "from safar.store.models import User\n"
        "print(*sorted(User.objects.values_list('name', flat=True)), sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environ},
    )
    return done.stdout.split()


def _add_person(folder: Path, name: str) -> None:
    code = (
        "import sys; from safar.server import configure; configure(sys.argv[1])\n"
        "from datetime import *; from safar.store import people; from safar.domain.person import Role\n"
        "people.add_person(name=sys.argv[2], role=Role.OWNER, now=datetime.now(UTC))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(folder), name],
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )


def _counts(workspace: Workspace) -> Mapping[str, Any]:
    tables = workspace.log.tables()
    return {name: getattr(tables, name).count().to_pyarrow().as_py() for name in ("interactions", "feedback")}


def _somebody(workspace: Workspace) -> tuple[str, str]:
    with workspace.log.connect() as connection:
        files = workspace.log.parquet_files("identities")
        row = connection.execute(
            f"SELECT namespace, external_id FROM read_parquet({files!r}) WHERE subject_kind = 'customer' "
            "ORDER BY external_id LIMIT 1"
        ).fetchone()
    assert row
    return str(row[0]), str(row[1])


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backup") / "company"
    create_demo(path=folder, now=NOW, facts=3_000)
    _add_person(folder, "Alice")
    return folder


@pytest.fixture(scope="module")
def backup(original: Path) -> Path:
    file = original.parent / "company.tar"
    done = _safar("backup", file, "-w", original, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["rows"] >= 1
    assert file.stat().st_mode & 0o077 == 0
    assert not list(original.glob(".backup-*"))
    return file


def test_restore_drill(original: Path, backup: Path, tmp_path: Path) -> None:
    again = _safar("backup", backup, "-w", original)
    assert (again.returncode, "backup.exists" in again.stderr) == (3, True)
    refused = _safar("restore", backup, tmp_path / "again")
    assert (refused.returncode, "restore.ledger-needed" in refused.stderr) == (2, True)
    assert not (tmp_path / "again").exists()
    done = _safar("restore", backup, tmp_path / "again", "--no-ledger")
    assert done.returncode == 0, done.stderr
    first, second = Workspace.open(original), Workspace.open(tmp_path / "again")
    assert _counts(first) == _counts(second)
    assert first.journey()[1] == second.journey()[1]
    assert first.id == second.id
    assert _people(tmp_path / "again") == ["Alice"]
    assert not (tmp_path / "again" / "people.jsonl").exists()
    assert (tmp_path / "again" / "secret").stat().st_mode & 0o077 == 0
    taken = _safar("restore", backup, tmp_path / "again", "--no-ledger")
    assert "restore.folder-not-empty" in taken.stderr


@pytest.mark.parametrize("source", ["workspace", "copy", "newer"])
def test_who_was_forgotten_after_the_backup_stays_forgotten(
    original: Path, backup: Path, tmp_path: Path, source: str
) -> None:
    lived = tmp_path / "lived"
    shutil.copytree(original, lived)
    copy = tmp_path / "outside" / "forgotten.parquet"
    copy.parent.mkdir()
    opened = Workspace.open(lived, environ={"SAFAR_LEDGER_COPY": str(copy)})
    namespace, external = _somebody(opened)
    forget_person(workspace=opened, namespace=namespace, external_id=external, now=NOW)
    newer = tmp_path / "newer.tar"
    assert _safar("backup", newer, "-w", lived).returncode == 0
    ledger = {"workspace": lived, "copy": copy, "newer": newer}[source]
    done = _safar("restore", backup, tmp_path / "again", "--ledger", ledger, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["forgotten_again"] == 1
    restored = Workspace.open(tmp_path / "again")
    with restored.log.connect() as connection:
        files = restored.log.parquet_files("identities")
        found = connection.execute(
            f"SELECT count(*) FROM read_parquet({files!r}) WHERE external_id = ?", [external]
        ).fetchone()
    assert found == (0,)
    assert restored.log.verify().ok


def test_a_damaged_backup_restores_nothing(backup: Path, tmp_path: Path) -> None:
    data = backup.read_bytes()
    with tarfile.open(backup) as archive:
        member = next(one for one in archive if one.name.endswith(".parquet"))
    changed = bytearray(data)
    changed[member.offset_data + member.size // 2] ^= 1
    with tarfile.open(tmp_path / "leads-out.tar", "w") as archive:
        archive.add(backup, arcname="../outside.txt")
    cases = {"changed": bytes(changed), "short": data[: len(data) // 2], "nothing": b"", "text": b"no backup"}
    for name, content in cases.items():
        (tmp_path / f"{name}.tar").write_bytes(content)
    for name in [*cases, "leads-out"]:
        done = _safar("restore", tmp_path / f"{name}.tar", tmp_path / "again", "--no-ledger")
        assert (done.returncode, "backup.damaged" in done.stderr) == (2, True), (name, done.stderr)
        assert not (tmp_path / "again").exists()
    assert not (tmp_path.parent / "outside.txt").exists()


def test_from_sqlite_to_postgresql_and_back(backup: Path, tmp_path: Path, postgres: Cluster) -> None:
    address = postgres.new_database()
    done = _safar("restore", backup, tmp_path / "pg", "--no-ledger", SAFAR_DATABASE=address)
    assert done.returncode == 0, done.stderr
    assert _people(tmp_path / "pg", SAFAR_DATABASE=address) == ["Alice"]
    full = _safar("restore", backup, tmp_path / "pg2", "--no-ledger", SAFAR_DATABASE=address)
    assert "restore.database-not-empty" in full.stderr
    assert not (tmp_path / "pg2").exists()
    assert _safar("backup", tmp_path / "pg.tar", "-w", tmp_path / "pg", SAFAR_DATABASE=address).returncode == 0
    assert _safar("restore", tmp_path / "pg.tar", tmp_path / "back", "--no-ledger").returncode == 0
    assert _people(tmp_path / "back") == ["Alice"]
