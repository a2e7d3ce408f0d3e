"""Moves and passages against a plain reading of random logs, and the invariants of what is read from them."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from statistics import mean, median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.analysis.flow import measure_flow
from safar.analysis.graph import Level, journey_graph
from safar.analysis.mapping import map_facts
from safar.analysis.moves import build_moves, build_passages
from safar.analysis.result import Origin
from safar.analysis.variants import find_variants
from safar.domain.journey import PassageKind, PassageRule
from tests.analysis.journey_logs import (
    ANCHOR,
    INACTIVITY,
    LINK,
    PLACES,
    RULES,
    START,
    STEPS,
    Event,
    a_journey,
    cut_at,
    has_closed,
    interactions,
    logs,
    moves_of,
    passages_of,
    state_of,
)

RULE_KINDS = pytest.mark.parametrize("passage", [LINK, ANCHOR, INACTIVITY], ids=["link", "anchor", "inactivity"])
few = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
moments = st.integers(0, 60).map(lambda hour: START + timedelta(hours=hour))
NAMES = list(PLACES)


MOVE_COLUMNS = (
    "subject",
    "run",
    "customer",
    "ts",
    "row_no",
    "slot_no",
    "row_id",
    "touchpoint_no",
    "step_no",
    "channel",
    "unit",
    "move_no",
    "prev_touchpoint_no",
    "prev_step_no",
    "gap_us",
    "next_ts",
    "next_step_no",
    "step_start_ts",
    "goal_reached",
    "output_arrival",
)


@RULE_KINDS
@few
@given(events=logs())
def test_moves_equal_a_plain_reading(passage: PassageRule, events: list[Event]) -> None:
    journey = a_journey(passage)
    mapped = map_facts(interactions(events), journey=journey, rules=RULES)
    moves = build_moves(mapped, journey=journey)
    assert tuple(moves.columns) == MOVE_COLUMNS
    found = {(r["subject"], r["run"], r["move_no"]): r for r in moves.to_pyarrow().to_pylist()}
    expected = passages_of(events, journey)
    assert len(found) == sum(map(len, expected.values()))
    for (subject, run), walked in expected.items():
        run_start, goal, arrived = walked[0].ts, False, False
        for i, event in enumerate(walked):
            row = found[subject, run, i + 1]
            before = walked[i - 1] if i else None
            after = walked[i + 1] if i + 1 < len(walked) else None
            step = PLACES[event.event]
            if before is None or PLACES[before.event] != step:
                run_start = event.ts
            goal |= event.event in journey.goals
            arrives, arrived = step == "s2" and not arrived, arrived or step == "s2"
            assert (row["ts"], row["row_no"], row["slot_no"], row["row_id"]) == event.order_key
            assert NAMES[row["touchpoint_no"]] == event.event
            assert row["customer"] == event.customer
            assert row["gap_us"] == (None if before is None else (event.ts - before.ts) / timedelta(microseconds=1))
            assert row["prev_touchpoint_no"] == (None if before is None else NAMES.index(before.event))
            assert row["prev_step_no"] == (None if before is None else STEPS.index(PLACES[before.event]))
            assert row["next_ts"] == (None if after is None else after.ts)
            assert row["next_step_no"] == (None if after is None else STEPS.index(PLACES[after.event]))
            assert row["step_start_ts"] == run_start
            assert row["goal_reached"] is goal
            assert row["output_arrival"] is arrives


@RULE_KINDS
@few
@given(events=logs(), as_of=moments)
def test_passages_are_judged_as_of_a_moment(passage: PassageRule, events: list[Event], as_of: object) -> None:
    journey = a_journey(passage)
    mapped = map_facts(interactions(events), journey=journey, rules=RULES)
    built = build_passages(build_moves(mapped, journey=journey), journey=journey, as_of=as_of)  # type: ignore[arg-type]
    found = {(r["subject"], r["run"]): r for r in built.to_pyarrow().to_pylist()}
    expected = cut_at(passages_of(events, journey), as_of)  # type: ignore[arg-type]
    assert found.keys() == expected.keys()
    for key, walked in expected.items():
        row = found[key]
        steps = [STEPS.index(PLACES[move.event]) for move in walked]
        assert row["state"] == state_of(walked, journey, as_of)  # type: ignore[arg-type]
        assert row["closed"] is has_closed(walked, journey, as_of)  # type: ignore[arg-type]
        assert row["moves"] == len(walked)
        assert (row["start_ts"], row["last_ts"]) == (walked[0].ts, walked[-1].ts)
        assert NAMES[row["start_touchpoint_no"]] == walked[0].event
        assert NAMES[row["end_touchpoint_no"]] == walked[-1].event
        assert (row["end_step_no"], row["furthest_no"]) == (steps[-1], max(steps))
        assert row["goal_ts"] == min((m.ts for m in walked if m.event == "d"), default=None)
        assert row["output_ts"] == min((m.ts for m, s in zip(walked, steps, strict=True) if s == 2), default=None)
        assert row["customer"] == max((m.customer for m in walked if m.customer is not None), default=None)


@RULE_KINDS
@few
@given(events=logs(), as_of=moments)
def test_graph_keeps_its_invariants(passage: PassageRule, events: list[Event], as_of: object) -> None:
    journey = a_journey(passage)
    origin = Origin(log_version=1, as_of=as_of)  # type: ignore[arg-type]
    walked = cut_at(passages_of(events, journey), as_of)  # type: ignore[arg-type]
    moves = moves_of(events, journey, as_of=as_of)  # type: ignore[arg-type]
    for level, place in ((Level.TOUCHPOINT, lambda e: e.event), (Level.STEP, lambda e: PLACES[e.event])):
        graph = journey_graph(moves, journey=journey, origin=origin, level=level)
        bare = journey_graph(moves, journey=journey, origin=origin, level=level, reach=False)
        assert bare.edges == tuple(replace(edge, passages=None, customers=None) for edge in graph.edges)
        assert bare.nodes == graph.nodes
        total = sum(map(len, walked.values()))
        assert sum(edge.moves for edge in graph.edges) == total - len(walked)
        assert sum(node.starts for node in graph.nodes) == sum(node.ends for node in graph.nodes) == len(walked)
        for node in graph.nodes:
            assert sum(e.moves for e in graph.edges if e.source == node.id) + node.ends == node.moves
            assert sum(e.moves for e in graph.edges if e.target == node.id) + node.starts == node.moves
        gaps: dict[tuple[str, str], list[tuple[float, object, int | None]]] = {}
        for key, path in walked.items():
            for one, two in pairwise(path):
                gap = (two.ts - one.ts).total_seconds()
                gaps.setdefault((place(one), place(two)), []).append((gap, key, two.customer))
        assert {(e.source, e.target) for e in graph.edges} == gaps.keys()
        for edge in graph.edges:
            seen = gaps[edge.source, edge.target]
            assert edge.moves == len(seen)
            assert edge.passages == len({key for _, key, _ in seen})
            assert edge.customers == len({customer for *_, customer in seen} - {None})
            assert edge.mean_s == pytest.approx(mean(gap for gap, *_ in seen))
            assert edge.median_s == pytest.approx(median(gap for gap, *_ in seen))


@RULE_KINDS
@few
@given(events=logs())
def test_variants_equal_a_plain_count_both_ways(passage: PassageRule, events: list[Event]) -> None:
    journey = a_journey(passage)
    origin = Origin(log_version=1)
    expected = Counter(tuple(move.event for move in path) for path in passages_of(events, journey).values())
    moves = moves_of(events, journey)
    fast = find_variants(moves, journey=journey, origin=origin, limit=5, portable=False)
    portable = find_variants(moves, journey=journey, origin=origin, limit=5, portable=True)
    assert fast == portable
    assert fast.passages == sum(expected.values())
    assert fast.distinct == len(expected)
    assert fast.single == sum(n == 1 for n in expected.values())
    ranked = sorted(expected.items(), key=lambda item: (-item[1], item[0]))[:5]
    assert [(variant.path, variant.passages) for variant in fast.variants] == ranked


@RULE_KINDS
@few
@given(events=logs(), as_of=moments, channel=st.sampled_from([None, "web"]))
def test_flow_equals_a_plain_count(
    passage: PassageRule, events: list[Event], as_of: object, channel: str | None
) -> None:
    journey = a_journey(passage)
    walked = cut_at(passages_of(events, journey), as_of)  # type: ignore[arg-type]
    moves = moves_of(events, journey, as_of=as_of)  # type: ignore[arg-type]
    mapped = map_facts(interactions(events), journey=journey, rules=RULES)
    passages = build_passages(build_moves(mapped, journey=journey), journey=journey, as_of=as_of)  # type: ignore[arg-type]
    selected = moves if channel is None else moves.filter(moves["channel"] == channel)
    flow = measure_flow(selected, passages=passages, journey=journey, everything=channel is None)
    states = {key: state_of(path, journey, as_of) for key, path in walked.items()}  # type: ignore[arg-type]
    chosen = [
        (key, i, move)
        for key, path in walked.items()
        for i, move in enumerate(path)
        if channel is None or move.channel == channel
    ]
    for places, names, name_of in (
        (flow.touchpoints, NAMES, lambda m: m.event),
        (flow.steps, list(STEPS), lambda m: PLACES[m.event]),
    ):
        for name, place in zip(names, places, strict=True):
            here = [(key, i, move) for key, i, move in chosen if name_of(move) == name]
            last = [key for key, i, _ in here if i == len(walked[key]) - 1]
            assert place.volume == len(here)
            assert place.passages == len({key for key, *_ in here})
            assert place.customers == len({move.customer for *_, move in here} - {None})
            assert place.entries == sum(i == 0 for _, i, _ in here)
            assert place.exits == sum(states[key] != "open" for key in last)
            assert place.lost == sum(states[key] == "lost" for key in last)
            assert sum(share.volume for share in place.channels) == place.volume
    for number, name in enumerate(STEPS):
        dwell, between, returns = [], [], 0
        for key, i, move in chosen:
            path = walked[key]
            if PLACES[move.event] != name:
                continue
            if i and (was := STEPS.index(PLACES[path[i - 1].event])) != number:
                between.append((move.ts - path[i - 1].ts).total_seconds())
                returns += was > number
            ended = PLACES[path[i + 1].event] != name if i + 1 < len(path) else states[key] != "open"
            if ended:
                start = i
                while start and PLACES[path[start - 1].event] == name:
                    start -= 1
                dwell.append((move.ts - path[start].ts).total_seconds())
        step = flow.steps[number]
        assert (step.dwell.n, step.since.n, step.returns) == (len(dwell), len(between), returns)
        if dwell:
            assert step.dwell.median_s == pytest.approx(median(dwell))
        if between:
            assert step.since.median_s == pytest.approx(median(between))
    kept = {key for key, *_ in chosen}
    furthest = Counter(
        (max(STEPS.index(PLACES[m.event]) for m in path), states[key]) for key, path in walked.items() if key in kept
    )
    assert flow.standing == dict(furthest)
    assert flow.whole.passages == len(kept)


@few
@given(events=logs(), seed=st.integers(0, 99))
def test_storage_order_does_not_matter(events: list[Event], seed: int) -> None:
    shuffled = list(events)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - no secret hangs on it
    journey, origin = a_journey(), Origin(log_version=1)
    one = journey_graph(moves_of(events, journey), journey=journey, origin=origin)
    two = journey_graph(moves_of(shuffled, journey), journey=journey, origin=origin)
    assert one == two


def test_a_link_that_nothing_carries_leaves_everything_outside() -> None:
    journey = a_journey(PassageRule(kind=PassageKind.LINK, link="ticket"))
    events = [Event(hour=1, row_no=1, slot_no=0, event="a", customer=1)]
    mapped = map_facts(interactions(events), journey=journey, rules=RULES)
    assert build_moves(mapped, journey=journey).count().to_pyarrow().as_py() == 0
