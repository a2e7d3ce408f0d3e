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
        (_TWO + "H =~ A + B\nC ~ A", "Path A -> C: 'A' is part of 'H', which stands for it in the paths.", "Name H"),
        (
            _TWO + "H =~ A + B\nC ~ H + A:H",
            "Interaction 'A*H': 'A' is part of 'H', which stands for it.",
            "take A out of its parts",
        ),
        (
            _TWO + "D =~ d1\nH =~ A + B\nG =~ H + D\nC ~ G",
            "Higher-order construct 'G' has the part 'H', which is higher-order itself.",
            "parts of G",
        ),
    ],
)
def test_of_lavaans_syntax(text: str, told: str, step: str) -> None:
    with pytest.raises(BadPathModel) as found:
        read_lavaan(text)
    assert found.value.message == told
    assert step in found.value.next_step


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('to = "B"', 'to = "B"\nsign = 1', "paths[1].sign: must be one of +, -, not 1."),
        (
            'items = ["a1", "a2"]',
            'items = ["a1", "a2"]\nlable = "x"',
            "constructs[1].lable: is not known here; did you mean label? "
            "Known: element, items, label, measured, mode, name, parts.",
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
