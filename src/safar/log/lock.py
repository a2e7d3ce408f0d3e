"""One writer at a time: an advisory lock on `.lock`, which the system lets go of when a process dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safar.log.problems import WriterBusy

_PAUSE_S = 0.05
_BEYOND = 1 << 20


@contextmanager
def only_writer(path: Path, *, wait_s: float) -> Iterator[None]:
    """Hold the lock file `path` exclusively.

    `wait_s`: seconds to wait for another writer. Raises: WriterBusy, naming the process that holds the lock.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _wait(handle, path=path, wait_s=wait_s)
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)  # closing lets the lock go


def _wait(handle: int, *, path: Path, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            _take(handle)
        except (BlockingIOError, PermissionError):
            if time.monotonic() >= deadline:
                holder = path.read_text(encoding="ascii", errors="replace").strip() or "unknown"
                raise WriterBusy(f"Process {holder} is writing to {path.parent}; waited {wait_s:g} s.") from None
            time.sleep(_PAUSE_S)
        else:
            return


def _take(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, _BEYOND, os.SEEK_SET)  # Windows locks bytes, and locked bytes cannot be read
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
