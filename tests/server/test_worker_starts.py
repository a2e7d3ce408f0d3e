"""A worker as people start it, in a process of its own: it starts, does a job, and leaves when it is told to."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from safar.usecases.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90.0


def _job(folder: Path) -> tuple[str, str]:
    with closing(sqlite3.connect(folder / "web.sqlite", timeout=20)) as connection:
        ((state, code),) = connection.execute("SELECT state, error_code FROM store_job").fetchall()
    return state, code


def test_a_worker_starts_and_does_what_waits(tmp_path: Path) -> None:
    folder = Workspace.create(tmp_path / "ws", name="Work", now=datetime(2026, 1, 1, tzinfo=UTC)).path
    environ = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "SAFAR_DATABASE": ""}
    environ["SAFAR_LOG_FORMAT"] = "json"
    put = [sys.executable, str(ROOT / "tests/server/job_worker.py"), str(folder), "put", "prepare"]
    subprocess.run(put, env=environ, check=True, timeout=PATIENCE_S)
    assert _job(folder) == ("waiting", "")
    command = [sys.executable, "-c", "from safar.cli import main; main()", "worker", "-w", str(folder)]
    said = tmp_path / "said"
    with said.open("wb") as out, subprocess.Popen(command, env=environ, stdout=out, stderr=out) as worker:
        try:
            deadline = time.monotonic() + PATIENCE_S
            while _job(folder)[0] in ("waiting", "running"):
                assert worker.poll() is None, said.read_text()
                assert time.monotonic() < deadline, said.read_text()
                time.sleep(0.1)
            worker.terminate()
            assert worker.wait(PATIENCE_S) == 0, said.read_text()
        finally:
            worker.kill()
    # There is no journey to prepare: that it failed so shows that the worker tried.
    assert _job(folder) == ("failed", "published.not-found")
    lines = [json.loads(line) for line in said.read_text().splitlines()]
    assert [line["message"] for line in lines] == ["worker.ready", "job.began", "job.ended", "worker.stopped"]
    assert (lines[2]["kind"], lines[2]["state"], lines[2]["code"]) == ("prepare", "failed", "published.not-found")
