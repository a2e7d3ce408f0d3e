"""Where a log lives, and what every part of it needs to know."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from safar.log import delta, manifest
from safar.log.delta import Snapshot
from safar.log.disk import FileMark
from safar.log.manifest import LogVersion
from safar.log.problems import LogMissing, VersionGone
from safar.settings import Settings

_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class LogFolder:
    """The folder of one log, its settings, its salt and its source of random bytes.

    `random` gives surrogate keys and file names their randomness; tests may pass their own.
    """

    path: Path
    settings: Settings
    salt: bytes = field(repr=False)
    random: Callable[[int], bytes] = field(default=secrets.token_bytes, repr=False)
    _snapshots: dict[tuple[str, int], Snapshot] = field(default_factory=dict, repr=False, compare=False)
    _newest: list[tuple[FileMark, LogVersion]] = field(default_factory=list, repr=False, compare=False)

    @property
    def versions(self) -> Path:
        """Folder of the manifests."""
        return self.path / "versions"

    @property
    def lock(self) -> Path:
        """The writer's lock file."""
        return self.path / ".lock"

    @property
    def temporary(self) -> Path:
        """Where engines spill and files are written before they count."""
        return self.path / "tmp"

    @property
    def imports(self) -> Path:
        """Folder of what is kept of each import."""
        return self.path / "imports"

    @property
    def ledger(self) -> Path:
        """Salted look-ups of the people who were forgotten."""
        return self.path / "forgotten.parquet"

    def ledger_mark(self) -> int:
        """A number that changes whenever somebody is forgotten."""
        return self.ledger.stat().st_mtime_ns if self.ledger.exists() else 0

    @property
    def purge_note(self) -> Path:
        """Stands while a forgetting has been decided and not all bytes are gone yet."""
        return self.path / "purge.json"

    def import_folder(self, import_no: int) -> Path:
        """What is kept of one import: its report, rows set aside, rows that it replaced."""
        return self.imports / f"{import_no:08d}"

    def replaced(self, import_no: int, table: str) -> Path:
        """The rows of `table` that an import replaced or removed."""
        return self.import_folder(import_no) / f"replaced-{table}.parquet"

    def table(self, name: str) -> Path:
        """Folder of one Delta table."""
        return self.path / name

    def head(self) -> LogVersion:
        """The newest version. Raises: LogMissing."""
        # Numbers follow each other, so that a look for the next one tells whether what was read is still the newest.
        for mark, known in self._newest[-1:]:
            if not manifest.path_of(self.versions, known.number + 1).exists() and self._mark(known.number) == mark:
                return known
        numbers = manifest.numbers(self.versions)
        if not numbers:
            raise LogMissing(f"There is no experience log in {self.path}.")
        stands, found = self._mark(numbers[-1]), manifest.read(self.versions, numbers[-1])
        if stands is not None:
            self._newest[:] = [(stands, found)]
        return found

    def _mark(self, number: int) -> FileMark | None:
        try:
            return FileMark.of(manifest.path_of(self.versions, number))
        except FileNotFoundError:
            return None

    def version(self, number: int | None) -> LogVersion:
        """One version whose files are still there, the newest by default. Raises: VersionGone."""
        head = self.head()
        if number is None or number == head.number:
            return head
        if number < head.readable_from:
            raise VersionGone(f"Version {number} was cleared away; the oldest kept is {head.readable_from}.")
        return manifest.read(self.versions, number)

    def snapshot(self, table: str, version: LogVersion) -> Snapshot:
        """The files of a table in one version. A Delta version never changes, so it is read once."""
        pinned = version.tables[table]
        found = self._snapshots.get((table, pinned))
        if found is None:
            if len(self._snapshots) >= _REMEMBERED:
                self._snapshots.clear()
            found = delta.at_version(self.table(table), pinned)
            self._snapshots[table, pinned] = found
        return found

    def files(self, table: str, version: LogVersion) -> list[str]:
        """Absolute paths of the table's Parquet files in one version, in order of time."""
        folder = self.table(table)
        return [str(folder / file.name) for file in self.snapshot(table, version).files]

    def token(self) -> str:
        """A name that nothing else has."""
        return self.random(8).hex()
