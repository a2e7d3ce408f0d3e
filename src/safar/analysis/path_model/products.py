"""Columns that are made in every resample anew: products of items or of scores, and their correlations with the items.

All are worked out from the rows of one sample and from how often each resample holds each row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from safar.analysis.path_model.moments import CONSTANT, Sample
from safar.analysis.path_model.stacks import Stack, solve


@dataclass(frozen=True)
class Columns:
    """Columns of a stack of B resamples: values [B, n, m], and the part of it that stands for how often, [B, n].

    deviations: [B, m], of each column (of n - 1). among: [B, m, m] and across: [B, p, m], correlations of the columns
    with each other and with the sample's items.
    """

    values: Stack
    deviations: Stack
    among: Stack
    across: Stack


@dataclass(frozen=True)
class Drawn:
    """What part of each of B resamples each row is, [B, n], and how many rows each has, [B]."""

    shares: Stack
    total: Stack

    def means(self, values: Stack) -> Stack:
        """Of columns [B, n, m]: [B, m]."""
        found: Stack = np.einsum("bn,bnm->bm", self.shares, values)
        return found

    def standardized(self, values: Stack) -> Stack:
        """Columns [B, n, m] brought to mean zero and deviation one (of n - 1) in each resample."""
        centered: Stack = values - self.means(values)[:, None, :]
        variance = self.means(centered**2) * (self.total / (self.total - 1))[:, None]
        # A column that does not vary has the variance of rounding, not of zero.
        variance[variance <= CONSTANT] = np.nan
        return np.asarray(centered / np.sqrt(variance)[:, None, :])


def drawn(sample: Sample, counts: Stack) -> Drawn:
    """The resamples of a sample; counts: [B, n], how often each row is in each."""
    weighted = counts * sample.case_weights
    total = weighted.sum(axis=1)
    return Drawn(weighted / total[:, None], total)


def describe(values: Stack, items: Stack, of: Drawn) -> Columns:
    """Columns [B, n, m] with their correlations; items: [B, n, p], standardized in each resample."""
    columns = of.standardized(values)
    # Deviations of n - 1 on both sides: their product is brought back to parts of the whole.
    weighted = (of.shares * (of.total / (of.total - 1))[:, None])[:, :, None] * columns
    centered = values - of.means(values)[:, None, :]
    return Columns(
        values=values,
        deviations=np.sqrt(of.means(centered**2) * (of.total / (of.total - 1))[:, None]),
        among=np.matmul(columns.transpose(0, 2, 1), weighted),
        across=np.matmul(items.transpose(0, 2, 1), weighted),
    )


def residuals(values: Stack, on: Stack, of: Drawn) -> Stack:
    """What is left of columns [B, n, m] after regression on standardized columns [B, n, k] (and a constant)."""
    centered = values - of.means(values)[:, None, :]
    weighted = of.shares[:, :, None] * on
    slopes = solve(np.matmul(weighted.transpose(0, 2, 1), on), np.matmul(weighted.transpose(0, 2, 1), centered))
    left: Stack = centered - np.matmul(on, slopes)
    return left
