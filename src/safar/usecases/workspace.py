"""A workspace: one company's folder with its experience log and all that its people decided."""

from __future__ import annotations

import os
import secrets
import tomllib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

import tomlkit

from safar.domain.journey import BadJourney, Journey
from safar.domain.rules import BadRules, RuleSet
from safar.errors import Conflict, InputError, NotFound
from safar.files.journey import read_journey
from safar.files.rules import read_rules
from safar.frameworks import load_text
from safar.log import Log
from safar.log.published import NotPublished, Published, PublishedFiles, ToPublish
from safar.settings import Settings, load_settings

FORMAT = 1
"""Version of the folder's layout. A newer one is refused; an older one is upgraded on opening."""

# Every request reads the texts in force; they are the same texts for days.
_journey_of = lru_cache(maxsize=32)(read_journey)
_rules_of = lru_cache(maxsize=32)(read_rules)

GET_RULES = "Let rules be proposed with `safar journey propose --publish`, or publish some: `safar rules publish FILE`."
"""The next step where a journey has no rules."""


class NoWorkspace(NotFound):
    """The folder holds no workspace."""

    code = "workspace.not-found"
    next_step = "Name the folder with --workspace, or make one with `safar init FOLDER` (or `safar demo`)."


class NoRules(NotPublished):
    """A journey has no rules yet, so that no fact is on it."""

    code = "rules.none-yet"
    next_step = GET_RULES


class WorkspaceExists(Conflict):
    """The folder already holds something."""

    code = "workspace.exists"
    next_step = "Choose another folder, or open the workspace that is there."


class WorkspaceUnreadable(InputError):
    """The workspace's own file cannot be read, or was written by a newer release."""

    code = "workspace.unreadable"
    next_step = "Correct safar.toml (its lines are described in docs/reference/settings.md) or install a newer release."


