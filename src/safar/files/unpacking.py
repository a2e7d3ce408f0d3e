"""Bytes of a plain or gzip-compressed file, with bounds on how far it may unpack."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from safar.files.reading_errors import FileDamaged, UnpacksTooFar
from safar.files.records import Limits

_CHUNK = 1024**2
_FREE = 16 * 1024**2
"""Unpacked bytes below which the ratio is not looked at: a small honest file may be very regular."""

GZIP_MAGIC = b"\x1f\x8b"


def is_gzip(path: Path) -> bool:
    """Whether the content is gzip, whatever the name says."""
    with path.open("rb") as file:
        return file.read(2) == GZIP_MAGIC


def chunks(path: Path, *, limits: Limits, on_read: Callable[[int], None] | None = None) -> Iterator[bytes]:
    """Unpacked bytes of a file in bounded chunks. `on_read` is told the stored bytes read so far.

    Raises: FileDamaged for a truncated or corrupt archive, UnpacksTooFar for a bomb.
    """
    if not is_gzip(path):
        done = 0
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                done += len(chunk)
                if on_read is not None:
                    on_read(done)
                yield chunk
        return
    yield from _gunzipped(path, limits=limits, on_read=on_read)


def _gunzipped(path: Path, *, limits: Limits, on_read: Callable[[int], None] | None) -> Iterator[bytes]:
    read = unpacked = 0
    member = zlib.decompressobj(wbits=31)
    begun = False
    with path.open("rb") as file:
        while packed := file.read(_CHUNK // 4):
            read += len(packed)
            if on_read is not None:
                on_read(read)
            while packed:
                if not begun and not packed.strip(b"\0"):
                    break  # zero padding after the last member is allowed by the format
                begun = True
                before = member.copy()
                try:
                    chunk = member.decompress(packed, _CHUNK)
                except zlib.error as cause:
                    stored, sound = _until_it_breaks(before, packed)
                    at = f"{read - len(packed) + stored:,} of {path.stat().st_size:,}"
                    raise FileDamaged(
                        f"{path}: this gzip file is corrupt, which shows at byte {at}, "
                        f"after {unpacked + sound:,} unpacked bytes: {cause}"
                    ) from cause
                unpacked += len(chunk)
                _check(path, read=read, unpacked=unpacked, limits=limits)
                if chunk:
                    yield chunk
                packed = member.unconsumed_tail
                if member.eof:
                    packed = member.unused_data
                    member = zlib.decompressobj(wbits=31)
                    begun = False
    if begun:
        raise FileDamaged(f"{path}: this gzip file is cut off: it ends after {unpacked} unpacked bytes.")


def _until_it_breaks(member: zlib._Decompress, packed: bytes) -> tuple[int, int]:
    """(stored bytes, unpacked bytes) that can still be read of a piece that is corrupt somewhere."""
    sound = 0
    for at in range(len(packed)):
        try:
            sound += len(member.decompress(packed[at : at + 1]))
        except zlib.error:
            return at, sound
    return len(packed), sound


def _check(path: Path, *, read: int, unpacked: int, limits: Limits) -> None:
    if unpacked > limits.max_unpacked:
        raise UnpacksTooFar(f"{path}: unpacks to more than {limits.max_unpacked} bytes.")
    if unpacked > _FREE and unpacked > read * limits.max_ratio:
        raise UnpacksTooFar(f"{path}: unpacks to more than {limits.max_ratio} times its size.")
