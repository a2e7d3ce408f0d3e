"""JSON lines: one object a line, nested objects flattened with dots, every value as text.

Not set-based: each line is parsed by itself, so that a bad one can be set aside. Lines are parsed as they are asked
for, into batches of columns on disk (`spool`); a field may appear first in any line, so columns are known for sure
when the whole file was read.
Text stays as it is, numbers keep the digits they were written with, true and false are words, a list is its
JSON text; null and an absent field are null.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safar.files.delimited.repair import NOT_TEXT, read_lines
from safar.files.reading_errors import FileEmpty, FormatMismatch, WrongEncoding
from safar.files.records import FileFormat, Limits, ReadOptions, Reject
from safar.files.spool import Parsed, SpooledSource, raw_text
from safar.files.text import TextFile

if TYPE_CHECKING:
    from collections.abc import Callable


class JsonLinesSource(SpooledSource):
    """One file of JSON lines, plain or gzip-compressed."""

    format = FileFormat.JSONL

    columns_come_late = True

    def __init__(self, path: Path, *, options: ReadOptions, limits: Limits) -> None:
        super().__init__(path, options=options, limits=limits)
        self._undecodable = 0
        with self.closing_on_error():
            self._begin(self._parse(TextFile(path, options=options, limits=limits)))

    def _parse(self, text: TextFile) -> Iterator[Parsed | Reject]:
        flatten = _Flattener(self.limits)
        limit = self.limits.max_line
        record = 0
        stream = text.open(lambda done: self._tell(done, text.size))
        for line in read_lines(stream, limit=limit, cr_ends=False):
            body = line.raw.strip(b" \t\r\n")
            if not body and line.size <= limit:
                continue
            record += 1
            values, reason = None, f"the line is longer than {limit} bytes"
            if line.size <= limit:
                values, reason = flatten(body)
            if values is not None:
                yield Parsed(values, record, line.number)
                continue
            self._undecodable += reason == NOT_TEXT
            yield Reject(record, line.number, None, raw_text(line.raw.rstrip(b"\r\n")), reason)

    def _check(self) -> None:
        records = self._seen
        if records == 0:
            raise FileEmpty(f"{self.path}: the file holds no line with an object.")
        if self._undecodable * 2 > records:
            raise WrongEncoding(f"{self.path}: {self._undecodable} of {records} lines are not text in the encoding.")
        if self._spool.count == 0:
            message = f"{self.path}: none of its {records} lines is a JSON object on one line."
            raise FormatMismatch(message, next_step="Write one object a line; a JSON array is not JSON lines.")


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
