"""What a process put aside stays while it lives and goes once it is gone, whatever its number was."""

from __future__ import annotations

import gc
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from safar.log.presence import drop_dead, present

_SOURCE = str(Path(__file__).resolve().parents[2] / "src")
_HOLDER = (
    "import pathlib, sys, time\n"
    "from safar.log.presence import present\n"
    "folder = pathlib.Path(sys.argv[1])\n"
    "here = present(folder, name=sys.argv[2])\n"
    "(folder / f'spill-{here.name}-1').mkdir()\n"
    "print('held', flush=True)\n"
    "time.sleep(60)\n"
)


def _holder(folder: Path, name: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(folder), name],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": _SOURCE},
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def _names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_what_a_killed_process_left_goes_and_what_a_living_one_holds_stays(tmp_path: Path) -> None:
    with _holder(tmp_path, "aa") as living, _holder(tmp_path, "bb") as dying:
        assert drop_dead(tmp_path) == 0
        dying.kill()
        dying.wait()
        assert drop_dead(tmp_path) == 1
        assert _names(tmp_path) == {"live-aa", "spill-aa-1"}
        # Stopped is not gone.
        living.kill()
        living.wait()
        assert drop_dead(tmp_path) == 1
    assert not _names(tmp_path)


def test_the_number_of_a_process_means_nothing(tmp_path: Path) -> None:
    """Entries called by this very process's number, as another container or a recycled number would have them."""
    for name in (f"spill-{os.getpid()}-x", f"aside-{os.getpid()}-y", "spill-1-z"):
        (tmp_path / name).mkdir()
    assert drop_dead(tmp_path) == 3
    assert not _names(tmp_path)


def test_ones_own_are_told_from_the_dead_and_go_with_the_last_use(tmp_path: Path) -> None:
    here = present(tmp_path, name="aa")
    assert here is present(tmp_path, name="bb")
    assert here
    (tmp_path / "aside-aa-1").mkdir()
    assert drop_dead(tmp_path) == 0
    del here
    gc.collect()
    assert _names(tmp_path) == {"aside-aa-1"}
    assert drop_dead(tmp_path) == 1


def test_a_folder_that_was_cleared_is_entered_anew(tmp_path: Path) -> None:
    here = present(tmp_path, name="aa")
    (tmp_path / "live-aa").unlink()
    again = present(tmp_path, name="bb")
    assert again
    assert again.name == "bb"
    assert again.holds
    assert here
    assert not here.holds


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here: nothing can inherit the lock")
def test_a_forked_child_takes_nothing_with_it(tmp_path: Path) -> None:
    here = present(tmp_path, name="aa")
    assert here
    (tmp_path / "spill-aa-1").mkdir()
    child = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, pathlib, sys\n"
            "from safar.log.presence import drop_dead, present\n"
            "folder = pathlib.Path(sys.argv[1])\n"
            "here = present(folder, name='bb')\n"
            "pid = os.fork()\n"
            "if pid == 0:\n"
            "    raise SystemExit(0)\n"
            "os.waitpid(pid, 0)\n"
            "assert here.holds\n"
            "assert drop_dead(folder) == 0\n",
            str(tmp_path),
        ],
        env={**os.environ, "PYTHONPATH": _SOURCE},
        check=False,
    )
    assert child.returncode == 0
    assert here.holds


def test_a_folder_that_cannot_be_written_is_nobodys(tmp_path: Path) -> None:
    assert present(tmp_path / "gone", name="aa") is None


def test_many_processes_enter_and_clear_at_once(tmp_path: Path) -> None:
    """Nobody's entries are cleared away while many come and go and all of them clear."""
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map(_come_and_go, [(str(tmp_path), n) for n in range(4)]) == [0, 0, 0, 0]
    assert not _names(tmp_path)


def _come_and_go(told: tuple[str, int]) -> int:
    folder, lost = Path(told[0]), 0
    for turn in range(60):
        here = present(folder, name=f"{told[1]}x{turn}")
        assert here
        mine = folder / f"aside-{here.name}-1"
        mine.mkdir()
        drop_dead(folder)
        lost += not mine.exists()
        mine.rmdir()
        del here
    return lost
