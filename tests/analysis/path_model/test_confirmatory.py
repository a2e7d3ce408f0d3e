"""Confirmatory factor analysis: against lavaan, and on items whose truth is known."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from safar.analysis.path_model.confirmatory import FactorsNotFound, NoFactorAnalysis, confirm
from safar.analysis.path_model.simulate import draw
from safar.domain.path_model import Construct
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.populations import three_factors
from tests.analysis.path_model.reference_kit import model_of, reference


def test_equals_lavaan(shared_data: Path) -> None:
    """Provenance: lavaan 0.6-14 in R 4.2.2, maximum likelihood. The two optimizers end 3e-4 apart in one loading."""
    model, sample = model_of(shared_data, "satisfaction")
    told = reference(shared_data, "../reference/satisfaction_psych_lavaan")["cfa"]
    found = confirm(model, sample.correlations[0], sample.n)
    loadings = {row["rhs"]: row["est.std"] for row in told["std"] if row["op"] == "=~"}
    assert dict(zip(model.items, found.loadings, strict=True)) == pytest.approx(loadings, abs=3e-4)
    names = [one.name for one in model.constructs]
    pairs = {(row["lhs"], row["rhs"]): row["est.std"] for row in told["std"] if row["op"] == "~~"}
    for i, first in enumerate(names):
        for j in range(i + 1, len(names)):
            assert found.correlations[i, j] == pytest.approx(pairs[first, names[j]], abs=3e-4)
    fit = told["fit"]
    assert found.df == fit["df"]
    assert [found.cfi, found.tli, found.rmsea, found.srmr] == pytest.approx(
        [fit["cfi"], fit["tli"], fit["rmsea"], fit["srmr"]], abs=3e-4
    )
    assert found.chi_square == pytest.approx(fit["chisq"], rel=3e-4)


def test_finds_the_population() -> None:
    truth = three_factors()
    found = confirm(truth.model, truth.item_correlations(), 400)
    assert found.loadings == pytest.approx(list(truth.loadings.values()), abs=1e-3)
    assert found.correlations == pytest.approx(truth.construct_correlations(), abs=1e-3)
    assert found.chi_square == pytest.approx(0, abs=0.01)
    assert (found.cfi, found.rmsea) == (1, 0)
    assert found.admissible
    rows = draw(truth, 400, seed=3)
    drawn = confirm(truth.model, np.asarray(np.corrcoef(rows.T)), 400)
    assert drawn.p_value > 0.001
    assert drawn.loadings == pytest.approx(list(truth.loadings.values()), abs=0.12)


def test_single_items_stand_for_themselves() -> None:
    truth = three_factors()
    single = Construct(name="single", items=("y11",))
    model = replace(
        truth.model,
        constructs=(single, *truth.model.constructs[1:]),
        paths=(Claim(source="single", target="eta2"), Claim(source="eta2", target="eta3")),
    )
    places = [0, *range(3, 9)]
    found = confirm(model, truth.item_correlations()[np.ix_(places, places)], 300)
    assert found.loadings[0] == 1
    # An item correlates with a construct as much as its loading lets it.
    assert found.correlations[0, 1] == pytest.approx(0.7 * 0.6, abs=1e-3)
    assert found.df == 7 * 6 // 2 - 6 - 3


def test_what_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = three_factors()
    with pytest.raises(FactorsNotFound):
        confirm(truth.model, np.full((9, 9), np.nan), 100)
    monkeypatch.setitem(sys.modules, "semopy", None)
    with pytest.raises(NoFactorAnalysis, match="semopy"):
        confirm(truth.model, truth.item_correlations(), 100)
