"""The worked tables of the method pages are what the code computes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import ibis.expr.types as ir
import pytest

from safar.analysis.conversion import convert
from safar.analysis.flow import measure_flow
from safar.analysis.graph import journey_graph
from safar.analysis.keep import keep
from safar.analysis.mapping import map_facts
from safar.analysis.moves import build_moves, build_passages, moves_at
from safar.analysis.output import arrivals, count_ways
from safar.analysis.result import Origin
from safar.analysis.variants import find_variants
from safar.domain.journey import Journey, OutputWays, PassageKind, PassageRule, Step, Touchpoint
from safar.domain.label import Label
from safar.domain.rules import Rule, RuleSet
from tests.analysis.journey_logs import Event, interactions

PAGES = Path(__file__).resolve().parents[2] / "docs" / "methods"
DAY = 86_400
NAMES = {1: "ann", 2: "bob", 3: "cy", 4: "di"}
LOG = [
    (1, 0, "visit"), (1, 24, "order"), (1, 72, "delivery"), (1, 144, "order"), (1, 480, "visit"),
    (2, 0, "visit"), (2, 12, "visit"), (2, 48, "order"), (2, 96, "delivery"), (2, 120, "complaint"), (2, 144, "help"),
    (3, 24, "visit"), (3, 48, "order"), (3, 120, "delivery"),
    (4, 0, "visit"), (4, 24, "order"),
]  # fmt: skip
START = datetime(2025, 1, 1)  # noqa: DTZ001 - as the log stores it: UTC
AS_OF = START + timedelta(days=25)
ORIGIN = Origin(log_version=1, as_of=AS_OF)
PLACES = {"visit": "evaluation", "order": "purchase", "delivery": "output", "complaint": "output", "help": "output"}


def the_journey() -> Journey:
    return Journey(
        id="worked",
        label=Label({"en": "Worked"}),
        steps=tuple(Step(id=name, label=Label({"en": name})) for name in ("evaluation", "purchase", "output")),
        touchpoints=tuple(Touchpoint(id=name, step=step, label=Label({"en": name})) for name, step in PLACES.items()),
        passage=PassageRule(kind=PassageKind.INACTIVITY, inactivity_s=5 * DAY),
        horizon_s=10 * DAY,
        goals=("delivery",),
        output=OutputWays(
            step="output", repeat=("order",), complaint=("complaint",), recovery=("help",), window_s=10 * DAY
        ),
    )


RULES = RuleSet(journey="worked", rules=tuple(Rule(match={"event": (name,)}, touchpoint=name) for name in PLACES))


@cache
def moves() -> ir.Table:
    events = [
        Event(hour=hour, row_no=n, slot_no=0, event=event, customer=customer)
        for n, (customer, hour, event) in enumerate(LOG)
    ]
    journey = the_journey()
    return keep(build_moves(map_facts(interactions(events), journey=journey, rules=RULES), journey=journey))


def judged() -> ir.Table:
    return moves_at(moves(), journey=the_journey(), as_of=AS_OF)


def days(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds / DAY:g} d"


def passages_page() -> list[str]:
    built = build_passages(moves(), journey=the_journey(), as_of=AS_OF).order_by("subject", "run")
    touchpoints = list(PLACES)
    return [
        f"| {NAMES[row['subject']]} | {row['run']} | {row['moves']} | {touchpoints[row['start_touchpoint_no']]} | "
        f"{touchpoints[row['end_touchpoint_no']]} | {row['state']} |"
        for row in built.to_pyarrow().to_pylist()
    ]


def waiting_page() -> list[str]:
    built = build_passages(moves(), journey=the_journey(), as_of=AS_OF)
    flow = measure_flow(judged(), passages=built, journey=the_journey(), everything=True)
    return [
        f"| {step.id} | {place.since.n} | {days(place.since.median_s)} | {days(place.since.p90_s)} | {place.dwell.n} | "
        f"{days(place.dwell.median_s)} | {days(place.dwell.p90_s)} |"
        for step, place in zip(the_journey().steps, flow.steps, strict=True)
    ]


def graph_page() -> list[str]:
    graph = journey_graph(judged(), journey=the_journey(), origin=ORIGIN)
    return [
        f"| {e.source} → {e.target} | {e.moves} | {e.passages} | {e.customers} | {days(e.mean_s)} | "
        f"{days(e.median_s)} |"
        for e in graph.edges
    ]


def variants_page() -> list[str]:
    found = find_variants(judged(), journey=the_journey(), origin=ORIGIN)
    return [f"| {' > '.join(v.path)} | {v.passages} | {v.share:.0%} | {days(v.median_s)} |" for v in found.variants]


def conversion_page() -> list[str]:
    found = convert(
        judged(), journey=the_journey(), stages=[("visit",), ("order",), ("delivery",)], origin=ORIGIN, window_s=3 * DAY
    )
    return [
        f"| {' | '.join(s.touchpoints)} | {s.reached} | {s.share_of_first:.0%} | {days(s.median_s)} |"
        for s in found.stages
    ]


def ways_page() -> list[str]:
    journey = the_journey()
    assert journey.output is not None
    ways = count_ways(arrivals(judged(), journey=journey, output=journey.output), output=journey.output, as_of=AS_OF)
    return [
        f"| {ways.reached} | {ways.repeat} | {ways.recovered} | {ways.complaint_lost} | {ways.silence} | {ways.open} |"
    ]


def map_page() -> list[str]:
    built = build_passages(moves(), journey=the_journey(), as_of=AS_OF)
    flow = measure_flow(judged(), passages=built, journey=the_journey(), everything=True)
    rows, remaining = [], sum(flow.standing.values())
    for i, (step, place) in enumerate(zip(the_journey().steps, flow.steps, strict=True)):
        stands = [flow.standing_of(state=state, furthest=i) for state in ("lost", "open", "complete")]
        rows.append(
            f"| {step.id} | {place.volume} | {place.passages} | {place.entries} | {place.exits} | {remaining} | "
            f"{stands[0]} | {stands[1]} | {stands[2]} | {place.returns} |"
        )
        remaining -= sum(stands)
    return rows


WORKED: dict[str, Callable[[], list[str]]] = {
    "passages": passages_page,
    "dwell-and-waiting": waiting_page,
    "journey-graph": graph_page,
    "variants": variants_page,
    "conversion": conversion_page,
    "ways-out": ways_page,
    "journey-map": map_page,
}


@pytest.mark.parametrize("page", list(WORKED))
def test_worked_table(page: str) -> None:
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    for row in WORKED[page]():
        assert row in text
