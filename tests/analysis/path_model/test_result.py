"""One result of one analysis: the truth is found, every figure is there, verdicts say what the figures say."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.answers import Missing, read_answers
from safar.analysis.path_model.determined import Unidentified
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.intervals import IntervalMethod
from safar.analysis.path_model.paragraph import methods_paragraph
from safar.analysis.path_model.result import HTMT_LIMITS, PathResult, Resampling, Run, Stand
from safar.analysis.path_model.verdicts import least_sample
from safar.domain.path_model import Measured, Mode
from safar.files.path_model import read_path_model
from tests.analysis.path_model.frame_checks import check_frames
from tests.analysis.path_model.simulated_rows import CHAIN, LOADING, MODEL, TRUE, simulated

RUN = Run(options=Options(consistent=True), resampling=Resampling(resamples=400, seed=3))


def analyzed(n: int = 2_000, run: Run = RUN) -> PathResult:
    return analyze(MODEL, read_answers(MODEL, simulated(n))[0], run, model_text=CHAIN)


def test_finds_the_truth_within_its_intervals() -> None:
    found = analyzed()
    for (source, target), true in TRUE.items():
        path = found.path(source, target)
        assert path.figure.low is not None
        assert path.figure.high is not None
        assert path.figure.low < true < path.figure.high
        assert path.figure.estimate == pytest.approx(true, abs=0.08)
    assert [item.loading.estimate for item in found.items] == pytest.approx([LOADING] * 9, abs=0.06)
    total = next(one for one in found.effects if (one.source, one.target) == ("Care", "Loyalty"))
    assert total.total.estimate == pytest.approx(
        total.indirect.estimate + found.path("Care", "Loyalty").figure.estimate
    )
    assert total.indirect.estimate == pytest.approx(0.3, abs=0.06)


def test_reliability_is_that_of_the_simulation() -> None:
    found = analyzed()
    true = 9 * LOADING**2 / (9 * LOADING**2 + 3 * (1 - LOADING**2))  # parallel items: all definitions agree
    for one in found.constructs:
        assert [one.alpha, one.alpha_standardized, one.rho_a, one.rho_c] == pytest.approx([true] * 4, abs=0.03)
        assert one.ave == pytest.approx(LOADING**2, abs=0.04)
    trust = found.construct("Trust")
    assert trust.r2 is not None
    assert trust.r2_adjusted is not None
    assert trust.r2_adjusted < trust.r2.estimate
    assert found.construct("Care").r2 is None


def test_htmt_has_a_one_sided_bound_and_says_below_which_limits() -> None:
    for pair in analyzed().htmt:
        assert pair.upper is not None
        assert pair.upper > pair.value
        assert pair.below == tuple(limit for limit in HTMT_LIMITS if pair.upper < limit)


def test_verdicts_tell_support_wrong_sign_and_chance() -> None:
    found = analyzed()
    stands = {one.hypothesis: one.stand for one in found.verdicts}
    assert stands == {"H1": Stand.SUPPORTED, "H2": Stand.SUPPORTED, "H3": Stand.WRONG_SIGN}
    assert "negative was expected" in found.verdicts[2].says
    nothing = simulated(100, seed=5)
    chance = np.random.default_rng(6)
    nothing |= {item: chance.permutation(nothing[item]) for item in ("care1", "care2", "care3")}
    weak = analyze(MODEL, read_answers(MODEL, nothing)[0], replace(RUN, options=Options()))
    assert weak.verdicts[0].stand is Stand.NOT_SUPPORTED
    reasons = {doubt.reason for verdict in weak.verdicts for doubt in verdict.doubts}
    assert "reliability" in reasons
    # Of the rows alone: power for a path that was estimated would say its p-value again.
    assert "sample" not in reasons
    assert [one.says for one in weak.doubts if one.reason == "sample"] == [
        "100 rows find only paths of 0.28 and more four times of five, tested two-sided at 5% (inverse square root): "
        "smaller ones may be there unseen, and those found tend to be told too large."
    ]


def test_without_resamples_nothing_is_said_of_chance() -> None:
    found = analyzed(run=Run())
    assert {one.stand for one in found.verdicts} == {Stand.UNTESTED}
    assert found.paths[0].figure.low is None
    assert found.path("Care", "Trust").figure.p is None


@pytest.mark.parametrize("method", IntervalMethod)
def test_every_interval_method_holds_its_estimate(method: IntervalMethod) -> None:
    run = replace(RUN, resampling=Resampling(resamples=200, seed=3, interval=method))
    for path in analyzed(300, run).paths:
        assert path.figure.low is not None
        assert path.figure.high is not None
        assert path.figure.low < path.figure.estimate < path.figure.high


def test_same_seed_same_figures_other_seed_others() -> None:
    first, again = analyzed(300), analyzed(300)
    other = analyzed(300, replace(RUN, resampling=Resampling(resamples=400, seed=4)))
    assert first.to_json() == again.to_json()
    assert first.paths != other.paths
    assert [p.figure.estimate for p in first.paths] == [p.figure.estimate for p in other.paths]


def test_turns_into_tables_for_whoever_asks() -> None:
    found = analyzed(300)
    check_frames(found)
    assert json.loads(found.to_json())["paths"][0]["figure"]["estimate"] == found.paths[0].figure.estimate
    assert "Care → Trust" in repr(found)
    assert "<table>" in found._repr_html_()
    with pytest.raises(KeyError, match="no table 'nothing'"):
        found.to_polars("nothing")


def test_higher_orders_and_interactions_have_their_figures() -> None:
    columns = simulated(500)
    text = """
    Care =~ care1 + care2 + care3
    Trust =~ trust1 + trust2 + trust3
    First =~ loyal1
    Second =~ loyal2 + loyal3
    Loyalty <~ First + Second
    Loyalty ~ Care + Trust + Care:Trust
    """
    model = read_path_model(text)
    found = analyze(model, read_answers(model, columns)[0], Run(resampling=Resampling(resamples=100)))
    assert {one.construct for one in found.constructs} == {"Care", "Trust", "First", "Second", "Loyalty"}
    assert [one.item for one in found.items if one.construct == "Loyalty"] == ["First", "Second"]
    assert len(found.items) == len(model.items) + 2
    assert found.path("Care*Trust", "Loyalty").figure.low is not None
    assert "Care*Trust" not in found.names


def test_mode_b_needs_items_that_do_not_determine_each_other() -> None:
    columns = simulated()
    columns["care3"] = columns["care1"] + columns["care2"]
    analyze(MODEL, read_answers(MODEL, columns)[0], Run())  # mode A weighs them
    care = replace(MODEL.constructs[0], mode=Mode.B, measured=Measured.COMPOSITE)
    model = replace(MODEL, constructs=(care, *MODEL.constructs[1:]))
    with pytest.raises(Unidentified, match=r"'Care'.*determine each other"):
        analyze(model, read_answers(model, columns)[0], Run())


def test_rows_with_gaps_count_for_what_they_hold() -> None:
    columns = simulated(600)
    columns["care1"][:60] = np.nan
    sample, treatment = read_answers(MODEL, columns, missing=Missing.NIPALS)
    run = Run(missing=Missing.NIPALS, resampling=Resampling(resamples=60))
    found = analyze(MODEL, sample, run, treatment=treatment)
    assert (found.n, found.treatment.left_out) == (600, 0)
    assert found.construct("Care").alpha == pytest.approx(0.84, abs=0.03)
    assert found.path("Care", "Trust").figure.low is not None
    assert "60 with missing answers counted for what they hold" in methods_paragraph(found)


def test_inverse_square_root() -> None:
    """Kock and Hadaya (2018) print 160 for a least path of .197 at .05 and .80."""
    assert least_sample(0.197) == 160
    assert least_sample(-0.197) == 160
    assert least_sample(0.0) is None


def test_failed_resamples_are_left_out_and_said() -> None:
    columns = simulated(60)
    columns["care1"] = np.where(np.arange(60) == 7, 5.0, 4.0)  # without row 7 the item does not vary
    found = analyze(MODEL, read_answers(MODEL, columns)[0], Run(resampling=Resampling(resamples=200)))
    assert 40 < found.failed < 110  # 1 / e of 200, give or take
    assert any(doubt.reason == "failed-replicates" for doubt in found.doubts)
    assert all(np.isfinite(path.figure.low or np.nan) for path in found.paths)
    json.loads(found.to_json(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
