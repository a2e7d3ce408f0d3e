"""How the places of a workspace's journey map changed over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from safar.analysis.filters import Filters
from safar.analysis.trends import Trends, find_trends
from safar.domain.calendars import Calendar
from safar.usecases.journey_map import Prepared
from safar.usecases.views import View

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


def trends_view(
    workspace: Workspace, *, filters: Filters, calendar: Calendar, as_of: datetime | None = None
) -> View[Trends]:
    """The trends as something that can be shown; nothing is counted yet. The filters' own period does not count."""
    timeless = replace(filters, since=None, until=None)

    return View(
        Trends,
        (calendar, sorted(timeless.as_query())),
        partial(_made, timeless=timeless, calendar=calendar, workspace=workspace),
        as_of=as_of,
    )


def _made(prepared: Prepared, *, timeless: Filters, calendar: Calendar, workspace: Workspace) -> Trends:
    return find_trends(
        prepared.tables,
        moves=prepared.moves,
        journey=prepared.journey,
        rules=prepared.rules,
        filters=timeless,
        calendar=calendar,
        settings=workspace.settings,
        origin=prepared.origin,
        as_of=prepared.moment,
        settled=prepared.settled,
    )
