"""The pages as a WSGI application."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path

from safar.server.interpreter import share_interpreter
from safar.server.stopping import Answering, WsgiApplication, leave_interrupts_to_parent, leave_with


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
