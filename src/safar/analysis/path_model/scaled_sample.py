"""Answers some of which are categories: ordered ones, or names. What a category is worth is found in estimation.

Source: docs/methods/nonmetric-items.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.layout import Indices
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.stacks import Stack
from safar.domain.item_level import Level

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """The categories of the item in one column: its codes are their places, 0 to K - 1, in their order (of names: in
    any order, which no estimate depends on)."""

    column: int
    item: str
    level: Level
    categories: tuple[str, ...]


@dataclass(frozen=True)
class ScaledSample(Sample):
    """A sample with categories: rows hold numbers, and codes of categories in the columns of `scales`. No gaps."""

    scales: tuple[Scale, ...]

    def __post_init__(self) -> None:
        if self.has_gaps or not self.scales:
            raise ValueError("a scaled sample has categories, and complete rows")

    @cached_property
    def widths(self) -> Indices:
        """Columns of `spread_out` that each item has, [p]."""
        widths = np.ones(self.rows.shape[1], dtype=np.intp)
        for scale in self.scales:
            widths[scale.column] = len(scale.categories)
        return widths

    @cached_property
    def starts(self) -> Indices:
        """Where each item's columns begin, [p + 1]."""
        return np.concatenate([[0], np.cumsum(self.widths)])

    @cached_property
    def spread_out(self) -> Values:
        """[n, P]: standardized numbers; of an item with categories a column each, 1 where a row has it."""
        found = np.zeros((self.n, int(self.starts[-1])))
        of_names = {scale.column for scale in self.scales}
        for column in range(self.rows.shape[1]):
            begin = int(self.starts[column])
            if column in of_names:
                found[np.arange(self.n), begin + self.rows[:, column].astype(np.intp)] = 1.0
            else:
                found[:, begin] = self.standardized[:, column]
        return found

    @cached_property
    def counts(self) -> tuple[NDArray[np.int64], ...]:
        """How many rows each category has, item by item of `scales`."""
        return tuple(
            np.bincount(self.rows[:, scale.column].astype(np.intp), minlength=len(scale.categories))
            for scale in self.scales
        )

    def columns(self, values: Stack) -> Stack:
        """Each row's numbers [B, n, p] where each of the columns of `spread_out` is worth values [B, P]."""
        found = np.empty((len(values), *self.rows.shape))
        of_names = {scale.column for scale in self.scales}
        for column in range(self.rows.shape[1]):
            begin = int(self.starts[column])
            if column in of_names:
                found[:, :, column] = values[:, begin + self.rows[:, column].astype(np.intp)]
            else:
                found[:, :, column] = values[:, begin, None] * self.spread_out[:, begin]
        return found

    @cached_property
    def start(self) -> Values:
        """What the columns are worth where the iteration begins, [P]: of ordered categories their places; of names the
        means, category by category, of the first principal component of all columns (names as indicators over the root
        of their shares), so that it depends on no way of numbering them.
        """
        shares = self.case_weights / self.case_weights.sum()
        spread = self.spread_out - shares @ self.spread_out
        metric, signs = spread.copy(), np.zeros(spread.shape[1])
        found = np.ones(spread.shape[1])
        named: list[slice] = []
        for scale in self.scales:
            block = slice(int(self.starts[scale.column]), int(self.starts[scale.column + 1]))
            if scale.level is Level.NOMINAL:
                metric[:, block] /= np.sqrt(np.maximum(shares @ self.spread_out[:, block], 1e-12))
                named.append(block)
                continue
            found[block] = places = np.arange(block.stop - block.start, dtype=np.float64)
            one = spread[:, block] @ places
            metric[:, block] = 0.0
            metric[:, block.start] = one / np.sqrt(shares @ one**2)
        if not named:
            return found
        signs[[int(self.starts[k]) for k in range(len(self.widths))]] = 1.0
        for block in named:
            signs[block] = 0.0
        _, vectors = np.linalg.eigh((metric * shares[:, None]).T @ metric)
        first = vectors[:, -1]
        # An eigenvector has no sign of its own; turning all names together turns nothing where there are only names.
        component = metric @ (first * (-1.0 if first @ signs < 0 else 1.0))
        for block in named:
            held = self.spread_out[:, block]
            found[block] = (held * (shares * component)[:, None]).sum(axis=0) / np.maximum(shares @ held, 1e-12)
        return found
