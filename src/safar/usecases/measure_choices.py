"""What there is to measure, and by what: questions, options, and dimensions that the log has values for."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import ibis.expr.types as ir

from safar.analysis.instant import known_utc
from safar.analysis.metric import METRICS, SHARE, Metric
from safar.analysis.result import Frozen, as_json
from safar.analysis.tables import FactTables
from safar.domain.fact import FeedbackKind, Speaker, SubjectKind
from safar.log.published import NotPublished
from safar.log.remembered import RememberedFiles
from safar.usecases.filter_choices import COLUMNS, MOST_DISTINCT, of_units
from safar.usecases.remember import keep, known, name_of, results_folder

if TYPE_CHECKING:
    from safar.usecases.measure_ask import MeasureAsk
    from safar.usecases.workspace import Workspace

MOST_QUESTIONS = 200
MOST_OPTIONS = 60
"""Options of a question that a form lists; a question may have more."""
MOST_NAMES = 40
_FORMAT = 2
_REMEMBERED = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion(Frozen):
    """A question, and the kind of its answers. options: of a choice question, most chosen first."""

    name: str
    kind: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureChoices(Frozen):
    """What a form may offer. mapped: whether figures are known by step and touchpoint.

    last_ts: when the last fact happened; None where there is none.
    """

    questions: tuple[AskedQuestion, ...]
    columns: tuple[str, ...]
    attributes: tuple[str, ...]
    properties: tuple[str, ...]
    mapped: bool
    last_ts: datetime | None

    def metrics(self) -> tuple[Metric, ...]:
        """The metrics that some question fits."""
        return tuple(metric for metric in METRICS.values() if self.questions_of(metric))

    def questions_of(self, metric: Metric) -> tuple[AskedQuestion, ...]:
        """The questions that a metric can be asked of."""
        return tuple(one for one in self.questions if one.kind in metric.asked_kinds)

    def options_of(self, question: str) -> tuple[str, ...]:
        """The options of a choice question."""
        return next((one.options for one in self.questions if one.name == question and one.options), ())

    def usual_metric(self) -> str:
        """What a page begins with: the recommendation where it is asked for, else what fits most questions."""
        fit = {metric.name for metric in self.metrics()}
        return next((one for one in ("nps", "csat", "experience_index", "mean", SHARE, *METRICS) if one in fit), "")


def fitting(ask: MeasureAsk, choices: MeasureChoices) -> MeasureAsk:
    """The ask with a metric, and without questions and options that cannot fit it.

    A form that changes the metric still sends the question of the one before.
    """
    metric = ask.metric or choices.usual_metric() or "nps"
    known = {one.name: one.kind for one in choices.questions}
    kinds = METRICS[metric].asked_kinds
    questions = tuple(one for one in ask.questions if one not in known or known[one] in kinds)
    if metric == SHARE and not questions:
        questions = tuple(one.name for one in choices.questions_of(METRICS[SHARE])[:1])
    options = ask.options
    if metric == SHARE and questions and (there := choices.options_of(questions[0])):
        elsewhere = {option for one in choices.questions if one.name != questions[0] for option in one.options}
        options = tuple(one for one in options if one in there or one not in elsewhere)
    return replace(ask, metric=metric, questions=questions, options=options)


def read_measure_choices(workspace: Workspace, *, units: tuple[str, ...] | None = None) -> MeasureChoices:
    """The choices of the newest version of the log, remembered; `units`: of these alone."""
    files = _files(workspace)
    name = _name(workspace, units)
    found = known(workspace, MeasureChoices, files, name, newest=True)
    if found is None:
        with closing(workspace.log.connect()) as connection:
            tables = workspace.log.tables(connection=connection)
            found = _find(tables, mapped=_mapped(workspace), units=units)
            keep(workspace, files, name, as_json(found), version=tables.version)
    return found


def remembered_measure_choices(workspace: Workspace, *, units: tuple[str, ...] | None = None) -> MeasureChoices | None:
    """What is remembered, of an older version of the log where only imports came since; None: they must be read."""
    return known(workspace, MeasureChoices, _files(workspace), _name(workspace, units), newest=False)


def _files(workspace: Workspace) -> RememberedFiles:
    return RememberedFiles(results_folder(workspace, "choices"), _REMEMBERED)


def _name(workspace: Workspace, units: tuple[str, ...] | None, *, version: int | None = None) -> str:
    return name_of(workspace, ["choices", _FORMAT, _mapped(workspace), units], version=version)


def _mapped(workspace: Workspace) -> bool:
    try:
        workspace.rules(workspace.journey()[0].id)
    except NotPublished:
        return False
    return True


def _find(tables: FactTables, *, mapped: bool, units: tuple[str, ...] | None) -> MeasureChoices:
    asked = dated = tables.feedback
    if units is not None:
        # In one unit few employees answer: what and when must not show here, so their questions are everybody's.
        whole, tables = tables.feedback, of_units(tables, units)
        by_customers = whole.speaker == Speaker.CUSTOMER.value
        dated = tables.feedback.filter(tables.feedback.speaker == Speaker.CUSTOMER.value)
        asked = whole.filter(whole.unit.isin(units) | ~by_customers)
    feedback = tables.feedback
    last = [known_utc(table.ts.max().to_pyarrow().as_py()) for table in (tables.interactions, dated)]
    seen = feedback.aggregate(
        **{name: (feedback[name].notnull() & (feedback[name].cast("string") != "")).any() for name in COLUMNS}
    )
    filled = seen.to_pyarrow().to_pylist()[0]
    return MeasureChoices(
        questions=_questions(asked),
        columns=tuple(name for name in COLUMNS if filled[name]),
        attributes=_attributes(tables.attributes),
        properties=_properties(feedback),
        mapped=mapped,
        last_ts=max((moment for moment in last if moment is not None), default=None),
    )


def _questions(feedback: ir.Table) -> tuple[AskedQuestion, ...]:
    kinds = sorted({str(kind) for metric in METRICS.values() for kind in metric.asked_kinds})
    mine = feedback.filter(feedback.kind.isin(kinds) & feedback.question.notnull())
    asked = mine.group_by("question", "kind").aggregate(n=mine.count())
    rows = asked.order_by(asked.n.desc(), asked.question, asked.kind).limit(MOST_QUESTIONS).to_pyarrow().to_pylist()
    options: dict[str, list[str]] = {}
    picked = mine.filter((mine.kind == FeedbackKind.CHOICE.value) & mine.option.notnull() & (mine.option != ""))
    chosen = picked.group_by("question", "option").aggregate(n=picked.count())
    for row in chosen.order_by(chosen.n.desc(), chosen.option).limit(20_000).to_pyarrow().to_pylist():
        known_options = options.setdefault(str(row["question"]), [])
        if len(known_options) < MOST_OPTIONS:
            known_options.append(str(row["option"]))
    return tuple(
        AskedQuestion(
            name=str(row["question"]),
            kind=str(row["kind"]),
            options=tuple(options.get(str(row["question"]), ())) if row["kind"] == FeedbackKind.CHOICE.value else (),
        )
        for row in rows
    )


def _attributes(table: ir.Table) -> tuple[str, ...]:
    values = table.filter(table.value.notnull() & (table.subject_kind == SubjectKind.CUSTOMER.value))
    found = values.group_by("name").aggregate(kinds=values.value.nunique())
    # More values than these tell people apart rather than groups of them.
    fit = found.filter(found.kinds <= MOST_DISTINCT).order_by("name").limit(MOST_NAMES)
    return tuple(str(name) for name in fit.to_pyarrow().column("name").to_pylist())


def _properties(feedback: ir.Table) -> tuple[str, ...]:
    names = [name for name in feedback.columns if name.startswith("prop_")][:MOST_NAMES]
    if not names:
        return ()
    kinds = feedback.aggregate(**{name: feedback[name].nunique() for name in names}).to_pyarrow().to_pylist()[0]
    return tuple(name.removeprefix("prop_") for name in names if 0 < (kinds[name] or 0) <= MOST_DISTINCT)
