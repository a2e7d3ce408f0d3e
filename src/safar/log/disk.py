"""Durable writing: what a power cut must not take back is synced here."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Self


class FileMark(NamedTuple):
    """What tells a file that is only ever replaced as a whole from the one that stood there before."""

    inode: int
    changed_ns: int
    bytes: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Raises: FileNotFoundError."""
        found = path.stat()
        return cls(found.st_ino, found.st_mtime_ns, found.st_size)


def written_at(file: Path) -> int:
    """When a file was written, in nanoseconds since 1970; 0 where another process has cleared it."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def sync_file(path: Path) -> None:
    """Flush one file's bytes to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Flush a folder's entries to the disk, where the platform lets a folder be opened."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:  # Windows cannot open a folder and journals its entries itself
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_all(paths: Iterable[Path]) -> None:
    """Flush files and then the folders that hold them."""
    folders: set[Path] = set()
    for path in paths:
        sync_file(path)
        folders.add(path.parent)
    for folder in folders:
        sync_folder(folder)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet: whole and on the disk, or not at all. Raises: FileExistsError."""
    temporary = _beside(path)
    _write(temporary, data)
    try:
        os.link(temporary, path)
    finally:
        temporary.unlink()
    sync_folder(path.parent)


def replace(path: Path, data: bytes) -> None:
    """Write or overwrite a file: whole and on the disk, or as it was before."""
    temporary = _beside(path)
    try:
        _write(temporary, data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def _beside(path: Path) -> Path:
    """A temporary name: of those who write the same file at once, on any machine, each has its own."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}")


def _write(path: Path, data: bytes) -> None:
    try:
        with path.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
