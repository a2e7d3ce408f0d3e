"""What a moderated effect is at chosen values of the moderator (docs/methods/moderation.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.estimate import Fits
from safar.domain.path_model import Interaction


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
