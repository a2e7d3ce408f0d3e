"""Copula terms: on simulated scores with and without a hidden cause."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.diagnostic import lilliefors as theirs  # type: ignore[import-untyped]

from safar.analysis.path_model.copula import NoCopula, copula_terms, find_endogeneity, lilliefors
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.moments import Sample
from safar.domain.path_model import Construct, Path, PathModel

MODEL = PathModel(
    name="copula",
    constructs=tuple(Construct(name=name, items=(f"{name}1",)) for name in "xzy"),
    paths=(Path(source="x", target="y"), Path(source="z", target="y")),
)


def _sample(n: int, seed: int, hidden: float) -> Sample:
    """y = 0.5 x + 0.3 z and a cause that x shares; x is skewed, z normal."""
    chance = np.random.default_rng(seed)
    latent = chance.normal(size=n)
    x = np.exp(latent) / np.sqrt(np.e**2 - np.e)
    error = hidden * latent + np.sqrt(1 - hidden**2) * chance.normal(size=n)
    z = chance.normal(size=n)
    return Sample(np.column_stack([x, z, 0.5 * x + 0.3 * z + 0.6 * error]), np.ones(n))


def test_a_hidden_cause_is_found_and_taken_out() -> None:
    found = find_endogeneity(MODEL, _sample(600, 1, 0.6), Options(), target="y", resamples=300, seed=1)
    assert found.usable == ("x",)
    assert not found.normal["z"] <= 0.05
    assert found.suspected == ("x",)
    plain, corrected = found.models
    scale = np.std(_sample(600, 1, 0.6).rows[:, 2])
    assert plain.paths["x"].low > 0.55 / scale
    assert corrected.paths["x"].low < 0.5 / scale < corrected.paths["x"].high
    assert corrected.terms[0].term.estimate > 0


def test_without_hidden_cause_nothing_is_suspected() -> None:
    found = find_endogeneity(MODEL, _sample(600, 2, 0.0), Options(), target="y", resamples=300, seed=1)
    assert found.suspected == ()


def test_all_combinations_of_what_is_not_normal() -> None:
    chance = np.random.default_rng(3)
    rows = chance.exponential(size=(200, 2))
    sample = Sample(np.column_stack([rows, rows.sum(axis=1) + chance.normal(size=200)]), np.ones(200))
    found = find_endogeneity(MODEL, sample, Options(), target="y", resamples=50, seed=1)
    assert [tuple(one.source for one in each.terms) for each in found.models] == [(), ("x",), ("z",), ("x", "z")]


def test_terms_count_rows_as_often_as_they_are_drawn() -> None:
    values = np.array([3.0, 1.0, 2.0, 2.0])[None, :, None]
    counts = np.array([[2.0, 1.0, 0.0, 1.0]])
    repeated = np.array([3.0, 3.0, 1.0, 2.0])[None, :, None]
    few = copula_terms(values, counts)[0, :, 0]
    many = copula_terms(repeated, np.ones((1, 4)))[0, :, 0]
    assert few[[0, 0, 1, 3]] == pytest.approx(many)


@pytest.mark.parametrize("n", [30, 300])
def test_lilliefors_equals_statsmodels(n: int) -> None:
    values = np.random.default_rng(4).normal(size=n) ** 2 + np.random.default_rng(5).normal(size=n) * 2.2
    statistic, p = theirs(values, pvalmethod="approx")
    assert statistic > 0
    assert lilliefors(values) == pytest.approx(p, abs=1e-9) or (np.isnan(lilliefors(values)) and p > 0.1)


def test_predictors_that_are_none() -> None:
    with pytest.raises(NoCopula, match="'x'"):
        find_endogeneity(MODEL, _sample(50, 1, 0.0), Options(), target="x", seed=1)
    with pytest.raises(NoCopula, match="y does not act"):
        find_endogeneity(MODEL, _sample(50, 1, 0.0), Options(), target="y", suspects=["y"], seed=1)
