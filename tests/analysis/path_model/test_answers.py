"""Answers that cannot be estimated are errors that name construct, item and the next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from safar.analysis.path_model.answers import Missing, Scale, take_answers
from safar.domain.path_model import Mode
from safar.errors import SafarError
from safar.files.path_model import read_path_model
from tests.analysis.path_model.simulated_rows import MODEL, likert, simulated

Columns = dict[str, NDArray[np.float64]]


def _constant(columns: Columns) -> None:
    columns["trust2"] = np.full(400, 4.0)


def _empty(columns: Columns) -> None:
    columns["trust2"] = np.full(400, np.nan)


def _copied(columns: Columns) -> None:
    columns["loyal1"] = columns["care3"].copy()


def _lost(columns: Columns) -> None:
    del columns["trust2"]


def _outside(columns: Columns) -> None:
    columns["trust2"][4] = 99


def _few(columns: Columns) -> None:
    columns["trust2"][3:] = np.nan


@pytest.mark.parametrize(
    ("spoil", "code", "told"),
    [
        (_constant, "path-model.item-constant", "Construct 'Trust', item 'trust2': every answer is 4"),
        (_empty, "path-model.too-few-rows", "0 of 400 rows can be used"),
        (_copied, "path-model.items-equal", "'loyal1' of construct 'Loyalty' holds the same answers as 'care3'"),
        (_lost, "path-model.item-missing", "Construct 'Trust': the data have no column 'trust2'"),
        (_outside, "path-model.out-of-range", "item 'trust2': 1 answer outside the scale 1-7 (99), first in row 5"),
        (_few, "path-model.too-few-rows", "missing for item 'trust2' of construct 'Trust': 397"),
    ],
)  # fmt: skip
def test_says_what_cannot_be_used(spoil: Callable[[Columns], None], code: str, told: str) -> None:
    columns = likert(simulated())
    spoil(columns)
    with pytest.raises(SafarError) as caught:
        take_answers(MODEL, columns, scale=Scale(low=1, high=7))
    assert caught.value.code == code
    assert told in caught.value.message
    assert caught.value.next_step


def test_mode_b_needs_items_that_do_not_determine_each_other() -> None:
    model = read_path_model("Care <~ care1 + care2 + care3\nTrust =~ trust1 + trust2\nTrust ~ Care")
    columns = simulated()
    columns["care3"] = columns["care1"] + columns["care2"]
    take_answers(MODEL, columns)  # mode A of the same rows is fine
    model = replace(model, constructs=(replace(model.constructs[0], mode=Mode.B), model.constructs[1]))
    with pytest.raises(SafarError, match=r"'Care'.*determine each other") as caught:
        take_answers(model, columns)
    assert caught.value.code == "path-model.unidentified"


def test_missing_answers_are_counted_and_filled_or_left_out() -> None:
    columns = likert(simulated())
    columns["care1"][:30] = 9
    columns["loyal3"][20:40] = np.nan
    casewise = take_answers(MODEL, columns, codes=(9,), scale=Scale(low=1, high=7))
    assert (casewise.offered, casewise.sample.n, casewise.left_out) == (400, 360, 40)
    assert dict(zip(MODEL.items, casewise.absent, strict=True))["care1"] == 30
    filled = take_answers(MODEL, columns, codes=(9,), missing=Missing.MEAN)
    assert filled.sample.n == 400
    assert filled.sample.rows[0, 0] == pytest.approx(columns["care1"][30:].mean())
    assert casewise.digest != filled.digest


def test_weights_count_and_rows_without_one_are_left_out() -> None:
    columns = simulated()
    weights = np.ones(400)
    weights[:100] = 0
    weights[100] = np.nan
    taken = take_answers(MODEL, columns, weights=weights)
    assert taken.sample.n == 299
    assert taken.sample.case_weights.mean() == pytest.approx(1)
