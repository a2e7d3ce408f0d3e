"""One door for every file: `open_records` finds the format, checks it against the content, gives a source."""

from __future__ import annotations

import os
from pathlib import Path
from typing import assert_never

from safar.files.reading_errors import FileEmpty, FileMissing, FormatMismatch, FormatUnknown
from safar.files.records import (
    LINE,
    RAW_LIMIT,
    RECORD,
    FileFormat,
    Limits,
    LoadReport,
    ReadOptions,
    RecordSource,
    Reject,
    drop_loaded,
)
from safar.files.unpacking import chunks, is_gzip

__all__ = [
    "LINE",
    "RAW_LIMIT",
    "RECORD",
    "FileFormat",
    "Limits",
    "LoadReport",
    "ReadOptions",
    "RecordSource",
    "Reject",
    "drop_loaded",
    "open_records",
]

_BY_NAME = {
    ".csv": FileFormat.CSV,
    ".tsv": FileFormat.CSV,
    ".tab": FileFormat.CSV,
    ".txt": FileFormat.CSV,
    ".xlsx": FileFormat.XLSX,
    ".xlsm": FileFormat.XLSX,
    ".parquet": FileFormat.PARQUET,
    ".pq": FileFormat.PARQUET,
    ".jsonl": FileFormat.JSONL,
    ".ndjson": FileFormat.JSONL,
    ".json": FileFormat.JSONL,
    ".xes": FileFormat.XES,
}
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls); save it as .xlsx or CSV"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd; unpack it first"),
    (b"BZh", "compressed by bzip2; unpack it first"),
    (b"\xfd7zXZ", "compressed by xz; unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it first"),
)
_GZIPPED = (FileFormat.CSV, FileFormat.JSONL, FileFormat.XES)


def open_records(
    path: Path | str,
    *,
    format: FileFormat | str | None = None,
    options: ReadOptions | None = None,
    limits: Limits | None = None,
) -> RecordSource:
    """Open one file for reading. The format is told, or follows from name and content.

    Only the beginning is read; what is wrong further on shows when it is loaded. Use the result as a context manager.
    Raises: FileProblem (missing, empty, of another format than named, damaged, wrong encoding …).
    """
    path = Path(path)
    options, limits = options or ReadOptions(), limits or Limits()
    _check_readable(path)
    kind = _format_of(path, told=format, limits=limits)
    match kind:
        case FileFormat.CSV:
            from safar.files.delimited.reader import CsvSource

            return CsvSource(path, options=options, limits=limits)
        case FileFormat.PARQUET:
            from safar.files.parquet import ParquetSource

            return ParquetSource(path, options=options, limits=limits)
        case FileFormat.XLSX:
            from safar.files.xlsx.reader import XlsxSource

            return XlsxSource(path, options=options, limits=limits)
        case FileFormat.JSONL:
            from safar.files.jsonl import JsonLinesSource

            return JsonLinesSource(path, options=options, limits=limits)
        case FileFormat.XES:
            from safar.files.xes import XesSource

            return XesSource(path, options=options, limits=limits)
        case _:
            assert_never(kind)


def _check_readable(path: Path) -> None:
    if not path.exists():
        raise FileMissing(f"{path}: there is no such file.")
    if not path.is_file():
        raise FileMissing(f"{path}: this is a folder or device, not a file.")
    if not os.access(path, os.R_OK):
        raise FileMissing(f"{path}: the file may not be read.")
    if path.stat().st_size == 0:
        raise FileEmpty(f"{path}: the file is empty.")


def _format_of(path: Path, *, told: FileFormat | str | None, limits: Limits) -> FileFormat:
    try:
        named = FileFormat(told) if told is not None else None
    except ValueError as cause:
        message = f"{path}: {told!r} is no format; there are {', '.join(FileFormat)}."
        raise FormatUnknown(message) from cause
    if named is None:
        suffixes = [suffix.lower() for suffix in path.suffixes]
        if suffixes[-1:] == [".gz"]:
            suffixes.pop()
        named = _BY_NAME.get(suffixes[-1]) if suffixes else None
    start = _start(path, limits=limits)
    for magic, what in _FOREIGN:
        if start.startswith(magic):
            raise FormatUnknown(f"{path}: this is {what}.")
    seen = _by_content(start)
    if named is None:
        if seen is None:
            raise FormatUnknown(f"{path}: neither the name nor the content tells the format.")
        named = seen
    # Of text, only XML is sure: a CSV may start with a brace, and one-column text may be anything.
    binary = (FileFormat.XLSX, FileFormat.PARQUET, FileFormat.XES)
    if (seen in binary or named in binary) and seen != named:
        content = "XML" if seen is FileFormat.XES else seen or "something else"
        raise FormatMismatch(f"{path}: named as {named}, but the content is {content}.")
    if is_gzip(path) and named not in _GZIPPED:
        raise FormatMismatch(f"{path}: a gzip-compressed {named} file is not read; unpack it first.")
    return named


def _start(path: Path, *, limits: Limits) -> bytes:
    for chunk in chunks(path, limits=limits):
        return chunk[:4096]
    return b""


def _by_content(start: bytes) -> FileFormat | None:
    if start.startswith(b"PK\x03\x04"):
        return FileFormat.XLSX
    if start.startswith(b"PAR1"):
        return FileFormat.PARQUET
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if text.startswith((b"<?xml", b"<log", b"<!DOCTYPE", b"<!--")):
        return FileFormat.XES
    if text.startswith(b"{"):
        return FileFormat.JSONL
    return None
