"""Committing staged facts: what is new is appended, what changed replaces its old version, the rest is left alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from safar import sql
from safar.log import disk
from safar.log.delta import DataFile
from safar.log.engine import relation
from safar.log.folder import LogFolder
from safar.log.identities import PEOPLE, People, fresh_rows, resolve
from safar.log.mentions import without_mentions
from safar.log.problems import ForgottenMeanwhile
from safar.log.schema import FACTS, surrogate_column, table_columns
from safar.log.staged import CommitReport, Staged, StagedImport, TableCounts, read_staged
from safar.log.transaction import Progress, Transaction, quiet, writing
from safar.log.write import narrowed, write_files, write_one

ANONYMOUS = r"'\x00\x00\x00\x01'::BLOB"
"""Row identities below this are of facts whose person was forgotten; no source has such rows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to one table. `select` gives the rows to write, `dead` the table of rows that go."""

    table: str
    counts: TableCounts
    select: str | None = None
    dead: str | None = None
    affected: tuple[DataFile, ...] = ()
    extras: tuple[str, ...] = ()


def commit(
    folder: LogFolder,
    connection: duckdb.DuckDBPyConnection,
    staged: StagedImport,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> CommitReport:
    """Commit staged facts as one version, or leave everything as it was.

    Raises: BadStaged, BadFacts, WriterBusy, WriteFailed.
    """
    tables = read_staged(connection, staged)
    try:
        with writing(folder, now=now, progress=progress) as transaction:
            return _commit(connection, transaction, staged, tables)
    finally:
        _drop_temporary(connection)


def _commit(
    connection: duckdb.DuckDBPyConnection,
    transaction: Transaction,
    staged: StagedImport,
    tables: dict[str, Staged],
) -> CommitReport:
    head, import_no = transaction.head, transaction.head.import_no + 1
    tables, people, plans = _planned(connection, transaction, staged, tables)
    counts = {plan.table: plan.counts for plan in plans}
    if not staged.record_empty and not any(c.new or c.changed or c.removed for c in counts.values()):
        return CommitReport(version=head.number, import_no=None, tables=counts)
    place = transaction.folder.import_folder(import_no)
    for plan in plans:
        given = tables.get(plan.table)
        _write(connection, transaction, plan, given=given, source=staged.source, import_no=import_no)
    if people.fresh:
        added = write_files(
            connection,
            transaction.folder,
            table="identities",
            select=fresh_rows(import_no),
            modified_ms=transaction.at_ms,
        )
        transaction.change("identities", add=added)
    _attach(transaction.folder, staged, import_no)
    if place.exists():
        disk.sync_all(entry for entry in place.iterdir() if entry.is_file())
        disk.sync_folder(transaction.folder.imports)
        disk.sync_folder(transaction.folder.path)
    version = transaction.publish(
        kind="import",
        import_no=import_no,
        source=staged.source,
        changes={table: asdict(c) for table, c in counts.items()},
        sources=_sources(transaction, staged.source, counts),
    )
    return CommitReport(version=version.number, import_no=import_no, tables=counts, new_identities=people.fresh)


def compare(
    folder: LogFolder,
    connection: duckdb.DuckDBPyConnection,
    staged: StagedImport,
    *,
    now: datetime,
    rows: str,
    progress: Progress | None = None,
) -> CommitReport:
    """What committing staged facts would do, with nothing written and no other writer waited for.

    Where facts are unchanged or would be removed, it makes the temporary table `rows` (row_id): the rows of which a
    fact would be written or go. In the report, `import_no` is None and `version` the one that stands.
    Raises: BadStaged, BadFacts.
    """
    transaction = Transaction(folder, folder.head(), now, progress or quiet)
    tables = read_staged(connection, staged)
    try:
        _, people, plans = _planned(connection, transaction, staged, tables)
        if any(plan.counts.unchanged or plan.counts.removed for plan in plans):
            parts = [f"SELECT row_id FROM {plan.dead}" for plan in plans if plan.dead]
            parts += [f"SELECT row_id FROM ({plan.select})" for plan in plans if plan.select]
            body = " UNION ALL ".join(parts) or "SELECT NULL::BLOB AS row_id WHERE false"
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {sql.quoted(rows)} AS SELECT DISTINCT row_id FROM ({body})"
            )
    finally:
        _drop_temporary(connection)
    counts = {plan.table: plan.counts for plan in plans}
    return CommitReport(version=transaction.head.number, import_no=None, tables=counts, new_identities=people.fresh)


def _planned(
    connection: duckdb.DuckDBPyConnection,
    transaction: Transaction,
    staged: StagedImport,
    tables: dict[str, Staged],
) -> tuple[dict[str, Staged], People, list[Plan]]:
    """The tables as they may be kept, who is named in them, and what is to be done to each table of the log."""
    head = transaction.head
    if staged.ledger is not None and staged.ledger != transaction.folder.ledger_mark():
        raise ForgottenMeanwhile("Somebody was forgotten while the import was being prepared.")
    tables = without_mentions(connection, transaction.folder, head, tables)
    people = resolve(connection, transaction, tables)
    transaction.progress("identities resolved")
    touched = _touched(connection, staged, tables) if head.sources.get(staged.source) else None
    plans = [
        _plan(connection, transaction, staged, table, tables, touched=touched, import_no=head.import_no + 1)
        for table in FACTS
    ]
    transaction.progress("compared")
    return tables, people, plans


def _sources(transaction: Transaction, source: str, counts: dict[str, TableCounts]) -> dict[str, dict[str, int]]:
    found = {name: dict(held) for name, held in transaction.head.sources.items()}
    held = found.setdefault(source, {})
    for table, c in counts.items():
        held[table] = held.get(table, 0) + c.new - c.removed
    return found


def _attach(folder: LogFolder, staged: StagedImport, import_no: int) -> None:
    for name, path in staged.attachments.items():
        target = folder.import_folder(import_no) / Path(name).name  # no path may get in
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _touched(connection: duckdb.DuckDBPyConnection, staged: StagedImport, tables: dict[str, Staged]) -> str:
    """Table of the rows that this import speaks about."""
    parts = [f"SELECT row_id FROM ({one.select})" for one in tables.values()]
    if staged.rows is not None:
        parts.append(f"SELECT row_id FROM {sql.quoted(staged.rows)}")
    body = " UNION ALL ".join(parts) or "SELECT NULL::BLOB AS row_id WHERE false"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE _safar_touched AS SELECT DISTINCT row_id FROM ({body})")
    return "_safar_touched"


def _plan(
    connection: duckdb.DuckDBPyConnection,
    transaction: Transaction,
    staged: StagedImport,
    table: str,
    tables: dict[str, Staged],
    *,
    touched: str | None,
    import_no: int,
) -> Plan:
    held = transaction.head.sources.get(staged.source, {}).get(table, 0)
    given, counts, facts, extras = tables.get(table), TableCounts(), None, transaction.snapshot(table).extras
    if given is not None:
        extras = tuple(sorted({*extras, *given.extras}))
        interactions = tables.get("interactions")
        facts, counts = _canonical(
            connection,
            given,
            interactions=interactions,
            extras=extras,
            import_no=import_no,
            unique=staged.unique,
        )
    if not held or touched is None:
        return Plan(table, counts, facts if counts.new else None, extras=extras)
    return _diff(
        connection, transaction, staged, table=table, facts=facts, counts=counts, touched=touched, extras=extras
    )


def _canonical(
    connection: duckdb.DuckDBPyConnection,
    given: Staged,
    *,
    interactions: Staged | None,
    extras: Sequence[str],
    import_no: int,
    unique: bool,
) -> tuple[str, TableCounts]:
    """SQL of the staged facts in the table's own columns, each fact once; and counts as if all were new."""
    table, select, key = given.table, given.select, surrogate_column(given.table)
    twice = f"SELECT count(*) - count(DISTINCT hash(row_id, slot)) FROM ({select})"
    superseded = 0 if unique else sql.count(connection, twice)
    if superseded:
        once = f"_safar_once_{table}"
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {once} AS SELECT * FROM ({select}) "
            "QUALIFY row_number() OVER (PARTITION BY row_id, slot ORDER BY row_no DESC, slot_no DESC) = 1"
        )
        select = f"SELECT * FROM {once}"
        superseded = given.rows - sql.count(connection, f"SELECT count(*) FROM {once}")
    kind = "s.subject_kind" if table == "attributes" else "'customer'"
    joined = f"({select}) s LEFT JOIN {PEOPLE} p ON p.ext = s.{key}_ext AND p.ns = s.{key}_ns AND p.kind = {kind}"
    refused, barred = 0, f"coalesce(p.refused{_unsaid(given, interactions)}, false)"
    if sql.count(connection, f"SELECT count_if(refused) FROM {PEOPLE}"):
        refused = sql.count(connection, f"SELECT count(*) FROM {joined} WHERE {barred}")
    absent = set(extras) - set(given.extras)
    own = {key: "p.subject", "import_no": f"{import_no}::INTEGER", **dict.fromkeys(absent, "NULL::VARCHAR")}
    columns = [(c.name, sql.quoted(c.name)) for c in table_columns(table, extras)]
    chosen = ", ".join(f"{own.get(name, f's.{quoted}')} AS {quoted}" for name, quoted in columns)
    where = f" WHERE NOT {barred}" if refused else ""
    new = given.rows - superseded - refused
    return f"SELECT {chosen} FROM {joined}{where}", TableCounts(new=new, refused=refused, superseded=superseded)


