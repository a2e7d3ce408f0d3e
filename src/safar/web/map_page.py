"""The journey map laid out for its page: one frozen map in, what the template loops over out.

Nothing is computed about customers here: only positions, addresses and the choice of words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from safar.analysis.journey_map import (
    ChannelShare,
    Experience,
    JourneyMap,
    Pain,
    StepColumn,
    TableBalance,
    TouchpointCell,
    WaysOut,
)
from safar.analysis.mapping import UnmappedEvent
from safar.charts.drawing.experience import CurveDrawing, draw_experience, side_of_mean
from safar.charts.drawing.ribbon import RibbonDrawing, draw_ribbon
from safar.usecases.facts_place import STATES
from safar.web.links import Links
from safar.web.ways import ways

MOST_CHANNELS = 3
"""Channels told apart in a touchpoint's cell; its own page tells the others."""
MOST_BARS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A share as a bar: `width` in percent. `facts`: address of the contacts by this channel."""

    channel: str | None
    share: float
    volume: int
    facts: str
    width: str
    start: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One channel's piece of a bar of all channels: `start` and `width` in percent from the side where one reads.

    `facts`: address of the contacts by this channel."""

    channel: str | None
    share: float
    facts: str
    start: str
    width: str
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchpointBox:
    """A touchpoint in its cell. `facts`, `customers`, `passages`: addresses of those with a contact here."""

    cell: TouchpointCell
    address: str
    facts: str
    customers: str
    passages: str
    moves: dict[str, str]
    felt: FeltBox
    pieces: tuple[Piece, ...]
    more_channels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeltBox:
    """An experience with its address; `side` as in the curve; `told`: addresses of each count's and score's answers.

    `thin`: address of the answers to the question whose few answers make it few; empty where there is none.
    """

    felt: Experience
    side: str
    facts: str
    told: dict[str, str]
    thin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One step with everything that its cells say. `passages`, `moves`: addresses of the facts by their state."""

    step: StepColumn
    first_of_phase: bool
    address: str
    facts: str
    customers: str
    passages: dict[str, str]
    moves: dict[str, str]
    felt: FeltBox
    touchpoints: tuple[TouchpointBox, ...]
    bars: tuple[Bar, ...]
    pains: tuple[PainBox, ...]
    is_largest_loss: bool
    loss_share: float | None

    @property
    def owners(self) -> tuple[str, ...]:
        """Who answers for the step's touchpoints."""
        return tuple(dict.fromkeys(box.cell.owner for box in self.touchpoints if box.cell.owner))

    @property
    def promised(self) -> tuple[TouchpointBox, ...]:
        """The touchpoints with a planned standard."""
        return tuple(box for box in self.touchpoints if box.cell.standard)


@dataclass(frozen=True, slots=True, kw_only=True)
class PainBox:
    """A pain with its address."""

    pain: Pain
    address: str
    facts: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A band over neighbouring steps; `name` empty where the journey names none."""

    name: str
    span: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way out of the output step."""

    kind: str
    name: str
    count: int
    share: float | None
    width: str
    start: str
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmappedRow:
    """An event that no rule takes, with the address of its facts."""

    event: UnmappedEvent
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """One table's balance with the addresses of its parts. `there`: all its facts, the sum of the parts."""

    row: TableBalance
    name: str
    there: int
    all: str
    mapped: str
    ignored: str
    unmapped: str
    filtered_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPage:
    """The page. `felt`: the experience of the whole journey."""

    map: JourneyMap
    columns: tuple[Column, ...]
    phases: tuple[Phase, ...]
    ribbon: RibbonDrawing
    curve: CurveDrawing
    facts: str
    felt: FeltBox
    passages: str
    customers: str
    closed: str
    running: str
    open: str
    arrivals: str
    outside: str
    ways: tuple[Way, ...]
    unmapped: tuple[UnmappedRow, ...]
    balance: tuple[BalanceRow, ...]
    bounded: bool = False
    loss: str = ""
    loss_step: StepColumn | None = None
    out_step: StepColumn | None = None

    @property
    def worst(self) -> PainBox | None:
        """The pain that felt lowest of all; None where nothing hurts more than the rest."""
        lowest = next((pain.touchpoint for pain in self.map.pains), None)
        return next((box for column in self.columns for box in column.pains if box.pain.touchpoint == lowest), None)

    @property
    def is_filtered(self) -> bool:
        """Whether to tell what filters leave out: never to somebody from whom other units are kept."""
        return not self.bounded and (bool(self.map.filters) or any(row.filtered_out for row in self.map.balance))

    @property
    def balances(self) -> bool:
        """Whether every table's facts are accounted for."""
        return all(row.facts == row.mapped + row.ignored + row.unmapped for row in self.map.balance)


