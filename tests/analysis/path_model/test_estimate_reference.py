"""Estimates against other engines' on published data.

Provenance: cSEM 0.6.1 (tolerance 1e-12) and seminr 2.3.4 (stop criterion 7) in R 4.2.2, run on the data sets that come
with seminr and cSEM; figures as those engines print them, to 15 digits.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.weights import Scheme
from safar.domain.path_model import Interaction, InteractionMethod, Measured, Mode
from tests.analysis.path_model.reference_kit import model_of, reference, table

CSEM = [
    *(("satisfaction", mode, scheme, False) for mode in (Mode.A, Mode.B) for scheme in Scheme),
    *(("satisfaction", Mode.A, scheme, True) for scheme in Scheme),
    ("threecommonfactors", None, Scheme.PATH, True),
    ("corp_rep_simple", None, Scheme.PATH, True),
    ("corp_rep_simple", None, Scheme.PATH, False),
]
SEMINR = [
    *(("satisfaction", mode, scheme, False) for mode in (Mode.A, Mode.B) for scheme in (Scheme.PATH, Scheme.FACTORIAL)),
    *(("satisfaction", Mode.A, scheme, True) for scheme in (Scheme.PATH, Scheme.FACTORIAL)),
    ("corp_rep_simple", None, Scheme.PATH, True),
    ("corp_rep_simple", None, Scheme.PATH, False),
    ("corp_rep_extended", None, Scheme.PATH, False),
]


def _file(name: str, mode: Mode | None, scheme: Scheme, consistent: bool) -> str:
    short = name.replace("corp_rep", "corprep")
    how = "plsc" if consistent else f"mode{(mode or Mode.A).value}"
    return f"{short}_{scheme}" if name == "corp_rep_extended" else f"{short}_{how}_{scheme}"


@pytest.mark.parametrize(("name", "mode", "scheme", "consistent"), CSEM)
def test_equals_csem(shared_data: Path, name: str, mode: Mode | None, scheme: Scheme, consistent: bool) -> None:
    model, sample = model_of(shared_data, name, mode=mode)
    fits = estimate(
        model, sample, np.ones((1, sample.n)), Options(scheme=scheme, consistent=consistent, tolerance=1e-12)
    )
    found = reference(shared_data, f"csem/{_file(name, mode, scheme, consistent)}")
    names = fits.layout.constructs
    assert fits.structure.paths[0] == pytest.approx(table(found["path"], names, names).T, abs=1e-9)
    assert fits.weights.weights[0] == pytest.approx(table(found["weights"], names, model.items).sum(axis=0), abs=1e-9)
    assert fits.structure.loadings[0] == pytest.approx(
        table(found["loadings"], names, model.items).sum(axis=0), abs=1e-9
    )
    assert fits.structure.constructs[0] == pytest.approx(table(found["construct_vcv"], names, names), abs=1e-9)
    for name_, value in found["r2"].items():
        assert fits.structure.r2[0, names.index(name_)] == pytest.approx(value, abs=1e-9)
    assert bool(fits.structure.admissible[0]) is not any(found["status"].values())


@pytest.mark.parametrize(("name", "mode", "scheme", "consistent"), SEMINR)
def test_equals_seminr(shared_data: Path, name: str, mode: Mode | None, scheme: Scheme, consistent: bool) -> None:
    model, sample = model_of(shared_data, name, mode=mode)
    fits = estimate(model, sample, np.ones((1, sample.n)), Options(scheme=scheme, consistent=consistent))
    found = reference(shared_data, f"seminr/{_file(name, mode, scheme, consistent)}")
    names = fits.layout.constructs
    assert fits.structure.paths[0] == pytest.approx(table(found["path_coef"], names, names), abs=1e-9)
    assert fits.weights.weights[0] == pytest.approx(
        table(found["outer_weights"], model.items, names).sum(axis=1), abs=1e-9
    )
    assert fits.structure.loadings[0] == pytest.approx(
        table(found["outer_loadings"], model.items, names).sum(axis=1), abs=1e-9
    )
    # That engine counts the rounds before the last one.
    assert fits.weights.rounds[0] == found["iterations"] + 1


@pytest.mark.parametrize(
    ("method", "file"),
    [
        (InteractionMethod.TWO_STAGE, "two_stage"),
        (InteractionMethod.PRODUCT, "product_indicator"),
        (InteractionMethod.ORTHOGONAL, "orthogonal"),
    ],
)
def test_moderation_equals_seminr(shared_data: Path, method: InteractionMethod, file: str) -> None:
    product = Interaction(factors=("CUSA", "SC"), method=method)
    model, sample = model_of(shared_data, "corp_rep_moderation", measured=Measured.COMPOSITE, interactions=(product,))
    fits = estimate(model, sample, np.ones((1, sample.n)), Options())
    found = reference(shared_data, f"seminr/corprep_moderation_{file}")
    names = fits.layout.constructs
    # That engine lets an interaction's score keep the product's deviation.
    assert fits.structure.paths[0] / fits.spread[0][:, None] == pytest.approx(
        table(found["path_coef"], names, names), abs=1e-9
    )
    r2 = found["r2"]["values"][0]
    for name, value in zip(found["r2"]["cols"], r2, strict=True):
        assert fits.structure.r2[0, names.index(name)] == pytest.approx(value, abs=1e-9)
