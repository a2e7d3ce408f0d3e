"""The experience log of one workspace."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

import duckdb

from safar.domain.fact import TABLES
from safar.log import aliases, delta, disk, engine, manifest
from safar.log import commit as committing
from safar.log import compact as compacting
from safar.log import forget as forgetting
from safar.log import undo as undoing
from safar.log import verify as verifying
from safar.log.compact import CompactReport
from safar.log.folder import LogFolder
from safar.log.forget import ForgetReport
from safar.log.full import writing_below
from safar.log.identities import find_subject, find_subjects, forgotten_among, looked_up
from safar.log.lock import only_writer
from safar.log.manifest import LogVersion
from safar.log.mentions import mentioned
from safar.log.migrate import upgrade
from safar.log.presence import drop_dead, present
from safar.log.problems import LogExists, VersionGone, WriterBusy
from safar.log.schema import FORMAT
from safar.log.staged import CommitReport, StagedImport
from safar.log.transaction import Progress, recover
from safar.log.verify import LogInfo, VerifyReport
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
        folder.imports.mkdir(exist_ok=True)
        for private in (folder.table("identities"), folder.imports):
            private.chmod(0o700)  # who is who, and rows as they came: for the owner's account only
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
        """Open the log in a folder: upgrade an older format, finish a forgetting that was interrupted.

        What else a crash left behind is never seen by readers, and the next writer takes it back.
        Raises: LogMissing, LogTooNew, LogDamaged; WriteFailed where a forgetting cannot be finished.
        """
        folder = LogFolder(path, settings, salt, random)
        if folder.head().format < FORMAT:
            upgrade(folder)
        if folder.purge_note.exists():
            with suppress(WriterBusy), writing_below(path), only_writer(folder.lock, wait_s=0.0):
                recover(folder)
        drop_dead(folder.temporary)
        return cls(folder)

    @property
    def path(self) -> Path:
        """The folder of the log."""
        return self._folder.path

    def head(self) -> LogVersion:
        """The newest version."""
        return self._folder.head()

    def versions(self, *, after: int = -1) -> list[LogVersion]:
        """All versions that are kept and have a number above `after`, oldest first."""
        found = []
        for number in manifest.numbers(self._folder.versions):
            with suppress(VersionGone):  # a compaction may be clearing away the oldest meanwhile
                if number > after:
                    found.append(manifest.read(self._folder.versions, number))
        return found

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection within the settings' memory and threads, in UTC, without extensions from outside."""
        return engine.connect(self._folder)

    @contextmanager
    def put_aside(self) -> Iterator[Path]:
        """A folder for what an import prepares. It goes at the end, or with whoever next finds its process dead."""
        presence = present(self._folder.temporary, name=self._folder.token())
        name = "" if presence is None else presence.name
        with TemporaryDirectory(dir=self._folder.temporary, prefix=f"aside-{name}-") as folder:
            yield Path(folder)

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

    def compare(
        self,
        con: duckdb.DuckDBPyConnection,
        staged: StagedImport,
        *,
        now: datetime,
        rows: str,
        progress: Progress | None = None,
    ) -> CommitReport:
        """What `commit` would do; nothing is written. The temporary table `rows` then has the rows that it touches.

        Raises: BadStaged, BadFacts.
        """
        return committing.compare(self._folder, con, staged, now=now, rows=rows, progress=progress)

    def undo(self, import_no: int, *, now: datetime, progress: Progress | None = None) -> CommitReport:
        """Take an import back: a new version without what it brought, and with what it replaced or removed.

        Raises: ImportUnknown, ImportSettled, UndoConflict, WriterBusy, WriteFailed.
        """
        return undoing.undo(self._folder, import_no, now=now, progress=progress)

    def foresee_undo(self, import_no: int, *, now: datetime) -> CommitReport:
        """What undoing an import would bring back and take away; nothing is changed.

        Raises: ImportUnknown, ImportSettled, UndoConflict.
        """
        return undoing.foresee_undo(self._folder, import_no, now=now)

    def forget(
        self,
        *,
        namespace: str | None,
        external_id: str,
        subject_kind: str = "customer",
        now: datetime,
        progress: Progress | None = None,
    ) -> ForgetReport:
        """Forget one person, with everybody merged into them, for good; older versions can no longer be read.

        Raises: CustomerUnknown, AmbiguousCustomer, WriterBusy, WriteFailed.
        """
        return forgetting.forget(
            self._folder,
            namespace=namespace,
            external_id=external_id,
            subject_kind=subject_kind,
            now=now,
            progress=progress,
        )

    def forget_again(self, *, now: datetime) -> list[ForgetReport]:
        """After a backup was put back: forget everybody of the ledger whom the log knows again."""
        return forgetting.forget_again(self._folder, now=now)

    def subject_of(self, external_id: str, *, namespace: str | None = None, subject_kind: str = "customer") -> int:
        """The surrogate key behind an identifier. Raises: CustomerUnknown, AmbiguousCustomer."""
        with engine.connect(self._folder) as connection:
            return find_subject(
                connection,
                self._folder,
                self.head(),
                namespace=namespace,
                external_id=external_id,
                kind=subject_kind,
            )

    def subjects_of(self, external_id: str, *, subject_kind: str = "customer") -> list[tuple[str, int]]:
        """(namespace, surrogate key) of everybody with exactly this identifier; nobody: an empty list."""
        with engine.connect(self._folder) as connection:
            return find_subjects(connection, self._folder, self.head(), external_id=external_id, kind=subject_kind)

    def merge(self, *, alias: int, same_as: int, now: datetime) -> LogVersion:
        """Read the customer `alias` as `same_as` from now on. Raises: BadMerge."""
        return aliases.merge(self._folder, alias=alias, same_as=same_as, now=now)

    def unmerge(self, *, alias: int, now: datetime) -> LogVersion:
        """Read the customer `alias` as itself again; other merges stay. Raises: BadMerge."""
        return aliases.unmerge(self._folder, alias=alias, now=now)

    def compact(self, *, now: datetime, progress: Progress | None = None) -> CompactReport:
        """Merge small files and clear away old versions. Raises: WriterBusy, WriteFailed."""
        return compacting.compact(self._folder, now=now, progress=progress)

    def verify(self) -> VerifyReport:
        """Check the log from end to end; what is wrong stands in the report."""
        return verifying.verify(self._folder)

    def info(self) -> LogInfo:
        """What is in the log, without reading a fact."""
        return verifying.info(self._folder)

    def ledger_mark(self) -> int:
        """A number that changes whenever somebody is forgotten."""
        return self._folder.ledger_mark()

    def forgotten_among(self, con: duckdb.DuckDBPyConnection, select: str, *, name: str) -> bool:
        """Make the temporary table `name`: rows of a SELECT with kind, ns and ext that name somebody forgotten.

        False, and no table, where nobody was forgotten yet.
        """
        if not self._folder.ledger.exists():
            return False
        forgotten_among(con, self._folder, select, name=name)
        return True

    def look_up(self, con: duckdb.DuckDBPyConnection, select: str, *, name: str) -> None:
        """Make the temporary table `name`: rows of a SELECT with kind, ns and ext, and `lookup`, the mark of each."""
        looked_up(con, self._folder, select, name=name)

    def mentions(
        self,
        con: duckdb.DuckDBPyConnection,
        texts: str,
        *,
        also: Iterable[tuple[str, str]],
        name: str,
        numbers: bool = False,
    ) -> None:
        """Make the temporary table `name` (id, word): forgotten identifiers in texts, from a SELECT of (id, text)."""
        mentioned(con, self._folder, self.head(), texts, also=also, name=name, numbers=numbers)

    def import_folder(self, import_no: int) -> Path:
        """Where the report, the rows set aside and the replaced rows of an import are kept."""
        return self._folder.import_folder(import_no)