def lay_out(found: JourneyMap, *, links: Links, mirrored: bool, bounded: bool = False) -> MapPage:
    """The page of one map. `mirrored`: drawn from right to left; `bounded`: for somebody who sees some units only."""
    by_id = {step.id: step for step in found.steps}
    loss = found.largest_loss
    return MapPage(
        map=found,
        columns=tuple(_column(found, i, step, links=links, mirrored=mirrored) for i, step in enumerate(found.steps)),
        phases=_phases(found.steps),
        ribbon=draw_ribbon(found.steps, passages=found.passages, mirrored=mirrored),
        curve=draw_experience(
            [step.experience for step in found.steps],
            mean=found.experience.index,
            mirrored=mirrored,
            assumed=[None if step.assumed is None else step.assumed.index for step in found.steps],
        ),
        facts=links.facts("moves"),
        felt=felt_box(found.experience, mean=None, links=links),
        passages=links.facts("passages"),
        customers=links.facts("customers"),
        closed=links.facts("passages", state="closed"),
        running=links.facts("passages", state="running"),
        open=links.facts("passages", state="open"),
        arrivals=links.facts("arrivals"),
        outside=links.facts("interactions", state="outside"),
        ways=_ways(found.ways_out, links) if found.ways_out else (),
        unmapped=tuple(
            UnmappedRow(
                event=event,
                address=links.by_channel(event.channel).facts(event.table, mapped="unmapped", event=event.event),
            )
            for event in found.unmapped
        ),
        balance=tuple(
            BalanceRow(
                row=row,
                name=_("Feedback") if row.table == "feedback" else _("Interactions"),
                there=row.facts if bounded else row.facts + row.filtered_out,
                all=(links if bounded else links.of_everything()).facts(row.table),
                mapped=links.facts(row.table, mapped="mapped"),
                ignored=links.facts(row.table, mapped="ignored"),
                unmapped=links.facts(row.table, mapped="unmapped"),
                filtered_out=links.facts(row.table, state="filtered_out"),
            )
            for row in found.balance
        ),
        bounded=bounded,
        loss=links.facts("passages", step=loss.step, state="lost") if loss else "",
        loss_step=by_id.get(loss.step) if loss else None,
        out_step=by_id.get(found.ways_out.step) if found.ways_out else None,
    )


def _ways(found: WaysOut, links: Links) -> tuple[Way, ...]:
    rows = []
    for kind, name in ways().items():
        count: int = getattr(found, kind)
        share = found.share(kind)
        width, start = _width(share or 0.0), _start(share or 0.0)
        facts = links.facts("arrivals", state=kind)
        rows.append(Way(kind=kind, name=name, count=count, share=share, width=width, start=start, facts=facts))
    return tuple(rows)


def bars(
    channels: Sequence[ChannelShare], *, links: Links, step: str | None = None, touchpoint: str | None = None
) -> tuple[Bar, ...]:
    """The shares of a place as bars, the largest first; beyond `MOST_BARS` they are not told apart."""
    ranked = sorted(channels, key=lambda c: (-c.volume, c.channel or "~"))
    return tuple(
        Bar(
            channel=c.channel,
            share=c.share,
            volume=c.volume,
            facts=links.by_channel(c.channel).facts("moves", step=step, touchpoint=touchpoint),
            width=_width(c.share),
            start=_start(c.share),
        )
        for c in ranked[:MOST_BARS]
    )


