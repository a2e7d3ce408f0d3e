"""What a moderated effect is at chosen values of the moderator (docs/methods/moderation.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product as every

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.estimate import Fits
from safar.domain.path_model import Interaction

AT = (-1.0, 0.0, 1.0)
"""Where moderators stand, in deviations from their mean."""


def simple_slopes(
    fits: Fits, interactions: Sequence[Interaction], source: str, target: str, at: Mapping[str, float]
) -> NDArray[np.float64]:
    """The effect [B] of `source` on `target` where other constructs have these scores, in deviations from their mean.

    Constructs that are not named are at their mean. A quadratic term's own construct may be named too. Exact for
    two-stage interactions; for products of items and their residuals the product of scores stands for them.
    """
    names = fits.layout.constructs
    place = names.index(target)
    slope = fits.structure.paths[:, names.index(source), place].copy()
    for one in interactions:
        times = Counter(one.factors)
        if one.name not in names or not times[source]:
            continue
        product = names.index(one.name)
        others = times[source] * at.get(source, 0.0) ** (times[source] - 1) if times[source] > 1 else 1.0
        for name, power in times.items():
            if name != source:
                others *= at.get(name, 0.0) ** power
        slope += fits.structure.paths[:, product, place] / fits.spread[:, product] * others
    return np.asarray(slope)


@dataclass(frozen=True, slots=True)
class SlopePlace:
    """Whose effect on whom is told, by which interaction, and where the moderators stand, in deviations."""

    interaction: str
    source: str
    target: str
    at: tuple[tuple[str, float], ...]


def slope_places(fits: Fits) -> tuple[SlopePlace, ...]:
    """Of each interaction and each construct that it acts on: its first factor's slope, the others at -1, 0 and 1.

    Of a quadratic term the construct itself stands there.
    """
    names = fits.layout.constructs
    found = []
    for place, name in enumerate(names):
        if "*" not in name:
            continue
        source, *others = name.split("*")
        moderators = tuple(dict.fromkeys(others))
        found += [
            SlopePlace(name, source, names[target], tuple(zip(moderators, at, strict=True)))
            for target in np.flatnonzero(fits.layout.paths[place])
            for at in every(AT, repeat=len(moderators))
        ]
    return tuple(found)


def slopes_of(fits: Fits) -> NDArray[np.float64]:
    """The slopes [B, k] at `slope_places`."""
    interactions = [Interaction(factors=tuple(name.split("*"))) for name in fits.layout.constructs if "*" in name]
    places = slope_places(fits)
    if not places:
        return np.empty((len(fits.correlations), 0))
    return np.stack([simple_slopes(fits, interactions, one.source, one.target, dict(one.at)) for one in places], axis=1)
