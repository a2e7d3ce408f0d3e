"""The worked table of docs/methods/path-models.md: every figure computed again from the correlations of its row."""

from __future__ import annotations

import numpy as np
import pytest

from safar.analysis.path_model.estimate import Fits
from safar.analysis.path_model.layout import Block, lay_out
from safar.analysis.path_model.quality import antecedent_vif, effect_sizes
from safar.analysis.path_model.structure import Structure, regress
from safar.analysis.path_model.weights import find_weights
from safar.domain.path_model import Measured, Mode
from tests.analysis.test_method_pages import worked


@pytest.mark.parametrize("row", worked("path-models"), ids=lambda row: row["r(X, Y)"])
def test_worked_table(row: dict[str, str]) -> None:
    xy, zy, xz = (float(row[name]) for name in ("r(X, Y)", "r(Z, Y)", "r(X, Z)"))
    correlations = np.array([[[1, xz, xy], [xz, 1, zy], [xy, zy, 1]]])
    layout = lay_out(
        [Block(name, (name.lower(),), Mode.A, Measured.FACTOR) for name in "XZY"], [("X", "Y"), ("Z", "Y")]
    )
    weights = find_weights(correlations, layout)  # single items: scores are the items
    paths, r2 = regress(weights.scores, layout)
    structure = Structure(np.ones((1, 3)), np.ones((1, 3)), weights.scores, paths, r2, np.array([True]))
    fits = Fits(layout=layout, correlations=correlations, weights=weights, structure=structure, spread=np.ones((1, 3)))
    assert {
        "X → Y": f"{paths[0, 0, 2]:.3f}",
        "Z → Y": f"{paths[0, 1, 2]:.3f}",
        "R²": f"{r2[0, 2]:.3f}",
        "VIF": f"{antecedent_vif(fits)[0, 0, 2]:.2f}",
        "f² of X": f"{effect_sizes(fits)[0, 0, 2]:.3f}",
    } == {name: row[name].replace("−", "-") for name in list(row)[3:]}
