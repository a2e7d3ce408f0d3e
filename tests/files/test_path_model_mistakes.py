"""Mistakes in the text of a path model are told as what they are."""

from __future__ import annotations

import pytest

from safar.domain.path_model import BadPathModel
from safar.files.path_model import read_lavaan, read_run

_TWO = "A =~ a1 + a2\nB =~ b1 + b2\nC =~ c1 + c2\n"
_TOML = """name = "m"
[[constructs]]
name = "A"
items = ["a1", "a2"]
[[constructs]]
name = "B"
items = ["b1", "b2"]
[[paths]]
from = "A"
to = "B"
"""


@pytest.mark.parametrize(
    ("text", "told", "step"),
    [
        ("A =~\nB =~ b1 + b2 + b3\nB ~ A", "Line 1: construct 'A' has no items.", "A =~ item1 + item2"),
        ("B =~ b1 + b2\nA =~", "Line 2: construct 'A' has no items.", "A =~ item1 + item2"),
        ("A <~  # what?\n\nB =~ b1 + b2\nB ~ A", "Line 1: construct 'A' has no items.", "A =~ item1"),
        (_TWO + "B ~\nC ~ A + B", "Line 4: nothing is named that acts on 'B'.", "take the line out"),
        (_TWO + "H =~ A + x9\nC ~ H + B", "Line 4: 'H' mixes constructs (A) and items (x9).", "items alone"),
        (
            _TWO + "H =~ A + B\nC ~ A",
            "Line 5: Path A -> C: 'A' is part of 'H', which stands for it in the paths.",
            "Name H",
        ),
        (
            _TWO + "H =~ A + B\nC ~ H + A:H",
            "Line 5: Interaction 'A*H': 'A' is part of 'H', which stands for it.",
            "take A out of its parts",
        ),
        (
            _TWO + "D =~ d1\nH =~ A + B\nG =~ H + D\nC ~ G",
            "Line 6: Higher-order construct 'G' has the part 'H', which is higher-order itself.",
            "parts of G",
        ),
        (_TWO + "B ~ A\nC ~ B + B", "Line 5: Path B -> C is given twice.", "Correct"),
        (_TWO + "B ~ A\nA ~ C\nC ~ B", "Line 4: The paths form a circle: A -> B -> C -> A.", "Take one"),
        (_TWO + "B ~ A\nA ~ A", "Line 5: Path A -> A leads from a construct to itself.", "Correct"),
        (_TWO + "A =~ a3\nB ~ A\nC ~ A", "Line 4: Two constructs are named 'A'.", "Correct"),
        (_TWO + "H =~ a1 + a2 + b1\nC ~ H", "Line 4: Item 'a1' measures two constructs: A and H.", "as its parts"),
        (_TWO + "C ~ age", "Line 4: construct 'age' has no items.", "age =~ age"),
        (_TWO + "C ~ w*A", "Line 4: 'w*A' is no name; fixed values and labels", "Write A alone"),
        ("A =~ NA*a1 + a2", "Line 1: 'NA*a1' is no name; fixed values and labels", "Write a1 alone"),
        (_TWO + "C ~ A + B + A*B", "Line 4: 'A*B' is no name; an interaction is written A:B.", "beside both"),
        (_TWO + "C ~ 1 + A", "Line 4: '1' is no name; a path model has no intercepts.", "standardized"),
        (_TWO + "C ~ A\nab := a * b", "Line 5: ':=' has no place in a path model; take the line out.", "indirect"),
        (_TWO + "C ~ A\na1 ~~ a2", "Line 5: '~~' has no place in a path model; take the line out.", "correlations"),
        (_TWO + "C ~ A\na1 ~*~ a1", "Line 5: '~*~' has no place in a path model; take the line out.", "standard"),
        ("A =~ a-1 + a-2\nB =~ b\nB ~ A", "Line 1: 'a-1' is no name.", "TOML"),
        ("A =~ a1, a2\nB =~ b\nB ~ A", "Line 1: 'a1, a2' is no name.", "a1 + a2"),
        ("A =~ a1 + + a2\nB =~ b\nB ~ A", "Line 1: a name is missing beside a +.", "+ out"),
        ("A =~ a1 + a2 +\nB =~ b\nB ~ A", "Line 1: 'B =~ b' stands behind a +", "end of the line before"),
        (_TWO + "A -> C", "Line 4: 'A -> C' is no statement", "`Y ~ X`"),
        ("model <- '\n" + _TWO + "C ~ A\n'", 'Line 1: "model <- \'" is no statement', "between the quotation marks"),
    ],
)
def test_of_lavaans_syntax(text: str, told: str, step: str) -> None:
    with pytest.raises(BadPathModel) as found:
        read_lavaan(text)
    assert found.value.message.startswith(told)
    assert step in found.value.next_step


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffA =~ a1 + a2\r\nB =~ b1 + b2\r\nC =~ c1\r\nB + C ~ A\r\n",
        "A =~ a1 +  # the first\n  a2\nB =~\n  b1\n  + b2; C =~ c1\nB ~ A\n! and\nC ~ A",
        "A =\N{TILDE OPERATOR} a1\u00a0+ a2\nB =~ b1 + b2\nC =~ c1\nB + C \N{TILDE OPERATOR} A",
    ],
)
def test_what_strangers_write_reads_as_the_same_model(text: str) -> None:
    found, plain = read_lavaan(text), read_lavaan("A =~ a1 + a2\nB =~ b1 + b2\nC =~ c1\nB ~ A\nC ~ A")
    assert found == plain


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('to = "B"', 'to = "B"\nsign = 1', "paths[1].sign: must be one of +, -, not 1."),
        (
            'items = ["a1", "a2"]',
            'items = ["a1", "a2"]\nlable = "x"',
            "constructs[1].lable: is not known here; did you mean label? "
            "Known: element, items, label, levels, measured, mode, name, parts.",
        ),
        (
            'items = ["b1", "b2"]',
            'items = ["b1", "b2"]\nparts = ["A"]',
            "constructs[2].items: stands beside parts; a construct has items, or constructs as its parts.",
        ),
    ],
)
def test_of_toml(old: str, new: str, told: str) -> None:
    with pytest.raises(BadPathModel) as found:
        read_run(_TOML.replace(old, new))
    assert found.value.message == told
