"""The process that counts for the pages: it answers, is replaced when it dies, and ends with its server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from safar.errors import InputError
from safar.log.published import NotPublished
from safar.server import counting
from safar.server.counting import CountingEnded, CountingProcess
from safar.usecases.journey_map import read_journey_map
from safar.usecases.workspace import Workspace

SOURCE = Path(__file__).resolve().parents[2] / "src"
LONG_S = 60.0


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingProcess]:
    monkeypatch.setattr(counting, "_LEAST_LIFE_S", 0.0)
    made = CountingProcess(log_form="plain", log_level="warning", lanes=2)
    made.start()
    yield made
    made.stop()


def _refuse() -> None:
    raise NotPublished("There is none.", next_step="Publish one.")


def _alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def _gone(pid: int) -> bool:
    end = time.monotonic() + LONG_S
    while _alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not _alive(pid)


def test_it_counts_with_an_interpreter_of_its_own_and_gives_way(process: CountingProcess) -> None:
    there = process.count(os.getpid)
    assert there != os.getpid()
    assert process.count(partial(os.getpriority, os.PRIO_PROCESS, 0)) > os.getpriority(os.PRIO_PROCESS, 0)
    assert process.count(os.getpid) == there


def test_an_error_comes_back_with_its_next_step_and_where_it_was(process: CountingProcess) -> None:
    with pytest.raises(NotPublished, match="There is none") as told:
        process.count(_refuse)
    assert told.value.next_step == "Publish one."
    assert isinstance(told.value, InputError)
    assert "_refuse" in told.value.__notes__[0]
    with pytest.raises(TypeError, match="pickle"):  # an answer that cannot travel
        process.count(threading.Lock)


def test_what_a_workspace_lacks_is_told(process: CountingProcess, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    made = Workspace.create(tmp_path / "ws", name="Own", now=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(NotPublished):
        process.count(partial(read_journey_map, made))


def test_one_that_was_killed_is_replaced_and_the_task_done(
    process: CountingProcess, caplog: pytest.LogCaptureFixture
) -> None:
    first = process.count(os.getpid)
    os.kill(first, signal.SIGKILL)
    assert process.count(os.getpid) not in {first, os.getpid()}
    assert "starting another" in caplog.text
    assert [process.count(os.getpid) for _ in range(4)].count(first) == 0


def test_a_task_that_ends_it_twice_is_refused_and_the_next_is_done(process: CountingProcess) -> None:
    with pytest.raises(CountingEnded):
        process.count(partial(os._exit, 3))
    assert process.count(partial(sum, [1, 2])) == 3


def test_who_waits_when_it_is_stopped_is_told_so(process: CountingProcess) -> None:
    pid, told = process.count(os.getpid), []

    def wait() -> None:
        try:
            process.count(partial(time.sleep, LONG_S))
        except CountingEnded as error:
            told.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.3)
    process.stop()
    waiting.join(LONG_S)
    assert told
    assert not _alive(pid)
    with pytest.raises(CountingEnded):
        process.count(os.getpid)


def test_it_does_not_outlive_a_server_that_was_killed() -> None:
    code = (
        "import os, signal, sys\n"
        "from safar.server.counting import CountingProcess\n"
        "if __name__ == '__main__':\n"
        "    made = CountingProcess(log_form='plain', log_level='warning', lanes=2)\n"
        "    made.start()\n"
        "    print(made.count(os.getpid), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environ = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=LONG_S, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert _gone(int(done.stdout))
