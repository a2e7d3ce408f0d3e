"""A disk that is full or cannot be written, wherever that shows: one clear error."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from safar.log.problems import WriteFailed

_COLORS = re.compile("\x1b\\[[0-9;]*m")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SIGNS = ("No space left", "File too large", "quota exceeded", "max_temp_directory_size")
_REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)


@contextmanager
def writing_below(place: Path) -> Iterator[None]:
    """Say of a disk that is full, or of a folder `place` that cannot be written, that this is so.

    What else goes wrong, such as reading a file elsewhere, passes. Raises: WriteFailed.
    """
    try:
        yield
    except OSError as cause:
        own = cause.filename is not None and Path(str(cause.filename)).is_relative_to(place)
        if is_full(cause) or (own and cause.errno in _REFUSED):
            raise write_failed(cause, place) from cause
        raise
    except (duckdb.IOException, duckdb.FatalException) as cause:
        raise write_failed(cause, place) from cause
    except duckdb.OutOfMemoryException as cause:
        if is_full(cause):
            raise write_failed(cause, place) from cause
        raise


def is_full(cause: Exception) -> bool:
    """Whether the reason is that no space is left."""
    if isinstance(cause, OSError) and cause.errno in _FULL:
        return True
    told = str(cause)
    return any(sign in told for sign in _SIGNS)


def write_failed(cause: Exception, place: Path) -> WriteFailed:
    """The error to show. The engine's own words are unpacked from what it wraps around them."""
    what = "The disk is full" if is_full(cause) else "The log could not be written"
    where = str(place)
    if isinstance(cause, OSError) and cause.strerror:
        told = cause.strerror
        where = str(cause.filename or place)
    else:
        told = _unpacked(str(cause))
    return WriteFailed(f"{what}: {where}: {told}")


def _unpacked(told: str) -> str:
    begin = told.find('{"exception_type"')
    if begin >= 0:
        try:
            held, _ = json.JSONDecoder().raw_decode(told[begin:])
        except ValueError:
            return told[:begin].rstrip(": ")
        return str(held.get("exception_message", told[:begin].rstrip(": ")))
    return " ".join(_COLORS.sub("", told).replace("↳", "").split())