def _unsaid(given: Staged, interactions: Staged | None) -> str:
    """SQL for words that name nobody, but were said in a submission of somebody who was forgotten."""
    if given.table != "feedback" or interactions is None:
        return ""
    return (
        f" OR (s.customer_ext IS NULL AND s.submission IN (SELECT i.row_id FROM ({interactions.select}) i "
        f"JOIN {PEOPLE} r ON r.refused AND r.kind = 'customer' AND r.ns = i.customer_ns AND r.ext = i.customer_ext))"
    )


def _diff(
    connection: duckdb.DuckDBPyConnection,
    transaction: Transaction,
    staged: StagedImport,
    *,
    table: str,
    facts: str | None,
    counts: TableCounts,
    touched: str,
    extras: tuple[str, ...],
) -> Plan:
    """Compare with the facts that the log holds of this source."""
    old, dead, facts_of = (
        f"_safar_old_{table}",
        f"_safar_dead_{table}",
        facts or "SELECT NULL::BLOB AS row_id WHERE false",
    )
    folder, head = transaction.folder, transaction.head
    source = f"source = {sql.literal(staged.source)}"
    reach = f"(row_id IN (SELECT row_id FROM {touched}){_scope(staged, table, facts)})"
    every = relation(connection, folder, table, head, extras=extras, filename=True)
    content = _content(table, extras)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {old} AS SELECT row_id, slot, row_no, slot_no, filename, hash({content}) AS h "
        f"FROM ({every}) WHERE {source} AND {reach}"
    )
    if sql.count(connection, f"SELECT count(*) FROM {old}") == 0:
        return Plan(table, counts, facts if counts.new else None, extras=extras)
    if facts is None:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {dead} AS SELECT row_id, slot, filename, true AS gone FROM {old}"
        )
        unchanged = 0
    else:
        now = f"_safar_now_{table}"
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {now} AS SELECT row_id, slot, hash({content}) AS h FROM ({facts_of})"
        )
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {dead} AS SELECT o.row_id, o.slot, o.filename, n.h IS NULL AS gone "
            f"FROM {old} o LEFT JOIN {now} n USING (row_id, slot) WHERE n.h IS NULL OR n.h <> o.h"
        )
        unchanged = sql.count(connection, f"SELECT count(*) FROM {old}") - sql.count(
            connection, f"SELECT count(*) FROM {dead}"
        )
    removed = sql.count(connection, f"SELECT count_if(gone) FROM {dead}")
    changed = sql.count(connection, f"SELECT count_if(NOT gone) FROM {dead}")
    done = replace(counts, new=counts.new - unchanged - changed, changed=changed, unchanged=unchanged, removed=removed)
    written = None
    if facts is not None and (done.new or done.changed):
        kept = "coalesce(o.row_no, c.row_no) AS row_no, coalesce(o.slot_no, c.slot_no) AS slot_no"
        written = (
            f"SELECT c.* EXCLUDE (_h) REPLACE ({kept}) FROM (SELECT *, hash({content}) AS _h FROM ({facts})) c "
            f"LEFT JOIN {old} o ON o.row_id = c.row_id AND o.slot = c.slot WHERE o.h IS NULL OR o.h <> c._h"
        )
    names = {str(r[0]) for r in connection.execute(f"SELECT DISTINCT parse_filename(filename) FROM {dead}").fetchall()}
    affected = tuple(file for file in transaction.snapshot(table).files if file.name in names)
    return Plan(table, done, written, dead if affected else None, affected, extras)


