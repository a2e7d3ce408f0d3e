"""What is looked at before a workbook is opened, because opening it takes the memory that it asks for.

The archive is unpacked once, counted and thrown away, so that its directory cannot lie about sizes; the chosen
sheet is streamed through expat to find how large its grid really is (two far-apart cells would make a parser
fill a grid of billions) and which cells hold an error or a formula without a stored value.
"""

from __future__ import annotations

import copy
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from safar.files.reading_errors import (
    BadReadOption,
    FileDamaged,
    ForbiddenXml,
    FormatMismatch,
    TooLarge,
    UnpacksTooFar,
)
from safar.files.records import Limits

_CHUNK = 256 * 1024
_FREE = 16 * 1024**2
_ENTRIES = 10_000
_MAX_ROW, _MAX_COLUMN = 1_048_576, 16_384
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell whose value cannot be used: where (from 1), what it shows and why."""

    column: int
    shown: str
    reason: str


@dataclass(slots=True)
class SheetShape:
    """How large the grid is, and the first bad cell of each row that has one."""

    name: str
    others: tuple[str, ...] = ()
    rows: int = 0
    columns: int = 0
    bad: dict[int, BadCell] = field(default_factory=dict)


def inspect(path: Path, *, sheet: str | int | None, limits: Limits) -> SheetShape:
    """Check the whole archive and the chosen sheet.

    Raises: FileDamaged, UnpacksTooFar, TooLarge, ForbiddenXml, FormatMismatch, BadReadOption (no such sheet).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_archive(archive, path, limits=limits)
            name, part, others = _find_sheet(archive, path, sheet=sheet)
            shape = SheetShape(name, others)
            _Shaper(shape, path, limits).feed(_unpacked(archive, archive.getinfo(part)))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, KeyError) as cause:
        raise FileDamaged(f"{path}: this workbook is damaged or protected: {cause}") from cause
    return shape


