"""One server a workspace: a locked file in its folder says who serves it, and where."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import lock_descriptor

from safar.errors import Conflict

LOCK_NAME = ".serving"
_TRIES, _PAUSE_S = 5, 0.05
"""Who only looks holds the lock for a moment as well."""


class AlreadyServed(Conflict):
    """Another process serves this workspace."""

    code = "server.workspace-served"
    next_step = "Open that address (`safar serve --sign-in-link` prints a way in), or stop that process first."


@dataclass(frozen=True, slots=True)
class Serving:
    """Who serves a workspace, and at which address."""

    pid: int
    address: str


@contextmanager
def serving(workspace: Path, *, address: str) -> Iterator[None]:
    """Hold the workspace's serving lock. Raises: AlreadyServed.

    The lock is the system's: it goes with the process, however that ends, and no stale file can hold it.
    """
    descriptor = os.open(workspace / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locked(descriptor):
            found = _read(descriptor)
            where = f" by process {found.pid} at {found.address}" if found else ""
            raise AlreadyServed(f"The workspace {workspace} is already served{where}.")
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        # Some systems let nobody else read the first byte: it is what is locked.
        os.write(descriptor, f" {json.dumps({'pid': os.getpid(), 'address': address})}".encode())
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def who_serves(workspace: Path) -> Serving | None:
    """Who serves the workspace now, or None."""
    try:
        descriptor = os.open(workspace / LOCK_NAME, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        return None if lock_descriptor(descriptor, blocking=False) else _read(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    for _ in range(_TRIES):
        if lock_descriptor(descriptor, blocking=False):
            return True
        time.sleep(_PAUSE_S)
    return False


def _read(descriptor: int) -> Serving | None:
    try:
        os.lseek(descriptor, 1, os.SEEK_SET)
        values = json.loads(os.read(descriptor, 10_000))
        return Serving(pid=int(values["pid"]), address=str(values["address"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
