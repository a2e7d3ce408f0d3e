"""Getting rid of bytes: old data files, words in what is kept of imports, caches.

A forgetting counts when its manifest stands; its note stands until every byte is gone, so that a crash in
between is finished by whoever opens the log next.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from safar.log import disk, manifest, sql
from safar.log.anonymous import anonymous, replacing, telling, touched
from safar.log.engine import connect
from safar.log.folder import LogFolder
from safar.log.presence import drop_dead
from safar.log.schema import FACTS, surrogate_column

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
            own += f" OR (customer IS NULL AND hex(submission) IN ({sql.texts(self.said)}))"
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
            done += sum(scrub(connection, path, note.identifiers) for path in kept if path.is_file())
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


def scrub(connection: duckdb.DuckDBPyConnection, path: Path, identifiers: Sequence[str]) -> int:
    """Take every record that names one of the identifiers out of a file; returns 1 if the file changed.

    An identifier counts where it stands alone: "C-12" is not in "C-123". Compressed or unknown kinds of file
    cannot be searched and edited: they are deleted when they hold the bytes, and always when compressed.
    """
    alternatives = "|".join(re.escape(i) for i in identifiers)
    pattern = re.compile(rf"(?<![0-9A-Za-z_])(?:{alternatives})(?![0-9A-Za-z_])", re.IGNORECASE)
    editors: dict[str, Callable[[Path, re.Pattern[str]], bool]] = {
        ".csv": _scrub_csv,
        ".json": _scrub_json,
        ".jsonl": _scrub_lines,
        ".txt": _scrub_lines,
    }
    kind = path.suffix.lower()
    if kind == ".parquet":
        return int(_scrub_parquet(connection, path, identifiers))
    if kind in editors:
        return int(editors[kind](path, pattern))
    if kind in {".gz", ".xlsx", ".zip", ".zst"} or _holds(path, identifiers):
        path.unlink()
        return 1
    return 0


def _holds(path: Path, identifiers: Sequence[str]) -> bool:
    held = path.read_bytes()
    return any(re.search(re.escape(i.encode()), held, re.IGNORECASE) or i.encode() in held for i in identifiers)


def _enter(connection: duckdb.DuckDBPyConnection, folder: LogFolder, note: PurgeNote) -> None:
    """Put the look-ups into the ledger: these people will be refused from now on."""
    held = (
        f"SELECT lookup, forgotten_at FROM read_parquet({sql.text(str(folder.ledger))})"
        if folder.ledger.exists()
        else ""
    )
    at = f"TIMESTAMP {sql.text(note.at)}"
    new = " UNION ALL ".join(f"SELECT unhex({sql.text(one)}) AS lookup, {at} AS forgotten_at" for one in note.lookups)
    both = f"{held} UNION ALL {new}" if held else new
    pending = folder.ledger.with_name(".forgotten.pending")
    once = f"SELECT lookup, min(forgotten_at) AS forgotten_at FROM ({both}) GROUP BY lookup ORDER BY lookup"
    connection.execute(f"COPY ({once}) TO {sql.text(str(pending))} (FORMAT parquet)")
    disk.sync_file(pending)
    pending.replace(folder.ledger)
    disk.sync_folder(folder.path)


def _replaced(connection: duckdb.DuckDBPyConnection, path: Path, note: PurgeNote) -> int:
    table = path.stem.removeprefix("replaced-")
    if table not in FACTS:
        return 0
    source = f"read_parquet({sql.text(str(path))})"
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
    _rewrite_parquet(connection, path, select)
    return 1


def _scrub_parquet(connection: duckdb.DuckDBPyConnection, path: Path, identifiers: Sequence[str]) -> bool:
    source = f"read_parquet({sql.text(str(path))})"
    texts = [str(d[0]) for d in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
    alternatives = "|".join(re.escape(i) for i in identifiers)
    pattern = sql.text(rf"(?i)(^|[^0-9A-Za-z_])(?:{alternatives})($|[^0-9A-Za-z_])")
    named = " OR ".join(f"coalesce(regexp_matches({sql.name(t)}::VARCHAR, {pattern}), false)" for t in texts) or "false"
    row = connection.execute(f"SELECT count_if({named}) FROM {source}").fetchone()
    if row is None or not row[0]:
        return False
    _rewrite_parquet(connection, path, f"SELECT * FROM {source} WHERE NOT ({named})")
    return True


def _rewrite_parquet(connection: duckdb.DuckDBPyConnection, path: Path, select: str) -> None:
    pending = path.with_name(f".{path.name}.pending")
    connection.execute(f"COPY ({select}) TO {sql.text(str(pending))} (FORMAT parquet, COMPRESSION zstd)")
    disk.sync_file(pending)
    pending.replace(path)
    disk.sync_folder(path.parent)


def _scrub_csv(path: Path, pattern: re.Pattern[str]) -> bool:
    pending, dropped = path.with_name(f".{path.name}.pending"), False
    old = csv.field_size_limit(2**31 - 1)
    try:
        with (
            path.open(newline="", encoding="utf-8", errors="surrogateescape") as source,
            pending.open("w", newline="", encoding="utf-8", errors="surrogateescape") as target,
        ):
            writer = csv.writer(target)
            for row in csv.reader(source):
                if any(pattern.search(cell) for cell in row):
                    dropped = True
                else:
                    writer.writerow(row)
    finally:
        csv.field_size_limit(old)
    return _settle(path, pending, changed=dropped)


def _scrub_lines(path: Path, pattern: re.Pattern[str]) -> bool:
    pending, dropped = path.with_name(f".{path.name}.pending"), False
    with (
        path.open(newline="", encoding="utf-8", errors="surrogateescape") as source,
        pending.open("w", newline="", encoding="utf-8", errors="surrogateescape") as target,
    ):
        for line in source:
            if pattern.search(line) or pattern.search(_unescaped(line)):
                dropped = True
            else:
                target.write(line)
    return _settle(path, pending, changed=dropped)


def _unescaped(line: str) -> str:
    """The line as JSON means it, where it is JSON."""
    try:
        return json.dumps(json.loads(line), ensure_ascii=False)
    except ValueError:
        return line


def _settle(path: Path, pending: Path, *, changed: bool) -> bool:
    if changed:
        disk.sync_file(pending)
        pending.replace(path)
        disk.sync_folder(path.parent)
    else:
        pending.unlink()
    return changed


def _scrub_json(path: Path, pattern: re.Pattern[str]) -> bool:
    try:
        held = json.loads(path.read_bytes())
    except ValueError:
        return _scrub_lines(path, pattern)
    clean = _without(held, pattern)
    if clean == held:
        return False
    disk.replace(path, json.dumps(clean, ensure_ascii=False, indent=1).encode())
    return True


def _without(value: Any, pattern: re.Pattern[str]) -> Any:
    match value:
        case dict():
            return {k: _without(v, pattern) for k, v in value.items() if not pattern.search(k)}
        case list():
            return [_without(v, pattern) for v in value if not _names(v, pattern)]
        case _:
            return None if _names(value, pattern) else value


def _names(value: Any, pattern: re.Pattern[str]) -> bool:
    """Whether a plain value, or a record of plain values, names the person."""
    match value:
        case dict():
            return any(not isinstance(v, dict | list) and _names(v, pattern) for v in value.values())
        case list():
            return any(not isinstance(v, dict | list) and _names(v, pattern) for v in value)
        case None | bool():
            return False
        case _:
            return bool(pattern.search(str(value)))


def _empty(place: Path) -> int:
    if not place.is_dir():
        return 0
    entries = list(place.iterdir())
    for entry in entries:
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    return len(entries)
