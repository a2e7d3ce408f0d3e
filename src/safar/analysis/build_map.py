"""The journey map from prepared moves and the facts beside them: docs/methods/journey-map.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import ibis.expr.types as ir

from safar.analysis.answers import check_attributes
from safar.analysis.attributes import held
from safar.analysis.coverage import Coverage, cover, cover_mapped
from safar.analysis.felt import NOT_ASKED, Felt, measure_felt
from safar.analysis.filters import Filters
from safar.analysis.flow import Flow, flow_columns, measure_flow
from safar.analysis.instant import instant
from safar.analysis.journey_map import (
    Experience,
    JourneyMap,
    Loss,
    StepColumn,
    TableBalance,
    TouchpointCell,
    WaysOut,
)
from safar.analysis.keep import keep
from safar.analysis.mapping import UnmappedEvent
from safar.analysis.moves import COMPLETE, LOST, OPEN, PASSAGE, moves_at, subject_of
from safar.analysis.output import arrivals, count_ways
from safar.analysis.pains import find_pains
from safar.analysis.result import Origin
from safar.analysis.tables import FactTables
from safar.domain.fact import Speaker
from safar.domain.journey import Journey
from safar.domain.rules import RuleSet
from safar.settings import Settings

MOST_UNMAPPED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFacts:
    """What a map is made from.

    moves: of `build_moves`; passages: of `build_passages` at the map's moment; arrived: of `arrivals`, where they are
    prepared and nothing came after that moment; answers, rest: feedback as `map_facts` gives it and the interactions
    that are no moves, where they are prepared; settled: of `moves_at`.
    """

    tables: FactTables
    moves: ir.Table
    passages: ir.Table
    arrived: ir.Table | None = None
    answers: ir.Table | None = None
    rest: ir.Table | None = None
    settled: bool = False


def build_map(
    facts: MapFacts,
    *,
    journey: Journey,
    rules: RuleSet,
    filters: Filters,
    settings: Settings,
    origin: Origin,
    as_of: datetime,
) -> JourneyMap:
    """The map of one journey as of a moment. Filters select moves and answers one by one; a selected
    move keeps its place within its whole passage, and a passage counts when one of its moves is selected.
    Raises: BadFilter, TooManyCombinations.
    """
    tables = everybody = facts.tables
    answers, rest = facts.answers, facts.rest
    if filters.attributes:
        check_attributes(filters, tables)
        tables = replace(tables, attributes=held(tables.attributes, filters.attributes))  # used several times
    now = moves_at(facts.moves, journey=journey, as_of=as_of, settled=facts.settled)
    everything = not about_moves(filters)
    selected = _selected(now, tables, journey=journey, filters=filters)
    flow = measure_flow(selected, passages=facts.passages, journey=journey, everything=everything)
    if filters.props or filters.links:
        answers = rest = None  # they do not carry such columns
    felt = measure_felt(
        everybody,
        journey=journey,
        rules=rules,
        filters=filters,
        as_of=as_of,
        settings=settings,
        mapped=answers,
        attributes=tables.attributes,
    )
    anywhere = replace(filters, steps=(), touchpoints=())
    if answers is None or rest is None or filters.sources:
        contacts, said = _coverage(tables, journey=journey, rules=rules, filters=anywhere, as_of=as_of)
    else:
        volume = flow.whole.volume
        if anywhere != filters:
            volume = _number(select_moves(now, tables, journey=journey, filters=anywhere))
        kept = [anywhere.apply(_until(table, as_of), tables.attributes) for table in (rest, of_customers(answers))]
        contacts = cover_mapped(kept[0], name="interactions", moves=volume)
        said = cover_mapped(kept[1], name="feedback", moves=None)
    steps = _columns(journey, flow, felt=felt)
    closed = sum(flow.closed.values())
    return JourneyMap(
        journey=journey.id,
        label=journey.label,
        steps=steps,
        experience=felt.whole,
        passages=flow.whole.passages,
        customers=flow.whole.customers,
        complete=flow.standing_of(state=COMPLETE),
        lost=flow.standing_of(state=LOST),
        open=flow.standing_of(state=OPEN),
        closed=closed,
        completion_share=flow.completion_share,
        moves=flow.whole.volume,
        outside_passages=contacts.outside,
        largest_loss=_largest_loss(steps, closed=closed),
        ways_out=_ways_out(now, facts.arrived, None if everything else selected, journey=journey, as_of=as_of),
        pains=find_pains(tables, felt=felt.touchpoints, journey=journey, rules=rules, filters=filters, as_of=as_of),
        unmapped=_most_unmapped(contacts, said),
        balance=(
            _balance(contacts, everybody.interactions, anywhere, as_of),
            _balance(said, of_customers(everybody.feedback), anywhere, as_of),
        ),
        filters=filters.told(settings.time_zone),
        first_ts=flow.whole.first_ts,
        last_ts=flow.whole.last_ts,
        origin=origin,
    )


def select_moves(moves: ir.Table, tables: FactTables, *, journey: Journey, filters: Filters) -> ir.Table:
    """The moves that filters let pass, with the same columns.

    Sources, links and properties are not kept in moves: such filters look the facts up.
    """
    if filters.touchpoints:
        numbers = [i for i, touchpoint in enumerate(journey.touchpoints) if touchpoint.id in filters.touchpoints]
        moves = moves.filter(moves["touchpoint_no"].isin(numbers))
    if filters.steps:
        places = [i for i, step in enumerate(journey.steps) if step.id in filters.steps]
        moves = moves.filter(moves["step_no"].isin(places))
    elsewhere = Filters(sources=filters.sources, props=filters.props, links=filters.links)
    if elsewhere:
        facts = elsewhere.apply(tables.interactions)
        moves = moves.semi_join(facts, ["row_id", "slot_no"])
    here = replace(filters, steps=(), touchpoints=(), sources=(), props={}, links={}, speakers=(), views=())
    return here.apply(moves, tables.attributes) if here else moves


def about_moves(filters: Filters) -> bool:
    """Whether filters choose among moves; some say something about answers only."""
    return bool(replace(filters, speakers=(), views=()))


def _selected(moves: ir.Table, tables: FactTables, *, journey: Journey, filters: Filters) -> ir.Table:
    """The moves that filters let pass, ready to be read several times."""
    selected = select_moves(moves, tables, journey=journey, filters=filters)
    if about_moves(replace(filters, since=None, until=None)):
        return keep(selected.select(*flow_columns(journey)))
    return selected  # by time alone most pass: reading them again costs less than keeping them


def _coverage(
    tables: FactTables, *, journey: Journey, rules: RuleSet, filters: Filters, as_of: datetime
) -> tuple[Coverage, Coverage]:
    """Of interactions and feedback. Filters by step and touchpoint do not apply: what is unmapped has none."""
    contacts, answers = _until(tables.interactions, as_of), _until(of_customers(tables.feedback), as_of)
    if filters:
        contacts = filters.apply(contacts, tables.attributes)
        answers = filters.apply(answers, tables.attributes)
    return (
        cover(contacts, rules=rules, name="interactions", subject=subject_of(contacts, journey=journey)),
        cover(answers, rules=rules, name="feedback"),
    )


def _most_unmapped(*found: Coverage) -> tuple[UnmappedEvent, ...]:
    many = [one for each in found for one in each.unmapped]
    return tuple(sorted(many, key=lambda one: (-one.facts, one.table, one.event))[:MOST_UNMAPPED])


def of_customers(feedback: ir.Table) -> ir.Table:
    """What customers said. How much employees and managers said, filters could narrow down to one of them."""
    return feedback.filter(feedback["speaker"] == Speaker.CUSTOMER.value)


def _balance(found: Coverage, table: ir.Table, filters: Filters, as_of: datetime) -> TableBalance:
    """The balance, with how many facts filters leave out."""
    there = _number(_until(table, as_of)) if filters else found.balance.facts
    return replace(found.balance, filtered_out=there - found.balance.facts)


def _until(table: ir.Table, as_of: datetime) -> ir.Table:
    return table.filter(table["ts"] <= instant(as_of, table["ts"]))


def _number(table: ir.Table) -> int:
    return int(table.count().to_pyarrow().as_py())


def of_passages(arrived: ir.Table, selected: ir.Table | None) -> ir.Table:
    """The arrivals of passages with a selected move; None: of all. Passages count whole, as everywhere on the map."""
    return arrived if selected is None else arrived.semi_join(selected, list(PASSAGE))


def _ways_out(
    now: ir.Table, arrived: ir.Table | None, selected: ir.Table | None, *, journey: Journey, as_of: datetime
) -> WaysOut | None:
    """Everybody's arrivals are followed; the filters then choose passages."""
    if journey.output is None:
        return None
    if arrived is None:
        arrived = arrivals(now, journey=journey, output=journey.output)
    return count_ways(of_passages(arrived, selected), output=journey.output, as_of=as_of)


