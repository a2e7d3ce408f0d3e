"""A board laid out: each chart as one small multiple with its figure, its change, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from safar.analysis.cell_answers import Part
from safar.analysis.filters import Filters
from safar.analysis.journey_map import Experience, JourneyMap
from safar.analysis.local_time import PERIODS
from safar.analysis.measurement import Measurement
from safar.analysis.metric import SHARE, MetricValue, State
from safar.domain.board import Board, BoardChart, ChartKind
from safar.domain.calendars import Calendar
from safar.domain.person import Person
from safar.errors import SafarError
from safar.usecases.board_figures import (
    Change,
    ChartAsk,
    ask_of,
    change_of,
    filters_of,
    other_filters_of,
    within_units,
)
from safar.usecases.measure_ask import MeasureAsk
from safar.usecases.measure_choices import MeasureChoices
from safar.web.chart_words import scope_of, told_filters, told_whole
from safar.web.drawing.interval import IntervalDrawing, axis_of, draw_interval
from safar.web.drawing.trend import TrendDrawing
from safar.web.links import Links, with_query
from safar.web.measure_page import answers_address, counts_once, key_of, lists_answers, told_group, trend_of
from safar.web.measure_words import (
    METHODS,
    Values,
    days_told,
    figure,
    interval,
    metric_unit,
    period_title,
    signed,
    why_none,
)
from safar.web.page_language import page_language
from safar.web.problem_words import next_step_words, problem_text
from safar.web.waiting import Waiting

MOST_ROWS = 6
_GOOD_HIGH = frozenset({"nps", "csat", "ces", "top_box", "experience_index"})
"""Metrics of which more is better; of a share or a mean nobody can say."""

ReadMeasure = Callable[[MeasureAsk, str | None], Measurement | Waiting]
ReadMap = Callable[[Filters, str | None], JourneyMap | Waiting]
"""Of that journey; None: the one at hand."""
ReadValues = Callable[[str | None], Values]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallRow:
    """One group of a small multiple, with the list of what its figure counts. `other`: the same of a second group."""

    name: str
    value: str
    why_none: str
    drawing: IntervalDrawing | None
    facts: str = ""
    other: SmallRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherView:
    """The second group of a compared map: its filters in words (nothing: everybody), and its figure."""

    told: str
    value: str
    why_none: str
    range: str
    n: int | None
    few: bool
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """The change in words. kind: better, worse, changed (nobody says which is better) or none."""

    text: str
    kind: str
    range: str
    before: str
    days: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartView:
    """One chart. state: ok, waiting or problem. facts, base: what the figure counts, and what `n` does; empty where it
    is never listed. once: the groups count answers that the one figure counts once. chips: the filters in words, but
    for whole days, which are `days`; any_time: nothing says a time. told: of a compared map, the first group in words.
    """

    id: UUID
    kind: str
    title: str
    address: str
    state: str
    problem: str = ""
    next_step: str = ""
    value: str = ""
    why_none: str = ""
    range: str = ""
    unit: str = ""
    method: str = ""
    n: int | None = None
    facts: str = ""
    base: str = ""
    once: bool = False
    chips: tuple[str, ...] = ()
    any_time: bool = False
    told: str = ""
    other: OtherView | None = None
    few: bool = False
    period: str = ""
    days: str = ""
    ends_today: bool = False
    change: ChangeView | None = None
    trend: TrendDrawing | None = None
    rows: tuple[SmallRow, ...] = ()
    left_out: int = 0
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads, and how figures are had. choices: what there is to measure. values: labels of a journey.

    calendar: that of the reader's language.
    """

    person: Person
    now: datetime
    choices: MeasureChoices
    time_zone: str
    mirrored: bool
    calendar: Calendar
    values: ReadValues
    measure: ReadMeasure
    map: ReadMap


def chart_views(board: Board, reader: Reader) -> tuple[ChartView, ...]:
    """The charts of a board, in order."""
    last = len(board.charts) - 1
    return tuple(
        replace(chart_view(chart, reader), is_first=i == 0, is_last=i == last) for i, chart in enumerate(board.charts)
    )


def chart_view(chart: BoardChart, reader: Reader) -> ChartView:
    """One chart; what is wrong with it is told in its place."""
    page = "journey" if chart.kind is ChartKind.MAP else "measure"
    plain = ChartView(
        id=chart.id,
        kind=chart.kind.value,
        title=chart.title,
        address=with_query(reverse(page), chart.query),
        state="waiting",
    )
    try:
        return _map(chart, plain, reader) if chart.kind is ChartKind.MAP else _measured(chart, plain, reader)
    except SafarError as error:
        return replace(
            plain,
            state="problem",
            problem=problem_text(error.message, code=error.code),
            next_step=next_step_words(error, reader.person),
        )


