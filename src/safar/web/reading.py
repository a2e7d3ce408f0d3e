"""The verbs that pages call, with the clock passed in."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.utils import timezone

from safar.analysis.filters import Filters
from safar.analysis.journey_map import JourneyMap
from safar.usecases.filter_choices import FilterChoices, read_choices
from safar.usecases.journey_map import read_journey_map
from safar.usecases.workspace import Workspace
from safar.web.workspaces import workspace as open_workspace


def read_map(workspace: Workspace, *, filters: Filters) -> JourneyMap:
    """The journey map under filters, as of now."""
    return read_journey_map(workspace, filters=filters, now=timezone.now())


def has_facts(workspace: Workspace) -> bool:
    """Whether anything has been imported."""
    return any(workspace.log.head().rows.get(table) for table in ("interactions", "feedback"))


def choices_of(workspace: Workspace) -> FilterChoices:
    """What there is to filter by, remembered for a version of the log."""
    return _choices(workspace.path, workspace.log.head().number)


@lru_cache(maxsize=8)
def _choices(_folder: Path, _version: int) -> FilterChoices:
    return read_choices(open_workspace())
