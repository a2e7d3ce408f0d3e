"""A saved analysis: the same model, options and seed give the same numbers; what a text cannot mean is an error."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.answers import Missing, read_answers
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.intervals import IntervalMethod
from safar.analysis.path_model.result import PathResult, Resampling, Run
from safar.analysis.path_model.weights import Scheme
from safar.domain.path_model import BadPathModel, PathModel
from safar.files.path_model import read_path_model, read_run, write_path_model, write_result_run, write_run
from safar.files.path_model.workbook import path_workbook
from tests.analysis.path_model.simulated_rows import CHAIN, MODEL, likert, simulated

runs = st.builds(
    Run,
    options=st.builds(
        Options,
        scheme=st.sampled_from(Scheme),
        consistent=st.booleans(),
        tolerance=st.sampled_from([1e-5, 1e-7, 1e-10]),
    ),
    resampling=st.none()
    | st.builds(
        Resampling,
        resamples=st.integers(1, 10_000),
        seed=st.integers(0, 2**40),
        interval=st.sampled_from(IntervalMethod),
        confidence=st.sampled_from([0.8, 0.9, 0.95, 0.99]),
    ),
    missing=st.sampled_from(Missing),
    codes=st.lists(st.integers(-99, 999).map(float), max_size=3).map(tuple),
    scale=st.none() | st.just((1.0, 7.0)),
    weight=st.none() | st.just('a "weight"'),
)


@settings(deadline=None)
@given(runs)
def test_what_is_written_is_read(run: Run) -> None:
    text = write_run(MODEL, run, data_digest="ab12")
    saved = read_run(text)
    assert (saved.model, saved.run, saved.data_digest) == (MODEL, run, "ab12")
    assert write_run(saved.model, saved.run, data_digest=saved.data_digest) == text
    assert read_path_model(text) == MODEL


def again(model: PathModel, run: Run, columns: dict[str, NDArray[np.float64]]) -> PathResult:
    sample, treatment = read_answers(
        model,
        columns,
        missing_codes=run.codes,
        scales=None if run.scale is None else dict.fromkeys(model.items, run.scale),
    )
    return analyze(model, sample, run, treatment=treatment, model_text=write_path_model(model))


def test_a_saved_run_gives_the_same_numbers(tmp_path: Path) -> None:
    columns = likert(simulated(150))
    columns["care1"][:7] = 9
    run = Run(
        options=Options(scheme=Scheme.FACTORIAL, consistent=True),
        resampling=Resampling(resamples=300, seed=11, interval=IntervalMethod.BCA, confidence=0.9),
        codes=(9.0,),
        scale=(1.0, 7.0),
    )
    first = again(MODEL, run, columns)
    file = tmp_path / "run.toml"
    file.write_text(write_result_run(first))
    saved = read_run(file.read_text())
    assert again(saved.model, saved.run, columns).to_json() == first.to_json()
    assert saved.data_digest == first.data_digest
    columns["care2"][20] = 8 - columns["care2"][20] or 1
    assert again(saved.model, saved.run, columns).data_digest != saved.data_digest


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('scheme = "best"', "run.scheme: must be one of centroid, factorial, path"),
        ("resamples = -1", "run.resamples: must be a number from 0"),
        ("scale = [7, 1]", "run.scale: must be two numbers"),
        ("missing_codes = [true]", "run.missing_codes: must be a list of numbers"),
        ("speed = 3", "run.speed: is not known here"),
    ],
)
def test_says_where_a_run_is_wrong(line: str, told: str) -> None:
    with pytest.raises(BadPathModel) as caught:
        read_run(f"{CHAIN}\n[run]\n{line}\n")
    assert told in caught.value.message


def test_workbook_has_a_sheet_a_table_and_no_formula() -> None:
    import openpyxl

    columns = {name.replace("care1", "=care1"): values for name, values in simulated(120).items()}
    model = replace(
        MODEL,
        constructs=(replace(MODEL.constructs[0], items=("=care1", "care2", "care3")), *MODEL.constructs[1:]),
    )
    result = analyze(model, read_answers(model, columns)[0], Run(resampling=Resampling(resamples=60)))
    book = openpyxl.load_workbook(io.BytesIO(path_workbook(result, version="1")))
    assert book.sheetnames[:3] == ["About", "Items", "Constructs"]
    items = book["Items"]
    assert items["B4"].value == "'=care1"
    assert items["C4"].value == pytest.approx(result.items[0].loading.estimate)
    assert "Safar 1" in str([cell.value for cell in book["About"]["B"]])
