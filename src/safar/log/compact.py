"""Compaction: many small files become few sorted ones, and versions past their time are cleared away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from safar.domain.fact import TABLES
from safar.log import delta, manifest
from safar.log.delta import DataFile
from safar.log.engine import connect, relation
from safar.log.folder import LogFolder
from safar.log.purge import sweep
from safar.log.transaction import Progress, Transaction, writing
from safar.log.write import write_files

SMALL_BYTES = 48 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactReport:
    """What compaction did. `files_before` and `files_after` count the files of the newest version."""

    version: int
    files_before: int
    files_after: int
    files_deleted: int
    readable_from: int


def compact(folder: LogFolder, *, now: datetime, progress: Progress | None = None) -> CompactReport:
    """Merge small files and delete what only versions older than the setting keep_versions_days need.

    Never deletes a file that the newest version names. Raises: WriterBusy, WriteFailed.
    """
    with writing(folder, now=now, progress=progress) as transaction, connect(folder) as connection:
        head = transaction.head
        before = sum(len(transaction.snapshot(table).files) for table in TABLES)
        for table in TABLES:
            _merge_small(connection, transaction, table)
        oldest = _oldest_kept(folder, now - timedelta(days=folder.settings.keep_versions_days))
        if transaction.tables:
            oldest = min(oldest, head.number + 1)
            head = transaction.publish(kind="compact", readable_from=max(oldest, head.readable_from))
        elif oldest > head.readable_from:
            head = transaction.publish(kind="compact", readable_from=oldest)
        for table in TABLES:
            delta.checkpoint(folder.table(table))
        return CompactReport(
            version=head.number,
            files_before=before,
            files_after=sum(len(folder.snapshot(table, head).files) for table in TABLES),
            files_deleted=sweep(folder, oldest=head.readable_from),
            readable_from=head.readable_from,
        )


def _oldest_kept(folder: LogFolder, since: datetime) -> int:
    """The oldest version that was the newest at some moment since then."""
    numbers = manifest.numbers(folder.versions)
    for number, following in zip(reversed(numbers[:-1]), reversed(numbers[1:]), strict=True):
        if manifest.read(folder.versions, following).at < since:
            return following if number < following else number
    return numbers[0]


def _merge_small(connection: duckdb.DuckDBPyConnection, transaction: Transaction, table: str) -> None:
    snapshot = transaction.snapshot(table)
    small: Sequence[DataFile] = [file for file in snapshot.files if file.bytes < SMALL_BYTES]
    if len(small) < 2:
        return
    select = relation(connection, transaction.folder, table, transaction.head, only=[file.name for file in small])
    added = write_files(connection, transaction.folder, table=table, select=select, modified_ms=transaction.at_ms)
    transaction.progress(f"{table} written")
    transaction.change(table, add=added, remove=small, columns=snapshot.extras, same_rows=True)
