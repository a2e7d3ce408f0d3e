"""JSON lines: one object a line, nested objects flattened with dots, every value as text.

Not set-based: each line is parsed by itself, so that a bad one can be set aside; columns are known when the
whole file was read, which happens once, when it is opened, into batches of columns on disk (`spool`).
Text stays as it is, numbers keep the digits they were written with, true and false are words, a list is its
JSON text; null and an absent field are null.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safar.files.delimited.encoding import detect_encoding, write_utf8
from safar.files.delimited.repair import NOT_TEXT, read_lines
from safar.files.reading_errors import FileEmpty, FormatMismatch, WrongEncoding
from safar.files.records import FileFormat, Limits, LoadReport, Progress, ReadOptions, Reject
from safar.files.spool import Rejects, Spool, SpooledSource, disk_space, raw_text
from safar.files.unpacking import chunks, is_gzip

if TYPE_CHECKING:
    from collections.abc import Callable

_SAMPLE = 256 * 1024


class JsonLinesSource(SpooledSource):
    """One file of JSON lines, plain or gzip-compressed."""

    format = FileFormat.JSONL

    def __init__(self, path: Path, *, options: ReadOptions, limits: Limits, progress: Progress | None = None) -> None:
        super().__init__(path, options=options, limits=limits)
        with self.closing_on_error():
            self._parse(progress)

    def _parse(self, progress: Progress | None) -> None:
        folder = self._temporary()
        spool, rejects = Spool(folder), Rejects(folder)
        text = self._utf8_text(folder)
        size = text.stat().st_size
        flatten = _Flattener(self.limits)
        record = 0

        def on_read(done: int) -> None:
            if progress is not None:
                progress(done, size, record)

        undecodable = 0
        with text.open("rb") as file:
            for line in read_lines(file, limit=self.limits.max_line, on_read=on_read, cr_ends=False):
                body = line.raw.strip(b" \t\r\n")
                if not body and line.size <= self.limits.max_line:
                    continue
                record += 1
                values, reason = None, f"the line is longer than {self.limits.max_line} bytes"
                if line.size <= self.limits.max_line:
                    values, reason = flatten(body)
                if values is None:
                    undecodable += reason == NOT_TEXT
                    rejects.add(Reject(record, line.number, None, raw_text(line.raw.rstrip(b"\r\n")), reason))
                else:
                    spool.add(values, record=record, line=line.number)
        if record == 0:
            raise FileEmpty(f"{self.path}: the file holds no line with an object.")
        if undecodable * 2 > record:
            raise WrongEncoding(f"{self.path}: {undecodable} of {record} lines are not text in the encoding.")
        if spool.count == 0 and record == rejects.count:
            message = f"{self.path}: none of its {record} lines is a JSON object on one line."
            raise FormatMismatch(message, next_step="Write one object a line; a JSON array is not JSON lines.")
        self._spooled(spool, rejects, LoadReport(record, spool.count, rejects.count))

    def _utf8_text(self, folder: Path) -> Path:
        text = self.path
        if is_gzip(text):
            text = folder / "unpacked"
            with disk_space(), text.open("wb") as target:
                for chunk in chunks(self.path, limits=self.limits):
                    target.write(chunk)
        with text.open("rb") as file:
            sample = file.read(_SAMPLE)
        encoding = detect_encoding(sample, told=self.options.encoding, path=self.path)
        if encoding == "utf-8" and not sample.startswith(b"\xef\xbb\xbf"):
            return text
        utf8 = folder / "utf8"
        write_utf8(chunks(text, limits=self.limits), utf8, encoding=encoding)
        return utf8


class _Flattener:
    """Turns one line into columns, or says why it cannot."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._decode: Callable[[str], Any] = json.JSONDecoder(
            object_pairs_hook=_object, parse_float=_Number, parse_int=_Number, parse_constant=_no_constant
        ).decode
        self._names: set[str] = set()

    def __call__(self, line: bytes) -> tuple[dict[str, str | None] | None, str]:
        try:
            value = self._decode(line.decode("utf-8"))
            if not isinstance(value, dict):
                return None, "the line is no JSON object"
            flat: dict[str, str | None] = {}
            self._flatten(value, "", flat, depth=1)
            if any("\0" in text for text in flat.values() if text):
                return None, "the record holds a NUL character"
            self._names.update(flat)
        except UnicodeDecodeError:
            return None, NOT_TEXT
        except RecursionError:
            return None, "nested too deep"
        except ValueError as cause:
            return None, f"not valid JSON: {str(cause)[:200]}"
        try:
            "".join(filter(None, flat.values())).encode()
        except UnicodeEncodeError:
            return None, "half of a surrogate pair, which is no text"
        return flat, ""

    def _flatten(self, value: dict[str, Any], prefix: str, flat: dict[str, str | None], *, depth: int) -> None:
        if depth > self._limits.max_depth:
            message = "nested too deep"
            raise ValueError(message)
        for key, inner in value.items():
            name = f"{prefix}{key}"
            if isinstance(inner, dict) and inner:
                self._flatten(inner, f"{name}.", flat, depth=depth + 1)
                continue
            if name in flat:
                message = f"two values for {name!r}"
                raise ValueError(message)
            if name not in self._names and len(self._names) + len(flat) >= self._limits.max_columns:
                message = f"more than {self._limits.max_columns} different fields in the file"
                raise ValueError(message)
            flat[name] = _text(inner)


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _dump(value)


def _dump(value: Any) -> str:
    """JSON text of a list or an empty object; `json.dumps` would write our numbers as strings."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_dump, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {_dump(at)}" for key, at in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "a field appears twice in one object"
        raise ValueError(message)
    return found


def _no_constant(name: str) -> Any:
    message = f"{name} is no JSON number"
    raise ValueError(message)
