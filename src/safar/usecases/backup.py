"""One file that holds a whole workspace, made while it is served.

The log's files never change once a version names them, so a moment under the writer's lock suffices to take hold of
them (by hard links); copying them goes on while imports do. Tables that can be made anew are left out. Everything
has its checksum in the file's last member, `backup.json`. How to put it back: `usecases.restore`.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from safar.errors import Conflict, NotFound
from safar.log import disk
from safar.log.lock import only_writer

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

FORMAT = 1
CONTENTS = "backup.json"
PEOPLE = "people.jsonl"
_HELD = ".backup-"
_CHUNK = 1 << 20
_DERIVED = ("prepared", "jobs", "uploads", "web.sqlite", "web.sqlite-wal", "web.sqlite-shm", ".serving", ".migrating")
_DERIVED_IN_LOG = ("tmp", ".lock")


class BackupExists(Conflict):
    """There is a file of that name already."""

    code = "backup.exists"
    next_step = "Choose another name; a backup never replaces another one."


class BackupPlaceMissing(NotFound):
    """The folder that the backup was to be written to does not exist."""

    code = "backup.no-folder"
    next_step = "Make the folder first, or name a file in one that is there."


class BackupOvertaken(Conflict):
    """Somebody was forgotten while the backup was made: it would have held what must be gone."""

    code = "backup.overtaken"
    next_step = "Make the backup again."


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What the file holds. `rows`: of the database."""

    file: str
    log_version: int
    files: int
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of the backup. `name`: its path below the workspace's folder."""

    name: str
    bytes: int
    sha256: str


def backup_workspace(*, workspace: Workspace, file: Path, now: datetime) -> BackupReport:
    """Write the workspace to a new file that only its owner may read: it holds the salt, and what customers said.

    Needs Django to be configured. Raises: BackupExists, BackupPlaceMissing, BackupOvertaken, WriterBusy.
    """
    from safar.store.dump import dump

    if file.exists():
        raise BackupExists(f"{file} is there already.")
    if not file.absolute().parent.is_dir():
        raise BackupPlaceMissing(f"There is no folder {file.parent}.")
    part = file.with_name(f".{file.name}.part")
    try:
        with _held(workspace) as (folder, version):
            rows = dump(folder / PEOPLE)
            about = {
                "format": FORMAT,
                "workspace": workspace.id,
                "name": workspace.name,
                "at": now.astimezone(UTC).isoformat(timespec="seconds"),
                "log_version": version,
            }
            with open(part, "wb", opener=_private) as out, tarfile.open(fileobj=out, mode="w") as archive:
                files = sorted(path for path in folder.rglob("*") if path.is_file())
                members = [_add(archive, path, path.relative_to(folder).as_posix()) for path in files]
                _add_contents(archive, about, members)
        disk.sync_file(part)
        os.link(part, file)  # unlike a rename, never over a file that has come up meanwhile
        disk.sync_folder(file.absolute().parent)
    except FileNotFoundError as cause:
        raise BackupOvertaken("Files went away while they were copied.") from cause
    except FileExistsError as cause:
        raise BackupExists(f"{file} is there already.") from cause
    finally:
        part.unlink(missing_ok=True)
    return BackupReport(file=str(file), log_version=version, files=len(members), rows=rows, bytes=file.stat().st_size)


def drop_held_backups(workspace: Workspace) -> None:
    """Let go of what running or killed backups hold: it may be of somebody who is being forgotten."""
    for folder in workspace.path.glob(f"{_HELD}*"):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _held(workspace: Workspace) -> Iterator[tuple[Path, int]]:
    """A folder that holds the workspace of one moment by hard links, and the log's version then."""
    drop_held_backups(workspace)
    root, log = workspace.path, workspace.log.path
    folder = root / f"{_HELD}{os.getpid()}"
    folder.mkdir(mode=0o700)
    try:
        # What is published first: its head names files, and files stay.
        for entry in sorted(root.iterdir(), key=lambda path: path.name != "published"):
            if entry.name not in _DERIVED and not entry.name.startswith(_HELD) and entry != log:
                _link(entry, folder / entry.name)
        with only_writer(log / ".lock", wait_s=workspace.settings.writer_wait_s):
            version = workspace.log.head().number
            for entry in log.iterdir():
                if entry.name not in _DERIVED_IN_LOG:
                    _link(entry, folder / log.name / entry.name)
        yield folder, version
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _link(source: Path, target: Path) -> None:
    if source.is_symlink():
        return
    if source.is_dir():
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The head of what is published is taken first, so that all files that it names are there.
        for entry in sorted(source.iterdir(), key=lambda path: (path.name != "head.json", path.name)):
            _link(entry, target / entry.name)
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)


def _add(archive: tarfile.TarFile, path: Path, name: str) -> Member:
    info = tarfile.TarInfo(name)
    info.mode = 0o600
    with path.open("rb") as source:
        info.size = os.fstat(source.fileno()).st_size
        counted = _Counted(source)
        archive.addfile(info, counted)
    return Member(name=name, bytes=info.size, sha256=counted.digest.hexdigest())


def _add_contents(archive: tarfile.TarFile, about: Mapping[str, Any], members: Sequence[Member]) -> None:
    """The list of what the backup holds; last, so that a backup without it was cut off."""
    told = {**about, "files": [asdict(member) for member in members]}
    data = json.dumps(told, indent=1, ensure_ascii=False).encode()
    info = tarfile.TarInfo(CONTENTS)
    info.size, info.mode = len(data), 0o600
    archive.addfile(info, io.BytesIO(data))


class _Counted:
    """A file whose checksum is made as it is read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = _CHUNK) -> bytes:
        data = self._source.read(size)
        self.digest.update(data)
        return data


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
