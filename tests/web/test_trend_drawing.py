"""Lines over time: straight from figure to figure, with intervals where lines are few, and periods by name."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta

import pytest

from safar.analysis.metric import MetricValue, State
from safar.web.drawing.trend import Series, TrendDrawing, draw_trend

MONTHS = [date(2025 + i // 12, i % 12 + 1, 1) for i in range(24)]


def series(name: str, days: list[date]) -> Series:
    figures = [
        (day, MetricValue(metric="nps", state=State.OK, value=10.0 + i % 3, low=5.0, high=20.0, n=100))
        for i, day in enumerate(days)
    ]
    return name, figures


def drawn(lines: int, days: list[date], *, mirrored: bool = False) -> TrendDrawing:
    found = draw_trend(
        "nps",
        [series(str(i), days) for i in range(lines)],
        names={day: day.isoformat() for day in days},
        mirrored=mirrored,
    )
    assert found is not None
    return found


def test_lines_are_straight_and_go_through_every_figure() -> None:
    (line,) = drawn(1, MONTHS).lines
    assert re.fullmatch(r"M[\d. ]+(L[\d. ]+){23}", line.paths[0])
    assert "C" not in line.bands[0]


@pytest.mark.parametrize(("lines", "with_bands"), [(1, True), (3, True), (4, False)])
def test_intervals_are_drawn_where_lines_are_few(lines: int, with_bands: bool) -> None:
    found = drawn(lines, MONTHS)
    assert found.with_bands is with_bands
    assert all(bool(line.bands) is with_bands for line in found.lines)


@pytest.mark.parametrize("many", [2, 3, 7, 8, 13, 24, 36])
@pytest.mark.parametrize("mirrored", [False, True])
def test_periods_are_named_from_the_first_to_the_last_with_room_between(many: int, mirrored: bool) -> None:
    days = [MONTHS[0] + timedelta(days=30 * i) for i in range(many)]
    names = drawn(1, days, mirrored=mirrored).names
    assert (names[0].text, names[-1].text) == (days[0].isoformat(), days[-1].isoformat())
    assert len(names) == many if many <= 7 else 4 <= len(names) <= 7
    places = sorted(float(one.left[:-1]) for one in names)
    assert min(after - before for before, after in itertools.pairwise(places)) > 9
    assert sum(not one.spare for one in names) <= 3
