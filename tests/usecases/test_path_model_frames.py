"""Answers as strangers hold them: frames of any kind with their own ways of saying that nothing was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.typing import NDArray

import safar
from safar.analysis.path_model.answers import ItemNotNumeric

MODEL = "X =~ x1 + x2\nY =~ y1 + y2\nY ~ X"
ROWS, GAPS = 40, 3


def _answers() -> dict[str, NDArray[np.int64]]:
    chance = np.random.default_rng(5)
    base = chance.normal(size=ROWS)
    rows = np.clip(np.round(base[:, None] + chance.normal(size=(ROWS, 4)) + 3), 1, 5).astype(np.int64)
    return dict(zip(("x1", "x2", "y1", "y2"), rows.T, strict=True))


def _path(data: Any, **how: Any) -> tuple[float, int]:
    found = safar.PathModel(MODEL).fit(data, **how)
    return found.paths[0].figure.estimate, found.n


WHOLE: dict[str, Callable[[pd.DataFrame], Any]] = {
    "records": lambda frame: frame.to_records(index=False),
    "structured": lambda frame: np.array(frame.to_records(index=False)),
    "duckdb": duckdb.from_df,
    "batch": pa.RecordBatch.from_pandas,
    "texts": lambda frame: frame.astype(str),
    "persian": lambda frame: frame.astype(str).map(lambda value: value.translate(str.maketrans("12345", "۱۲۳۴۵"))),
    "commas": lambda frame: frame.astype(str) + ",0",
    "categories": lambda frame: frame.astype("category"),
    "decimals": lambda frame: pl.DataFrame({name: frame[name].to_numpy() for name in frame}).cast(pl.Decimal(10, 2)),
    "masked": lambda frame: {name: np.ma.masked_array(frame[name].to_numpy(), mask=False) for name in frame},
}


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_the_same_answers_give_the_same_path_however_they_are_held(kind: str) -> None:
    frame = pd.DataFrame(_answers())
    assert _path(WHOLE[kind](frame)) == _path(frame)


@pytest.mark.parametrize("nothing", ["", " ", "NA", "#NULL!", "#N/A", "nan", None, pd.NA, float("nan"), pd.NaT])
def test_what_stands_for_no_answer_is_a_gap(nothing: Any) -> None:
    given = _answers()
    frame = pd.DataFrame({name: [nothing] * GAPS + list(values[GAPS:]) for name, values in given.items()}, dtype=object)
    assert _path(frame) == _path({name: values[GAPS:] for name, values in given.items()})


def test_a_mask_is_heeded() -> None:
    given = _answers()
    masked = {name: np.ma.masked_array(values, mask=np.arange(ROWS) < GAPS) for name, values in given.items()}
    assert _path(masked) == _path({name: values[GAPS:] for name, values in given.items()})


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (["4 - agree"] * ROWS, "'4 - agree' in row 1"),
        ([1.0, "x", *range(ROWS - 2)], "'x' in row 2"),
        (["1_000"] * ROWS, "'1_000'"),
        (pd.date_range("2026-01-01", periods=ROWS), "datetime64"),
        ([dt.date(2026, 1, day % 28 + 1) for day in range(ROWS)], "2026-01-01"),
        (np.arange(ROWS) * 1j, "complex128"),
    ],
)
def test_what_is_no_number_is_told_with_its_row(column: Any, says: str) -> None:
    with pytest.raises(ItemNotNumeric, match="'x1'") as caught:
        _path(_answers() | {"x1": column})
    assert says in caught.value.message


def test_a_column_that_is_there_twice_is_told() -> None:
    frame = pd.DataFrame(_answers())
    with pytest.raises(ItemNotNumeric, match="2 columns 'x1'"):
        _path(pd.concat([frame, frame[["x1"]]], axis=1))


@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_numbers_whose_squares_are_lost_are_refused(size: float) -> None:
    with pytest.raises(ItemNotNumeric, match="Item x1 of X holds numbers as far from one"):
        _path({name: values * size for name, values in _answers().items()})


def test_scales_that_differ_by_far_change_nothing() -> None:
    given, size = _answers(), dict(zip(("x1", "x2", "y1", "y2"), (1e-60, 1e60, 1e-9, 1e9), strict=True))
    estimate, _ = _path({name: values * size[name] for name, values in given.items()})
    assert estimate == pytest.approx(_path(given)[0], abs=1e-12)


def test_a_semicolon_file_with_commas_in_every_cell_is_read(tmp_path: Path) -> None:
    given = {name: values + 0.5 for name, values in _answers().items()}
    file = tmp_path / "decimal commas.csv"
    pd.DataFrame(given).to_csv(file, index=False, sep=";", decimal=",", encoding="utf-8-sig")
    assert _path(file) == _path(given)
