"""How each place of the map changed from period to period: contacts and the experience index.

Periods are months (quarters or years where the log is long) of the reader's calendar, in local days. Within one period
the same rule holds as in a measurement over time: each customer's latest answer of the period, and a mix of questions
that stays the same over the periods. Source: docs/methods/journey-map.md.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from safar.analysis.answers import check_attributes, find_answers
from safar.analysis.build_map import select_moves
from safar.analysis.dimension import Dimension, DimensionKind
from safar.analysis.figures import Figures
from safar.analysis.filters import Filters, start_of_day
from safar.analysis.frames import Types, columns
from safar.analysis.guard import protected
from safar.analysis.instant import utc
from safar.analysis.local_time import clock_changes, local_period
from safar.analysis.metric import MetricValue, Standards, State, metric_named
from safar.analysis.moves import moves_at
from safar.analysis.place_answers import LEVELS
from safar.analysis.repeats import Repeats
from safar.analysis.result import Origin, Result
from safar.analysis.tables import FactTables
from safar.domain.calendars import Calendar, Span, next_period, start_of_period
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet
from safar.settings import Settings

MOST_MONTHS = 36
"""From more months on the periods are quarters, from more than so many quarters on years."""
PERIOD = "period_no"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One period of one place: contacts, and the index of `n` answers (None: too few, or nobody was asked)."""

    volume: int
    n: int
    state: str
    index: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTrend:
    """A step, a touchpoint, or all of the journey (level 'whole', id None): one point for each period."""

    level: str
    id: str | None
    points: tuple[TrendPoint, ...]
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `since` to before `until`; `first_day`: local, as ISO 8601."""

    since: datetime
    until: datetime
    first_day: str

    @property
    def day(self) -> date:
        """The first local day."""
        return date.fromisoformat(self.first_day)


_TYPES = columns(
    "text: level place period whole: volume number: experience experience_low experience_high whole: "
    "answers text: experience_state"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends(Result):
    """The periods between the first and the last contact, without gaps, and every place's points in that order."""

    journey: str
    calendar: str
    span: str
    filters: Mapping[str, str]
    periods: tuple[Period, ...]
    places: tuple[PlaceTrend, ...]
    origin: Origin

    def at(self, level: str, place: str | None = None) -> PlaceTrend | None:
        """One place."""
        return next((one for one in self.places if one.level == level and one.id == place), None)

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """One row a place and period."""
        return [
            {
                "level": place.level, "place": place.id, "period": period.first_day, "volume": point.volume,
                "experience": point.index, "experience_low": point.low, "experience_high": point.high,
                "answers": point.n, "experience_state": point.state,
            }
            for place in self.places
            for period, point in zip(self.periods, place.points, strict=True)
        ]  # fmt: skip

    def column_types(self) -> Types:
        """The type of each column."""
        return _TYPES


def find_trends(
    tables: FactTables,
    *,
    moves: ir.Table,
    journey: Journey,
    rules: RuleSet,
    filters: Filters,
    calendar: Calendar,
    settings: Settings,
    origin: Origin,
    as_of: datetime,
    settled: bool = False,
) -> Trends:
    """The trends under filters; their period does not count: what it leaves out is still shown.

    Raises: BadFilter, UnknownDimension, TooManyCombinations.
    """
    filters = replace(filters, since=None, until=None)
    check_attributes(filters, tables)
    now = moves_at(moves, journey=journey, as_of=as_of, settled=settled)
    selected = select_moves(now, tables, journey=journey, filters=filters)
    days = _volumes(selected, settings.time_zone)
    firsts, span = _periods([day for _, day in days], calendar)
    felt, mixes = _felt(
        tables, journey=journey, rules=rules, filters=filters, as_of=as_of, settings=settings, firsts=firsts
    )
    return Trends(
        journey=journey.id,
        calendar=calendar.value,
        span=span.value,
        filters=filters.told(settings.time_zone),
        periods=_bounds(firsts, span, calendar, settings.time_zone),
        places=_places(journey, _by_period(days, firsts), felt, mixes, count=len(firsts)),
        origin=origin,
    )


def _volumes(selected: ir.Table, time_zone: str) -> dict[tuple[int, date], int]:
    """Moves by touchpoint and local day."""
    between = selected.aggregate(first=selected["ts"].min(), last=selected["ts"].max()).to_pyarrow().to_pylist()[0]
    if between["first"] is None:
        return {}
    changes = clock_changes(ZoneInfo(time_zone), utc(between["first"]), utc(between["last"]))
    dated = selected.select("touchpoint_no", day=local_period(selected["ts"], "day", changes))
    counted = dated.group_by("touchpoint_no", "day").aggregate(n=dated.count())
    return {(int(row["touchpoint_no"]), row["day"]): int(row["n"]) for row in counted.to_pyarrow().to_pylist()}


