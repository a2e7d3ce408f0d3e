"""The real server in a process of its own: one-time address, conflicts, stopping."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from safar.usecases.workspace import Workspace
from tests.processes import environ, safar, serving

PATIENCE_S = 90

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Workspace.create(tmp_path / "ws", name="Served", now=datetime(2026, 1, 1, tzinfo=UTC)).path


@pytest.fixture
def server(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with serving(folder, env=environ()) as found:
        yield found


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    cookies: str


def _get(address: str, cookies: str = "") -> Answer:
    parts = urlsplit(address)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)) as connection:
        connection.request("GET", parts.path, headers={"Cookie": cookies} if cookies else {})
        answer = connection.getresponse()
        pairs = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        return Answer(status=answer.status, body=answer.read(), cookies="; ".join(pairs))


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        safar(*arguments), capture_output=True, text=True, env=environ(), timeout=PATIENCE_S, check=False
    )


def test_one_time_address_conflicts_and_a_clean_stop(
    server: tuple[subprocess.Popen[str], str], folder: Path, tmp_path: Path
) -> None:
    process, address = server
    base = address.split("/sign-in/")[0]
    assert _get(f"{base}/healthz").body == b"ok\n"
    assert _get(f"{base}/journey/").status == 302
    signed = _get(address)
    assert signed.status == 302
    assert _get(f"{base}/journey/", signed.cookies).status == 200
    assert _get(address).status == 403

    again = _run("serve", "-w", str(folder), "--port", "0", "--no-browser")
    assert again.returncode == 3
    assert base in again.stderr
    assert "server.workspace-served" in again.stderr

    other = Workspace.create(tmp_path / "other", name="Other", now=datetime(2026, 1, 1, tzinfo=UTC)).path
    port = str(urlsplit(base).port)
    taken = _run("serve", "-w", str(other), "--port", port, "--no-browser")
    assert taken.returncode == 3
    assert "server.port-taken" in taken.stderr

    fresh = _run("serve", "-w", str(folder), "--sign-in-link")
    assert _get(fresh.stdout.strip()).status == 302

    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0
    with pytest.raises(ConnectionRefusedError):
        _get(f"{base}/healthz")
    nobody = _run("serve", "-w", str(folder), "--sign-in-link")
    assert nobody.returncode == 2
    assert "server.not-served" in nobody.stderr


def _asked(base: str, path: str) -> int:
    return _get(f"{base}{path}").status


def test_every_line_of_a_served_workspace_is_json_and_no_way_in(folder: Path, tmp_path: Path) -> None:
    """Starting lines, the server beneath at its most talkative, workers, and why a second one cannot serve."""
    env = environ(SAFAR_LOG_FORMAT="json", SAFAR_LOG_LEVEL="debug")
    command = safar("serve", "-w", str(folder), "--port", "0", "--no-browser")
    said = tmp_path / "said"

    def lines() -> list[dict[str, object]]:
        return [json.loads(line) for line in said.read_text().splitlines() if line.endswith("}")]

    with said.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=env) as process:
        deadline = time.monotonic() + PATIENCE_S
        while not (ready := [line for line in lines() if line["message"] == "server.ready"]):
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.2)
        base = str(ready[0]["address"])
        assert _asked(base, "/journey/") == 302
        assert _asked(base, "/people/?token=secret") == 302
        link = _run("serve", "-w", str(folder), "--sign-in-link").stdout.strip()
        assert _get(link).status == 302
        assert _get(link).status == 403
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    whole = said.read_text()
    told = [json.loads(line) for line in whole.splitlines()]
    events = [line["message"] for line in told]
    assert events.count("sign-in.done") == events.count("sign-in.failed") == 1
    assert {"server.starting", "worker.ready", "server.stopped"} <= set(events)
    assert {"safar.web", "safar.server"} <= {line["logger"] for line in told}
    assert link.rsplit("/", 2)[1] not in whole
    assert "secret" not in whole
    other = subprocess.run(
        safar("serve", "-w", str(tmp_path / "nothing")), capture_output=True, text=True, env=env, check=False
    )
    assert (json.loads(other.stderr)["level"], other.stdout, other.returncode) == ("error", "", 2)


def test_a_killed_server_leaves_nothing_behind(server: tuple[subprocess.Popen[str], str]) -> None:
    process, address = server
    base = address.split("/sign-in/")[0]
    process.kill()
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            _get(f"{base}/healthz")
        except OSError:
            return
        time.sleep(0.2)
    pytest.fail("the worker of a killed server still answers")
