"""Put a backup back into an empty folder. Who was forgotten since then is forgotten again.

The ledger of the forgotten (`log/forgotten.parquet`) holds salted look-ups and no names. Whoever restores names
every newer ledger there is: the old workspace's folder, a ledger's copy, or a newer backup.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import duckdb

from safar import sql
from safar.errors import Conflict, InputError, NotFound
from safar.usecases.backup import CONTENTS, FORMAT, PEOPLE
from safar.usecases.workspace import Workspace

_LEDGER = "forgotten.parquet"
_CHUNK = 1 << 20


class BackupDamaged(InputError):
    """The file is no backup, or not the whole of one, or was changed."""

    code = "backup.damaged"
    next_step = "Use another backup; nothing was restored from this one."


class BackupMissing(NotFound):
    """There is no file of that name to restore from."""

    code = "backup.missing"
    next_step = "Check the path, and that you may read the file; `safar backup FILE` makes one."


class BackupTooNew(InputError):
    """The backup was made by a newer release."""

    code = "backup.too-new"
    next_step = "Install the release that made it, or a newer one, and restore again."


class RestoreTargetTaken(Conflict):
    """The folder to restore into holds something."""

    code = "restore.folder-not-empty"
    next_step = "Name a folder that does not exist yet."


class LedgerNeeded(InputError):
    """It was not said who has been forgotten since the backup."""

    code = "restore.ledger-needed"
    next_step = (
        "Name the old workspace's folder, a copy of its ledger or a newer backup with --ledger (or the setting "
        "ledger_copy); if nobody was forgotten since, say --no-ledger."
    )


class LedgerUnreadable(InputError):
    """A ledger that was named cannot be read."""

    code = "restore.ledger-unreadable"
    next_step = "Name a workspace's folder, a file forgotten.parquet or a backup."


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """`people`: the file with the database's rows, to be loaded next. `forgotten`: people forgotten again."""

    workspace: Workspace
    people: Path
    files: int
    log_version: int
    forgotten: int


def restore_files(
    *, file: Path, folder: Path, ledgers: Sequence[Path] | None, now: datetime, environ: Mapping[str, str]
) -> Restored:
    """Put everything but the database back, check every checksum, and forget again who was forgotten since.

    ledgers: where newer ledgers are; None: nobody was forgotten since. After an error the folder is as it was.
    Raises: BackupDamaged, BackupTooNew, RestoreTargetTaken, LedgerNeeded, LedgerUnreadable.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RestoreTargetTaken(f"{folder} is not empty.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        told = _extract(file, folder)
        workspace = Workspace.open(folder, environ=environ)
        if ledgers is not None:
            copy = workspace.settings.ledger_copy
            named = [*ledgers, *([Path(copy)] if copy and Path(copy).is_file() else [])]
            if not named:
                raise LedgerNeeded("Who was forgotten since the backup must stay forgotten.")
            _join_ledgers(workspace, named)
        forgotten = len(workspace.log.forget_again(now=now))
        report = workspace.log.verify()
        if not report.ok:
            raise BackupDamaged(f"The log does not hold together: {report.problems[0]}")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Restored(
        workspace=workspace,
        people=folder / PEOPLE,
        files=len(told["files"]),
        log_version=int(told["log_version"]),
        forgotten=forgotten,
    )


def restore_people(restored: Restored) -> int:
    """Put the database's rows back; returns how many. Needs Django to be configured. Raises: DatabaseNotEmpty."""
    from safar.store.dump import load

    rows = load(restored.people)
    restored.people.unlink()
    return rows


def _extract(file: Path, folder: Path) -> Mapping[str, Any]:
    found: dict[str, tuple[int, str]] = {}
    told: Mapping[str, Any] | None = None
    if not file.is_file():
        raise BackupMissing(f"There is no file {file}.")
    try:
        with tarfile.open(file, mode="r|") as archive:
            for member in archive:
                source = archive.extractfile(member) if member.isreg() else None
                if source is None:
                    raise BackupDamaged(f"{file} holds {member.name!r}, which is no file.")
                if member.name == CONTENTS:
                    told = json.loads(source.read())
                    continue
                target = _inside(folder, member.name)
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                found[member.name] = _copy(source, target)
    except (tarfile.TarError, OSError, ValueError, EOFError) as cause:
        raise BackupDamaged(f"{file} cannot be read: {cause}") from cause
    if told is None:
        raise BackupDamaged(f"{file} ends too early.")
    if told.get("format") != FORMAT:
        raise BackupTooNew(f"{file} has format {told.get('format')!r}; this release knows {FORMAT}.")
    wanted = {str(one["name"]): (int(one["bytes"]), str(one["sha256"])) for one in told["files"]}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise BackupDamaged(f"{file}: {name} is not what was backed up.")
    return told


def _copy(source: IO[bytes], target: Path) -> tuple[int, str]:
    """The size and the digest of what was copied to a new file that only its owner may read."""
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as out:
        while data := source.read(_CHUNK):
            digest.update(data)
            size += len(data)
            out.write(data)
    target.chmod(0o600)
    return size, digest.hexdigest()


def _inside(folder: Path, name: str) -> Path:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise BackupDamaged(f"The backup holds {name!r}, which leads out of the folder.")
    return folder.joinpath(*path.parts)


def _join_ledgers(workspace: Workspace, places: Sequence[Path]) -> None:
    """Add the look-ups of other ledgers to the workspace's own."""
    own = workspace.log.path / _LEDGER
    with tempfile.TemporaryDirectory() as temporary:
        files = [own] if own.exists() else []
        for number, place in enumerate(places):
            found = _ledger_at(place, Path(temporary) / f"{number}.parquet")
            if found is not None:
                files.append(found)
        if not files:
            return
        joined = Path(temporary) / "joined.parquet"
        with workspace.log.connect() as connection:
            try:
                connection.execute(
                    f"COPY (SELECT lookup, min(forgotten_at) AS forgotten_at "
                    f"FROM read_parquet([{sql.literals(map(str, files))}]) GROUP BY lookup) "
                    f"TO {sql.literal(str(joined))} (FORMAT parquet)"
                )
            except duckdb.Error as cause:
                raise LedgerUnreadable(f"A ledger cannot be read: {cause}") from cause
        shutil.copyfile(joined, own)
        own.chmod(0o600)


def _ledger_at(place: Path, target: Path) -> Path | None:
    """The ledger of a folder, a file or a backup; None where nobody was forgotten there."""
    if place.is_dir():
        if not (place / "log").is_dir():
            raise LedgerUnreadable(f"There is no workspace in {place}.")
        found = place / "log" / _LEDGER
        return found if found.is_file() else None
    if not place.is_file():
        raise LedgerUnreadable(f"There is no {place}.")
    if not tarfile.is_tarfile(place):
        return place
    with tarfile.open(place) as archive:
        names = set(archive.getnames())
        if CONTENTS not in names:
            raise LedgerUnreadable(f"{place} is no backup.")
        source = archive.extractfile(f"log/{_LEDGER}") if f"log/{_LEDGER}" in names else None
        if source is None:
            return None
        target.write_bytes(source.read())
        return target
