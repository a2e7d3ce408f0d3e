"""What the categories of ordinal and nominal items are worth: the figures, and the reasons to doubt them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from safar.analysis.path_model.bootstrap import Replicates
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.parts import CategoryFigure, Doubt, Figure
from safar.analysis.path_model.phrases import say
from safar.analysis.path_model.scaled_sample import ScaledSample
from safar.analysis.path_model.speaking import count, names, percent
from safar.domain.item_level import Level
from safar.domain.path_model import PathModel

if TYPE_CHECKING:
    from safar.analysis.path_model.findings import Findings

FOUND_WITH_ONE, FOUND_WITH_ALL = 0.28, 0.87
"""Share of samples without an effect in which a path is found: one of three items nominal (five categories), or all."""
FEW_ROWS = 5
"""Fewer rows of a named category and its number follows them, not what they have in common."""


def find_categories(
    model: PathModel, sample: Sample, read: Callable[[str], Sequence[Figure]], replicates: Replicates | None
) -> tuple[CategoryFigure, ...]:
    """A figure a category, item by item. read: figures by name, as `figures.Reader`."""
    if not isinstance(sample, ScaledSample):
        return ()
    values = read("categories")
    owners = {item: one.name for one in model.constructs for item in one.items}
    told = [
        (scale, name, int(held))
        for scale, rows in zip(sample.scales, sample.counts, strict=True)
        for name, held in zip(scale.categories, rows, strict=True)
    ]
    absent: Sequence[int | None] = [None] * len(told)
    if replicates is not None:
        there = np.isfinite(replicates.figures["categories"]).sum(axis=0)
        absent = [int(len(replicates.admissible) - replicates.failed - one) for one in there]
    return tuple(
        CategoryFigure(
            construct=owners[scale.item],
            item=scale.item,
            level=str(scale.level),
            category=name,
            count=held,
            value=value,
            absent=lost,
        )
        for (scale, name, held), value, lost in zip(told, values, absent, strict=True)
    )


def category_rows(found: Sequence[CategoryFigure]) -> list[Mapping[str, Any]]:
    """A row a category. Nothing is tested of a value: that it is not zero says nothing."""
    return [
        {
            "construct": one.construct,
            "item": one.item,
            "level": one.level,
            "category": one.category,
            "count": one.count,
            "value": one.value.estimate,
            "standard_error": one.value.standard_error,
            "low": one.value.low,
            "high": one.value.high,
            "absent": one.absent,
        }
        for one in found
    ]


def category_doubts(result: Findings, language: str) -> list[Doubt]:
    """Named categories that few rows have: their numbers fit these rows, chance included."""
    thin = [one for one in result.categories if one.level == Level.NOMINAL and one.count < FEW_ROWS]
    if not thin:
        return []
    items = list(dict.fromkeys(one.item for one in thin))
    told = {
        "count": count(len(thin), language),
        "items": names(items, language),
        "few": count(FEW_ROWS, language),
    }
    return [Doubt(reason="few-rows-a-category", says=say("few-rows-a-category", language, **told))]


def fitted_doubts(result: Findings, ends: Collection[str], language: str) -> Iterator[Doubt]:
    """Of a path that was found: numbers of nominal items fit the very path that is tested. ends: the constructs at its
    ends, and their parts. Simulated in docs/methods/nonmetric-items.md: only two categories leave nothing to fit.
    """
    held = Counter(one.item for one in result.categories if one.level == Level.NOMINAL and one.construct in ends)
    items = [item for item, many in held.items() if many > 2]
    if items:
        told = {
            "items": names(items, language),
            "one": percent(FOUND_WITH_ONE, 0, language),
            "all": percent(FOUND_WITH_ALL, 0, language),
        }
        yield Doubt(reason="fitted-names", says=say("fitted-names", language, **told))