def _check_archive(archive: zipfile.ZipFile, path: Path, *, limits: Limits) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise FormatMismatch(f"{path}: this is an archive, but no .xlsx workbook.")
    if len(entries) > _ENTRIES or len(names) < len(entries):
        raise FileDamaged(f"{path}: the archive has too many or repeated entries.")
    packed = max(path.stat().st_size, 1)
    total = 0
    for entry in entries:
        size, before = 0, b""
        for chunk in _unpacked(archive, entry):
            size += len(chunk)
            total += len(chunk)
            if total > min(limits.max_sheet, limits.max_unpacked) or (
                total > _FREE and total > packed * limits.max_ratio
            ):
                raise UnpacksTooFar(f"{path}: the workbook unpacks to over {total:,} bytes from {packed:,}.")
            if b"<!DOCTYPE" in before[-16:] + chunk or b"<!ENTITY" in before[-16:] + chunk:
                raise ForbiddenXml(f"{path}: {entry.filename} holds a DOCTYPE or entities.")
            before = chunk
        if size != entry.file_size:
            raise FileDamaged(f"{path}: {entry.filename} is not of the size that the archive says.")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's true bytes; the size that the archive's directory claims is not believed."""
    honest = copy.copy(entry)
    honest.file_size = 1 << 62
    with archive.open(honest) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _find_sheet(archive: zipfile.ZipFile, path: Path, *, sheet: str | int | None) -> tuple[str, str, tuple[str, ...]]:
    """(name, part, names of the other sheets) of the sheet that was asked for, or the first visible one."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str, bool]] = []

    def relation(tag: str, at: dict[str, str]) -> None:
        if tag == "Relationship" and at.get("Type", "").endswith("/worksheet"):
            targets[at.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", at.get("Target", ""))).lstrip("/")

    def listed(tag: str, at: dict[str, str]) -> None:
        if tag == "sheet":
            key = next((value for name, value in at.items() if name.rpartition(":")[2] == "id"), "")
            sheets.append((at.get("name", ""), key, at.get("state", "visible") == "visible"))

    _walk(_unpacked(archive, archive.getinfo("xl/_rels/workbook.xml.rels")), path, start=relation)
    _walk(_unpacked(archive, archive.getinfo("xl/workbook.xml")), path, start=listed)
    found = [(name, targets[key], visible) for name, key, visible in sheets if key in targets]
    if not found:
        raise FileDamaged(f"{path}: the workbook has no sheet of cells.")
    names = tuple(name for name, _, _ in found)
    if sheet is None:
        chosen = next((one for one in found if one[2]), found[0])
    elif isinstance(sheet, int):
        if not 1 <= sheet <= len(found):
            raise BadReadOption(f"{path}: there is no sheet {sheet}; the workbook has {len(found)}.")
        chosen = found[sheet - 1]
    else:
        matches = [one for one in found if one[0] == sheet]
        if not matches and sheet.isdecimal() and 1 <= int(sheet) <= len(found):
            matches = [found[int(sheet) - 1]]
        if not matches:
            raise BadReadOption(f"{path}: there is no sheet {sheet!r}; the workbook has {', '.join(names)}.")
        chosen = matches[0]
    return chosen[0], chosen[1], tuple(name for name in names if name != chosen[0])


def _walk(
    chunks: Iterator[bytes],
    path: Path,
    *,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    def forbidden(*_: object) -> int:
        raise ForbiddenXml(f"{path}: the workbook holds a DOCTYPE or entities.")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = forbidden
    parser.StartElementHandler = lambda tag, at: start(tag.rpartition(":")[2], at)
    if end is not None:
        finish = end
        parser.EndElementHandler = lambda tag: finish(tag.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as cause:
        raise FileDamaged(f"{path}: the workbook's XML is broken: {expat.ErrorString(cause.code)}.") from cause


class _Shaper:
    """Follows the cells of one sheet."""

    def __init__(self, shape: SheetShape, path: Path, limits: Limits) -> None:
        self._shape, self._path, self._limits = shape, path, limits
        self._row = self._column = 0
        self._kind = ""
        self._formula = self._inside = self._filled = False
        self._value = ""

    def feed(self, chunks: Iterator[bytes]) -> None:
        _walk(chunks, self._path, start=self._start, end=self._end, text=self._text)

    def _start(self, tag: str, at: dict[str, str]) -> None:
        if tag == "c":
            self._column += 1
            self._kind, self._formula, self._filled, self._value = at.get("t", ""), False, False, ""
            if (place := at.get("r")) is not None:
                self._row, self._column = self._place(place)
        elif tag == "row":
            given = at.get("r")
            self._row = int(given) if given is not None and given.isdecimal() and len(given) < 9 else self._row + 1
            self._column = 0
        elif tag == "f":
            self._formula = True
        elif tag in ("v", "is"):
            self._inside = tag == "v"
            # Writers that do not calculate leave an empty value with each formula. A calculated empty text says that
            # it is a text, and one without a formula is just an empty cell.
            self._filled = self._filled or tag == "is" or not self._formula or self._kind == "str"

    def _text(self, text: str) -> None:
        if not self._inside:
            return
        self._filled = self._filled or bool(text.strip())
        if self._kind == "e" and len(self._value) < 100:
            self._value += text

    def _end(self, tag: str) -> None:
        if tag == "v":
            self._inside = False
        elif tag == "c" and (self._filled or self._formula):
            self._cell()

    def _cell(self) -> None:
        shape = self._shape
        if not (1 <= self._row <= _MAX_ROW and 1 <= self._column <= _MAX_COLUMN):
            raise FileDamaged(f"{self._path}: sheet {shape.name!r} has a cell outside the largest sheet.")
        shape.rows = max(shape.rows, self._row)
        shape.columns = max(shape.columns, self._column)
        if shape.rows * shape.columns > self._limits.max_cells:
            raise TooLarge(f"{self._path}: sheet {shape.name!r} spans more than {self._limits.max_cells:,} cells.")
        if self._kind == "e":
            bad = BadCell(self._column, self._value, f"the cell shows the error {self._value}")
        elif self._formula and not self._filled:
            bad = BadCell(self._column, "", "the cell is a formula without a stored value")
        else:
            return
        shape.bad.setdefault(self._row, bad)

    def _place(self, place: str) -> tuple[int, int]:
        found = _CELL.match(place)
        if found is None:
            raise FileDamaged(f"{self._path}: sheet {self._shape.name!r} has a cell at {place[:20]!r}.")
        column = 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - 64
        return int(found[2]), column
