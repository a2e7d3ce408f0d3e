"""Taking every record that names a person out of a file, and leaving the others byte for byte as they were.

What cannot be taken apart for sure (an unknown encoding or way of quoting, a compressed file) goes as a whole when it
names the person: a part of a record that stays behind is the person's, too.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import duckdb

from safar import sql
from safar.log import disk

_LONGEST = 16 * 1024**2
"""Characters of a record; in what is longer, a quote was opened that nobody closes."""
_PIECE = 1024**2
_SIGNS = ",;\t|"
"""What may stand between values."""
_BETWEEN = r"[ \u00a0()./+-]{0,3}"
"""What people write between the digits of a telephone number."""
_SPACED, _TOLD = 6, 4
"""Digits that an identifier must have to be found with such signs between them, and as all the digits of a value."""
_AMOUNT = re.compile(r"\s*[+-]?[0-9]+[.,][0-9]{1,2}\s*")
_QUOTED = re.compile(rf'(?:^\ufeff?|(?<=[{_SIGNS}])) *"[^"]*(?:""[^"]*)*" *(?=[{_SIGNS}\r\n]|$)')
_UNSURE = re.compile(rf"(?:^|[{_SIGNS}])[ ]*'(?:[^'\r\n]|'')*\r?$|\\\r?$", re.MULTILINE)
"""A single quote that is open at the end of a line, or a line that a backslash continues."""
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNICODE = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_OLD = (*(f"cp{number}" for number in (*range(1250, 1259), 437, 850, 866, 932, 949)), "gb18030", "big5", "koi8-r")
_ASIDE = "set_aside_part"
_SHOWN = ("value", "person")
_COUNTED = frozenset(f"set_aside_{name}" for name in ("record", "line", "guess", "looked_up"))
"""Columns of rows set aside that hold our own numbers and marks."""


class _UntoldError(Exception):
    """Where the file's records end cannot be told."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What names the person. An identifier counts where it stands alone: "C-12" is not in "C-123".

    alternatives: a pattern of all of them. digits: those of digits alone, known as all the digits of a value.
    """

    identifiers: tuple[str, ...]
    alternatives: str
    pattern: re.Pattern[str]
    digits: frozenset[str]

    @classmethod
    def of(cls, identifiers: Sequence[str]) -> Wanted:
        """All that is to be searched for."""
        told = [re.escape(one) for one in identifiers]
        numbers = [one for one in identifiers if re.fullmatch(f"[0-9]{{{_TOLD},}}", one)]
        told += [_BETWEEN.join(one) for one in numbers if len(one) >= _SPACED]
        alternatives = "|".join(told)
        alone = re.compile(rf"(?<![0-9A-Za-z_])(?:{alternatives})(?![0-9A-Za-z_])", re.IGNORECASE)
        return cls(tuple(identifiers), alternatives, alone, frozenset(numbers))

    def told(self, text: str) -> bool:
        """Whether a text names the person."""
        return self.pattern.search(text) is not None

    def names(self, cell: str) -> bool:
        """Whether a value names the person, or has the digits of their number; an amount is no number of a person."""
        if self.told(cell):
            return True
        if not self.digits or _AMOUNT.fullmatch(cell):
            return False
        return re.sub("[^0-9]", "", cell) in self.digits

    def in_record(self, record: str) -> bool:
        """Whether a record of unknown columns names the person."""
        if self.told(record) or ('""' in record and self.told(record.replace('""', '"'))):
            return True
        return bool(self.digits) and any(self.names(piece) for piece in re.split(rf'[{_SIGNS}\r\n"]', record))


def scrub(connection: duckdb.DuckDBPyConnection, path: Path, wanted: Wanted) -> int:
    """Take every record that names the person out of a file; returns 1 if the file changed.

    Compressed or unknown kinds of file cannot be searched and edited: they are deleted when they hold the bytes, and
    always when compressed. So is a text whose records cannot be told apart for sure, when it names the person.
    """
    editors: dict[str, Callable[[Path, Wanted], bool]] = {
        ".csv": _scrub_text,
        ".tsv": _scrub_text,
        ".tab": _scrub_text,
        ".txt": _scrub_text,
        ".json": _scrub_json,
        ".jsonl": _scrub_json_lines,
        ".ndjson": _scrub_json_lines,
    }
    kind, start = path.suffix.lower(), _start(path, 4)
    if kind in {".gz", ".xlsx", ".xlsm", ".zip", ".zst"} or start.startswith(_PACKED):
        path.unlink()
        return 1
    if kind in (".parquet", ".pq") or start == b"PAR1":
        return int(_scrub_parquet(connection, path, wanted))
    if kind == ".csv" and path.name.startswith("set-aside") and (between := _delimiter(path)):
        return int(_scrub_aside(path, wanted, between))
    if kind in editors:
        return int(editors[kind](path, wanted))
    return int(_drop_held(path, wanted))


def rewrite_parquet(connection: duckdb.DuckDBPyConnection, path: Path, select: str) -> None:
    """Put the rows of a SELECT in a file's place."""
    pending = path.with_name(f".{path.name}.pending")
    connection.execute(f"COPY ({select}) TO {sql.literal(str(pending))} (FORMAT parquet, COMPRESSION zstd)")
    disk.sync_file(pending)
    pending.replace(path)
    disk.sync_folder(path.parent)


