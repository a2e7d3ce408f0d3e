"""A disk that is really full, at any point of an import, a forgetting or an undo: one clear error, and a sound log."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from safar.log import Log
from safar.log.problems import WriteFailed
from tests.usecases.import_kit import NOW, ORDERS, Bench

SPACES = (0, 8, 24, 48, 80, 120, 200)
"""Room that is left, in KiB: each stops the work at another place."""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that holds little."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("private data: only root may mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _fill(place: Path, *, left: int) -> Path:
    """Fill the disk but for so many KiB."""
    filler = place / "filler"
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    with filler.open("wb") as file:
        file.write(b"\0" * max(0, free - left * 1024))
    return filler


def _rows(bench: Bench, *, month: int, name: str) -> Path:
    days = [f"2024-{month:02d}-{i % 28 + 1:02d} 10:00:00" for i in range(900)]
    rows = [f"{i},p{i % 40},{day},{9 if i % 7 == 0 else i % 5 + 1}" for i, day in enumerate(days)]
    return bench.file(name, "\n".join(["id,who,at,score", *rows, ""]))


def _try(bench: Bench, work: Callable[[], object]) -> list[str]:
    """Do the work with ever more room; what the failures said."""
    told = []
    for left in SPACES:
        before = bench.workspace.log.head().number
        filler = _fill(bench.folder, left=left)
        try:
            work()
        except WriteFailed as error:
            told.append(error.message)
        else:
            break
        finally:
            filler.unlink()
        log = bench.workspace.log
        again = Log.open(log.path, settings=bench.workspace.settings, salt=log._folder.salt)
        assert again.verify().ok
        if log.head().number > before:  # it counts; what was left to do was done on opening
            return told
    else:
        work()
    assert bench.workspace.log.verify().ok
    return told


def _clear(told: list[str]) -> None:
    assert told
    for one in told:
        assert one.startswith("The disk is full: ")
        assert "{" not in one
        assert "\n" not in one


def test_an_import_on_a_full_disk(small: Path) -> None:
    bench = Bench(small)
    path = _rows(bench, month=1, name="a.csv")
    _clear(_try(bench, lambda: bench.run(path, ORDERS)))
    report = bench.run(path, ORDERS)
    assert report.import_no is None
    assert (report.unchanged, report.set_aside) == (771, 129)


def test_undo_and_forgetting_on_a_full_disk(small: Path) -> None:
    bench = Bench(small)
    bench.run(_rows(bench, month=1, name="a.csv"), ORDERS)
    bench.run(_rows(bench, month=2, name="b.csv"), ORDERS)
    _clear(_try(bench, lambda: bench.undo(2)))
    later = NOW + timedelta(days=1)
    _clear(_try(bench, lambda: bench.workspace.log.forget(namespace=None, external_id="p3", now=later)))
    assert bench.workspace.log.info().forgotten == 1
