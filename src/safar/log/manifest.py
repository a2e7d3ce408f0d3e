"""The manifest: `versions/<number>.json`, one file a version. A change counts from the moment its file stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from safar.log import disk
from safar.log.problems import LogDamaged, LogTooNew, VersionGone, WriterBusy
from safar.log.schema import FORMAT


@dataclass(frozen=True, slots=True, kw_only=True)
class LogVersion:
    """One version of the log.

    `kind`: create, import, undo, forget, merge, unmerge, compact or migrate. `import_no`: the last import up to
    and including this version (0 before the first). `tables`: the Delta version of each table. `rows`: rows of
    each table. `sources`: facts of each source by table. `changes`: what this version did, by table: new,
    changed, unchanged, removed. `undoes`: the import that an undo took back. `readable_from`: the oldest
    version whose files are still there. `kept_from`: the oldest version whose manifest is kept; imports
    before it can no longer be undone.
    """

    number: int
    at: datetime
    kind: str
    import_no: int
    tables: Mapping[str, int]
    rows: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    changes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    source: str | None = None
    undoes: int | None = None
    readable_from: int = 0
    kept_from: int = 0
    format: int = FORMAT

    @property
    def only_appended(self) -> bool:
        """Whether all facts of the version before still stand as they did: what is prepared may be added to."""
        touched = any(c.get("changed", 0) or c.get("removed", 0) for c in self.changes.values())
        return self.kind in {"import", "compact", "migrate"} and not touched


def path_of(folder: Path, number: int) -> Path:
    """The manifest file of a version."""
    return folder / f"{number:08d}.json"


def numbers(folder: Path) -> list[int]:
    """The numbers of all versions, oldest first."""
    return sorted(int(entry.stem) for entry in folder.glob("*.json") if entry.stem.isdigit())


def read(folder: Path, number: int) -> LogVersion:
    """One version. Raises: VersionGone, LogDamaged, LogTooNew."""
    try:
        raw = json.loads(path_of(folder, number).read_bytes())
    except FileNotFoundError as cause:
        raise VersionGone(f"The log has no version {number}.") from cause
    except (ValueError, OSError) as cause:
        raise LogDamaged(f"Manifest {path_of(folder, number)} cannot be read: {cause}") from cause
    return _decoded(raw, path_of(folder, number))


def write(folder: Path, version: LogVersion) -> None:
    """Make the version count. Raises: WriterBusy when that number was taken meanwhile."""
    raw: dict[str, Any] = {
        "format": version.format,
        "version": version.number,
        "at": version.at.isoformat(),
        "kind": version.kind,
        "import_no": version.import_no,
        "source": version.source,
        "undoes": version.undoes,
        "readable_from": version.readable_from,
        "kept_from": version.kept_from,
        "tables": {table: {"delta_version": number} for table, number in version.tables.items()},
        "rows": dict(version.rows),
        "changes": {table: dict(counts) for table, counts in version.changes.items()},
        "sources": {source: dict(counts) for source, counts in version.sources.items()},
    }
    data = json.dumps(raw, ensure_ascii=False, indent=1).encode()
    try:
        disk.write_new(path_of(folder, version.number), data)
    except FileExistsError as cause:
        raise WriterBusy(f"Version {version.number} of {folder.parent} was written by somebody else.") from cause


def _decoded(raw: Any, path: Path) -> LogVersion:
    try:
        written = int(raw["format"])
        if written > FORMAT:
            raise LogTooNew(f"{path} has format {written}; this Safar reads formats up to {FORMAT}.")
        return LogVersion(
            number=raw["version"],
            at=datetime.fromisoformat(raw["at"]),
            kind=raw["kind"],
            import_no=raw["import_no"],
            source=raw.get("source"),
            undoes=raw.get("undoes"),
            readable_from=raw.get("readable_from", 0),
            kept_from=raw.get("kept_from", 0),
            tables={table: entry["delta_version"] for table, entry in raw["tables"].items()},
            rows=raw.get("rows", {}),
            changes=raw.get("changes", {}),
            sources=raw.get("sources", {}),
            format=written,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as cause:
        raise LogDamaged(f"Manifest {path} is not as it should be: {cause!r}") from cause