def _columns(journey: Journey, flow: Flow, *, felt: Felt) -> tuple[StepColumn, ...]:
    columns = []
    closed = sum(flow.closed.values())
    remaining, closed_remaining = sum(flow.standing.values()), closed
    for number, step in enumerate(journey.steps):
        place = flow.steps[number]
        stands = {state: flow.standing_of(state=state, furthest=number) for state in (OPEN, LOST, COMPLETE)}
        cells = _cells(journey, flow, step=step.id, felt=felt.touchpoints)
        columns.append(
            StepColumn(
                id=step.id,
                label=step.label,
                number=number + 1,
                phase=step.phase,
                touchpoints=cells,
                channels=place.channels,
                volume=place.volume,
                customers=place.customers,
                passages=place.passages,
                entries=place.entries,
                exits=place.exits,
                lost=place.lost,
                remaining=remaining,
                closed_remaining=closed_remaining,
                remaining_share=closed_remaining / closed if closed else None,
                dropped=stands[LOST],
                open=stands[OPEN],
                completed=stands[COMPLETE],
                returns=place.returns,
                time_since_previous_step=place.since,
                dwell=place.dwell,
                experience=felt.steps.get(step.id, NOT_ASKED),
                last_ts=place.last_ts,
                assumed=step.assumed,
            )
        )
        remaining -= sum(stands.values())
        closed_remaining -= sum(n for (furthest, _), n in flow.closed.items() if furthest == number)
    return tuple(columns)


