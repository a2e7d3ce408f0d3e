"""The importance-performance map of pages: what is drawn, where names stand, and that it is safe."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar.analysis.path_model.importance_result import ConstructPlace, ImportanceItem, ImportanceResult
from safar.charts.importance_map import MapSize, draw_importance_map
from safar.charts.importance_map.placing import Box, Name, Placed, place_names
from safar.charts.importance_map.scales import importance_range, performance_range, ticks
from safar.domain.label import Label

NAMES = (
    "Satisfaction with the service", "Customer experience", "Roadside support", "Strategy", "Price fairness",
    "Clarity of the contract and its terms", "Speed of answers", "Brand trust", "Digital channels", "Staff courtesy",
    "Complaint handling", "Ease of switching",
)  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def made(places: list[tuple[float, float]], *, names: tuple[str, ...] = NAMES, fa: str = "وفاداری") -> ImportanceResult:
    """A result of constructs at (importance, performance), each with two items."""
    means = np.mean(places, axis=0)
    labels = {f"c{k}": Label({"en": names[k % len(names)]}) for k in range(len(places))}
    found = tuple(
        ConstructPlace(
            construct=f"c{k}", importance=x, importance_standardized=x, performance=y, negative=(),
            first=len(places) > 1 and x > means[0] and y < means[1], label=labels[f"c{k}"],
        )
        for k, (x, y) in enumerate(places)
    )  # fmt: skip
    items = tuple(
        ImportanceItem(construct=f"c{k}", item=f"i{k}{j}", importance=x / 2, performance=y + j)
        for k, (x, y) in enumerate(places)
        for j in (-2, 2)
    )
    return ImportanceResult(
        model_name="m", n=200, target="loyal", performance=60.0, weighing="answers", scale=(1.0, 7.0), places=found,
        items=items, left_out=(), mean_importance=float(means[0]), mean_performance=float(means[1]),
        labels=labels | {"loyal": Label({"en": "Loyalty", "fa": fa})},
    ).in_language("en")  # fmt: skip


TWELVE = [
    (float(x), float(y))
    for x, y in np.random.default_rng(3).normal((0.3, 66.0), (0.06, 4.0), size=(12, 2))
]  # fmt: skip


@pytest.mark.parametrize("size", [MapSize(), MapSize.narrow()], ids=["page", "phone"])
@pytest.mark.parametrize("language", ["en", "fa"])
def test_draws_every_construct_and_item_within_the_drawing(size: MapSize, language: str) -> None:
    result = made(TWELVE).in_language(language)
    drawn = draw_importance_map(result, language=language, size=size)
    tree = ET.fromstring(drawn)  # noqa: S314 - written by us
    first = sum(one.first for one in result.places)
    assert first
    # A ring tells where to begin without its color.
    assert len(list(tree.iter(f"{SVG}circle"))) == 12 + first
    assert drawn.count("l3.6 3.6") == 24
    assert tree.get("role") == "img"
    assert tree.get("direction") == "ltr"
    assert ("Loyalty" if language == "en" else "وفاداری") in str(tree.get("aria-label"))
    told = tree.findtext(f"{SVG}desc") or ""
    assert told.count(";") == 11
    for text in tree.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x", "")) <= size.width
        assert 0 <= float(text.get("y", "")) <= size.height
    bold = "".join(text.text or "" for text in tree.iter(f"{SVG}text") if text.get("font-weight"))
    for name in NAMES:
        for part in name.split():
            assert part in bold, part


def test_persian_has_its_own_digits_and_keeps_the_axes() -> None:
    drawn = draw_importance_map(made(TWELVE).in_language("fa"), language="fa")
    written = "".join(re.findall(r"<text[^>]*>([^<]*)<", drawn))
    assert not re.search(r"[0-9]", written)
    assert "۰٫" in written
    assert "اهمیت برای" in written
    places = [
        re.findall(r'<circle cx="([\d.]+)"', draw_importance_map(made(TWELVE), language=one)) for one in ("en", "fa")
    ]
    assert places[0][0]
    assert [float(one) for one in places[0]] == pytest.approx([float(one) for one in places[1]], abs=30)


def test_what_stands_in_names_is_text_only() -> None:
    evil = "<script>alert('1')</script> & \"x\""
    drawn = draw_importance_map(made(TWELVE[:2], names=(evil, "b")))
    assert "<script" not in drawn
    ET.fromstring(drawn)  # noqa: S314 - written by us
    assert "alert" in drawn


def test_few_many_and_backward_constructs_are_drawn() -> None:
    assert draw_importance_map(replace(made(TWELVE), places=(), items=())) == ""
    assert draw_importance_map(made([(0.4, 50.0)])).count("<circle") == 1
    assert "−" in draw_importance_map(made([(-0.4, 50.0), (0.4, 60.0)]))
    many = [(0.01 * k, 40.0 + k % 30) for k in range(100)]
    assert draw_importance_map(made(many), size=MapSize.narrow()).count("<circle") >= 100
    assert len(draw_importance_map(made(many))) < 100_000


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(st.floats(30, 470), st.floats(30, 370)), min_size=1, max_size=12),
    st.floats(20, 110),
    st.floats(12, 45),
)
def test_names_cover_no_mark_no_other_and_not_the_frame(at: list[tuple[float, float]], w: float, h: float) -> None:
    frame: Box = (0.0, 0.0, 500.0, 400.0)
    marks = [(x - 6, y - 6, x + 6, y + 6) for x, y in at]
    names = [Name(one, 6.0, w, h) for one in at]
    found = place_names(names, frame=frame, marks=marks, taken=[(440, 380, 500, 400)], dots=np.empty((0, 2)))
    placed: list[Placed] = [one for one in found if one is not None]
    assert placed
    for k, one in enumerate(placed):
        left, top, right, bottom = one.box
        assert frame[0] <= left
        assert right <= frame[2]
        assert frame[1] <= top
        assert bottom <= frame[3]
        others = [*marks, (440, 380, 500, 400), *(other.box for j, other in enumerate(placed) if j != k)]
        assert not any(left < o[2] and o[0] < right and top < o[3] and o[1] < bottom for o in others)


@given(st.floats(-5, 5), st.floats(0.01, 100), st.integers(3, 9))
def test_ticks_are_round_and_within_the_ends(low: float, width: float, most: int) -> None:
    found, decimals = ticks(low, low + width, most=most)
    assert 1 <= len(found) <= most + 1
    assert all(low - 1e-6 <= one <= low + width + 1e-6 for one in found)
    assert all(round(one, decimals) == pytest.approx(one, abs=1e-9) for one in found)


def test_axes_hold_all_that_is_drawn() -> None:
    result = made([(-0.2, 20.0), (0.5, 99.0)])
    low, high = importance_range(result, room=0.1)
    assert low < -0.2 < 0.5 < high
    least, most = performance_range(result)
    assert least < 18
    assert most > 100
