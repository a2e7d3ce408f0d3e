"""Records that a reader had to parse itself, kept in temporary Parquet files until they are loaded.

XLSX, XES and JSON lines cannot be parsed set-based: their parsers hand over one row at a time. Rows are
gathered into Arrow columns and written in batches, so memory does not grow with the file, and what follows
is set-based again. Columns may appear late; a batch written before them reads as null.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safar.files.reading_errors import NoSpace, RecordsDoNotBalance
from safar.files.records import (
    LINE,
    RAW_LIMIT,
    RECORD,
    LoadReport,
    Progress,
    RecordSource,
    Reject,
    count_rows,
    literal,
    loaded_names,
    loading,
    quoted,
    unique_columns,
)

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_BATCH_ROWS = 65_536
_BATCH_BYTES = 32 * 1024**2
_BATCH_CELLS = 4_000_000


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
        self._path = folder / "rejects.parquet"
        self._rows: list[Reject] = []
        self._bytes = 0
        self._writer: Any = None
        self.count = 0

    def add(self, reject: Reject) -> None:
        self._rows.append(reject)
        self._bytes += len(reject.value)
        self.count += 1
        if self._bytes > _BATCH_BYTES or len(self._rows) >= _BATCH_ROWS:
            self._flush()

    def load(self, con: duckdb.DuckDBPyConnection, table: str) -> None:
        """Create `<table>__rejects` and fill it."""
        create_rejects(con, table)
        self._flush()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._path.exists():
            con.execute(f"INSERT INTO {loaded_names(table)[2]} SELECT * FROM read_parquet({literal(str(self._path))})")

    def _flush(self) -> None:
        if not self._rows:
            return
        import pyarrow as pa
        import pyarrow.parquet as pq

        kinds: dict[str, Any] = dict.fromkeys(("record", "line"), pa.int64())
        kinds |= dict.fromkeys(("column", "value", "reason"), pa.string())
        schema = pa.schema(kinds)
        columns = {name: [getattr(row, name) for row in self._rows] for name in schema.names}
        with disk_space():
            if self._writer is None:
                self._writer = pq.ParquetWriter(self._path, schema)
            self._writer.write_table(pa.table(columns, schema=schema))
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


class SpooledSource(RecordSource):
    """A source that parses its whole file when it is opened, because only then its columns are known."""

    _spool: Spool
    _rejects: Rejects
    _report: LoadReport
    _columns: tuple[str, ...]

    @contextmanager
    def closing_on_error(self) -> Iterator[None]:
        """Leave no temporary files behind when opening fails."""
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _spooled(self, spool: Spool, rejects: Rejects, report: LoadReport) -> None:
        self._spool, self._rejects, self._report = spool, rejects, report
        self._columns, notes = unique_columns(spool.columns, limits=self.limits)
        self.notes.extend(notes)

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    def head(self, n: int) -> pa.Table:
        return self._spool.head(n, self._columns)

    def load(self, con: duckdb.DuckDBPyConnection, table: str, progress: Progress | None = None) -> LoadReport:
        made = ((quoted(table), self._report.good), (loaded_names(table)[2], self._report.rejected))
        with loading(con, table, self.path):
            self._spool.load(con, table, self._columns)
            self._rejects.load(con, table)
            for name, expected in made:
                found = count_rows(con, name)
                if found != expected:
                    raise RecordsDoNotBalance(f"{self.path}: {expected} records were parsed, {found} came through.")
        if progress is not None:
            size = self.path.stat().st_size
            progress(size, size, self._report.records)
        return self._report


def raw_text(raw: bytes) -> str:
    """The text of a set-aside record, bounded; bytes that are no text are written as \\xNN."""
    return raw[:RAW_LIMIT].decode("utf-8", errors="backslashreplace").replace("\0", "\\x00")
