"""The workspace that this process serves, with the journey that the request at hand is about."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from django.conf import settings

from safar.usecases.workspace import Workspace

_CHOSEN: ContextVar[str | None] = ContextVar("safar_journey", default=None)


def workspace() -> Workspace:
    """The open workspace that Django's settings name; opened once. Verbs that name no journey mean the chosen one."""
    return _of_journey(settings.SAFAR_WORKSPACE, _CHOSEN.get())


@contextmanager
def on_journey(name: str | None) -> Iterator[None]:
    """Within the block `workspace()` means this journey; None: the usual one."""
    token = _CHOSEN.set(name)
    try:
        yield
    finally:
        _CHOSEN.reset(token)


@lru_cache(maxsize=64)
def _of_journey(path: str, journey: str | None) -> Workspace:
    return _open(path).with_journey(journey)


@lru_cache(maxsize=4)
def _open(path: str) -> Workspace:
    return Workspace.open(path, environ=os.environ)