def _periods(days: Sequence[date], calendar: Calendar) -> tuple[list[date], Span]:
    if not days:
        return [], Span.MONTH
    first, last = min(days), max(days)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    span = Span.MONTH if months <= MOST_MONTHS else Span.QUARTER if months <= 3 * MOST_MONTHS else Span.YEAR
    firsts = [start_of_period(first, span, calendar)]
    while (after := next_period(firsts[-1], span, calendar)) <= last:
        firsts.append(after)
    return firsts, span


def _bounds(firsts: Sequence[date], span: Span, calendar: Calendar, time_zone: str) -> tuple[Period, ...]:
    """The periods that begin on these days, one after the other."""
    ends = [*firsts[1:], next_period(firsts[-1], span, calendar)] if firsts else []
    return tuple(
        Period(since=start_of_day(first, time_zone), until=start_of_day(end, time_zone), first_day=first.isoformat())
        for first, end in zip(firsts, ends, strict=True)
    )


def _by_period(days: Mapping[tuple[int, date], int], firsts: Sequence[date]) -> dict[tuple[int, int], int]:
    """Moves by touchpoint and number of the period."""
    volumes: dict[tuple[int, int], int] = {}
    for (number, day), n in days.items():
        key = (number, bisect_right(firsts, day) - 1)
        volumes[key] = volumes.get(key, 0) + n
    return volumes


def _places(
    journey: Journey,
    volumes: Mapping[tuple[int, int], int],
    felt: Mapping[tuple[str | None, int], MetricValue],
    mixes: Mapping[str | None, tuple[str, ...]],
    *,
    count: int,
) -> tuple[PlaceTrend, ...]:
    """The whole, each step and each touchpoint, over `count` periods."""

    def trend(level: str, place: str | None, numbers: Sequence[int]) -> PlaceTrend:
        points = (
            _point(sum(volumes.get((number, k), 0) for number in numbers), felt.get((place, k))) for k in range(count)
        )
        return PlaceTrend(level=level, id=place, points=tuple(points), questions=mixes.get(place, ()))

    steps = [journey.position(one.step) for one in journey.touchpoints]
    return (
        trend("whole", None, range(len(steps))),
        *(trend("step", s.id, [t for t, at in enumerate(steps) if at == i]) for i, s in enumerate(journey.steps)),
        *(trend("touchpoint", one.id, [i]) for i, one in enumerate(journey.touchpoints)),
    )


def _felt(
    tables: FactTables,
    *,
    journey: Journey,
    rules: RuleSet,
    filters: Filters,
    as_of: datetime,
    settings: Settings,
    firsts: Sequence[date],
) -> tuple[dict[tuple[str | None, int], MetricValue], dict[str | None, tuple[str, ...]]]:
    """By place (None: all) and number of the period; and the questions of each place's mix."""
    if not firsts:
        return {}, {}
    standards, metric = Standards.of(settings), metric_named("experience_index")
    answers = find_answers(
        tables, metric=metric, by=list(LEVELS), journey=journey, rules=rules, filters=filters, questions=(),
        as_of=as_of, time_zone=settings.time_zone, least=settings.too_few,
    )  # fmt: skip
    zone = ZoneInfo(settings.time_zone)
    begin = datetime(firsts[0].year, firsts[0].month, firsts[0].day, tzinfo=UTC) - timedelta(days=1)
    day = local_period(answers.table["ts"], "day", clock_changes(zone, begin, as_of))
    numbered = ibis.cases(*((day >= ibis.literal(one), i) for i, one in reversed(list(enumerate(firsts)))), else_=-1)
    table = answers.table.mutate(**{PERIOD: numbered})
    table = table.filter(table[PERIOD] >= 0)
    when = Dimension("period", DimensionKind.TIME, PERIOD)
    found: dict[tuple[str | None, int], MetricValue] = {}
    mixes: dict[str | None, tuple[str, ...]] = {}
    for place in (*(one for one in answers.by), None):
        by = (when,) if place is None else (place, when)
        one = replace(answers, table=table, by=by)
        figures = Figures(metric, one, standards, Repeats.LATEST, True, None)
        read = figures.read()
        values = list(figures.values(read).items())
        shown, _total = protected(one, values, None)
        for (group, _), value in zip(values, shown, strict=True):
            if place is None or group[0] is not None:
                at = None if place is None else str(group[0])
                found[(at, int(group[-1]))] = value
                mixes[at] = tuple(sorted({*mixes.get(at, ()), *read.mix.get(group, {})}))
    return found, mixes


def _point(volume: int, felt: MetricValue | None) -> TrendPoint:
    if felt is None or felt.state in (State.NO_DATA, State.WRONG_SCALE):
        return TrendPoint(volume=volume, n=0, state="none")
    return TrendPoint(
        volume=volume, n=felt.n or 0, state=felt.state.value, index=felt.value, low=felt.low, high=felt.high
    )
