"""Interactions and higher-order constructs: against a plain computation by stages, and what was simulated."""

from __future__ import annotations

import numpy as np
import pytest

from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.moderation import simple_slopes
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.quality import effect_sizes
from safar.domain.path_model import Construct, HigherOrder, Interaction, InteractionMethod, Path, PathModel
from tests.analysis.path_model.plain_pls import measured, scores_of, slopes, standardized
from tests.analysis.test_method_pages import worked


def _construct(name: str, items: int = 3) -> Construct:
    return Construct(name=name, items=tuple(f"{name}{i}" for i in range(items)))


def _blocks(n: int, seed: int, effect: float) -> dict[str, np.ndarray]:
    """Two parts of x, a moderator m, an outcome y that x moves more the higher m is; and z before x."""
    chance = np.random.default_rng(seed)
    z = chance.normal(size=n)
    x = 0.5 * z + np.sqrt(0.75) * chance.normal(size=n)
    m = chance.normal(size=n)
    y = 0.4 * x + 0.2 * m + effect * x * m + 0.6 * chance.normal(size=n)
    parts = {part: 0.8 * x + 0.6 * chance.normal(size=n) for part in ("p", "q")}
    scores = {"z": z, **parts, "m": m, "y": y / y.std()}
    return {name: measured(score, 3, chance, loading=0.9) for name, score in scores.items()}


def _one(model: PathModel, blocks: dict[str, np.ndarray]) -> Fits:
    rows = np.hstack([blocks[one.name] for one in model.constructs])
    return estimate(model, Sample(rows, np.ones(len(rows))), np.ones((1, len(rows))), Options(tolerance=1e-13))


def test_higher_order_equals_two_plain_stages() -> None:
    blocks = _blocks(200, 3, 0.0)
    model = PathModel(
        name="higher",
        constructs=tuple(_construct(name) for name in blocks),
        higher_orders=(HigherOrder(name="x", parts=("p", "q")),),
        paths=(Path(source="z", target="x"), Path(source="x", target="y"), Path(source="m", target="y")),
    )
    fits = _one(model, blocks)
    first, _ = scores_of(blocks, [("z", "p"), ("z", "q"), ("p", "y"), ("q", "y"), ("m", "y")])
    second_blocks = {name: blocks[name] for name in ("z", "m", "y")}
    second, weights = scores_of(
        {**second_blocks, "x": np.column_stack([first["p"], first["q"]])}, [("z", "x"), ("x", "y"), ("m", "y")]
    )
    names = fits.layout.constructs
    assert fits.structure.paths[0, [names.index("x"), names.index("m")], names.index("y")] == pytest.approx(
        slopes(second, ["x", "m"], "y"), abs=1e-9
    )
    assert fits.structure.paths[0, names.index("z"), names.index("x")] == pytest.approx(
        slopes(second, ["z"], "x")[0], abs=1e-9
    )
    assert fits.weights.weights[0, fits.layout.block(names.index("x"))] == pytest.approx(weights["x"], abs=1e-9)


def test_higher_order_factor_of_an_interaction_equals_three_plain_stages() -> None:
    blocks = _blocks(250, 4, 0.3)
    model = PathModel(
        name="moderated",
        constructs=tuple(_construct(name) for name in blocks),
        higher_orders=(HigherOrder(name="x", parts=("p", "q")),),
        interactions=(Interaction(factors=("x", "m")),),
        paths=tuple(Path(source=a, target=b) for a, b in [("z", "x"), ("x", "y"), ("m", "y"), ("x*m", "y")]),
    )
    fits = _one(model, blocks)
    first, _ = scores_of(blocks, [("z", "p"), ("z", "q"), ("p", "y"), ("q", "y"), ("m", "y")])
    middle_blocks = {"z": blocks["z"], "m": blocks["m"], "y": blocks["y"]}
    middle_blocks["x"] = np.column_stack([first["p"], first["q"]])
    plain = [("z", "x"), ("x", "y"), ("m", "y")]
    middle, _ = scores_of(middle_blocks, plain)
    product = (middle["x"] * middle["m"])[:, None]
    last, _ = scores_of({**middle_blocks, "x*m": product}, [*plain, ("x*m", "y")])
    names = fits.layout.constructs
    places = [names.index(name) for name in ("x", "m", "x*m")]
    assert fits.structure.paths[0, places, names.index("y")] == pytest.approx(
        slopes(last, ["x", "m", "x*m"], "y"), abs=1e-9
    )
    assert fits.spread[0, names.index("x*m")] == pytest.approx(product.std(ddof=1), abs=1e-9)
    assert fits.first is not None
    assert fits.first.first is not None


