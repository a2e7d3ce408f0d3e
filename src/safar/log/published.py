"""Published files: what people decided, as immutable files named by their content's hash.

A library user measures and maps from these without Django, and every result can name the versions that it
came from. `head.json` says which version is in force and keeps the history; it is replaced atomically, by one
publisher at a time.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from safar.errors import Conflict, NotFound
from safar.log import disk
from safar.log.disk import FileMark
from safar.log.lock import only_writer

_WAIT_S = 30.0
"""How long one publisher waits for another."""
_ARCHIVE, _USUAL = "archive", "usual"


class NotPublished(NotFound):
    """Nothing was published under this kind, name or version."""

    code = "published.not-found"
    next_step = "List what there is with `safar rules history` or `safar journey history`, or publish a file."


class PublishedSince(Conflict):
    """Another version came into force after the one that this change began from."""

    code = "published.changed-since"
    next_step = "Compare both versions, then merge them or overwrite the newer one knowingly."


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published version. `hash`: the SHA-256 of its text. `by`: the name of who published it, where it is known."""

    kind: str
    name: str
    hash: str
    at: datetime
    note: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPublish:
    """A text to put in force. The caller has validated it.

    expects: the hash of the version that it is to follow, "" for none; None: whatever is in force.
    """

    kind: str
    name: str
    text: str
    expects: str | None = None


class PublishedFiles:
    """The folder `published/` of a workspace. Kinds: journey, rules, framework.

    A name is published many times; the last one is in force. Publishing the text in force again changes nothing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def publish(
        self,
        *,
        kind: str,
        name: str,
        text: str,
        now: datetime,
        note: str = "",
        by: str = "",
        expects: str | None = None,
    ) -> Published:
        """Put a text in force (see `ToPublish`). Raises: PublishedSince, WriterBusy."""
        one = ToPublish(kind=kind, name=name, text=text, expects=expects)
        return self.publish_all([one], now=now, note=note, by=by)[0]

    def publish_all(
        self, texts: Sequence[ToPublish], *, now: datetime, note: str = "", by: str = ""
    ) -> tuple[Published, ...]:
        """Put several texts in force at once: all of them or none. Raises: PublishedSince, WriterBusy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with only_writer(self.folder / ".lock", wait_s=_WAIT_S):
            for one in texts:
                self._check(one)
            entries = [self._entry(one, now=now, note=note, by=by) for one in texts]
            fresh = [(one, entry) for one, (entry, new) in zip(texts, entries, strict=True) if new]
            for one, entry in fresh:
                file = self._file(entry.kind, entry.hash)
                if not file.exists():
                    _write(file, one.text)
            if fresh:
                self._append([_as_row(entry) for _, entry in fresh])
        return tuple(entry for entry, _ in entries)

    def archive(self, *, name: str, now: datetime, by: str = "") -> None:
        """Put a journey away; publishing any version of it brings it back. Raises: NotPublished."""
        with only_writer(self.folder / ".lock", wait_s=_WAIT_S):
            latest = self.current(kind="journey", name=name)
            self._append([_as_row(Published(kind=_ARCHIVE, name=name, hash=latest.hash, at=now, note="", by=by))])

    def archived(self) -> dict[str, Published]:
        """The journeys that are put away, each with when and by whom."""
        found: dict[str, Published] = {}
        for row in self._head():
            if row["kind"] == _ARCHIVE:
                found[row["name"]] = _from_row(row)
            elif row["kind"] == "journey":
                found.pop(row["name"], None)
        return found

    def make_usual(self, *, name: str, now: datetime, by: str = "") -> None:
        """Say which journey is meant where none is named. Raises: NotPublished."""
        with only_writer(self.folder / ".lock", wait_s=_WAIT_S):
            latest = self.current(kind="journey", name=name)
            if self.usual_journey() != name or not any(row["kind"] == _USUAL for row in self._head()):
                self._append([_as_row(Published(kind=_USUAL, name=name, hash=latest.hash, at=now, note="", by=by))])

    def usual_journey(self) -> str | None:
        """The journey in use that is meant where none is named: the one that was said last to be it, else the first
        published that has rules, else the first published. So one that is begun or published later moves nobody who
        chose none. None: no journey is in use."""
        away = self.archived()
        in_use = [name for name in self.names("journey") if name not in away]
        said = [row["name"] for row in self._head() if row["kind"] == _USUAL and row["name"] in in_use]
        led = self.names("rules")
        with_rules = [name for name in in_use if name in led]
        return next(iter([*said[-1:], *with_rules, *in_use]), None)

    def history(self, *, kind: str, name: str | None = None) -> list[Published]:
        """All versions in the order in which they came into force."""
        return [_from_row(row) for row in self._head() if row["kind"] == kind and name in (None, row["name"])]

    def names(self, kind: str) -> list[str]:
        """The names published of a kind, in the order of their first publication."""
        return list(dict.fromkeys(entry.name for entry in self.history(kind=kind)))

    def current(self, *, kind: str, name: str | None = None) -> Published:
        """The version in force; without a name, of the usual journey, or of what was published last of another kind.

        Raises: NotPublished.
        """
        usual = self.usual_journey() if kind == "journey" and name is None else None
        history = self.history(kind=kind, name=name or usual)
        if kind == "journey" and name is None and usual is None:
            history = []
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

    def _check(self, one: ToPublish) -> None:
        if one.expects is None:
            return
        latest = self.history(kind=one.kind, name=one.name)[-1:]
        if (latest[0].hash if latest else "") != one.expects:
            who = f" by {latest[0].by}" if latest and latest[0].by else ""
            raise PublishedSince(f"The {one.kind} {one.name!r} was published anew{who} in the meantime.")

    def _entry(self, one: ToPublish, *, now: datetime, note: str, by: str) -> tuple[Published, bool]:
        digest = hashlib.sha256(one.text.encode()).hexdigest()
        latest = self.history(kind=one.kind)[-1:]
        # Only the last of its kind is in force without a name: an older one, published again, comes to the front.
        put_away = one.kind == "journey" and one.name in self.archived()
        if latest and (latest[0].name, latest[0].hash) == (one.name, digest) and not put_away:
            return latest[0], False
        return Published(kind=one.kind, name=one.name, hash=digest, at=now, note=note, by=by), True

    def _append(self, rows: list[dict[str, str]]) -> None:
        _write(self.folder / "head.json", json.dumps([*self._head(), *rows], indent=1, ensure_ascii=False))

    def _file(self, kind: str, digest: str) -> Path:
        return self.folder / kind / f"{digest}.toml"

    def _head(self) -> tuple[dict[str, Any], ...]:
        try:
            return _rows(self.folder / "head.json", FileMark.of(self.folder / "head.json"))
        except FileNotFoundError:
            return ()


@lru_cache(maxsize=32)
def _rows(file: Path, _mark: FileMark) -> tuple[dict[str, Any], ...]:
    """Read once for each time that it is replaced: every page asks what is in force."""
    return tuple(json.loads(file.read_text(encoding="utf-8")))


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
        "by": entry.by,
    }


def _from_row(row: dict[str, Any]) -> Published:
    return Published(**{**row, "at": datetime.fromisoformat(row["at"])})


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    disk.replace(file, text.encode())
