"""The walk through sorted facts gives the same moves and passages as the portable windows."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from safar.analysis.mapping import map_facts
from safar.analysis.moves import ORDER, build_moves, build_passages, journey_facts
from safar.analysis.result import Origin
from safar.analysis.variants import find_variants, path_type
from safar.domain.journey import Journey, PassageRule
from safar.log import walk
from tests.analysis.journey_logs import ANCHOR, INACTIVITY, LINK, RULES, Event, a_journey, interactions, logs

RULE_KINDS = pytest.mark.parametrize("passage", [LINK, ANCHOR, INACTIVITY], ids=["link", "anchor", "inactivity"])
few = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def walked(mapped: ir.Table, journey: Journey) -> tuple[ir.Table, ir.Table]:
    """Moves and passages by the walk, read back from its files."""
    with TemporaryDirectory() as folder:
        moves, passages = Path(folder) / "moves.parquet", Path(folder) / "passages.parquet"
        facts = journey_facts(mapped, journey=journey)
        n = walk.write_moves(facts, journey=journey, moves=moves, passages=passages)
        assert n == pq.read_metadata(moves).num_rows
        con: Any = ibis.get_backend()
        return tuple(con.create_table(f"{ibis.util.gen_name('w')}", con.read_parquet(f)) for f in (moves, passages))


def in_order(table: ir.Table, *by: str) -> list[dict[str, Any]]:
    return list(table.order_by(*by).to_pyarrow().to_pylist())


@RULE_KINDS
@few
@given(events=logs(size=40))
def test_the_walk_equals_the_windows(passage: PassageRule, events: list[Event]) -> None:
    journey = a_journey(passage)
    mapped = map_facts(interactions(events), journey=journey, rules=RULES)
    moves, passages = walked(mapped, journey)
    expected = build_moves(mapped, journey=journey)
    assert moves.schema() == expected.schema()
    assert in_order(moves, "subject", "run", "move_no") == in_order(expected, "subject", "run", "move_no")
    runs = build_passages(expected, journey=journey)
    assert passages.drop("path").schema() == runs.schema()
    assert in_order(passages.drop("path"), "subject", "run") == in_order(runs, "subject", "run")
    by_path = find_variants(moves, journey=journey, origin=Origin(log_version=1), limit=5, passages=passages)
    assert by_path == find_variants(expected, journey=journey, origin=Origin(log_version=1), limit=5, portable=True)


def test_without_an_output_step_nothing_arrives() -> None:
    journey = replace(a_journey(), output=None)
    events = [Event(hour=n, row_no=n, slot_no=0, event="abcde"[n % 5], customer=n % 3) for n in range(20)]
    mapped = map_facts(interactions(events), journey=journey, rules=RULES)
    expected = build_moves(mapped, journey=journey)
    assert in_order(walked(mapped, journey)[0], "subject", "ts") == in_order(expected, "subject", "ts")


def facts_of(rows: list[tuple[int, str, int, int, int, bytes]]) -> pa.Table:
    """Facts (key, subject, time, row, slot, identity) sorted by key and time only."""
    names = ("key", "subject", *ORDER)
    types = (pa.uint64(), pa.string(), pa.timestamp("us"), pa.int64(), pa.int16(), pa.binary())
    columns = list(zip(*sorted(rows, key=lambda row: (row[0], row[2])), strict=True))
    return pa.table({n: pa.array(c, t) for n, c, t in zip(names, columns, types, strict=True)})


def test_ties_and_texts_of_one_hash_come_into_the_full_order() -> None:
    dice = random.Random(5)  # noqa: S311 - no secret hangs on it
    rows = [
        (dice.choice([3, 9]), dice.choice("xyz"), dice.randint(0, 4), dice.randint(0, 2), 0, bytes([n % 7, n]))
        for n in range(200)
    ]
    found = walk._in_order(facts_of(rows))
    wanted = facts_of(rows).sort_by([(name, "ascending") for name in ("key", "subject", *ORDER)])
    assert found.to_pylist() == wanted.to_pylist()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_parts_hold_whole_keys_whatever_the_batches(size: int) -> None:
    keys = np.repeat(np.arange(8), [1, 5, 2, 9, 1, 1, 12, 3])
    table = pa.table({"key": keys.tolist(), "n": list(range(len(keys)))})
    parts = list(walk._whole_keys(table.to_reader(max_chunksize=size)))
    assert pa.concat_tables(parts).to_pylist() == table.to_pylist()
    seen = [set(part["key"].to_pylist()) for part in parts]
    assert sum(map(len, seen)) == len(set().union(*seen)) == 8


def test_a_path_takes_two_bytes_a_move_only_where_one_is_not_enough() -> None:
    journey = a_journey()
    assert path_type(journey).itemsize == 1
    one = journey.touchpoints[0]
    many = tuple(replace(one, id=f"t{n}") for n in range(257))
    wide = replace(journey, touchpoints=many, goals=(), output=None)
    assert path_type(wide).itemsize == 2
