"""The verbs that pages call, with the clock passed in."""

from __future__ import annotations

import logging
import threading
import time
from functools import lru_cache
from pathlib import Path

from django.utils import timezone

from safar.analysis.filters import Filters
from safar.analysis.journey_map import JourneyMap
from safar.usecases.filter_choices import FilterChoices, read_choices
from safar.usecases.journey_map import read_journey_map
from safar.usecases.workspace import Workspace
from safar.web.workspaces import workspace as open_workspace

PATIENCE_S = 0.1
"""How long a page waits for the newest facts, where preparing them has to begin."""
REST = 2.0
"""Between two rounds of upkeep lies this many times what a round took: readers come first."""


class _Upkeep:
    """Brings prepared tables and the map up to date beside the pages, one round at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._version = -1
        self._next = 0.0

    def look(self, workspace: Workspace) -> None:
        """Begin a round if the log has moved on and none is under way; wait a moment for it."""
        version = workspace.log.head().number
        with self._lock:
            if version == self._version or time.monotonic() < self._next:
                return
            self._version, self._next = version, float("inf")
            self._done.clear()
        # No daemon: the engine aborts the process when a thread inside it is torn down with the interpreter.
        threading.Thread(target=self._round, args=(workspace,), name="safar-upkeep").start()
        self._done.wait(PATIENCE_S)

    def _round(self, workspace: Workspace) -> None:
        began = time.monotonic()
        try:
            read_journey_map(workspace, now=timezone.now())
            _choices(workspace.path, workspace.log.head().number)
        except Exception:
            self._version = -1  # the next page tries again
            logging.getLogger("safar.web").exception("The prepared tables could not be brought up to date.")
        finally:
            self._next = time.monotonic() + REST * (time.monotonic() - began)
            self._done.set()


_UPKEEP = _Upkeep()


def read_map(workspace: Workspace, *, filters: Filters) -> JourneyMap:
    """The journey map under filters: of the newest facts that are prepared; newer ones are prepared meanwhile."""
    _UPKEEP.look(workspace)
    return read_journey_map(workspace, filters=filters, now=timezone.now(), newest=False)


def has_facts(workspace: Workspace) -> bool:
    """Whether anything has been imported."""
    return any(workspace.log.head().rows.get(table) for table in ("interactions", "feedback"))


def choices_of(workspace: Workspace) -> FilterChoices:
    """What there is to filter by, remembered; while facts arrive, what there was a moment ago will do."""
    found = _LAST_CHOICES.get(workspace.path)
    return found or _choices(workspace.path, workspace.log.head().number)


_LAST_CHOICES: dict[Path, FilterChoices] = {}


@lru_cache(maxsize=8)
def _choices(folder: Path, _version: int) -> FilterChoices:
    found = _LAST_CHOICES[folder] = read_choices(open_workspace())
    return found
