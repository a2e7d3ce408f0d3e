"""The database of accounts and sessions is nobody's but its owner's, from its first moment on."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safar.usecases.workspace import Workspace

SOURCE = Path(__file__).resolve().parents[2] / "src"
# Every file there is while a connection is open and has written, in a process that lets others read what it makes.
_FIRST_START = """
import os, sys
from pathlib import Path
os.umask(0o022)
from safar.server.configuration import configure
folder = Path(sys.argv[1])
configure(folder, environ={})
from django.contrib.sessions.models import Session
from datetime import UTC, datetime
Session.objects.create(session_key="k", session_data="d", expire_date=datetime(2030, 1, 1, tzinfo=UTC))
for file in sorted(folder.glob("web.sqlite*")):
    print(file.name, oct(file.stat().st_mode & 0o777))
"""


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
@pytest.mark.parametrize("left_behind", [False, True], ids=["fresh", "left readable by an earlier run"])
def test_no_file_of_the_database_is_readable_by_others(tmp_path: Path, left_behind: bool) -> None:
    folder = Workspace.create(tmp_path / "ws", name="Served", now=datetime(2026, 1, 1, tzinfo=UTC)).path
    if left_behind:
        for end in ("", "-wal", "-shm"):
            (folder / f"web.sqlite{end}").touch(mode=0o644)
    ran = subprocess.run(
        [sys.executable, "-c", _FIRST_START, str(folder)],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    modes = dict(line.split() for line in ran.stdout.splitlines())
    assert {"web.sqlite", "web.sqlite-wal", "web.sqlite-shm"} <= set(modes)
    assert set(modes.values()) == {"0o600"}
