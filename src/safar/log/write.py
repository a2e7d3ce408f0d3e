"""Writing sorted Parquet files with DuckDB."""

from __future__ import annotations

from pathlib import Path

import duckdb

from safar import sql
from safar.log.delta import DataFile
from safar.log.folder import LogFolder
from safar.log.schema import ORDER, PRUNES

FILE_BYTES = 96 * 2**20
FEW_VALUES = (
    "source",
    "slot",
    "event",
    "channel",
    "unit",
    "kind",
    "actor",
    "speaker",
    "view",
    "question",
    "state",
    "scale_best",
)
"""Text columns of facts that mostly hold few different values."""
_MOST = 1000
_LAYOUT = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"


def write_files(
    connection: duckdb.DuckDBPyConnection, folder: LogFolder, *, table: str, select: str, modified_ms: int
) -> list[DataFile]:
    """Write the rows of `select` as new files of `table`, in order of time, and put them into its folder.

    The files count for nothing until Delta and the manifest name them.
    """
    token = folder.token()
    pending = folder.temporary / f"write-{token}"
    pending.mkdir(parents=True)
    prunes = PRUNES[table]
    query = (
        f"COPY (SELECT * FROM ({select}) ORDER BY {sql.names(ORDER[table])}) TO {sql.literal(str(pending))} "
        f"({_LAYOUT}, FILE_SIZE_BYTES {FILE_BYTES}, FILENAME_PATTERN 'part-{token}-{{i}}', OVERWRITE_OR_IGNORE, "
        "RETURN_STATS)"
    )
    found: list[DataFile] = []
    for name, rows, size, _footer, stats, *_rest in connection.execute(query).fetchall():
        written = Path(name)
        if rows == 0:
            written.unlink()
            continue
        bounds = stats.get(sql.quoted(prunes), {}) if prunes else {}
        written.rename(folder.table(table) / written.name)
        found.append(
            DataFile(
                name=written.name,
                bytes=size,
                rows=rows,
                modified_ms=modified_ms,
                low=_bound(bounds.get("min")),
                high=_bound(bounds.get("max")),
            )
        )
    pending.rmdir()
    return found


def narrowed(connection: duckdb.DuckDBPyConnection, select: str, *, given: str) -> str:
    """`select`, whose texts all come from `given`, with texts of few different values as enumerations.

    Parquet files hold them as text all the same; sorting and writing them takes a third less time and memory.
    """
    held = {str(row[0]) for row in connection.execute(f"DESCRIBE {given}").fetchall()}
    few = []
    for column in FEW_VALUES:
        if column not in held:
            continue
        own = sql.quoted(column)
        query = f"SELECT DISTINCT {own} FROM ({given}) WHERE {own} IS NOT NULL LIMIT {_MOST + 1}"
        values = [str(row[0]) for row in connection.execute(query).fetchall()]
        if 0 < len(values) <= _MOST:
            few.append(f"CAST({sql.quoted(column)} AS ENUM({sql.literals(values)})) AS {sql.quoted(column)}")
    return f"SELECT * REPLACE ({', '.join(few)}) FROM ({select})" if few else select


def write_one(connection: duckdb.DuckDBPyConnection, *, select: str, path: Path) -> int:
    """Write the rows of `select` as one file; returns how many. No rows, no file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    row = connection.execute(f"COPY ({select}) TO {sql.literal(str(path))} ({_LAYOUT})").fetchone()
    rows = int(row[0]) if row else 0
    if rows == 0:
        path.unlink(missing_ok=True)
    return rows


def _bound(value: str | None) -> str | None:
    return None if value is None else value.replace(" ", "T")
