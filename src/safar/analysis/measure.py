"""Measure one metric by any dimensions: from facts to a frozen result.

Facts stay tables; what leaves the engine are counts (decision 9): histograms by group, people behind them where
somebody may count twice, and how many answers went where. Source: docs/how-to/measure.md and docs/methods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from safar.analysis.answers import find_answers
from safar.analysis.cells import every_group
from safar.analysis.closest import closest
from safar.analysis.dimension import shown
from safar.analysis.figures import Figures
from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.guard import protected
from safar.analysis.measurement import COLUMNS, Cell, Measurement
from safar.analysis.metric import METRICS, Standards, compute, metric_named
from safar.analysis.repeats import Repeats
from safar.analysis.result import Origin
from safar.analysis.tables import FactTables
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet
from safar.errors import NotFound
from safar.settings import Settings

__all__ = ["METRICS", "UnknownQuestion", "measure"]


class UnknownQuestion(NotFound):
    """Nobody was asked a question of that name."""

    code = "measure.unknown-question"
    next_step = "Use one of those named; `safar measure mean --by question` lists the questions of ratings."


def measure(
    tables: FactTables,
    *,
    metric: str,
    by: Sequence[str] = (),
    journey: Journey | None = None,
    rules: RuleSet | None = None,
    filters: Filters = NO_FILTERS,
    question: str | Sequence[str] | None = None,
    repeats: Repeats | str = Repeats.LATEST,
    weighted: bool = True,
    weights: Mapping[str, float] | None = None,
    as_of: datetime | None = None,
    settings: Settings | None = None,
    origin: Origin | None = None,
) -> Measurement:
    """One metric of every group that `by` tells apart.

    by: step, touchpoint, channel, unit, source, question, speaker, view, language, kind, event; a period (day,
    week, month, quarter, year) of the reporting time zone; an attribute as it held then; `prop:…`, `link:…`.
    question: only these questions (also such of a kind that the metric does not take by itself).
    repeats: each customer's latest answer to a question in a cell, or all with the variance between people.
    weighted: use survey weights. weights: the mix of an experience index (question → weight).
    as_of: facts after it do not count. Unless asked otherwise only customers' own experience counts.
    Missing: "not applicable", blank and "never used" are in the balance, never in a figure.
    Raises: UnknownMetric, UnknownDimension, UnknownQuestion, BadFilter, BadMeasure, BadWeights.
    """
    settings = settings or Settings()
    wanted, rule, standards = metric_named(metric), Repeats(repeats), Standards.of(settings)
    questions = tuple([question] if isinstance(question, str) else question or ())
    _check_questions(tables, (*questions, *(weights or ())))
    answers = find_answers(
        tables, metric=wanted, by=by, journey=journey, rules=rules, filters=filters,
        questions=questions, as_of=as_of, time_zone=settings.time_zone,
    )  # fmt: skip
    figures = Figures(wanted, answers, standards, rule, weighted, weights, filtered=bool(filters))
    found = figures.read()
    values = figures.values(found)
    groups = every_group(answers.by, list(found.all), journey=journey, filters=filters)
    cells = [(group, values.get(group) or compute(wanted, (), standards)) for group in groups]
    total = figures.total(found, values) if answers.pooled else None
    balance = figures.balance(found)
    values_shown, total = protected(answers, filters, cells, total, least=standards.too_few)
    return Measurement(
        metric=wanted.name,
        title=wanted.title,
        unit=wanted.unit,
        by=tuple(one.name_beside(COLUMNS) for one in answers.by),
        cells=tuple(
            Cell(dims=tuple(shown(one, v) for one, v in zip(answers.by, group, strict=True)), value=value)
            for group, value in zip(groups, values_shown, strict=True)
        ),
        total=total,
        balance=balance,
        filters=filters.as_query(settings.time_zone),
        questions=questions,
        repeats=rule.value,
        weighted=weighted,
        time_zone=settings.time_zone,
        origin=origin or Origin(log_version=tables.version, as_of=as_of),
    )


def _check_questions(tables: FactTables, named: Sequence[str]) -> None:
    """A mistyped question must not show as "nobody answered"."""
    if not named:
        return
    asked = tables.feedback.group_by("question").aggregate(n=tables.feedback.count())
    rows = asked.order_by(asked.n.desc(), asked.question).to_pyarrow().column("question").to_pylist()
    for name in named:
        if name not in rows:
            there = f"there are {', '.join(closest(name, rows))}" if rows else "there are no answers yet"
            raise UnknownQuestion(f"There is no question {name!r}; {there}.")
