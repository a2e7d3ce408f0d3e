"""Checking a log from end to end, and telling what is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from safar import sql
from safar.domain.fact import TABLES
from safar.domain.wording import counted
from safar.errors import SafarError
from safar.log import delta, manifest
from safar.log.engine import connect, relation
from safar.log.folder import LogFolder
from safar.log.identities import ledger
from safar.log.manifest import LogVersion
from safar.log.retention import first_undoable
from safar.log.schema import FACTS, checks, surrogate_column, table_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """`problems`: what must not be. `notes`: harmless leftovers that the next writer or compaction clears."""

    version: int
    versions_checked: int
    files_checked: int
    rows_checked: int
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class TableInfo:
    """One table of the newest version. `since` and `until` bound its times, as text; None where it has none."""

    table: str
    rows: int
    files: int
    bytes: int
    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInfo:
    """What is in the log. Imports before `undoable_from` can no longer be undone.

    `bytes_on_disk` counts everything in its folder, old versions included.
    """

    path: str
    version: int
    at: datetime
    import_no: int
    format: int
    readable_from: int
    undoable_from: int
    tables: tuple[TableInfo, ...]
    sources: Mapping[str, Mapping[str, int]]
    extras: tuple[str, ...]
    forgotten: int
    bytes_on_disk: int


def info(folder: LogFolder) -> LogInfo:
    """What is in the log, from its manifests and table logs; no fact is read."""
    head = folder.head()
    tables: list[TableInfo] = []
    extras: set[str] = set()
    for table in TABLES:
        snapshot = folder.snapshot(table, head)
        extras.update(snapshot.extras)
        lows = [file.low for file in snapshot.files if file.low]
        highs = [file.high for file in snapshot.files if file.high]
        tables.append(
            TableInfo(
                table=table,
                rows=snapshot.rows,
                files=len(snapshot.files),
                bytes=sum(file.bytes for file in snapshot.files),
                since=min(lows, default=None),
                until=max(highs, default=None),
            )
        )
    with connect(folder) as connection:
        row = connection.execute(f"SELECT count(*) FROM {ledger(folder)}").fetchone()
    return LogInfo(
        path=str(folder.path),
        version=head.number,
        at=head.at,
        import_no=head.import_no,
        format=head.format,
        readable_from=head.readable_from,
        undoable_from=first_undoable(folder, head),
        tables=tuple(tables),
        sources=head.sources,
        extras=tuple(sorted(extras)),
        forgotten=int(row[0]) if row else 0,
        bytes_on_disk=sum(path.stat().st_size for path in folder.path.rglob("*") if path.is_file()),
    )


def verify(folder: LogFolder) -> VerifyReport:
    """Check manifests, table versions, files, row counts, the rules of facts, identities, and what lies about."""
    head = folder.head()
    problems: list[str] = []
    notes: list[str] = []
    numbers = manifest.numbers(folder.versions)
    missing = sorted(set(range(head.kept_from, head.number + 1)) - set(numbers))
    if missing:
        problems.append(f"manifests are missing: {missing[:5]}")
    if numbers[0] < head.kept_from:
        notes.append(f"manifests before version {head.kept_from} are past their time, to be deleted by compaction")
    kept = [n for n in numbers if n >= head.readable_from]
    files: set[tuple[str, str]] = set()
    for number in kept:
        try:
            version = manifest.read(folder.versions, number)
            problems += _check_files(folder, version, files)
        except SafarError as error:
            problems.append(f"version {number}: {error}")
    with connect(folder) as connection:
        for table in FACTS:
            problems += _check_facts(connection, folder, head, table)
        problems += _check_people(connection, folder, head)
    notes += _leftovers(folder, head, files)
    rows = sum(head.rows.values())
    return VerifyReport(
        version=head.number,
        versions_checked=len(kept),
        files_checked=len(files),
        rows_checked=rows,
        problems=tuple(problems),
        notes=tuple(notes),
    )


def _check_files(folder: LogFolder, version: LogVersion, seen: set[tuple[str, str]]) -> Iterator[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for table in version.tables:
        snapshot = folder.snapshot(table, version)
        if snapshot.rows != version.rows.get(table, 0):
            told = version.rows.get(table)
            yield f"version {version.number}, {table}: {counted(snapshot.rows, 'row')}, the manifest says {told}"
        for file in snapshot.files:
            if (table, file.name) in seen:
                continue
            seen.add((table, file.name))
            path = folder.table(table) / file.name
            if not path.is_file():
                yield f"version {version.number}, {table}: {file.name} is missing"
                continue
            try:
                held = pq.read_metadata(path).num_rows
            except (pa.ArrowException, OSError) as cause:
                yield f"version {version.number}, {table}: {file.name} cannot be read: {cause}"
                continue
            if held != file.rows or path.stat().st_size != file.bytes:
                yield f"version {version.number}, {table}: {file.name} is not the file that was written"


def _check_facts(
    connection: duckdb.DuckDBPyConnection, folder: LogFolder, head: LogVersion, table: str
) -> Iterator[str]:
    try:
        select = relation(connection, folder, table, head)
        columns = table_columns(table, folder.snapshot(table, head).extras)
        rules = checks(table, columns)
        counts = ", ".join(f"count_if({rule.violated})" for rule in rules)
        row = connection.execute(f"SELECT {counts} FROM ({select})").fetchone() or ()
        for rule, count in zip(rules, row, strict=True):
            if count:
                yield f"{table}: {rule.what} ({counted(count, 'fact')})"
        twice = f"SELECT count(*) FROM (SELECT 1 FROM ({select}) GROUP BY row_id, slot HAVING count(*) > 1)"
        if found := sql.count(connection, twice):
            yield f"{table}: {counted(found, 'fact')} there more than once"
        held = dict(connection.execute(f"SELECT source, count(*) FROM ({select}) GROUP BY source").fetchall())
    except (duckdb.Error, SafarError) as cause:
        yield f"{table}: cannot be read: {cause}"
        return
    told = {source: counts[table] for source, counts in head.sources.items() if counts.get(table)}
    if held != told:
        yield f"{table}: facts by source are {held}, the manifest says {told}"


def _check_people(connection: duckdb.DuckDBPyConnection, folder: LogFolder, head: LogVersion) -> Iterator[str]:
    try:
        identities = relation(connection, folder, "identities", head)
        aliases = relation(connection, folder, "aliases", head)
        for table in FACTS:
            key = surrogate_column(table)
            facts = relation(connection, folder, table, head)
            stray = (
                f"SELECT count(*) FROM (SELECT DISTINCT {key} AS subject FROM ({facts}) WHERE {key} IS NOT NULL) "
                f"ANTI JOIN ({identities}) USING (subject)"
            )
            if found := sql.count(connection, stray):
                yield f"{table}: {counted(found, 'customer')} without identity"
        for what, query in (
            ("look-ups stand twice", f"SELECT count(*) - count(DISTINCT lookup) FROM ({identities})"),
            (
                "people who were forgotten are known again",
                f"SELECT count(*) FROM ({identities}) WHERE lookup IN (SELECT lookup FROM {ledger(folder)})",
            ),
            ("customers are merged twice", f"SELECT count(*) - count(DISTINCT subject) FROM ({aliases})"),
        ):
            if found := sql.count(connection, query):
                yield f"identities: {found} {what}"
    except (duckdb.Error, SafarError) as cause:
        yield f"identities: cannot be read: {cause}"


def _leftovers(folder: LogFolder, head: LogVersion, named: set[tuple[str, str]]) -> Iterator[str]:
    for table, pinned in head.tables.items():
        try:
            newest = delta.latest(folder.table(table))
        except SafarError as error:
            yield f"{table}: {error}"
            continue
        here = {file.name for file in folder.snapshot(table, head).files}
        if newest.version != pinned and {file.name for file in newest.files} != here:
            yield f"{table}: a change that never counted is to be taken back by the next writer"
        loose = [p.name for p in folder.table(table).glob("*.parquet") if (table, p.name) not in named]
        if loose:
            yield f"{table}: {counted(len(loose), 'file')} named by no version, to be deleted by compaction"
    if folder.purge_note.exists():
        yield "a forgetting was interrupted and is to be finished by the next writer"
