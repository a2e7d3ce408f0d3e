"""Fixtures that every test may use, and the rule that CI skips nothing but tests of private data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
_PRIVATE = "private data"
_skipped: list[str] = []


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of optional private data beside the project; tests that need it are skipped without it."""
    if not _SHARED.is_dir():
        pytest.skip(f"{_PRIVATE}: ../shared/data is not here; the project's own data cover the same code")
    return _SHARED


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped, and why."""
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        if not reason.startswith(_PRIVATE) and not hasattr(report, "wasxfail"):
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
