"""The careful way through a delimited file: record by record, for files that are not regular.

Slower than the engine's parser (a Python step a record), and only taken where `scan` found something strange
or the engine refused. The rules, in the order they are applied:

- A line ends with LF, CRLF or a lone CR. Blank lines between records are no records.
- A record is one line, or several where a quoted value goes over line ends.
- Text after a closing quote, or a quote that never closes within the longest allowed record, spoils only the
  line where the record starts: it is set aside and reading goes on with the next line, so that one bad quote
  cannot swallow good records.
- A well-quoted record with too few or too many values is set aside whole, with all its lines.
- A line that is too long, holds NUL bytes or bytes that are no text is set aside.
- A quote inside an unquoted value is kept as it is.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from safar.files.delimited.dialect import Dialect
from safar.files.encoding import decodable
from safar.files.reading_errors import BadReadOption
from safar.files.records import RAW_LIMIT

NOT_TEXT = "bytes that are not text in this encoding"
_READ = 1024**2
_WORK = 24
"""How often a byte may be looked at again (after bad quotes) before the dialect is called wrong."""


@dataclass(frozen=True, slots=True)
class Split:
    """One record of the file: its values, or why it has none. `raw` lacks the last line end."""

    line: int
    raw: bytes
    values: list[bytes] | None
    reason: str = ""
    regular: bool = False
    """It was seen in one step to be well quoted and of the right width; `values` is left empty."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    raw: bytes
    """With its end; of a line that is too long only the beginning."""
    size: int
    offset: int


class Stream(Protocol):
    """What lines are read from: gives some more bytes, of about the size asked for, and none at the end."""

    def read(self, size: int, /) -> bytes: ...


def read_lines(file: Stream, *, limit: int, cr_ends: bool = True) -> Iterator[_Line]:
    """Physical lines with bounded memory. `cr_ends`: a lone carriage return ends a line too."""
    number, offset, at = 1, 0, 0
    buffer, dropped, kept = b"", 0, b""
    lone = -1 if cr_ends else sys.maxsize  # where the next CR is; looked for once, not once a line
    while True:
        end = buffer.find(b"\n", at)
        if lone < at:
            lone = buffer.find(b"\r", at)
            lone = len(buffer) if lone < 0 else lone
        # A CR at the very end may be half of a CRLF: more has to be read before it can be told.
        if lone < len(buffer) - 1 and (end < 0 or lone < end - 1):
            end = lone
        if end >= 0:
            raw = buffer[at : end + 1]
            size = dropped + len(raw)
            yield _Line(number, kept if dropped else raw, size, offset)
            number, offset, at, dropped, kept = number + 1, offset + size, end + 1, 0, b""
            continue
        rest = buffer[at:]
        if len(rest) + dropped > limit and not rest.endswith(b"\r"):
            kept = kept or rest[:RAW_LIMIT]
            dropped += len(rest)
            rest = b""
        more = file.read(max(_READ, len(rest)))
        if not more:
            if rest or dropped:
                yield _Line(number, kept if dropped else rest, dropped + len(rest), offset)
            return
        buffer, at = rest + more, 0
        lone = -1 if cr_ends else sys.maxsize


