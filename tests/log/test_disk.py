"""Files are written whole or not at all, also by threads that write the same one at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from safar.log import disk

_THREADS = 8
_SIZE = 200_000


def _at_once(work: Callable[[int], None]) -> list[BaseException]:
    """Run `work(0)`, `work(1)` … in threads that start together; what they raised."""
    raised: list[BaseException] = []
    ready = threading.Barrier(_THREADS)

    def run(number: int) -> None:
        ready.wait()
        try:
            work(number)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def _content(number: int) -> bytes:
    return bytes([65 + number]) * (_SIZE + number)


def test_threads_that_replace_one_file_leave_one_of_them_whole(tmp_path: Path) -> None:
    path = tmp_path / "head.json"
    disk.replace(path, _content(0))
    seen: set[bytes] = set()

    def work(number: int) -> None:
        for _ in range(10):
            disk.replace(path, _content(number))
            seen.add(path.read_bytes())

    assert _at_once(work) == []
    assert seen <= {_content(number) for number in range(_THREADS)}
    assert path.read_bytes() in seen
    assert list(tmp_path.iterdir()) == [path]


def test_of_threads_that_write_one_new_file_one_succeeds(tmp_path: Path) -> None:
    for turn in range(10):
        path = tmp_path / f"{turn}.json"
        raised = _at_once(lambda number, path=path: disk.write_new(path, _content(number)))  # type: ignore[misc]
        assert [type(error) for error in raised] == [FileExistsError] * (_THREADS - 1)
        assert path.read_bytes() in {_content(number) for number in range(_THREADS)}
    assert len(list(tmp_path.iterdir())) == 10


def test_what_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "head.json"
    disk.replace(path, b"before")
    with pytest.raises(TypeError):
        disk.replace(path, "no bytes")  # type: ignore[arg-type]
    with pytest.raises(FileExistsError):
        disk.write_new(path, b"after")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