def _cells(journey: Journey, flow: Flow, *, step: str, felt: Mapping[str, Experience]) -> tuple[TouchpointCell, ...]:
    cells = []
    for touchpoint, place in zip(journey.touchpoints, flow.touchpoints, strict=True):
        if touchpoint.step != step:
            continue
        cells.append(
            TouchpointCell(
                id=touchpoint.id,
                label=touchpoint.label,
                step=touchpoint.step,
                moment=touchpoint.moment,
                actor=touchpoint.actor,
                owner=touchpoint.owner,
                standard=touchpoint.standard,
                moment_of_truth=touchpoint.moment_of_truth,
                declared_channels=touchpoint.channels,
                channels=place.channels,
                volume=place.volume,
                customers=place.customers,
                passages=place.passages,
                entries=place.entries,
                exits=place.exits,
                lost=place.lost,
                since_previous=place.since,
                experience=felt.get(touchpoint.id, NOT_ASKED),
                last_ts=place.last_ts,
                assumed=touchpoint.assumed,
            )
        )
    return tuple(cells)


def _largest_loss(steps: tuple[StepColumn, ...], *, closed: int) -> Loss | None:
    worst = max(steps, key=lambda step: (step.dropped, -step.number))
    if not worst.dropped:
        return None
    return Loss(step=worst.id, dropped=worst.dropped, points=100 * worst.dropped / closed)