def _measured(chart: BoardChart, plain: ChartView, reader: Reader) -> ChartView:
    asked = ask_of(
        chart,
        person=reader.person,
        choices=reader.choices,
        now=reader.now,
        time_zone=reader.time_zone,
        calendar=reader.calendar,
    )
    own = asked.ask.filters
    said = any(name == "calendar" for name, _value in chart.query)
    if asked.ask.follows_months and not said:  # sent on as a link it stays what it is
        plain = replace(plain, address=f"{plain.address}&{urlencode({'calendar': asked.ask.calendar.value})}")
    plain = replace(
        plain,
        unit=metric_unit(asked.ask.metric),
        method=METHODS[asked.ask.metric],
        period=period_title(asked.ask.period) if asked.ask.period else "",
        days=days_told(asked.days) if asked.days else "",
        chips=told_filters(replace(own, since=None, until=None) if asked.days else own),
        any_time=asked.days is None and own.since is None and own.until is None,
        ends_today=asked.ends_today,
    )
    # All are asked for before any is waited for.
    journey = _journey_of(chart)
    parts = [reader.measure(one, journey) for one in (asked.shown, asked.total, asked.before) if one is not None]
    shown, total = parts[0], parts[1]
    before = parts[2] if len(parts) > 2 else None
    if isinstance(shown, Waiting) or isinstance(total, Waiting) or isinstance(before, Waiting):
        return plain
    value = total.total
    values = reader.values(journey).by(shown.calendar)
    rows, left_out = _rows(shown, asked.ask, reader, values)
    whole = asked.ask.whole.as_query(reader.time_zone)
    facts = answers_address(whole) if value and value.n and lists_answers(total) else ""
    made = replace(
        plain,
        state="ok",
        value=figure(shown.metric, value.value) if value else "",
        why_none=why_none(value) if value and value.value is None else "",
        range=interval(shown.metric, value.low, value.high) if value else "",
        n=value.n if value else None,
        facts=facts,
        base=answers_address(whole, Part.BASE) if facts and shown.metric == SHARE else facts,
        once=counts_once(shown) is not None,
        few=value is not None and value.state is State.FEW,
        change=_change(change_of(total, before), asked, shown.metric),
        trend=trend_of(shown, values, mirrored=reader.mirrored, small=True),
        rows=rows,
        left_out=left_out,
    )
    return _on_journey(made, journey)


def _change(change: Change | None, asked: ChartAsk, metric: str) -> ChangeView | None:
    if asked.before is None or asked.days_before is None:
        return None
    days = days_told(asked.days_before)
    if change is None or change.comparison.difference is None:
        told = why_none(change.before) if change is not None and change.before.value is None else ""
        return ChangeView(text=_("no figure to compare with"), kind="none", range="", before=told, days=days)
    found = change.comparison
    range_ = interval(metric, found.low, found.high)
    before = figure(metric, change.before.value)
    if not change.is_clear:
        return ChangeView(text=_("no clear change"), kind="none", range=range_, before=before, days=days)
    good = (found.difference or 0) > 0
    kind = "changed" if metric not in _GOOD_HIGH else "better" if good else "worse"
    return ChangeView(text=signed(metric, found.difference), kind=kind, range=range_, before=before, days=days)


def _rows(shown: Measurement, ask: MeasureAsk, reader: Reader, values: Values) -> tuple[tuple[SmallRow, ...], int]:
    if not shown.by or set(shown.by) & set(PERIODS):
        return (), 0
    cells = [cell for cell in shown.cells if cell.value.n != 0]
    axis = axis_of(shown.metric, [cell.value for cell in cells], shown.total, mirrored=reader.mirrored)
    query = ask.as_query(reader.time_zone)
    rows = tuple(
        SmallRow(
            name=told_group(shown, values, cell.dims),
            value=figure(shown.metric, cell.value.value),
            why_none=why_none(cell.value) if cell.value.value is None else "",
            drawing=draw_interval(cell.value, axis),
            facts=answers_address([*query, ("group", key_of(cell.dims))]) if lists_answers(shown, cell.dims) else "",
        )
        for cell in cells[:MOST_ROWS]
    )
    return rows, max(len(cells) - MOST_ROWS, 0)


