"""Workers in processes of their own, killed, stopped and many at once, on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from safar.usecases.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90.0
_COLUMNS = ("id", "state", "attempt", "result", "error_code", "done", "worker")

pytestmark = pytest.mark.slow


@dataclass
class Place:
    """A workspace with its database, and the processes that work for it."""

    folder: Path
    notes: Path
    environ: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(ROOT / "tests/server/job_worker.py"), str(self.folder), *arguments]

    def call(self, *arguments: str) -> list[str]:
        done = subprocess.run(
            self._command(*arguments), capture_output=True, text=True, env=self.environ, check=True, timeout=PATIENCE_S
        )
        return done.stdout.splitlines()

    def put(self, kind: str = "steps", *, steps: int, pause: float, number: int = 1) -> None:
        arguments = {"steps": steps, "pause": pause, "notes": str(self.notes)}
        self.call("put", kind, json.dumps(arguments), str(number))

    def worker(self) -> subprocess.Popen[bytes]:
        self.processes.append(subprocess.Popen(self._command(), env=self.environ))
        return self.processes[-1]

    def noted(self) -> list[list[str]]:
        return [line.split() for line in self.notes.read_text(encoding="utf-8").splitlines()] if self.begun() else []

    def begun(self) -> bool:
        return self.notes.exists()

    def look(self) -> list[dict[str, Any]]:
        """Every job, newest first: read from the table itself, since a process for each look would take longer."""
        query = f"SELECT {', '.join(_COLUMNS)} FROM store_job ORDER BY created_at DESC"
        with closing(self._connect()) as connection:
            rows = connection.execute(query).fetchall()
        found = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
        for one in found:
            one["id"] = str(one["id"])
            one["result"] = json.loads(one["result"]) if isinstance(one["result"], str) else one["result"]
        return found

    def _connect(self) -> Any:
        if address := self.environ["SAFAR_DATABASE"]:
            import psycopg

            return psycopg.connect(address)
        return sqlite3.connect(self.folder / "web.sqlite", timeout=20)

    def over(self) -> list[dict[str, Any]]:
        """All jobs, once none waits or runs."""
        self.until(lambda: all(one["state"] not in ("waiting", "running") for one in self.look()))
        return self.look()

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < deadline, self.look()
            time.sleep(0.1)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    database = "" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()
    folder = Workspace.create(tmp_path / "ws", name="Work", now=datetime(2026, 1, 1, tzinfo=UTC)).path
    environ = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "SAFAR_DATABASE": database}
    found = Place(folder, tmp_path / "notes", environ)
    yield found
    for process in found.processes:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def test_work_of_a_killed_worker_is_done_by_another(place: Place) -> None:
    place.put(steps=20, pause=0.05)
    first = place.worker()
    place.until(lambda: len(place.noted()) > 3)
    first.kill()
    first.wait()
    second = place.worker()
    (job,) = place.over()
    assert (job["state"], job["attempt"]) == ("done", 2)
    assert job["result"]["pid"] == second.pid
    whole = [int(step) for _, attempt, _, step in place.noted() if attempt == "2"]
    assert whole == list(range(20))


def test_work_that_may_not_be_begun_twice_fails_with_a_reason(place: Place) -> None:
    place.put("steps-once", steps=200, pause=0.05)
    first = place.worker()
    place.until(place.begun)
    first.kill()
    place.worker()
    (job,) = place.over()
    assert (job["state"], job["error_code"], job["attempt"]) == ("failed", "job.worker-lost", 1)


def test_a_worker_that_slept_too_long_does_not_count(place: Place) -> None:
    place.put(steps=15, pause=0.1)
    sleeper = place.worker()
    place.until(place.begun)
    sleeper.send_signal(signal.SIGSTOP)
    second = place.worker()
    (job,) = place.over()
    sleeper.send_signal(signal.SIGCONT)
    place.put(steps=1, pause=0.0)
    place.over()
    again = next(one for one in place.look() if one["id"] == job["id"])
    assert again == job
    assert job["result"]["pid"] == second.pid


def test_a_running_job_is_cancelled(place: Place) -> None:
    place.put(steps=1000, pause=0.05)
    place.worker()
    place.until(place.begun)
    place.call("cancel", place.look()[0]["id"])
    (found,) = place.over()
    assert found["state"] == "cancelled"
    assert 0 < found["done"] < 1000


def test_a_stopped_worker_hands_back_what_it_can(place: Place) -> None:
    place.put(steps=40, pause=0.05)
    first = place.worker()
    place.until(place.begun)
    first.terminate()
    assert first.wait(PATIENCE_S) == 0
    (waiting,) = place.look()
    assert (waiting["state"], waiting["attempt"]) == ("waiting", 0)
    place.worker()
    (job,) = place.over()
    assert (job["state"], job["attempt"]) == ("done", 1)


def test_many_workers_do_each_job_once(place: Place) -> None:
    number = 60
    for _ in range(3):
        place.worker()
    place.put(steps=2, pause=0.0, number=number)
    assert Counter(job["state"] for job in place.over()) == {"done": number}
    assert Counter(job["attempt"] for job in place.look()) == {1: number}
    assert len({(job, step) for job, _, _, step in place.noted()}) == len(place.noted()) == 2 * number


@contextmanager
def _serving(place: Place) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", "from safar.cli import main; main()", "serve", "--port", "0", "--no-browser"]
    with subprocess.Popen(
        [*command, "-w", str(place.folder)], env=place.environ, stdout=subprocess.DEVNULL, start_new_session=True
    ) as server:
        try:
            yield server
        finally:
            if server.poll() is None:
                server.terminate()
                server.wait(PATIENCE_S)


def test_the_server_starts_a_worker_and_another_when_it_dies(place: Place) -> None:
    with _serving(place) as server:
        pids = []
        for _ in range(2):
            place.call("put", "prepare")
            # There is no journey to prepare: that it fails so shows that a worker tried.
            newest, *_ = place.over()
            assert newest["error_code"] == "published.not-found"
            pids.append(int(newest["worker"].split(":")[1]))
            os.kill(pids[-1], signal.SIGKILL)
        assert pids[0] != pids[1]
        place.call("put", "prepare")
        place.over()
        last = int(place.look()[0]["worker"].split(":")[1])
        server.terminate()
        assert server.wait(PATIENCE_S) == 0
        with pytest.raises(ProcessLookupError):
            os.kill(last, 0)


def test_a_worker_leaves_with_a_killed_server(place: Place) -> None:
    with _serving(place) as server:
        place.call("put", "prepare")
        place.over()
        worker = int(place.look()[0]["worker"].split(":")[1])
        server.kill()
        server.wait()

        def gone() -> bool:
            try:
                os.kill(worker, 0)
            except ProcessLookupError:
                return True
            return False

        place.until(gone)
