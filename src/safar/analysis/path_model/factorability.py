"""Whether items have enough in common for factors: Kaiser, Meyer and Olkin's measure, Bartlett's test.

Source: docs/methods/factorability.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

Values = NDArray[np.float64]


@dataclass(frozen=True)
class SamplingAdequacy:
    """total, and by item [p]: what part of the squared correlations is not partial, from 0 to 1."""

    total: float
    items: Values


@dataclass(frozen=True)
class Sphericity:
    """Bartlett's test that no items correlate at all."""

    chi_square: float
    df: int
    p_value: float


def sampling_adequacy(correlations: Values) -> SamplingAdequacy:
    """KMO of correlations [p, p] that have an inverse. Raises: numpy.linalg.LinAlgError where they have none."""
    inverted = np.linalg.inv(correlations)
    root = np.sqrt(np.diag(inverted))
    partial = inverted / np.outer(root, root)
    own = ~np.eye(len(correlations), dtype=bool)
    shared, left = np.where(own, correlations**2, 0.0), np.where(own, partial**2, 0.0)
    items = shared.sum(axis=0) / (shared.sum(axis=0) + left.sum(axis=0))
    return SamplingAdequacy(float(shared.sum() / (shared.sum() + left.sum())), items)


def sphericity(correlations: Values, n: int) -> Sphericity:
    """Of correlations [p, p] of n rows. It presumes normal answers, and with many rows rejects whatever there is."""
    p = len(correlations)
    _, logarithm = np.linalg.slogdet(correlations)
    statistic = -(n - 1 - (2 * p + 5) / 6) * float(logarithm)
    df = p * (p - 1) // 2
    return Sphericity(statistic, df, float(chi2.sf(statistic, df)))
