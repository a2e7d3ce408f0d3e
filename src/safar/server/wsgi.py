"""The pages as a WSGI application."""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
import time
from pathlib import Path

from safar.server.stopping import Answering, WsgiApplication, leave_interrupts_to_parent


def build_application(workspace: Path, environ: dict[str, str], parent: int | None = None) -> WsgiApplication:
    """The application for one workspace. Run in the worker process; `parent`: leave when that process is gone."""
    from django.core.wsgi import get_wsgi_application

    from safar.server.configuration import configure
    from safar.server.counting import CountingProcess
    from safar.web.counting import count_with

    if parent is not None:
        leave_interrupts_to_parent()
    try:
        told = configure(workspace, environ=environ, migrate=False, serves=True).settings
    except Exception:
        # What a child process does not catch is printed beside the log.
        logging.getLogger("safar.server").exception("The pages cannot be served.")
        sys.exit(1)
    if parent is not None:
        threading.Thread(target=leave_with, args=(parent,), daemon=True, name="safar-parent-watch").start()
    counting = CountingProcess(log_form=told.log_format, log_level=told.log_level)
    counting.start()
    count_with(counting.count)
    answering = Answering(get_wsgi_application())
    share_interpreter()
    answering.end_with_signal(first=counting.stop)
    return answering


def share_interpreter() -> None:
    """Let the threads of this process give way to each other sooner."""
    # A page that asks the database gives the interpreter away each time, and would wait 5 ms to have it back; and the
    # collector, looking through everything that was ever imported, would stop all threads at once for half a second.
    sys.setswitchinterval(0.0005)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def leave_with(parent: int) -> None:
    """End this process when its parent is gone."""
    # A worker whose server was killed would hold the port for ever.
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
