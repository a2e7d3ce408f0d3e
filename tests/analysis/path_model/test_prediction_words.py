"""What is said of a prediction follows what was compared, and how it came out."""

from __future__ import annotations

from dataclasses import replace

from safar.analysis.path_model.answers import read_answers
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.prediction import Antecedents, Benchmark
from safar.analysis.path_model.prediction_result import find_prediction, power_of
from tests.analysis.path_model.simulated_rows import MODEL, likert, simulated

PLAIN = Options()


def sample_of(n: int = 240) -> Sample:
    return read_answers(MODEL, likert(simulated(n)))[0]


def test_prediction_tells_what_it_was_compared_with() -> None:
    """The note follows the choices of the analysis."""
    usual, other = (
        find_prediction(MODEL, sample_of(60), PLAIN, folds=folds, repeats=1, antecedents=start, benchmark=against)
        for folds, start, against in (
            (5, Antecedents.DIRECT, Benchmark.EXOGENOUS),
            (60, Antecedents.EARLIEST, Benchmark.OTHERS),
        )
    )
    assert usual.tables()[0].notes == (
        "Out of sample, 5 parts, 1 times (seed 1); from the row's own scores of what acts on a construct directly. "
        "Linear: regression on the items of what nothing acts on.",
    )
    assert other.tables()[0].notes == (
        "Out of sample, one row left out at a time; from the row's own scores of what nothing acts on. "
        "Linear: regression on the items of all other constructs.",
    )
    persian = other.in_language("fa").tables()[0].notes[0]
    assert "سازه‌های برون‌زا" in persian
    assert "گویه‌های همهٔ سازه‌های دیگر" in persian


def test_prediction_that_is_worse_than_the_mean_is_called_worse() -> None:
    found = find_prediction(MODEL, sample_of(), PLAIN, repeats=1)
    turned = replace(found, losses=tuple(replace(one, difference=0.2, p=0.002) for one in found.losses)).in_language(
        "en"
    )
    assert turned.says[1] == (
        "It predicts worse than the mean of others' answers (p = .002): nothing else here is to be acted on."
    )
    assert "بدتر از میانگین" in turned.in_language("fa").says[1]


def test_power_needs_the_mean_to_be_beaten_first() -> None:
    """Shmueli and others (2019): Q²predict above zero, and only then the comparison with regression."""
    found = find_prediction(MODEL, sample_of(), PLAIN, repeats=1)
    assert power_of(found.items) == "high"
    items = (replace(found.items[0], q2=-0.01), *found.items[1:])
    assert power_of(items) == "medium"
    told = replace(found, items=items).in_language("en").says
    assert told[0].startswith("Medium predictive power: 5 of 6 items")
    assert told[3] == ("The mean predicts these items as well or better (Q²predict is not above zero): trust1.")
    assert power_of(tuple(replace(one, q2=0.0) for one in items)) == "none"
