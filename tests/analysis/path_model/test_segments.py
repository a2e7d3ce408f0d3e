"""Segments: REBUS against another engine's on its data, both methods on segments that were simulated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.fimix import fimix
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.rebus import BadSegments, rebus
from safar.analysis.path_model.weights import Scheme
from safar.domain.path_model import Construct, Interaction, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.plain_pls import measured
from tests.analysis.path_model.reference_kit import rebus_model, reference
from tests.analysis.test_method_pages import worked


def _model(items: int = 4) -> PathModel:
    return PathModel(
        name="satisfaction",
        constructs=tuple(Construct(name=name, items=tuple(f"{name}{i}" for i in range(items))) for name in "pqs"),
        paths=(Claim(source="p", target="s"), Claim(source="q", target="s")),
    )


def _simulated(n: int, seed: int, *, shift: float = 0.0) -> tuple[Sample, np.ndarray]:
    """Two segments of n: in the first p moves s, in the second q, and s is higher by `shift`."""
    chance = np.random.default_rng(seed)
    p, q = chance.normal(size=(2, 2 * n))
    member = np.repeat([0, 1], n)
    s = np.where(member == 0, 0.9 * p + 0.1 * q, 0.1 * p + 0.9 * q) + 0.3 * chance.normal(size=2 * n)
    s += shift * member
    rows = np.hstack([measured(score, 4, chance, loading=0.95) for score in (p, q, s)])
    return Sample(rows, np.ones(2 * n)), member


def _agreement(found: np.ndarray, true: np.ndarray) -> float:
    """Share of rows in their segment, whichever of two names it has."""
    same = float((found == true).mean())
    return max(same, 1 - same)


def test_rebus_equals_plspm(shared_data: Path) -> None:
    """Provenance: rebus.pls of plspm 0.5.1 for R on its data `simdata`, two classes, centroid scheme."""
    model, sample = rebus_model(shared_data)
    told = reference(shared_data, "plspm_r/rebus_simdata")
    found = rebus(model, sample, Options(scheme=Scheme.CENTROID), segments=2)
    theirs = np.array(told["segments"]) - 1
    order = [0, 1] if (found.members == theirs).mean() > 0.5 else [1, 0]
    assert (np.array(order)[found.members] == theirs).all()
    paths, loadings = found.fits.structure.paths[order, :2, 2].T, found.fits.structure.loadings[order].T
    assert paths == pytest.approx(np.array(told["path_coef"]["values"]), abs=1e-6)
    assert loadings == pytest.approx(np.array(told["loadings"]["values"]), abs=1e-6)
    assert found.fits.structure.r2[order, 2] == pytest.approx(told["quality"]["values"][4], abs=1e-6)
    assert found.quality == pytest.approx(told["gqi"], abs=1e-6)
    assert found.rounds == told["iterations"]


def test_rebus_finds_simulated_segments() -> None:
    sample, true = _simulated(150, 2, shift=2.0)
    found = rebus(_model(), sample, Options(), segments=2)
    assert _agreement(found.members, true) > 0.85
    assert found.settled
    assert sorted(found.fits.structure.paths[:, 0, 2].round(1)) == pytest.approx([0.1, 0.9], abs=0.11)
    assert found.sizes.sum() == 300


def test_fimix_finds_simulated_segments_and_their_number() -> None:
    sample, true = _simulated(200, 3)
    one, two, three = fimix(_model(), sample, Options(), segments=[1, 2, 3], starts=10, seed=1)
    # Where p and q are alike nobody can tell the segments: the truth itself assigns about 0.82 of such rows.
    assert _agreement(two.members, true) > 0.78
    strong = two.paths[:, 0, 2].argmax()
    assert two.paths[strong, :2, 2] == pytest.approx([0.9, 0.1], abs=0.15)
    assert two.paths[1 - strong, :2, 2] == pytest.approx([0.1, 0.9], abs=0.15)
    for name in ("bic", "caic", "mdl5", "hq", "aic4"):
        values = [getattr(mixture.criteria, name) for mixture in (one, two, three)]
        assert values[1] == min(values), name
    assert two.criteria.en > 0.5
    assert two.chances.sum(axis=1) == pytest.approx(1)
    assert two.shares.sum() == pytest.approx(1)
    assert one.criteria.log_likelihood < two.criteria.log_likelihood < three.criteria.log_likelihood + 1e-6


def test_one_segment_is_the_regression_of_all() -> None:
    sample, _ = _simulated(60, 4)
    (one,) = fimix(_model(), sample, Options(), segments=[1], seed=1)
    whole = rebus(_model(), sample, Options(), segments=2)
    assert one.criteria.parameters == 3
    assert one.paths.shape == (1, 3, 3)
    assert whole.quality > 0


def test_worked_table() -> None:
    sample, _ = _simulated(200, 3)
    rows = worked("segments-of-a-path-model")
    found = fimix(_model(), sample, Options(), segments=[int(row["segments"]) for row in rows], starts=10, seed=1)
    for row, mixture in zip(rows, found, strict=True):
        criteria = mixture.criteria
        assert row == {
            "segments": row["segments"],
            "ln L": f"{criteria.log_likelihood:.1f}",
            "parameters": str(criteria.parameters),
            "AIC3": f"{criteria.aic3:.1f}",
            "BIC": f"{criteria.bic:.1f}",
            "CAIC": f"{criteria.caic:.1f}",
            "EN": f"{criteria.en:.2f}" if mixture.chances.shape[1] > 1 else "–",
        }


def test_segments_that_cannot_be_found() -> None:
    sample, _ = _simulated(20, 5)
    with pytest.raises(BadSegments, match="5 segments of 40 rows"):
        rebus(_model(), sample, Options(), segments=5)
    with pytest.raises(BadSegments, match="0 segments"):
        fimix(_model(), sample, Options(), segments=[0], seed=1)
    plain = _model()
    moderated = PathModel(
        name="m",
        constructs=plain.constructs,
        interactions=(Interaction(factors=("p", "q")),),
        paths=(*plain.paths, Claim(source="p*q", target="s")),
    )
    with pytest.raises(BadSegments, match="asked"):
        rebus(moderated, sample, Options(), segments=2)
