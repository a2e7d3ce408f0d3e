"""The verbs that pages call, with the clock passed in."""

from __future__ import annotations

from functools import lru_cache

from django.utils import timezone

from safar.analysis.filters import Filters
from safar.analysis.journey_map import JourneyMap
from safar.usecases.filter_choices import FilterChoices
from safar.usecases.workspace import Workspace


def read_map(workspace: Workspace, *, filters: Filters) -> JourneyMap:
    """The journey map under filters, as of now."""
    from safar.usecases.journey_map import read_journey_map

    return read_journey_map(workspace, filters=filters, now=timezone.now())


def choices_of(workspace: Workspace) -> FilterChoices:
    """What there is to filter by, remembered for a version of the log."""
    return FilterChoices()