@dataclass(frozen=True)
class Workspace:
    """An open workspace. Several may be open in one process; none needs Django.

    `simulated` says that its data are made up: everything that shows them says so. `chosen`: the journey that is meant
    where none is named; None: the usual one (`PublishedFiles.usual_journey`).
    """

    path: Path
    id: str
    name: str
    simulated: bool
    settings: Settings
    chosen: str | None = None

    @classmethod
    def create(
        cls,
        path: Path | str,
        *,
        name: str,
        now: datetime,
        simulated: bool = False,
        settings: Mapping[str, object] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Self:
        """Make a workspace in an empty or absent folder. Raises: WorkspaceExists, BadSetting."""
        folder = Path(path)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise WorkspaceExists(f"{folder} is not empty.")
        stored = dict(settings or {})
        loaded = load_settings(stored=stored, environ=environ or {})
        folder.mkdir(parents=True, exist_ok=True)
        secret = folder / "secret"
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_hex(32), encoding="ascii")
        Log.create(folder / "log", settings=loaded, salt=_salt(folder), now=now)
        document = tomlkit.document()
        document.add(tomlkit.comment("A Safar workspace. Settings: docs/reference/settings.md"))
        document.update(
            {
                "format": FORMAT,
                "id": uuid.uuid4().hex,
                "name": name,
                "simulated": simulated,
                "created": now.astimezone(UTC).isoformat(timespec="seconds"),
                "settings": stored,
            }
        )
        # Written last: a folder without it is no workspace, so a crash before leaves nothing that half works.
        (folder / "safar.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
        return cls.open(folder, environ=environ)

    @classmethod
    def open(cls, path: Path | str, *, environ: Mapping[str, str] | None = None) -> Self:
        """Open the workspace in a folder. Raises: NoWorkspace, WorkspaceUnreadable, BadSetting."""
        folder = Path(path).resolve()
        file = folder / "safar.toml"
        if not file.is_file():
            raise NoWorkspace(f"There is no workspace in {folder}.")
        try:
            stored: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
            version, identifier, name = stored["format"], str(stored["id"]), str(stored["name"])
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as cause:
            raise WorkspaceUnreadable(f"{file}: {cause}") from cause
        if not isinstance(version, int) or version > FORMAT:
            raise WorkspaceUnreadable(f"{file}: format {version!r} is not known to this release (it knows {FORMAT}).")
        return cls(
            path=folder,
            id=identifier,
            name=name,
            simulated=bool(stored.get("simulated", False)),
            settings=load_settings(stored=stored.get("settings", {}), environ=environ or {}),
        )

    def __reduce__(self) -> tuple[Callable[..., Workspace], tuple[object, ...]]:
        """To another process goes where it is and how it was set, not what is open; all that come there share that."""
        told = tuple((one.name, getattr(self, one.name)) for one in fields(self) if one.name != "chosen")
        return _opened_again, (type(self), told, self.chosen)

    @cached_property
    def log(self) -> Log:
        """The experience log."""
        return Log.open(self.path / "log", settings=self.settings, salt=_salt(self.path))

    @cached_property
    def published(self) -> PublishedFiles:
        """Journeys, rules and frameworks, by version."""
        return PublishedFiles(self.path / "published")

    def with_journey(self, name: str | None) -> Self:
        """The same workspace, in which that journey is meant where none is named."""
        if name == self.chosen:
            return self
        other = replace(self, chosen=name)
        # One log for all: opening it anew would look for what a crash left.
        other.__dict__["log"] = self.log
        return other

    def journey(self, name: str | None = None, *, version: str | None = None) -> tuple[Journey, Published]:
        """A journey and its version: the one in force, or the one whose hash starts with `version`.

        Raises: NotPublished.
        """
        entry = self._entry("journey", name, version)
        return _journey_of(self.published.read(entry)), entry

    def journey_in_force(self) -> Journey | None:
        """The journey that is meant where none is named; None before one is published."""
        try:
            return self.journey()[0]
        except NotPublished:
            return None

    def rules(self, journey: str | None = None, *, version: str | None = None) -> tuple[RuleSet, Published]:
        """The rules of a journey (the one in force where none is named) and their version. Raises: NotPublished."""
        name = journey or self.chosen or self.published.current(kind="journey").name
        if version is None and name not in self.published.names("rules"):
            raise NoRules(f"Journey {name!r} has no rules yet, so no fact is on it.")
        entry = self._entry("rules", name, version)
        return _rules_of(self.published.read(entry)), entry

    def publish_journey(
        self, text: str, *, now: datetime, note: str = "", by: str = "", expects: str | None = None
    ) -> Published:
        """Validate a journey file's text and put it in force. `expects`: see `log.published.ToPublish`.

        Raises: BadJourney, PublishedSince.
        """
        journey = read_journey(text)
        if journey.id in self.published.names("rules"):
            _check_rules(self.rules(journey.id)[0], journey, error=BadJourney)
        one = ToPublish(kind="journey", name=journey.id, text=text, expects=expects)
        return self.published.publish_all([one], now=now, note=note, by=by)[0]

    def publish_rules(
        self, text: str, *, now: datetime, note: str = "", by: str = "", expects: str | None = None
    ) -> Published:
        """Validate a rules file's text against its journey and put it in force.

        Raises: BadRules, NotPublished, PublishedSince.
        """
        rules = read_rules(text)
        _check_rules(rules, self.journey(rules.journey)[0], error=BadRules)
        one = ToPublish(kind="rules", name=rules.journey, text=text, expects=expects)
        return self.published.publish_all([one], now=now, note=note, by=by)[0]

    def publish_framework(
        self, text: str, *, now: datetime, note: str = "", by: str = "", expects: str | None = None
    ) -> Published:
        """Validate the text of a framework of the company's own and put it in force.

        Raises: BadFramework, PublishedSince.
        """
        framework = load_text(text, where="framework")
        one = ToPublish(kind="framework", name=framework.name, text=text, expects=expects)
        return self.published.publish_all([one], now=now, note=note, by=by)[0]

    def publish_both(
        self,
        journey: str,
        rules: str,
        *,
        now: datetime,
        note: str = "",
        by: str = "",
        expects: tuple[str | None, str | None] = (None, None),
    ) -> tuple[Published, Published]:
        """Put a journey and its rules in force at once: each may need the other's change.

        Raises: BadJourney, BadRules, PublishedSince.
        """
        path, led = read_journey(journey), read_rules(rules)
        if led.journey != path.id:
            raise BadRules(f"The rules are of journey {led.journey!r}, not of {path.id!r}.")
        _check_rules(led, path, error=BadRules)
        texts = [
            ToPublish(kind="journey", name=path.id, text=journey, expects=expects[0]),
            ToPublish(kind="rules", name=path.id, text=rules, expects=expects[1]),
        ]
        first, second = self.published.publish_all(texts, now=now, note=note, by=by)
        return first, second

    def _entry(self, kind: str, name: str | None, version: str | None) -> Published:
        if version is not None:
            return self.published.find(kind=kind, version=version, name=name)
        return self.published.current(kind=kind, name=name or self.chosen)


def _opened_again(kind: type[Workspace], told: tuple[tuple[str, Any], ...], chosen: str | None) -> Workspace:
    return _shared(kind, told).with_journey(chosen)  # type: ignore[arg-type]  # a class is hashable


@lru_cache(maxsize=4)
def _shared(kind: type[Workspace], told: tuple[tuple[str, Any], ...]) -> Workspace:
    return kind(**dict(told))


def _check_rules(rules: RuleSet, journey: Journey, *, error: type[BadJourney | BadRules]) -> None:
    known = {touchpoint.id for touchpoint in journey.touchpoints}
    for number, rule in enumerate(rules.rules, start=1):
        if rule.touchpoint is not None and rule.touchpoint not in known:
            raise error(f"Rule {number} leads to touchpoint {rule.touchpoint!r}, which journey {journey.id!r} lacks.")


def _salt(folder: Path) -> bytes:
    file = folder / "secret"
    if not file.is_file():
        raise WorkspaceUnreadable(
            f"{file} is missing.", next_step="Restore it from a backup: identifiers can only be found again with it."
        )
    mode = file.stat().st_mode & 0o077
    if mode and os.name == "posix":
        file.chmod(0o600)
    return bytes.fromhex(file.read_text(encoding="ascii").strip())
