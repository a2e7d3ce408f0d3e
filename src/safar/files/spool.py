"""Records that a reader had to parse itself, kept in temporary Parquet files until they are loaded.

XLSX, XES and JSON lines cannot be parsed set-based: their parsers hand over one row at a time. Rows are
gathered into Arrow columns and written in batches, so memory does not grow with the file, and what follows
is set-based again. Columns may appear late; a batch written before them reads as null. A parser is asked for
as many records as are wanted and then waits where it stands: opening a huge file reads its beginning alone.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safar.files.reading_errors import FileProblem, NoSpace, RecordsDoNotBalance
from safar.files.records import (
    LINE,
    RAW_LIMIT,
    RECORD,
    LoadReport,
    Progress,
    RecordSource,
    Reject,
    count_rows,
    loaded_names,
    loading,
    unique_columns,
)
from safar.sql import literal, quoted

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_BATCH_ROWS = 65_536
_BATCH_BYTES = 32 * 1024**2
_BATCH_CELLS = 4_000_000
_PEEK = 1000
"""Records that opening a file reads to learn its columns."""


@contextmanager
def disk_space() -> Iterator[None]:
    """Turn "no space left" into an error that says what to do."""
    try:
        yield
    except OSError as cause:
        if cause.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(f"No space left for temporary files: {cause}") from cause
        raise


def create_rejects(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make the empty table of set-aside records."""
    con.execute(
        f"CREATE TEMP TABLE {loaded_names(table)[2]} "
        '(record BIGINT, line BIGINT, "column" VARCHAR, "value" VARCHAR, reason VARCHAR)'
    )


