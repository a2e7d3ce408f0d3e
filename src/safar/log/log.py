"""The experience log of one workspace."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import duckdb

from safar.domain.fact import TABLES
from safar.log import commit as committing
from safar.log import delta, disk, engine, manifest
from safar.log.folder import LogFolder
from safar.log.manifest import LogVersion
from safar.log.problems import LogExists
from safar.log.staged import CommitReport, StagedImport
from safar.log.transaction import Progress
from safar.settings import Settings

if TYPE_CHECKING:
    from safar.analysis.tables import FactTables


class Log:
    """The experience log in one folder: tables of facts, versions, and one writer at a time.

    Any number of logs may be open at once, in one process or in many. Readers see the newest version that counts
    when they ask, and keep seeing it.
    """

    def __init__(self, folder: LogFolder) -> None:
        self._folder = folder

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        settings: Settings,
        salt: bytes,
        now: datetime,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> Self:
        """Create an empty log in a folder that holds none. Raises: LogExists."""
        folder = LogFolder(path, settings, salt, random)
        folder.versions.mkdir(parents=True, exist_ok=True)
        folder.temporary.mkdir(exist_ok=True)
        if manifest.numbers(folder.versions):
            raise LogExists(f"There is an experience log in {path} already.")
        for table in TABLES:
            if not (folder.table(table) / "_delta_log").exists():
                delta.create(folder.table(table), table)
        first = LogVersion(
            number=0, at=now, kind="create", import_no=0, tables=dict.fromkeys(TABLES, 0), rows=dict.fromkeys(TABLES, 0)
        )
        manifest.write(folder.versions, first)
        disk.sync_folder(path)
        return cls(folder)

    @classmethod
    def open(
        cls, path: Path, *, settings: Settings, salt: bytes, random: Callable[[int], bytes] = secrets.token_bytes
    ) -> Self:
        """Open the log in a folder. What a crash left behind is not seen, and the next writer takes it back.

        Raises: LogMissing, LogTooNew, LogDamaged.
        """
        folder = LogFolder(path, settings, salt, random)
        folder.head()
        return cls(folder)

    @property
    def path(self) -> Path:
        """The folder of the log."""
        return self._folder.path

    def head(self) -> LogVersion:
        """The newest version."""
        return self._folder.head()

    def versions(self) -> list[LogVersion]:
        """All versions, oldest first."""
        return [manifest.read(self._folder.versions, n) for n in manifest.numbers(self._folder.versions)]

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection within the settings' memory and threads, in UTC, without extensions from outside."""
        return engine.connect(self._folder)

    def tables(self, *, connection: duckdb.DuckDBPyConnection | None = None, version: int | None = None) -> FactTables:
        """The facts of a version (the newest by default) as Ibis tables. Raises: VersionGone."""
        return engine.fact_tables(self._folder, self._folder.version(version), connection or self.connect())

    def parquet_files(self, table: str, *, version: int | None = None) -> list[str]:
        """The Parquet files that make up a table in a version, in order of time. Raises: VersionGone."""
        return self._folder.files(table, self._folder.version(version))

    def commit(
        self,
        con: duckdb.DuckDBPyConnection,
        staged: StagedImport,
        *,
        now: datetime,
        progress: Progress | None = None,
    ) -> CommitReport:
        """Commit staged facts as one version, or leave everything as it was.

        Raises: BadStaged, BadFacts, WriterBusy, WriteFailed.
        """
        return committing.commit(self._folder, con, staged, now=now, progress=progress)
