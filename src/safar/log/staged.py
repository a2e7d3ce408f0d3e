"""What an import hands over, and what it is told: tables staged in a DuckDB connection, and a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from safar import sql
from safar.domain.fact import Column
from safar.domain.wording import counted
from safar.log.problems import BadFacts, BadStaged
from safar.log.schema import FACTS, checks, is_extra, staged_columns

SCOPES = (None, "source", "span")


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedImport:
    """Facts to be committed: names of tables (or views) in one connection.

    Columns of `interactions`, `feedback` and `attributes`: those of `schema.staged_columns`; columns that may be
    empty can be left out. Times are UTC, with or without a zone marker. `rows`: table of the `row_id` of every
    row of the source that was read in good order, so that facts which such a row no longer produces go away;
    without it, the rows of the staged facts. `snapshot_scope`: "source": every fact of this source that is not
    staged goes away; "span": only those between the earliest and the latest staged fact of their table.
    `snapshot=True` is short for "source". `attachments`: files to keep with the import, by name.
    `record_empty`: make a version even when no fact changed, so that attachments have a place. `unique`: the caller
    has made sure that no fact is staged twice; that is not looked for then. `ledger`: the mark of the forgotten when
    the import was prepared (`Log.ledger_mark`): when somebody was forgotten since, it is not taken.
    """

    source: str
    interactions: str | None = None
    feedback: str | None = None
    attributes: str | None = None
    rows: str | None = None
    snapshot: bool = False
    snapshot_scope: str | None = None
    attachments: Mapping[str, Path] = field(default_factory=dict)
    record_empty: bool = False
    unique: bool = False
    ledger: int | None = None

    def table(self, name: str) -> str | None:
        """The staged table for a table of the log."""
        found: str | None = getattr(self, name)
        return found

    @property
    def scope(self) -> str | None:
        """What goes away beyond the rows that were read."""
        return self.snapshot_scope or ("source" if self.snapshot else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCounts:
    """What a change did to one table, in facts.

    `refused`: facts of people who were forgotten, not taken. `superseded`: the same fact staged more than once;
    the last row counts. For each table: staged = new + changed + unchanged + refused + superseded.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    refused: int = 0
    superseded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitReport:
    """What a commit did. `import_no` is None, and `version` the old one, where nothing changed."""

    version: int
    import_no: int | None
    tables: Mapping[str, TableCounts]
    new_identities: int = 0

    @property
    def nothing_changed(self) -> bool:
        """Whether the log stands as it stood."""
        return self.import_no is None


@dataclass(frozen=True, slots=True)
class Staged:
    """One staged table after its layout was checked: `select` reads it with every column, in order, typed."""

    table: str
    select: str
    extras: tuple[str, ...]
    rows: int


def read_staged(connection: duckdb.DuckDBPyConnection, staged: StagedImport) -> dict[str, Staged]:
    """The staged tables, their layout and facts checked. Raises: BadStaged, BadFacts."""
    if staged.scope not in SCOPES:
        raise BadStaged(f"snapshot_scope {staged.snapshot_scope!r} is none of source, span.")
    found: dict[str, Staged] = {}
    for table in FACTS:
        name = staged.table(table)
        if name is not None:
            found[table] = _read(connection, table=table, name=name, source=staged.source)
    return found


def _read(connection: duckdb.DuckDBPyConnection, *, table: str, name: str, source: str) -> Staged:
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {sql.quoted(name)}").fetchall()
    except duckdb.CatalogException as cause:
        raise BadStaged(f"There is no staged table {name!r}.") from cause
    held = {str(row[0]): str(row[1]) for row in described}
    extras = tuple(sorted(column for column in held if is_extra(column)))
    columns = staged_columns(table, extras)
    if unknown := sorted(set(held) - {column.name for column in columns}):
        raise BadStaged(f"Staged table {name}: {', '.join(unknown)} cannot stand in {table}.")
    missing = [c.name for c in columns if c.required and c.name not in held and c.name != "source"]
    if missing:
        raise BadStaged(f"Staged table {name}: {', '.join(missing)} must stand in {table}.")
    chosen = ", ".join(_column(column, held.get(column.name), source=source) for column in columns)
    select = f"SELECT {chosen} FROM {sql.quoted(name)}"
    return Staged(
        table, select, extras, _check(connection, table=table, name=name, columns=columns, select=select, source=source)
    )


def _column(column: Column, held: str | None, *, source: str) -> str:
    from safar.log.schema import duckdb_type

    quoted, wanted = sql.quoted(column.name), duckdb_type(column)
    if held is None:
        return f"{sql.literal(source) if column.name == 'source' else 'NULL'}::{wanted} AS {quoted}"
    if held == wanted.replace(", ", ","):
        return quoted
    if held == "TIMESTAMP WITH TIME ZONE" and wanted == "TIMESTAMP":
        return f"({quoted} AT TIME ZONE 'UTC') AS {quoted}"  # a cast would use the connection's zone
    return f"CAST({quoted} AS {wanted}) AS {quoted}"


def _check(
    connection: duckdb.DuckDBPyConnection,
    *,
    table: str,
    name: str,
    columns: tuple[Column, ...],
    select: str,
    source: str,
) -> int:
    rules = [(check.what, check.violated) for check in checks(table, columns)]
    rules.append((f"source is not {source}", f"source <> {sql.literal(source)}"))
    counts = ", ".join(f"count_if({violated})" for _, violated in rules)
    try:
        row = connection.execute(f"SELECT count(*), {counts} FROM ({select})").fetchone() or (0,)
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as cause:
        raise BadFacts(f"Staged table {name}: {cause}") from cause
    broken = [f"{what} ({count})" for (what, _), count in zip(rules, row[1:], strict=True) if count]
    if broken:
        raise BadFacts(f"Staged table {name}, of {counted(row[0], 'fact')}: {'; '.join(broken)}.")
    return int(row[0])
