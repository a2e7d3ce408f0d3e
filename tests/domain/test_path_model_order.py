"""The order of a path model's names is that of its file where paths leave it open, whatever strings hash to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from safar.domain.path_model import Construct, PathModel
from safar.domain.path_model import Path as Claim

SOURCE = Path(__file__).parents[2] / "src"
TOLD = """
from safar.domain.path_model import Construct, Interaction, Path, PathModel
names = ("zeal", "mood", "alpha", "kind", "beta", "omega")
ends = (("zeal", "omega"), ("mood", "omega"), ("zeal", "beta"), ("mood", "beta"), ("alpha", "kind"), ("zeal", "kind"))
model = PathModel(
    name="ties",
    constructs=tuple(Construct(name=one, items=(one + "1", one + "2")) for one in names),
    paths=(*(Path(source=source, target=target) for source, target in ends), Path(source="zeal*mood", target="beta")),
    interactions=(Interaction(factors=("zeal", "mood")),),
)
print(*model.order, "|", *model.endogenous)
"""


def model(*arrows: str) -> PathModel:
    ends = [tuple(one.split(">")) for one in arrows]
    names = dict.fromkeys(name for pair in ends for name in pair)
    return PathModel(
        name="model",
        constructs=tuple(Construct(name=one, items=(f"{one}1", f"{one}2")) for one in names),
        paths=tuple(Claim(source=source, target=target) for source, target in ends),
    )


@pytest.mark.parametrize("seed", ["0", "1", "7", "4242"])
def test_ties_are_told_in_the_order_of_the_file_under_every_hash_seed(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TOLD],
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "zeal mood alpha kind omega zeal*mood beta | kind omega beta"


def test_causes_come_first() -> None:
    assert model("c>b", "b>a").order == ("c", "b", "a")
    assert model("a>z", "b>z", "z>y").endogenous == ("z", "y")
