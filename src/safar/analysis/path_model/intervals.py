"""Intervals from bootstrap replicates (Efron and Tibshirani 1993, chapters 12 to 14)."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

Values = NDArray[np.float64]


class IntervalMethod(StrEnum):
    """How an interval is made from replicates."""

    PERCENTILE = "percentile"
    BIAS_CORRECTED = "bias-corrected"
    BCA = "bca"
    BASIC = "basic"
    NORMAL = "normal"
    STUDENT = "student"


def interval(
    replicates: Values,
    estimates: Values,
    *,
    method: IntervalMethod,
    confidence: float,
    n: int,
    acceleration: Values | None = None,
) -> tuple[Values, Values]:
    """Lower and upper bounds, [k] each, of k parameters.

    replicates: [B, k]; rows that are not finite are left out parameter by parameter. estimates: [k]. n: rows of the
    sample (Student's degrees of freedom are n - 1). acceleration: [k], for BCa, as `acceleration_of` gives it;
    ValueError where that is asked for and it is missing.
    """
    low_share = (1 - confidence) / 2
    shares = np.array([low_share, 1 - low_share])[:, None]
    if method in (IntervalMethod.NORMAL, IntervalMethod.STUDENT):
        center = 2 * estimates - np.nanmean(replicates, axis=0)
        times = ndtri(1 - low_share) if method is IntervalMethod.NORMAL else stdtrit(n - 1, 1 - low_share)
        half = times * np.nanstd(replicates, axis=0, ddof=1)
        return center - half, center + half
    if method is IntervalMethod.BASIC:
        low, high = _quantiles(replicates, np.broadcast_to(shares, (2, len(estimates))))
        return 2 * estimates - high, 2 * estimates - low
    if method is IntervalMethod.PERCENTILE:
        low, high = _quantiles(replicates, np.broadcast_to(shares, (2, len(estimates))))
        return low, high
    there = np.isfinite(replicates)
    below = ((replicates < estimates) & there).sum(axis=0) / there.sum(axis=0)
    bias = ndtri(below)
    if method is IntervalMethod.BIAS_CORRECTED:
        acceleration = np.zeros(len(estimates))
    elif acceleration is None:
        raise ValueError("BCa intervals need an acceleration")
    with np.errstate(invalid="ignore"):  # all replicates on one side of the estimate: no bounds follow
        moved = bias + ndtri(shares)
        wanted = ndtr(bias + moved / (1 - acceleration * moved))
    low, high = _quantiles(replicates, wanted)
    return low, high


def acceleration_of(left_out: Values, center: Values | None = None) -> Values:
    """How fast a parameter's error grows with it, [k].

    left_out: [m, k], estimates without one row each (the jackknife). center: [k], what they are compared with; None:
    their mean. 0 where no estimate is a number, or none differs.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(left_out, axis=0) / np.isfinite(left_out).sum(axis=0)
        away = (mean if center is None else center) - left_out
        found = np.nansum(away**3, axis=0) / (6 * np.nansum(away**2, axis=0) ** 1.5)
    return np.asarray(np.nan_to_num(found))


def _quantiles(replicates: Values, shares: Values) -> Values:
    """[2, k]: two quantiles of each column (Hyndman and Fan's seventh definition)."""
    found = np.full(shares.shape, np.nan)
    for column in range(replicates.shape[1]):
        values = replicates[:, column]
        values = values[np.isfinite(values)]
        if len(values) and np.isfinite(shares[:, column]).all():
            found[:, column] = np.quantile(values, shares[:, column])
    return found


def p_value(replicates: Values) -> Values:
    """Two-sided, [k]: twice the smaller part of the replicates [B, k] on one side of zero, never below 1 / B."""
    there = np.isfinite(replicates)
    count = there.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        smaller = np.minimum((there & (replicates <= 0)).sum(axis=0), (there & (replicates > 0)).sum(axis=0)) / count
        return np.asarray(np.clip(2 * smaller, 1 / count, 1.0))
