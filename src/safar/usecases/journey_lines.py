"""How several groups of a workspace's customers felt along the journey, under the same filters."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import ibis

from safar.analysis.answers import check_attributes, sides
from safar.analysis.attributes import attribute_column, held, with_attribute
from safar.analysis.felt import NOT_ASKED, Felt, measure_felt
from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.instant import instant
from safar.analysis.journey_lines import MOST_LINES, JourneyLines, Line
from safar.analysis.mapping import map_facts
from safar.analysis.place_answers import LEVELS, with_about
from safar.errors import InputError
from safar.usecases.journey_map import Prepared
from safar.usecases.views import View, read_view

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

_COLUMNS = ("channel", "unit")
_ATTRIBUTE = "attribute."


class BadLines(InputError):
    """Lines were asked for by something that there are none of."""

    code = "journey-lines.invalid"
    next_step = "Ask for lines by channel, unit or attribute.NAME."


def lines_view(workspace: Workspace, *, by: str, filters: Filters, as_of: datetime | None = None) -> View[JourneyLines]:
    """The lines as something that can be shown; nothing is counted yet. Raises: BadLines."""
    if by not in _COLUMNS and not (by.startswith(_ATTRIBUTE) and len(by) > len(_ATTRIBUTE)):
        raise BadLines(f"There are no lines by {by[:60]!r}.")

    make = partial(_measured, by=by, filters=filters, workspace=workspace)
    return View(JourneyLines, (by, sorted(filters.as_query())), make, as_of=as_of)


def read_lines(
    workspace: Workspace,
    *,
    by: str,
    filters: Filters = NO_FILTERS,
    as_of: datetime | None = None,
    now: datetime | None = None,
) -> JourneyLines:
    """Each group's experience at every step. by: channel, unit or attribute.NAME (as it held at the answer).

    The groups are the five values with the most answers. Raises: BadLines, and as `read_journey_map`.
    """
    return read_view(workspace, lines_view(workspace, by=by, filters=filters, as_of=as_of), now=now)


def _measured(prepared: Prepared, *, by: str, filters: Filters, workspace: Workspace) -> JourneyLines:
    as_of, journey, tables = prepared.moment, prepared.journey, prepared.tables
    check_attributes(_narrowed(filters, by, "x"), tables)
    answers = prepared.answers
    if answers is None or filters.props or filters.links:
        answers = with_about(map_facts(tables.feedback, journey=journey, rules=prepared.rules))
    said = answers.filter((answers["ts"] <= instant(as_of, answers["ts"])) & (answers["mapped"] == "mapped"))
    said = said.filter(said["rated"] & said["speaker"].isin(list(sides(LEVELS, filters)[0] or ())))
    column = by
    if by.startswith(_ATTRIBUTE):
        column = attribute_column(by.removeprefix(_ATTRIBUTE))
        said = with_attribute(said, tables.attributes, by.removeprefix(_ATTRIBUTE))
    chosen = filters.with_columns(said, tables.attributes)
    chosen = chosen.filter(replace(filters, steps=(), touchpoints=()).passes(chosen))
    chosen = chosen.filter(chosen[column].notnull())
    counted = chosen.group_by(column).aggregate(n=chosen.count())
    values = [str(row[column]) for row in counted.order_by(ibis.desc("n"), column).to_pyarrow().to_pylist()]
    lines = []
    for value in values[:MOST_LINES]:
        narrowed = _narrowed(filters, by, value)
        felt = measure_felt(
            tables,
            journey=journey,
            rules=prepared.rules,
            filters=narrowed,
            as_of=as_of,
            settings=workspace.settings,
            mapped=answers,
            attributes=held(tables.attributes, narrowed.attributes) if narrowed.attributes else None,
        )
        lines.append(_line(value, felt, [step.id for step in journey.steps]))
    return JourneyLines(
        journey=journey.id,
        by=by,
        lines=tuple(lines),
        others=max(0, len(values) - MOST_LINES),
        step_ids=tuple(step.id for step in journey.steps),
        filters=filters.told(workspace.settings.time_zone),
        origin=prepared.origin,
    )


def _narrowed(filters: Filters, by: str, value: str) -> Filters:
    if by == "channel":
        return replace(filters, channels=(value,))
    if by == "unit":
        return replace(filters, units=(value,))
    return replace(filters, attributes={**filters.attributes, by.removeprefix(_ATTRIBUTE): (value,)})


def _line(value: str, felt: Felt, steps: list[str]) -> Line:
    return Line(value=value, whole=felt.whole, steps=tuple(felt.steps.get(step, NOT_ASKED) for step in steps))
