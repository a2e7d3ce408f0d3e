"""The importance-performance map: what is drawn, what is said, and that it is safe with names of every script."""

from __future__ import annotations

from pathlib import Path

import pytest

import safar
from safar.analysis.path_model.importance_result import ImportanceResult
from safar.charts.render import as_svg, specification, write_chart
from tests.analysis.path_model.simulated_rows import CHAIN, likert, simulated

LABELED = CHAIN.replace('items = ["care1"', 'label = { en = "Care & <love>", fa = "مهر" }\nitems = ["care1"')


@pytest.fixture(scope="module")
def result() -> ImportanceResult:
    return safar.PathModel(LABELED).importance(likert(simulated(150)), scale=(1, 7))


def test_draws_every_construct_and_item(result: ImportanceResult) -> None:
    drawn = as_svg(result)
    assert 'role="img"' in drawn
    assert "What moves Loyalty" in drawn
    assert "Care &amp; &lt;love&gt;" in drawn
    told = str(specification(result))
    for part in ("Care & <love>", "Trust", "care1", "trust3", "begin here"):
        assert part in told
    assert "loyal1" not in told


def test_speaks_the_language_of_the_result_and_says_simulated(result: ImportanceResult) -> None:
    from dataclasses import replace

    assert "مهر" in str(specification(result.in_language("fa")))
    assert "Simulated data." in str(specification(replace(result, simulated=True)))


def test_is_written_as_a_picture(tmp_path: Path, result: ImportanceResult) -> None:
    write_chart(result, tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in safar.chart(result)._repr_svg_()
