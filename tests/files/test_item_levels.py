"""Levels of items in both forms of a model's text, in the form of a page, and what cannot be meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.domain.item_level import ItemLevel, Level
from safar.domain.model_sketch import ModelSketch, SketchConstruct
from safar.domain.path_model import BadPathModel, Construct, Path, PathModel
from safar.files.path_model import (
    read_level_lines,
    read_path_model,
    read_sketch,
    write_lavaan,
    write_level_lines,
    write_path_model,
)

TOML = """
name = "service"

[[constructs]]
name = "Care"
items = ["region", "speed", "plan", "again"]
levels = { again = "numeric", plan = "ordinal", speed = ["slow", "fair", "fast"], region = "nominal" }

[[constructs]]
name = "Loyalty"
items = ["l1"]
levels = { l1 = [1, 2.5, 3] }

[[paths]]
from = "Care"
to = "Loyalty"
"""
LEVELS = (
    ItemLevel(item="region", level=Level.NOMINAL),
    ItemLevel(item="speed", level=Level.ORDINAL, order=("slow", "fair", "fast")),
    ItemLevel(item="plan", level=Level.ORDINAL),
)


def test_toml_says_levels_in_one_way() -> None:
    model = read_path_model(TOML)
    assert model.constructs[0].levels == LEVELS  # in the order of the items; numeric is what says nothing
    assert model.levels["l1"].order == ("1", "2.5", "3")
    text = write_path_model(model)
    assert 'levels = { region = "nominal", speed = ["slow", "fair", "fast"], plan = "ordinal" }' in text
    assert read_path_model(text) == model
    assert read_sketch(text, name="x") == ModelSketch.of(model)
    assert write_path_model(read_sketch(text, name="x")) == text


def test_lavaan_says_them_in_comments() -> None:
    text = """
Care =~ region + speed +   # nominal: region
        plan + again       # ordinal: speed = slow < fair < fast, plan
Loyalty <~ l1 + l2         # mode A  # ordinal: l1 = 1 < 2.5 < 3
Loyalty ~ Care             # a plain remark
"""
    model = read_path_model(text, name="service")
    assert model.constructs[0].levels == LEVELS
    assert read_path_model(write_lavaan(model), name="service") == model


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A =~ x + y  # nominal: z\nB =~ b\nB ~ A", "'z', which is none of its items"),
        ("A =~ x + y  # nominal: x  # ordinal: x\nB =~ b\nB ~ A", "says the level of item 'x' twice"),
        ("A =~ x + y  # nominal: x = a < b\nB =~ b\nB ~ A", "has an order of answers and is not ordinal"),
        ("A =~ x + y  # ordinal: x = a\nB =~ b\nB ~ A", "an order has 2 to 100 answers, not 1"),
        ("A =~ x + y  # ordinal: x = a < b < a\nB =~ b\nB ~ A", "names the answer 'a' twice"),
        ("A =~ x\nB =~ b\nB ~ A  # nominal: x", "Line 3: a level is said of items"),
        ("# nominal: x\nA =~ x\nB =~ b\nB ~ A", "Line 1: the level of x stands alone"),
        ("A =~ x\nB =~ b\nC =~ A + B  # nominal: A\nD =~ d\nD ~ C", "which have no level"),
    ],
)
def test_mistakes_are_told_by_their_place(text: str, says: str) -> None:
    with pytest.raises(BadPathModel, match=says.replace("'", ".")):
        read_path_model(text)


def test_mistakes_in_toml() -> None:
    for told, says in (('"odd"', "must be one of numeric, ordinal, nominal"), ("[true]", "must be a list of answers")):
        with pytest.raises(BadPathModel, match=says):
            read_path_model(TOML.replace('"ordinal"', told))
    with pytest.raises(BadPathModel, match=r"constructs\[1\]\.levels: must be a table"):
        read_path_model(TOML.replace('{ again = "numeric", plan', ' "x" # { plan'))


@given(st.lists(st.sampled_from(["a", "b c", "d:e", "f"]), unique=True), st.sampled_from(["", "slow < fast"]))
def test_a_form_tells_what_it_is_told(items: list[str], order: str) -> None:
    answers = tuple(order.split(" < ")) if order else ()
    levels = tuple(ItemLevel(item=item, level=Level.ORDINAL, order=answers) for item in items)
    assert read_level_lines(write_level_lines(levels)) == levels


def test_a_line_that_says_no_level() -> None:
    assert read_level_lines(" region:nominal \n\n") == (ItemLevel(item="region", level=Level.NOMINAL),)
    for line in ("region", "region: odd", ": nominal", "region:"):
        with pytest.raises(BadPathModel, match="says no level of an item"):
            read_level_lines(line)


def test_a_sketch_has_levels_of_its_items_only() -> None:
    sketch = ModelSketch(name="x")
    with pytest.raises(BadPathModel, match="none of its items"):
        sketch.with_construct(SketchConstruct(name="A", items=("a",), levels=(LEVELS[0],)))


def test_levels_are_part_of_the_estimates() -> None:
    """A model that would be read as numbers is refused, not written without its levels."""
    strange = PathModel(
        name="x",
        constructs=(
            Construct(
                name="A", items=("a",), levels=(ItemLevel(item="a", level=Level.ORDINAL, order=("x # y", "z, w")),)
            ),
            Construct(name="B", items=("b",)),
        ),
        paths=(Path(source="A", target="B"),),
    )
    with pytest.raises(BadPathModel) as found:
        write_lavaan(strange)
    assert found.value.code == "path-model.not-in-lavaan"
    assert read_path_model(write_path_model(strange)) == strange
