"""A path model as index arrays: what the estimation loops over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from safar.domain.path_model import Measured, Mode

Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Layout:
    """Items stand block by block: construct j's items are `starts[j]` to `starts[j + 1]`.

    order: positions of constructs, causes first. sources: for each endogenous position, what acts on it.
    """

    items: tuple[str, ...]
    constructs: tuple[str, ...]
    starts: Indices
    modes: tuple[Mode, ...]
    measured: tuple[Measured, ...]
    sources: Mapping[int, Indices]

    @property
    def n_items(self) -> int:
        """How many items there are."""
        return len(self.items)

    @property
    def n_constructs(self) -> int:
        """How many constructs there are."""
        return len(self.constructs)

    @cached_property
    def owner(self) -> Indices:
        """Each item's construct, [p]."""
        return np.repeat(np.arange(self.n_constructs), np.diff(self.starts))

    @cached_property
    def paths(self) -> NDArray[np.bool_]:
        """[J, J]; [i, j]: i acts on j."""
        found = np.zeros((self.n_constructs, self.n_constructs), dtype=bool)
        for target, sources in self.sources.items():
            found[sources, target] = True
        return found

    @cached_property
    def sizes(self) -> Indices:
        """Items of each construct, [J]."""
        return np.diff(self.starts)

    @cached_property
    def corrected(self) -> NDArray[np.bool_]:
        """[J]: what consistent estimation corrects for: common factors with several items."""
        factor = np.array([one is Measured.FACTOR for one in self.measured])
        found: NDArray[np.bool_] = factor & (self.sizes > 1)
        return found

    def block(self, construct: int) -> slice:
        """Where a construct's items stand."""
        return slice(int(self.starts[construct]), int(self.starts[construct + 1]))


class Block(NamedTuple):
    """A construct with its items."""

    name: str
    items: Sequence[str]
    mode: Mode
    measured: Measured


def lay_out(blocks: Sequence[Block], paths: Sequence[tuple[str, str]]) -> Layout:
    """The index arrays of a model. paths: (source, target)."""
    names = [block.name for block in blocks]
    position = {name: index for index, name in enumerate(names)}
    sources: dict[int, list[int]] = {}
    for source, target in paths:
        sources.setdefault(position[target], []).append(position[source])
    return Layout(
        items=tuple(item for block in blocks for item in block.items),
        constructs=tuple(names),
        starts=np.cumsum([0, *(len(block.items) for block in blocks)]),
        modes=tuple(block.mode for block in blocks),
        measured=tuple(block.measured for block in blocks),
        sources={target: np.array(found, dtype=np.intp) for target, found in sources.items()},
    )
