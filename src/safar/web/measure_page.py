"""The measure page, laid out: one table that is the chart, the lines over time from the same rows, tests, links."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from safar.analysis.answers import BadMeasure
from safar.analysis.cell_answers import Part
from safar.analysis.group_tests import Dims, GroupTest
from safar.analysis.local_time import PERIODS, first_day
from safar.analysis.measurement import Cell, Measurement
from safar.analysis.metric import SHARE, MetricValue, State
from safar.domain.calendars import Calendar
from safar.domain.fact import Speaker
from safar.usecases.measure_ask import MeasureAsk
from safar.web.drawing.interval import Axis, IntervalDrawing, axis_of, draw_interval
from safar.web.drawing.trend import TrendDrawing, draw_trend
from safar.web.measure_words import (
    METHODS,
    Values,
    dimension_title,
    figure,
    interval,
    metric_title,
    metric_unit,
    p_value,
    signed,
    why_none,
)
from safar.web.names import told

MOST_ACROSS = 8
"""Groups that stand beside each other; more of them stand below each other."""
MOST_CELLS = 160
"""Figures of one page of the table."""
MOST_PICKED = 12
_LONGEST_KEY = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """A figure as the table shows it. `key` names the group in an address; `facts` lists what it is made of, `base` the
    answers that it is worked out from (of a share more than chose the option); empty where they are never listed."""

    key: str
    title: str
    value: str
    why_none: str
    range: str
    n: int | None
    few: bool
    facts: str
    base: str
    drawing: IntervalDrawing | None
    picked_a: bool = False
    picked_b: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """A row of the table: what it is of, and its figures (None: there is no such group)."""

    heads: tuple[str, ...]
    cells: tuple[CellView | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestView:
    """The difference of two groups, in words."""

    a: str
    b: str
    value_a: str
    value_b: str
    facts_a: str
    facts_b: str
    difference: str
    range: str
    p: str
    adjusted: str
    verdict: str
    is_clear: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceLine:
    """A line of the balance: how many answers went there, and their list where there is one."""

    text: str
    n: int
    facts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurePage:
    """The result. `row_heads`, `across`: titles of the dimensions down and across; `columns`: groups across.

    once: how many answers the total counts where each person counts once over
    all groups, and the groups count more. lists_all: no number is of answers that are never listed.
    """

    found: Measurement
    title: str
    unit: str
    method: str
    row_heads: tuple[str, ...]
    across: str
    columns: tuple[str, ...]
    rows: tuple[RowView, ...]
    once: int | None
    lists_all: bool
    total: CellView | None
    trend: TrendDrawing | None
    axis: tuple[str, str]
    is_matrix: bool
    first_row: int
    last_row: int
    rows_a_page: int
    all_rows: int
    balance: tuple[BalanceLine, ...]
    tests: tuple[TestView, ...]


def key_of(dims: Dims) -> str:
    """A group as an address names it."""
    return json.dumps(list(dims), ensure_ascii=False, separators=(",", ":"))


def read_key(text: str, *, count: int) -> Dims:
    """The group that an address names. Raises: BadMeasure."""
    try:
        found = json.loads(text) if len(text) <= _LONGEST_KEY else None
    except ValueError:
        found = None
    good = isinstance(found, list) and len(found) == count and all(v is None or isinstance(v, str) for v in found)
    if not good or found is None:
        raise BadMeasure("The address names a group that this table does not have.")
    return tuple(found)


def title_of(ask: MeasureAsk, by: Sequence[str]) -> str:
    """ "Net Promoter Score by Channel and Month"; a question that was named stands behind the metric."""
    named = [told("question", one) for one in ask.questions] if len(ask.questions) == 1 else []
    named += [told("option", one) for one in ask.options] if len(ask.options) == 1 else []
    what = metric_title(ask.metric) + (f": {', '.join(named)}" if named else "")
    names = [dimension_title(name) for name in by]
    if not names:
        return what
    listed = names[0] if len(names) == 1 else _("%(some)s and %(last)s") % {
        "some": ", ".join(names[:-1]), "last": names[-1],
    }  # fmt: skip
    return _("%(what)s by %(dimensions)s") % {"what": what, "dimensions": listed}


def lay_out(
    found: Measurement,
    ask: MeasureAsk,
    *,
    time_zone: str,
    values: Values,
    mirrored: bool,
    bounded: bool,
    first_row: int = 0,
    picked: tuple[Dims | None, Sequence[Dims]] = (None, ()),
    tests: Sequence[GroupTest] = (),
) -> MeasurePage:
    """The page of one measurement. bounded: what filters leave out lies outside what the person may see."""
    axis = axis_of(found.metric, [cell.value for cell in found.cells], found.total, mirrored=mirrored)
    make = _Cells(found, ask, time_zone, axis, values, picked)
    across = _across(found)
    down = [i for i in range(len(found.by)) if i != across]
    columns = list(dict.fromkeys(cell.dims[across] for cell in found.cells)) if across is not None else [None]
    grid: dict[Dims, dict[str | None, Cell]] = {}
    for cell in found.cells:
        row = tuple(cell.dims[i] for i in down)
        grid.setdefault(row, {})[cell.dims[across] if across is not None else None] = cell
    most = max(MOST_CELLS // len(columns), 1) if columns else 1
    first_row = max(0, min(first_row, (len(grid) - 1) // most * most))
    rows = [
        RowView(
            heads=tuple(values.told(found.by[i], v) for i, v in zip(down, row, strict=True)),
            cells=tuple(make.of(one.dims, one.value) if (one := cells.get(column)) else None for column in columns),
        )
        for row, cells in list(grid.items())[first_row : first_row + most]
    ]
    return MeasurePage(
        found=found,
        title=title_of(ask, found.by),
        unit=metric_unit(found.metric),
        method=METHODS[found.metric],
        row_heads=tuple(dimension_title(found.by[i]) for i in down),
        across=dimension_title(found.by[across]) if across is not None else "",
        columns=tuple(values.told(found.by[across], v) for v in columns) if across is not None else (),
        rows=tuple(rows),
        once=counts_once(found),
        lists_all=_lists_all(found),
        total=make.of(None, found.total) if found.total is not None else None,
        trend=trend_of(found, values, mirrored=mirrored),
        axis=(figure(found.metric, axis.low), figure(found.metric, axis.high)),
        is_matrix=across is not None,
        first_row=first_row,
        last_row=first_row + len(rows),
        rows_a_page=most,
        all_rows=len(grid),
        balance=_balance(found, ask.as_query(time_zone), bounded=bounded),
        tests=tuple(_test(found, values, one, make) for one in tests),
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """Makes the cells of one table."""

    found: Measurement
    ask: MeasureAsk
    time_zone: str
    axis: Axis
    values: Values
    picked: tuple[Dims | None, Sequence[Dims]]

    def of(self, dims: Dims | None, value: MetricValue) -> CellView:
        """A cell; without `dims` the total."""
        pairs = list(self.ask.as_query(self.time_zone))
        key = "" if dims is None else key_of(dims)
        if dims is not None:
            pairs.append(("group", key))
        metric = self.found.metric
        facts = answers_address(pairs) if value.n and lists_answers(self.found, dims) else ""
        a, others = self.picked
        return CellView(
            key=key,
            title=_("all") if dims is None else told_group(self.found, self.values, dims),
            value=figure(metric, value.value),
            why_none=why_none(value) if value.value is None else "",
            range=interval(metric, value.low, value.high),
            n=value.n,
            few=value.state is State.FEW,
            facts=facts,
            base=answers_address(pairs, Part.BASE) if facts and metric == SHARE else facts,
            drawing=draw_interval(value, self.axis),
            picked_a=dims is not None and dims == a,
            picked_b=dims in others,
        )


def told_group(found: Measurement, values: Values, dims: Dims) -> str:
    """A group in words: "app · Mar 2026"."""
    return " · ".join(values.told(name, v) for name, v in zip(found.by, dims, strict=True)) or _("all")


def trend_of(found: Measurement, values: Values, *, mirrored: bool, small: bool = False) -> TrendDrawing | None:
    """The lines over time, where the measurement goes by time; `values` are of the measurement's calendar."""
    time = next((i for i, name in enumerate(found.by) if name in PERIODS), None)
    if time is None:
        return None
    period = found.by[time]
    groups: dict[Dims, list[tuple[str, MetricValue]]] = {}
    for cell in found.cells:
        day = cell.dims[time]
        if day is not None:
            rest = tuple(v for i, v in enumerate(cell.dims) if i != time)
            groups.setdefault(rest, []).append((day, cell.value))
    names = [name for i, name in enumerate(found.by) if i != time]
    series = [
        (
            " · ".join(values.told(name, v) for name, v in zip(names, rest, strict=True)),
            [(first_day(period, day, Calendar(found.calendar)), value) for day, value in figures],
        )
        for rest, figures in groups.items()
    ]
    told = {
        first_day(period, day, Calendar(found.calendar)): values.told(period, day)
        for figures in groups.values()
        for day, _value in figures
    }
    return draw_trend(found.metric, series, names=told, mirrored=mirrored, small=small)


