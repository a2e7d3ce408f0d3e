"""Files of prepared tables: generations in a folder, of which one counts, swapped atomically.

`head.json` names what counts: a base, and an overlay that stands in for the base's rows of some subjects. A new
generation is written beside it, synced, and made to count by replacing `head.json`; so a crash leaves the old one.
A reader holds a shared lock on what it reads; what nobody holds any more and does not count is removed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safar.errors import SafarError
from safar.log import disk
from safar.log.full import is_full, write_failed
from safar.log.lock import only_writer
from safar.log.remembered import RememberedFiles

FORMAT = 5
_HEAD = "head.json"
_MARK = ".in-use"
_TRIES = 50
_MAPS = "maps"
_MOST_REMEMBERED = 20
FILTERED = "-filtered"
"""How the name of a remembered result ends when filters chose what is in it."""
BESIDE = "-beside"
"""How it ends when it is shown beside a map: trends, comparisons, lines and the like."""
_MOST_BESIDE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedHead:
    """What counts: folders of the base and of the overlay (None: none), and the log version they show.

    import_no: the last import in that version. rows, overlay_rows: moves in either. touched: subjects that the
    overlay stands in for. last_ts: ISO time of the last move, UTC, None where there is none; last_fact: of the last
    contact or answer, whatever rules make of it. anew: of what is prepared
    row by row the overlay holds everything, not only what was added.
    """

    log_version: int
    import_no: int
    base: str
    overlay: str | None
    rows: int
    overlay_rows: int
    touched: int
    last_ts: str | None
    last_fact: str | None = None
    anew: bool = False


@dataclass(frozen=True, slots=True)
class PreparedFiles:
    """The generations of one journey under one rule set."""

    folder: Path
    wait_s: float

    def head(self) -> PreparedHead | None:
        """What counts, or None where nothing (of this format) has been prepared."""
        try:
            raw: dict[str, Any] = json.loads((self.folder / _HEAD).read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        if raw.pop("format", None) != FORMAT:
            return None
        try:
            return PreparedHead(**raw)
        except TypeError:
            return None

    @contextmanager
    def only_builder(self) -> Iterator[None]:
        """Be the one that builds. Raises: WriterBusy after `wait_s`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with only_writer(self.folder / ".lock", wait_s=self.wait_s):
            yield

    def generation(self, name: str) -> Path:
        """A new, empty folder to write a generation into."""
        path = self.folder / name
        if path.exists():
            shutil.rmtree(path)
        path.mkdir(parents=True)
        (path / _MARK).touch()
        return path

    @contextmanager
    def nothing_half_written(self) -> Iterator[None]:
        """Where writing a generation fails, take away at once what is there of it. Raises: WriteFailed."""
        try:
            yield
        except BaseException as cause:
            head = self.head()
            self._clear(keep=set(_named(head)) if head is not None else set())
            if isinstance(cause, Exception) and not isinstance(cause, SafarError) and is_full(cause):
                raise write_failed(cause, self.folder) from cause
            raise

    def swap(self, head: PreparedHead) -> None:
        """Make `head` count, once all its bytes are on the disk; then clear away what no longer does."""
        for name in _named(head):
            disk.sync_all(sorted((self.folder / name).iterdir()))
        raw = {"format": FORMAT} | {name: getattr(head, name) for name in PreparedHead.__slots__}
        disk.replace(self.folder / _HEAD, json.dumps(raw, indent=1).encode())
        self._clear(keep=set(_named(head)))

    @contextmanager
    def reading(self) -> Iterator[PreparedHead | None]:
        """What counts now, kept from being cleared away until the end of the block."""
        with ExitStack() as stack:
            for _ in range(_TRIES):
                head = self.head()
                if head is None or self._hold(stack, head):
                    break
            else:
                head = None
            yield head

    @property
    def results(self) -> RememberedFiles:
        """What was worked out from these tables. What filters chose, and what is shown beside a map, is counted by
        itself."""
        return RememberedFiles(
            self.folder / _MAPS, _MOST_REMEMBERED, {FILTERED: _MOST_REMEMBERED, BESIDE: _MOST_BESIDE}
        )

    def _hold(self, stack: ExitStack, head: PreparedHead) -> bool:
        held = ExitStack()
        for name in _named(head):
            try:
                handle = os.open(self.folder / name / _MARK, os.O_RDONLY)
            except FileNotFoundError:  # swapped and cleared since `head` was read
                held.close()
                return False
            held.callback(os.close, handle)
            _share(handle)
            if not (self.folder / name / _MARK).exists():
                held.close()
                return False
        stack.push(held)
        return True

    def _clear(self, *, keep: set[str]) -> None:
        for entry in self.folder.iterdir():
            if entry.is_dir() and entry.name not in keep and entry.name != _MAPS and _free(entry / _MARK):
                shutil.rmtree(entry, ignore_errors=True)


def _named(head: PreparedHead) -> list[str]:
    return [head.base] if head.overlay is None else [head.base, head.overlay]


def _share(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows keeps a file that is open from being removed by itself
        return
    fcntl.flock(handle, fcntl.LOCK_SH)


def _free(mark: Path) -> bool:
    """Whether nobody reads the generation. The mark goes first, so that nobody starts to."""
    try:
        handle = os.open(mark, os.O_RDWR)
    except FileNotFoundError:
        return True
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        mark.unlink()
    except ImportError:
        return True
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def clear_superseded(folder: Path, *, keep: int, never: str) -> None:
    """Remove the least recently built of the prepared tables in `folder`, beyond `keep`, and never `never`."""
    built = [entry for entry in folder.iterdir() if (entry / _HEAD).is_file() and entry.name != never]
    built.sort(key=lambda entry: (entry / _HEAD).stat().st_mtime_ns, reverse=True)
    for entry in built[max(keep - 1, 0) :]:
        files = PreparedFiles(entry, 0.0)
        head = files.head()
        if head is not None and all(_free(entry / name / _MARK) for name in _named(head)):
            shutil.rmtree(entry, ignore_errors=True)
