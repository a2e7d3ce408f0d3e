"""The facts behind one number of a measurement: one page of them, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from safar.analysis.cell_answers import Part, cell_answers
from safar.analysis.result import Origin
from safar.domain.fact import Speaker
from safar.domain.journey import Journey
from safar.log.published import NotPublished
from safar.usecases.facts_place import Place
from safar.usecases.facts_sources import with_order
from safar.usecases.read_facts import PAGE, FactsKind, FactsPage, columns_of, count_listed, rows_after

if TYPE_CHECKING:
    from safar.domain.rules import RuleSet
    from safar.usecases.measure_ask import MeasureAsk
    from safar.usecases.workspace import Workspace

_COLUMNS = (
    "ts", "touchpoint", "step", "question", "kind", "value", "option", "scale_min", "scale_max", "scale_best",
    "channel", "unit", "customer", "weight", "source", "row_no", "import_no",
)  # fmt: skip


def read_measured_facts(
    workspace: Workspace,
    ask: MeasureAsk,
    *,
    dims: Sequence[str | None] | None,
    part: Part = Part.FIGURE,
    after: str | None = None,
    limit: int = PAGE,
) -> FactsPage:
    """The answers that the cell `dims` of an ask's measurement counts (None: its total), as many as it says.

    part: another number of it, such as a line of its balance. Answers of employees and managers are never listed.
    Raises: what `measure` raises, BadPosition.
    """
    journey, rules = published(workspace)
    with closing(workspace.log.connect()) as connection:
        tables = workspace.log.tables(connection=connection)
        found = cell_answers(
            tables,
            metric=ask.metric,
            by=ask.dimensions,
            dims=dims,
            filters=ask.filters,
            settings=workspace.settings,
            questions=ask.questions,
            options=ask.options,
            base=ask.base,
            repeats=ask.repeats,
            weighted=ask.weighted,
            calendar=ask.calendar,
            journey=journey,
            rules=rules,
            part=part,
        )
        told = found.filter(found.speaker == Speaker.CUSTOMER.value)
        listed = with_order(told, [name for name in _COLUMNS if name in told.columns])
        total = count_listed(listed)
        rows, position = rows_after(listed, after=after, limit=limit, total=total)
        origin = Origin(log_version=tables.version, simulated=workspace.simulated)
    return FactsPage(
        kind=FactsKind.ANSWERS,
        place=Place(),
        columns=columns_of(listed.table),
        rows=rows,
        total=total,
        after=position,
        origin=origin,
    )


def published(workspace: Workspace) -> tuple[Journey | None, RuleSet | None]:
    """The journey in force and its rules, where there are any."""
    try:
        journey, _ = workspace.journey()
        rules, _ = workspace.rules(journey.id)
    except NotPublished:
        return None, None
    return journey, rules
