"""A column that names the question of each row, put into a recipe's blocks of answers, and taken out again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from safar.files.recipe.naming import own_words
from safar.files.recipe.section import BadRecipe


def ask_by(document: Any, column: str, *, is_new: bool) -> None:
    """Let the column name the question of every answer. Raises: BadRecipe, where no column holds one answer a row.

    `is_new`: somebody has just said so, who should hear what is missing.
    """
    for block in document.get("feedback", []):
        many = block.get("questions")
        if many is None and "value" in block:
            block["question"] = "{" + column + "}"
        elif isinstance(many, Mapping) and len(many) == 1:
            (answers,) = many.values()
            del block["questions"]
            block["question"] = "{" + column + "}"
            block["value"] = "{" + str(answers) + "}"
            block["blank"] = "skip"  # what is asked in words has no rating
        elif is_new:
            raise BadRecipe(f"column {column}: it names the question of a row, so one column alone holds the ratings.")
    if is_new and not document.get("feedback"):
        raise BadRecipe(f"column {column}: it names questions; say also which column is the rating or the comment.")


def ask_no_more(block: Any) -> None:
    """Name the question of a block after the column of its answers."""
    told = re.fullmatch(r"\{([^{}]+)\}", str(block.get("value", "")))
    block["question"] = own_words(told.group(1)) if told else "question"
