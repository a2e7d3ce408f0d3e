"""What a map shows beside its own numbers: trends, voice, measured moments of truth, lines, a second group.

Each part may be missing: it was not asked for, or it is still being made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from safar.analysis.journey_lines import JourneyLines
from safar.analysis.journey_map import Experience, JourneyMap, Quote
from safar.analysis.moments import MomentEffect, Moments
from safar.analysis.trends import Trends
from safar.analysis.voice import PlaceVoice, Voice
from safar.charts.drawing.bars import Spark, draw_spark
from safar.charts.drawing.series import Series, draw_series, name_apart
from safar.web.comparing import ComparisonBox, DifferenceBox, Proposal
from safar.web.filter_form import FilterForm
from safar.web.links import Links
from safar.web.map_view import MapView
from safar.web.names import told
from safar.web.scrubber import Scrubber


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkBox:
    """A trend in a cell: the drawing, its first and last figure, and how many periods it spans."""

    spark: Spark
    first: float
    last: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCell:
    """What one line says at one step."""

    name: str
    kind: str
    felt: Experience
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceBeside:
    """Everything beside the numbers of one step or touchpoint."""

    spark: SparkBox | None = None
    contacts: SparkBox | None = None
    voice: PlaceVoice | None = None
    words: str = ""
    pleased: str = ""
    displeased: str = ""
    moment: MomentEffect | None = None
    differences: Mapping[str, DifferenceBox] = field(default_factory=dict)
    lines: tuple[LineCell, ...] = ()

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """One voice of either side."""
        voice = self.voice
        return tuple(quote for quote in (voice.worst, voice.best) if quote is not None) if voice else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChoice:
    """Something to draw lines by."""

    title: str
    on: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideMap:
    """The parts. `counting`: some are still being made; `again`: the address that will have them."""

    view: MapView
    steps: Mapping[str, PlaceBeside] = field(default_factory=dict)
    touchpoints: Mapping[str, PlaceBeside] = field(default_factory=dict)
    scrubber: Scrubber | None = None
    comparison: ComparisonBox | None = None
    compare_form: FilterForm | None = None
    proposals: tuple[Proposal, ...] = ()
    lines: JourneyLines | None = None
    line_choices: tuple[LineChoice, ...] = ()
    moments: Moments | None = None
    voice: Voice | None = None
    series: tuple[Series, ...] = ()
    counting: bool = False

    @property
    def again(self) -> str:
        """Where this view is."""
        return self.view.address


def places_beside(
    found: JourneyMap,
    *,
    view: MapView,
    trends: Trends | None,
    voice: Voice | None,
    moments: Moments | None,
    lines: JourneyLines | None,
    comparison: ComparisonBox | None,
    mirrored: bool,
) -> tuple[dict[str, PlaceBeside], dict[str, PlaceBeside]]:
    """The parts of every step and of every touchpoint, by id."""
    links = Links(view.filters, view.time_zone)

    def beside(level: str, place: str, position: int | None) -> PlaceBeside:
        trend = trends.at(level, place) if trends else None
        step, touchpoint = (place, None) if level == "step" else (None, place)
        return PlaceBeside(
            spark=_spark([point.index for point in trend.points], mirrored) if trend else None,
            contacts=_spark([float(point.volume) for point in trend.points], mirrored) if trend else None,
            voice=voice.at(level, place) if voice else None,
            words=links.facts("feedback", state="words", step=step, touchpoint=touchpoint),
            pleased=links.facts("feedback", state="words_pleased", step=step, touchpoint=touchpoint),
            displeased=links.facts("feedback", state="words_displeased", step=step, touchpoint=touchpoint),
            moment=moments.at(place) if moments and level == "touchpoint" else None,
            differences=comparison.places.get((level, place), {}) if comparison else {},
            lines=() if lines is None or position is None else _line_cells(lines, position, links, place),
        )

    steps = {step.id: beside("step", step.id, i) for i, step in enumerate(found.steps)}
    cells = {cell.id: beside("touchpoint", cell.id, None) for step in found.steps for cell in step.touchpoints}
    return steps, cells


def draw_lines(
    *, lines: JourneyLines | None, other: JourneyMap | None, other_name: str, mirrored: bool
) -> tuple[Series, ...]:
    """The further lines of the curve, with their names apart."""
    drawn = []
    if other is not None:
        drawn.append(draw_series(other_name, "other", [step.experience for step in other.steps], mirrored=mirrored))
    for i, line in enumerate(lines.lines if lines else (), start=1):
        drawn.append(draw_series(_line_name(lines, line.value), f"line-{i}", line.steps, mirrored=mirrored))
    return name_apart([one for one in drawn if not one.is_empty])


def _line_name(lines: JourneyLines | None, value: str) -> str:
    return told("channel", value) if lines is not None and lines.by == "channel" else value


def _spark(values: list[float | None], mirrored: bool) -> SparkBox | None:
    spark = draw_spark(values, mirrored=mirrored)
    there = [value for value in values if value is not None]
    return None if spark is None else SparkBox(spark=spark, first=there[0], last=there[-1])


def _line_cells(lines: JourneyLines, position: int, links: Links, step: str) -> tuple[LineCell, ...]:
    return tuple(
        LineCell(
            name=_line_name(lines, line.value),
            kind=f"line-{i}",
            felt=line.steps[position],
            facts=links.by_group(lines.by, line.value).facts("answers", step=step),
        )
        for i, line in enumerate(lines.lines, start=1)
    )
