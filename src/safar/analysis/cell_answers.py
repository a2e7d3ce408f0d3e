"""The answers behind one number of a measurement: the very ones that a figure, or a line of the balance, counts."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from safar.analysis.answers import PLACE, Answers, BadMeasure, find_answers
from safar.analysis.dimension import Dimension, DimensionKind
from safar.analysis.figures import Figures
from safar.analysis.filters import Filters
from safar.analysis.histogram import ABOUT, Histogram
from safar.analysis.local_time import PERIODS, first_day
from safar.analysis.measure import Base, choice_question, with_base
from safar.analysis.measurement import OPTION
from safar.analysis.metric import SHARE, Standards, metric_named, wrong_scale
from safar.analysis.repeats import Group, Repeats, latest, superseded
from safar.analysis.share import NO_OPTION, Shares, one_a_submission
from safar.analysis.small_table import small_table
from safar.analysis.tables import FactTables
from safar.domain.calendars import Calendar
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet
from safar.settings import Settings


class Part(StrEnum):
    """Which number of a measurement is asked about: a cell's, or a line of the balance (all cells together).

    FIGURE: what the cell's value is made of. BASE: of a share, the submissions that it is a share of, one row each.
    """

    FIGURE = "figure"
    BASE = "base"
    USED = "used"
    SUPERSEDED = "superseded"
    OUTSIDE_MIX = "outside_mix"
    WRONG_SCALE = "wrong_scale"
    NOT_APPLICABLE = "not_applicable"
    BLANK = "blank"
    NEVER_USED = "never_used"
    UNUSABLE = "unusable"
    FILTERED_OUT = "filtered_out"
    UNMAPPED = "unmapped"
    IGNORED = "ignored"
    KEPT_BACK = "kept_back"
    OTHER_SPEAKERS = "other_speakers"
    OTHER_VIEWS = "other_views"

    @property
    def of_a_cell(self) -> bool:
        """Whether it is a cell's, and not the balance's."""
        return self in (Part.FIGURE, Part.BASE)

    @property
    def outside_filters(self) -> bool:
        """Whether filters did not look at these answers, or left them out."""
        return self in (Part.FILTERED_OUT, Part.KEPT_BACK, Part.OTHER_SPEAKERS, Part.OTHER_VIEWS)


def cell_answers(
    tables: FactTables,
    *,
    metric: str,
    by: Sequence[str],
    dims: Sequence[str | None] | None,
    filters: Filters,
    settings: Settings,
    questions: Sequence[str] = (),
    options: Sequence[str] = (),
    base: str = Base.ANSWERED.value,
    repeats: str = Repeats.LATEST.value,
    weighted: bool = True,
    calendar: Calendar = Calendar.GREGORIAN,
    journey: Journey | None = None,
    rules: RuleSet | None = None,
    part: Part = Part.FIGURE,
) -> ir.Table:
    """The feedback that a cell's figure counts, one row an answer; of a share, those that have the cell's option.

    dims: the cell's group as a `Measurement` has it; None: the total. part: another number than the figure; a line of
    the balance is of all groups, whatever `dims` says. Everything else as in `measure`.
    Missing: a group that is not there has no rows. Raises: what `measure` raises.
    """
    wanted, rule = metric_named(metric), Repeats(repeats)
    option: str | None = None
    if wanted.name == SHARE:
        questions = (choice_question(tables.feedback, questions),)
        by = [name for name in by if name != OPTION]
        tables = with_base(tables, questions[0], Base(base), by, filters)
        apart = len(options) != 1
        option = (dims[-1] if dims else None) if apart else options[0]
        dims = dims[:-1] if dims is not None and apart else dims
    if dims is not None and len(dims) != len(by):
        raise BadMeasure("The group does not fit what the figures are broken down by.")

    def find(names: Sequence[str]) -> Answers:
        return find_answers(
            tables, metric=wanted, by=names, journey=journey, rules=rules, filters=filters, questions=questions,
            as_of=None, time_zone=settings.time_zone, calendar=calendar, least=settings.too_few,
        )  # fmt: skip

    if not part.of_a_cell:
        dims, answers = None, find(by)
    else:
        answers = find(by if dims is not None else [])
    if wanted.name == SHARE:
        shares = Shares(questions[0], answers, Standards.of(settings), rule, weighted)
        if not part.of_a_cell:
            return shares.went_to(part.value)
        return _of_option(shares, _group(answers, dims), option, is_base=part is Part.BASE)

    def figures(of: Answers) -> Figures:
        return Figures(wanted, of, Standards.of(settings), rule, weighted, None, filtered=bool(filters))

    if not part.of_a_cell:
        return _went_to(figures(answers), rule, part)
    mix = None
    if dims is None and set(by) & set(PERIODS):
        # The total of a trend has the mix of its periods.
        mixes = figures(find(by)).read().mix
        mix = frozenset(question for one in mixes.values() for question in one) if mixes else None
    return _counted(figures(answers), _group(answers, dims), rule, mix)


def _group(answers: Answers, dims: Sequence[str | None] | None) -> Group:
    return tuple(_of_column(one, text) for one, text in zip(answers.by, dims or (), strict=dims is not None))


def _of_column(one: Dimension, text: str | None) -> object:
    if text is None or one.kind is not DimensionKind.TIME:
        return text
    try:
        return first_day(one.name, text, one.calendar)
    except (ValueError, TypeError) as cause:
        raise BadMeasure(f"{text[:40]!r} is no {one.name}.") from cause


def _of_option(shares: Shares, group: Group, option: str | None, *, is_base: bool) -> ir.Table:
    columns = shares.answers.columns
    cases, _ = shares.cases(columns)
    mine = _in_group(cases, columns, group).select("submission").distinct()
    used = _in_group(shares.answers.used, columns, group)
    if is_base:
        return one_a_submission(used.semi_join(mine, "submission"), ())
    used = used.filter(used.option != NO_OPTION if option is None else used.option == option)
    found = used.semi_join(mine, "submission")
    # An option that a submission says twice is chosen once.
    window = ibis.window(group_by=[found.submission, found.option], order_by=[found.slot_no, found.row_id, found.slot])
    ranked = found.mutate(said_no=ibis.row_number().over(window))
    return ranked.filter(ranked.said_no == 0).drop("said_no")


def _counted(figures: Figures, group: Group, rule: Repeats, mix: frozenset[str] | None) -> ir.Table:
    columns = figures.answers.columns
    found = figures.read()
    kept = found.right.get(group, ()) or found.all.get(group, ())
    if mix is not None:
        kept = tuple(one for one in kept if one.question in mix)
    used = figures.answers.used
    table = latest(used, columns) if rule is Repeats.LATEST else used
    table = _in_group(table, columns, group)
    return table.filter(reduce(or_, (_asks(table, one) for one in kept), ibis.literal(False)))


def _went_to(figures: Figures, rule: Repeats, part: Part) -> ir.Table:
    """The answers of one line of the balance."""
    columns = figures.answers.columns
    table, used = figures.answers.placed(columns), figures.answers.used
    if part is Part.SUPERSEDED:
        return superseded(used, columns) if rule is Repeats.LATEST else used.limit(0)
    if part not in (Part.USED, Part.WRONG_SCALE, Part.OUTSIDE_MIX):
        return table.filter(table[PLACE] == part.value)
    found = figures.read()

    def place(group: Group, one: Histogram) -> Part:
        if one in found.right[group]:
            return Part.USED
        return Part.OUTSIDE_MIX if wrong_scale(figures.metric, [one]) is None else Part.WRONG_SCALE

    wanted = [(group, one) for group, all_ in found.all.items() for one in all_ if place(group, one) is part]
    return _of_histograms(latest(used, columns) if rule is Repeats.LATEST else used, columns, wanted)


def _of_histograms(table: ir.Table, columns: Sequence[str], wanted: Sequence[tuple[Group, Histogram]]) -> ir.Table:
    if not wanted:
        return table.limit(0)
    keys = list(dict.fromkeys([*columns, *ABOUT]))  # figures may be broken down by what an answer is about
    rows = []
    for group, one in wanted:
        scale = one.scale
        about = (one.question, one.kind, *((scale.minimum, scale.maximum, scale.best.value) if scale else (None,) * 3))
        row = dict(zip(columns, group, strict=True)) | dict(zip(ABOUT, about, strict=True))
        rows.append([row[name] for name in keys])
    small = small_table({f"on_{i}": table[name].type() for i, name in enumerate(keys)}, rows)
    joined = table.inner_join(small, [table[name].identical_to(small[f"on_{i}"]) for i, name in enumerate(keys)])
    return joined.drop(*(f"on_{i}" for i in range(len(keys))))


def _asks(table: ir.Table, one: Histogram) -> ir.BooleanValue:
    test = (table.question == one.question) & (table.kind == one.kind)
    ends = (None, None) if one.scale is None else (one.scale.minimum, one.scale.maximum)
    for column, end in zip((table.scale_min, table.scale_max), ends, strict=True):
        test &= column.isnull() if end is None else column == end
    if one.scale is not None:
        test &= table.scale_best == one.scale.best.value
    known: ir.BooleanValue = test.fill_null(False)
    return known


def _in_group(table: ir.Table, columns: Sequence[str], group: Group) -> ir.Table:
    for name, value in zip(columns, group, strict=True):
        table = table.filter(table[name].isnull() if value is None else table[name] == value)
    return table
