"""Exact fit: against another engine's statistics, and right and wrong models on simulated rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.exact_fit import NoExactFit, exact_fit, obey
from safar.analysis.path_model.fit import implied_correlations
from safar.analysis.path_model.moments import Sample
from safar.domain.path_model import Construct, Interaction, Measured, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.plain_pls import measured
from tests.analysis.path_model.reference_kit import model_of, reference


def test_equals_csem(shared_data: Path) -> None:
    """Provenance: testOMF of cSEM 0.6.1, 199 resamples; its d_G takes logarithms to base 10."""
    model, sample = model_of(shared_data, "satisfaction", measured=Measured.COMPOSITE)
    told = reference(shared_data, "advanced/omf_satisfaction")["r"]
    found = {one.name: one for one in exact_fit(model, sample, Options(), resamples=499, seed=3).tests}
    critical = dict(zip(told["Critical_value"]["rows"], told["Critical_value"]["values"], strict=True))
    for ours, theirs, scale in (
        ("srmr", "SRMR", 1.0),
        ("d_uls", "dL", 1.0),
        ("d_g", "dG", np.log(10) ** 2),
        ("d_ml", "dML", 1.0),
    ):
        assert found[ours].value / scale == pytest.approx(told["Test_statistic"][theirs], abs=1e-6)
        assert found[ours].critical / scale == pytest.approx(critical[theirs], rel=0.1)
        assert found[ours].rejected


MODEL = PathModel(
    name="chain",
    constructs=tuple(Construct(name=name, items=tuple(f"{name}{i}" for i in range(3))) for name in "xmy"),
    paths=(Claim(source="x", target="m"), Claim(source="m", target="y")),
)


def _sample(direct: float) -> Sample:
    chance = np.random.default_rng(4)
    x = chance.normal(size=400)
    m = 0.5 * x + np.sqrt(0.75) * chance.normal(size=400)
    y = 0.5 * m + direct * x + 0.6 * chance.normal(size=400)
    return Sample(np.hstack([measured(s / s.std(), 3, chance) for s in (x, m, y)]), np.ones(400))


def test_right_model_stays_and_wrong_one_goes() -> None:
    options = Options(consistent=True)
    right = exact_fit(MODEL, _sample(0.0), options, resamples=300, seed=1)
    wrong = exact_fit(MODEL, _sample(0.5), options, resamples=300, seed=1)
    assert not any(one.rejected for one in right.tests)
    assert all(one.rejected and one.p < 0.05 for one in wrong.tests)
    # The path that is missing is no matter of measurement.
    measurement = exact_fit(MODEL, _sample(0.5), options, resamples=300, seed=1, saturated=True)
    assert not any(one.rejected for one in measurement.tests)


def test_obeying_rows_have_the_models_correlations() -> None:
    sample = _sample(0.5)
    fits = estimate(MODEL, sample, np.ones((1, sample.n)), Options())
    implied = implied_correlations(fits, saturated=False)[0]
    bent = obey(sample, fits.correlations[0], implied)
    assert bent.correlations[0] == pytest.approx(implied, abs=1e-12)


def test_models_without_test() -> None:
    moderated = PathModel(
        name="moderated",
        constructs=MODEL.constructs,
        interactions=(Interaction(factors=("x", "m")),),
        paths=(*MODEL.paths, Claim(source="x", target="y"), Claim(source="x*m", target="y")),
    )
    with pytest.raises(NoExactFit, match="asked"):
        exact_fit(moderated, _sample(0.0), Options(), resamples=9, seed=1)
    few = Sample(_sample(0.0).rows[:8], np.ones(8))
    with pytest.raises(NoExactFit, match="positive definite"):
        exact_fit(
            PathModel(
                name="composites",
                constructs=tuple(
                    Construct(name=one.name, items=one.items, measured=Measured.COMPOSITE) for one in MODEL.constructs
                ),
                paths=MODEL.paths,
            ),
            few,
            Options(),
            resamples=9,
            seed=1,
        )
