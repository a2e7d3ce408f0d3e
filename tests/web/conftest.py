"""Django in the test process: one workspace, one database, every test in a transaction that is undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from safar.analysis.journey_map import JourneyMap
from tests.web.browser_kit import axe, browser, demo, visit
from tests.web.web_cast import FACTS, NOW, UNIT, Cast

__all__ = ["axe", "browser", "demo", "visit"]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a small simulated company, which this process is configured for."""
    from safar.server import configure
    from safar.usecases.demo import create_demo

    folder = tmp_path_factory.mktemp("web") / "workspace"
    create_demo(path=folder, now=NOW, facts=FACTS)
    configure(folder, environ={})
    return folder.resolve()


@pytest.fixture(scope="session")
def the_map(served: Path) -> JourneyMap:
    """What the verb says: every page must agree with it."""
    from safar.usecases.journey_map import read_journey_map
    from safar.usecases.workspace import Workspace

    return read_journey_map(Workspace.open(served), now=NOW)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages wait for what they show, however busy the machine is; tests of waiting say otherwise."""
    from safar.web import reading

    monkeypatch.setattr(reading, "MAP_PATIENCE_S", 120.0)


@pytest.fixture
def quick_hashes(served: Path) -> Iterator[None]:
    """Passwords are hashed in no time; that they are hashed slowly elsewhere is tested by itself."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def empty(served: Path, tmp_path: Path) -> Iterator[Path]:
    """The pages look at a workspace in which nothing is yet."""
    from django.test import override_settings

    from safar.usecases.workspace import Workspace

    folder = Workspace.create(tmp_path / "empty", name="Empty", now=NOW).path
    with override_settings(SAFAR_WORKSPACE=str(folder)):
        yield folder


@pytest.fixture
def cast(served: Path) -> Iterator[Cast]:
    """The standing cast, gone after the test."""
    from django.db import transaction

    from safar.domain.person import Role
    from safar.store import people
    from safar.store.models import User

    with transaction.atomic():
        for name, role in (("Alice", Role.OWNER), ("Bob", Role.MEMBER), ("Charlie", None), ("Vera", Role.VIEWER)):
            people.add_person(name=name, role=role, now=NOW)
        people.add_person(name="Uma", role=Role.VIEWER, units=[UNIT], now=NOW)
        found = {user.name.lower(): user for user in User.objects.all()}
        yield Cast(**found)
        transaction.set_rollback(True)
