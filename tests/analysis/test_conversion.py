"""Ordered conversion and the ways out, against brute force over random logs with ties."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.analysis.conversion import BadConversion, Unit, convert
from safar.analysis.output import arrivals, count_ways
from safar.analysis.result import Origin
from safar.domain.journey import PassageRule
from tests.analysis.journey_logs import (
    ANCHOR,
    HOUR,
    INACTIVITY,
    LINK,
    PLACES,
    START,
    WINDOW_S,
    Event,
    a_journey,
    cut_at,
    has_closed,
    logs,
    moves_of,
    passages_of,
)

few = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
STAGES = st.lists(st.sampled_from([("a",), ("b",), ("a", "c"), ("d",)]), min_size=2, max_size=4)


def chains(
    moves: list[Event], stages: list[tuple[str, ...]], windows: list[int] | None, whole: int | None
) -> list[list[Event]]:
    """Every chain through all the stages, by trying all of them."""
    found: list[list[Event]] = [[m] for m in moves if m.event in stages[0]]
    for k, stage in enumerate(stages[1:]):
        found = [
            [*chain, m]
            for chain in found
            for m in moves
            if m.event in stage
            and m.order_key > chain[-1].order_key
            and (windows is None or (m.ts - chain[-1].ts).total_seconds() <= windows[k])
            and (whole is None or (m.ts - chain[0].ts).total_seconds() <= whole)
        ]
    return found


@few
@given(events=logs(), stages=STAGES, hours=st.integers(1, 12), data=st.data())
@pytest.mark.parametrize("unit", list(Unit))
def test_conversion_equals_brute_force(
    unit: Unit, events: list[Event], stages: list[tuple[str, ...]], hours: int, data: st.DataObject
) -> None:
    journey = a_journey(ANCHOR)
    kind = data.draw(st.sampled_from(["whole", "stage", "none"]))
    whole = hours * HOUR if kind == "whole" else None
    windows = [data.draw(st.integers(1, 12)) * HOUR for _ in stages[1:]] if kind == "stage" else None
    as_of = START + timedelta(hours=data.draw(st.integers(0, 40)))
    found = convert(
        moves_of(events, journey, as_of=as_of),
        journey=journey,
        stages=stages,
        origin=Origin(log_version=1, as_of=as_of),
        window_s=whole,
        stage_windows_s=windows or (),
        unit=unit,
    )
    walked = cut_at(passages_of(events, journey), as_of)
    span = timedelta(seconds=whole if whole is not None else sum(windows or ()))
    closed = {key: has_closed(moves, journey, as_of) for key, moves in walked.items()}

    def counts_from(first: Event, one: Any) -> bool:
        """Whether the window of a chain that began so had closed, by plain reading."""
        if kind == "none":
            return unit is Unit.CUSTOMER or closed[one]
        return first.ts + span <= as_of

    units: dict[Any, list[Event]] = {}
    for key, moves in walked.items():
        units.setdefault(key if unit is Unit.PASSAGE else key[0], []).extend(moves)
    for k, stage in enumerate(found.stages):
        upto = stages[: k + 1]
        reach = {
            key: [chain for chain in chains(moves, upto, windows, whole) if counts_from(chain[0], key)]
            for key, moves in units.items()
        }
        reached = {key for key, some in reach.items() if some}
        assert stage.reached == len(reached)
        if k and reached and windows is None:
            assert stage.median_s == pytest.approx(
                median(min((c[-1].ts - c[0].ts).total_seconds() for c in reach[key]) for key in reached)
            )
        if k == 0:
            begun = {key for key, moves in units.items() if any(m.event in stages[0] for m in moves)}
            assert found.open == len(begun - reached)
        base = found.stages[0].reached
        assert stage.share_of_first == (pytest.approx(len(reached) / base) if base else None)
    counts = [stage.reached for stage in found.stages]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize(
    ("stages", "more", "message"),
    [
        ([("a",)], {}, "at least two stages"),
        ([("a",), ("nowhere",)], {}, "no touchpoint 'nowhere'"),
        ([("a",), ("b",)], {"window_s": 5, "stage_windows_s": (5,)}, "not both"),
        ([("a",), ("b",)], {"stage_windows_s": (5, 6)}, "need 1 stage windows"),
        ([("a",), ("b",)], {"window_s": 0}, "longer than 0"),
    ],
)
def test_a_conversion_that_cannot_be(stages: list[tuple[str, ...]], more: dict[str, object], message: str) -> None:
    journey = a_journey()
    with pytest.raises(BadConversion, match=message):
        convert(moves_of([], journey), journey=journey, stages=stages, origin=Origin(log_version=1), **more)  # type: ignore[arg-type]


def way_of(
    arrival: Event, key: tuple[object, int], passages: dict[tuple[object, int], list[Event]], as_of: datetime
) -> str:
    """The way out of one arrival by plain reading."""
    end = arrival.ts + timedelta(seconds=WINDOW_S)
    if end > as_of:
        return "open"
    if arrival.customer is None:
        # By link a passage may hold known and unknown moves: only the unknown ones are followed together.
        stream = [m for m in passages[key] if m.customer is None]
    else:
        stream = [m for moves in passages.values() for m in moves if m.customer == arrival.customer]
    onward = sorted((m for m in stream if m.order_key >= arrival.order_key and m.ts <= end), key=lambda m: m.order_key)
    for i, move in enumerate(onward):
        if move.event == "a":
            return "repeat"
        if move.event == "e":
            fixed = any(m.event in ("a", "b") for m in onward[i + 1 :])
            return "recovered" if fixed else "complaint_lost"
    return "silence"


@few
@given(events=logs(), hour=st.integers(0, 45))
@pytest.mark.parametrize("passage", [LINK, ANCHOR, INACTIVITY], ids=["link", "anchor", "inactivity"])
def test_ways_out_equal_a_plain_reading(passage: PassageRule, events: list[Event], hour: int) -> None:
    journey = a_journey(passage)
    assert journey.output is not None
    as_of = START + timedelta(hours=hour)
    arrived = arrivals(moves_of(events, journey, as_of=as_of), journey=journey, output=journey.output)
    ways = count_ways(arrived, output=journey.output, as_of=as_of)
    walked = cut_at(passages_of(events, journey), as_of)
    expected = dict.fromkeys(["repeat", "recovered", "complaint_lost", "silence", "open"], 0)
    for key, moves in walked.items():
        arrival = next((m for m in moves if PLACES[m.event] == "s2"), None)
        if arrival is not None:
            expected[way_of(arrival, key, walked, as_of)] += 1
    found = {name: getattr(ways, name) for name in expected}
    assert found == expected
    assert ways.reached == sum(expected.values())
