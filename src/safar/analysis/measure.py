"""Measure one metric by any dimensions: from facts to a frozen result.

Facts stay tables; what leaves the engine are counts (decision 9): histograms by group, people behind them where
somebody may count twice, and how many answers went where. Source: docs/how-to/measure.md and docs/methods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

import ibis.expr.types as ir

from safar.analysis.answers import BadMeasure, find_answers
from safar.analysis.bundles import PROTECTED
from safar.analysis.cells import every_group
from safar.analysis.closest import closest
from safar.analysis.dimension import MAPPED, shown
from safar.analysis.figures import Figures
from safar.analysis.filters import NO_FILTERS, Filters
from safar.analysis.guard import protected
from safar.analysis.measurement import COLUMNS, OPTION, Balance, Cell, Measurement
from safar.analysis.metric import METRICS, SHARE, MetricValue, Standards, compute, metric_named
from safar.analysis.repeats import Group, Repeats
from safar.analysis.result import Origin
from safar.analysis.share import Shares, with_silent
from safar.analysis.tables import FactTables
from safar.domain.calendars import Calendar, Span
from safar.domain.fact import FeedbackKind
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet
from safar.errors import NotFound
from safar.settings import Settings

__all__ = ["METRICS", "UnknownQuestion", "measure"]


class Base(StrEnum):
    """Of whom a share is: who chose an option, or every submission of the sources that have the question."""

    ANSWERED = "answered"
    ALL = "all"


class UnknownQuestion(NotFound):
    """Nobody was asked a question of that name."""

    code = "measure.unknown-question"
    next_step = (
        "Use one of those named; `safar measure mean --by question` lists the questions of ratings, "
        "`safar measure share` names those of choices."
    )


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
    option: str | Sequence[str] | None = None,
    base: Base | str = Base.ANSWERED,
    calendar: Calendar | str = Calendar.GREGORIAN,
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
    option: of a share, only these options; with one there is a total, with several (or none: all) a row each.
    base: of a share, the submissions that answered the question, or all that a source of the question brought.
    calendar: whose months, quarters and years periods are, "gregorian" or "jalali"; labels are numbered by it.
    as_of: facts after it do not count. Unless asked otherwise only customers' own experience counts.
    Missing: "not applicable", blank and "never used" are in the balance, never in a figure.
    Raises: UnknownMetric, UnknownDimension, UnknownQuestion, UnknownOption, TooManyOptions, BadFilter, BadMeasure,
    BadWeights, SeveralAnswers.
    """
    settings = settings or Settings()
    wanted, rule, standards = metric_named(metric), Repeats(repeats), Standards.of(settings)
    calendar = calendar_named(calendar)
    questions = tuple([question] if isinstance(question, str) else question or ())
    _check_questions(tables, (*questions, *(weights or ())))
    if wanted.name == SHARE:
        questions = (choice_question(tables.feedback, questions),)
        by = [name for name in by if name != OPTION]
        tables = with_base(tables, questions[0], Base(base), by, filters)
    elif option is not None or Base(base) is not Base.ANSWERED:
        raise BadMeasure(f"Options and a base belong to the metric share, not to {wanted.name}.")
    answers = find_answers(
        tables, metric=wanted, by=by, journey=journey, rules=rules, filters=filters,
        questions=questions, as_of=as_of, time_zone=settings.time_zone, calendar=calendar,
        least=settings.too_few,
    )  # fmt: skip
    options = (option,) if isinstance(option, str) else tuple(option or ())
    if wanted.name == SHARE:
        shares = Shares(questions[0], answers, standards, rule, weighted)
        cells, total, balance = _shares(shares, options, journey=journey, filters=filters)
    else:
        figures = Figures(wanted, answers, standards, rule, weighted, weights, filtered=bool(filters))
        cells, total, balance = _figures(figures, journey=journey, filters=filters)
    apart = wanted.name == SHARE and len(options) != 1
    return Measurement(
        metric=wanted.name,
        title=f"{wanted.title} {options[0]}" if len(options) == 1 else wanted.title,
        unit=wanted.unit,
        by=(*(one.name_beside(COLUMNS) for one in answers.by), *((OPTION,) if apart else ())),
        cells=tuple(
            Cell(dims=(*(shown(one, v) for one, v in zip(answers.by, group, strict=False)), *rest), value=value)
            for group, rest, value in cells
        ),
        total=total,
        balance=balance,
        filters=filters.as_query(settings.time_zone),
        questions=questions,
        repeats=rule.value,
        weighted=weighted,
        time_zone=settings.time_zone,
        base=Base(base).value if wanted.name == SHARE else None,
        calendar=(calendar if set(by) & set(Span) else Calendar.GREGORIAN).value,
        origin=origin or Origin(log_version=tables.version, as_of=as_of),
    )


