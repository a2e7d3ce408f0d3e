"""Simulated answers in the situation of the relief paper: its structure, never its truth.

From the paper (Eghbali 2021) are: five measured constructs and the five arrows between them, 320 answers on five
points, 17 items (as 136 degrees of freedom imply), mean and deviation of each construct's answers, its mean loading,
and the R² of the three constructs that an arrow leads to. How many items a construct has, how they share its mean
loading, and the correlation of the two constructs that nothing leads to, are ours. Unit: points of a scale of 1 to 5.
Nothing is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import root
from scipy.special import ndtr

from safar.analysis.path_model.simulate import Population, coarsen, draw
from safar.domain.path_model import Construct, Path, PathModel

ROWS = 320
POINTS = 5


@dataclass(frozen=True, slots=True)
class Reported:
    """Of a construct, what tables 9 and 10 of the paper print; loadings: of our items, with the paper's mean."""

    mean: float
    deviation: float
    loadings: tuple[float, ...]


REPORTED = {
    "satisfaction": Reported(4.15, 0.79, (0.59, 0.63, 0.67, 0.71)),
    "experience": Reported(4.02, 0.80, (0.70, 0.75, 0.80)),
    "support": Reported(4.03, 0.80, (0.84, 0.87, 0.90)),
    "strategy": Reported(4.10, 0.74, (0.79, 0.82, 0.85)),
    "loyalty": Reported(4.16, 0.72, (0.63, 0.67, 0.71, 0.75)),
}
R2 = {"experience": 0.780, "support": 0.863, "loyalty": 0.823}
"""Table 12; the R² that it prints of satisfaction and strategy, to which no arrow leads, mean nothing."""
_TOGETHER = 0.5
_COARSE = 0.93
"""About what five points with a crowded upper end leave of a correlation's root."""


def relief_model() -> PathModel:
    """The arrows of table 11, all expected to be positive."""
    pairs = (
        ("satisfaction", "experience"),
        ("experience", "loyalty"),
        ("experience", "support"),
        ("support", "loyalty"),
        ("strategy", "loyalty"),
    )
    return PathModel(
        name="Relief services",
        constructs=tuple(
            Construct(name=name, items=tuple(f"{name[:3]}{k}" for k in range(1, len(told.loadings) + 1)))
            for name, told in REPORTED.items()
        ),
        paths=tuple(
            Path(source=source, target=target, sign=1, hypothesis=f"H{k}")
            for k, (source, target) in enumerate(pairs, 1)
        ),
    )


def relief_population() -> Population:
    """What is true of the simulated people: paths that explain just the R² of the paper."""
    to_experience, to_support = sqrt(R2["experience"]), sqrt(R2["support"])
    of_strategy = _TOGETHER * to_experience
    among = np.array(
        [
            [1, to_support, of_strategy],
            [to_support, 1, of_strategy * to_support],
            [of_strategy, of_strategy * to_support, 1],
        ]
    )
    shares = np.array([0.40, 0.35, 0.30])
    to_loyalty = shares * sqrt(R2["loyalty"] / (shares @ among @ shares))
    model = relief_model()
    return Population(
        model=model,
        paths={
            ("satisfaction", "experience"): to_experience,
            ("experience", "support"): to_support,
            ("experience", "loyalty"): float(to_loyalty[0]),
            ("support", "loyalty"): float(to_loyalty[1]),
            ("strategy", "loyalty"): float(to_loyalty[2]),
        },
        loadings={
            item: value / _COARSE
            for one in model.constructs
            for item, value in zip(one.items, REPORTED[one.name].loadings, strict=True)
        },
        correlations={("satisfaction", "strategy"): _TOGETHER},
    )


def relief_answers(*, seed: int, rows: int = ROWS) -> dict[str, NDArray[np.float64]]:
    """Answers by item. The same seed draws the same."""
    population = relief_population()
    drawn = draw(population, rows, seed=seed)
    found: dict[str, NDArray[np.float64]] = {}
    for place, item in enumerate(population.model.items):
        told = next(REPORTED[one.name] for one in population.model.constructs if item in one.items)
        found[item] = coarsen(drawn[:, place], _thresholds(told))
    return found


def _thresholds(told: Reported) -> tuple[float, ...]:
    """Where a standard normal variable is cut: answers then have this mean, and the mean of all items this deviation.

    The cuts are those of a normal variable that is rounded to the points of the scale.
    """
    k, shared = len(told.loadings), np.mean(told.loadings) ** 2
    deviation = told.deviation / sqrt((1 + (k - 1) * shared) / k)
    points = np.arange(1, POINTS + 1)

    def cuts(center: float, spread: float) -> NDArray[np.float64]:
        return np.asarray((points[:-1] + 0.5 - center) / spread, dtype=np.float64)

    def apart(guess: NDArray[np.float64]) -> list[float]:
        chances = np.diff(ndtr(cuts(guess[0], np.exp(guess[1]))), prepend=0.0, append=1.0)
        mean = float(chances @ points)
        return [mean - told.mean, float(np.sqrt(chances @ (points - mean) ** 2)) - deviation]

    center, spread = root(apart, [told.mean + 0.3, np.log(deviation * 1.3)]).x
    return tuple(float(value) for value in cuts(center, np.exp(spread)))
