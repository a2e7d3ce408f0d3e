"""`safar check`: what is well, what is not, and what to do."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from safar.usecases.workspace import Workspace
from tests.usecases.mail_sink import mail_sink

_ACCOUNT = {"SAFAR_MAIL_USER": "safar", "SAFAR_MAIL_PASSWORD": "tellnobody"}
ROOT = Path(__file__).resolve().parents[2]


def _check(folder: Path, **environ: str) -> tuple[int, dict[str, dict[str, str]]]:
    done = subprocess.run(
        [sys.executable, "-c", "from safar.cli import main; main()", "check", "-w", str(folder), "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environ},
    )
    return done.returncode, {line["name"]: line for line in json.loads(done.stdout)}


def test_a_good_workspace_and_a_broken_one(tmp_path: Path) -> None:
    folder = Workspace.create(tmp_path / "ws", name="x", now=datetime(2026, 1, 1, tzinfo=UTC)).path
    code, lines = _check(folder)
    assert code == 0, lines
    assert lines["migrations"]["state"] == "warn"
    assert lines["workers"]["state"] == "warn"
    assert lines["log"]["state"] == lines["database"]["state"] == "ok"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code, lines = _check(folder, SAFAR_DATABASE=f"postgresql://ann:tellnobody@127.0.0.1:{port}/safar")
    assert (code, lines["database"]["state"], lines["migrations"]["state"]) == (1, "fail", "fail")
    assert lines["database"]["next_step"]
    assert "tellnobody" not in json.dumps(lines)


def _mail(folder: Path, **environ: str) -> tuple[str, str]:
    _, lines = _check(folder, SAFAR_PUBLIC_ADDRESS="https://cx.example.org", **environ)
    line = lines["mail"]
    assert (line["state"] == "ok") == (not line["next_step"])
    return line["state"], f"{line['message']} {line['next_step']}"


def test_the_mail_server_is_spoken_to_and_no_letter_is_sent(tmp_path: Path) -> None:
    folder = Workspace.create(tmp_path / "ws", name="x", now=datetime(2026, 1, 1, tzinfo=UTC)).path
    with mail_sink(accounts=True) as sink:
        told = {f"SAFAR_{name.upper()}": str(value) for name, value in sink.settings().items()}
        state, message = _mail(folder, **told, **_ACCOUNT)
        assert state == "ok", message
        assert f"{sink.host}:{sink.port}" in message
        assert sink.accounts == [(b"safar", b"tellnobody")]
        # This server begins no TLS.
        state, message = _mail(folder, **told | {"SAFAR_MAIL_TLS": "starttls"})
        assert (state, "STARTTLS" in message) == ("fail", True)
        state, message = _mail(folder, **told | {"SAFAR_MAIL_TLS": "tls"})
        assert (state, "TLS" in message) == ("fail", True)
        assert not sink.letters
    state, message = _mail(folder, **told)
    assert (state, "does not answer" in message) == ("fail", True)


def test_an_account_that_the_mail_server_refuses_is_named_without_its_password(tmp_path: Path) -> None:
    folder = Workspace.create(tmp_path / "ws", name="x", now=datetime(2026, 1, 1, tzinfo=UTC)).path
    with mail_sink(accounts="none are good") as sink:
        told = {f"SAFAR_{name.upper()}": str(value) for name, value in sink.settings().items()}
        state, message = _mail(folder, **told, **_ACCOUNT)
    assert state == "fail"
    assert "the account safar" in message
    assert "mail_user" in message
    assert "tellnobody" not in message
    with mail_sink() as sink:
        told = {f"SAFAR_{name.upper()}": str(value) for name, value in sink.settings().items()}
        state, message = _mail(folder, **told, **_ACCOUNT)
    assert (state, "no account" in message) == ("fail", True)


def test_a_workspace_without_mail_is_well(tmp_path: Path) -> None:
    folder = Workspace.create(tmp_path / "ws", name="x", now=datetime(2026, 1, 1, tzinfo=UTC)).path
    assert _mail(folder)[0] == "ok"


def test_it_fits_80_columns_and_prints_csv(tmp_path: Path) -> None:
    folder = Workspace.create(tmp_path / ("ws" * 40), name="x", now=datetime(2026, 1, 1, tzinfo=UTC)).path
    for form in ([], ["--csv"]):
        done = subprocess.run(
            [sys.executable, "-c", "from safar.cli import main; main()", "check", "-w", str(folder), *form],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "80"},
        )
        assert done.returncode == 0, done.stdout
        if form:
            assert done.stdout.startswith("name,state,message,next_step")
        else:
            assert max(len(line) for line in done.stdout.splitlines()) <= 80
