"""Estimates from correlation matrices that the project keeps, against another engine's figures: needs no private rows.

How the file was made stands in it (`made`). The engine is cSEM, which stops at 1e-12.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from safar.analysis.path_model.communality import goodness_of_fit
from safar.analysis.path_model.compiled import iterate
from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.fit import misfit
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.weights import Scheme, find_weights
from safar.domain.path_model import Construct, Measured, Mode, PathModel
from safar.domain.path_model import Path as Claim

KEPT = json.loads((Path(__file__).parents[2] / "fixtures" / "path_model_moments.json").read_text(encoding="utf-8"))
CASES = [(name, k) for name, one in KEPT["data"].items() for k in range(len(one["results"]))]


def fitted(name: str, k: int) -> tuple[Fits, dict[str, Any]]:
    data = KEPT["data"][name]
    told = data["results"][k]
    mode = Mode(told["mode"])
    measured = Measured.FACTOR if told["consistent"] else Measured.COMPOSITE
    model = PathModel(
        name=name,
        constructs=tuple(
            Construct(name=one, items=tuple(items), mode=mode, measured=measured)
            for one, items in data["constructs"].items()
        ),
        paths=tuple(Claim(source=source, target=target) for source, target in data["paths"]),
    )
    options = Options(scheme=Scheme(told["scheme"]), consistent=told["consistent"], tolerance=1e-12)
    return estimate(model, _rows(data), np.ones((1, 200)), options), told


def _rows(data: dict[str, Any]) -> Sample:
    """Any rows whose correlations are these: only correlations matter."""
    size = sum(map(len, data["constructs"].values()))
    correlations = np.eye(size)
    for k, row in enumerate(data["correlations"], 1):
        correlations[k, :k] = correlations[:k, k] = row
    noise = np.random.default_rng(1).normal(size=(200, size))
    white = np.linalg.qr(noise - noise.mean(axis=0))[0] * np.sqrt(199)
    return Sample(white @ np.linalg.cholesky(correlations).T, np.ones(200))


@pytest.mark.parametrize(("name", "k"), CASES)
def test_equals_csem(name: str, k: int) -> None:
    fits, told = fitted(name, k)
    names, structure = fits.layout.constructs, fits.structure
    found = {f"{a}>{b}": structure.paths[0, names.index(a), names.index(b)] for a, b in KEPT["data"][name]["paths"]}
    assert found == pytest.approx(told["paths"], abs=1e-9)
    assert structure.loadings[0] == pytest.approx(told["loadings"], abs=1e-9)
    assert fits.weights.weights[0] == pytest.approx(told["weights"], abs=1e-9)
    assert {one: structure.r2[0, names.index(one)] for one in told["r2"]} == pytest.approx(told["r2"], abs=1e-9)
    far = misfit(fits, saturated=False)
    assert [far.srmr[0], far.d_ml[0], goodness_of_fit(fits)[0]] == pytest.approx(
        [told["srmr"], told["d_ml"], told["gof"]], abs=1e-8
    )


@pytest.mark.parametrize(("name", "k"), CASES)
def test_compiled_loop_gives_the_same(name: str, k: int) -> None:
    fits, told = fitted(name, k)
    scheme = Scheme(told["scheme"])
    weights, loadings, _, ended = iterate(
        fits.correlations, fits.layout, scheme=scheme, tolerance=1e-12, most_rounds=300
    )
    plain = find_weights(fits.correlations, fits.layout, scheme=scheme, tolerance=1e-12, compiled=False)
    assert ended.all()
    # The compiled loop gives scores before they are turned the way of their items.
    assert np.abs(weights) == pytest.approx(np.abs(plain.weights), abs=1e-10)
    assert np.abs(loadings) == pytest.approx(np.abs(plain.loadings), abs=1e-10)
