"""Paths that no data of this kind can tell apart are refused by name, and resamples in which they fall together fail.

Found by throwing random models at the engine: single items that add up to each other, and squares of items with two
answers, gave paths of 1e14 and variance inflations below zero.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import safar
from safar.analysis.path_model.bootstrap import bootstrap
from safar.analysis.path_model.determined import Unidentified
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.quality import full_collinearity, htmt2
from safar.analysis.path_model.weights import Scheme
from safar.errors import SafarError
from safar.files.path_model import read_lavaan

ROWS = 100
Columns = dict[str, NDArray[np.float64]]


def _columns() -> Columns:
    chance = np.random.default_rng(2)
    a, b, y = chance.normal(size=(3, ROWS))
    group = np.repeat([0.0, 1.0], ROWS // 2)
    return {"a": a, "b": b, "sum": a + 2 * b, "y": y + a, "half": group, "few": np.repeat([0.0, 1.0], (30, 70))}


ADDING_UP = "A =~ a\nB =~ b\nC =~ sum\nY =~ y\nY ~ A + B + C"


@pytest.mark.parametrize("scheme", list(Scheme))
def test_constructs_that_add_up_to_each_other_are_named(scheme: Scheme) -> None:
    with pytest.raises(Unidentified, match="paths to 'Y' are not determined: A, B and C determine each") as caught:
        safar.PathModel(ADDING_UP).fit(_columns(), scheme=scheme)
    assert "Let one of them act on Y" in caught.value.next_step


@pytest.mark.parametrize("verb", ["predict", "segments", "importance"])
def test_further_analyses_refuse_them_too(verb: str) -> None:
    with pytest.raises(Unidentified, match="A, B and C"):
        getattr(safar.PathModel(ADDING_UP), verb)(_columns())


@pytest.mark.parametrize(
    ("item", "says"),
    [("half", r"Interaction 'X\*X' has a product that does not vary"), ("few", r"X and X\*X determine each other")],
)
@pytest.mark.parametrize("method", ["two-stage", "product"])
def test_a_square_of_two_answers_is_refused(item: str, says: str, method: str) -> None:
    model = safar.PathModel(f"X =~ {item}\nY =~ y\nY ~ X\nY ~ X:X  # method {method}")
    with pytest.raises(Unidentified, match=says):
        model.fit(_columns())


def test_check_tells_it_as_the_problem() -> None:
    found = safar.PathModel(ADDING_UP).check(_columns())
    assert not found.ready
    assert found.code == "path-model.unidentified"


@pytest.mark.parametrize("scheme", list(Scheme))
def test_resamples_in_which_causes_fall_together_fail(scheme: Scheme) -> None:
    # Two causes differ in three rows of 60 alone: about one resample of twenty has none of the three.
    chance = np.random.default_rng(7)
    first = chance.normal(size=60)
    second = first + np.r_[1.0, -1.5, 2.0, np.zeros(57)]
    rows = np.column_stack([first, second, first + chance.normal(size=60)])
    found = bootstrap(
        read_lavaan("A =~ a\nB =~ b\nY =~ y\nY ~ A + B"),
        Sample(rows, np.ones(60)),
        Options(scheme=scheme),
        resamples=400,
        seed=1,
        keep=lambda fits: {"paths": fits.structure.paths[:, :2, 2]},
    )
    assert 5 <= found.failed <= 45
    assert found.inadmissible == 0
    assert np.isnan(found.figures["paths"]).all(axis=1).sum() == found.failed
    assert np.nanmax(np.abs(found.figures["paths"])) < 100


def test_inflation_at_its_edge_is_infinite_and_a_zero_correlation_is_zero() -> None:
    layout = safar.PathModel("A =~ a + b\nB =~ c\nB ~ A")
    singular = np.array([[[1.0, 0.6, 0.8], [0.6, 1.0, 0.0], [0.8, 0.0, 1.0]]])
    assert np.isinf(full_collinearity(singular)).any()
    # Of two blocks whose correlations are rounding, geometric means were rounding too.
    rounding = np.array([[[1.0, 0.5, 3e-17], [0.5, 1.0, 0.4], [3e-17, 0.4, 1.0]]])
    from safar.analysis.path_model.estimate import estimate

    fits = estimate(
        layout.model, Sample(np.random.default_rng(1).normal(size=(9, 3)), np.ones(9)), np.ones((1, 9)), Options()
    )
    assert htmt2(rounding, fits.layout)[0, 0, 1] == 0.0


def test_only_determined_models_pass() -> None:
    columns = _columns()
    assert isinstance(safar.PathModel("A =~ a\nB =~ b\nY =~ y\nY ~ A + B").fit(columns).paths[0].vif, float)
    with pytest.raises(SafarError):
        safar.PathModel("A =~ a + sum\nB =~ b\nY =~ y\nY ~ A + B + B:B").fit(columns | {"b": columns["half"]})
