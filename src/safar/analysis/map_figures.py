"""Every figure of a journey map as one tidy table: a row a place, lane and figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safar.analysis.journey_map import (
    SCORES,
    Experience,
    JourneyMap,
    Quote,
    Spell,
    StepColumn,
    TouchpointCell,
)
from safar.analysis.map_comparison import SHARES, SPANS
from safar.analysis.map_parts import FELT, FLOW, NUMBERS, OWNER, PAINS, STANDARD, TOUCHPOINTS, VOICE, WAITING, MapParts

WHOLE, STEP, TOUCHPOINT = "whole", "step", "touchpoint"
ABOUT, COMPARISON, WAYS, UNMAPPED, BALANCE = "about", "comparison", "ways-out", "unmapped", "balance"
Place = StepColumn | TouchpointCell


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFigure:
    """One figure. `level`: whole, step or touchpoint; place: its id, in `step`; group: what tells figures of the same
    name apart, such as a channel, a line or a group of a comparison.

    unit: count, share (0-1), index, points, score, seconds or text. state: ok, few, too_few, none or open; without a
    value there is no figure, which is never the same as zero. n: what it rests on, where it rests on anything.
    """

    lane: str
    level: str
    place: str | None
    step: str | None
    label: str
    figure: str
    unit: str
    group: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    state: str = "ok"
    text: str = ""
    at: datetime | None = None


def figures_of(parts: MapParts, *, language: str = "en") -> list[MapFigure]:
    """The whole journey first, then step by step with its touchpoints, then what stands beside the map."""
    found = parts.map
    rows = [*_about(parts, language), *_whole(found, language)]
    for position, step in enumerate(found.steps):
        here = _At(step, step, language)
        rows += [row for row in _place(parts, here) if parts.shows(row.lane)]
        if parts.lines is not None and parts.shows(FELT):
            rows += [here.felt(FELT, line.steps[position], group=line.value) for line in parts.lines.lines]
        for cell in step.touchpoints:
            rows += [row for row in _place(parts, _At(step, cell, language)) if parts.shows(row.lane)]
    rows += _compared(parts, language)
    return rows + list(_beside(parts))


def _about(parts: MapParts, language: str) -> Iterator[MapFigure]:
    """What the figures are of: without these rows a table that is passed on says nothing."""
    found = parts.map
    told = {
        "journey": found.label.text(language),
        "as_of": found.origin.as_of.isoformat() if found.origin.as_of else "",
        "log_version": str(found.origin.log_version),
        "journey_version": found.origin.journey or "",
        "rules_version": found.origin.rules or "",
        "simulated": "yes" if found.origin.simulated else "no",
        "filters": " · ".join(parts.filters),
        "other_filters": " · ".join(parts.other_filters),
    }
    for figure, text in told.items():
        if text:
            yield MapFigure(
                lane=ABOUT, level=WHOLE, place=None, step=None, label="", figure=figure, unit="text", text=text
            )


def _whole(found: JourneyMap, language: str) -> Iterator[MapFigure]:
    told: dict[str, Any] = {
        "lane": WHOLE,
        "level": WHOLE,
        "place": None,
        "step": None,
        "label": found.label.text(language),
    }

    def row(figure: str, unit: str, value: float | None, n: int | None = None) -> MapFigure:
        state = "ok" if value is not None else "none"
        return MapFigure(**told, figure=figure, unit=unit, value=value, n=n, state=state)

    felt = found.experience
    yield MapFigure(
        **told, figure="experience", unit="index", value=felt.index, low=felt.low, high=felt.high, n=felt.n,
        state=felt.state, text=felt.reason or "",
    )  # fmt: skip
    yield row("completion_share", "share", found.completion_share, found.closed)
    for name in ("passages", "complete", "lost", "open", "closed", "customers", "moves", "outside_passages"):
        yield row(name, "count", getattr(found, name))


@dataclass(frozen=True, slots=True)
class _At:
    """A place of the map, whose rows begin alike."""

    inside: StepColumn
    place: Place
    language: str

    def row(self, lane: str, figure: str, unit: str, value: float | None, **more: Any) -> MapFigure:
        told = {"state": "none" if value is None else "ok"} | more
        return MapFigure(
            lane=lane,
            level=STEP if isinstance(self.place, StepColumn) else TOUCHPOINT,
            place=self.place.id,
            step=self.inside.id,
            label=self.place.label.text(self.language),
            figure=figure,
            unit=unit,
            value=value,
            **told,
        )

    def said(self, lane: str, figure: str, text: str | None, **more: Any) -> MapFigure:
        return self.row(lane, figure, "text", None, text=text or "", **({"state": "ok" if text else "none"} | more))

    def quote(self, lane: str, figure: str, quote: Quote, **more: Any) -> MapFigure:
        return self.row(lane, figure, "text", quote.index, text=quote.text, at=quote.ts, **({"state": "ok"} | more))

    def felt(self, lane: str, felt: Experience, **more: Any) -> MapFigure:
        told = {"low": felt.low, "high": felt.high, "n": felt.n, "state": felt.state, "text": felt.reason or ""}
        return self.row(lane, "experience", "index", felt.index, **(told | more))

    def spell(self, name: str, spell: Spell) -> Iterator[MapFigure]:
        yield self.row(WAITING, f"{name}_median", "seconds", spell.median_s, n=spell.n)
        yield self.row(WAITING, f"{name}_p90", "seconds", spell.p90_s, n=spell.n)


def _place(parts: MapParts, here: _At) -> Iterator[MapFigure]:
    place = here.place
    if isinstance(place, StepColumn):
        yield here.row(FLOW, "remaining_share", "share", place.remaining_share, n=parts.map.closed)
        flow: tuple[str, ...] = ("remaining", "dropped", "open", "completed", "returns")
    else:
        flow = ("passages", "entries", "exits", "lost")
    for name in flow:
        yield here.row(FLOW, name, "count", getattr(place, name))
    yield here.felt(FELT, place.experience)
    if place.assumed is not None and place.experience.index is None:
        yield here.row(FELT, "assumed", "index", place.assumed.index, group=place.assumed.by)
    if isinstance(place, TouchpointCell):
        yield from _touchpoint(parts, here, place)
    yield here.row(NUMBERS, "contacts", "count", place.volume)
    yield here.row(NUMBERS, "customers", "count", place.customers)
    yield from _counts(here, place.experience)
    if isinstance(place, StepColumn):
        yield from here.spell("since_previous", place.time_since_previous_step)
        yield from here.spell("inside", place.dwell)
    else:
        yield from here.spell("since_previous", place.since_previous)
    voice = parts.voice_at(STEP if isinstance(place, StepColumn) else TOUCHPOINT, place.id)
    if voice is not None:
        for name in ("comments", "pleased", "displeased"):
            yield here.row(VOICE, name, "count", getattr(voice, name))
        for name, quote in (("best", voice.best), ("worst", voice.worst)):
            if quote is not None:
                yield here.quote(VOICE, name, quote)


def _touchpoint(parts: MapParts, here: _At, cell: TouchpointCell) -> Iterator[MapFigure]:
    yield here.row(TOUCHPOINTS, "contacts", "count", cell.volume)
    for share in cell.channels:
        yield here.row(TOUCHPOINTS, "channel_share", "share", share.share, n=cell.volume, group=share.channel or "")
    if cell.actor is not None:
        yield here.said(TOUCHPOINTS, "acts", cell.actor.value)
    if cell.moment_of_truth:
        yield here.said(TOUCHPOINTS, "moment_of_truth", "author")
    moment = parts.moment_at(cell.id)
    if moment is not None:
        told = {"low": moment.low, "high": moment.high, "n": moment.n, "state": moment.state}
        yield here.row(TOUCHPOINTS, "moment_effect", "points", moment.effect, **told)
    for pain in parts.map.pains:
        if pain.touchpoint == cell.id:
            yield here.felt(PAINS, pain.experience)
            for number, quote in enumerate(pain.quotes, start=1):
                yield here.quote(PAINS, "quote", quote, group=str(number))
    yield here.said(OWNER, "owner", cell.owner)
    yield here.said(STANDARD, "standard", cell.standard)


def _counts(here: _At, felt: Experience) -> Iterator[MapFigure]:
    for name in SCORES:
        score = felt.score(name)
        if score is not None:
            told = {"low": score.low, "high": score.high, "n": score.n, "state": score.state}
            yield here.row(NUMBERS, name, "score", score.value, **told)
    for name in ("promoters", "passives", "detractors", "pleased", "displeased"):
        count = getattr(felt, name)
        if count is not None:
            yield here.row(NUMBERS, name, "count", count, n=felt.n)


def _compared(parts: MapParts, language: str) -> Iterator[MapFigure]:
    if parts.comparison is None:
        return
    for place in parts.comparison.places:
        for one in place.differences:
            unit = "share" if one.measure in SHARES else "seconds" if one.measure in SPANS else "index"
            told: dict[str, Any] = {
                "lane": COMPARISON, "level": place.level, "place": place.id, "figure": one.measure, "unit": unit,
                "step": place.id if place.level == STEP else place.step, "label": place.label.text(language),
            }  # fmt: skip
            for group, value, n in (("A", one.a, one.n_a), ("B", one.b, one.n_b)):
                state = one.state if one.state == "few" or value is None else "ok"
                yield MapFigure(**told, group=group, value=value, n=n, state=state)
            yield MapFigure(
                **told, group="A - B", value=one.difference, low=one.low, high=one.high, state=one.state,
                text="holds" if one.holds else "",
            )  # fmt: skip


def _beside(parts: MapParts) -> Iterator[MapFigure]:
    found = parts.map

    def row(lane: str, figure: str, value: float | None, **more: Any) -> MapFigure:
        told = {"level": WHOLE, "place": None, "step": None, "label": "", "unit": "count"} | more
        return MapFigure(lane=lane, figure=figure, value=value, **told)

    ways = found.ways_out
    if ways is not None:
        for name in ("reached", "repeat", "recovered", "complaint_lost", "silence", "open"):
            yield row(WAYS, name, getattr(ways, name), step=ways.step, n=ways.reached)
    for event in found.unmapped:
        yield row(UNMAPPED, event.event, event.facts, group=event.channel or "", label=event.table, at=event.last_ts)
    for one in found.balance:
        kept = () if parts.bounded else ("filtered_out",)
        for name in ("facts", "mapped", "ignored", "unmapped", *kept):
            yield row(BALANCE, name, getattr(one, name), label=one.table)