class Splitter:
    """Splits physical lines into records by one dialect."""

    def __init__(self, dialect: Dialect, *, limit: int, path: Path, width: int = 0) -> None:
        """`width`: see regular records of so many values in one step, without taking their values."""
        self.dialect = dialect
        self.limit = limit
        self.path = path
        self._looked = 0
        delimiter, quote, escape = (re.escape(sign) for sign in (dialect.delimiter, dialect.quote, dialect.escape))
        self._regular: re.Pattern[bytes] | None = None
        if dialect.plain and quote and width:
            # Possessive, so that a line that does not match fails in one pass.
            field = quote + rb"[^" + quote + rb"]*+(?:" + quote * 2 + rb"[^" + quote + rb"]*+)*+" + quote
            field = rb"(?:" + field + rb"|[^\r\n" + quote + delimiter + rb"]*+)"
            self._regular = re.compile(field + rb"(?:" + delimiter + field + rb"){%d}" % (width - 1))
        if escape:
            inner = rb"(?>(?:[^" + quote + escape + rb"]+|" + escape + rb".|" + quote + quote + rb")*)"
            bare = rb"(?>(?:(?!" + delimiter + rb")[^\r\n" + escape + rb"]|" + escape + rb"(?:\r\n|.))*)"
        else:
            inner = rb"(?>(?:[^" + quote + rb"]+|" + quote + quote + rb")*)"
            bare = rb"(?>(?:(?!" + delimiter + rb")[^\r\n])*)"
        if len(dialect.delimiter) == 1 and not escape:
            bare = rb"[^\r\n" + delimiter + rb"]*"
        self._bare = re.compile(rb"(?s)" + bare)
        self._inner = re.compile(rb"(?s)" + inner) if quote else None
        self._unescape = re.compile(rb"(?s)" + escape + rb"(.)") if escape else None

    def split(self, lines: Iterator[_Line]) -> Iterator[Split]:
        """All records of the lines, in order. Every line is in exactly one record, or blank."""
        ahead: deque[_Line] = deque()
        while True:
            line = ahead.popleft() if ahead else next(lines, None)
            if line is None:
                return
            raw = line.raw
            if line.size > self.limit:
                yield Split(line.number, raw[:RAW_LIMIT], None, f"the line is longer than {self.limit} bytes")
                continue
            body = _chomped(raw)
            if not body:
                continue
            if b"\0" in body:
                yield Split(line.number, body, None, "the record holds a NUL byte")
                continue
            if not self.dialect.escape and (not self.dialect.quote or self.dialect.quote not in body):
                yield Split(line.number, body, body.split(self.dialect.delimiter))
                continue
            if self._regular is not None and self._regular.fullmatch(body):
                yield Split(line.number, body, [], regular=True)
                continue
            yield self._quoted(line, lines, ahead)

    def _quoted(self, first: _Line, lines: Iterator[_Line], ahead: deque[_Line]) -> Split:
        """The record that starts on a line with quotes; further lines it does not need go back to `ahead`."""
        parts, size = [first.raw], first.size
        waiting, fresh = iter(ahead), 0
        pending = True
        while True:
            if pending:
                whole = b"".join(parts)
                values, trouble = self._values(whole)
                self._work(len(whole), first)
                if values is not None or trouble:
                    break
            line = next(waiting, None) if not fresh else None
            if line is None and (line := next(lines, None)) is not None:
                ahead.append(line)
                fresh += 1
            if line is None or size + line.size > self.limit:
                values, trouble = None, "a quote is opened and never closed"
                self._work(size, first)
                break
            parts.append(line.raw)
            size += line.size
            pending = bool(self.dialect.escape) or self.dialect.quote in line.raw
        if values is None:
            return Split(first.number, _chomped(first.raw), None, trouble)
        for _ in parts[1:]:
            ahead.popleft()
        whole = _chomped(whole)
        if b"\0" in whole:
            return Split(first.number, whole, None, "the record holds a NUL byte")
        return Split(first.number, whole, values)

    def _work(self, size: int, line: _Line) -> None:
        self._looked += size
        if self._looked > _WORK * (line.offset + 4 * self.limit):
            message = (
                f"{self.path}: so many quotes are never closed, up to line {line.number}, that the quote is wrong."
            )
            raise BadReadOption(message, next_step='Tell the quote; quote = "" says that nothing is quoted.')

    def _values(self, raw: bytes) -> tuple[list[bytes] | None, str]:
        """Values of a whole record; (None, reason) if it is spoiled, (None, "") if it goes on."""
        dialect, values, at = self.dialect, [], 0
        quote, size = dialect.quote, len(raw)
        while True:
            if quote and self._inner is not None and raw.startswith(quote, at):
                inner = self._inner.match(raw, at + 1)
                end = inner.end() if inner is not None else at + 1
                if end >= size:
                    return None, ""
                if not raw.startswith(quote, end):
                    return None, ""  # an escape sign is the last byte so far
                value = raw[at + 1 : end].replace(quote * 2, quote)
                at = end + 1
            else:
                bare = self._bare.match(raw, at)
                end = bare.end() if bare is not None else at
                value = raw[at:end]
                at = end
            values.append(self._unescape.sub(rb"\1", value) if self._unescape is not None else value)
            if at >= size or raw[at] in b"\r\n":
                # A line end outside quotes that is not the last byte belongs to a line read too far.
                return (values, "") if len(raw[at:].rstrip(b"\r\n")) == 0 else (None, "text after a closing quote")
            if not raw.startswith(dialect.delimiter, at):
                if dialect.escape and raw.startswith(dialect.escape, at):
                    return None, ""
                return None, "text after a closing quote"
            at += len(dialect.delimiter)


def checked(split: Split, *, width: int) -> Split:
    """The record, or the same set aside because its values are not `width` or are no text."""
    if split.values is None:
        return split
    if not split.raw.isascii() and not decodable(split.raw):
        return Split(split.line, split.raw, None, NOT_TEXT)
    found = len(split.values)
    if found != width and not split.regular:
        few, many = f"too few values: {found} instead of {width}", f"too many values: {found} instead of {width}"
        return Split(split.line, split.raw, None, few if found < width else many)
    return split


def pieces(raw: str, dialect: Dialect, *, width: int) -> list[str]:
    """A guess at the `width` values of a record that is not well formed; what is too much stands in the last one."""
    delimiter, quote = dialect.delimiter.decode(), dialect.quote.decode()
    found = [one.strip(quote) if quote else one for one in raw.split(delimiter)]
    if quote and quote in raw and len(delimiter) == 1:
        read = list(csv.reader([raw.replace("\0", "")], delimiter=delimiter, quotechar=quote))
        # An unclosed quote swallows the values behind it: then the plain split is the better guess.
        if len(read) == 1 and abs(len(read[0]) - width) <= abs(len(found) - width):
            found = read[0]
    return found if len(found) <= width else [*found[: width - 1], delimiter.join(found[width - 1 :])]


def _chomped(raw: bytes) -> bytes:
    if raw.endswith(b"\r\n"):
        return raw[:-2]
    return raw[:-1] if raw.endswith((b"\n", b"\r")) else raw
