"""A vectorized look at a delimited file, independent of the engine that will parse it.

It counts records outside quotes, and says whether the file is *regular*: every quote opens right after a
delimiter or line end and closes right before one, line ends are all alike, no record is too long, no NUL. Only
then is the number of quotes before a line end enough to know whether it ends a record, and only then may the
engine's fast parser be trusted with the file. Everything else goes the careful way (`repair`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from safar.files.delimited.dialect import Dialect

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CHUNK = 1024**2
_LF, _CR = 10, 13


@dataclass(slots=True)
class Scan:
    """What the look found. `records` counts the header, if there is one, and no blank lines."""

    strange: str = ""
    records: int = 0
    longest: int = 0
    even: bool = True
    """Whether record k starts on line k: no line ends inside values, no blank lines."""
    blanks: int = 0


@dataclass(slots=True)
class _State:
    dialect: Dialect
    scan: Scan
    limit: int
    on_lines: Callable[[int, NDArray[np.int64]], None] | None
    lines: int = 0
    """Line ends seen so far."""
    length: int = 0
    """Bytes of the record that a chunk's end cut."""
    start_line: int = 1
    inside: bool = False
    crlf: set[bool] = field(default_factory=set)


def scan_file(
    path: Path,
    dialect: Dialect,
    *,
    limit: int,
    skip_lines: int = 0,
    on_lines: Callable[[int, NDArray[np.int64]], None] | None = None,
    on_read: Callable[[int], None] | None = None,
) -> Scan:
    """Look through a UTF-8 file. `on_lines` gets (first record, lines where each record starts) chunk by chunk."""
    scan = Scan()
    if not dialect.plain:
        scan.strange = "its dialect is not a plain one"
        return scan
    state = _State(dialect, scan, limit, on_lines)
    done = 0
    with path.open("rb") as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        for _ in range(skip_lines):
            skipped = file.readline(limit)
            if not skipped.endswith(b"\n") or b"\r" in skipped.removesuffix(b"\n")[:-1]:
                scan.strange = "a line to skip has no plain end"
                return scan
            state.lines += 1
        state.start_line = state.lines + 1
        while chunk := file.read(_CHUNK):
            if not chunk.endswith(b"\n"):
                # Only whole lines: then what stands before and after a quote is always in the chunk.
                rest = file.readline(limit + 1)
                if len(rest) > limit:
                    scan.strange = "a line is longer than the limit"
                    return scan
                chunk += rest
            done += len(chunk)
            _look(chunk, state)
            if scan.strange:
                return scan
            if on_read is not None:
                on_read(done)
    if state.inside:
        scan.strange = "a quote is never closed"
    elif len(state.crlf) > 1:
        scan.strange = "its line ends are mixed"
    return scan


def _look(chunk: bytes, state: _State) -> None:
    import numpy as np

    scan, quote = state.scan, state.dialect.quote
    whole = chunk if chunk.endswith(b"\n") else chunk + b"\n"  # the last line of a file may have no end
    if b"\0" in chunk:
        scan.strange = "it holds NUL bytes"
        return
    data = np.frombuffer(whole, dtype=np.uint8)
    returns = b"\r" in chunk
    special = data == _LF
    if quote and (quote in chunk or state.inside):
        special |= data == quote[0]
    if returns:
        special |= data == _CR
    at = np.flatnonzero(special)
    sign = data[at]
    is_quote = sign == quote[0] if quote else np.zeros(len(sign), dtype=bool)
    parity = (np.cumsum(is_quote) + state.inside) & 1
    if is_quote.any() and not _quotes_regular(data, at[is_quote], parity[is_quote] == 1, state.dialect):
        scan.strange = "a quote stands inside a value"
        return
    ends_line = sign == _LF
    if returns:
        is_cr = sign == _CR
        pair = data[np.minimum(at + 1, len(data) - 1)] == _LF
        lone = is_cr & ~pair
        if (lone & (parity == 0)).any():
            scan.strange = "a carriage return ends a record"
            return
        ends_line = ends_line | lone
    ends = (sign == _LF) & (parity == 0)
    where = at[ends]
    has_cr = (data[np.maximum(where - 1, 0)] == _CR) & (where > 0)
    for kind in (True, False):
        real = where if whole is chunk else where[where < len(chunk)]
        if (has_cr[: len(real)] == kind).any():
            state.crlf.add(kind)
    _records(where, has_cr, np.cumsum(ends_line)[ends], len(whole), state)
    state.lines += int(ends_line.sum())
    state.inside = bool(parity[-1])


def _quotes_regular(data: NDArray[np.uint8], at: NDArray[np.int64], opens: NDArray[np.bool_], dialect: Dialect) -> bool:
    """Whether every opening quote follows, and every closing one precedes, a delimiter, line end or quote."""
    import numpy as np

    allowed = np.zeros(256, dtype=bool)
    allowed[[dialect.delimiter[0], dialect.quote[0], _LF, _CR]] = True
    opening = at[opens]
    before = data[np.maximum(opening - 1, 0)]
    if not (allowed[before] | (opening == 0)).all():
        return False
    return bool(allowed[data[at[~opens] + 1]].all())


def _records(
    where: NDArray[np.int64], has_cr: NDArray[np.bool_], lines: NDArray[np.int64], size: int, state: _State
) -> None:
    """Take the records that end at `where` into account; `lines` is the number of line ends up to each."""
    import numpy as np

    scan = state.scan
    if not len(where):
        state.length += size
        if state.length > state.limit:
            scan.strange = "a record is longer than the limit"
        return
    lengths = np.diff(where, prepend=-1)
    lengths[0] += state.length
    scan.longest = max(scan.longest, int(lengths.max()))
    if scan.longest > state.limit:
        scan.strange = "a record is longer than the limit"
        return
    filled = lengths > 1 + has_cr
    starts = np.empty(len(where), dtype=np.int64)
    starts[0] = state.start_line
    starts[1:] = state.lines + lines[:-1] + 1
    state.start_line = state.lines + int(lines[-1]) + 1
    state.length = size - 1 - int(where[-1])
    starts = starts[filled]
    scan.blanks += len(where) - len(starts)
    if scan.even and (len(starts) < len(where) or not _consecutive(starts, scan.records + 1)):
        scan.even = False
    if state.on_lines is not None:
        state.on_lines(scan.records, starts)
    scan.records += len(starts)


def _consecutive(starts: NDArray[np.int64], first: int) -> bool:
    return len(starts) == 0 or (int(starts[0]) == first and int(starts[-1]) == first + len(starts) - 1)
