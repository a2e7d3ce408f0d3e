"""What is looked at before any model: reliability, common factors, against R's psych, scipy and simulated items.

Provenance: psych 2.2.9 and lavaan 0.6-14 in R 4.2.2 on seminr's and cSEM's data `satisfaction` (250 rows, 27 items).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar.analysis.path_model.exploratory import Extraction, TooManyFactors, extract, parallel_analysis, rotate
from safar.analysis.path_model.factorability import sampling_adequacy, sphericity
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.reliability import reliability
from safar.analysis.path_model.simulate import draw
from tests.analysis.path_model.populations import three_factors
from tests.analysis.path_model.reference_kit import model_of, reference

PSYCH = "../reference/satisfaction_psych_lavaan"


def test_reliability_equals_psych(shared_data: Path) -> None:
    model, sample = model_of(shared_data, "satisfaction")
    told = reference(shared_data, PSYCH)
    for construct in model.constructs:
        places = [model.items.index(item) for item in construct.items]
        found = reliability(Sample(sample.rows[:, places], sample.case_weights))
        theirs = told["alpha"][construct.name]
        assert [found.alpha_raw, found.alpha_standardized] == pytest.approx([theirs["raw"], theirs["std"]], abs=1e-12)
        assert dict(zip(construct.items, found.item_rest, strict=True)) == pytest.approx(
            theirs["item_total"], abs=1e-12
        )
        assert dict(zip(construct.items, found.alpha_without, strict=True)) == pytest.approx(
            theirs["alpha_drop"], abs=1e-12
        )
        assert found.omega_raw == pytest.approx(told["omega_total_1factor"][construct.name], abs=1e-6)


def test_common_variance_equals_psych(shared_data: Path) -> None:
    model, sample = model_of(shared_data, "satisfaction")
    told, correlations = reference(shared_data, PSYCH), sample.correlations[0]
    adequacy = sampling_adequacy(correlations)
    assert adequacy.total == pytest.approx(told["kmo_total"], abs=1e-12)
    assert dict(zip(model.items, adequacy.items, strict=True)) == pytest.approx(told["kmo_items"], abs=1e-12)
    test = sphericity(correlations, sample.n)
    assert (test.chi_square, test.df) == pytest.approx((told["bartlett"]["chisq"], told["bartlett"]["df"]), abs=1e-8)
    assert test.p_value < 1e-300
    _, values, _ = parallel_analysis(correlations, sample.n, seed=1, draws=2)
    assert values == pytest.approx(told["eigenvalues"], abs=1e-9)


def test_factors_equal_psych(shared_data: Path) -> None:
    """Its optimizer stops earlier, which shows in single communalities at the fifth digit."""
    model, sample = model_of(shared_data, "satisfaction")
    theirs = reference(shared_data, PSYCH)["efa6_minres_oblimin"]
    found = rotate(extract(sample.correlations[0], 6))
    assert dict(zip(model.items, found.communalities, strict=True)) == pytest.approx(theirs["communality"], abs=5e-5)
    assert found.rmsr == pytest.approx(theirs["rms"], abs=1e-9)
    assert found.chi_square(sample.n) == pytest.approx(theirs["chi"], abs=1e-6)
    assert found.rmsea(sample.n) == pytest.approx(theirs["RMSEA"], abs=1e-6)
    assert found.df == theirs["dof"]


@pytest.mark.parametrize("by", Extraction)
def test_three_factors_are_found_again(by: Extraction) -> None:
    """The population's loadings and correlations; oblimin's optimum on a clean structure is that structure."""
    truth = three_factors()
    correlations = truth.item_correlations()
    found = rotate(extract(correlations, 3, by=by))
    assert found.residuals == pytest.approx(np.zeros((9, 9)), abs=1e-6)
    among = truth.construct_correlations()
    for j in range(3):
        column = int(np.argmax(np.abs(found.loadings[3 * j : 3 * j + 3]).sum(axis=0)))
        expected = np.zeros(9)
        expected[3 * j : 3 * j + 3] = list(truth.loadings.values())[3 * j : 3 * j + 3]
        assert found.loadings[:, column] == pytest.approx(expected, abs=1e-4)
    assert np.sort(found.correlations[np.triu_indices(3, 1)]) == pytest.approx(
        np.sort(among[np.triu_indices(3, 1)]), abs=1e-4
    )


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 3))
def test_rotation_keeps_what_the_factors_say(seed: int, count: int) -> None:
    sample = Sample(draw(three_factors(), 100, seed=seed), np.ones(100))
    plain = extract(sample.correlations[0], count)
    turned = rotate(plain)
    implied = turned.loadings @ turned.correlations @ turned.loadings.T
    assert implied == pytest.approx(plain.loadings @ plain.loadings.T, abs=1e-9)
    assert np.diag(turned.correlations) == pytest.approx(np.ones(count))


def test_parallel_analysis_counts_factors() -> None:
    truth = three_factors()
    strong = {**dict.fromkeys(truth.loadings, 0.85)}
    weak_paths = dict.fromkeys(truth.paths, 0.2)
    sample = type(truth)(model=truth.model, paths=weak_paths, loadings=strong)
    count, values, limits = parallel_analysis(sample.item_correlations(), 200, seed=3)
    assert count == 3
    assert values.sum() == pytest.approx(9)
    assert limits[0] > 1 > limits[-1]
    assert (limits == parallel_analysis(sample.item_correlations(), 200, seed=3)[2]).all()
    noise = np.random.default_rng(1).normal(size=(200, 9))
    assert parallel_analysis(np.asarray(np.corrcoef(noise.T)), 200, seed=3)[0] == 0


def test_omega_and_alpha_of_items_that_load_alike() -> None:
    """Where all load the same, both are the true reliability of the sum."""
    loading, p = 0.7, 4
    correlations = np.full((p, p), loading**2)
    np.fill_diagonal(correlations, 1.0)
    truth = p * p * loading**2 / correlations.sum()
    rows = np.linalg.qr(np.random.default_rng(1).normal(size=(60, p)) - 0.0)[0]
    rows -= rows.mean(axis=0)
    rows = np.linalg.qr(rows)[0] @ np.linalg.cholesky(correlations).T
    found = reliability(Sample(rows, np.ones(60)))
    assert [found.alpha_raw, found.alpha_standardized, found.omega_raw, found.omega_standardized] == pytest.approx(
        [truth] * 4, abs=1e-6
    )


def test_few_items_have_less_to_say() -> None:
    rows = np.random.default_rng(1).normal(size=(30, 2))
    two, one = reliability(Sample(rows, np.ones(30))), reliability(Sample(rows[:, :1], np.ones(30)))
    assert np.isnan(two.omega_raw)
    assert np.isnan(two.alpha_without).all()
    assert np.isfinite(two.item_rest).all()
    assert np.isnan(one.alpha_raw)
    with pytest.raises(TooManyFactors, match="2 factors of 3 items"):
        extract(np.eye(3), 2)


def test_sphericity_keeps_its_level() -> None:
    chance = np.random.default_rng(8)
    rejected = [
        sphericity(np.asarray(np.corrcoef(chance.normal(size=(100, 6)).T)), 100).p_value < 0.05 for _ in range(600)
    ]
    assert 0.03 < np.mean(rejected) < 0.075
