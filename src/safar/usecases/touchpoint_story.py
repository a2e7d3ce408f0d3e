"""One touchpoint of a workspace's journey more closely."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from safar.analysis.filters import Filters
from safar.analysis.metric import Standards
from safar.analysis.touchpoint_story import TouchpointStory, tell_story
from safar.usecases.journey_map import Prepared
from safar.usecases.views import View

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


def story_view(workspace: Workspace, *, touchpoint: str, filters: Filters) -> View[TouchpointStory]:
    """The story as something that can be shown; nothing is counted yet. `touchpoint` must be one of the journey."""

    return View(
        TouchpointStory,
        (touchpoint, sorted(filters.as_query())),
        partial(_made, touchpoint=touchpoint, filters=filters, workspace=workspace),
    )


def _made(prepared: Prepared, *, touchpoint: str, filters: Filters, workspace: Workspace) -> TouchpointStory:
    return tell_story(
        prepared.tables,
        touchpoint=touchpoint,
        moves=prepared.moves,
        passages=prepared.passages,
        answers=prepared.mapped_answers(filters),
        journey=prepared.journey,
        filters=filters,
        standards=Standards.of(workspace.settings),
        time_zone=workspace.settings.time_zone,
        origin=prepared.origin,
        as_of=prepared.moment,
    )
