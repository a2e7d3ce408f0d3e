"""The imports of a workspace, as the log tells them: what each read and did, who asked for it, whether it stands.

Who asked is kept with the import itself, in the log: it is committed with the facts, at once or not at all, and a
backup of the log holds it. It is the number of an account, no name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from safar.errors import NotFound
from safar.log.manifest import LogVersion
from safar.usecases.importing.aside import aside_files
from safar.usecases.importing.run import ACCOUNT, PERSON, REPORT

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

LISTED = 50
_COUNTS = ("new", "changed", "unchanged", "removed", "refused", "superseded")


class ImportNotFound(NotFound):
    """There is no import of that number."""

    code = "import.not-found"
    next_step = "See the list of imports."


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportEntry:
    """One import. records = accepted + unchanged + set_aside + refused + looked_up; None: it kept no such number.

    facts: of each table new, changed, unchanged, removed, refused, superseded. `by`: the account that asked; None:
    by command, or before this was kept. `undone`: by which version.
    """

    number: int
    version: int
    at: datetime
    by: UUID | None
    source: str
    recipe: str
    files: tuple[str, ...]
    records: int | None
    accepted: int | None
    unchanged: int | None
    set_aside: int
    refused: int
    looked_up: int
    facts: Mapping[str, Mapping[str, int]]
    undone: datetime | None
    file_rows: tuple[Mapping[str, Any], ...] = ()
    reasons: tuple[Mapping[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    aside_files: tuple[str, ...] = field(default=())

    @property
    def total(self) -> Mapping[str, int]:
        """Facts of all tables."""
        return {name: sum(counts.get(name, 0) for counts in self.facts.values()) for name in _COUNTS}

    @property
    def made(self) -> int:
        """Facts that its rows made: new, changed, unchanged, refused and superseded ones."""
        return sum(self.total[name] for name in _COUNTS if name != "removed")


def list_imports(workspace: Workspace, *, before: int | None = None, limit: int = LISTED) -> list[ImportEntry]:
    """The newest imports first; `before`: only those of a lower number."""
    versions = workspace.log.versions()
    undone = _undone(versions)
    found = [one for one in reversed(versions) if one.kind == "import" and (before is None or one.import_no < before)]
    return [_entry(workspace, one, undone) for one in found[:limit]]


def read_import(workspace: Workspace, number: int) -> ImportEntry:
    """One import. Raises: ImportNotFound."""
    versions = workspace.log.versions()
    found = next((one for one in versions if one.kind == "import" and one.import_no == number), None)
    if found is None:
        raise ImportNotFound(f"There is no import {number}.")
    return _entry(workspace, found, _undone(versions))


def find_by_upload(workspace: Workspace, upload: UUID) -> int | None:
    """The import that an upload became, if it did."""
    for path in sorted((workspace.log.path / "imports").glob(f"*/{REPORT}"), reverse=True):
        number = int(path.parent.name)
        if _json(path).get("upload") == upload.hex and number <= workspace.log.head().import_no:
            return number
    return None


def set_aside_rows(workspace: Workspace, number: int) -> int:
    """How many rows an import set aside; 0 too where it kept no such number."""
    return int(_json(workspace.log.import_folder(number) / REPORT).get("set_aside_rows") or 0)


def may_undo(workspace: Workspace, entry: ImportEntry) -> bool:
    """Whether the log still holds what the import replaced."""
    return entry.undone is None and entry.number >= workspace.log.info().undoable_from


def _undone(versions: Sequence[LogVersion]) -> dict[int, datetime]:
    return {one.undoes: one.at for one in versions if one.kind == "undo" and one.undoes is not None}


def _entry(workspace: Workspace, version: LogVersion, undone: Mapping[int, datetime]) -> ImportEntry:
    folder = workspace.log.import_folder(version.import_no)
    told, account = _json(folder / REPORT), _json(folder / ACCOUNT)
    rows = account.get("files") or []
    aside = int(told.get("set_aside_rows") or sum(int(row["set_aside"]) for row in rows))
    records = sum(int(row["records"]) for row in rows) if rows else sum((told.get("records") or {}).values())
    return ImportEntry(
        number=version.import_no,
        version=version.number,
        at=version.at,
        by=_uuid(told.get("by")),
        source=version.source or "",
        recipe=str(told.get("recipe", "")),
        files=tuple(told.get("files", ())),
        records=records if told else None,
        accepted=sum(int(row["accepted"]) for row in rows) if rows else None,
        unchanged=sum(int(row["unchanged"]) for row in rows) if rows else None,
        set_aside=aside,
        refused=sum(int(row.get("refused", 0)) for row in rows),
        looked_up=sum(int(row["looked_up"]) for row in rows),
        facts=_facts(version, account),
        undone=undone.get(version.import_no),
        file_rows=tuple(rows),
        reasons=tuple({k: v for k, v in one.items() if k != PERSON} for one in told.get("reasons", ())),
        warnings=tuple(told.get("warnings", ())),
        aside_files=tuple(path.name for path in aside_files(folder)),
    )


def _facts(version: LogVersion, account: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    told = {str(one["table"]): one for one in account.get("facts") or ()} or version.changes
    return {
        table: {name: int(counts.get(name) or 0) for name in _COUNTS}
        for table, counts in told.items()
        if any(counts.get(name) for name in _COUNTS)
    }


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None
