"""From answers to a sample: what is refused and why, what becomes of gaps, what weights mean."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar.analysis.path_model import answers
from safar.analysis.path_model.answers import Missing, read_answers
from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.polychoric import OrdinalSample, TooManyCodes
from safar.analysis.path_model.simulate import coarsen, draw
from safar.errors import InputError
from tests.analysis.path_model.populations import three_factors, two_composites

TRUTH = three_factors()
MODEL = TRUTH.model
FIVE = [-1.5, -0.5, 0.5, 1.5]


def columns(n: int = 60, *, seed: int = 1) -> dict[str, Any]:
    return dict(zip(MODEL.items, coarsen(draw(TRUTH, n, seed=seed), FIVE).T.copy(), strict=True))


def changed(item: str, values: Any) -> dict[str, Any]:
    return {**columns(), item: values}


@pytest.mark.parametrize(
    ("given_", "how", "error", "told"),
    [
        ({k: v for k, v in columns().items() if k != "y12"}, {}, answers.MissingItem, "'y12', an item of eta1"),
        (changed("y21", ["a"] * 60), {}, answers.ItemNotNumeric, "y21 of eta2"),
        (changed("y21", [1.0] * 3), {}, answers.ItemNotNumeric, "number of rows"),
        (changed("y21", [np.inf] * 60), {}, answers.ItemNotNumeric, "infinite"),
        (changed("y33", np.full(60, 4.0)), {}, answers.ConstantItem, "y33 of eta3 is 4 in every row"),
        (changed("y33", np.full(60, np.nan)), {}, answers.ConstantItem, "y33 of eta3 has no answers"),
        (changed("y33", 9 - 2 * columns()["y11"]), {}, answers.RepeatedItem, "eta3 hold opposite answers"),
        (
            changed("y33", 9 + 2 * columns()["y11"]),
            {},
            answers.RepeatedItem,
            "y33 of eta3 hold the same",
        ),
        ({k: v[:9] for k, v in columns().items()}, {}, answers.TooFewRows, "9 rows for 9 items"),
        (columns(), {"scales": {"y21": (2, 4)}}, answers.OutOfRange, "scale of 2 to 4: 1, 5"),
        (columns(), {"case_weights": np.ones(3)}, answers.BadCaseWeights, "3 case weights for 60"),
        (columns(), {"case_weights": [1.0] * 59 + [-1]}, answers.BadCaseWeights, "Row 60 has the case weight -1"),
        (columns(), {"ordered": True, "missing": Missing.MEAN}, answers.OrderedGaps, "no mean"),
        (changed("y21", np.arange(60.0)), {"ordered": True}, TooManyCodes, "y21 of eta2 has 60"),
        (columns(), {"case_weights": ["x"] * 60}, answers.BadCaseWeights, "no number"),
    ],
)
def test_bad_answers_are_refused_by_name(
    given_: dict[str, Any], how: dict[str, Any], error: type[InputError], told: str
) -> None:
    with pytest.raises(error, match=told) as caught:
        read_answers(MODEL, given_, **how)
    assert caught.value.next_step
    assert caught.value.code.startswith("path-model.")


def test_too_few_rows_say_that_gaps_took_them() -> None:
    holed = columns()
    holed["y11"] = np.where(np.arange(60) < 55, np.nan, holed["y11"])
    with pytest.raises(answers.TooFewRows, match=r"5 rows \(55 of 60 left out for their gaps\)"):
        read_answers(MODEL, holed)


def test_gaps_are_treated_and_told() -> None:
    holed = columns()
    holed["y11"][:4] = np.nan
    holed["y12"][3] = 99
    for item in MODEL.items:
        holed[item][59] = np.nan
    casewise, told = read_answers(MODEL, holed, missing_codes=[99])
    assert casewise.n == told.kept == 55
    assert str(told) == "60 rows, 5 with gaps: 5 left out."
    filled, told = read_answers(MODEL, holed, missing=Missing.MEAN, missing_codes=[99])
    assert filled.rows[0, 0] == pytest.approx(np.mean(holed["y11"][4:59]))
    assert told.gaps["y11"] == 4
    assert "1 without any answer left out" in str(told)
    kept, told = read_answers(MODEL, holed, missing=Missing.NIPALS, missing_codes=[99])
    assert np.isnan(kept.rows).sum() == 5
    assert "NIPALS" in str(told)
    ordered, _ = read_answers(MODEL, holed, missing_codes=[99], ordered=True)
    assert isinstance(ordered, OrdinalSample)
    assert ordered.n == casewise.n
    assert (ordered.correlations != casewise.correlations).any()
    whole, told = read_answers(MODEL, columns())
    assert str(told) == "60 rows, none with gaps."
    assert whole.n == 60


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([three_factors(), two_composites()]), st.booleans())
def test_whole_weights_are_repeated_rows(seed: int, truth: Any, consistent: bool) -> None:
    rows = draw(truth, 60, seed=seed)
    weights = np.random.default_rng(seed).integers(0, 4, size=60)
    options = Options(consistent=consistent, tolerance=1e-12)

    def fitted(values: Any, of_cases: Any) -> Any:
        sample, _ = read_answers(
            truth.model, dict(zip(truth.model.items, values.T, strict=True)), case_weights=of_cases
        )
        return estimate(truth.model, sample, np.ones((1, sample.n)), options)

    weighted, repeated = fitted(rows, weights), fitted(np.repeat(rows, weights, axis=0), None)
    assert weighted.structure.paths == pytest.approx(repeated.structure.paths, abs=1e-8, nan_ok=True)
    assert weighted.structure.loadings == pytest.approx(repeated.structure.loadings, abs=1e-8, nan_ok=True)
    assert weighted.weights.weights == pytest.approx(repeated.weights.weights, abs=1e-8, nan_ok=True)
