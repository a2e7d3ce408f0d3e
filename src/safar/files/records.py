"""What every reader gives: named columns, numbered records, and what was set aside.

A reader never turns a file into Python objects of its own: it loads it into a table of the caller's DuckDB
connection. Two numbers go with each record: `__record` counts records from 1, set-aside ones included;
`__line` is the line (for a sheet: the row) where the record starts, empty where that means nothing.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Self

from safar.files.reading_errors import EngineRefused, RecordsDoNotBalance, RowsUnreadable, TooLarge
from safar.settings import Settings
from safar.sql import quoted

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

RECORD = "__record"
LINE = "__line"
RAW_LIMIT = 64 * 1024
"""Most bytes of a set-aside record that are kept."""

Progress = Callable[[str, int, int, int], None]
"""Called with (what is being done, bytes done, bytes in all, records so far), perhaps from another thread."""


def told_as(what: str, total: int, progress: Progress | None) -> Callable[[int], None] | None:
    """Progress of one pass over a file, for those who only know how many bytes they have read."""
    return None if progress is None else lambda done: progress(what, done, total, 0)


class FileFormat(StrEnum):
    """Formats that can be read."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSONL = "jsonl"
    XES = "xes"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How to read; `None` means "find out". Options that a format has no use for are ignored by it.

    `quote=""` says that no value is quoted. `escape=None` is a doubled quote. `header=False` names the
    columns `column_1`, `column_2` …. `skip_lines` are physical lines before the header (for a sheet: rows).
    `sheet` is a name or a number from 1. `guess` lets a text that is no UTF-8 be read in the encoding that its letters
    speak for (`RecordSource.guessed`): for a proposal, never for an import.
    """

    encoding: str | None = None
    guess: bool = False
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    header: bool = True
    skip_lines: int = 0
    sheet: str | int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds that keep a hostile file from filling memory or disk. All in bytes, but for counts and the ratio."""

    max_line: int = 16 * 1024**2
    max_unpacked: int = 65_536 * 1024**2
    max_ratio: int = 200
    max_columns: int = 10_000
    max_cells: int = 20_000_000
    max_sheet: int = 1024**3
    max_depth: int = 64

    @classmethod
    def from_settings(cls, settings: Settings) -> Limits:
        """The bounds that a workspace has set."""
        return cls(
            max_line=settings.max_line_mb * 1024**2,
            max_unpacked=settings.max_unzipped_mb * 1024**2,
            max_ratio=settings.max_unzip_ratio,
        )


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How many records were read and what became of them: records = good + rejected, always.

    `whole`: these are all records of the file; False where only its beginning was asked for, and it goes on.
    """

    records: int
    good: int
    rejected: int
    whole: bool = True

    def __post_init__(self) -> None:
        if self.records != self.good + self.rejected:
            raise RecordsDoNotBalance(f"{self.records} records, but {self.good} good and {self.rejected} set aside.")


@dataclass(frozen=True, slots=True)
class Reject:
    """One record that was set aside: where it stood, which column (if one), its raw text and why."""

    record: int
    line: int | None
    column: str | None
    value: str
    reason: str


class RecordSource(ABC):
    """One opened file. Use it as a context manager: it may own temporary files."""

    format: FileFormat
    columns_come_late = False
    """Whether `columns` may grow while more of the file is read."""

    def __init__(self, path: Path, *, options: ReadOptions, limits: Limits) -> None:
        self.path = path
        self.options = options
        self.limits = limits
        self.notes: list[str] = []
        self.sheets: tuple[str, ...] = ()
        """Of a workbook with several sheets: the one that is read, then the others."""
        self.guessed: str | None = None
        """The encoding that was guessed from the letters."""
        self._folder: Path | None = None

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """Names of the source columns, made unique without regard to case; where they come late, those known yet."""

    @abstractmethod
    def load(
        self, con: duckdb.DuckDBPyConnection, table: str, progress: Progress | None = None, *, first: int | None = None
    ) -> LoadReport:
        """Make `table` (a temporary table or view) and the temporary table `<table>__rejects` in `con`.

        `first`: read so many records from the beginning alone, and no more of the file than they take.

        `table` has the source's columns as text (Parquet: as they are), `__record` and `__line`. An empty
        value stays an empty text; only what a format can say (JSON null, an absent attribute, an empty
        cell) is null. `<table>__rejects` has record, line, column, value (raw text) and reason.

        Call it outside an explicit transaction: a doubtful file is tried twice, and the first failure would
        abort the transaction. Raises: FileProblem; then neither table exists.
        """

    def load_whole(self, con: duckdb.DuckDBPyConnection, table: str) -> LoadReport:
        """`load` for those who need every record. Raises: RowsUnreadable where one was set aside, FileProblem."""
        report = self.load(con, table)
        if report.rejected:
            record, line, reason = con.execute(
                f"SELECT record, line, reason FROM {loaded_names(table)[2]} ORDER BY record LIMIT 1"
            ).fetchall()[0]
            where = f"record {record}" + (f" (line {line})" if line is not None else "")
            raise RowsUnreadable(
                f"{self.path}: {report.rejected:,} of {report.records:,} rows are broken; {where}: {reason}."
            )
        return report

    @abstractmethod
    def head(self, n: int) -> pa.Table:
        """The first `n` good records, with `__record` and `__line`, as an Arrow table."""

    def look_further(self, first: int | None = None, progress: Progress | None = None) -> bool:  # noqa: ARG002
        """Learn all columns of the file, or of its first records; False where nothing more can come."""
        return False

    def pieces(self, raw: str) -> list[str]:  # noqa: ARG002 - readers that can guess use it
        """A guess at the values of a record that was set aside whole, from its raw text; none where none can be made.

        Works on a closed source, too.
        """
        return []

    def close(self) -> None:
        """Remove temporary files."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _temporary(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="safar-read-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder


