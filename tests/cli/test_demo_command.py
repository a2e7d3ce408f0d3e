"""`safar demo`: what stands in its way is told before facts are simulated."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from safar.cli import app
from safar.server.serve import PortTaken
from safar.usecases.demo import create_demo

RUN = CliRunner()


def test_a_taken_port_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        for words, environ in ((["--port", port], {}), ([], {"SAFAR_PORT": port})):
            done = RUN.invoke(
                app, ["demo", str(tmp_path / "new"), "--facts", "2000", "--no-browser", *words], env=environ
            )
            assert isinstance(done.exception, PortTaken), done.output
            assert not done.stdout
        assert not (tmp_path / "new").exists()


def test_a_demo_that_is_there_says_that_it_is_opened_as_it_is(tmp_path: Path) -> None:
    folder = str(tmp_path / "demo")
    create_demo(path=folder, now=datetime(2026, 1, 5, 12, tzinfo=UTC), facts=2_000)
    asked = RUN.invoke(app, ["demo", folder, "--no-serve", "--facts", "20000", "--seed", "7"])
    assert asked.stderr == (
        "Note: --facts and --seed do not change a demo that is there. "
        "For a new one: safar demo NEW-FOLDER --facts 20000 --seed 7\n"
    )
    assert f"Opening the demo that is in {folder}." in asked.stdout
    plain = RUN.invoke(app, ["demo", folder, "--no-serve"])
    assert (plain.exit_code, plain.stderr) == (0, "")


def test_a_demo_without_pages_needs_no_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("SAFAR_PORT", str(other.getsockname()[1]))
        done = RUN.invoke(app, ["demo", str(tmp_path / "demo"), "--facts", "2000", "--no-serve"])
    assert done.exit_code == 0, done.output
