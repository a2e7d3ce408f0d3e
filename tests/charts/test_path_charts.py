"""Charts of graphs, variants and conversions: nothing hidden, nothing across a name, readable in any script."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

import safar
from safar.analysis.conversion import Conversion, Stage, Unit
from safar.analysis.graph import Edge, JourneyGraph, Level, Node
from safar.analysis.interval import wilson
from safar.analysis.result import Origin
from safar.analysis.variants import Variant, Variants
from safar.charts.frame import isolated, way
from safar.charts.graph import MOST_EDGES
from safar.charts.layers import HEIGHT, MOST_BESIDE, WIDTH, lay_out
from safar.charts.render import as_svg, specification
from safar.charts.variants import MOST_BARS

ORIGIN = Origin(log_version=3, simulated=True)
SVG = "{http://www.w3.org/2000/svg}"


def an_edge(source: str, target: str, moves: int) -> Edge:
    return Edge(
        source=source, target=target, moves=moves, passages=moves, customers=1, mean_s=60.0, median_s=60.0, p90_s=90.0
    )


def a_graph(names: int, edges: list[tuple[int, int, int]], *, steps: int = 3) -> JourneyGraph:
    nodes = tuple(
        Node(id=f"place_{i}", step=f"step_{i * steps // names}", moves=100 - i, starts=1, ends=1) for i in range(names)
    )
    made = sorted((an_edge(f"place_{a}", f"place_{b}", n) for a, b, n in edges), key=lambda edge: -edge.moves)
    return JourneyGraph(level=Level.TOUCHPOINT, nodes=nodes, edges=tuple(made), origin=ORIGIN)


def words(svg: str) -> str:
    """All that can be read in a drawing."""
    return " ".join("".join(one.itertext()) for one in ET.fromstring(svg).iter(f"{SVG}text"))  # noqa: S314


def told(svg: str) -> tuple[str, str]:
    """The title and the description that a screen reader says."""
    root = ET.fromstring(svg)  # noqa: S314
    assert root.get("role") == "img"
    return root[0].text or "", root[1].text or ""


def widths(result: JourneyGraph) -> dict[tuple[str, str], float]:
    """How wide each edge is drawn."""
    wanted = specification(result)
    line = next(layer for layer in wanted["layer"] if layer["mark"]["type"] == "line")
    rows = line["data"].get("values") or wanted["datasets"][line["data"]["name"]]
    return {(row["from"], row["to"]): row["width"] for row in rows}


def test_a_graph_tells_steps_touchpoints_and_moves() -> None:
    svg = as_svg(a_graph(4, [(0, 1, 900), (1, 2, 450), (2, 1, 90), (3, 3, 7)]))
    read = words(svg)
    for word in ("step_0", "step_2", "place_0", "place_3", "900", "450", "90", "↻ 7", "(simulated)", "Orange: back"):
        assert word in read, word
    assert "left out" not in read
    title, description = told(svg)
    assert title == "What follows what, by touchpoint (simulated)"
    assert "place_1 to place_2: 450" in description


def test_the_width_of_an_edge_is_its_count() -> None:
    drawn = widths(a_graph(3, [(0, 1, 1_000), (1, 2, 500), (2, 0, 1)]))
    thickest, half, least = (
        drawn[pair] for pair in (("place_0", "place_1"), ("place_1", "place_2"), ("place_2", "place_0"))
    )
    assert thickest > half > least > 0
    assert abs((thickest + least) / 2 - half) < 0.1


def test_a_large_graph_says_what_it_leaves_out() -> None:
    names = 14
    edges = [(a, b, 1 + (a * 31 + b * 17) % 400) for a in range(names) for b in range(names) if a != b]
    graph = a_graph(names, edges)
    drawn = widths(graph)
    assert len(drawn) == MOST_EDGES < len(edges)
    assert set(drawn) == {(edge.source, edge.target) for edge in graph.edges[:MOST_EDGES]}
    share = sum(edge.moves for edge in graph.edges[:MOST_EDGES]) / sum(edge.moves for edge in graph.edges)
    read = words(as_svg(graph))
    assert f"The {MOST_EDGES} most frequent of {len(edges)} edges, {share:.0%} of" in read
    assert "left out" in read


def test_a_graph_without_edges() -> None:
    read = words(as_svg(a_graph(2, [])))
    assert "No move follows another." in read
    assert "place_1" in read


@settings(max_examples=40, deadline=None)
@given(
    names=st.integers(1, 16),
    steps=st.integers(1, 6),
    pairs=st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15), st.integers(1, 999)), max_size=25),
)
def test_no_edge_runs_across_a_node(names: int, steps: int, pairs: list[tuple[int, int, int]]) -> None:
    unique = {(a % names, b % names): n for a, b, n in pairs}
    graph = a_graph(names, [(a, b, n) for (a, b), n in unique.items()], steps=steps)
    layout = lay_out(graph.nodes, graph.edges)
    assert len(set(layout.nodes.values())) == names
    assert {(one.edge.source, one.edge.target) for one in layout.edges} == {
        (f"place_{a}", f"place_{b}") for a, b in unique if a != b
    }
    for one in layout.edges:
        for x, y in one.points:
            assert 0 <= x <= layout.width
            assert 0 <= y <= layout.height
            for cx, cy in layout.nodes.values():
                assert not (abs(x - cx) < WIDTH / 2 - 1 and abs(y - cy) < HEIGHT / 2 - 1)
    for y in {y for _, y in layout.nodes.values()}:
        assert sum(b == y for _, b in layout.nodes.values()) <= MOST_BESIDE


def some_variants(paths: list[tuple[str, ...]], *, distinct: int | None = None) -> Variants:
    counts = [100 - i for i in range(len(paths))]
    return Variants(
        passages=sum(counts) + 50,
        distinct=distinct or len(paths),
        single=3,
        variants=tuple(
            Variant(path=path, passages=n, share=n / (sum(counts) + 50), median_s=7_200.0 * (len(path) > 1))
            for path, n in zip(paths, counts, strict=True)
        ),
        origin=ORIGIN,
        filters={"channel": "web"},
    )


def test_variants_tell_path_share_and_what_is_left_out() -> None:
    result = some_variants([("a", "b", "b", "c"), *((f"p{i}",) for i in range(30))], distinct=80)
    svg = as_svg(result)
    read = words(svg)
    assert "a → b ×2 → c" in read
    assert f"{result.variants[0].share:.1%} · 100 passages · median 2.0 h" in read
    assert "Only channel = web" in read
    assert f"The {MOST_BARS} most frequent make up" in read
    assert f"p{MOST_BARS - 2}" in read
    assert f"p{MOST_BARS} " not in f"{read} "
    assert "a to b to b to c" in told(svg)[1]


def test_no_passages() -> None:
    assert "There are no passages." in words(as_svg(replace(some_variants([]), passages=0)))


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=20), min_size=1, max_size=60), st.integers(60, 140))
def test_a_long_way_keeps_both_ends_and_says_how_many_are_missing(path: list[str], most: int) -> None:
    short = way(path, most=most)
    runs = [name for i, name in enumerate(path) if i == 0 or name != path[i - 1]]
    shown = short.split(" → ")
    assert shown[0].split(" ")[0] == runs[0]
    assert shown[-1].split(" ")[0] == runs[-1]
    gap = [part for part in shown if part.startswith("… ")]
    assert len(shown) - len(gap) + sum(int(part.split(" ")[1]) for part in gap) == len(runs)
    assert len(short) <= most + 20


def a_conversion(reached: list[int], still_open: int = 0) -> Conversion:
    return Conversion(
        unit=Unit.CUSTOMER,
        window_s=86_400 * 30,
        stage_windows_s=(),
        stages=tuple(
            Stage(
                touchpoints=("order", "call") if k == 1 else (f"stage_{k}",),
                reached=n,
                share_of_first=n / reached[0] if reached[0] else None,
                share_of_previous=n / reached[k - 1] if k and reached[k - 1] else None,
                median_s=3_600.0 * k if k and n else None,
                p90_s=7_200.0 * k if k and n else None,
            )
            for k, n in enumerate(reached)
        ),
        open=still_open,
        origin=ORIGIN,
    )


def test_a_conversion_is_a_funnel_with_intervals() -> None:
    svg = as_svg(a_conversion([400, 200, 50], 30))
    read = words(svg)
    low, high, _ = wilson(0.5, 400)
    assert f"200 · 50.0% ({100 * low:.1f}–{100 * high:.1f}) of the first" in read
    low, high, _ = wilson(0.25, 200)
    assert f"25.0% ({100 * low:.1f}–{100 * high:.1f}) of the one before" in read
    for part in (
        "2. order or call",
        "▼ 200 lost",
        "▼ 150 lost",
        "(30 windows still open)",
        "median 1.0 h",
        "at most 30.0 d",
    ):
        assert part in read, part
    title, description = told(svg)
    assert title == "How many customers get through (simulated)"
    assert "3. stage_2: 50" in description


def test_a_conversion_that_nobody_begins() -> None:
    read = words(as_svg(a_conversion([0, 0])))
    assert "0 customers at the first stage" in read
    assert "–" in read


def test_names_of_another_direction_do_not_turn_a_path_round() -> None:
    persian = ("سفارش", "تحویل")
    assert isolated("order") == "order"
    assert isolated(persian[0]) == f"\u2068{persian[0]}\u2069"
    assert "\u2068سفارش\u2069 → \u2068تحویل\u2069" in words(as_svg(some_variants([persian])))


def test_every_chart_stands_on_its_own_ground_and_is_told(tmp_path: Path) -> None:
    for i, result in enumerate((a_graph(2, [(0, 1, 1)]), some_variants([("a",)]), a_conversion([2, 1]))):
        svg = as_svg(result)
        # Its own white ground: on a dark page, too, ink is on white.
        assert '<rect width="' in svg
        assert 'fill="white"' in svg.split("</desc>")[1][:120]
        assert all(told(svg))
        safar.chart(result).save(str(tmp_path / f"{i}.png"))
        assert (tmp_path / f"{i}.png").read_bytes().startswith(b"\x89PNG")
