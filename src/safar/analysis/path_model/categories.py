"""What the categories of ordinal and nominal items are worth: the figures, and how they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from safar.analysis.path_model.bootstrap import Replicates
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.paper_table import PaperTable, paper_table
from safar.analysis.path_model.parts import CategoryFigure, Doubt, Figure
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.scaled_sample import ScaledSample
from safar.analysis.path_model.speaking import bounds, count, names, number
from safar.domain.item_level import Level
from safar.domain.path_model import PathModel

if TYPE_CHECKING:
    from safar.analysis.path_model.findings import Findings
    from safar.analysis.path_model.result import PathResult

FEW_ROWS = 5
"""Fewer rows of a named category and its number follows them, not what they have in common."""


def find_categories(
    model: PathModel, sample: Sample, values: Sequence[Figure], replicates: Replicates | None
) -> tuple[CategoryFigure, ...]:
    """A figure a category, item by item. values: in that order."""
    if not isinstance(sample, ScaledSample):
        return ()
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


def category_table(result: PathResult) -> PaperTable:
    """The quantifications as a paper prints them."""
    lost = any(one.absent for one in result.categories)
    return paper_table(
        "quantifications",
        "Quantifications: what the categories of items are worth",
        ("Construct", "Item", "Level", "Category", "Count", "Value", "Interval"),
        (
            (
                result.called_with_key(one.construct),
                one.item,
                word(one.level, result.language),
                one.category,
                f"{one.count:,}",
                number(one.value.estimate),
                bounds(one.value.low, one.value.high, 2),
            )
            for one in result.categories
        ),
        notes=(
            say("categories-note", result.language),
            *((say("categories-absent", result.language),) if lost else ()),
        ),
        words=4,
    )


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
