"""What the categories of items are worth, as a paper prints it."""

from __future__ import annotations

from safar.analysis.path_model.paper_table import PaperTable, paper_table
from safar.analysis.path_model.phrases import say, word
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.speaking import bracketed, count, number


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
                count(one.count),
                number(one.value.estimate),
                bracketed(one.value.low, one.value.high, 2),
            )
            for one in result.categories
        ),
        notes=(
            say("categories-note", result.language),
            *((say("categories-absent", result.language),) if lost else ()),
        ),
        words=4,
    )
