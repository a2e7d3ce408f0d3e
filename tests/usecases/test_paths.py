"""Graph, variants and conversion of a workspace, counted by hand; and public event logs from file to edge table.

Provenance: `event_logs/expected` was computed outside this project with a process-mining library (pm4py 2.7) from the
same files, rows of equal case and time kept in file order.
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, timedelta
from pathlib import Path

import pytest

import safar
from safar.analysis.conversion import BadConversion
from safar.analysis.filters import Filters
from safar.usecases.paths import BadPathQuestion, read_conversion, read_graph, read_variants
from safar.usecases.propose_journey import propose_journey, publish_proposal
from tests.usecases.import_kit import Bench
from tests.usecases.prepared_log import NOW, START, commit, fact
from tests.usecases.test_journey_map import JOURNEY, RULES


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> safar.Workspace:
    """Three people: ann orders, calls, gets it; bob orders by app and waits; cem orders, gets it, orders again late."""
    ws = safar.create(str(tmp_path_factory.mktemp("paths") / "ws"), name="Shop")
    ws.publish_journey(JOURNEY, now=NOW)
    ws.publish_rules(RULES, now=NOW)
    commit(
        ws.log,
        [
            fact(1, 0, "order", "ann"),
            fact(2, 2, "call", "ann"),
            fact(3, 10, "delivery", "ann"),
            fact(4, 1, "order", "bob", channel="app"),
            fact(5, 3, "fax", "bob"),
            fact(6, 5, "order", "cem"),
            fact(7, 9, "delivery", "cem", channel="app"),
            fact(8, 400, "order", "cem"),
        ],
    )
    return ws


def test_the_graph_of_touchpoints_and_of_steps(shop: safar.Workspace) -> None:
    graph = shop.journey_graph()
    edges = {(e.source, e.target): (e.moves, e.passages, e.customers, e.median_s) for e in graph.edges}
    assert edges == {
        ("order", "call"): (1, 1, 1, 7_200),
        ("call", "delivery"): (1, 1, 1, 28_800),
        ("order", "delivery"): (1, 1, 1, 14_400),
    }
    assert {n.id: (n.moves, n.starts, n.ends) for n in graph.nodes} == {
        "order": (4, 4, 2),
        "call": (1, 0, 0),
        "delivery": (2, 0, 2),
    }
    by_step = shop.journey_graph(level="step")
    assert {(e.source, e.target): e.moves for e in by_step.edges} == {
        ("purchase", "purchase"): 1,
        ("purchase", "output"): 2,
    }
    assert graph.origin.rules == shop.rules()[1].hash


def test_filters_select_moves_of_the_graph(shop: safar.Workspace) -> None:
    graph = shop.journey_graph(where={"channel": "app"})
    assert {(e.source, e.target): e.moves for e in graph.edges} == {("order", "delivery"): 1}
    assert {n.id: n.moves for n in graph.nodes} == {"order": 1, "delivery": 1}
    assert graph.filters == {"channel": "app"}
    assert json.loads(graph.to_json())["filters"] == {"channel": "app"}


def test_variants_are_of_whole_passages(shop: safar.Workspace) -> None:
    found = shop.variants()
    assert (found.passages, found.distinct, found.single) == (4, 3, 2)
    assert [(v.path, v.passages) for v in found.variants] == [
        (("order",), 2),
        (("order", "call", "delivery"), 1),
        (("order", "delivery"), 1),
    ]
    assert len(shop.variants(most=1).variants) == 1
    app = shop.variants(where={"channel": "app"})
    assert {v.path for v in app.variants} == {("order",), ("order", "delivery")}
    early = shop.variants(until="2026-01-02")
    assert (early.passages, early.distinct) == (3, 3)


def test_conversion_in_a_window(shop: safar.Workspace) -> None:
    found = shop.conversion(["order", "delivery"], within="10d")
    assert ([s.reached for s in found.stages], found.open) == ([3, 2], 1)
    assert found.stages[1].share_of_first == 2 / 3
    assert found.stages[1].median_s == 7 * 3_600
    tight = shop.conversion(["order", "delivery"], within=timedelta(hours=5))
    assert [s.reached for s in tight.stages] == [3, 1]
    each = shop.conversion(["order", ("call", "complaint"), "delivery"], each_within=["2h", "1d"])
    assert [s.reached for s in each.stages] == [3, 1, 1]
    assert each == shop.conversion(["order", ("call", "complaint"), "delivery"], each_within=["120min", "24h"])
    assert shop.conversion(["order", "call", "delivery"], each_within=["2h"]).stages[2].reached == 0
    people = shop.conversion(["order", "delivery"], unit="customer")
    assert [s.reached for s in people.stages] == [3, 2]
    app = shop.conversion(["order", "delivery"], where={"channel": "app"})
    assert [s.reached for s in app.stages] == [2, 1]


def test_an_earlier_moment_and_other_rules(shop: safar.Workspace) -> None:
    moment = (START + timedelta(hours=9)).replace(tzinfo=UTC)
    assert read_variants(shop, as_of=moment).passages == 3
    assert read_graph(shop, as_of=moment).nodes[-1].moves == 1
    early = read_conversion(shop, ["order", "delivery"], within="4h", as_of=moment)
    assert early.stages[1].reached == 1
    assert read_conversion(shop, ["order", "delivery"], as_of=moment).open == 3
    assert read_graph(shop, now=moment) == read_graph(shop, as_of=moment)
    assert read_graph(shop, filters=Filters(channels=("nowhere",))).edges == ()
    assert read_variants(shop, filters=Filters(channels=("nowhere",))).variants == ()


def test_what_cannot_be_asked_says_so(shop: safar.Workspace) -> None:
    with pytest.raises(BadPathQuestion, match="no level 'country'"):
        shop.journey_graph(level="country")
    with pytest.raises(BadPathQuestion, match="0 variants"):
        shop.variants(most=0)
    with pytest.raises(BadConversion, match="'soon' is no length of time"):
        shop.conversion(["order", "delivery"], within="soon")
    with pytest.raises(BadConversion, match="100 years"):
        shop.conversion(["order", "delivery"], within="999999999d")
    with pytest.raises(BadConversion, match="longer than 0"):
        shop.conversion(["order", "delivery"], each_within=[timedelta(0)])
    with pytest.raises(BadConversion, match="not 'order'"):
        shop.conversion(["order", "delivery"], unit="order")
    with pytest.raises(BadConversion, match="no touchpoint 'moon'"):
        shop.conversion(["order", "moon"])


def test_an_empty_workspace_has_no_paths(tmp_path: Path) -> None:
    ws = safar.create(str(tmp_path / "ws"), name="Empty")
    ws.publish_journey(JOURNEY, now=NOW)
    ws.publish_rules(RULES, now=NOW)
    assert ws.journey_graph().nodes == ()
    assert ws.variants().passages == 0
    assert [s.reached for s in ws.conversion(["order", "delivery"]).stages] == [0, 0]


@pytest.mark.parametrize(
    ("file", "edges", "kinds"),
    [
        pytest.param("helpdesk.xes.gz", "helpdesk", 14, id="helpdesk"),
        pytest.param("bpic2012.xes.gz", "bpic2012", 24, id="bpic2012", marks=pytest.mark.slow),
    ],
)
def test_an_event_log_from_file_to_edges(bench: Bench, shared_data: Path, file: str, edges: str, kinds: int) -> None:
    folder = shared_data / "event_logs"
    expected = json.loads((folder / "expected" / "expected.json").read_text(encoding="utf-8"))[file]
    bench.run(folder / "xes" / file, "event-log-xes")
    ws = bench.workspace
    proposal = propose_journey(ws)
    assert (proposal.kinds, proposal.left_out, proposal.unmapped, proposal.outside) == (kinds, 0, 0, 0)
    assert proposal.journey.passage.link == "case"
    publish_proposal(ws, proposal, now=NOW)
    graph, variants = read_graph(ws), read_variants(ws, most=3)
    words = {touchpoint.id: touchpoint.label.text() for touchpoint in ws.journey()[0].touchpoints}
    assert sum(node.moves for node in graph.nodes) == expected["events"]
    assert (variants.passages, variants.distinct, variants.single) == (
        expected["cases"],
        expected["variants"],
        expected["singleton_variants"],
    )
    assert [[[words[t] for t in v.path], v.passages] for v in variants.variants] == expected["top_variants"]
    with (folder / "expected" / f"{edges}.dfg.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    found = {(words[edge.source], words[edge.target]): edge for edge in graph.edges}
    assert len(rows) == len(found) == expected["dfg_edges"]
    for row in rows:
        edge = found[row["source"], row["target"]]
        assert edge.moves == int(row["count"])
        assert edge.mean_s == pytest.approx(float(row["mean_s"]), abs=1e-3)
        assert edge.median_s == pytest.approx(float(row["median_s"]), abs=1e-3)
