"""What is given wrongly to a path model in a notebook is refused by its name, with what could be given."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np
import polars as pl
import pytest

import safar
from safar.domain.choice_bounds import COUNTS, ON_PAGES, USUAL, on_page
from safar.errors import InputError
from safar.usecases.path_model_choices import BadChoice, checked
from tests.analysis.path_model.simulated_rows import CHAIN, likert, simulated

ROWS = pl.DataFrame(likert(simulated(120)))
MODEL = safar.PathModel(CHAIN)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: MODEL.bootstrap(ROWS, resamples=0), "resamples: must be a whole number from 2 to 1000000, not 0"),
        (lambda: MODEL.bootstrap(ROWS, resamples=2.5), "resamples: .* not 2.5"),  # type: ignore[arg-type]
        (lambda: MODEL.bootstrap(ROWS, seed=-1), "seed: must be a whole number from 0"),
        (lambda: MODEL.bootstrap(ROWS, confidence=95), "confidence: must be a number from 0.5 to 0.999, not 95"),
        (lambda: MODEL.bootstrap(ROWS, interval="bcaa"), "interval: must be one of percentile, .*bca.* not 'bcaa'"),
        (lambda: MODEL.predict(ROWS, repeats=0), "repeats: must be a whole number from 1 to 1000, not 0"),
        (lambda: MODEL.predict(ROWS, benchmark="all"), "benchmark: must be one of exogenous, others"),
        (lambda: MODEL.fit(ROWS, scale="1-7"), "scale: must be two numbers.*not '1-7'"),  # type: ignore[arg-type]
        (lambda: MODEL.fit(ROWS, scale=(7, 1)), r"scale: must be two numbers.*not \(7, 1\)"),
        (lambda: MODEL.fit(ROWS, codes="99"), "codes: must be a list of numbers"),  # type: ignore[arg-type]
        (lambda: MODEL.fit(ROWS, scheme="pathh"), "scheme: must be one of .*path.* not 'pathh'"),
        (lambda: MODEL.check(ROWS, missing="fiml"), "missing: must be one of casewise, mean, nipals, not 'fiml'"),
        (lambda: MODEL.importance(ROWS, weighing="x", scale=(1, 7)), "weighing: must be one of answers, standardized"),
        (lambda: MODEL.segments(ROWS, most=0), "most: must be a whole number from 1 to 20"),
        (lambda: MODEL.groups(ROWS, "x1", resamples=3), "permutations: must be a whole number from 99"),
        (lambda: MODEL.screen(ROWS, factors=True), "factors: must be a whole number from 1 to 100, not True"),
    ],
)
def test_a_wrong_choice_is_refused_by_its_name(wrong: Callable[[], object], told: str) -> None:
    with pytest.raises(BadChoice, match=told) as found:
        wrong()
    assert found.value.code == "path-model.bad-choice"
    assert found.value.next_step


def test_the_nearest_choice_is_proposed() -> None:
    with pytest.raises(BadChoice) as found:
        checked(interval="bcaa")
    assert found.value.next_step == "Did you mean 'bca'?"


def test_the_command_has_the_same_bounds() -> None:
    from safar.cli import model, model_further

    for command, options in (
        (model.bootstrap, {"resamples": "resamples", "seed": "seed"}),
        (model_further.predict, {"folds": "folds", "repeats": "repeats", "seed": "seed"}),
        (model_further.groups, {"resamples": "permutations"}),
        (model_further.segments, {"most": "most", "show": "show"}),
        (model_further.screen, {"factors": "factors"}),
        (model.compare, {"folds": "folds", "repeats": "repeats"}),
    ):
        parameters = signature(command).parameters
        for option, name in options.items():
            told = parameters[option].default
            assert (told.min, told.max) == COUNTS[name], (command, option)
            assert told.default in (None, USUAL.get(name)), (command, option)


def test_pages_take_no_more_than_the_command() -> None:
    for name, most in ON_PAGES.items():
        assert COUNTS[name][0] <= USUAL.get(name, most) <= most <= COUNTS[name][1]
        assert on_page(name) == (COUNTS[name][0], most)
    assert on_page("seed") == COUNTS["seed"]


@pytest.mark.parametrize("name", COUNTS)
def test_both_ends_are_allowed_and_nothing_beyond(name: str) -> None:
    least, most = COUNTS[name]
    assert checked(**{name: least}) == {name: least}
    assert checked(**{name: np.int64(most)}) == {name: most}
    for wrong in (least - 1, most + 1, float("nan"), "3"):
        with pytest.raises(BadChoice, match=name):
            checked(**{name: wrong})


@pytest.mark.parametrize("data", [ROWS.to_numpy(), None, 7, [[1, 2], [3, 4]]], ids=["array", "none", "number", "lists"])
def test_answers_without_named_columns_are_refused(data: Any) -> None:
    with pytest.raises(InputError, match="columns have no names") as found:
        MODEL.fit(data)
    assert found.value.code == "path-model.no-table"


def test_lazy_and_arrow_tables_are_read_like_frames() -> None:
    digests = {MODEL.fit(data).data_digest for data in (ROWS, ROWS.lazy(), ROWS.to_arrow())}
    assert len(digests) == 1


def test_a_target_that_is_not_there_is_told_from_one_that_nothing_acts_on() -> None:
    first = MODEL.model.order[0]
    with pytest.raises(InputError, match="the model has no such construct"):
        MODEL.importance(ROWS, "Q", scale=(1, 7))
    with pytest.raises(InputError, match="nothing acts on it"):
        MODEL.importance(ROWS, first, scale=(1, 7))


def test_weights_that_are_all_zero_are_told_as_such() -> None:
    with pytest.raises(InputError, match="No row has a weight"):
        MODEL.fit(ROWS.with_columns(w=pl.lit(0.0)), weight="w")


def test_folds_tell_their_range() -> None:
    with pytest.raises(InputError, match="1 cannot be the number of folds: with 120 rows, 2 to 120 are possible"):
        MODEL.predict(ROWS, folds=1)
