"""XES event logs, plain or gzip-compressed: one record an event, in the order of the file.

Not set-based: XML has to be walked element by element. It is streamed through expat once, as far as events are
asked for, into batches of columns on disk (`spool`), so memory does not grow with the log. Columns are named as
process-mining tools name them: an attribute of the trace is `case:` + its key (`case:concept:name`), an
attribute of the event is its key (`concept:name`, `time:timestamp`). Values are text as written; an absent
attribute is null. Lists, containers and attributes of attributes are left out and counted in a note.
DOCTYPE and entities are forbidden, nothing is fetched, and depth and size are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers import expat

from safar.domain.wording import counted
from safar.files.reading_errors import FileDamaged, FileEmpty, ForbiddenXml, FormatMismatch, TooLarge
from safar.files.records import FileFormat, Limits, ReadOptions
from safar.files.spool import Parsed, SpooledSource
from safar.files.unpacking import chunks

if TYPE_CHECKING:
    from collections.abc import Callable

_Values = dict[str, str | None]
_VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})
_HELD_EVENTS = 200_000
"""Events of one trace that wait for attributes of the trace that follow them."""


class XesSource(SpooledSource):
    """One event log."""

    format = FileFormat.XES

    columns_come_late = True

    def __init__(self, path: Path, *, options: ReadOptions, limits: Limits) -> None:
        super().__init__(path, options=options, limits=limits)
        with self.closing_on_error():
            self._begin(self._parse())

    def _parse(self) -> Iterator[Parsed]:
        walker = _Walker(self.path, self.limits)
        size = self.path.stat().st_size
        parser = expat.ParserCreate()
        parser.buffer_text = False
        walker.listen(parser)
        fed = 0
        for chunk in chunks(self.path, limits=self.limits, on_read=lambda done: self._tell(done, size)):
            fed += len(chunk)
            self._feed(parser, chunk)
            # What expat has not finished is one tag or text: it is kept in memory, so it is bounded.
            if fed - parser.CurrentByteIndex > self.limits.max_line + len(chunk):
                raise TooLarge(f"{self.path}: one element is longer than {self.limits.max_line} bytes.")
            yield from walker.take()
        self._feed(parser, b"", last=True)
        yield from walker.take()
        if walker.skipped:
            self.notes.append(
                f"{walker.skipped} nested attributes (lists, containers, attributes of attributes) left out."
            )
        if walker.traces and not walker.events:
            raise FileEmpty(f"{self.path}: the event log has {counted(walker.traces, 'trace')} but no events.")
        self.notes.append(f"{walker.traces} traces.")

    def _feed(self, parser: expat.XMLParserType, chunk: bytes, *, last: bool = False) -> None:
        try:
            parser.Parse(chunk, last)
        except expat.ExpatError as cause:
            message = (
                f"{self.path}, line {cause.lineno}: the XML is broken or cut off: {expat.ErrorString(cause.code)}."
            )
            raise FileDamaged(message) from cause
        except (LookupError, ValueError) as cause:
            raise FileDamaged(f"{self.path}: the XML cannot be read: {cause}") from cause


class _Walker:
    """Follows the elements and gathers one record an event."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._ready: list[tuple[_Values, list[tuple[_Values, int]]]] = []
        self._taken = 0
        self._limits = limits
        self._stack: list[str] = []
        self._trace: _Values = {}
        self._event: _Values = {}
        self._held: list[tuple[_Values, int]] = []
        self._flushed: tuple[str, ...] | None = None
        self._event_line = 0
        self._known: set[str] = set()
        self._line: Callable[[], int] = lambda: 0
        self.skipped = 0
        self.traces = 0
        self.events = 0

    def listen(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._forbidden
        parser.EntityDeclHandler = self._forbidden
        parser.ExternalEntityRefHandler = self._forbidden
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._line = lambda: parser.CurrentLineNumber

    def _forbidden(self, *_: object) -> int:
        raise ForbiddenXml(f"{self._path}: the XML holds a DOCTYPE or entities.")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        stack = self._stack
        name = tag.rpartition(":")[2]
        parent = stack[-1] if stack else ""
        depth = len(stack)
        if depth == 0 and name != "log":
            raise FormatMismatch(f"{self._path}: the XML is no event log: its root is <{tag[:80]}>.")
        if depth >= self._limits.max_depth:
            raise TooLarge(f"{self._path}: elements are nested deeper than {self._limits.max_depth}.")
        stack.append(name)
        if name == "event" and parent in ("trace", "log"):
            self._event = {}
            self.events += 1
            self._event_line = self._line()
        elif name == "trace" and parent == "log":
            self._trace, self._held, self._flushed = {}, [], None
            self.traces += 1
        elif name in _VALUES and parent in ("event", "trace") and "key" in attributes:
            self._attribute(parent, attributes)
        elif depth > 2 and stack[1] == "trace":
            self.skipped += 1

    def _attribute(self, parent: str, attributes: dict[str, str]) -> None:
        key = attributes["key"] if parent == "event" else f"case:{attributes['key']}"
        if key not in self._known:
            if len(self._known) >= self._limits.max_columns:
                raise TooLarge(f"{self._path}: more than {self._limits.max_columns} different attributes.")
            self._known.add(key)
        target = self._event if parent == "event" else self._trace
        target[key] = attributes.get("value")

    def _end(self, _tag: str) -> None:
        stack = self._stack
        name = stack.pop()
        parent = stack[-1] if stack else ""
        if name == "event" and parent == "trace":
            self._held.append((self._event, self._event_line))
            if len(self._held) >= _HELD_EVENTS:
                self._flush()
        elif name == "event" and parent == "log":
            self._ready.append(({}, [(self._event, self._event_line)]))
        elif name == "trace" and parent == "log":
            self._flush()

    def _flush(self) -> None:
        names = tuple(self._trace)
        if self._flushed is not None and self._flushed != names:
            raise TooLarge(f"{self._path}: a trace of over {_HELD_EVENTS} events has attributes after its events.")
        self._flushed = names
        self._ready.append((self._trace, self._held))
        self._held = []

    def take(self) -> Iterator[Parsed]:
        """The events that are complete, in the order of the file, each once."""
        ready, self._ready = self._ready, []
        for trace, events in ready:
            for event, line in events:
                self._taken += 1
                yield Parsed({**trace, **event}, self._taken, line)
