"""Undoing an import: a new version without what it brought, and with what it replaced or removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from safar import sql
from safar.log import manifest
from safar.log.engine import connect, relation, scan
from safar.log.folder import LogFolder
from safar.log.manifest import LogVersion
from safar.log.problems import ImportSettled, ImportUnknown, UndoConflict
from safar.log.retention import first_undoable
from safar.log.rewrite import names_in, rewrite
from safar.log.schema import FACTS, duckdb_type, surrogate_column, table_columns
from safar.log.staged import CommitReport, TableCounts
from safar.log.transaction import Progress, Transaction, writing

_SHOWN = 5


def undo(folder: LogFolder, import_no: int, *, now: datetime, progress: Progress | None = None) -> CommitReport:
    """Take an import back. In the report, `new` counts facts that came back, `removed` those that went.

    Raises: ImportUnknown; ImportSettled when compaction let go of what it replaced; UndoConflict when later imports
    replaced, removed or brought again what this import brought, replaced or removed.
    """
    with writing(folder, now=now, progress=progress) as transaction, connect(folder) as connection:
        version = _check(connection, transaction, import_no)
        counts = {table: _take_back(connection, transaction, table, import_no) for table in FACTS}
        _forget_unused(connection, transaction, import_no)
        sources = {name: dict(held) for name, held in transaction.head.sources.items()}
        if version.source is not None:
            held = sources.setdefault(version.source, {})
            for table, c in counts.items():
                held[table] = held.get(table, 0) + c.new - c.removed
        published = transaction.publish(
            kind="undo",
            undoes=import_no,
            source=version.source,
            sources=sources,
            changes={table: {"new": c.new, "removed": c.removed} for table, c in counts.items()},
        )
        return CommitReport(version=published.number, import_no=import_no, tables=counts)


def foresee_undo(folder: LogFolder, import_no: int, *, now: datetime) -> CommitReport:
    """What undoing an import would do: the same report, at the version that stands, and nothing written.

    Raises: as `undo`, but waits for no other writer.
    """
    transaction, tables = Transaction(folder, folder.head(), now), {}
    with connect(folder) as connection:
        _check(connection, transaction, import_no)
        for table in FACTS:
            held = relation(connection, folder, table, transaction.head)
            goes = f"SELECT count(*) FROM ({held}) WHERE import_no = {import_no}"
            gone = _replaced(connection, transaction, table, import_no)
            back = 0 if gone is None else sql.count(connection, f"SELECT count(*) FROM ({gone})")
            tables[table] = TableCounts(new=back, removed=sql.count(connection, goes))
    return CommitReport(version=transaction.head.number, import_no=import_no, tables=tables)


def _check(connection: duckdb.DuckDBPyConnection, transaction: Transaction, import_no: int) -> LogVersion:
    """The version that an import made, where it can be undone. Raises: as `undo`."""
    folder = transaction.folder
    kept = [n for n in manifest.numbers(folder.versions) if n >= transaction.head.kept_from]
    history = [manifest.read(folder.versions, number) for number in kept]
    first = first_undoable(folder, transaction.head)
    if 0 < import_no < first:
        raise ImportSettled(f"Import {import_no} is past undoing: what it replaced is kept from import {first} on.")
    undone = {version.undoes for version in history}
    version = _find(history, import_no, undone)
    later = [
        v.import_no for v in history if v.kind == "import" and v.import_no > import_no and v.import_no not in undone
    ]
    _refuse_conflicts(connection, transaction, import_no, later)
    return version


def _find(history: Sequence[LogVersion], import_no: int, undone: set[int | None]) -> LogVersion:
    found = [v for v in history if v.kind == "import" and v.import_no == import_no]
    if not found:
        raise ImportUnknown(f"There is no import {import_no}.")
    if import_no in undone:
        raise ImportUnknown(f"Import {import_no} was undone already.")
    return found[0]


def _replaced(
    connection: duckdb.DuckDBPyConnection, transaction: Transaction, table: str, import_no: int
) -> str | None:
    """SQL of the rows that an import replaced or removed, in the table's present columns."""
    path = transaction.folder.replaced(import_no, table)
    if not path.exists():
        return None
    held = names_in(connection, path)
    columns = table_columns(table, transaction.snapshot(table).extras)
    chosen = ", ".join(
        sql.quoted(c.name) if c.name in held else f"NULL::{duckdb_type(c)} AS {sql.quoted(c.name)}" for c in columns
    )
    return f"SELECT {chosen} FROM read_parquet({sql.literal(str(path))})"


def _refuse_conflicts(
    connection: duckdb.DuckDBPyConnection, transaction: Transaction, import_no: int, later: Sequence[int]
) -> None:
    culprits: dict[int, dict[str, None]] = {}
    for table in FACTS:
        for number in later:
            path = transaction.folder.replaced(number, table)
            if path.exists():
                found = f"SELECT hex(row_id), slot FROM {_file(path)} WHERE import_no = {import_no} LIMIT {_SHOWN}"
                for row_id, slot in connection.execute(found).fetchall():
                    culprits.setdefault(number, {})[f"{table} {row_id}/{slot}"] = None
        gone = _replaced(connection, transaction, table, import_no)
        if gone is not None:
            now = relation(connection, transaction.folder, table, transaction.head)
            found = (
                f"SELECT n.import_no, hex(n.row_id), n.slot FROM ({now}) n SEMI JOIN ({gone}) g "
                f"ON g.row_id = n.row_id AND g.slot = n.slot WHERE n.import_no <> {import_no} LIMIT {_SHOWN}"
            )
            for number, row_id, slot in connection.execute(found).fetchall():
                culprits.setdefault(number, {})[f"{table} {row_id}/{slot}"] = None
    if culprits:
        told = "; ".join(
            f"import {number}: {', '.join(list(facts)[:_SHOWN])}" for number, facts in sorted(culprits.items())
        )
        raise UndoConflict(f"Later imports changed facts of import {import_no}: {told}.")


def _take_back(
    connection: duckdb.DuckDBPyConnection, transaction: Transaction, table: str, import_no: int
) -> TableCounts:
    gone = _replaced(connection, transaction, table, import_no)
    back = 0 if gone is None else sql.count(connection, f"SELECT count(*) FROM ({gone})")
    removed = rewrite(connection, transaction, table, touches=f"import_no = {import_no}", plus=gone)
    return TableCounts(new=back, removed=removed)


def _forget_unused(connection: duckdb.DuckDBPyConnection, transaction: Transaction, import_no: int) -> None:
    """Take out identities that only this import brought and that no fact, kept or saved, speaks of any more."""
    folder, used = transaction.folder, ["SELECT subject AS k FROM aliases", "SELECT same_as AS k FROM aliases"]
    aliases = relation(connection, folder, "aliases", transaction.head)
    for table in FACTS:
        key = surrogate_column(table)
        held = relation(connection, folder, table, transaction.head)
        used.append(f"SELECT {key} AS k FROM ({held}) WHERE import_no <> {import_no}")
        saved = [str(path) for path in folder.imports.glob(f"*/replaced-{table}.parquet")]
        if saved:
            used.append(f"SELECT {key} AS k FROM {scan(saved)}")
    query = f"WITH aliases AS ({aliases}) SELECT DISTINCT k FROM ({' UNION ALL '.join(used)}) WHERE k IS NOT NULL"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE _safar_used AS {query}")
    rewrite(
        connection,
        transaction,
        "identities",
        touches=f"import_no = {import_no} AND subject NOT IN (SELECT k FROM _safar_used)",
    )


def _file(path: Path) -> str:
    return f"read_parquet({sql.literal(str(path))})"