class Rejects:
    """Set-aside records on their way to a table; on disk, because there may be as many as records."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: list[Path] = []
        self._rows: list[Reject] = []
        self._bytes = 0
        self.count = 0

    def add(self, reject: Reject) -> None:
        """One more; memory holds one batch of them."""
        self._rows.append(reject)
        self._bytes += len(reject.value)
        self.count += 1
        if self._bytes > _BATCH_BYTES or len(self._rows) >= _BATCH_ROWS:
            self._flush()

    def load(self, con: duckdb.DuckDBPyConnection, table: str) -> None:
        """Create `<table>__rejects` and fill it. More may be added afterwards."""
        create_rejects(con, table)
        self._flush()
        for part in self._parts:
            con.execute(f"INSERT INTO {loaded_names(table)[2]} SELECT * FROM read_parquet({literal(str(part))})")

    def _flush(self) -> None:
        if not self._rows:
            return
        import pyarrow as pa
        import pyarrow.parquet as pq

        kinds: dict[str, Any] = dict.fromkeys(("record", "line"), pa.int64())
        kinds |= dict.fromkeys(("column", "value", "reason"), pa.string())
        schema = pa.schema(kinds)
        columns = {name: [getattr(row, name) for row in self._rows] for name in schema.names}
        part = self._folder / f"rejects-{len(self._parts):06d}.parquet"
        with disk_space():
            pq.write_table(pa.table(columns, schema=schema), part)
        self._parts.append(part)
        self._rows.clear()
        self._bytes = 0


class Spool:
    """Parsed records in columns of text, in batches on disk."""

    def __init__(self, folder: Path, columns: Sequence[str] = ()) -> None:
        self._folder = folder
        self._names: dict[str, None] = dict.fromkeys(columns)
        self._parts: list[Path] = []
        self._values: dict[str, list[str | None]] = {}
        self._records: list[int] = []
        self._lines: list[int | None] = []
        self._bytes = 0
        self.count = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """Names in the order in which they first appeared."""
        return tuple(self._names)

    def add(self, values: Mapping[str, str | None], *, record: int, line: int | None) -> None:
        """One more record; a column that is new with it is empty in all records before it."""
        at = len(self._records)
        size = 16
        for name, value in values.items():
            column = self._values.get(name)
            if column is None:
                column = self._values[name] = []
                self._names.setdefault(name)
            if len(column) < at:
                column.extend([None] * (at - len(column)))
            column.append(value)
            size += 8 if value is None else len(value)
        self._records.append(record)
        self._lines.append(line)
        self._bytes += size
        self.count += 1
        rows = len(self._records)
        if rows >= _BATCH_ROWS or self._bytes > _BATCH_BYTES or rows * len(self._values) > _BATCH_CELLS:
            self._flush()

    def load(self, con: duckdb.DuckDBPyConnection, table: str, names: Sequence[str]) -> None:
        """Create `table`; `names` are the column names to show, in the order of `columns`."""
        self._flush()
        con.execute(f"CREATE TEMP TABLE {quoted(table)} AS {self._select(names)}")

    def head(self, n: int, names: Sequence[str]) -> pa.Table:
        """The first records as an Arrow table."""
        import duckdb

        self._flush()
        with duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}) as con:
            table: pa.Table = con.sql(f"{self._select(names)} ORDER BY {RECORD} LIMIT {int(n)}").to_arrow_table()
            return table

    def _select(self, names: Sequence[str]) -> str:
        # Columns are stored by position, so that no name of the file's can collide or be too strange.
        place = {name: at for at, name in enumerate(self._names)}
        shown = "".join(f"c{place[key]} AS {quoted(name)}, " for key, name in zip(self._names, names, strict=True))
        if not self._parts:
            empty = "".join(f"NULL::VARCHAR AS {quoted(name)}, " for name in names)
            return f"SELECT {empty}NULL::BIGINT AS {RECORD}, NULL::BIGINT AS {LINE} WHERE false"
        parts = ", ".join(literal(str(part)) for part in self._parts)
        return f"SELECT {shown}{RECORD}, {LINE} FROM read_parquet([{parts}], union_by_name = true)"

    def _flush(self) -> None:
        if not self._records:
            return
        import pyarrow as pa
        import pyarrow.parquet as pq

        rows = len(self._records)
        arrays: dict[str, pa.Array[Any]] = {}
        for at, name in enumerate(self._names):
            column = self._values.get(name)
            if column is None and self._parts:
                continue
            filled = column or []
            arrays[f"c{at}"] = pa.array(filled + [None] * (rows - len(filled)), type=pa.string())
        arrays[RECORD] = pa.array(self._records, type=pa.int64())
        arrays[LINE] = pa.array(self._lines, type=pa.int64())
        part = self._folder / f"part-{len(self._parts):06d}.parquet"
        with disk_space():
            pq.write_table(pa.table(arrays), part, compression="lz4")
        self._parts.append(part)
        self._values = {}
        self._records = []
        self._lines = []
        self._bytes = 0


@dataclass(frozen=True, slots=True)
class Parsed:
    """One good record on its way into the spool."""

    values: Mapping[str, str | None]
    record: int
    line: int | None


class SpooledSource(RecordSource):
    """A source whose records are parsed one by one, and only as far into the file as somebody asks.

    What was parsed once is kept in the spool, so that nothing is parsed twice.
    """

    _begun = False

    def _begin(self, records: Iterator[Parsed | Reject], columns: Sequence[str] = ()) -> None:
        """Take the parser, which numbers its records from 1, and let it read the beginning."""
        folder = self._temporary()
        self._ahead = _Lasting(records)
        self._spool, self._rejects = Spool(folder, columns), Rejects(folder)
        self._seen = 0
        self._ended = False
        self._progress: Progress | None = None
        self._named: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._begun = True
        self._read_on(_PEEK)

    def _read_on(self, until: int | None, progress: Progress | None = None) -> None:
        """Parse to record `until` and at least to the first good one; None: to the end."""
        if self._ended or (until is not None and self._seen >= until and self._spool.count):
            return
        spool, rejects = self._spool, self._rejects
        self._progress = progress
        for one in self._ahead:
            self._seen += 1
            if isinstance(one, Parsed):
                spool.add(one.values, record=one.record, line=one.line)
            else:
                rejects.add(one)
            if until is not None and self._seen >= until and spool.count:
                break
        else:
            self._check()
            self._ended = True
        self._progress = None

    def _tell(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress("reading", done, total, self._seen)

    def _check(self) -> None:
        """Look at what the file was as a whole, once it has been read. Raises: FileProblem."""

    @contextmanager
    def closing_on_error(self) -> Iterator[None]:
        """Leave no temporary files behind when opening fails."""
        try:
            yield
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._begun:
            del self._ahead  # lets go of the file that the parser stands in
            self._begun = False
        super().close()

    @property
    def columns(self) -> tuple[str, ...]:
        raw = self._spool.columns
        if raw != self._named[0]:
            self._named = raw, unique_columns(raw, limits=self.limits)[0]
        return self._named[1]

    def look_further(self, first: int | None = None, progress: Progress | None = None) -> bool:
        before = self._seen
        self._read_on(first, progress)
        return self._seen > before

    def head(self, n: int) -> pa.Table:
        while self._spool.count < n and not self._ended:
            self._read_on(self._seen + n - self._spool.count)
        return self._spool.head(n, self.columns)

    def load(
        self, con: duckdb.DuckDBPyConnection, table: str, progress: Progress | None = None, *, first: int | None = None
    ) -> LoadReport:
        with loading(con, table, self.path):
            self._read_on(None if first is None else first + 1, progress)  # one more tells whether the file goes on
            whole = first is None or self._seen <= first
            expected = self._seen if first is None or whole else first
            names, notes = unique_columns(self._spool.columns, limits=self.limits)
            self.notes += [note for note in notes if note not in self.notes]
            shown, rejects = quoted(table), loaded_names(table)[2]
            self._spool.load(con, table, names)
            self._rejects.load(con, table)
            if not whole:
                con.execute(f"DELETE FROM {shown} WHERE {RECORD} > {expected}")
                con.execute(f"DELETE FROM {rejects} WHERE record > {expected}")
            good, rejected = count_rows(con, shown), count_rows(con, rejects)
            if good + rejected != expected:
                message = f"{self.path}: {expected} records were parsed, {good + rejected} came through."
                raise RecordsDoNotBalance(message)
        if progress is not None:
            size = self.path.stat().st_size
            progress("reading", size, size, expected)
        return LoadReport(expected, good, rejected, whole)


class _Lasting:
    """The same records; but what failed once fails again: a generator that raised would look as if it had ended."""

    def __init__(self, records: Iterator[Parsed | Reject]) -> None:
        self._records = records
        self._problem: FileProblem | None = None

    def __iter__(self) -> Iterator[Parsed | Reject]:
        return self

    def __next__(self) -> Parsed | Reject:
        if self._problem is not None:
            raise self._problem
        try:
            return next(self._records)
        except FileProblem as problem:
            self._problem = problem
            raise


def raw_text(raw: bytes) -> str:
    """The text of a set-aside record, bounded; bytes that are no text are written as \\xNN."""
    return raw[:RAW_LIMIT].decode("utf-8", errors="backslashreplace").replace("\0", "\\x00")
