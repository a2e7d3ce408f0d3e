"""Rows drawn from a population: the population is found again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.fit import misfit
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.simulate import BadPopulation, Population, coarsen, draw
from safar.domain.path_model import Interaction, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.populations import three_factors, two_composites


def sample_of(rows: np.ndarray) -> Sample:
    return Sample(rows, np.ones(len(rows)))


def test_consistent_estimates_find_three_factors_again() -> None:
    truth = three_factors()
    sample = sample_of(draw(truth, 200, seed=1, exact=True))
    fits = estimate(truth.model, sample, np.ones((1, 200)), Options(consistent=True, tolerance=1e-13))
    names = truth.constructs
    for (source, target), value in truth.paths.items():
        assert fits.structure.paths[0, names.index(source), names.index(target)] == pytest.approx(value, abs=1e-9)
    assert fits.structure.loadings[0] == pytest.approx(list(truth.loadings.values()), abs=1e-9)
    assert misfit(fits, saturated=False).srmr[0] == pytest.approx(0, abs=1e-9)
    # Uncorrected estimates are attenuated, as they must be.
    plain = estimate(truth.model, sample, np.ones((1, 200)), Options())
    assert plain.structure.paths[0, 0, 1] < 0.5


def test_estimates_find_composites_again() -> None:
    truth = two_composites()
    sample = sample_of(draw(truth, 50, seed=1, exact=True))
    fits = estimate(truth.model, sample, np.ones((1, 50)), Options(tolerance=1e-13))
    assert fits.structure.paths[0, 0, 1] == pytest.approx(0.5, abs=1e-9)
    given_ = np.array(list(truth.weights.values())).reshape(2, 3)
    found = fits.weights.weights[0].reshape(2, 3)
    assert found / found[:, :1] == pytest.approx(given_ / given_[:, :1], abs=1e-8)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_rows_scatter_about_the_population(seed: int) -> None:
    truth = three_factors()
    rows = draw(truth, 20_000, seed=seed)
    assert np.corrcoef(rows.T) == pytest.approx(truth.item_correlations(), abs=0.045)
    assert rows.std(axis=0) == pytest.approx(np.ones(9), abs=0.04)
    assert (draw(truth, 50, seed=seed) == draw(truth, 50, seed=seed)).all()


def test_interactions_are_drawn_too() -> None:
    truth = three_factors()
    product = Interaction(factors=("eta1", "eta2"))
    model = PathModel(
        name="moderated",
        constructs=truth.model.constructs,
        paths=(*truth.model.paths[1:], Claim(source=product.name, target="eta3")),
        interactions=(product,),
    )
    paths = {("eta1", "eta3"): 0.4, ("eta2", "eta3"): 0.35, (product.name, "eta3"): 0.3}
    strong = dict.fromkeys(truth.loadings, 0.97)
    moderated = Population(model=model, paths=paths, loadings=strong, correlations={("eta1", "eta2"): 0.3})
    rows = draw(moderated, 20_000, seed=5)
    assert rows.std(axis=0) == pytest.approx(np.ones(9), abs=0.03)
    fits = estimate(model, sample_of(rows), np.ones((1, len(rows))), Options())
    place = fits.layout.constructs.index
    at = fits.structure.paths[0, place(product.name), place("eta3")] / fits.spread[0, place(product.name)]
    assert at == pytest.approx(0.3, abs=0.03)
    with pytest.raises(BadPopulation, match="no interactions"):
        draw(moderated, 100, seed=1, exact=True)


def test_codes_of_thresholds() -> None:
    assert coarsen(np.array([[-2.0, 0.0], [0.5, 9.0]]), [-1.0, 0.0, 1.0]).tolist() == [[1.0, 3.0], [3.0, 4.0]]


def test_impossible_populations_are_refused() -> None:
    truth = three_factors()
    with pytest.raises(BadPopulation, match="eta1 -> eta2 has no value"):
        replace(truth, paths={})
    with pytest.raises(BadPopulation, match="y11 of eta1"):
        replace(truth, loadings={})
    with pytest.raises(BadPopulation, match="beyond 1"):
        replace(truth, loadings={**truth.loadings, "y11": 1.2})
    with pytest.raises(BadPopulation, match="more than"):
        draw(replace(truth, paths={**truth.paths, ("eta1", "eta3"): 1.4}), 50, seed=1)
    with pytest.raises(BadPopulation, match="items of a"):
        draw(replace(two_composites(), within={"a": -0.9}), 50, seed=1)