def _scrub_parquet(connection: duckdb.DuckDBPyConnection, path: Path, wanted: Wanted) -> bool:
    source = f"read_parquet({sql.literal(str(path))})"
    texts = [str(d[0]) for d in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
    pattern = sql.literal(rf"(?i)(^|[^0-9A-Za-z_])(?:{wanted.alternatives})($|[^0-9A-Za-z_])")
    named = (
        " OR ".join(f"coalesce(regexp_matches({sql.quoted(t)}::VARCHAR, {pattern}), false)" for t in texts) or "false"
    )
    row = connection.execute(f"SELECT count_if({named}) FROM {source}").fetchone()
    if row is None or not row[0]:
        return False
    rewrite_parquet(connection, path, f"SELECT * FROM {source} WHERE NOT ({named})")
    return True


def _start(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _drop_held(path: Path, wanted: Wanted) -> bool:
    """Remove a file that holds an identifier, in whatever encoding and letters; by pieces, as it may be large."""
    forms = {
        form
        for one in wanted.identifiers
        for written in (one, one.lower(), one.upper())
        for name in (_UNICODE if one.isascii() else _UNICODE + _OLD)
        if (form := _encoded(written, name))
    }
    pattern = re.compile(b"|".join(re.escape(form) for form in forms), re.IGNORECASE)
    most, kept = max(map(len, forms)), b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            kept = kept[-most:] + piece
            if pattern.search(kept):
                break
        else:
            return False
    path.unlink()
    return True


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeError:
        return b""


def _encoding(path: Path) -> str:
    """The encoding of a text, as its first bytes tell it; any other is read as UTF-8 with strange bytes kept."""
    start = _start(path, 4096)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    even, odd = start[0::2], start[1::2]
    if odd.count(0) * 2 > len(odd) > 0:
        return "utf-16-le"
    return "utf-16-be" if even.count(0) * 2 > len(even) > 0 else "utf-8"


def _edited(path: Path, encoding: str, wanted: Wanted, kept: Callable[[TextIO, TextIO], bool | None]) -> bool:
    """Write what `kept` copies into the file's place, when it says that a record is gone; None where it is not sure."""
    pending = path.with_name(f".{path.name}.pending")
    errors = "surrogateescape" if encoding == "utf-8" else "strict"
    changed: bool | None
    try:
        with (
            path.open(newline="", encoding=encoding, errors=errors) as source,
            pending.open("w", newline="", encoding=encoding, errors=errors) as target,
        ):
            changed = kept(source, target)
        if changed:
            disk.sync_file(pending)
            pending.replace(path)
            disk.sync_folder(path.parent)
            return True
    except (_UntoldError, UnicodeError, csv.Error):
        return _drop_held(path, wanted)
    finally:
        pending.unlink(missing_ok=True)
    if changed is None:
        path.unlink()
        return True
    return False


def _lines(source: TextIO) -> Iterator[str]:
    while line := source.readline(_LONGEST):
        if len(line) == _LONGEST:
            raise _UntoldError
        yield line


def _mark(record: str) -> str:
    """The byte order mark before the first record, which is the file's."""
    return "\ufeff" if record.startswith("\ufeff") else ""


def _delimiter(path: Path) -> str | None:
    """What stands between the values of rows set aside: what stands before the first column of ours."""
    found = re.search(rb'(.)"?' + _ASIDE.encode(), _start(path, _PIECE), re.DOTALL)
    sign = found.group(1).decode("ascii", "replace") if found else ""
    return sign if sign and sign in _SIGNS else None


def _scrub_aside(path: Path, wanted: Wanted, between: str) -> bool:
    """Rows set aside are always written in one way, but for what stands between the values."""

    def kept(source: TextIO, target: TextIO) -> bool:
        dropped, taken = False, list[str]()
        searched: list[int] | None = None

        def fed() -> Iterator[str]:
            for line in _lines(source):
                taken.append(line)
                yield line

        for row in csv.reader(fed(), delimiter=between):
            if searched is None:
                searched = [at for at, name in enumerate(row) if name not in _COUNTED]
                target.writelines(taken)
            elif any(wanted.names(row[at]) for at in searched if at < len(row)):
                dropped = True
            else:
                target.writelines(taken)
            taken.clear()
        return dropped

    old = csv.field_size_limit(2**31 - 1)
    try:
        return _edited(path, "utf-8", wanted, kept)
    finally:
        csv.field_size_limit(old)


def _scrub_text(path: Path, wanted: Wanted) -> bool:
    """Any delimited text: a record goes on where a quote is open at the end of a line, whatever the delimiter."""
    encoding = _encoding(path)
    told = all(one.isascii() for one in wanted.identifiers)

    def kept(source: TextIO, target: TextIO) -> bool | None:
        dropped, sure = False, True
        for record in _records(source):
            if wanted.in_record(record):
                dropped = True
                target.write(_mark(record))
            else:
                target.write(record)
            sure = sure and _is_sure(record)
            if not told and encoding == "utf-8" and re.search("[\udc80-\udcff]", record):
                raise _UntoldError  # its letters are in an old encoding: only their bytes can be compared
        return dropped if sure or not dropped else None

    return _edited(path, encoding, wanted, kept)


def _records(source: TextIO) -> Iterator[str]:
    taken, size, inside = list[str](), 0, False
    for line in _lines(source):
        taken.append(line)
        size += len(line)
        if size > _LONGEST:
            raise _UntoldError
        inside ^= bool(line.count('"') % 2)
        if not inside:
            yield "".join(taken)
            taken, size = [], 0
    if taken:
        raise _UntoldError


def _is_sure(record: str) -> bool:
    """Whether quotes stand only where values begin and end, so that the record is one."""
    if '"' in record:
        if '\\"' in record:
            return False
        record = _QUOTED.sub("", record)
    return '"' not in record and (not ("'" in record or "\\" in record) or _UNSURE.search(record) is None)


def _scrub_json_lines(path: Path, wanted: Wanted) -> bool:
    def kept(source: TextIO, target: TextIO) -> bool | None:
        dropped, sure = False, True
        for line in _lines(source):
            try:
                told = json.dumps(json.loads(line.removeprefix("\ufeff")), ensure_ascii=False) if line.strip() else ""
            except ValueError:
                told, sure = "", False
            if wanted.told(line) or wanted.told(told):
                dropped = True
                target.write(_mark(line))
            else:
                target.write(line)
        return dropped if sure or not dropped else None

    return _edited(path, _encoding(path), wanted, kept)


def _scrub_json(path: Path, wanted: Wanted) -> bool:
    try:
        held = json.loads(path.read_bytes())
    except ValueError:
        return _scrub_json_lines(path, wanted)
    clean = _without(held, wanted)
    if clean == held:
        return False
    disk.replace(path, json.dumps(clean, ensure_ascii=False, indent=1).encode())
    return True


def _without(value: Any, wanted: Wanted) -> Any:
    match value:
        case dict():
            # Of why rows were set aside: what a reason shows is somebody's, the reason itself is not.
            shown = _SHOWN if _names(value.get("person"), wanted) else ()
            return {k: None if k in shown else _without(v, wanted) for k, v in value.items() if not wanted.told(k)}
        case list():
            return [_without(v, wanted) for v in value if not _names(v, wanted)]
        case _:
            return None if _names(value, wanted) else value


def _names(value: Any, wanted: Wanted) -> bool:
    """Whether a plain value, or a record of plain values, names the person."""
    match value:
        case dict():
            return any(not isinstance(v, dict | list) and _names(v, wanted) for v in value.values())
        case list():
            return any(not isinstance(v, dict | list) and _names(v, wanted) for v in value)
        case None | bool():
            return False
        case _:
            return wanted.told(str(value))
