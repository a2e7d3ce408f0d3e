"""Reliability of a set of items before any model: alpha, what each item adds, omega.

Source: docs/methods/reliability.md. Of one construct's items at a time; `quality` has what follows from a model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.exploratory import Extraction, extract
from safar.analysis.path_model.moments import Sample

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """Of p items, raw (of the sum of the answers) or standardized (of the sum of standardized answers).

    omega: the share of the sum's variance that one common factor carries (maximum likelihood); not a number for fewer
    than three items. item_rest: each item's correlation with the sum of the others. alpha_without: raw alpha of the
    others. Both [p]; not numbers where nothing is left.
    """

    alpha_raw: float
    alpha_standardized: float
    omega_raw: float
    omega_standardized: float
    item_rest: Values
    alpha_without: Values


def reliability(sample: Sample) -> Reliability:
    """Of the sample's items, taken as one scale. Items that point the other way must be turned first."""
    correlations, deviations = sample.correlations[0], sample.deviations
    covariances = correlations * np.outer(deviations, deviations)
    p = len(correlations)
    rest, without = np.full(p, np.nan), np.full(p, np.nan)
    for item in range(p):
        others = np.delete(np.arange(p), item)
        if len(others):
            within = covariances[np.ix_(others, others)].sum()
            rest[item] = covariances[item, others].sum() / (deviations[item] * np.sqrt(within))
        if len(others) > 1:
            without[item] = alpha_of(covariances[np.ix_(others, others)])
    raw, standardized = omega_totals(correlations, deviations, np.ones(p))
    return Reliability(
        alpha_raw=alpha_of(covariances),
        alpha_standardized=alpha_of(correlations),
        omega_raw=raw,
        omega_standardized=standardized,
        item_rest=rest,
        alpha_without=without,
    )


def alpha_of(moments: Values) -> float:
    """Cronbach's alpha of covariances (raw) or correlations (standardized) [p, p]; of one item not a number."""
    p = len(moments)
    return float(p / (p - 1) * (1 - np.trace(moments) / moments.sum())) if p > 1 else float("nan")


def omega_totals(correlations: Values, *sums: Values) -> tuple[float, ...]:
    """McDonald's omega of one common factor, for sums of items with these deviations [p] each; NaN for fewer than 3."""
    if len(correlations) < 3:
        return (float("nan"),) * len(sums)
    factor = extract(correlations, 1, by=Extraction.MAXIMUM_LIKELIHOOD)
    found = []
    for deviations in sums:
        common = float(factor.loadings[:, 0] @ deviations) ** 2
        found.append(common / (common + float((1 - factor.communalities) @ deviations**2)))
    return tuple(found)
