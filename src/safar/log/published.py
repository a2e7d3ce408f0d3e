"""Published files: what people decided, as immutable files named by their content's hash.

A library user measures and maps from these without Django, and every result can name the versions that it
came from. `head.json` says which version is in force and keeps the history; it is replaced atomically.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from safar.errors import NotFound
from safar.log import disk


class NotPublished(NotFound):
    """Nothing was published under this kind, name or version."""

    code = "published.not-found"
    next_step = "List what there is with `safar rules history` or `safar journey history`, or publish a file."


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published version. `hash` is the SHA-256 of its text."""

    kind: str
    name: str
    hash: str
    at: datetime
    note: str


class PublishedFiles:
    """The folder `published/` of a workspace. Kinds: journey, rules, framework.

    A name is published many times; the last one is in force. Publishing the text in force again changes nothing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def publish(self, *, kind: str, name: str, text: str, now: datetime, note: str = "") -> Published:
        """Store `text` and put it in force. The caller has validated it."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        latest = self.history(kind=kind)[-1:]
        # Only the last of its kind is in force without a name: an older one, published again, comes to the front.
        if latest and (latest[0].name, latest[0].hash) == (name, digest):
            return latest[0]
        file = self._file(kind, digest)
        if not file.exists():
            _write(file, text)
        entry = Published(kind=kind, name=name, hash=digest, at=now, note=note)
        rows = [*self._head(), _as_row(entry)]
        _write(self.folder / "head.json", json.dumps(rows, indent=1, ensure_ascii=False))
        return entry

    def history(self, *, kind: str, name: str | None = None) -> list[Published]:
        """All versions in the order in which they came into force."""
        return [
            Published(**{**row, "at": datetime.fromisoformat(row["at"])})
            for row in self._head()
            if row["kind"] == kind and name in (None, row["name"])
        ]

    def names(self, kind: str) -> list[str]:
        """The names published of a kind, in the order of their first publication."""
        return list(dict.fromkeys(entry.name for entry in self.history(kind=kind)))

    def current(self, *, kind: str, name: str | None = None) -> Published:
        """The version in force; without a name, of the name published last. Raises: NotPublished."""
        history = self.history(kind=kind, name=name)
        if not history:
            told = f"No {kind} {f'named {name!r} ' if name else ''}has been published."
            raise NotPublished(told, next_step=_next(kind))
        return history[-1]

    def find(self, *, kind: str, version: str, name: str | None = None) -> Published:
        """The version whose hash starts with `version` (six characters at least). Raises: NotPublished."""
        found = {e.hash: e for e in self.history(kind=kind, name=name) if e.hash.startswith(version)}
        if len(version) < 6 or not re.fullmatch("[0-9a-f]+", version) or len(found) != 1:
            what = "is not the start of exactly one hash (six characters at least)"
            raise NotPublished(f"The {kind} version {version!r} {what}.", next_step=_next(kind))
        return next(iter(found.values()))

    def read(self, entry: Published) -> str:
        """The text of a version, checked against its hash. Raises: NotPublished when the file is gone or altered."""
        file = self._file(entry.kind, entry.hash)
        text = file.read_text(encoding="utf-8") if file.is_file() else None
        if text is None or hashlib.sha256(text.encode()).hexdigest() != entry.hash:
            raise NotPublished(
                f"The published {entry.kind} {entry.hash[:12]} is missing or was altered.",
                next_step=f"Restore {file} from a backup, or publish the file again.",
            )
        return text

    def _file(self, kind: str, digest: str) -> Path:
        return self.folder / kind / f"{digest}.toml"

    def _head(self) -> list[dict[str, Any]]:
        file = self.folder / "head.json"
        return list(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else []


def _next(kind: str) -> str | None:
    """Where versions of this kind are listed and published; None: there is no command of its own."""
    if kind not in ("journey", "rules"):
        return None
    return f"List what there is with `safar {kind} history`, or publish a file with `safar {kind} publish FILE`."


def _as_row(entry: Published) -> dict[str, str]:
    return {
        "kind": entry.kind,
        "name": entry.name,
        "hash": entry.hash,
        "at": entry.at.isoformat(),
        "note": entry.note,
    }


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    disk.replace(file, text.encode())
