"""Estimates against plspm on the data that come with it.

Provenance: plspm 0.5.1 for R 4.2.2, satisfaction (250 rows, 27 items), tolerance 1e-10 of *squared* changes, so that
its figures end at about the sixth digit. It divides by n where others divide by n - 1, which shows in scores.
Its optimal scaling of ordered and named answers (`russa_nonmetric`): see test_nonmetric.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from safar.analysis.path_model.communality import communality, goodness_of_fit, redundancy
from safar.analysis.path_model.estimate import Fits, Options, estimate_scores
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.quality import alpha
from safar.analysis.path_model.structure import find_structure, total_effects
from safar.analysis.path_model.weights import Scheme, Weights, find_weights
from safar.domain.path_model import Measured, Mode, PathModel
from tests.analysis.path_model.reference_kit import model_of, reference, table

DIGITS = 2e-5
CASES = [(mode, scheme) for mode in (Mode.A, Mode.B) for scheme in Scheme]


def fitted(shared_data: Path, mode: Mode, scheme: Scheme) -> tuple[PathModel, Sample, Fits, np.ndarray]:
    model, sample = model_of(shared_data, "satisfaction", mode=mode, measured=Measured.COMPOSITE)
    fits, scores = estimate_scores(model, sample, np.ones((1, sample.n)), Options(scheme=scheme, tolerance=1e-12))
    return model, sample, fits, scores[0]


def told_of(shared_data: Path, mode: Mode, scheme: Scheme, *, scaled: bool) -> dict[str, Any]:
    return reference(shared_data, f"plspm_r/satisfaction_mode{mode.value}_{scheme}_scaled{str(scaled).upper()}")


@pytest.mark.parametrize(("mode", "scheme"), CASES)
def test_everything_that_it_prints(shared_data: Path, mode: Mode, scheme: Scheme) -> None:
    model, sample, fits, scores = fitted(shared_data, mode, scheme)
    told, names, structure = told_of(shared_data, mode, scheme, scaled=True), fits.layout.constructs, fits.structure
    assert structure.paths[0] == pytest.approx(table(told["path_coefs"], names, names).T, abs=DIGITS)
    outer = {row["name"]: row for row in told["outer_model"]}
    for figure, ours in (
        ("loading", structure.loadings[0]),
        ("communality", communality(fits)[0]),
        ("redundancy", redundancy(fits)[0]),
    ):
        assert ours == pytest.approx([outer[item][figure] for item in model.items], abs=DIGITS), figure
    assert fits.weights.weights[0] == pytest.approx([outer[item]["weight"] for item in model.items], abs=DIGITS)
    crossed = {row["name"]: [row[name] for name in names] for row in told["crossloadings"]}
    assert fits.weights.loadings[0] == pytest.approx(np.array([crossed[item] for item in model.items]), abs=DIGITS)
    for row in told["inner_summary"]:
        j = names.index(row["row"])
        block = fits.layout.block(j)
        assert np.nan_to_num(structure.r2[0, j]) == pytest.approx(row["R2"], abs=DIGITS)
        assert communality(fits)[0, block].mean() == pytest.approx(row["Block_Communality"], abs=DIGITS)
        assert redundancy(fits)[0, block].mean() == pytest.approx(row["Mean_Redundancy"], abs=DIGITS)
    for row in told["unidim"]:
        if row["Mode"] == "A":
            assert alpha(fits.correlations, fits.layout)[0, names.index(row["row"])] == pytest.approx(
                row["C.alpha"], abs=1e-9
            )
    total = total_effects(structure.paths)[0]
    for row in told["effects"]:
        i, j = (names.index(name) for name in row["relationships"].split(" -> "))
        direct = structure.paths[0, i, j]
        assert [direct, total[i, j] - direct, total[i, j]] == pytest.approx(
            [row["direct"], row["indirect"], row["total"]], abs=DIGITS
        )
    head = table(told["scores_head"], tuple(map(str, range(1, 11))), names)
    assert scores[:10] * np.sqrt(sample.n / (sample.n - 1)) == pytest.approx(head, abs=10 * DIGITS)
    assert goodness_of_fit(fits)[0] == pytest.approx(told["gof"], abs=1e-6)


@pytest.mark.parametrize(("mode", "scheme"), CASES)
def test_answers_that_are_not_standardized(shared_data: Path, mode: Mode, scheme: Scheme) -> None:
    """The same iteration on covariances. Its weights are of answers in their units.

    The product standardizes items always; mode B gives the same either way.
    """
    _, sample, fits, _ = fitted(shared_data, mode, scheme)
    told, layout = told_of(shared_data, mode, scheme, scaled=False), fits.layout
    deviations = sample.rows.std(axis=0)
    covariances = fits.correlations * np.outer(deviations, deviations)
    found = find_weights(covariances, layout, scheme=scheme, tolerance=1e-12)
    outer = told["outer_model"]
    assert found.weights[0] == pytest.approx([row["weight"] for row in outer], abs=DIGITS)
    correlated = Weights(
        weights=found.weights * deviations,
        loadings=found.loadings / deviations[:, None],
        scores=found.scores,
        rounds=found.rounds,
        converged=found.converged,
    )
    structure = find_structure(correlated, layout, consistent=False)
    names = layout.constructs
    assert structure.paths[0] == pytest.approx(table(told["path_coefs"], names, names).T, abs=DIGITS)
    assert structure.loadings[0] == pytest.approx([row["loading"] for row in outer], abs=DIGITS)
    whole = Fits(
        layout=layout, correlations=fits.correlations, weights=correlated, structure=structure, spread=fits.spread
    )
    assert goodness_of_fit(whole)[0] == pytest.approx(told["gof"], abs=1e-5)
    if mode is Mode.B:
        assert structure.paths == pytest.approx(fits.structure.paths, abs=1e-7)
