"""Rows with a known truth: two chained common factors and a third that both act on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from safar.files.path_model import read_path_model

CHAIN = """
name = "chain"

[[constructs]]
name = "Care"
items = ["care1", "care2", "care3"]

[[constructs]]
name = "Trust"
items = ["trust1", "trust2", "trust3"]

[[constructs]]
name = "Loyalty"
items = ["loyal1", "loyal2", "loyal3"]

[[paths]]
from = "Care"
to = "Trust"
sign = "+"
hypothesis = "H1"

[[paths]]
from = "Trust"
to = "Loyalty"
sign = "+"
hypothesis = "H2"

[[paths]]
from = "Care"
to = "Loyalty"
sign = "-"
hypothesis = "H3"
"""
MODEL = read_path_model(CHAIN)
TRUE = {("Care", "Trust"): 0.6, ("Trust", "Loyalty"): 0.5, ("Care", "Loyalty"): 0.3}
"""So that H3, which expects a negative effect, has the wrong sign."""
LOADING = 0.8
Columns = Mapping[str, NDArray[np.float64]]


def simulated(n: int = 400, *, seed: int = 7, loading: float = LOADING) -> dict[str, NDArray[np.float64]]:
    """Answers [n] by item; factors have variance one, items too."""
    chance = np.random.default_rng(seed)
    care = chance.normal(size=n)
    trust = 0.6 * care + np.sqrt(1 - 0.36) * chance.normal(size=n)
    explained = 0.5**2 + 0.3**2 + 2 * 0.5 * 0.3 * 0.6
    loyal = 0.5 * trust + 0.3 * care + np.sqrt(1 - explained) * chance.normal(size=n)
    return {
        f"{name}{k}": loading * factor + np.sqrt(1 - loading**2) * chance.normal(size=n)
        for name, factor in (("care", care), ("trust", trust), ("loyal", loyal))
        for k in (1, 2, 3)
    }


def likert(columns: Columns, *, points: int = 7) -> dict[str, NDArray[np.float64]]:
    """The same answers on a scale of whole numbers."""
    half = (points + 1) / 2
    return {name: np.clip(np.round(half + 1.3 * values), 1, points) for name, values in columns.items()}
