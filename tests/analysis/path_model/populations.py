"""Populations that the tests of path models draw from."""

from __future__ import annotations

from safar.analysis.path_model.simulate import Population
from safar.domain.path_model import Construct, Measured, Mode, PathModel
from safar.domain.path_model import Path as Claim


def three_factors() -> Population:
    """The published population of three common factors (Schuberth, Rademaker and Henseler's `threecommonfactors`)."""
    constructs = tuple(Construct(name=f"eta{j}", items=tuple(f"y{j}{i}" for i in (1, 2, 3))) for j in (1, 2, 3))
    paths = {("eta1", "eta2"): 0.6, ("eta1", "eta3"): 0.4, ("eta2", "eta3"): 0.35}
    values = (0.7, 0.7, 0.7, 0.5, 0.7, 0.8, 0.8, 0.75, 0.7)
    model = PathModel(
        name="three factors",
        constructs=constructs,
        paths=tuple(Claim(source=source, target=target) for source, target in paths),
    )
    return Population(model=model, paths=paths, loadings=dict(zip(model.items, values, strict=True)))


def two_composites() -> Population:
    """A composite of three parts acts on another."""
    model = PathModel(
        name="two composites",
        constructs=tuple(
            Construct(name=name, items=tuple(f"{name}{i}" for i in (1, 2, 3)), measured=Measured.COMPOSITE, mode=Mode.B)
            for name in ("a", "b")
        ),
        paths=(Claim(source="a", target="b"),),
    )
    weights = {"a1": 0.6, "a2": 0.3, "a3": 0.2, "b1": 0.2, "b2": 0.5, "b3": 0.4}
    return Population(model=model, paths={("a", "b"): 0.5}, weights=weights, within={"a": 0.3, "b": 0.4})
