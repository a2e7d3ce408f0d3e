"""Text files as UTF-8, whatever they are stored as: streamed from the start, unpacked and decoded on the way.

Opening one looks at its beginning alone; a copy on disk is only written for an engine that needs a plain file.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from safar.files.encoding import as_utf8, detect_encoding
from safar.files.records import Limits, ReadOptions
from safar.files.spool import disk_space
from safar.files.unpacking import chunks, is_gzip

_SAMPLE = 1024**2


class TextFile:
    """One text file, plain or gzip-compressed, in any encoding. Raises: FileProblem."""

    def __init__(self, path: Path, *, options: ReadOptions, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self.size = path.stat().st_size
        """Bytes as stored: progress is told in these."""
        raw = b""
        for chunk in chunks(path, limits=limits):
            raw += chunk
            if len(raw) >= _SAMPLE:
                break
        self.encoding = detect_encoding(raw[:_SAMPLE], told=options.encoding, path=path, guess=options.guess)
        self.sample = next(self._utf8(iter([raw[:_SAMPLE]])), b"")
        """The beginning as UTF-8, without a byte order mark; its last character may be cut."""
        self._copy: Path | None = None

    def open(self, on_read: Callable[[int], None] | None = None) -> TextStream:
        """Read from the start. `on_read` is told the stored bytes read so far."""
        return TextStream(self._utf8(chunks(self._path, limits=self._limits, on_read=on_read)))

    def stored(self, folder: Callable[[], Path], on_read: Callable[[int], None] | None = None) -> Path:
        """A plain UTF-8 file: the file itself where it is one, else a copy in the `folder` that is made for it."""
        if self.encoding == "utf-8" and not is_gzip(self._path):
            return self._path
        if self._copy is None:
            copy = folder() / "utf8"
            with disk_space(), copy.open("wb") as target:
                for chunk in self._utf8(chunks(self._path, limits=self._limits, on_read=on_read)):
                    target.write(chunk)
            self._copy = copy
        return self._copy

    def _utf8(self, raw: Iterator[bytes]) -> Iterator[bytes]:
        return _unmarked(raw) if self.encoding == "utf-8" else as_utf8(raw, encoding=self.encoding)


class TextStream:
    """Bytes of a text in the order of the file, in pieces of whatever size is at hand."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int = -1) -> bytes:
        """The next piece, which may be longer or shorter than asked for; empty at the end."""
        return next(filter(None, self._pieces), b"")


def _unmarked(raw: Iterator[bytes]) -> Iterator[bytes]:
    start = b""
    for chunk in raw:
        start += chunk
        if len(start) >= len(codecs.BOM_UTF8):
            break
    return chain([start.removeprefix(codecs.BOM_UTF8)], raw)