_Cells = list[tuple[Group, tuple[str, ...], MetricValue]]
"""Group, option (where options are told apart), value."""


def _figures(
    figures: Figures, *, journey: Journey | None, filters: Filters
) -> tuple[_Cells, MetricValue | None, Balance]:
    answers, standards = figures.answers, figures.standards
    found = figures.read()
    values = figures.values(found)
    groups = every_group(answers.by, list(found.all), journey=journey, filters=filters)
    cells = [(group, values.get(group) or compute(figures.metric, (), standards)) for group in groups]
    total = figures.total(found, values) if answers.pooled else None
    balance = figures.balance(found)
    told, total = protected(answers, cells, total)
    return [(group, (), value) for group, value in zip(groups, told, strict=True)], total, balance


def _shares(
    shares: Shares, named: Sequence[str], *, journey: Journey | None, filters: Filters
) -> tuple[_Cells, MetricValue | None, Balance]:
    answers, whole = shares.answers, shares.read(())
    found = shares.read(answers.columns) if answers.by else whole
    options = shares.options(named, whole)
    groups = every_group(answers.by, list(found.base), journey=journey, filters=filters)
    # Options of one group stand on the same people, so what protects employees looks at groups.
    people = [(group, shares.stand_in(found, group)) for group in groups]
    everyone = shares.stand_in(whole, ()) if answers.pooled else None
    told, everyone = protected(answers, people, everyone)
    cells: _Cells = []
    for group, seen in zip(groups, told, strict=True):
        for one in options.get(shares.options_key(group), ()):
            value = seen if seen.n is None else shares.value(found, group, one)
            cells.append((group, () if len(named) == 1 else (one,), value))
    total = None
    if len(named) == 1 and everyone is not None:
        total = everyone if everyone.n is None else shares.value(whole, (), named[0])
    return cells, total, shares.balance(found)


def calendar_named(name: str) -> Calendar:
    """The calendar of that name. Raises: BadMeasure."""
    if name not in list(Calendar):
        raise BadMeasure(f"calendar is one of {', '.join(Calendar)}, never {name[:60]!r}.")
    return Calendar(name)


def with_base(tables: FactTables, question: str, base: Base, by: Sequence[str], filters: Filters) -> FactTables:
    """`tables` with the submissions that count in the base though they chose nothing."""
    if base is Base.ANSWERED:
        return tables
    if filters.steps or filters.touchpoints or set(by) & set(MAPPED):
        raise BadMeasure("Who chose nothing is at no step or touchpoint; base all does not go by these.")
    if PROTECTED & set(filters.speakers) or "speaker" in by:
        raise BadMeasure("Answers of employees and managers are counted on the base of who answered only.")
    return replace(tables, feedback=with_silent(tables.feedback, question))


def choice_question(feedback: ir.Table, named: Sequence[str]) -> str:
    """The one choice question that a share is of: the one named, or the only one. Raises: BadMeasure."""
    asked = feedback.group_by("question").aggregate(
        n=feedback.count(), choices=(feedback.kind == FeedbackKind.CHOICE.value).sum(), kind=feedback.kind.min()
    )
    rows = asked.order_by(asked.choices.desc(), asked.question).to_pyarrow().to_pylist()
    kinds = {str(row["question"]): str(row["kind"]) for row in rows}
    choices = [str(row["question"]) for row in rows if row["choices"]]
    (one, *more) = named or choices or ("",)
    if one in choices and not more:
        return one
    if not choices:
        raise BadMeasure("A share is of one choice question; there is none yet.", next_step=_IMPORT_CHOICES)
    known = ", ".join(choices[:20])
    if not named:
        raise BadMeasure(f"A share is of one choice question; none is named of {known}.", next_step=_NAME_ONE)
    if more:
        names = ", ".join(named)
        raise BadMeasure(f"A share is of one choice question, not of {names} together.", next_step=_ONE_BY_ONE)
    kind = kinds[one]
    raise BadMeasure(
        f"A share is of one choice question; {one} is answered by {kind}. Choice questions are {known}.",
        next_step=_OTHER_METRIC,
    )


_IMPORT_CHOICES = "Import answers of kind choice: a recipe's feedback blocks say which columns hold them."
_NAME_ONE = "Name one: safar measure share --question NAME."
_ONE_BY_ONE = "Ask for one at a time: safar measure share --question NAME."
_OTHER_METRIC = "Name a choice question, or measure ratings: safar measure mean --question NAME."


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
