"""A map of what is prepared equals the map of the facts themselves, whatever arrives and whatever is filtered by."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from safar.analysis.build_map import MapFacts, build_map
from safar.analysis.filters import Filters
from safar.analysis.journey_map import JourneyMap
from safar.analysis.mapping import map_facts
from safar.analysis.moves import build_moves, build_passages
from safar.analysis.result import Origin
from safar.domain.journey import PassageKind, PassageRule
from safar.settings import Settings
from safar.usecases.prepare import PreparedTables, Upkeep, prepared_tables, refresh
from tests.usecases.prepared_log import NOW, SETTINGS, START, a_key, commit, fact, new_log, row_id

PATIENT = Upkeep(rebuild_share=100.0)
SCALES = [(1.0, 5.0, "high"), (1.0, 5.0, "low"), (0.0, 10.0, "high"), (None, None, None), (3.0, 3.0, None)]
PEOPLE = ["ann", "bob", "cy", "di", "eve", "fay", None]


def a_contact(dice: random.Random, key: int) -> Any:
    event = dice.choice(["a", "b", "b_1", "c", "d", "noise", "unknown"])
    order = dice.choice(["x", "y", "z", None])
    channel = dice.choice(["web", "call", None])
    return fact(key, dice.randint(0, 60), event, dice.choice(PEOPLE), order, channel=channel)


def an_answer(dice: random.Random, key: int) -> Any:
    low, high, best = dice.choice(SCALES)
    kind = dice.choice(["rating", "rating", "csat", "text"])
    state = "answered" if kind == "text" else dice.choice(["answered", "answered", "answered", "blank"])
    told: dict[str, Any] = {"text": f"said as number {key}"} if kind == "text" else {"value": float(dice.randint(1, 5))}
    return (
        dict(fact(key, dice.randint(0, 60), dice.choice(["a", "b", "c", "d", "noise"]), dice.choice(PEOPLE)))
        | {"channel": dice.choice(["web", "call", None]), "submission": row_id(key // 2), "weight": 1.0}
        | {"question": dice.choice(["everywhere", "also everywhere", "odd \x1f name"]), "kind": kind, "state": state}
        | {"speaker": dice.choice(["customer", "customer", "customer", "employee"]), "view": "experienced"}
        | {"scale_min": low, "scale_max": high, "scale_best": best}
        | (told if state == "answered" else {})
    )


def some_filters(dice: random.Random) -> list[Filters]:
    return [
        Filters(),
        Filters(since=START.replace(tzinfo=NOW.tzinfo) + timedelta(hours=20)),
        Filters(channels=tuple(dice.sample(["web", "call", ""], 2))),
        Filters(steps=(dice.choice(["s0", "s1", "s2"]),)),
        Filters(touchpoints=("a", dice.choice("bcd")), channels=("web",)),
        Filters(speakers=("employee",)),
    ]


def fast_and_plain(held: PreparedTables, key: Any, filters: Filters) -> tuple[JourneyMap, JourneyMap]:
    told: dict[str, Any] = {"journey": key.journey, "rules": key.rules, "filters": filters, "as_of": NOW}
    told |= {"settings": Settings(too_few=2, few=2), "origin": Origin(log_version=held.version)}
    fast = build_map(
        MapFacts(
            tables=held.tables,
            moves=held.moves,
            passages=held.passages(NOW),
            arrived=held.arrivals(NOW),
            answers=held.answers,
            rest=held.rest,
            settled=True,
        ),
        **told,
    )
    moves = build_moves(map_facts(held.tables.interactions, journey=key.journey, rules=key.rules), journey=key.journey)
    passages = build_passages(moves, journey=key.journey, as_of=NOW)
    return fast, build_map(MapFacts(tables=held.tables, moves=moves, passages=passages), **told)


def told(found: JourneyMap) -> Any:
    """The whole map. Sums of weights are added up in another order, which shows in the last digits only."""
    return json.loads(found.to_json(), parse_float=lambda text: float(f"{float(text):.10g}"))


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(n, marks=pytest.mark.slow) for n in range(3, 20))])
def test_the_prepared_map_equals_the_plain_one(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret hangs on it
    log = new_log(tmp_path / "log")
    key = a_key(PassageRule(kind=PassageKind.LINK, link="order") if seed % 2 else None)
    for came in (40, 5, 5):
        first = log.head().number * 100
        contacts = [a_contact(dice, first + i) for i in range(came)]
        commit(log, contacts, feedback=[an_answer(dice, 10_000 + first + i) for i in range(2 * came)])
        refresh(log, tmp_path / "kept", key=key, wait_s=SETTINGS.writer_wait_s, upkeep=PATIENT)
    with prepared_tables(log, tmp_path / "kept", key=key, wait_s=SETTINGS.writer_wait_s) as held:
        for filters in dice.sample(some_filters(dice), 4):
            fast, plain = fast_and_plain(held, key, filters)
            assert told(fast) == told(plain), filters
