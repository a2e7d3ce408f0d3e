"""Worker processes: one alone (`safar worker`), or those that the server starts and looks after itself."""

from __future__ import annotations

import logging
import multiprocessing
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path

from safar.notices import notice

STOP_PATIENCE_S = 15.0
_LOOK_EVERY_S = 0.5
_WAIT_AT_MOST_S = 30.0
_log = logging.getLogger("safar.server")


def work(workspace: Path, environ: Mapping[str, str], *, parent: int | None = None, migrate: bool = False) -> None:
    """Do long work in this process until SIGTERM or SIGINT. `parent`: leave when that process is gone.

    What is in work when the signal comes is handed back if it can be begun again, else done to its end.
    """
    from safar.server.configuration import configure
    from safar.usecases.job_kinds import KINDS
    from safar.usecases.work import Worker
    from safar.usecases.workspace import Workspace

    folder = configure(workspace, environ=environ, migrate=migrate, serves=True).path
    # These speak to people, which needs the settings.
    from safar.web.board_mail import BOARD_LETTER, put_letters_in_line
    from safar.web.job_mail import tell_of_job

    notice(_log, "worker.ready")
    worker = Worker(
        name=f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}",
        open_workspace=lambda: Workspace.open(folder, environ=environ),
        clock=lambda: datetime.now(UTC),
        kinds={**KINDS, BOARD_LETTER.name: BOARD_LETTER},
        tell=lambda job: tell_of_job(job, workspace=Workspace.open(folder, environ=environ), now=datetime.now(UTC)),
        rounds=put_letters_in_line,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop.set())
    if parent is not None:
        threading.Thread(target=_stop_with, args=(parent, worker.stop), daemon=True, name="safar-parent-watch").start()
    worker.run()
    notice(_log, "worker.stopped")


def _work(workspace: Path, environ: Mapping[str, str], parent: int) -> None:
    """As a child of the server: what it does not catch would be printed beside the log."""
    from safar.server.stopping import leave_interrupts_to_parent

    leave_interrupts_to_parent()
    try:
        work(workspace, environ, parent=parent)
    except Exception:  # noqa: BLE001 - told in the log's form, and the process ends
        _log.exception("A worker cannot go on.")
        sys.exit(1)


class WorkerProcesses:
    """The server's own workers. One that dies is started anew, later and later while it keeps dying."""

    def __init__(self, workspace: Path, environ: Mapping[str, str], *, number: int) -> None:
        self._arguments = (workspace, dict(environ))
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._look_after, daemon=True, name=f"safar-worker-{i}") for i in range(number)
        ]

    def start(self) -> None:
        """Start them."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop them, and wait until they are gone."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _look_after(self) -> None:
        wait_s = _LOOK_EVERY_S
        while not self._stop.is_set():
            began = time.monotonic()
            process = multiprocessing.get_context("spawn").Process(
                target=_work, args=(*self._arguments, os.getpid()), name="safar-worker"
            )
            process.start()
            while process.is_alive() and not self._stop.is_set():
                process.join(_LOOK_EVERY_S)
            if self._stop.is_set():
                _end(process)
                return
            _log.error("A worker ended with code %s; starting another.", process.exitcode)
            wait_s = _LOOK_EVERY_S if time.monotonic() - began > _WAIT_AT_MOST_S else min(2 * wait_s, _WAIT_AT_MOST_S)
            self._stop.wait(wait_s)


def _end(process: BaseProcess) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    process.join(STOP_PATIENCE_S)
    if process.is_alive():
        process.kill()
        process.join()


def _stop_with(parent: int, stop: threading.Event) -> None:
    # A worker whose server was killed hands back what it holds, and is given up on after a while.
    while os.getppid() == parent:
        time.sleep(1)
    stop.set()
    time.sleep(STOP_PATIENCE_S)
    os._exit(1)
