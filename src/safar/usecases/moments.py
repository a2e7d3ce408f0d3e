"""Measure moments of truth in a workspace."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from safar.analysis.answers import check_attributes
from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.moment_facts import COMPLETION, read_moment_facts
from safar.analysis.moments import Moments, fit_moments, told
from safar.usecases.journey_map import Prepared
from safar.usecases.views import View, read_view

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


def moments_view(workspace: Workspace, *, filters: Filters, as_of: datetime | None = None) -> View[Moments]:
    """The measured moments of truth as something that can be shown; nothing is counted yet."""

    make = partial(_measured, filters=filters, workspace=workspace)
    return View(Moments, tuple(sorted(filters.as_query())), make, as_of=as_of)


def read_moments(
    workspace: Workspace,
    *,
    filters: Filters = NO_FILTERS,
    as_of: datetime | None = None,
    now: datetime | None = None,
) -> Moments:
    """At which touchpoints a better experience goes with a better outcome: docs/methods/moments-of-truth.md.

    Raises: as `read_journey_map`.
    """
    return read_view(workspace, moments_view(workspace, filters=filters, as_of=as_of), now=now)


def _measured(prepared: Prepared, *, filters: Filters, workspace: Workspace) -> Moments:
    journey, tables, confidence = prepared.journey, prepared.tables, workspace.settings.confidence
    check_attributes(filters, tables)
    facts = read_moment_facts(
        tables,
        moves=prepared.moves,
        passages=prepared.passages,
        answers=prepared.mapped_answers(filters),
        journey=journey,
        filters=filters,
        as_of=prepared.moment,
    )
    effects, method = fit_moments(facts.values, facts.index, facts.visited, facts.person, confidence=confidence)
    n = len(facts.values)
    scored = (~np.isnan(facts.index)).sum(axis=0) if n else [0] * len(journey.touchpoints)
    return Moments(
        journey=journey.id,
        outcome=facts.outcome,
        unit="percentage points" if facts.outcome == COMPLETION else "points",
        n=n,
        customers=len(set(facts.person.tolist())),
        method=method,
        confidence=confidence,
        filters=filters.told(workspace.settings.time_zone),
        touchpoints=told(
            effects,
            names=[(one.id, one.label, one.moment_of_truth) for one in journey.touchpoints],
            scored=list(scored),
            reach=list(facts.visited.mean(axis=0)) if n else [0.0] * len(journey.touchpoints),
            confidence=confidence,
        ),
        origin=prepared.origin,
    )