def loaded_names(table: str) -> tuple[str, str, str]:
    """Quoted names of what `load` makes besides `table`: its rows, its line numbers and its rejects."""
    return quoted(f"{table}__rows"), quoted(f"{table}__lines"), quoted(f"{table}__rejects")


def count_rows(con: duckdb.DuckDBPyConnection, name: str) -> int:
    """Rows of a temporary table. All results are fetched: DuckDB refuses other work before that."""
    ((count,),) = con.execute(f"SELECT count(*) FROM temp.{name}").fetchall()
    return int(count)


@contextmanager
def loading(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> Iterator[None]:
    """What stood under the name goes first; when anything fails, nothing is left under it."""
    import duckdb

    drop_loaded(con, table)
    try:
        yield
    except BaseException as cause:
        with suppress(duckdb.Error):  # in an aborted transaction nothing can be dropped, nor is anything left
            drop_loaded(con, table)
        if isinstance(cause, duckdb.Error):
            raise EngineRefused(f"{path}: the engine could not take the records: {cause}") from cause
        raise


@contextmanager
def in_file_order(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Rows made meanwhile stand in the order of the file, so that `rowid` numbers the records."""
    ((before,),) = con.execute("SELECT current_setting('preserve_insertion_order')").fetchall()
    if not before:
        con.execute("SET preserve_insertion_order = true")
    try:
        yield
    finally:
        if not before:
            con.execute("SET preserve_insertion_order = false")


def drop_loaded(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Remove everything that `load` made under this name, whether it is a table or a view."""
    kinds = con.execute(
        "SELECT table_type FROM information_schema.tables WHERE table_name = ? AND table_catalog = 'temp'", [table]
    ).fetchall()
    for (kind,) in kinds:
        con.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} temp.{quoted(table)}")
    for name in loaded_names(table):
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")


def unique_columns(raw: Iterable[str], *, limits: Limits) -> tuple[tuple[str, ...], list[str]]:
    """Names that SQL can tell apart (case does not count there), and notes of what was renamed.

    Empty names become `column_N`, repeated ones `name_2`, `name_3` …; `__record` and `__line` are ours.
    """
    wanted = [" ".join(name.replace("\0", "").split()) or f"column_{at}" for at, name in enumerate(raw, start=1)]
    if len(wanted) > limits.max_columns:
        raise TooLarge(f"The file has {len(wanted)} columns; at most {limits.max_columns} are read.")
    originals = {name.casefold() for name in wanted}
    taken = {RECORD, LINE, "rowid"}
    names: list[str] = []
    notes: list[str] = []
    for at, name in enumerate(wanted, start=1):
        free, turn = name, 1
        while free.casefold() in taken or (turn > 1 and free.casefold() in originals):
            turn += 1
            free = f"{name}_{turn}"
        if free != name:
            notes.append(f"Column {at} is named {name!r} like one before it; it is read as {free!r}.")
        taken.add(free.casefold())
        names.append(free)
    return tuple(names), notes
