"""Printed results as a file: read as they are meant, wrong places named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from safar.analysis.path_model.printed import objections
from safar.files.path_model import read_run
from safar.files.path_model.printed_form import BadPrinted, read_printed

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "path-model-file.md"
FIRST = '[[constructs]]\nname = "a"\n'


def test_the_documented_example_is_objected_to() -> None:
    text = re.findall(r"```toml\n(.*?)```", REFERENCE.read_text(encoding="utf-8"), re.DOTALL)[1]
    printed = read_printed(text)
    assert printed.counts == {"answers": (330, 320), "items": (17,)}
    assert {one.about for one in objections(printed)} >= {"counts", "not-measured", "variance", "coefficients"}


def test_the_documented_model_is_one() -> None:
    text = re.findall(r"```toml\n(.*?)```", REFERENCE.read_text(encoding="utf-8"), re.DOTALL)[0]
    saved = read_run(text)
    assert saved.run.options.consistent
    assert len(saved.model.paths) == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (FIRST + "loading = 0.7", "constructs[1].loading: is not known here"),
        (FIRST + 'ave = "high"', "constructs[1].ave: must be a number"),
        ("scale = [5, 1]\n" + FIRST, "scale: must be two numbers"),
        ('[counts]\nanswers = ["many"]\n' + FIRST, "counts.answers: must be a number or a list"),
        ("gof = 0.7", "constructs"),
    ],
)
def test_says_where_it_is_wrong(text: str, told: str) -> None:
    with pytest.raises(BadPrinted) as caught:
        read_printed(text)
    assert told in caught.value.message
