"""One writer at a time: an advisory lock on `.lock`, which the system lets go of when a process dies."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import lock_descriptor

from safar.log.problems import WriterBusy

_PAUSE_S = 0.05


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
        os.write(handle, f" {os.getpid()}".encode())
        yield
    finally:
        os.close(handle)  # closing lets the lock go


def _wait(handle: int, *, path: Path, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while not lock_descriptor(handle, blocking=False):
        if time.monotonic() >= deadline:
            raise WriterBusy(f"Process {_holder(handle)} is writing to {path.parent}; waited {wait_s:g} s.")
        time.sleep(_PAUSE_S)


def _holder(handle: int) -> str:
    os.lseek(handle, 1, os.SEEK_SET)  # some systems let nobody else read the first byte: it is what is locked
    return os.read(handle, 20).decode("ascii", errors="replace").strip() or "unknown"
