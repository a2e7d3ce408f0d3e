"""A difference of two groups in words: better and worse are said of A, whichever way the figure goes."""

from __future__ import annotations

import pytest

from safar.analysis.map_comparison import Difference
from safar.charts.sheet.differences import difference_words
from safar.domain.speech import Speech


@pytest.mark.parametrize(
    ("measure", "difference", "direction", "sense"),
    [
        ("experience", 5.0, "up", "better"),
        ("experience", -5.0, "down", "worse"),
        ("completion", 0.05, "up", "better"),
        ("remaining", -0.05, "down", "worse"),
        ("dropped", 0.05, "up", "worse"),
        ("dropped", -0.05, "down", "better"),
        ("wait", 3_600.0, "up", "worse"),
        ("dwell", -3_600.0, "down", "better"),
        ("reach", 0.05, "up", ""),
        ("dropped", 0.0, "level", ""),
        ("experience", 0.0, "level", ""),
    ],
)
def test_a_difference_says_whether_it_is_better(measure: str, difference: float, direction: str, sense: str) -> None:
    one = Difference(measure=measure, state="ok", n_a=90, n_b=90, a=1.0, b=1.0, difference=difference)
    words = difference_words(one, Speech())
    assert (words.direction, words.sense) == (direction, sense)
