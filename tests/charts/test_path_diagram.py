"""The diagram of a path model: boxes apart, arrows onward, numbers readable, text escaped, and the same every time."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import safar
from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.answers import read_answers
from safar.analysis.path_model.result import PathResult, Resampling, Run
from safar.charts import NoChart
from safar.charts.path_diagram import DiagramLook, draw_path_diagram
from safar.charts.path_diagram.arrows import label_places, line_through
from safar.charts.path_diagram.layers import place
from safar.domain.label import Label
from tests.analysis.path_model.simulated_rows import MODEL, simulated

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def result() -> PathResult:
    return analyze(MODEL, read_answers(MODEL, simulated(200))[0], Run(resampling=Resampling(resamples=100)))


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own drawing


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, str]]]:
    names = [f"c{k}" for k in range(draw(st.integers(2, 12)))]
    pairs = [(a, b) for k, a in enumerate(names) for b in names[k + 1 :]]
    arrows = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=24, unique=True))
    joined = {name for arrow in arrows for name in arrow}
    return [name for name in names if name in joined], arrows


@settings(deadline=None)
@given(graphs(), st.integers(20, 120))
def test_boxes_never_touch_and_arrows_lead_onward(graph: tuple[list[str], list[tuple[str, str]]], tall: int) -> None:
    names, arrows = graph
    placed = place(names, arrows, height_of=lambda _: float(tall), gap=20.0)
    for source, target in arrows:
        assert placed.layers[source] < placed.layers[target]
        assert len(placed.ways[source, target]) == placed.layers[target] - placed.layers[source] - 1
    for layer in range(placed.count):
        heights = sorted(placed.heights[name] for name in names if placed.layers[name] == layer)
        assert all(b - a >= tall + 20 - 1e-6 for a, b in pairwise(heights))
    spots = [placed.heights[name] for name in names]
    assert min(spots) >= tall / 2 - 1e-6
    assert max(spots) <= placed.height - tall / 2 + 1e-6
    assert placed == place(names, arrows, height_of=lambda _: float(tall), gap=20.0)


def test_two_chains_do_not_cross() -> None:
    placed = place(["a", "b", "x", "y"], [("a", "y"), ("b", "x")], height_of=lambda _: 30.0, gap=10.0)
    assert (placed.heights["a"] < placed.heights["b"]) == (placed.heights["y"] < placed.heights["x"])


def test_numbers_keep_off_boxes_and_each_other() -> None:
    lines = [(line_through([(0, y), (300, 100)]), 50.0) for y in (90, 100, 110)]
    found = label_places(lines, height=15, boxes=[(140, 80, 160, 120)])
    for k, (x, y) in enumerate(found):
        assert not (115 < x < 185 and 80 < y < 120)
        assert all(abs(x - a) >= 50 or abs(y - b) >= 15 for a, b in found[k + 1 :])


def test_says_names_coefficients_and_what_is_explained(result: PathResult) -> None:
    svg = draw_path_diagram(result)
    told = texts(svg)
    assert {"Care", "Trust", "Loyalty"} <= set(told)
    assert any(re.fullmatch(r"H1 +0\.\d\d\**", text) for text in told)
    assert sum(text.startswith("R²") and len(text) < 9 for text in told) == 2
    assert "care1" not in told
    assert "care1" in texts(draw_path_diagram(result, DiagramLook(items=True)))
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    assert root.find(f"{SVG}title") is not None
    assert "Care → Trust" in str(root.findtext(f"{SVG}desc"))
    assert svg == draw_path_diagram(result)


def test_is_mirrored_and_speaks_persian(result: PathResult) -> None:
    care = replace(result.model.constructs[0], label=Label({"en": "Care", "fa": "مراقبت"}))
    named = replace(result, model=replace(result.model, constructs=(care, *result.model.constructs[1:])))
    plain, mirrored = draw_path_diagram(named), draw_path_diagram(named, DiagramLook(language="fa"))
    assert "مراقبت" in mirrored
    assert "۲۰۰ ردیف" in mirrored
    assert 'direction="ltr"' in mirrored.split(">")[0]  # or a right-to-left page turns the anchors of its texts round

    def box(svg: str) -> float:
        rects = list(ET.fromstring(svg).iter(f"{SVG}rect"))[1:]  # noqa: S314 - our own drawing
        return next(float(r.get("x", "0")) for r in rects if r.get("stroke") == "#c3cad3")  # what nothing acts on

    width = float(ET.fromstring(plain).get("width", "0"))  # noqa: S314 - our own drawing
    assert box(plain) < width / 3
    assert box(mirrored) > width / 2


def test_themes_and_escapes(result: PathResult) -> None:
    wild = replace(result, model=replace(result.model, name='<b> & "so"'), simulated=True, admissible=False)
    svg = draw_path_diagram(wild, DiagramLook(theme="page"))
    told = texts(svg)
    assert '<b> & "so" (simulated)' in told
    assert any("inadmissible" in text for text in told)
    assert "var(--ink, " in svg
    assert "#171e26" in draw_path_diagram(result, DiagramLook(theme="dark"))


def test_the_door_draws_it(result: PathResult, tmp_path: Path) -> None:
    chart = safar.chart(result)
    assert chart._repr_svg_().startswith("<svg")
    chart.save(tmp_path / "model.svg")
    chart.save(tmp_path / "model.png")
    assert (tmp_path / "model.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(NoChart):
        _ = chart.altair
