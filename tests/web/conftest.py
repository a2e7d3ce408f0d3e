"""What the tests of the pages share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from safar.analysis.journey_map import JourneyMap
from tests.web.browser_kit import axe, browser, demo, own_demo, visit
from tests.web.web_cast import NOW

__all__ = ["axe", "browser", "demo", "own_demo", "visit"]


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
def waits_for_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages wait for what stands beside the map and for files, too."""
    from safar.web import reading

    for name in ("BESIDE", "FILE"):
        monkeypatch.setattr(reading, f"{name}_PATIENCE_S", 120.0)


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
def own(served: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the workspace: what a test publishes or writes is gone after it."""
    from django.test import override_settings

    folder = tmp_path / "own"
    shutil.copytree(served, folder, ignore=shutil.ignore_patterns("web.sqlite*", "prepared", ".lock"))
    with override_settings(SAFAR_WORKSPACE=str(folder)):
        yield folder
