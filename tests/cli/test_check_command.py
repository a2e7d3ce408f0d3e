"""`safar check`: what is well, what is not, and what to do."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from safar.usecases.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]


def _check(folder: Path, **environ: str) -> tuple[int, dict[str, dict[str, str]]]:
    done = subprocess.run(
        [sys.executable, "-c", "from safar.cli import main; main()", "check", "-w", str(folder), "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environ},
    )
    return done.returncode, {line["name"]: line for line in json.loads(done.stdout)}


def test_a_good_workspace_and_a_broken_one(tmp_path: Path) -> None:
    folder = Workspace.create(tmp_path / "ws", name="x", now=datetime(2026, 1, 1, tzinfo=UTC)).path
    code, lines = _check(folder)
    assert code == 0, lines
    assert lines["migrations"]["state"] == "warn"
    assert lines["log"]["state"] == lines["database"]["state"] == "ok"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code, lines = _check(folder, SAFAR_DATABASE=f"postgresql://ann:tellnobody@127.0.0.1:{port}/safar")
    assert (code, lines["database"]["state"], lines["migrations"]["state"]) == (1, "fail", "fail")
    assert lines["database"]["next_step"]
    assert "tellnobody" not in json.dumps(lines)


def test_it_fits_80_columns_and_prints_csv(tmp_path: Path) -> None:
    folder = Workspace.create(tmp_path / ("ws" * 40), name="x", now=datetime(2026, 1, 1, tzinfo=UTC)).path
    for form in ([], ["--csv"]):
        done = subprocess.run(
            [sys.executable, "-c", "from safar.cli import main; main()", "check", "-w", str(folder), *form],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "80"},
        )
        assert done.returncode == 0, done.stdout
        if form:
            assert done.stdout.startswith("name,state,message,next_step")
        else:
            assert max(len(line) for line in done.stdout.splitlines()) <= 80
