"""The answers to a model's items looked at before anything is estimated, in one frozen result.

Item screening, Kaiser-Meyer-Olkin, Bartlett and the first component, as a paper reports them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.factorability import sampling_adequacy, sphericity
from safar.analysis.path_model.screening import screen
from safar.analysis.path_model.speaking import number, probability
from safar.analysis.result import Frozen, Result
from safar.analysis.telling import Telling
from safar.domain.path_model import PathModel

LEAST_KMO = 0.5
"""Below it a factor analysis makes no sense (Kaiser 1974)."""
WEAK_ITEM = 0.3
"""Correlation with the other items of its construct below which an item hardly belongs to it."""
MOST_SKEW, MOST_KURTOSIS = 2.0, 7.0
"""Beyond them answers are far from normal (Curran, West and Finch 1996)."""
MOST_AT_AN_END = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedItem(Frozen):
    """An item. floor, ceiling: share at the ends of its scale; item_rest: correlation with the rest of its construct.

    kmo: its own sampling adequacy. None: it cannot be told.
    """

    construct: str
    item: str
    missing: float | None
    floor: float | None
    ceiling: float | None
    mean: float | None
    deviation: float | None
    skewness: float | None
    kurtosis: float | None
    item_rest: float | None
    kmo: float | None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to look at, in plain English."""
        found = []
        if self.item_rest is not None and self.item_rest < 0:
            found.append("It goes against the other items of its construct: is it worded the other way round?")
        elif self.item_rest is not None and self.item_rest < WEAK_ITEM:
            found.append("It hardly goes with the other items of its construct.")
        if max(self.floor or 0.0, self.ceiling or 0.0) > MOST_AT_AN_END:
            found.append("More than half of the answers lie at one end of the scale.")
        if abs(self.skewness or 0.0) > MOST_SKEW or abs(self.kurtosis or 0.0) > MOST_KURTOSIS:
            found.append("Its answers are far from normal.")
        if self.kmo is not None and self.kmo < LEAST_KMO:
            found.append("It shares too little with all other items (KMO).")
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened(Result):
    """What was seen. n: rows without gaps, which KMO and Bartlett's test are of; rows: all.

    same: rows that give the same answer throughout. kmo and the test are None where items determine each other, or
    there are too few rows. first_component: its share of the items' variance.
    """

    model: PathModel
    given: int
    n: int
    same: int
    items: tuple[ScreenedItem, ...]
    kmo: float | None
    chi_square: float | None
    df: int | None
    p_value: float | None
    first_component: float | None

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """A row an item."""
        return [{name: getattr(one, name) for name in ScreenedItem.__slots__} for one in self.items]

    def told(self) -> Telling:
        """The items, and what is said of all."""
        above = f"{self.given:,} rows, {self.n:,} without gaps; KMO {number(self.kmo)}"
        if self.chi_square is not None:
            above += f"; Bartlett χ² {number(self.chi_square, 1)}, df {self.df}, p {probability(self.p_value)}"
        return Telling(
            title=f"Answers to {self.model.name}",
            simulated=False,
            above=(above,),
            rows=tuple(
                {"item": one.item, "mean": number(one.mean, 2), "sd": number(one.deviation, 2),
                 "skewness": number(one.skewness, 2), "item-rest": number(one.item_rest, 2), "KMO": number(one.kmo, 2)}
                for one in self.items
            ),
            notes=tuple(f"{one.item}: {remark}" for one in self.items for remark in one.remarks),
        )  # fmt: skip


def screen_answers(
    model: PathModel,
    columns: Mapping[str, NDArray[np.float64]],
    *,
    codes: Sequence[float] = (),
    scale: tuple[float, float] | None = None,
) -> Screened:
    """The items of a model that the columns hold; items that are not there are told as unknown.

    codes: answers that mean none. scale: the least and the greatest answer; else those that occur.
    """
    rows_given = max((len(values) for values in columns.values()), default=0)
    table = np.full((rows_given, len(model.items)), np.nan)
    for place, item in enumerate(model.items):
        if item in columns:
            values = np.asarray(columns[item], dtype=np.float64)
            table[: len(values), place] = np.where(np.isin(values, np.asarray(codes, dtype=np.float64)), np.nan, values)
    seen = screen(model, table, scales=None if scale is None else dict.fromkeys(model.items, scale))
    whole = table[np.isfinite(table).all(axis=1)]
    kmo, own, chi, df, p, first = _common(whole)
    owners = {item: one.name for one in model.constructs for item in one.items}
    return Screened(
        model=model,
        given=rows_given,
        n=len(whole),
        same=int(seen.same.sum()),
        items=tuple(
            ScreenedItem(
                construct=owners[item],
                item=item,
                missing=_known(seen.missing[k]),
                floor=_known(seen.floor[k]),
                ceiling=_known(seen.ceiling[k]),
                mean=_known(seen.mean[k]),
                deviation=_known(seen.deviation[k]),
                skewness=_known(seen.skewness[k]),
                kurtosis=_known(seen.kurtosis[k]),
                item_rest=_known(seen.item_rest[k]),
                kmo=None if own is None else _known(own[k]),
            )
            for k, item in enumerate(model.items)
        ),
        kmo=kmo,
        chi_square=chi,
        df=df,
        p_value=p,
        first_component=first,
    )


_Common = tuple[float | None, NDArray[np.float64] | None, float | None, int | None, float | None, float | None]


def _common(whole: NDArray[np.float64]) -> _Common:
    nothing: _Common = (None, None, None, None, None, None)
    n, p = whole.shape
    if n <= p + 1 or p < 2 or not (whole.std(axis=0) > 0).all():
        return nothing
    correlations = np.asarray(np.corrcoef(whole, rowvar=False))
    roots = np.linalg.eigvalsh(correlations)
    share = float(roots[-1]) / p
    if roots[0] < 1e-9:
        return (None, None, None, None, None, share)
    adequacy, test = sampling_adequacy(correlations), sphericity(correlations, n)
    return adequacy.total, adequacy.items, test.chi_square, test.df, test.p_value, share


def _known(value: float) -> float | None:
    return float(value) if isfinite(value) else None
