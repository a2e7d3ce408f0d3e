"""Compaction: many small files become few sorted ones, and versions past their time are cleared away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from safar.domain.fact import TABLES
from safar.log import delta
from safar.log.delta import DataFile
from safar.log.engine import connect, relation
from safar.log.folder import LogFolder
from safar.log.purge import sweep
from safar.log.retention import clear_history, first_undoable, oldest_readable, oldest_undoable
from safar.log.transaction import Progress, Transaction, writing
from safar.log.write import write_files

SMALL_BYTES = 48 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactReport:
    """What compaction did. `files_before` and `files_after` count the files of the newest version.

    `files_deleted`: data files; `history_deleted`: manifests, Delta commits and replaced rows past their time.
    Versions from `readable_from` on can be read, imports from `undoable_from` on can be undone.
    """

    version: int
    files_before: int
    files_after: int
    files_deleted: int
    history_deleted: int
    readable_from: int
    undoable_from: int


def compact(folder: LogFolder, *, now: datetime, progress: Progress | None = None) -> CompactReport:
    """Merge small files, and delete what the settings keep_versions_days, keep_undo_days and keep_undo_versions let go.

    Never deletes a file that the newest version names. Raises: WriterBusy, WriteFailed.
    """
    with writing(folder, now=now, progress=progress) as transaction, connect(folder) as connection:
        head = transaction.head
        before = sum(len(transaction.snapshot(table).files) for table in TABLES)
        for table in TABLES:
            _merge_small(connection, transaction, table)
        oldest = max(oldest_readable(folder, now), head.readable_from)
        kept = max(min(oldest_undoable(folder, now), oldest), head.kept_from)
        if transaction.tables or oldest > head.readable_from or kept > head.kept_from:
            head = transaction.publish(kind="compact", readable_from=oldest, kept_from=kept)
        deleted = sweep(folder, oldest=head.readable_from)
        history = clear_history(folder, head, transaction.progress)
        for table in TABLES:
            delta.checkpoint(folder.table(table))
        return CompactReport(
            version=head.number,
            files_before=before,
            files_after=sum(len(folder.snapshot(table, head).files) for table in TABLES),
            files_deleted=deleted,
            history_deleted=history,
            readable_from=head.readable_from,
            undoable_from=first_undoable(folder, head),
        )


def _merge_small(connection: duckdb.DuckDBPyConnection, transaction: Transaction, table: str) -> None:
    snapshot = transaction.snapshot(table)
    small: Sequence[DataFile] = [file for file in snapshot.files if file.bytes < SMALL_BYTES]
    if len(small) < 2:
        return
    select = relation(connection, transaction.folder, table, transaction.head, only=[file.name for file in small])
    added = write_files(connection, transaction.folder, table=table, select=select, modified_ms=transaction.at_ms)
    transaction.progress(f"{table} written")
    transaction.change(table, add=added, remove=small, columns=snapshot.extras, same_rows=True)
