"""The importance-performance map: against another engine's, by hand, and its errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.importance import BadScale, Weighing, importance_map
from safar.analysis.path_model.moments import Sample
from safar.domain.path_model import BadPathModel, Construct, HigherOrder, Interaction, Measured, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.plain_pls import measured
from tests.analysis.path_model.reference_kit import model_of, reference
from tests.analysis.test_method_pages import worked


def test_equals_seminr(shared_data: Path) -> None:
    """Provenance: assess_ipma of seminrExtras 1.0.3, which takes weights of standardized items for the answers."""
    model, sample = model_of(shared_data, "corp_rep_extended", measured=Measured.COMPOSITE)
    told = reference(shared_data, "advanced/ipma_corprep_CUSL")["r"]
    found = importance_map(
        model, sample, Options(), target="CUSL", scales=dict.fromkeys(model.items, (1.0, 7.0)),
        weighing=Weighing.STANDARDIZED,
    )  # fmt: skip
    assert {one.construct: one.importance for one in found.places} == pytest.approx(told["importance_unstd"], abs=1e-9)
    assert {one.construct: one.importance_standardized for one in found.places} == pytest.approx(
        told["importance_std"], abs=1e-9
    )
    assert {one.construct: one.performance for one in found.places} == pytest.approx(told["performance"], abs=1e-9)
    assert [one.construct for one in found.places if one.negative] == [told["negative_weight_constructs"]]


def _construct(name: str) -> Construct:
    return Construct(name=name, items=tuple(f"{name}{i}" for i in range(2)), measured=Measured.COMPOSITE)


def _rows(n: int, seed: int) -> np.ndarray:
    chance = np.random.default_rng(seed)
    x = chance.normal(size=n)
    m = 0.5 * x + 0.8 * chance.normal(size=n)
    y = 0.5 * m + 0.3 * x + 0.7 * chance.normal(size=n)
    rows = np.hstack([measured(score / score.std(), 2, chance) for score in (x, m, y)])
    return np.clip(np.round(4 + 1.3 * rows * [1, 0.5, 1, 1, 1, 2]), 1, 7)


MODEL = PathModel(
    name="map",
    constructs=tuple(_construct(name) for name in "xmy"),
    paths=(Claim(source="x", target="m"), Claim(source="x", target="y"), Claim(source="m", target="y")),
)
SCALES = dict.fromkeys(MODEL.items, (1.0, 7.0))


def test_one_point_moves_as_many_as_it_says() -> None:
    """Regression of the rescaled scores on each other gives the same unstandardized effects."""
    sample = Sample(_rows(300, 1), np.ones(300))
    found = {one.construct: one for one in importance_map(MODEL, sample, Options(), target="y", scales=SCALES).places}
    fits = estimate(MODEL, sample, np.ones((1, 300)), Options())
    own = fits.weights.weights[0] / sample.rows.std(axis=0, ddof=1)
    rescaled = (sample.rows - 1) / 6 * 100
    x, m, y = (rescaled[:, 2 * k : 2 * k + 2] @ own[2 * k : 2 * k + 2] / own[2 * k : 2 * k + 2].sum() for k in range(3))
    ones = np.ones(300)
    direct = np.linalg.lstsq(np.column_stack([ones, x, m]), y, rcond=None)[0]
    first = np.linalg.lstsq(np.column_stack([ones, x]), m, rcond=None)[0]
    assert found["m"].importance == pytest.approx(direct[2], abs=1e-9)
    assert found["x"].importance == pytest.approx(direct[1] + first[1] * direct[2], abs=1e-9)
    assert found["x"].performance == pytest.approx(x.mean())
    assert sum(item.importance for item in found["x"].items) == pytest.approx(found["x"].importance)
    assert [item.performance for item in found["x"].items] == pytest.approx(rescaled[:, :2].mean(axis=0))


def test_higher_order_is_scored_from_its_parts_items_and_interactions_are_left_out() -> None:
    chance = np.random.default_rng(2)
    rows = np.hstack([_rows(300, 2), np.clip(np.round(4 + chance.normal(size=(300, 2))), 1, 7)])
    model = PathModel(
        name="higher",
        constructs=tuple(_construct(name) for name in "xmyw"),
        higher_orders=(HigherOrder(name="h", parts=("x", "m")),),
        interactions=(Interaction(factors=("h", "w")),),
        paths=tuple(Claim(source=a, target="y") for a in ("h", "w", "h*w")),
    )
    found = importance_map(
        model, Sample(rows, np.ones(300)), Options(), target="y", scales=dict.fromkeys(model.items, (1.0, 7.0))
    )
    by_name = {one.construct: one for one in found.places}
    assert found.left_out == ("h*w",)
    assert {item.item for item in by_name["h"].items} == {"x0", "x1", "m0", "m1"}
    assert 0 < by_name["h"].performance < 100


def test_errors_name_the_item_or_target() -> None:
    sample = Sample(_rows(50, 3), np.ones(50))
    with pytest.raises(BadScale, match="'x0'"):
        importance_map(MODEL, sample, Options(), target="y", scales=SCALES | {"x0": (1.0, 3.0)})
    with pytest.raises(BadScale, match="'y1' has no scale"):
        importance_map(MODEL, sample, Options(), target="y", scales={k: v for k, v in SCALES.items() if k != "y1"})
    with pytest.raises(BadPathModel, match="'x'"):
        importance_map(MODEL, sample, Options(), target="x", scales=SCALES)


def test_worked_table() -> None:
    for row in worked("importance"):
        weights = np.array([float(row["weight a"]), float(row["weight b"])])
        own = weights / [float(row["deviation a"]), float(row["deviation b"])]
        own /= own.sum()
        means = (np.array([float(row["mean a"]), float(row["mean b"])]) - 1) / 6 * 100
        assert row["performance"] == f"{own @ means:.1f}"
