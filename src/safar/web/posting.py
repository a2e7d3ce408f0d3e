"""Sending letters from pages: at once, where somebody waits to hear whether it went, or beside the page."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from safar.errors import SafarError
from safar.usecases.mail import Letter, send_letter
from safar.web.workspaces import workspace

_log = logging.getLogger("safar.web")


def post(letter: Letter, *, now: datetime) -> SafarError | None:
    """Send a letter; what went wrong, or None."""
    try:
        send_letter(letter, settings=workspace().settings, now=now)
    except SafarError as error:
        _log.warning("A letter was not sent: %s (%s)", error, error.__cause__)
        return error
    return None


def post_beside(letter: Letter, *, now: datetime) -> None:
    """Send a letter without waiting: how long it takes must not tell whether there is somebody to send it to."""
    threading.Thread(target=post, args=(letter,), kwargs={"now": now}, name="safar-post").start()
