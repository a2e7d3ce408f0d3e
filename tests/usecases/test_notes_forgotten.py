"""Who is forgotten is forgotten in colleagues' notes, by the real commands, and stays so when a backup is put back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safar.usecases.demo import create_demo
from safar.usecases.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 7, 1, tzinfo=UTC)
_WRITE = """
import sys
from datetime import UTC, datetime
from safar.server import configure

opened, now = configure(sys.argv[1]), datetime(2026, 7, 1, tzinfo=UTC)
from safar.store import notes, people
from safar.domain.note import NoteCell, NoteLevel
from safar.domain.person import Role

ann = people.add_person(name="Ann", role=Role.MEMBER, now=now)
cell = NoteCell(NoteLevel.STEP, "usage", "felt")
# Not by the verb: to it, an identifier of many digits reads as a telephone number, and is taken out at once.
journey, words = opened.journey()[0].id, f"Like {sys.argv[2]}, as others."
notes.add_note(journey=journey, cell=cell, text=words, author=ann.id, now=now)
"""
_READ = """
import sys
from safar.server import configure
configure(sys.argv[1])
from safar.store import notes
print(*notes.all_texts().values())
"""

pytestmark = pytest.mark.slow


def _run(code: str, *arguments: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _safar(*arguments: str | Path) -> str:
    return _run("from safar.cli import main; main()", *arguments)


def test_forgetting_reaches_notes_and_restored_notes(tmp_path: Path) -> None:
    folder, again = tmp_path / "ws", tmp_path / "again"
    opened = create_demo(path=folder, now=NOW, facts=4_000)
    with opened.log.connect() as connection:
        files = opened.log.parquet_files("identities")
        row = connection.execute(
            f"SELECT namespace, external_id FROM read_parquet({files!r}) "
            "WHERE subject_kind = 'customer' AND length(external_id) >= 4 "
            "AND NOT regexp_full_match(external_id, '[0-9]+') ORDER BY ALL LIMIT 1"
        ).fetchone()
    assert row
    namespace, external = str(row[0]), str(row[1])
    _run(_WRITE, folder, external)
    _safar("backup", tmp_path / "b.tar", "-w", folder)
    told = json.loads(_safar("forget", external, "--namespace", namespace, "--yes", "--json", "-w", folder))
    assert told[0]["notes"] == 1
    assert _run(_READ, folder).strip() == "Like [forgotten], as others."
    _safar("restore", tmp_path / "b.tar", again, "--ledger", folder)
    assert _run(_READ, again).strip() == "Like [forgotten], as others."
    assert Workspace.open(again).log.head().number >= 1
