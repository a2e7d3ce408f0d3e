"""Getting rid of bytes: old data files, words in what is kept of imports, caches.

A forgetting counts when its manifest stands; its note stands until every byte is gone, so that a crash in
between is finished by whoever opens the log next.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from safar import sql
from safar.log import disk, manifest
from safar.log.anonymous import anonymous, replacing, telling, touched
from safar.log.engine import connect
from safar.log.folder import LogFolder
from safar.log.presence import drop_dead
from safar.log.schema import FACTS, surrogate_column
from safar.log.scrub import Wanted, rewrite_parquet, scrub

CACHES = ("prepared",)
UPLOADS = ("uploads", "studies")
"""Folders beside the log, in its workspace, that a forgetting empties or searches."""


@dataclass(frozen=True, slots=True)
class PurgeNote:
    """What is still to be done for a forgetting. It names the person, and goes when all else is gone.

    `said`: the person's submissions, as hexadecimal row identities; `key`: makes the new row identities.
    """

    version: int
    subjects: tuple[int, ...]
    identifiers: tuple[str, ...]
    lookups: tuple[str, ...]
    said: tuple[str, ...]
    key: str
    at: str

    def mine(self, table: str) -> str:
        """SQL condition of the person's rows in a table; never null."""
        own = f"{surrogate_column(table)} IN ({', '.join(map(str, self.subjects))})"
        if table == "feedback" and self.said:
            own += f" OR (customer IS NULL AND hex(submission) IN ({sql.literals(self.said)}))"
        return f"coalesce({own}, false)"


def write_note(folder: LogFolder, note: PurgeNote) -> None:
    """Write the note down, before the manifest is."""
    disk.replace(folder.purge_note, json.dumps(asdict(note)).encode())


def finish(folder: LogFolder) -> int:
    """Do what a note asks for, if there is one; returns how many files went or were rewritten.

    Only the holder of the lock may do this. Doing it twice does no harm.
    """
    if not folder.purge_note.exists():
        return 0
    raw = json.loads(folder.purge_note.read_bytes())
    note = PurgeNote(
        version=raw["version"],
        subjects=tuple(raw["subjects"]),
        identifiers=tuple(raw["identifiers"]),
        lookups=tuple(raw["lookups"]),
        said=tuple(raw["said"]),
        key=raw["key"],
        at=raw["at"],
    )
    done = 0
    if folder.head().number >= note.version:
        with connect(folder) as connection:
            _enter(connection, folder, note)
            done += sum(
                _replaced(connection, path, note) for path in sorted(folder.imports.glob("*/replaced-*.parquet"))
            )
            kept = [path for path in folder.imports.glob("*/*") if not path.name.startswith("replaced-")]
            kept += [path for name in UPLOADS for path in (folder.path.parent / name).glob("**/*")]
            # The look-ups, too: rows set aside carry that of the customer whom the recipe made of their columns.
            wanted = Wanted.of((*note.identifiers, *note.lookups))
            done += sum(scrub(connection, path, wanted) for path in kept if path.is_file())
        done += sweep(folder, oldest=folder.head().readable_from)
        for name in CACHES:
            done += _empty(folder.path.parent / name)
        drop_dead(folder.temporary)
    folder.purge_note.unlink()
    disk.sync_folder(folder.path)
    return done


def sweep(folder: LogFolder, *, oldest: int) -> int:
    """Delete data files that no version from `oldest` on names; returns how many."""
    versions = [manifest.read(folder.versions, n) for n in manifest.numbers(folder.versions) if n >= oldest]
    gone = 0
    for table in folder.head().tables:
        named = {file.name for version in versions for file in folder.snapshot(table, version).files}
        place = folder.table(table)
        for path in place.glob("*.parquet"):
            if path.name not in named:
                path.unlink()
                gone += 1
        disk.sync_folder(place)
    return gone


def _enter(connection: duckdb.DuckDBPyConnection, folder: LogFolder, note: PurgeNote) -> None:
    """Put the look-ups into the ledger: these people will be refused from now on."""
    held = (
        f"SELECT lookup, forgotten_at FROM read_parquet({sql.literal(str(folder.ledger))})"
        if folder.ledger.exists()
        else ""
    )
    at = f"TIMESTAMP {sql.literal(note.at)}"
    new = " UNION ALL ".join(
        f"SELECT unhex({sql.literal(one)}) AS lookup, {at} AS forgotten_at" for one in note.lookups
    )
    both = f"{held} UNION ALL {new}" if held else new
    pending = folder.ledger.with_name(".forgotten.pending")
    once = f"SELECT lookup, min(forgotten_at) AS forgotten_at FROM ({both}) GROUP BY lookup ORDER BY lookup"
    connection.execute(f"COPY ({once}) TO {sql.literal(str(pending))} (FORMAT parquet)")
    disk.sync_file(pending)
    pending.replace(folder.ledger)
    disk.sync_folder(folder.path)


def _replaced(connection: duckdb.DuckDBPyConnection, path: Path, note: PurgeNote) -> int:
    table = path.stem.removeprefix("replaced-")
    if table not in FACTS:
        return 0
    source = f"read_parquet({sql.literal(str(path))})"
    columns = [str(row[0]) for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
    mine, names = note.mine(table), telling(note.identifiers)
    hit = touched(table, columns, mine=mine, names=names)
    row = connection.execute(f"SELECT count_if({hit}) FROM {source}").fetchone()
    if row is None or not row[0]:
        return 0
    if table == "attributes":
        named = touched(table, ["value"], mine="false", names=names)
        cleared = {"value": f"CASE WHEN {named} THEN NULL ELSE value END"}
        select = f"SELECT * {replacing(cleared)} FROM {source} WHERE NOT {mine}"
    else:
        select = f"SELECT * {replacing(anonymous(columns, mine=mine, names=names, key=note.key))} FROM {source}"
    rewrite_parquet(connection, path, select)
    return 1


def _empty(place: Path) -> int:
    if not place.is_dir():
        return 0
    entries = list(place.iterdir())
    for entry in entries:
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    return len(entries)
