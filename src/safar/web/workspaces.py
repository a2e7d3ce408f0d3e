"""The workspace that this process serves."""

from __future__ import annotations

import os
from functools import lru_cache

from django.conf import settings

from safar.usecases.workspace import Workspace


def workspace() -> Workspace:
    """The open workspace that Django's settings name; opened once."""
    return _open(settings.SAFAR_WORKSPACE)


@lru_cache(maxsize=4)
def _open(path: str) -> Workspace:
    return Workspace.open(path, environ=os.environ)
