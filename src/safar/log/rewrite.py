"""Rewriting the few files that hold certain rows: Parquet files are never edited in place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from safar import sql
from safar.log.anonymous import replacing
from safar.log.delta import DataFile
from safar.log.engine import relation
from safar.log.schema import table_columns
from safar.log.transaction import Transaction
from safar.log.write import write_files


def rewrite(
    connection: duckdb.DuckDBPyConnection,
    transaction: Transaction,
    table: str,
    *,
    touches: str,
    becomes: Mapping[str, str] | None = None,
    drops: str | None = None,
    plus: str | None = None,
) -> int:
    """Rewrite the files that hold rows for which the SQL condition `touches` is true; returns how many rows.

    `becomes`: new SQL values of columns of those rows; None takes the rows out. `drops`: SQL condition of rows to
    take out whatever else is true of them. `plus`: SQL of rows to add.
    """
    out = f"coalesce({drops or 'false'}, false)"
    hit_by = f"({out} OR coalesce({touches}, false))"
    folder, extras = transaction.folder, transaction.snapshot(table).extras
    every = relation(connection, folder, table, transaction.head, filename=True)
    found = connection.execute(
        f"SELECT parse_filename(filename), count(*) FROM ({every}) WHERE {hit_by} GROUP BY ALL"
    ).fetchall()
    hit = {str(name): int(rows) for name, rows in found}
    affected: tuple[DataFile, ...] = tuple(f for f in transaction.snapshot(table).files if f.name in hit)
    parts = []
    if affected:
        held = relation(connection, folder, table, transaction.head, only=[f.name for f in affected])
        parts.append(f"SELECT * FROM ({held}) WHERE NOT {hit_by}")
        if becomes is not None:
            parts.append(f"SELECT * {replacing(becomes)} FROM ({held}) WHERE {hit_by} AND NOT {out}")
    columns = sql.names(column.name for column in table_columns(table, extras))
    if plus is not None:
        parts.append(plus)
    if parts:
        select = " UNION ALL ".join(f"SELECT {columns} FROM ({part})" for part in parts)
        added = write_files(connection, folder, table=table, select=select, modified_ms=transaction.at_ms)
        transaction.progress(f"{table} written")
        transaction.change(table, add=added, remove=affected, columns=extras)
    return sum(hit.values())


def names_in(connection: duckdb.DuckDBPyConnection, path: Path) -> set[str]:
    """The columns of one Parquet file."""
    rows = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({sql.literal(str(path))})").fetchall()
    return {str(row[0]) for row in rows}
