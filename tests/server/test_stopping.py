"""A server that is stopped in the middle of its work ends soon, cleanly, and loses none of it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.processes import environ, safar, serving

TIMES = 10
_ABORTED = re.compile(r"terminate called|not rethrown|Fatal Python|Aborted|Segmentation|core dumped")

pytestmark = pytest.mark.slow


def _ask(host: str, port: int, path: str, cookies: str) -> None:
    with (
        suppress(OSError, http.client.HTTPException),
        closing(http.client.HTTPConnection(host, port, timeout=60)) as connection,
    ):
        connection.request("GET", path, headers={"Cookie": cookies})
        connection.getresponse().read()


def _sign_in(address: str) -> str:
    parts = urlsplit(address)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)) as connection:
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        answer.read()
        pairs = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    return "; ".join(pairs)


@pytest.mark.timeout(900)
def test_a_busy_server_stops_cleanly_every_time(tmp_path: Path) -> None:
    from safar.usecases.demo import create_demo

    folder = tmp_path / "ws"
    create_demo(path=folder, now=datetime.now(UTC), facts=60_000)
    env = environ(SAFAR_THREADS="1")
    queue = (
        "import sys; from datetime import UTC, datetime; from safar.server import configure\n"
        "opened = configure(sys.argv[1])\n"
        "from safar.usecases.jobs import start_job\n"
        "for n in range(3):\n"
        "    start_job(workspace=opened, kind='prepare', arguments={'n': n}, person=None, now=datetime.now(UTC))\n"
    )
    for turn in range(TIMES):
        subprocess.run([sys.executable, "-c", queue, str(folder)], env=env, check=True, timeout=120)
        log = tmp_path / f"stderr-{turn}"
        with log.open("w") as errors, serving(folder, env=env, errors=errors) as (server, address):
            cookies, parts = _sign_in(address), urlsplit(address)
            pages = [f"/journey/?since=2024-01-{n + 1:02d}&channel=app&run={turn}" for n in range(6)]
            pages += [f"/measure/?metric=nps&by=step&by=channel&since=2024-02-{n + 1:02d}" for n in range(6)]
            askers = [
                threading.Thread(target=_ask, args=(parts.hostname, parts.port, page, cookies), daemon=True)
                for page in pages
            ]
            for asker in askers:
                asker.start()
            time.sleep(0.15 * turn)
            began = time.monotonic()
            server.send_signal(signal.SIGTERM)
            code = server.wait(60)
            took = time.monotonic() - began
            for asker in askers:
                asker.join(60)
        told = log.read_text()
        assert code == 0, told
        assert not _ABORTED.search(told), told
        assert took < 30, (turn, took)
    left = subprocess.run(
        [sys.executable, "-c", _STATES, str(folder)], env=env, check=True, capture_output=True, text=True
    )
    # What was in work goes back in line; nothing failed, and nothing is held by a process that is gone.
    assert set(left.stdout.split()) <= {"waiting", "done"}, left.stdout


@pytest.mark.timeout(600)
def test_ctrl_c_ends_all_of_it_without_a_complaint_while_browsers_stay_connected(tmp_path: Path) -> None:
    """A terminal tells every process; a browser keeps idle connections, some of which never asked anything."""
    env = environ()
    folder = tmp_path / "ws"
    subprocess.run(safar("init", str(folder)), env=env, check=True, capture_output=True, timeout=120)
    for turn in range(3):
        log = tmp_path / f"stderr-{turn}"
        with log.open("w") as errors, serving(folder, env=env, errors=errors, session=True) as (server, address):
            parts = urlsplit(address)
            idle = [http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60) for _ in range(6)]
            for connection in idle:
                connection.request("GET", "/healthz")
                connection.getresponse().read()
            idle.append(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60))
            idle[-1].connect()
            began = time.monotonic()
            os.killpg(server.pid, signal.SIGINT)
            code = server.wait(60)
            took = time.monotonic() - began
            for connection in idle:
                connection.close()
        told = log.read_text()
        assert code == 0, told
        assert not re.search("WARNING|ERROR|Traceback", told), told
        assert took < 8, (turn, took)


_STATES = (
    "import sys; from safar.server import configure\n"
    "configure(sys.argv[1])\n"
    "from safar.store.models import Job\n"
    "print(*Job.objects.values_list('state', flat=True))\n"
)
