"""People from the server's own machine: nobody is made whom no letter can reach."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safar.usecases.workspace import Workspace
from tests.processes import environ, safar


def _run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = safar("people", *arguments, "-w", str(folder))
    return subprocess.run(command, capture_output=True, text=True, env=environ(**settings), check=False, timeout=120)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Workspace.create(tmp_path / "ws", name="Acme", now=datetime(2026, 1, 1, tzinfo=UTC)).path


def test_without_a_mail_server_nobody_is_made_and_the_link_can_be_handed_over(folder: Path) -> None:
    ann = ("invite", "Ann", "--email", "ann@example.org")
    refused = _run(folder, *ann, "--send")
    assert (refused.returncode, "mail.not-configured" in refused.stderr) == (2, True)
    listed = _run(folder, "list", "--json")
    assert "Ann" not in {row["name"] for row in json.loads(listed.stdout)}
    made = _run(folder, *ann)
    assert (made.returncode, "/invitation/" in made.stdout) == (0, True), made.stderr


def test_a_letter_that_is_not_taken_leaves_its_link(folder: Path) -> None:
    away = {"SAFAR_MAIL_HOST": "127.0.0.1", "SAFAR_MAIL_PORT": "1", "SAFAR_MAIL_FROM": "safar@example.org"}
    done = _run(folder, "invite", "Bob", "--email", "bob@example.org", "--send", **away)
    assert (done.returncode, "mail.not-sent" in done.stderr) == (1, True), done.stderr
    assert "/invitation/" in done.stdout
