"""Path models as text: both forms say the same, nothing is read as something else, and mistakes name their place."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.domain.label import Label
from safar.domain.path_model import (
    BadPathModel,
    Construct,
    HigherOrder,
    Interaction,
    InteractionMethod,
    Measured,
    Mode,
    Path,
    PathModel,
)
from safar.files.path_model import read_path_model, write_lavaan, write_path_model

LAVAAN = """
# What makes customers of a car relief service stay
SUPPORT =~ s1 + s2 +
           s3
STRATEGY <~ t1 + t2
LOYALTY =~ l1 + l2
STRATEGY ~ SUPPORT
LOYALTY ~ SUPPORT + STRATEGY + SUPPORT:STRATEGY
"""


def test_lavaan_is_read_whole() -> None:
    model = read_path_model(LAVAAN, name="relief")
    assert [(one.name, one.items, one.measured) for one in model.constructs] == [
        ("SUPPORT", ("s1", "s2", "s3"), Measured.FACTOR),
        ("STRATEGY", ("t1", "t2"), Measured.COMPOSITE),
        ("LOYALTY", ("l1", "l2"), Measured.FACTOR),
    ]
    assert [str(path) for path in model.paths] == [
        "SUPPORT -> STRATEGY",
        "SUPPORT -> LOYALTY",
        "STRATEGY -> LOYALTY",
        "SUPPORT*STRATEGY -> LOYALTY",
    ]
    assert read_path_model(write_lavaan(model), name="relief") == model


names = st.from_regex(r"[A-Z][a-z0-9_]{0,8}", fullmatch=True)


@st.composite
def models(draw: st.DrawFn) -> PathModel:
    """Any chain of constructs with skips, signs, labels, perhaps an interaction or a higher order."""
    count = draw(st.integers(3, 6))
    found = draw(st.lists(names, min_size=count, max_size=count, unique=True))
    constructs = []
    for place, name in enumerate(found):
        mode = draw(st.sampled_from(Mode))
        measured = Measured.COMPOSITE if mode is Mode.B else draw(st.sampled_from(Measured))
        items = tuple(f"{name}_{place}_{number}" for number in range(draw(st.integers(1, 4))))
        label = draw(st.none() | st.text(min_size=1, max_size=20).map(lambda text: Label({"en": text, "fa": "رضایت"})))
        if label is not None and not label.texts["en"].strip():
            label = None
        constructs.append(Construct(name=name, items=items, mode=mode, measured=measured, label=label))
    joined = list(found)
    higher: tuple[HigherOrder, ...] = ()
    if count > 4 and draw(st.booleans()):
        mode = draw(st.sampled_from(Mode))
        higher = (HigherOrder(name="Higher", parts=(found[0], found[1]), mode=mode),)
        joined = ["Higher", *found[2:]]
    paths = [
        Path(
            source=a, target=b, sign=draw(st.sampled_from([None, 1, -1])), hypothesis=draw(st.sampled_from(["", "H1"]))
        )
        for a, b in pairwise(joined)
    ]
    products: tuple[Interaction, ...] = ()
    if draw(st.booleans()):
        products = (Interaction(factors=(joined[0], joined[1]), method=draw(st.sampled_from(InteractionMethod))),)
        paths += [Path(source=joined[0], target=joined[2]), Path(source=products[0].name, target=joined[2])]
    return PathModel(
        name="any", constructs=tuple(constructs), paths=tuple(paths), higher_orders=higher, interactions=products
    )


@given(models())
def test_toml_gives_back_what_was_written(model: PathModel) -> None:
    text = write_path_model(model)
    assert read_path_model(text) == model
    assert write_path_model(read_path_model(text)) == text


@given(models())
def test_lavaan_gives_back_whatever_the_numbers_rest_on(model: PathModel) -> None:
    text = write_lavaan(model)
    back = read_path_model(text, name=model.name)
    assert back.constructs == tuple(replace(one, label=None) for one in model.constructs)
    assert (back.higher_orders, back.interactions) == (model.higher_orders, model.interactions)
    assert {str(one) for one in back.paths} == {str(one) for one in model.paths}
    assert write_lavaan(back) == text


def test_modes_and_methods_stand_behind_their_statements_in_lavaan() -> None:
    model = read_path_model(
        """
        S <~ s1 + s2          # by regression, as cSEM does
        T <~ t1 +             # mode A
             t2
        U =~ u1 + u2          ! Mode: unit
        U ~ S + T + S:T + S:S # method product
        """
    )
    assert [one.mode for one in model.constructs] == [Mode.B, Mode.A, Mode.UNIT]
    assert {one.name: one.method for one in model.interactions} == {
        "S*T": InteractionMethod.PRODUCT,
        "S*S": InteractionMethod.PRODUCT,
    }


def test_what_lavaan_cannot_say_is_refused_not_left_out() -> None:
    def chain(first: str, item: str) -> PathModel:
        constructs = (Construct(name=first, items=(item,)), Construct(name="B", items=("b1", "b2")))
        return PathModel(name="any", constructs=constructs, paths=(Path(source=first, target="B"),))

    assert read_path_model(write_lavaan(chain("A", "A"))).construct("A").items == ("A",)
    for model, told in (
        (chain("customer trust", "a"), "'customer trust' has a name"),
        (chain("A", "how likely?"), "'how likely\\?' has a name"),
        (chain("A", "B"), "cannot be said"),
    ):
        with pytest.raises(BadPathModel, match=told) as raised:
            write_lavaan(model)
        assert raised.value.code == "path-model.not-in-lavaan"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A =~ a # mode C\nB =~ b\nB ~ A", "Line 1: 'C' is no mode; there are A, B, unit"),
        ("A =~ a\nB =~ b\n# mode B\nB ~ A", "Line 3: mode B stands alone"),
        ("A =~ a # mode B\nB =~ b\nB ~ A", "a common factor takes mode A"),
        ("A =~ a # method product\nB =~ b\nB ~ A", "Line 1: a method says nothing of 'A =~ a'"),
        ("A =~ a\nB =~ b\nB ~ A # method product", "Line 3: it has no interaction"),
        ("A <~ a + # mode A\nc # mode B\nB =~ b\nB ~ A", "Line 2: mode B, and A in line 1"),
        (
            "A =~ a\nB =~ b\nB ~ A + A:A # method product\nC =~ c\nC ~ A + A:A # method orthogonal",
            "Line 5: A*A is made by method orthogonal here and by product in line 3",
        ),
        ("A =~ a1\nB ~ A", "Line 2: construct 'B' has no items"),
        ("A =~ a1 + 1*a2\nB =~ b1\nB ~ A", "Line 1: '1*a2' is no name"),
        ("A =~ a\nB =~ b\nA ~ B\nB ~ A", "form a circle"),
        # Printed the way the paths lead, from whichever construct it begins.
        (
            "A =~ a\nB =~ b\nC =~ c\nB ~ A\nC ~ B\nA ~ C",
            "form a circle: (A -> B -> C -> A|B -> C -> A -> B|C -> A -> B -> C)[.]",
        ),
        ("A =~ a\nB =~ b\nB ~ A\nA ~~ B", "Line 4: '~~' has no place"),
        ("A =~ a\nB =~ b\nB ~", "Line 3"),
        ("A =~ a\nA =~ b\nB =~ c\nB ~ A", "Line 2: Two constructs are named 'A'"),
        ("A =~ a\nB =~ a\nB ~ A", "Line 2: Item 'a' measures two constructs"),
        ("A =~ a\nB =~ b", "no paths"),
        ("A =~ a\nB =~ b\nC =~ c\nB ~ A", "'C' stands alone"),
        ("A =~ a\nB =~ b\nC =~ c\nC ~ A + A:B", "'B' must act on 'C' too"),
        ("A =~ a\nB =~ b\nB ~ A + A", "given twice"),
        ("A =~ a\nB =~ b\nB ~ A + B", "to itself"),
    ],
)
def test_mistakes_in_lavaan_name_their_place(text: str, told: str) -> None:
    with pytest.raises(BadPathModel, match=told.replace("*", r"\*")):
        read_path_model(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "x"', "constructs: is missing"),
        ('name = "x"\n[[constructs]]\nname = "A"', "constructs\\[1\\].items: is missing"),
        ('name = "x"\n[[constructs]]\nname = "A"\nitems = []', "'A' has no items"),
        ('name = "x"\n[[constructs]]\nname = "A"\nitems = ["a"]\nmoed = "B"', "constructs\\[1\\].moed: is not known"),
        ('name = "x"\n[[constructs]]\nname = "A"\nitems = ["a"]\nmode = "C"', "must be one of A, B, unit"),
        (
            'name = "x"\n[[constructs]]\nname = "A"\nitems = ["a"]\nmeasured = "factor"\nmode = "B"',
            "a common factor takes mode A",
        ),
        ("name =", "This is not TOML"),
    ],
)
def test_mistakes_in_toml_name_their_place(text: str, told: str) -> None:
    with pytest.raises(BadPathModel, match=told):
        read_path_model(text)
