"""What the server tells its log about people's doings: an event with named values, never a name, a text or a secret.

A line of the log is for who runs the server. It names people by the number of their account, pages by the form of
their address, and says from which network address a request came. Ordinary messages (`logging`) go beside these.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_TOLD = "told"
_ABOUT: ContextVar[dict[str, object] | None] = ContextVar("safar_notices_about", default=None)


def notice(logger: logging.Logger, event: str, *, level: int = logging.INFO, **told: object) -> None:
    """Tell an event, such as `sign-in.failed`, with what is known about it. None is left out."""
    logger.log(level, event, extra={_TOLD: told})


@contextmanager
def about(**told: object) -> Iterator[None]:
    """Everything that is told within the block, in this thread, carries these values as well."""
    token = _ABOUT.set(dict(told))
    try:
        yield
    finally:
        _ABOUT.reset(token)


def add_about(**told: object) -> None:
    """Values that came to be known within a block of `about`; outside of one, nothing is kept."""
    known = _ABOUT.get()
    if known is not None:
        known.update(told)


def told_with(record: logging.LogRecord) -> dict[str, object]:
    """The values of a log record: its own, and those of the block that it was told in."""
    own: Mapping[str, object] = getattr(record, _TOLD, {})
    return {name: value for name, value in {**own, **(_ABOUT.get() or {})}.items() if value is not None}
