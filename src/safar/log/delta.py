"""The Delta tables: which data files make up a version, and changing that.

Data files are written by DuckDB (`write`); Delta keeps the account of them. Its statistics are limited to the
column that prunes, so that no value of a person ever stands in its log.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import (
    AddAction,
    CommitProperties,
    PostCommitHookProperties,
    RemoveAction,
    create_table_with_add_actions,
)

from safar.domain.fact import Column
from safar.log import disk
from safar.log.full import write_failed
from safar.log.problems import LogDamaged, WriteFailed
from safar.log.schema import PRUNES, delta_schema, is_extra, table_columns

_HOOKS = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
_ONCE = CommitProperties(max_commit_retries=0)
CHECKPOINT_EVERY = 20
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file of a table. `low` and `high` bound the column that the table is sorted by, as text."""

    name: str
    bytes: int
    rows: int
    modified_ms: int = 0
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A table at one Delta version: its files, and its columns' names."""

    version: int
    files: tuple[DataFile, ...]
    columns: tuple[str, ...]

    @property
    def extras(self) -> tuple[str, ...]:
        """The links and properties that the table has."""
        return tuple(column for column in self.columns if is_extra(column))

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return sum(file.rows for file in self.files)


def _told(call: Callable[P, T]) -> Callable[P, T]:
    """Turn what Delta raises into this package's errors."""

    @wraps(call)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except TableNotFoundError as cause:
            raise LogDamaged(f"A table of the log is missing: {cause}") from cause
        except (DeltaError, OSError) as cause:
            place = next((one for one in args if isinstance(one, Path)), Path())
            raise write_failed(cause, place) from cause

    return guarded


def _open(folder: Path, version: int | None = None) -> DeltaTable:
    """Open a table. A checkpoint that a power cut tore is thrown away: the commits behind it still say everything.

    A sound checkpoint stays whatever happens: the commits before it may have been cleared away.
    """
    try:
        return DeltaTable(str(folder), version=version)
    except TableNotFoundError:
        raise
    except DeltaError:
        torn = [path for path in (folder / "_delta_log").glob("*.checkpoint*.parquet") if not _whole(path)]
        if not torn:
            raise
        for path in (*torn, folder / "_delta_log" / "_last_checkpoint"):
            path.unlink(missing_ok=True)
        return DeltaTable(str(folder), version=version)


@_told
def create(folder: Path, table: str) -> int:
    """Create an empty table; returns its Delta version."""
    folder.mkdir(parents=True)
    create_table_with_add_actions(
        str(folder),
        delta_schema(table_columns(table)),
        [],
        name=table,
        configuration={"delta.dataSkippingStatsColumns": PRUNES[table] or "import_no"},
        post_commithook_properties=_HOOKS,
    )
    _sync_log(folder)
    return 0


@_told
def latest(folder: Path) -> Snapshot:
    """The newest Delta version, whether or not a manifest names it."""
    return _snapshot(_open(folder))


def goes_beyond(folder: Path, version: int) -> bool:
    """Whether the table's log goes on after `version`."""
    return (folder / "_delta_log" / f"{version + 1:020d}.json").exists()


@_told
def at_version(folder: Path, version: int) -> Snapshot:
    """One Delta version."""
    return _snapshot(_open(folder, version))


def _snapshot(table: DeltaTable) -> Snapshot:
    columns = tuple(field.name for field in table.schema().fields)
    stream = table.get_add_actions(flatten=True)
    actions = pa.RecordBatchReader.from_stream(stream).read_all()  # `pa.table` would import pandas
    plain = {name: _plain(actions.column(name)) for name in actions.column_names}
    empty: list[Any] = [None] * actions.num_rows
    low, high = (next((plain[n] for n in plain if n.startswith(bound)), empty) for bound in ("min.", "max."))
    found = zip(plain["path"], plain["size_bytes"], plain["num_records"], low, high, strict=True)
    files = [
        DataFile(name=path, bytes=size, rows=rows or 0, low=low, high=high) for path, size, rows, low, high in found
    ]
    return Snapshot(table.version(), tuple(sorted(files, key=lambda f: (f.low or "", f.name))), columns)