def _across(found: Measurement) -> int | None:
    """The dimension that stands across: the last that is not time, where there are two and it has few groups."""
    if len(found.by) < 2:
        return None
    last = max(i for i, name in enumerate(found.by) if name not in PERIODS)
    return last if len({cell.dims[last] for cell in found.cells}) <= MOST_ACROSS else None


def answers_address(pairs: Sequence[tuple[str, str]], part: Part = Part.FIGURE) -> str:
    """Where the answers behind a number of the ask `pairs` are listed."""
    own = [] if part is Part.FIGURE else [("part", part.value)]
    return f"{reverse('measure-answers')}?{urlencode([*pairs, *own])}"


def part_words() -> Mapping[Part, str]:
    """Where answers go, in words."""
    return {
        Part.USED: _("in the figures"),
        Part.SUPERSEDED: _("said again later by the same person"),
        Part.OUTSIDE_MIX: _("to questions outside the mix"),
        Part.WRONG_SCALE: _("on another scale"),
        Part.NOT_APPLICABLE: _("not applicable"),
        Part.BLANK: _("left blank"),
        Part.NEVER_USED: _("never used"),
        Part.UNUSABLE: _("without a usable value"),
        Part.FILTERED_OUT: _("left out by filters"),
        Part.UNMAPPED: _("that no rule leads to a touchpoint"),
        Part.IGNORED: _("ignored by a rule"),
        Part.KEPT_BACK: _("of employees or managers, kept back"),
        Part.OTHER_SPEAKERS: _("of others than customers"),
        Part.OTHER_VIEWS: _("of another view"),
    }


