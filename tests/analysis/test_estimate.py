"""Estimates from weights that no import takes any more, but that an older log may hold."""

from __future__ import annotations

from math import isfinite

import pytest

from safar.analysis.estimate import Family, Score, of_scores


@pytest.mark.parametrize("factor", [1e-300, 1e-170, 1e170, 1e300])
def test_the_unit_of_weights_does_not_matter_however_far_it_lies(factor: float) -> None:
    near = of_scores([Score(5.0, 3, 6.0, 12.0), Score(1.0, 1, 2.0, 4.0)], family=Family.MEAN, ends=(1.0, 5.0))
    scores = [Score(5.0, 3, 6 * factor, 12 * factor * factor), Score(1.0, 1, 2 * factor, 4 * factor * factor)]
    far = of_scores(scores, family=Family.MEAN, ends=(1.0, 5.0))
    assert far.value == pytest.approx(near.value)
    assert 1 <= far.n_effective <= 4
    assert isfinite(far.standard_error)
    assert far.interval(0.95).low <= far.value <= far.interval(0.95).high


def test_one_weight_beyond_all_others_leaves_one_answer() -> None:
    scores = [Score(5.0, 1, 1e300, float("inf")), Score(1.0, 3, 3.0, 3.0)]
    found = of_scores(scores, family=Family.MEAN, ends=(1.0, 5.0))
    assert found.value == 5.0
    assert found.n_effective == pytest.approx(1.0)
