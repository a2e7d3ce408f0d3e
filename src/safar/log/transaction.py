"""One change of the log: lock, put right what a crash left, change tables, make it count by its manifest."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from safar.domain.fact import TABLES, extra_column
from safar.errors import SafarError
from safar.log import delta, disk, manifest
from safar.log.delta import DataFile, Snapshot
from safar.log.folder import LogFolder
from safar.log.full import write_failed
from safar.log.lock import only_writer
from safar.log.manifest import LogVersion
from safar.log.presence import drop_dead
from safar.log.problems import MemoryShort
from safar.log.purge import finish
from safar.log.schema import PRUNES, is_extra, table_columns

Progress = Callable[[str], None]
"""Is told the name of each step as it ends; the last one before a change counts is `manifest`."""


def quiet(step: str) -> None:
    """Progress that nobody follows."""


@dataclass(slots=True)
class Transaction:
    """A change in the making. Only the holder of the lock has one; `publish` ends it."""

    folder: LogFolder
    head: LogVersion
    now: datetime
    progress: Progress = quiet
    tables: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    _written: list[Path] = field(default_factory=list)

    @property
    def at_ms(self) -> int:
        """The moment of the change in milliseconds since 1970."""
        return int(self.now.timestamp() * 1000)

    def snapshot(self, table: str) -> Snapshot:
        """The table as the head has it."""
        return self.folder.snapshot(table, self.head)

    def change(
        self,
        table: str,
        *,
        add: Sequence[DataFile] = (),
        remove: Sequence[DataFile] = (),
        columns: Sequence[str] = (),
        same_rows: bool = False,
    ) -> None:
        """Commit files to a Delta table, with the new columns that they bring. Not visible before `publish`."""
        if not add and not remove:
            return
        place = self.folder.table(table)
        disk.sync_all(place / file.name for file in add)
        self._written += [place / file.name for file in add]
        before = delta.latest(place)
        known = {column.name for column in TABLES[table]}
        missing = [c for c in table_columns(table, filter(is_extra, columns)) if c.name not in before.columns]
        if missing:
            delta.add_columns(place, [extra_column(c.name) if c.name not in known else c for c in missing])
        self.tables[table] = delta.change(
            place, add=add, remove=remove, prunes=PRUNES[table], same_rows=same_rows, at_ms=self.at_ms
        )
        self.rows[table] = before.rows + sum(f.rows for f in add) - sum(f.rows for f in remove)
        self.progress(f"{table} committed")

    def publish(
        self,
        *,
        kind: str,
        import_no: int | None = None,
        source: str | None = None,
        undoes: int | None = None,
        changes: Mapping[str, Mapping[str, int]] | None = None,
        sources: Mapping[str, Mapping[str, int]] | None = None,
        readable_from: int | None = None,
        kept_from: int | None = None,
    ) -> LogVersion:
        """Write the manifest: from here on the change counts."""
        version = LogVersion(
            number=self.head.number + 1,
            at=self.now,
            kind=kind,
            import_no=self.head.import_no if import_no is None else import_no,
            tables={**self.head.tables, **self.tables},
            rows={**self.head.rows, **self.rows},
            sources=self.head.sources if sources is None else sources,
            changes=changes or {},
            source=source,
            undoes=undoes,
            readable_from=self.head.readable_from if readable_from is None else readable_from,
            kept_from=self.head.kept_from if kept_from is None else kept_from,
        )
        self.progress("manifest")
        manifest.write(self.folder.versions, version)
        self._written.clear()
        self._checkpoint()
        return version

    def abort(self) -> None:
        """Take back what was written; what cannot be taken back now, the next writer does."""
        for path in self._written:
            path.unlink(missing_ok=True)
        self._written.clear()

    def _checkpoint(self) -> None:
        for table, version in self.tables.items():
            if version % delta.CHECKPOINT_EVERY < 2:
                delta.checkpoint(self.folder.table(table))


@contextmanager
def writing(folder: LogFolder, *, now: datetime, progress: Progress | None = None) -> Iterator[Transaction]:
    """Be the one writer for a while. What fails on the way leaves the log as it was.

    Raises: WriterBusy; WriteFailed when the disk is full or cannot be written.
    """
    with only_writer(folder.lock, wait_s=folder.settings.writer_wait_s):
        try:
            recover(folder)
            transaction = Transaction(folder, folder.head(), now, progress or quiet)
        except OSError as cause:
            raise write_failed(cause, folder.path) from cause
        try:
            yield transaction
        except SafarError:
            _take_back(folder, transaction)
            raise
        except duckdb.OutOfMemoryException as cause:
            _take_back(folder, transaction)
            raise MemoryShort(f"Memory of {folder.settings.memory_limit_mb} MiB is not enough: {cause}") from cause
        except (duckdb.IOException, duckdb.FatalException, OSError) as cause:
            _take_back(folder, transaction)
            raise write_failed(cause, folder.path) from cause
        except BaseException:
            _take_back(folder, transaction)
            raise


def recover(folder: LogFolder) -> None:
    """Take back what a writer that died left behind: table versions without manifest, unfinished files.

    Only the holder of the lock may do this.
    """
    finish(folder)
    head = folder.head()
    for table, pinned in head.tables.items():
        place = folder.table(table)
        if not delta.goes_beyond(place, pinned):
            continue
        if {f.name for f in delta.latest(place).files} != {f.name for f in folder.snapshot(table, head).files}:
            delta.restore(place, pinned)
    if folder.temporary.exists():
        for entry in folder.temporary.glob("write-*"):
            shutil.rmtree(entry, ignore_errors=True)
        drop_dead(folder.temporary)
    unfinished = folder.import_folder(head.import_no + 1)
    if unfinished.exists():
        shutil.rmtree(unfinished)


def _take_back(folder: LogFolder, transaction: Transaction) -> None:
    try:
        if manifest.numbers(folder.versions)[-1] > transaction.head.number:
            return  # the change counts already; only what follows it failed
        recover(folder)
        transaction.abort()
    except (OSError, SafarError):
        return  # as after a crash: the next writer takes it back before it does anything
