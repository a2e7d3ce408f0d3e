"""DuckDB connections, and the log's tables as relations in them."""

from __future__ import annotations

import weakref
import zlib
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import duckdb

from safar import sql
from safar.log.folder import LogFolder
from safar.log.manifest import LogVersion
from safar.log.presence import Presence, present
from safar.log.problems import LogDamaged
from safar.log.schema import FACTS, duckdb_type, surrogate_column, table_columns

if TYPE_CHECKING:
    from safar.analysis.tables import FactTables


_open: weakref.WeakSet[duckdb.DuckDBPyConnection] = weakref.WeakSet()


def connect(folder: LogFolder) -> duckdb.DuckDBPyConnection:
    """A connection in memory that keeps to the settings, in UTC, and fetches nothing from the network."""
    presence = present(folder.temporary, name=folder.token())
    spill = folder.temporary / f"spill-{'' if presence is None else presence.name}-{folder.token()}"
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{folder.settings.memory_limit_mb}MiB",
            "threads": folder.settings.threads,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    _open.add(connection)
    # What it spills is this process's for as long as the connection lives.
    weakref.finalize(connection, _let_go, presence)
    connection.execute("SET TimeZone = 'UTC'")
    # Only where it is on: inside a notebook even switching it off asks for a package that is not needed.
    if connection.execute("SELECT current_setting('enable_progress_bar')").fetchall() == [(True,)]:
        connection.execute("SET enable_progress_bar = false")
    return connection


def interrupt_all() -> None:
    """End what the connections of this process are doing now; whoever waits for it gets duckdb.InterruptException."""
    for connection in list(_open):
        with suppress(duckdb.Error):  # closed meanwhile
            connection.interrupt()


def _let_go(_presence: Presence | None) -> None:
    return


def scan(files: Sequence[str], *, filename: bool = False) -> str:
    """SQL that reads Parquet files of one table, whose columns may have grown over time."""
    extra = ", filename = true" if filename else ""
    return f"read_parquet([{sql.literals(files)}], union_by_name = true, hive_partitioning = false{extra})"


def relation(
    connection: duckdb.DuckDBPyConnection,
    folder: LogFolder,
    table: str,
    version: LogVersion,
    *,
    only: Sequence[str] | None = None,
    extras: Sequence[str] = (),
    filename: bool = False,
) -> str:
    """A SELECT of all columns of a table in their order, `only` from some of its files where given.

    `extras`: further columns to offer, empty where no file has them. `filename`: with the file of each row.
    """
    snapshot = folder.snapshot(table, version)
    files = folder.files(table, version) if only is None else [str(folder.table(table) / name) for name in only]
    columns = table_columns(table, {*snapshot.extras, *extras})
    if not files:
        empty = ", ".join(f"NULL::{duckdb_type(c)} AS {sql.quoted(c.name)}" for c in columns)
        empty += ", NULL::VARCHAR AS filename" if filename else ""
        return f"SELECT {empty} WHERE false"
    held = _held(connection, files)
    chosen = ", ".join(
        sql.quoted(c.name) if c.name in held else f"NULL::{duckdb_type(c)} AS {sql.quoted(c.name)}" for c in columns
    )
    chosen += ", filename" if filename else ""
    return f"SELECT {chosen} FROM {scan(files, filename=filename)}"


def _held(connection: duckdb.DuckDBPyConnection, files: Sequence[str]) -> set[str]:
    try:
        rows = connection.execute(f"DESCRIBE SELECT * FROM {scan(files)}").fetchall()
    except duckdb.IOException as cause:
        raise LogDamaged(f"A file of the log cannot be read: {cause}") from cause
    return {str(row[0]) for row in rows}


def fact_tables(folder: LogFolder, version: LogVersion, connection: duckdb.DuckDBPyConnection) -> FactTables:
    """The version's facts as Ibis tables on `connection`; merged customers read as one."""
    import ibis

    from safar.analysis.tables import FactTables

    backend = ibis.duckdb.from_connection(connection)
    mark = f"{zlib.crc32(str(folder.path.resolve()).encode()):08x}_{version.number}"
    has_merges = folder.snapshot("aliases", version).rows
    meaning = meaning_of(relation(connection, folder, "aliases", version)) if has_merges else None
    aliases = f"safar_aliases_{mark}"
    if meaning is not None:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {aliases} AS {meaning}")
    views = {}
    for table in FACTS:
        select = relation(connection, folder, table, version)
        if meaning is not None:
            select = _merged(select, key=surrogate_column(table), aliases=aliases)
        views[table] = f"safar_{table}_{mark}"
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {views[table]} AS {select}")
    return FactTables(**{table: backend.table(view) for table, view in views.items()}, version=version.number)


def _merged(select: str, *, key: str, aliases: str) -> str:
    replaced = f"coalesce(a.same_as, f.{key}) AS {key}"
    return f"SELECT f.* REPLACE ({replaced}) FROM ({select}) f LEFT JOIN {aliases} a ON a.alias = f.{key}"


def meaning_of(aliases: str) -> str:
    """SQL of (alias, same_as) with all chains of merges followed to their end."""
    return (
        f"WITH RECURSIVE step AS (SELECT subject AS alias, same_as, 1 AS depth FROM ({aliases}) "
        f"UNION ALL SELECT s.alias, a.same_as, s.depth + 1 FROM step s JOIN ({aliases}) a ON a.subject = s.same_as) "
        "SELECT alias, arg_max(same_as, depth) AS same_as FROM step GROUP BY alias"
    )