def _map(chart: BoardChart, plain: ChartView, reader: Reader) -> ChartView:
    filters = within_units(filters_of(chart, time_zone=reader.time_zone), reader.person)
    second = other_filters_of(chart, time_zone=reader.time_zone)
    journey = _journey_of(chart)
    found = reader.map(filters, journey)
    other_filters = None if second is None else within_units(second, reader.person)
    other = None if other_filters is None else reader.map(other_filters, journey)
    plain = replace(plain, unit=metric_unit("experience_index"), method="experience-index")
    if second is None:
        days, chips = scope_of(filters, time_zone=reader.time_zone)
        plain = replace(plain, days=days, chips=chips)
    if isinstance(found, Waiting) or isinstance(other, Waiting):
        return plain
    links = Links(filters, reader.time_zone)
    total = _value(found.experience)
    facts = links.facts("answers") if total.n else ""
    made = replace(
        plain,
        state="ok",
        value=figure("experience_index", total.value),
        why_none=why_none(total) if total.value is None else "",
        range=interval("experience_index", total.low, total.high),
        n=total.n,
        facts=facts,
        base=facts,
        few=total.state is State.FEW,
    )
    if other is None or other_filters is None:
        return _on_journey(replace(made, rows=_steps(found, links, [found], reader)), journey)
    second_links = Links(other_filters, reader.time_zone)
    return _on_journey(_compared(made, (found, links), (other, second_links), reader), journey)


def _journey_of(chart: BoardChart) -> str | None:
    """The journey that a chart was put on the board with, so that all who look see the same figures."""
    return next((value for name, value in chart.query if name == "journey" and value), None)


def _on_journey(made: ChartView, journey: str | None) -> ChartView:
    """The chart with the lists behind its figures on its own journey, whichever is at hand."""
    if journey is None:
        return made

    def on(address: str) -> str:
        return f"{address}{'&' if '?' in address else '?'}{urlencode({'journey': journey})}" if address else ""

    def row_on(row: SmallRow) -> SmallRow:
        return replace(row, facts=on(row.facts), other=row_on(row.other) if row.other else None)

    other = replace(made.other, facts=on(made.other.facts)) if made.other else None
    return replace(
        made, facts=on(made.facts), base=on(made.base), other=other, rows=tuple(row_on(row) for row in made.rows)
    )


def _compared(
    made: ChartView, one: tuple[JourneyMap, Links], second: tuple[JourneyMap, Links], reader: Reader
) -> ChartView:
    """The chart of a compared map: both groups' figures, on one scale."""
    (found, links), (other, other_links) = one, second
    value = _value(other.experience)
    rows_b = {row.name: row for row in _steps(other, other_links, [found, other], reader)}
    rows_a = _steps(found, links, [found, other], reader)
    return replace(
        made,
        told=told_whole(links.filters),
        other=OtherView(
            told=told_whole(other_links.filters),
            value=figure("experience_index", value.value),
            why_none=why_none(value) if value.value is None else "",
            range=interval("experience_index", value.low, value.high),
            n=value.n,
            few=value.state is State.FEW,
            facts=other_links.facts("answers") if value.n else "",
        ),
        rows=tuple(replace(row, other=rows_b.get(row.name)) for row in rows_a),
    )


def _steps(found: JourneyMap, links: Links, together: Sequence[JourneyMap], reader: Reader) -> tuple[SmallRow, ...]:
    """All steps in their order: a map with steps missing would be another journey."""
    values = [_value(step.experience) for one in together for step in one.steps]
    axis = axis_of("experience_index", values, _value(found.experience), mirrored=reader.mirrored)
    language, rows = page_language(), []
    for step in found.steps:
        value = _value(step.experience)
        rows.append(
            SmallRow(
                name=step.label.text(language),
                value=figure("experience_index", value.value),
                why_none=why_none(value) if value.value is None else "",
                drawing=draw_interval(value, axis),
                facts=links.facts("answers", step=step.id) if value.n else "",
            )
        )
    return tuple(rows)


def _value(felt: Experience) -> MetricValue:
    """An experience figure of the map as a metric's value."""
    states = {"ok": State.OK, "few": State.FEW, "too_few": State.TOO_FEW}
    state = states.get(felt.state, State.NO_DATA)
    return MetricValue(metric="experience_index", state=state, value=felt.index, low=felt.low, high=felt.high, n=felt.n)