def pieces(
    channels: Sequence[ChannelShare], *, links: Links, touchpoint: str, mirrored: bool, most: int = MOST_CHANNELS
) -> tuple[Piece, ...]:
    """The largest shares of a touchpoint side by side; what is left of the bar are the rarer ones."""
    done = 0.0
    found = []
    for shade, one in enumerate(sorted(channels, key=lambda c: (-c.volume, c.channel or "~"))[:most], start=1):
        start = 1 - done - one.share if mirrored else done
        found.append(
            Piece(
                channel=one.channel,
                share=one.share,
                facts=links.by_channel(one.channel).facts("moves", touchpoint=touchpoint),
                start=f"{100 * max(0.0, start):.1f}%",
                width=f"{100 * one.share:.1f}%",
                shade=shade,
            )
        )
        done += one.share
    return tuple(found)


def _width(share: float) -> str:
    return f"{max(1.0, 100 * share):.1f}%"


def _start(share: float) -> str:
    # Where the bar begins on a right-to-left page: drawings have no direction of their own.
    return f"{100 - max(1.0, 100 * share):.1f}%"


def _column(found: JourneyMap, i: int, step: StepColumn, *, links: Links, mirrored: bool) -> Column:
    return Column(
        step=step,
        first_of_phase=i == 0 or found.steps[i - 1].phase != step.phase,
        address=links.page("step", step.id),
        facts=links.facts("moves", step=step.id),
        customers=links.facts("customers", step=step.id),
        passages={s: links.facts("passages", step=step.id, state=s) for s in STATES["passages"]},
        moves={s: links.facts("moves", step=step.id, state=s) for s in STATES["moves"]},
        felt=felt_box(step.experience, mean=found.experience.index, links=links, step=step.id),
        touchpoints=tuple(
            touchpoint_box(cell, mean=found.experience.index, links=links, mirrored=mirrored)
            for cell in step.touchpoints
        ),
        bars=bars(step.channels, links=links, step=step.id),
        pains=tuple(
            PainBox(
                pain=pain,
                address=links.page("touchpoint", pain.touchpoint),
                facts=links.facts("answers", touchpoint=pain.touchpoint),
                words=links.facts("feedback", touchpoint=pain.touchpoint, state="words"),
            )
            for pain in found.pains
            if pain.step == step.id
        ),
        is_largest_loss=found.largest_loss is not None and found.largest_loss.step == step.id,
        loss_share=found.loss_share(step),
    )


def felt_box(
    felt: Experience, *, mean: float | None, links: Links, step: str | None = None, touchpoint: str | None = None
) -> FeltBox:
    """An experience with its addresses."""
    thin = felt.thinnest
    return FeltBox(
        felt=felt,
        side=side_of_mean(felt, mean),
        facts=links.facts("answers", step=step, touchpoint=touchpoint),
        told={s: links.facts("answers", step=step, touchpoint=touchpoint, state=s) for s in STATES["answers"]},
        thin=links.facts("answers", step=step, touchpoint=touchpoint, question=thin.question) if thin else "",
    )


def touchpoint_box(cell: TouchpointCell, *, mean: float | None, links: Links, mirrored: bool = False) -> TouchpointBox:
    """A touchpoint with its addresses and channel bars."""
    return TouchpointBox(
        cell=cell,
        address=links.page("touchpoint", cell.id),
        facts=links.facts("moves", touchpoint=cell.id),
        customers=links.facts("customers", touchpoint=cell.id),
        passages=links.facts("passages", touchpoint=cell.id, state="present"),
        moves={s: links.facts("moves", touchpoint=cell.id, state=s) for s in STATES["moves"]},
        felt=felt_box(cell.experience, mean=mean, links=links, touchpoint=cell.id),
        pieces=pieces(cell.channels, links=links, touchpoint=cell.id, mirrored=mirrored),
        more_channels=max(0, len(cell.channels) - MOST_CHANNELS),
    )


def _phases(steps: Sequence[StepColumn]) -> tuple[Phase, ...]:
    phases: list[Phase] = []
    for step in steps:
        name = step.phase or ""
        if phases and phases[-1].name == name:
            phases[-1] = Phase(name=name, span=phases[-1].span + 1)
        else:
            phases.append(Phase(name=name, span=1))
    return tuple(phases) if any(phase.name for phase in phases) else ()