@pytest.mark.parametrize("method", InteractionMethod)
def test_interaction_of_higher_order_construct_by_every_method(method: InteractionMethod) -> None:
    blocks = _blocks(2_000, 6, 0.3)
    model = PathModel(
        name="moderated",
        constructs=tuple(_construct(name) for name in blocks),
        higher_orders=(HigherOrder(name="x", parts=("p", "q")),),
        interactions=(Interaction(factors=("x", "m"), method=method),),
        paths=tuple(Path(source=a, target=b) for a, b in [("z", "x"), ("x", "y"), ("m", "y"), ("x*m", "y")]),
    )
    fits = _one(model, blocks)
    names = fits.layout.constructs
    assert fits.structure.paths[0, names.index("x*m"), names.index("y")] > 0.15


@pytest.mark.parametrize("method", InteractionMethod)
def test_quadratic_effect_is_found_once(method: InteractionMethod) -> None:
    chance = np.random.default_rng(8)
    x = chance.normal(size=3_000)
    y = 0.4 * x + 0.3 * (x**2 - 1) + 0.5 * chance.normal(size=3_000)
    blocks = {"x": measured(x, 3, chance, loading=0.97), "y": measured(y / y.std(), 3, chance, loading=0.97)}
    squared = Interaction(factors=("x", "x"), method=method)
    model = PathModel(
        name="curved",
        constructs=(_construct("x"), _construct("y")),
        interactions=(squared,),
        paths=(Path(source="x", target="y"), Path(source="x*x", target="y")),
    )
    fits = _one(model, blocks)
    block = fits.layout.block(fits.layout.constructs.index("x*x"))
    assert block.stop - block.start == (1 if method is InteractionMethod.TWO_STAGE else 6)
    steep, flat = (simple_slopes(fits, (squared,), "x", "y", {"x": value})[0] for value in (1.0, -1.0))
    assert steep == pytest.approx((0.4 + 0.6) / y.std(), abs=0.08)
    assert flat == pytest.approx((0.4 - 0.6) / y.std(), abs=0.08)


def test_orthogonal_products_have_nothing_of_their_factors() -> None:
    blocks = _blocks(300, 9, 0.3)
    chosen = {name: blocks[name] for name in ("z", "m", "y")}
    model = PathModel(
        name="orthogonal",
        constructs=tuple(_construct(name) for name in chosen),
        interactions=(Interaction(factors=("z", "m"), method=InteractionMethod.ORTHOGONAL),),
        paths=tuple(Path(source=a, target="y") for a in ("z", "m", "z*m")),
    )
    fits = _one(model, chosen)
    assert np.abs(fits.correlations[0, 9:, :6]).max() < 1e-12
    plain = PathModel(name="plain", constructs=model.constructs, paths=model.paths[:2])
    assert fits.structure.paths[0, :2, 2] == pytest.approx(_one(plain, chosen).structure.paths[0, :2, 2], abs=0.02)


def test_worked_table_of_simple_slopes() -> None:
    chance = np.random.default_rng(11)
    x, m = chance.normal(size=(2, 5_000))
    rows = standardized(np.column_stack([x, m, 0.4 * x + 0.2 * m + 0.3 * x * m + 0.7 * chance.normal(size=5_000)]))
    both = Interaction(factors=("x", "m"))
    model = PathModel(
        name="slopes",
        constructs=tuple(_construct(name, 1) for name in "xmy"),
        interactions=(both,),
        paths=tuple(Path(source=a, target="y") for a in ("x", "m", "x*m")),
    )
    fits = estimate(model, Sample(rows, np.ones(5_000)), np.ones((1, 5_000)), Options())
    for row in worked("moderation"):
        found = simple_slopes(fits, (both,), "x", "y", {"m": float(row["moderator"])})[0]
        assert f"{found:.2f}" == row["slope of x"]
    product = rows[:, 0] * rows[:, 1]
    full = np.column_stack([rows[:, :2], product - product.mean()])
    target = rows[:, 2]

    def explained(x: np.ndarray) -> float:
        left = target - x @ np.linalg.lstsq(x, target, rcond=None)[0]
        return float(1 - left @ left / (target @ target))

    expected = (explained(full) - explained(full[:, :2])) / (1 - explained(full))
    found_f2 = effect_sizes(fits)[0, fits.layout.constructs.index("x*m"), fits.layout.constructs.index("y")]
    assert found_f2 == pytest.approx(expected, abs=1e-9)
