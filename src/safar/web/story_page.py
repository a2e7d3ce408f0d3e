"""A touchpoint's story and its trend, laid out: each number with the address of what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from safar.analysis.touchpoint_story import Neighbor, TouchpointStory, WaitBin
from safar.analysis.trends import PlaceTrend, TrendPoint, Trends
from safar.analysis.variants import Variant
from safar.domain.label import Label
from safar.usecases.facts_place import PATH_SIGN
from safar.web import numerals
from safar.web.facts_page import wait_name
from safar.web.links import Links

CHART_WIDTH, CHART_HEIGHT = 600.0, 200.0
_TOP, _BOTTOM = 8.0, 142.0
# The bars stand in a strip of their own below the line, so that neither hides the other.
_BARS_TOP, _BARS_BOTTOM = 156.0, 198.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A name, a number and its bar. `width` and `start` in percent."""

    name: str
    n: int
    width: str
    start: str
    facts: str
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersBox:
    """One question's answers by value."""

    question: str
    n: int
    rows: tuple[Row, ...]
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PathBox:
    """A whole path with its labels."""

    labels: tuple[Label, ...]
    here: tuple[bool, ...]
    passages: int
    share: float
    facts: str

    @property
    def stops(self) -> list[tuple[Label, bool]]:
        """Each touchpoint, and whether it is this one."""
        return list(zip(self.labels, self.here, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryBox:
    """Everything that the page shows beside the map's own numbers of the touchpoint.

    last: what became of the passages whose last contact is here, as (state, how many, address)."""

    story: TouchpointStory
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    began: str
    last: tuple[tuple[str, int, str], ...]
    waits: tuple[Row, ...]
    answers: tuple[AnswersBox, ...]
    paths: tuple[PathBox, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRow:
    """A period: its name, its numbers, and the addresses of its facts."""

    name: str
    point: TrendPoint
    contacts: str
    answers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendBox:
    """A trend as a chart and, behind it, the same as a table: band and line of the index over bars of volume.

    first, last: names of the periods at both ends; most: contacts of the tallest bar."""

    rows: tuple[TrendRow, ...]
    line: str
    bands: tuple[str, ...]
    bars: tuple[tuple[float, float, float, float], ...]
    grid: tuple[float, ...]
    first: str
    last: str
    most: int
    width: float = CHART_WIDTH
    height: float = CHART_HEIGHT

    @property
    def is_rated(self) -> bool:
        """Whether anybody rated here in any period; else only the contacts are drawn."""
        return any(row.point.n for row in self.rows)

    @property
    def top(self) -> float:
        """Where the drawing begins."""
        return 0.0 if self.is_rated else _BOTTOM

    @property
    def drawn(self) -> float:
        """The height of what is drawn."""
        return self.height - self.top


def lay_out_story(story: TouchpointStory, *, labels: Mapping[str, Label], language: str, links: Links) -> StoryBox:
    """The story. `labels`: of every touchpoint."""
    here = story.touchpoint
    return StoryBox(
        story=story,
        before=_rows([_neighbor(one, labels, language, links, here, previous=one.touchpoint) for one in story.before]),
        after=_rows([_neighbor(one, labels, language, links, one.touchpoint, previous=here) for one in story.after]),
        began=links.facts("moves", touchpoint=here, state="began"),
        last=tuple(
            (state, n, links.facts("moves", touchpoint=here, state=state))
            for state, n in (("complete", story.complete), ("lost", story.lost), ("open", story.open))
        ),
        waits=_rows([_wait(one, links, here) for one in story.waits]),
        answers=tuple(
            AnswersBox(
                question=one.question,
                n=one.n,
                rows=_rows(
                    [
                        (numerals.number(b.value, 0 if b.value == int(b.value) else 1), b.n,
                         links.facts("answers", touchpoint=here, question=one.question, value=b.value), "")
                        for b in one.bins
                    ]
                ),
                facts=links.facts("answers", touchpoint=here, question=one.question),
            )
            for one in story.answers
        ),
        paths=tuple(_path(one, here, labels, links) for one in story.paths if one.passages > 1),
    )  # fmt: skip


def _neighbor(
    one: Neighbor, labels: Mapping[str, Label], language: str, links: Links, at: str, *, previous: str
) -> tuple[str, int, str, str]:
    facts = links.facts("moves", touchpoint=at, previous=previous)
    return labels[one.touchpoint].text(language), one.n, facts, links.page("touchpoint", one.touchpoint)


def _wait(one: WaitBin, links: Links, here: str) -> tuple[str, int, str, str]:
    waited = f"{one.low_s}-{'' if one.high_s is None else one.high_s}"
    return wait_name(one.low_s, one.high_s), one.n, links.facts("moves", touchpoint=here, waited=waited), ""


def lay_out_trend(trends: Trends, level: str, place: str, *, links: Links, mirrored: bool) -> TrendBox | None:
    """One place's trend; None where nothing ever happened there."""
    trend = trends.at(level, place)
    if trend is None or not any(point.volume or point.n for point in trend.points):
        return None
    step, touchpoint = (place, None) if level == "step" else (None, place)
    rows = []
    for period, point in zip(trends.periods, trend.points, strict=True):
        inside = _within(links, period.since, period.until)
        rows.append(
            TrendRow(
                name=numerals.period(period.day, trends.span),
                point=point,
                contacts=inside.facts("moves", step=step, touchpoint=touchpoint),
                answers=inside.facts("answers", step=step, touchpoint=touchpoint, questions=trend.questions),
            )
        )
    return _drawn(tuple(rows), trend, mirrored=mirrored)


def _within(links: Links, since: datetime, until: datetime) -> Links:
    return links.within(since, until)


def _drawn(rows: tuple[TrendRow, ...], trend: PlaceTrend, *, mirrored: bool) -> TrendBox:
    n = len(trend.points)
    column = CHART_WIDTH / n
    most = max((point.volume for point in trend.points), default=0)

    def x(i: int) -> float:
        middle = (i + 0.5) * column
        return CHART_WIDTH - middle if mirrored else middle

    bars = []
    for i, point in enumerate(trend.points):
        tall = (_BARS_BOTTOM - _BARS_TOP) * point.volume / most if most else 0.0
        bars.append((x(i) - column * 0.35, _BARS_BOTTOM - tall, column * 0.7, tall))
    line: list[str] = []
    bands: list[str] = []
    pen = "M"
    for i, point in enumerate(trend.points):
        if point.index is None:
            pen = "M"
            continue
        # Without a neighbor it is a dot: a line of no length, with round ends.
        line.append(f"{pen}{x(i):.1f} {_y(point.index):.1f}{'h0' if pen == 'M' else ''}")
        pen = "L"
        if point.low is not None and point.high is not None:
            left, right = x(i) - column * 0.18, x(i) + column * 0.18
            low, high = _y(point.low), _y(point.high)
            bands.append(f"M{left:.1f} {low:.1f}L{right:.1f} {low:.1f}L{right:.1f} {high:.1f}L{left:.1f} {high:.1f}Z")
    return TrendBox(
        rows=rows,
        line="".join(line),
        bands=tuple(bands),
        bars=tuple(bars),
        grid=(_y(0), _y(50), _y(100)),
        first=rows[0].name,
        last=rows[-1].name,
        most=most,
    )


def _y(index: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * min(100.0, max(0.0, index)) / 100


def _rows(found: Sequence[tuple[str, int, str, str]]) -> tuple[Row, ...]:
    most = max((n for _, n, _, _ in found), default=0)
    return tuple(
        Row(
            name=name,
            n=n,
            width=f"{100 * n / most if most else 0:.1f}%",
            start=f"{100 - (100 * n / most if most else 0):.1f}%",
            facts=facts,
            page=page,
        )
        for name, n, facts, page in found
    )


def _path(variant: Variant, here: str, labels: Mapping[str, Label], links: Links) -> PathBox:
    return PathBox(
        labels=tuple(labels[name] for name in variant.path),
        here=tuple(name == here for name in variant.path),
        passages=variant.passages,
        share=variant.share,
        facts=links.facts("passages", touchpoint=here, state="present", path=PATH_SIGN.join(variant.path)),
    )
