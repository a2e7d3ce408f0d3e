"""Parquet files: DuckDB reads them; columns keep their types."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safar.files.reading_errors import FileDamaged, RecordsDoNotBalance, UnpacksTooFar
from safar.files.records import (
    LINE,
    RECORD,
    FileFormat,
    Limits,
    LoadReport,
    Progress,
    ReadOptions,
    RecordSource,
    count_rows,
    in_file_order,
    loaded_names,
    loading,
    unique_columns,
)
from safar.files.spool import create_rejects
from safar.files.watching import watched
from safar.sql import literal, quoted

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


class ParquetSource(RecordSource):
    """One Parquet file. Its records have no lines; a file that cannot be read whole is an error."""

    format = FileFormat.PARQUET

    def __init__(self, path: Path, *, options: ReadOptions, limits: Limits) -> None:
        super().__init__(path, options=options, limits=limits)
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(path) as file:
                raw, self._records = file.schema_arrow.names, file.metadata.num_rows
                unpacked = sum(file.metadata.row_group(at).total_byte_size for at in range(file.num_row_groups))
        except (pa.ArrowException, OSError, ValueError) as cause:
            raise FileDamaged(f"{path}: this Parquet file cannot be read: {cause}") from cause
        if unpacked > limits.max_unpacked:
            raise UnpacksTooFar(f"{path}: unpacks to {unpacked:,} bytes.")
        self._columns, notes = unique_columns(raw, limits=limits)
        self.notes.extend(notes)

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    def load(
        self, con: duckdb.DuckDBPyConnection, table: str, progress: Progress | None = None, *, first: int | None = None
    ) -> LoadReport:
        import duckdb

        size = self.path.stat().st_size
        expected = self._records if first is None else min(first, self._records)
        select = self._select() if first is None else f"{self._select()} LIMIT {expected}"
        rows = loaded_names(table)[0]
        with loading(con, table, self.path):
            try:
                with in_file_order(con), watched(con, progress, size=size):
                    con.execute(f"CREATE TEMP TABLE {rows} AS {select}")
            except duckdb.OutOfMemoryException:
                raise
            except duckdb.Error as cause:
                raise FileDamaged(f"{self.path}: this Parquet file cannot be read whole: {cause}") from cause
            con.execute(
                f"CREATE TEMP VIEW {quoted(table)} AS "
                f"SELECT *, rowid + 1 AS {RECORD}, NULL::BIGINT AS {LINE} FROM temp.{rows}"
            )
            create_rejects(con, table)
            found = count_rows(con, rows)
            if found != expected:
                raise RecordsDoNotBalance(f"{self.path}: the file says {expected} records, read were {found}.")
        if progress is not None:
            progress("reading", size, size, expected)
        return LoadReport(records=expected, good=expected, rejected=0, whole=expected == self._records)

    def head(self, n: int) -> pa.Table:
        import duckdb

        first = f"{self._select()} LIMIT {int(n)}"
        sql = f"SELECT *, row_number() OVER () AS {RECORD}, NULL::BIGINT AS {LINE} FROM ({first})"
        with duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}) as con:
            try:
                table: pa.Table = con.sql(sql).to_arrow_table()
            except duckdb.Error as cause:
                raise FileDamaged(f"{self.path}: this Parquet file cannot be read: {cause}") from cause
            return table

    def _select(self) -> str:
        if not self._columns:
            raise FileDamaged(f"{self.path}: this Parquet file has no columns.")
        names = ", ".join(map(quoted, self._columns))
        # Named by position: the engine's own way to tell equal names apart is not ours.
        return f"SELECT * FROM read_parquet({literal(str(self.path))}, hive_partitioning = false) AS file({names})"
