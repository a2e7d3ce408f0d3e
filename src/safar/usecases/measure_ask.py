"""What is asked of a measurement, as an address carries it: pages, boards and letters share it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from safar.analysis.answers import BadMeasure
from safar.analysis.filters import NO_FILTERS, Filters, start_of_day
from safar.analysis.local_time import PERIODS
from safar.analysis.metric import SHARE, metric_named
from safar.domain.calendars import Calendar, Span
from safar.domain.period import Days, RelativePeriod

MOST_BY = 2
MOST_NAMED = 40
"""Questions, or options, of one measurement."""
_LONGEST = 300
NAMES = (
    "metric",
    "question",
    "by",
    "over",
    "option",
    "base",
    "repeats",
    "weights",
    "period",
    "kept_period",
    "calendar",
)
"""What an address calls the parts of a measurement; every other name is a filter or the page's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureAsk:
    """A metric (empty: not chosen yet) of `questions` (none: all that it takes), by at most two things and over time.

    over: day, week … year, or empty. options, base: of a share. weighted: with survey weights.
    period: days that move with the calendar; then `filters` say no times of their own. calendar: whose months,
    quarters and years these are.
    """

    metric: str = ""
    questions: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    over: str = ""
    options: tuple[str, ...] = ()
    base: str = "answered"
    repeats: str = "latest"
    weighted: bool = True
    period: RelativePeriod | None = None
    calendar: Calendar = Calendar.GREGORIAN
    filters: Filters = field(default_factory=lambda: NO_FILTERS)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Everything that groups are told apart by; time comes last."""
        return (*self.by, *((self.over,) if self.over else ()))

    @property
    def whole(self) -> MeasureAsk:
        """The same as one figure: not by anything."""
        return replace(self, by=(), over="")

    @property
    def follows_months(self) -> bool:
        """Whether the calendar makes a difference."""
        return self.over in list(Span) or (self.period is not None and self.period.follows_months)

    def own_query(self) -> tuple[tuple[str, str], ...]:
        """Pairs for an address without the filters; what is usual is left out.

        The calendar is said wherever it makes a difference: readers of other languages have another one.
        """
        pairs = [("metric", self.metric.replace("_", "-"))] if self.metric else []
        pairs += [("question", one) for one in self.questions] + [("by", one) for one in self.by]
        pairs += [("over", self.over)] if self.over else []
        pairs += [("option", one) for one in self.options]
        pairs += [("base", self.base)] if self.base != "answered" else []
        pairs += [("repeats", self.repeats)] if self.repeats != "latest" else []
        pairs += [("weights", "no")] if not self.weighted else []
        pairs += [("period", self.period.value)] if self.period else []
        pairs += [("calendar", self.calendar.value)] if self.follows_months else []
        return tuple(pairs)

    def as_query(self, time_zone: str) -> tuple[tuple[str, str], ...]:
        """Pairs for an address: the same ask has the same ones."""
        return (*self.own_query(), *self.filters.as_query(time_zone))


def read_ask(
    pairs: Iterable[tuple[str, str]], *, filters: Filters, calendar: Calendar = Calendar.GREGORIAN
) -> MeasureAsk:
    """The ask of an address whose filters have been read. A form's empty choices read as none.

    calendar: the reader's, where the address names none.
    `kept_period` is the period of a form that has dates of its own: it counts only where no dates were given.
    Raises: BadMeasure, UnknownMetric.
    """
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in NAMES and value and value not in found.get(name, ()):
            if len(value) > _LONGEST or "\x00" in value:
                raise BadMeasure(f"{name} is too long.")
            found.setdefault(name, []).append(value)
    for name in ("question", "option"):
        if len(found.get(name, ())) > MOST_NAMED:
            raise BadMeasure(f"At most {MOST_NAMED} of {name} can be asked for at once.")
    by = tuple(found.get("by", ()))
    if len(by) > MOST_BY:
        raise BadMeasure(f"Break down by at most {MOST_BY} things, and over time.")
    metric = _one(found, "metric")
    metric = metric_named(metric).name if metric else ""
    over = _one(found, "over")
    if not over:
        over = next((one for one in by if one in PERIODS), "")
    by = tuple(one for one in by if one not in PERIODS)
    period = _period(found, filters)
    return MeasureAsk(
        metric=metric,
        questions=tuple(found.get("question", ())),
        by=by,
        over=_among(over, ("", *PERIODS), "over"),
        options=tuple(found.get("option", ())) if metric == SHARE else (),
        base=_among(_one(found, "base") or "answered", ("answered", "all"), "base") if metric == SHARE else "answered",
        repeats=_among(_one(found, "repeats") or "latest", ("latest", "all"), "repeats"),
        weighted=_among(_one(found, "weights") or "yes", ("yes", "no"), "weights") == "yes",
        period=period,
        calendar=Calendar(_among(_one(found, "calendar") or calendar, list(Calendar), "calendar")),
        filters=filters if period is None else replace(filters, since=None, until=None),
    )


def _period(found: dict[str, list[str]], filters: Filters) -> RelativePeriod | None:
    text = _one(found, "period")
    if not text and filters.since is None and filters.until is None:
        text = _one(found, "kept_period")
    if not text:
        return None
    return RelativePeriod(_among(text, [one.value for one in RelativePeriod], "period"))


def _one(found: dict[str, list[str]], name: str) -> str:
    values = found.get(name, [""])
    if len(values) > 1:
        raise BadMeasure(f"{name} stands twice.")
    return values[0]


def _among(value: str, known: Sequence[str], name: str) -> str:
    if value not in known:
        raise BadMeasure(f"{name} is one of {', '.join(one for one in known if one)}, never {value[:60]!r}.")
    return value


def last_day(*, last_ts: datetime | None, now: datetime, time_zone: str) -> tuple[date, bool]:
    """The day that relative periods end with: that of the last fact, but never after today; and whether it is today."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    last = today if last_ts is None else min(last_ts.astimezone(zone).date(), today)
    return last, last == today


def within(ask: MeasureAsk, days: Days | None, *, time_zone: str) -> MeasureAsk:
    """The ask with its times said as days; without any the ask itself."""
    if days is None:
        return ask
    since, until = (start_of_day(day, time_zone) for day in (days.since, days.until))
    return replace(ask, period=None, filters=replace(ask.filters, since=since, until=until))


def own_days(filters: Filters, *, time_zone: str) -> Days | None:
    """The whole days between the filters' two times; None where either is open or inside a day."""
    if filters.since is None or filters.until is None:
        return None
    zone = ZoneInfo(time_zone)
    since, until = filters.since.astimezone(zone).date(), filters.until.astimezone(zone).date()
    whole = all(
        start_of_day(day, time_zone) == moment.astimezone(UTC)
        for day, moment in ((since, filters.since), (until, filters.until))
    )
    return Days(since, until) if whole and until - since >= timedelta(days=1) else None