def _plain(column: pa.ChunkedArray[Any]) -> list[Any]:
    """Values as Python objects, times as text: as times they would make pyarrow import pandas."""
    return list((column.cast(pa.string()) if pa.types.is_timestamp(column.type) else column).to_pylist())


@_told
def restore(folder: Path, version: int) -> Snapshot:
    """Make the newest version hold what `version` held: takes back what a crash left behind."""
    table = _open(folder)
    table.restore(version, commit_properties=_ONCE, post_commithook_properties=_HOOKS)
    _sync_log(folder)
    return latest(folder)


@_told
def add_columns(folder: Path, columns: Sequence[Column]) -> None:
    """Add columns; files written before read as empty there."""
    table = _open(folder)
    fields = list(delta_schema(columns).fields)
    table.alter.add_columns(fields, commit_properties=_ONCE, post_commithook_properties=_HOOKS)


@_told
def change(
    folder: Path,
    *,
    add: Sequence[DataFile],
    remove: Sequence[DataFile],
    prunes: str | None,
    same_rows: bool,
    at_ms: int,
) -> int:
    """One Delta commit that adds and removes files; returns the new version.

    `same_rows`: the files only move rows about (compaction).
    """
    table = _open(folder)
    actions: list[AddAction | RemoveAction] = [_add(file, prunes=prunes, same_rows=same_rows) for file in add]
    actions += [
        RemoveAction(path=file.name, data_change=not same_rows, deletion_timestamp=at_ms, size=file.bytes)
        for file in remove
    ]
    table.create_write_transaction(
        actions, "append", table.schema(), commit_properties=_ONCE, post_commithook_properties=_HOOKS
    )
    _sync_log(folder)
    return int(table.version()) + 1  # the open table does not learn of its own commit; nobody else commits


def _add(file: DataFile, *, prunes: str | None, same_rows: bool) -> AddAction:
    stats: dict[str, Any] = {"numRecords": file.rows}
    if prunes and file.low is not None and file.high is not None:
        stats |= {"minValues": {prunes: file.low}, "maxValues": {prunes: file.high}}
    return AddAction(
        path=file.name,
        size=file.bytes,
        partition_values={},
        modification_time=file.modified_ms,
        data_change=not same_rows,
        stats=json.dumps(stats),
    )


@_told
def checkpoint(folder: Path) -> None:
    """Fold the table's log into one file, so that opening it stays quick."""
    _open(folder).create_checkpoint()
    _sync_log(folder)


@_told
def forget_before(folder: Path, version: int, *, cleared: Callable[[], None]) -> int:
    """Delete the commits and checkpoints before `version`, which stays readable; returns how many files went.

    A checkpoint of `version` is on the disk, and has been read back, before the first commit goes; they go the oldest
    first. So at any moment a checkpoint and all commits after it are there.
    """
    log = folder / "_delta_log"
    past = sorted(path for path in log.iterdir() if path.name[:20].isdigit() and int(path.name[:20]) < version)
    if not past:
        return 0
    base = log / f"{version:020d}.checkpoint.parquet"
    if not base.exists() or not _whole(base):
        base.unlink(missing_ok=True)
        _open(folder, version).create_checkpoint()
        disk.sync_all([base, log / "_last_checkpoint"])
    if not _whole(base):
        raise WriteFailed(f"The checkpoint {base} could not be written, so no older commits were cleared away.")
    for path in past:
        path.unlink()
        cleared()
    disk.sync_folder(log)
    return len(past)


def _whole(checkpoint: Path) -> bool:
    """Whether a checkpoint can be read to its end."""
    import pyarrow.parquet as pq

    try:
        pq.read_table(checkpoint)
    except (pa.ArrowException, OSError):
        return False
    return True


def _sync_log(folder: Path) -> None:
    log = folder / "_delta_log"
    newest = sorted(log.iterdir())[-8:]
    disk.sync_all(entry for entry in newest if entry.is_file())
    disk.sync_folder(folder)
