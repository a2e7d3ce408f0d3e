"""What customers wrote along a workspace's journey."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.voice import Voice, hear
from safar.usecases.journey_map import Prepared
from safar.usecases.views import View, read_view

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


def voice_view(workspace: Workspace, *, filters: Filters, as_of: datetime | None = None) -> View[Voice]:
    """The voice as something that can be shown; nothing is read yet."""

    return View(
        Voice, tuple(sorted(filters.as_query())), partial(_made, filters=filters, workspace=workspace), as_of=as_of
    )


def read_voice(
    workspace: Workspace, *, filters: Filters = NO_FILTERS, as_of: datetime | None = None, now: datetime | None = None
) -> Voice:
    """Comments at every step and touchpoint, how they were rated, and one voice of either side."""
    return read_view(workspace, voice_view(workspace, filters=filters, as_of=as_of), now=now)


def _made(prepared: Prepared, *, filters: Filters, workspace: Workspace) -> Voice:
    return hear(
        prepared.tables,
        journey=prepared.journey,
        rules=prepared.rules,
        filters=filters,
        as_of=prepared.moment,
        origin=prepared.origin,
        time_zone=workspace.settings.time_zone,
    )
