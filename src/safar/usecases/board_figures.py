"""What a chart of a board asks of the log: its figure now, in the period before, and the groups that it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from safar.analysis.comparison import Comparison, compare
from safar.analysis.filters import BadFilter, Filters, read_versus
from safar.analysis.measurement import Measurement
from safar.analysis.metric import MetricValue
from safar.domain.board import BoardChart
from safar.domain.calendars import Calendar
from safar.domain.period import Days, days_before, days_of
from safar.domain.person import Person
from safar.usecases.measure_ask import NAMES, MeasureAsk, last_day, own_days, read_ask, within
from safar.usecases.measure_choices import MeasureChoices, fitting

_FILTERS = ("since", "until", "channel", "unit", "step", "touchpoint", "source", "speaker", "view")
_NAMED = ("attribute.", "prop.", "link.")


class NotYourUnits(BadFilter):
    """A chart is about units that the reader may not see."""

    code = "board.other-units"
    next_step = "Ask for a chart of your own units, or for the right to see these."


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartAsk:
    """What one chart asks, as one reader may see it.

    ask: as its address has it. shown: with its days; total: as one figure; before: the same of the days before,
    None where the chart has no days. ends_today: relative days end today and not with the last fact.
    """

    ask: MeasureAsk
    shown: MeasureAsk
    total: MeasureAsk
    before: MeasureAsk | None
    days: Days | None
    days_before: Days | None
    ends_today: bool


def ask_of(
    chart: BoardChart,
    *,
    person: Person,
    choices: MeasureChoices,
    now: datetime,
    time_zone: str,
    calendar: Calendar = Calendar.GREGORIAN,
) -> ChartAsk:
    """The asks of a measurement's chart. calendar: the reader's. Raises: BadMeasure, BadFilter, NotYourUnits."""
    filters = within_units(filters_of(chart, time_zone=time_zone), person)
    pairs = [pair for pair in chart.query if pair[0] in NAMES]
    ask = fitting(read_ask(pairs, filters=filters, calendar=calendar), choices)
    day, ends_today = last_day(last_ts=choices.last_ts, now=now, time_zone=time_zone)
    days = days_of(ask.period, day, ask.calendar) if ask.period else own_days(ask.filters, time_zone=time_zone)
    shown = within(ask, days, time_zone=time_zone)
    total = shown.whole
    earlier = None if days is None else days_before(days, ask.period, ask.calendar)
    # A share of all options has no one figure.
    has_total = ask.metric != "share" or len(ask.options) == 1
    return ChartAsk(
        ask=ask,
        shown=shown,
        total=total,
        before=None if earlier is None or not has_total else within(total, earlier, time_zone=time_zone),
        days=days,
        days_before=earlier,
        ends_today=ends_today,
    )


def filters_of(chart: BoardChart, *, time_zone: str) -> Filters:
    """The filters of a chart's address, whatever else it says. Raises: BadFilter."""
    return filters_in(chart.query, time_zone=time_zone)


def filters_in(query: Iterable[tuple[str, str]], *, time_zone: str) -> Filters:
    """The filters among the pairs of a page's address. Raises: BadFilter."""
    pairs = [(name, value) for name, value in query if name in _FILTERS or name.startswith(_NAMED)]
    return Filters.from_query(pairs, time_zone=time_zone)


def other_filters_of(chart: BoardChart, *, time_zone: str) -> Filters | None:
    """The filters of the second group of a compared map's chart; None where it compares nothing. Raises: BadFilter."""
    return read_versus(chart.query, time_zone=time_zone)[1]


def within_units(filters: Filters, person: Person) -> Filters:
    """The filters narrowed to what a person may see. Raises: NotYourUnits where nothing is left."""
    if person.units is None:
        return filters
    units = [unit for unit in person.units if unit in filters.units] if filters.units else list(person.units)
    if not units:
        raise NotYourUnits("This is about units that are not yours.")
    return replace(filters, units=tuple(units))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A figure against the period before. is_clear: chance alone would seldom bring such a difference."""

    now: MetricValue
    before: MetricValue
    comparison: Comparison
    is_clear: bool


def change_of(now: Measurement, before: Measurement | None) -> Change | None:
    """The change of the total; None where one of them has none."""
    if before is None or now.total is None or before.total is None:
        return None
    found = compare(now.total, before.total)
    clear = found.p_value is not None and found.confidence is not None and found.p_value < 1 - found.confidence
    return Change(now=now.total, before=before.total, comparison=found, is_clear=clear)
