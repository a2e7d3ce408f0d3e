"""Mediation: chains, totals, kinds, on simulated answers and on chosen numbers."""

from __future__ import annotations

import numpy as np
import pytest

from safar.analysis.path_model.bootstrap import bootstrap, jackknife
from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.intervals import IntervalMethod
from safar.analysis.path_model.layout import Block, lay_out
from safar.analysis.path_model.mediation import (
    Effect,
    Kind,
    Mediation,
    TooManyWays,
    find_ways,
    kind_of,
    mediations,
    way_effects,
)
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.structure import total_effects
from safar.domain.path_model import Construct, Measured, Mode, Path, PathModel
from tests.analysis.path_model.plain_pls import measured
from tests.analysis.test_method_pages import worked

CHAIN = [("x", "m"), ("m", "k"), ("k", "y"), ("x", "k"), ("m", "y"), ("x", "y")]


def _model(paths: list[tuple[str, str]], names: str) -> PathModel:
    return PathModel(
        name="simulated",
        constructs=tuple(Construct(name=name, items=tuple(f"{name}{i}" for i in range(3))) for name in names),
        paths=tuple(Path(source=a, target=b) for a, b in paths),
    )


def _simulated(n: int, seed: int, *, direct: float) -> Sample:
    """x -> m -> y and x -> y: 0.6, 0.5 and `direct`."""
    chance = np.random.default_rng(seed)
    x = chance.normal(size=n)
    m = 0.6 * x + 0.8 * chance.normal(size=n)
    y = 0.5 * m + direct * x + 0.6 * chance.normal(size=n)
    rows = np.hstack([measured(score / score.std(), 3, chance, loading=0.95) for score in (x, m, y)])
    return Sample(rows, np.ones(n))


def test_ways_are_all_chains_and_add_up() -> None:
    layout = lay_out([Block(name, (name,), Mode.A, Measured.FACTOR) for name in "xmky"], CHAIN)
    ways = find_ways(layout)
    told = {"".join(layout.constructs[j] for j in way) for way in ways}
    assert told == {"xmk", "xmy", "xky", "xmky", "mky"}
    paths = np.triu(np.random.default_rng(1).normal(size=(5, 4, 4)), 1) * layout.paths
    along = way_effects(paths, ways)
    from_x = along[:, [k for k, way in enumerate(ways) if (way[0], way[-1]) == (0, 3)]].sum(axis=1)
    assert from_x + paths[:, 0, 3] == pytest.approx(total_effects(paths)[:, 0, 3], abs=1e-12)


def test_too_many_ways_are_refused() -> None:
    names = [f"c{k:02}" for k in range(18)]
    everything = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    layout = lay_out([Block(name, (name,), Mode.A, Measured.FACTOR) for name in names], everything)
    with pytest.raises(TooManyWays):
        find_ways(layout)


@pytest.mark.parametrize(
    ("direct", "kind"), [(0.4, Kind.COMPLEMENTARY), (0.0, Kind.INDIRECT_ONLY), (-0.5, Kind.COMPETITIVE)]
)
@pytest.mark.parametrize("method", [IntervalMethod.PERCENTILE, IntervalMethod.BCA])
def test_kinds_of_simulated_mediation(direct: float, kind: Kind, method: IntervalMethod) -> None:
    model, sample = _model([("x", "m"), ("m", "y"), ("x", "y")], "xmy"), _simulated(400, 5, direct=direct)
    options = Options()
    fits = estimate(model, sample, np.ones((1, sample.n)), options)
    drawn = bootstrap(model, sample, options, resamples=500, seed=1, keep=lambda f: {"paths": f.structure.paths})
    left = jackknife(model, sample, options, keep=lambda f: {"paths": f.structure.paths})
    (found,) = mediations(
        fits.layout,
        fits.structure.paths,
        drawn.figures["paths"],
        n=sample.n,
        method=method,
        left_out=left.figures["paths"],
    )
    assert (found.source, found.target, found.kind) == ("x", "y", kind)
    assert found.indirect.low < found.indirect.estimate < found.indirect.high
    assert found.direct is not None
    assert found.total.estimate == pytest.approx(found.direct.estimate + found.indirect.estimate)
    (way,) = found.ways
    assert way.constructs == ("x", "m", "y")
    assert way.effect == found.indirect
    assert (found.share is None) is (found.direct.estimate * found.indirect.estimate < 0)


def test_worked_table() -> None:
    def effect(cell: str) -> Effect | None:
        if cell == "no path":
            return None
        estimate, bounds = cell.split(" [")
        low, high = (float(part) for part in bounds.strip("]").split(" to "))
        return Effect(float(estimate), low, high, 0.5)

    for row in worked("mediation"):
        indirect = effect(row["indirect"])
        assert indirect is not None
        assert kind_of(effect(row["direct"]), indirect).value == row["kind"]


def test_no_mediators_no_mediation() -> None:
    layout = lay_out([Block(name, (name,), Mode.A, Measured.FACTOR) for name in "xy"], [("x", "y")])
    found: tuple[Mediation, ...] = mediations(layout, np.zeros((1, 2, 2)), np.zeros((9, 2, 2)), n=10)
    assert found == ()
