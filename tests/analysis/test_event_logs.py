"""Public event logs: cases, events, variants and every edge equal what another implementation found.

Provenance: `event_logs/expected` was computed outside this project with a process-mining library (pm4py 2.7) from the
same files, rows of equal case and time kept in file order; `facts.json` gives the SQL of its counts. The funnel's
expected values were counted by a plain loop over the users of `retentioneering_ecom.csv.gz`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pytest

from safar.analysis.conversion import convert
from safar.analysis.graph import journey_graph
from safar.analysis.mapping import map_facts
from safar.analysis.moves import build_moves, build_passages, moves_at
from safar.analysis.result import Origin
from safar.analysis.variants import find_variants
from safar.domain.journey import Journey, PassageKind, PassageRule, Step, Touchpoint
from safar.domain.label import Label
from safar.domain.rules import Rule, RuleSet

NOW = datetime(2030, 1, 1, tzinfo=UTC)
CASE, ACTIVITY, TIME = '"case:concept:name"', '"concept:name"', '"time:timestamp"'


def read_log(query: str) -> tuple[ir.Table, Journey]:
    """Moves of a log given as (case, activity, ts) in file order; the case is the passage link, never a customer."""
    con = duckdb.connect(config={"threads": 2})
    con.execute(
        f"""create table log as select row_number() over () row_no, 0::smallint slot_no, 1 import_no,
            unhex(left(md5((row_number() over ())::varchar), 24)) row_id, ts::timestamp ts, activity as event,
            null::bigint customer, null::varchar channel, null::varchar unit, "case" link_case from ({query})"""
    )
    names = [name for (name,) in con.execute("select distinct event from log order by 1").fetchall()]
    label = Label({"en": "Log"})
    journey = Journey(
        id="log",
        label=label,
        steps=(Step(id="all", label=label),),
        touchpoints=tuple(Touchpoint(id=name, step="all", label=label) for name in names),
        passage=PassageRule(kind=PassageKind.LINK, link="case"),
        horizon_s=86_400,
    )
    # Names of activities hold brackets, so they are matched as they stand.
    literal = {name: (name.replace("[", "[[]"),) for name in names}
    rules = RuleSet(journey="log", rules=tuple(Rule(match={"event": literal[name]}, touchpoint=name) for name in names))
    backend = ibis.duckdb.from_connection(con)
    moves = build_moves(map_facts(backend.table("log"), journey=journey, rules=rules), journey=journey)
    kept = backend.create_table("moves", moves)
    return moves_at(kept, journey=journey, as_of=NOW), journey


def from_parquet(folder: Path, name: str) -> str:
    return f"select {CASE} \"case\", {ACTIVITY} activity, {TIME} ts from '{folder}/event_logs/{name}.parquet'"


@pytest.mark.parametrize(
    ("file", "key", "edges"),
    [
        ("helpdesk_italian", "helpdesk.xes.gz", "helpdesk"),
        ("teleclaims", "02_teleclaims.xes.gz", "02_teleclaims"),
        ("road_traffic_100", "roadtraffic100traces.xes", "roadtraffic100traces"),
        ("bpic2012", "bpic2012.xes.gz", "bpic2012"),
        ("sepsis_1_per_variant", "13_SEPSIS_1t_per_variant.xes.gz", None),
    ],
)
def test_graph_and_variants_equal_the_reference(shared_data: Path, file: str, key: str, edges: str | None) -> None:
    folder = shared_data / "event_logs" / "expected"
    expected = json.loads((folder / "expected.json").read_text())[key]
    moves, journey = read_log(from_parquet(shared_data, file))
    graph = journey_graph(moves, journey=journey, origin=Origin(log_version=1))
    variants = find_variants(moves, journey=journey, origin=Origin(log_version=1), limit=3)
    assert sum(node.moves for node in graph.nodes) == expected["events"]
    assert len(graph.nodes) == expected["activities"]
    assert variants.passages == expected["cases"]
    assert variants.distinct == expected["variants"]
    assert variants.single == expected["singleton_variants"]
    if file != "sepsis_1_per_variant":  # there all variants tie
        assert [[list(v.path), v.passages] for v in variants.variants] == expected["top_variants"]
    assert len(graph.edges) == expected["dfg_edges"]
    assert sum(edge.moves for edge in graph.edges) == expected["dfg_sum"]
    assert _head(graph.nodes, "starts", expected["start"]) == expected["start"]
    assert _head(graph.nodes, "ends", expected["end"]) == expected["end"]
    if edges is not None:
        with (folder / f"{edges}.dfg.csv").open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        found = {(edge.source, edge.target): edge for edge in graph.edges}
        assert len(rows) == len(found)
        for row in rows:
            edge = found[row["source"], row["target"]]
            assert edge.moves == int(row["count"])
            assert edge.mean_s == pytest.approx(float(row["mean_s"]), abs=1e-3)
            assert edge.median_s == pytest.approx(float(row["median_s"]), abs=1e-3)


def _head(nodes: object, what: str, expected: Mapping[str, int]) -> dict[str, int]:
    return {node.id: getattr(node, what) for node in nodes if node.id in expected}  # type: ignore[attr-defined]


def test_passages_of_a_log_are_its_cases(shared_data: Path) -> None:
    facts = {fact["id"]: fact["computed"] for fact in json.loads((shared_data / "facts.json").read_text())}
    moves, journey = read_log(from_parquet(shared_data, "helpdesk_italian"))
    passages = build_passages(moves, journey=journey, as_of=NOW)
    length = passages["last_ts"].delta(passages["start_ts"], unit="microsecond").median() / 86_400e6
    row = passages.aggregate(n=passages.count(), days=length).to_pyarrow().to_pylist()[0]
    assert row["n"] == facts["helpdesk_italian_cases"]
    assert row["days"] == pytest.approx(facts["hd_med"], abs=1e-6)


def test_funnel_equals_the_reference(shared_data: Path) -> None:
    folder = shared_data / "event_logs"
    expected = json.loads((folder / "expected" / "journey_expected.json").read_text())["funnel_ordered_users"]
    moves, journey = read_log(
        f'select user_id::varchar "case", event activity, timestamp ts '
        f"from '{folder}/xes/retentioneering_ecom.csv.gz'"
    )
    stages = [(name,) for name in expected["steps"]]
    for window, seconds in {"30d": 30 * 86_400, "1d": 86_400, "1h": 3600, "30min": 1800}.items():
        found = convert(moves, journey=journey, stages=stages, origin=Origin(log_version=1), window_s=seconds)
        assert [stage.reached for stage in found.stages] == expected[window]
