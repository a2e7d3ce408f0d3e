"""Compare two periods, or two segments, on the journey map of a workspace."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from safar.analysis.compare_maps import compare_maps as compare
from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.map_comparison import MapComparison
from safar.usecases.journey_map import Prepared
from safar.usecases.views import View, read_view

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


def comparison_view(
    workspace: Workspace,
    *,
    a: Filters,
    b: Filters,
    as_of: datetime | None = None,
    journey: str | None = None,
    rules_version: str | None = None,
) -> View[MapComparison]:
    """The comparison as something that can be shown; nothing is counted yet."""
    about = (sorted(a.as_query()), sorted(b.as_query()))
    return View(
        MapComparison,
        about,
        partial(_made, a=a, b=b, workspace=workspace),
        as_of=as_of,
        journey=journey,
        rules_version=rules_version,
    )


def compare_maps(
    workspace: Workspace,
    *,
    a: Filters = NO_FILTERS,
    b: Filters = NO_FILTERS,
    as_of: datetime | None = None,
    now: datetime | None = None,
    journey: str | None = None,
    rules_version: str | None = None,
) -> MapComparison:
    """Group `a` less group `b`, everywhere on the map, as of the same moment: docs/methods/compare.md.

    Raises: NotPublished, BadFilter, BadMoment, NotCompared, UnknownDimension, WriterBusy, TooManyCombinations.
    """
    view = comparison_view(workspace, a=a, b=b, as_of=as_of, journey=journey, rules_version=rules_version)
    return read_view(workspace, view, now=now)


def _made(prepared: Prepared, *, a: Filters, b: Filters, workspace: Workspace) -> MapComparison:
    return compare(
        prepared.tables,
        moves=prepared.moves,
        passages=prepared.passages,
        journey=prepared.journey,
        rules=prepared.rules,
        a=a,
        b=b,
        settings=workspace.settings,
        origin=prepared.origin,
        as_of=prepared.moment,
        answers=prepared.answers,
        settled=prepared.settled,
    )
