"""The time scrubber: the log's months as links with their volume, the period before and after, the whole time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from safar.analysis.trends import TrendPoint, Trends
from safar.charts.drawing.bars import heights
from safar.web import numerals
from safar.web.map_view import MapView

_BAR = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodLink:
    """One period. `year`: its year, where it is the first of it; `on`: it lies in the period that is shown."""

    name: str
    short: str
    year: str
    volume: int
    height: float
    on: bool
    address: str

    @property
    def top(self) -> float:
        """Where the bar begins, from above."""
        return _BAR - self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubber:
    """The row of periods. `before`, `after`: addresses of the neighbors of the period that is shown, as long as it."""

    periods: tuple[PeriodLink, ...]
    whole: str
    is_whole: bool
    before: str | None
    after: str | None


def lay_out_scrubber(trends: Trends, view: MapView) -> Scrubber:
    """The scrubber of a view; every other filter stays."""
    filters = view.filters
    since, until = filters.since, filters.until

    def to(start: datetime | None, end: datetime | None) -> str:
        return replace(view, filters=replace(filters, since=start, until=end)).address

    tall = heights([point.volume for point in _whole(trends)], _BAR)
    links = []
    chosen = []
    for i, (period, point) in enumerate(zip(trends.periods, _whole(trends), strict=True)):
        inside = (since is None or period.until > since) and (until is None or period.since < until)
        on = inside and (since is not None or until is not None)
        if on:
            chosen.append(i)
        year = numerals.year(period.day)
        first = i == 0 or numerals.year(trends.periods[i - 1].day) != year
        links.append(
            PeriodLink(
                name=numerals.period(period.day, trends.span),
                short=numerals.month(period.day, trends.span) or year,
                year=year if first and trends.span != "year" else "",
                volume=point.volume,
                height=tall[i],
                on=on,
                address=to(period.since, period.until),
            )
        )
    before = after = None
    if chosen:
        first_no, last_no = chosen[0], chosen[-1]
        length = last_no - first_no + 1
        if first_no:
            start = max(0, first_no - length)
            before = to(trends.periods[start].since, trends.periods[first_no].since)
        if last_no + 1 < len(links):
            end = min(len(links) - 1, last_no + length)
            after = to(trends.periods[last_no].until, trends.periods[end].until)
    return Scrubber(periods=tuple(links), whole=to(None, None), is_whole=not chosen, before=before, after=after)


def _whole(trends: Trends) -> tuple[TrendPoint, ...]:
    found = trends.at("whole")
    return found.points if found is not None else ()