def _scope(staged: StagedImport, table: str, facts: str | None) -> str:
    """SQL for what else goes away: facts of forgotten people stay in every case."""
    if staged.scope == "source":
        return f" OR row_id >= {ANONYMOUS}"
    if staged.scope == "span" and facts is not None:
        when = "valid_from" if table == "attributes" else "ts"
        low, high = (f"(SELECT {f}({when}) FROM ({facts}))" for f in ("min", "max"))
        return f" OR (row_id >= {ANONYMOUS} AND {when} BETWEEN {low} AND {high})"
    return ""


def _content(table: str, extras: Iterable[str]) -> str:
    return sql.names(column.name for column in table_columns(table, extras) if column.content)


def _write(
    connection: duckdb.DuckDBPyConnection,
    transaction: Transaction,
    plan: Plan,
    *,
    given: Staged | None,
    source: str,
    import_no: int,
) -> None:
    if plan.select is None and plan.dead is None:
        return
    folder, parts = transaction.folder, [plan.select] if plan.select else []
    if plan.dead:
        files = [file.name for file in plan.affected]
        held = relation(connection, folder, plan.table, transaction.head, only=files, extras=plan.extras)
        same = f"d.row_id = e.row_id AND d.slot = e.slot AND e.source = {sql.literal(source)}"
        parts.append(f"SELECT e.* FROM ({held}) e ANTI JOIN {plan.dead} d ON {same}")
        gone = f"SELECT e.* FROM ({held}) e SEMI JOIN {plan.dead} d ON {same}"
        write_one(connection, select=gone, path=folder.replaced(import_no, plan.table))
    columns = sql.names(column.name for column in table_columns(plan.table, plan.extras))
    select = " UNION ALL ".join(f"SELECT {columns} FROM ({part})" for part in parts)
    if given is not None and plan.dead is None:
        select = narrowed(connection, select, given=given.select)
    added = write_files(connection, folder, table=plan.table, select=select, modified_ms=transaction.at_ms)
    transaction.progress(f"{plan.table} written")
    transaction.change(plan.table, add=added, remove=plan.affected, columns=plan.extras)


def _drop_temporary(connection: duckdb.DuckDBPyConnection) -> None:
    found = "SELECT table_name FROM duckdb_tables() WHERE temporary AND table_name LIKE '\\_safar\\_%' ESCAPE '\\'"
    for (name,) in connection.execute(found).fetchall():
        connection.execute(f"DROP TABLE IF EXISTS {sql.quoted(str(name))}")
