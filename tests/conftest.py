"""Fixtures that every test may use, and the rule that CI skips nothing but tests of private data or of a program that
nothing else here needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres_cluster import Cluster, postgres_cluster
from tests.web.web_cast import FACTS, NOW, UNIT, Cast

TEST_DATABASE = "SAFAR_TEST_DATABASE"
_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
_PRIVATE = "private data"
_OPTIONAL = "optional program"
_skipped: list[str] = []
# How long an example takes tells of what else the machine does; what is slow is found in benchmarks.
settings.register_profile("safar", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("safar")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of optional private data beside the project; tests that need it are skipped without it."""
    if not _SHARED.is_dir():
        pytest.skip(f"{_PRIVATE}: ../shared/data is not here; the project's own data cover the same code")
    return _SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server that lives as long as the tests."""
    with postgres_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a small simulated company, which this process is configured for.

    Its database is SQLite, or the one that the variable SAFAR_TEST_DATABASE names (see tests/store).
    """
    from safar.server import configure
    from safar.usecases.demo import create_demo

    folder = tmp_path_factory.mktemp("web") / "workspace"
    create_demo(path=folder, now=NOW, facts=FACTS)
    configure(folder, environ={"SAFAR_DATABASE": os.environ.get(TEST_DATABASE, "")})
    return folder.resolve()


@pytest.fixture
def cast(served: Path) -> Iterator[Cast]:
    """The standing cast; all that a test writes to the database is gone after it."""
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


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped, and why."""
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        if not reason.startswith((_PRIVATE, _OPTIONAL)) and not hasattr(report, "wasxfail"):
            _skipped.append(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test fails the run: what is not run is not known to work."""
    if os.environ.get("CI") and _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why the run failed when skips were the cause."""
    if os.environ.get("CI") and _skipped:
        terminalreporter.section("skipped in CI: each of these fails the run")
        for line in _skipped:
            terminalreporter.write_line(line)
