"""One touchpoint of a workspace's journey more closely."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.mapping import map_facts
from safar.analysis.metric import Standards
from safar.analysis.touchpoint_story import TouchpointStory, tell_story
from safar.usecases.journey_map import BEGINNING, Prepared
from safar.usecases.views import View, read_view

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


def story_view(workspace: Workspace, *, touchpoint: str, filters: Filters) -> View[TouchpointStory]:
    """The story as something that can be shown; nothing is counted yet. `touchpoint` must be one of the journey."""

    def make(prepared: Prepared) -> TouchpointStory:
        answers = prepared.answers
        if answers is None or filters.props or filters.links:
            answers = map_facts(prepared.tables.feedback, journey=prepared.journey, rules=prepared.rules)
        return tell_story(
            prepared.tables,
            touchpoint=touchpoint,
            moves=prepared.moves,
            passages=prepared.passages,
            answers=answers,
            journey=prepared.journey,
            filters=filters,
            standards=Standards.of(workspace.settings),
            time_zone=workspace.settings.time_zone,
            origin=prepared.origin,
            as_of=prepared.origin.as_of or BEGINNING,
        )

    return View(TouchpointStory, (touchpoint, sorted(filters.as_query())), make)


def read_story(
    workspace: Workspace, *, touchpoint: str, filters: Filters = NO_FILTERS, now: datetime | None = None
) -> TouchpointStory:
    """What comes before and after a touchpoint, waiting times, answers and paths. Raises: as `read_journey_map`."""
    return read_view(workspace, story_view(workspace, touchpoint=touchpoint, filters=filters), now=now)
