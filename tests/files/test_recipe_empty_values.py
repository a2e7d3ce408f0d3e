"""What is empty at the top of a recipe is refused with what to do."""

from __future__ import annotations

import pytest

from safar.files.recipe import BadRecipe, read_recipe

RECIPE = """
source = "s"
key = "{id}"
%s = ""

[[interaction]]
slot = "e"
event = "visit"
time = "{at}"
"""


@pytest.mark.parametrize("name", ["customer", "channel", "time"])
def test_an_empty_value_at_the_top_is_to_be_left_out(name: str) -> None:
    with pytest.raises(BadRecipe, match="leave the line out"):
        read_recipe(RECIPE % name)
