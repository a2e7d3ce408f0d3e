"""Shares of what became of passages: of those whose window has closed, whatever is still open beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.analysis.compare_shares import by_person, compare_shares
from safar.analysis.conversion import Unit, convert
from safar.analysis.flow import Flow, measure_flow
from safar.analysis.keep import keep
from safar.analysis.moves import build_passages
from safar.analysis.output import arrivals, count_ways
from safar.analysis.result import Origin
from safar.domain.journey import Journey, PassageRule
from tests.analysis.journey_logs import (
    ANCHOR,
    HORIZON_S,
    HOUR,
    INACTIVITY,
    LINK,
    START,
    STEPS,
    Event,
    a_journey,
    cut_at,
    has_closed,
    logs,
    moves_of,
    passages_of,
    state_of,
)

few = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RULE_KINDS = pytest.mark.parametrize("passage", [LINK, ANCHOR, INACTIVITY], ids=["link", "anchor", "inactivity"])
AS_OF = START + timedelta(hours=24)
STAGES = [("a", "b"), ("c",), ("d",)]


def measured(events: list[Event], journey: Journey) -> tuple[Flow, dict[str, Any]]:
    """The flow and every share, at AS_OF."""
    moves = moves_of(events, journey, as_of=AS_OF)
    passages = keep(build_passages(moves, journey=journey, as_of=AS_OF))
    flow = measure_flow(moves, passages=passages, journey=journey, everything=True)
    people = by_person(moves, passages, journey=journey)
    origin = Origin(log_version=1, as_of=AS_OF)
    told: dict[str, Any] = {
        name: None if pair.a is None else (pair.a.value, pair.a.n)
        for name, pair in compare_shares(people, people, journey=journey).items()
        if not name.startswith("reach")
    }
    told["closed"] = dict(flow.closed)
    for more in ({}, {"window_s": HORIZON_S}, {"stage_windows_s": (4 * HOUR, 4 * HOUR)}):
        for unit in Unit:
            if more or unit is Unit.PASSAGE:  # without a window a customer is never open
                found = convert(moves, journey=journey, stages=STAGES, origin=origin, unit=unit, **more)
                told[f"conversion {more} {unit}"] = found.stages
    assert journey.output is not None
    ways = count_ways(arrivals(moves, journey=journey, output=journey.output), output=journey.output, as_of=AS_OF)
    told["ways"] = {way: ways.share(way) for way in ("repeat", "recovered", "complaint_lost", "silence", "open")}
    return flow, told


@RULE_KINDS
@few
@given(events=logs())
def test_shares_equal_a_plain_count_of_closed_windows(passage: PassageRule, events: list[Event]) -> None:
    journey = a_journey(passage)
    place = {touchpoint.id: STEPS.index(touchpoint.step) for touchpoint in journey.touchpoints}
    closed = [
        (max(place[move.event] for move in moves), state_of(moves, journey, AS_OF))
        for moves in cut_at(passages_of(events, journey), AS_OF).values()
        if has_closed(moves, journey, AS_OF)
    ]
    flow, told = measured(events, journey)
    assert sum(flow.closed.values()) == len(closed)
    assert "open" not in {state for _, state in flow.closed}

    def share(n: int) -> tuple[float, int] | None:
        return (n / len(closed), len(closed)) if closed else None

    assert told["completion"] == share(sum(state == "complete" for _, state in closed))
    for number in range(len(STEPS)):
        assert told[f"remaining{number}"] == share(sum(furthest >= number for furthest, _ in closed))
        assert told[f"dropped{number}"] == share(sum(one == (number, "lost") for one in closed))


@RULE_KINDS
@few
@given(events=logs(), fresh=st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 3)), min_size=1, max_size=6))
def test_open_passages_change_no_share(passage: PassageRule, events: list[Event], fresh: list[tuple[str, int]]) -> None:
    journey = a_journey(passage)
    # Customers and orders of their own who came three hours ago at most: no window of theirs has closed.
    more = [
        Event(hour=24 - before, row_no=1000 + n, slot_no=0, event=event, customer=100 + n % 2, order=f"new{n % 2}")
        for n, (event, before) in enumerate(fresh)
    ]
    before, shares = measured(events, journey)
    after, still = measured(events + more, journey)
    assert still == shares
    added = len(cut_at(passages_of(more, journey), AS_OF))
    assert sum(after.standing.values()) == sum(before.standing.values()) + added
