"""Items and rows at a glance, before anything is estimated: gaps, ends of the scale, variation, careless rows.

Source: docs/methods/item-screening.md. Nothing is taken out here: what is found is shown, people decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.exploratory import extract
from safar.domain.path_model import PathModel

Values = NDArray[np.float64]
LEAST_TURNED = 0.3
"""Loading below zero from which an item is taken for one that runs against its construct."""


@dataclass(frozen=True)
class Screening:
    """Of p items, [p] each; of n rows, [n] each.

    missing: share of gaps. floor, ceiling: share of the answers at the scale's least and greatest code. mean, deviation
    (of n - 1); skewness and kurtosis: 0 for a normal variable (G1 and G2, corrected for the sample's size). item_rest:
    correlation with the mean of the construct's other items, those turned round that run against its first component;
    not a number for a single item. All leave gaps out.
    longest_run: the most equal answers in a row of columns; same: whether a row has one answer throughout, with two or
    more items answered. row_missing: share of gaps of each row.
    """

    items: tuple[str, ...]
    missing: Values
    floor: Values
    ceiling: Values
    mean: Values
    deviation: Values
    skewness: Values
    kurtosis: Values
    item_rest: Values
    longest_run: NDArray[np.int64]
    same: NDArray[np.bool_]
    row_missing: Values


def screen(model: PathModel, rows: Values, *, scales: Mapping[str, tuple[float, float]] | None = None) -> Screening:
    """Of rows [n, p] in the order of the model's items, gaps not numbers.

    scales: least and greatest code by item; where one is not given, those that occur. Without rows all is not a number.
    """
    there = ~np.isnan(rows)
    count = there.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = _ends(model, rows, scales or {})
        mean = np.where(there, rows, 0).sum(axis=0) / count
        centered = np.where(there, rows - mean, 0.0)
        second, third, fourth = ((centered**power).sum(axis=0) / count for power in (2, 3, 4))
        rough_skewness, rough_kurtosis = third / second**1.5, fourth / second**2 - 3
        skewness = np.where(count > 2, np.sqrt(count * (count - 1.0)) / (count - 2) * rough_skewness, np.nan)
        kurtosis = (count - 1) / ((count - 2.0) * (count - 3)) * ((count + 1) * rough_kurtosis + 6)
        return Screening(
            items=model.items,
            missing=1 - count / len(rows) if len(rows) else np.full(len(count), np.nan),
            floor=(rows == low).sum(axis=0) / count,
            ceiling=(rows == high).sum(axis=0) / count,
            mean=mean,
            deviation=np.sqrt(second * count / (count - 1)),
            skewness=skewness,
            kurtosis=np.where(count > 3, kurtosis, np.nan),
            item_rest=_item_rest(model, rows),
            longest_run=_longest_run(rows),
            same=_same(rows),
            row_missing=1 - there.mean(axis=1),
        )


@dataclass(frozen=True)
class SingleFactor:
    """Harman's look at a common method: how much one factor of all items carries.

    component: the first principal component's share of the items' variance; factor: that of one factor (minimum
    residual). Half or more in one of them is taken as a warning; less proves nothing (Podsakoff et al. 2003).
    `quality.full_collinearity` is the better look.
    """

    component: float
    factor: float


def single_factor(correlations: Values) -> SingleFactor:
    """Of correlations [p, p] of all items, three at least. Raises: TooManyFactors for fewer."""
    largest = float(np.linalg.eigvalsh(correlations)[-1])
    return SingleFactor(largest / len(correlations), float(extract(correlations, 1).communalities.mean()))


def component_loadings(correlations: Values) -> Values:
    """Of items [p, p] on their first principal component, [p].

    The component has no side of its own: it points the way of most items, of the first where they are as many.
    """
    values, vectors = np.linalg.eigh(correlations)
    loadings = vectors[:, -1] * np.sqrt(values[-1])
    return np.asarray(loadings * (np.sign(np.sign(loadings).sum()) or np.sign(loadings[0])))


def _ends(model: PathModel, rows: Values, scales: Mapping[str, tuple[float, float]]) -> tuple[Values, Values]:
    low = np.min(rows, axis=0, initial=np.inf, where=~np.isnan(rows))
    high = np.max(rows, axis=0, initial=-np.inf, where=~np.isnan(rows))
    for place, item in enumerate(model.items):
        if item in scales:
            low[place], high[place] = scales[item]
    return low, high


def _item_rest(model: PathModel, rows: Values) -> Values:
    found = np.full(rows.shape[1], np.nan)
    begin = 0
    for construct in model.constructs:
        block = rows[:, begin : begin + len(construct.items)]
        rests = _facing_one_way(block)
        for place in range(block.shape[1]):
            others = np.delete(rests, place, axis=1)
            held = ~np.isnan(others)
            with np.errstate(invalid="ignore", divide="ignore"):
                rest = np.where(held, others, 0.0).sum(axis=1) / held.sum(axis=1)
            both = np.isfinite(rest) & ~np.isnan(block[:, place])
            x, y = block[both, place], rest[both]
            if len(x) > 2 and x.min() < x.max() and y.min() < y.max():
                found[begin + place] = np.corrcoef(x, y)[0, 1]
        begin += block.shape[1]
    return found


def _facing_one_way(block: Values) -> Values:
    """A construct's answers with those turned round about their mean that run against its first component.

    One item that was asked in reverse would else make the rest of every other item run against that item.
    """
    there = ~np.isnan(block)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(there, block, 0.0).sum(axis=0) / there.sum(axis=0)
        centered = np.where(there, block - mean, 0.0)
        size = np.sqrt((centered**2).sum(axis=0))
        among = np.nan_to_num(centered.T @ centered / np.outer(size, size))
    turned = component_loadings(among) < -LEAST_TURNED
    return np.where(turned, 2 * mean - block, block)


def _longest_run(rows: Values) -> NDArray[np.int64]:
    """A gap ends a run."""
    longest = np.zeros(len(rows), dtype=np.int64)
    run = np.zeros(len(rows), dtype=np.int64)
    before = np.full(len(rows), np.nan)
    for column in rows.T:
        run = np.where(np.isnan(column), 0, np.where(column == before, run + 1, 1))
        longest = np.maximum(longest, run)
        before = column
    return longest


def _same(rows: Values) -> NDArray[np.bool_]:
    there = ~np.isnan(rows)
    low = np.min(rows, axis=1, initial=np.inf, where=there)
    high = np.max(rows, axis=1, initial=-np.inf, where=there)
    return np.asarray((low == high) & (there.sum(axis=1) > 1))
