"""Which processes use a log's temporary folder: each holds a locked file there, which the system lets go of at its end.

What a process puts aside carries the name of its file. A number of a process would not do: numbers are used again,
and those of another container mean nothing here.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
import weakref
from pathlib import Path

from filelock import lock_descriptor

_LIVE = "live-"
_PUT_ASIDE = ("spill-", "aside-")
_TRIES = 12
_PAUSE_S = 0.001


class Presence:
    """Held for as long as anything of this process in the folder is in use. `name`: what its entries are called by."""

    def __init__(self, folder: Path, name: str, handle: int) -> None:
        self.folder = folder
        self.name = name
        self._close = weakref.finalize(self, _leave, folder / f"{_LIVE}{name}", handle, os.getpid())

    @property
    def holds(self) -> bool:
        """Whether the file is still there: the folder may have been cleared away as a whole."""
        return (self.folder / f"{_LIVE}{self.name}").exists()


_here: weakref.WeakValueDictionary[str, Presence] = weakref.WeakValueDictionary()
_guard = threading.Lock()


def present(folder: Path, *, name: str) -> Presence | None:
    """This process's presence in a folder; `name`: a name that nothing else has, for a first one.

    None where nothing can be written there, and so nothing is put aside either.
    """
    key = str(folder.absolute())
    with _guard:
        found = _here.get(key)
        if found is not None and found.holds:
            return found
        made = _enter(folder, name)
        if made is not None:
            _here[key] = made
        return made


def drop_dead(folder: Path) -> int:
    """Delete what processes that are gone had put aside: what engines spilled, what imports prepared. Returns how many.

    What belongs to nobody's file is of the dead as well: the file comes first and goes last.
    """
    dead = 0
    for name in {entry.name.split("-")[1] for kind in _PUT_ASIDE for entry in folder.glob(f"{kind}*-*")}:
        dead += _drop(folder, name)
    for mark in folder.glob(f"{_LIVE}*"):
        _drop(folder, mark.name.removeprefix(_LIVE))
    return dead


def _drop(folder: Path, name: str) -> int:
    mark = folder / f"{_LIVE}{name}"
    try:
        handle = os.open(mark, os.O_RDWR)
    except FileNotFoundError:
        return _clear(folder, name)
    except PermissionError:  # somebody else's, who will clear it away
        return 0
    try:
        if not lock_descriptor(handle, blocking=False):
            return 0
        dead = _clear(folder, name)
        _unlink(mark)
        return dead
    finally:
        os.close(handle)


def _clear(folder: Path, name: str) -> int:
    found = [entry for kind in _PUT_ASIDE for entry in folder.glob(f"{kind}{name}-*")]
    for entry in found:
        shutil.rmtree(entry, ignore_errors=True)
    return len(found)


def _enter(folder: Path, name: str) -> Presence | None:
    mark = folder / f"{_LIVE}{name}"
    for turn in range(_TRIES):
        try:
            handle = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return None
        # Between making and locking it, somebody who clears may have taken it for a dead one's.
        if lock_descriptor(handle, blocking=False) and mark.exists() and _same(handle, mark):
            return Presence(folder, name, handle)
        os.close(handle)
        # Whoever clears may have been put aside by the system just now, with the lock in hand.
        time.sleep(_PAUSE_S * 2**turn)
    return None


def _same(handle: int, mark: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), mark.stat())
    except FileNotFoundError:
        return False


def _leave(mark: Path, handle: int, pid: int) -> None:
    try:
        # A forked child holds the lock too, and ends before or after: the file is its parent's.
        if os.getpid() == pid and _same(handle, mark):
            _unlink(mark)
    finally:
        os.close(handle)


def _unlink(mark: Path) -> None:
    try:
        mark.unlink(missing_ok=True)
    except PermissionError:  # where an open file cannot go, the next who clears takes it
        return