def _balance(found: Measurement, query: Sequence[tuple[str, str]], *, bounded: bool) -> tuple[BalanceLine, ...]:
    """Where all answers went, in words; the first is their number, which the others add up to."""
    # Others' answers are counted before units are looked at: a person of some units is not told of them either.
    told = [(part, text, int(getattr(found.balance, part.value))) for part, text in part_words().items()]
    kept = [one for one in told if (one[2] or one[0] is Part.USED) and not (bounded and one[0].outside_filters)]
    lines = [
        BalanceLine(text=text, n=n, facts=answers_address(query, part) if n and _lists(found, part) else "")
        for part, text, n in kept
    ]
    return (BalanceLine(text=_("answers"), n=sum(line.n for line in lines)), *lines)


def _lists(found: Measurement, part: Part) -> bool:
    """Whether the answers of a line of the balance may be listed, all of them."""
    return part is not Part.OTHER_SPEAKERS and _of_customers(found)


def lists_answers(found: Measurement, dims: Dims | None = None) -> bool:
    """Whether the answers of a group (None: of the total) may be listed."""
    if dims is not None and "speaker" in found.by:
        return dims[found.by.index("speaker")] == Speaker.CUSTOMER
    return _of_customers(found)


def _of_customers(found: Measurement) -> bool:
    """Whether customers alone speak: what employees and managers say is never listed."""
    said = {value for name, value in found.filters if name == "speaker"}
    return said == {Speaker.CUSTOMER} if said else "speaker" not in found.by


def _lists_all(found: Measurement) -> bool:
    return _of_customers(found) and not found.balance.other_speakers


def counts_once(found: Measurement) -> int | None:
    """How many answers the total counts, where each person counts once in it and the groups count more."""
    total = found.total
    if not _of_customers(found):
        return None  # of others every answer counts, in the total as in the groups
    differs = total is not None and found.by and found.repeats == "latest" and total.n not in (None, found.balance.used)
    return total.n if total is not None and differs else None


def _test(found: Measurement, values: Values, one: GroupTest, make: _Cells) -> TestView:
    metric, comparison = found.metric, one.comparison
    a, b = (told_group(found, values, dims) for dims in (one.a, one.b))
    if comparison.difference is None:
        verdict = _("cannot be compared: one of them has no number")
    elif not one.is_clear:
        verdict = _("no clear difference")
    elif comparison.difference > 0:
        verdict = _("clearly higher")
    else:
        verdict = _("clearly lower")
    return TestView(
        a=a,
        b=b,
        value_a=figure(metric, one.value_a.value),
        value_b=figure(metric, one.value_b.value),
        facts_a=make.of(one.a, one.value_a).facts,
        facts_b=make.of(one.b, one.value_b).facts,
        difference=signed(metric, comparison.difference),
        range=interval(metric, comparison.low, comparison.high),
        p=p_value(comparison.p_value),
        adjusted=p_value(one.adjusted),
        verdict=verdict,
        is_clear=one.is_clear,
    )
