"""The writer's lock: one holder among threads and processes, named to those who wait, gone with its process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from safar.log.lock import only_writer
from safar.log.problems import WriterBusy

_SOURCE = Path(__file__).resolve().parents[2] / "src"


def test_threads_take_turns(tmp_path: Path) -> None:
    inside, most, done = 0, 0, 0

    def work() -> None:
        nonlocal inside, most, done
        for _ in range(5):
            with only_writer(tmp_path / ".lock", wait_s=60.0):
                inside += 1
                most = max(most, inside)
                time.sleep(0.005)
                inside -= 1
                done += 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, done) == (1, 20)


def test_another_process_is_named_and_its_death_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "log" / ".lock"
    path.parent.mkdir()
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from safar.log.lock import only_writer\n"
        "with only_writer(Path(sys.argv[1]), wait_s=0.0):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(_SOURCE)}
    with subprocess.Popen([sys.executable, "-c", program, str(path)], env=env, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        began = time.monotonic()
        told = f"Process {other.pid} is writing to {path.parent}; waited 0.2 s"
        with pytest.raises(WriterBusy, match=told), only_writer(path, wait_s=0.2):
            pass
        assert 0.2 <= time.monotonic() - began < 5.0
        other.kill()
        other.wait()
        with only_writer(path, wait_s=5.0):
            pass


def test_the_first_byte_is_free_for_systems_that_lock_it(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with only_writer(path, wait_s=0.0):
        assert path.read_bytes() == f" {os.getpid()}".encode()


def test_the_lock_is_the_system_s_that_others_take_too(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with only_writer(path, wait_s=0.0), pytest.raises(Timeout):
        FileLock(path, blocking=False).acquire()
