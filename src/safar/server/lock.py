"""One server a workspace: a locked file in its folder says who serves it, and where."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from safar.errors import Conflict

LOCK_NAME = ".serving"


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

    The lock is the system's (flock): it goes with the process, however that ends, and no stale file can hold it.
    """
    file = workspace / LOCK_NAME
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as cause:
            found = _read(file)
            where = f" by process {found.pid} at {found.address}" if found else ""
            raise AlreadyServed(f"The workspace {workspace} is already served{where}.") from cause
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "address": address}).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def who_serves(workspace: Path) -> Serving | None:
    """Who serves the workspace now, or None."""
    file = workspace / LOCK_NAME
    if not file.is_file():
        return None
    descriptor = os.open(file, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _read(file)
    finally:
        os.close(descriptor)
    return None


def _read(file: Path) -> Serving | None:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        return Serving(pid=int(values["pid"]), address=str(values["address"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
