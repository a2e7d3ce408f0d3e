"""Serve the pages of one workspace on one port, until a signal says stop."""

from __future__ import annotations

import errno
import http.client
import logging
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from safar.errors import Conflict, InputError
from safar.notices import notice
from safar.server.lock import serving
from safar.server.log_lines import log_settings
from safar.server.worker import WorkerProcesses
from safar.server.wsgi import build_application

THREADS = 8
START_PATIENCE_S = 60.0
STOP_PATIENCE_S = 10
_log = logging.getLogger("safar.server")
# Who listens on every address is reached by this one from the same machine.
_NEAR = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared with, not bound to


class PortTaken(Conflict):
    """Something else listens on the port."""

    code = "server.port-taken"
    next_step = "Choose another port with --port (0 takes any free one), or stop what listens there."


class BadAddress(InputError):
    """The address to listen on cannot be used."""

    code = "server.bad-address"
    next_step = "Give an address of this machine with --host; 127.0.0.1 is reachable from this machine only."


def claim_port(host: str, port: int) -> int:
    """The port to listen on, after a look whether it is free; 0 picks a free one. Raises: PortTaken, BadAddress.

    Looked at without SO_REUSEPORT: with it a second server would share the port and answer at random.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as cause:
            if cause.errno in (errno.EADDRINUSE, errno.EACCES):
                why = "is taken" if cause.errno == errno.EADDRINUSE else "may not be used by this account"
                raise PortTaken(f"Port {port} of {host} {why}.") from cause
            raise BadAddress(f"Cannot listen on {host}: {cause.strerror or cause}.") from cause
        return int(probe.getsockname()[1])


def address_of(host: str, port: int) -> str:
    """The address that people type."""
    near = _NEAR.get(host, host)
    return f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"


def serve(
    *,
    workspace: Path,
    host: str,
    port: int,
    environ: Mapping[str, str],
    ready: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT; calls `ready(address)` once pages are answered.

    `environ`: the variables that the workspace's settings are read from. Raises: PortTaken, BadAddress,
    AlreadyServed (before anything listens).
    """
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    from safar.server.configuration import configure

    chosen = claim_port(host, port)
    address = address_of(host, chosen)
    with serving(workspace, address=address):
        opened = configure(workspace, environ=environ, serves=True)
        told = opened.settings
        # Pages and workers fill the cores: threads of linear algebra would wait for each other. Children inherit it.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        # A forked worker would inherit locks of engine threads in an unknown state.
        multiprocessing.set_start_method("spawn", force=True)
        server = Server(
            "safar",
            address=host,
            port=chosen,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=THREADS,
            http=HTTPModes.http1,
            websockets=False,
            log_level=LogLevels.info if told.log_level == "debug" else LogLevels.warning,
            log_dictconfig=log_settings(form=told.log_format, level=told.log_level),
            workers_kill_timeout=STOP_PATIENCE_S,
        )
        bound = {**environ, "SAFAR_BIND": host, "SAFAR_PORT": str(chosen)}
        loader = partial(build_application, workspace, bound, os.getpid())
        threading.Thread(target=_announce, args=(host, chosen, ready), daemon=True).start()
        workers = WorkerProcesses(workspace, bound, number=opened.settings.workers)
        workers.start()
        notice(_log, "server.starting", address=address, workers=told.workers)
        try:
            server.serve(target_loader=loader, wrap_loader=False)
        finally:
            workers.stop()
            notice(_log, "server.stopped", address=address)


def _announce(host: str, port: int, ready: Callable[[str], None]) -> None:
    deadline = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < deadline:
        if _answers(host, port):
            notice(_log, "server.ready", address=address_of(host, port))
            ready(address_of(host, port))
            return
        time.sleep(0.1)
    _log.error("The pages did not answer within %s s.", START_PATIENCE_S)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(_NEAR.get(host, host), port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"127.0.0.1:{port}"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
