"""Effects along the ways of a model: direct, through each chain of mediators, total, and what kind of mediation it is.

From paths and their replicates alone, so that one bootstrap serves all of it (docs/methods/mediation.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from safar.analysis.path_model.intervals import IntervalMethod, acceleration_of, interval, p_value
from safar.analysis.path_model.layout import Layout
from safar.analysis.path_model.stacks import Stack
from safar.domain.path_model import BadPathModel

MOST_WAYS = 10_000


class TooManyWays(BadPathModel):
    """A model has more chains of mediators than can be told apart."""

    code = "path-model.too-many-ways"
    next_step = "Ask for total effects only, or take paths out of the model."


class Kind(StrEnum):
    """What a mediator does to an effect (Zhao, Lynch and Chen 2010)."""

    COMPLEMENTARY = "complementary"
    COMPETITIVE = "competitive"
    INDIRECT_ONLY = "indirect-only"
    DIRECT_ONLY = "direct-only"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect with its interval. p: two-sided, from the replicates."""

    estimate: float
    low: float
    high: float
    p: float

    @property
    def there(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Way:
    """A chain of constructs, and the product of the paths along it."""

    constructs: tuple[str, ...]
    effect: Effect


@dataclass(frozen=True, slots=True)
class Mediation:
    """What one construct does to another that it also reaches, or reaches only, through others.

    direct: None where the model has no such path. indirect: all ways together. share: indirect over total (the
    "variance accounted for"), None unless both parts point the same way.
    """

    source: str
    target: str
    direct: Effect | None
    indirect: Effect
    total: Effect
    ways: tuple[Way, ...]
    kind: Kind
    share: float | None


def find_ways(layout: Layout) -> tuple[tuple[int, ...], ...]:
    """All chains of three constructs or more, as positions, in the order of their sources. Raises: TooManyWays."""
    targets = {int(i): np.flatnonzero(layout.paths[i]) for i in range(layout.n_constructs)}
    found: list[tuple[int, ...]] = []
    for start in range(layout.n_constructs):
        for way in _chains((start,), targets):
            found.append(way)
            if len(found) > MOST_WAYS:
                raise TooManyWays(f"The model has more than {MOST_WAYS:,} chains of mediators.")
    return tuple(found)


def _chains(begun: tuple[int, ...], targets: dict[int, np.typing.NDArray[np.intp]]) -> Iterator[tuple[int, ...]]:
    for target in targets[begun[-1]]:
        way = (*begun, int(target))
        if len(way) > 2:
            yield way
        yield from _chains(way, targets)


def way_effects(paths: Stack, ways: tuple[tuple[int, ...], ...]) -> Stack:
    """Products of paths [B, J, J] along each way: [B, W]."""
    found = np.ones((len(paths), len(ways)))
    for k, way in enumerate(ways):
        for source, target in pairwise(way):
            found[:, k] *= paths[:, source, target]
    return found


def mediations(
    layout: Layout,
    paths: Stack,
    replicates: Stack,
    *,
    n: int,
    method: IntervalMethod = IntervalMethod.PERCENTILE,
    confidence: float = 0.95,
    left_out: Stack | None = None,
) -> tuple[Mediation, ...]:
    """Every pair of constructs with a mediator between them.

    paths: [1, J, J] of the sample; replicates: [B, J, J]; left_out: [n, J, J], the jackknife's, for BCa.
    """
    ways = find_ways(layout)
    if not ways:
        return ()
    pairs = list(dict.fromkeys((way[0], way[-1]) for way in ways))

    def columns(of: Stack) -> Stack:
        along = way_effects(of, ways)
        indirect = np.stack(
            [along[:, [k for k, w in enumerate(ways) if (w[0], w[-1]) == pair]].sum(axis=1) for pair in pairs], axis=1
        )
        direct = np.stack([of[:, source, target] for source, target in pairs], axis=1)
        return np.concatenate([along, indirect, direct, indirect + direct], axis=1)

    effects = effects_of(
        columns(paths)[0],
        columns(replicates),
        n=n,
        method=method,
        confidence=confidence,
        left_out=None if left_out is None else columns(left_out),
    )
    count = len(pairs)
    along, rest = effects[: len(ways)], effects[len(ways) :]
    found = []
    for k, (source, target) in enumerate(pairs):
        indirect, total = rest[k], rest[2 * count + k]
        direct = rest[count + k] if layout.paths[source, target] else None
        here = tuple(
            Way(tuple(layout.constructs[j] for j in way), effect)
            for way, effect in zip(ways, along, strict=True)
            if (way[0], way[-1]) == (source, target)
        )
        found.append(
            Mediation(
                source=layout.constructs[source],
                target=layout.constructs[target],
                direct=direct,
                indirect=indirect,
                total=total,
                ways=here,
                kind=kind_of(direct, indirect),
                share=share_of(None if direct is None else direct.estimate, indirect.estimate),
            )
        )
    return tuple(found)


def kind_of(direct: Effect | None, indirect: Effect) -> Kind:
    """The kind of mediation, from which of the two intervals leave zero out."""
    if direct is None or not direct.there:
        return Kind.INDIRECT_ONLY if indirect.there else Kind.NONE
    if not indirect.there:
        return Kind.DIRECT_ONLY
    return Kind.COMPLEMENTARY if direct.estimate * indirect.estimate > 0 else Kind.COMPETITIVE


def share_of(direct: float | None, indirect: float) -> float | None:
    """Indirect over total; None where the two point different ways, or the model has no direct path to share with."""
    return None if direct is None or not direct * indirect > 0 else indirect / (indirect + direct)


def effects_of(
    estimates: Stack,
    replicates: Stack,
    *,
    n: int,
    method: IntervalMethod = IntervalMethod.PERCENTILE,
    confidence: float = 0.95,
    left_out: Stack | None = None,
) -> list[Effect]:
    """Estimates [k] with their intervals from replicates [B, k]."""
    acceleration = None if left_out is None else acceleration_of(left_out)
    low, high = interval(replicates, estimates, method=method, confidence=confidence, n=n, acceleration=acceleration)
    p = p_value(replicates)
    return [Effect(float(estimates[k]), float(low[k]), float(high[k]), float(p[k])) for k in range(len(estimates))]
