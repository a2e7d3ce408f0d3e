"""The methods paragraph and the treatment of rows: every row and every resample is told, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.answers import Missing, TooFewRows, read_answers
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.group_comparison import find_groups
from safar.analysis.path_model.importance_result import find_importance
from safar.analysis.path_model.paper import paper_tables
from safar.analysis.path_model.paragraph import methods_paragraph
from safar.analysis.path_model.parts import CopulaFigure, ExactFitFigure
from safar.analysis.path_model.prediction_result import find_prediction
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.run import Resampling, Run
from safar.analysis.path_model.sample_result import find_sample
from safar.analysis.path_model.screen_answers import find_screening
from safar.analysis.path_model.segments_result import find_segments
from safar.domain.path_model import Construct, HigherOrder, Measured, Mode, PathModel
from safar.domain.path_model import Path as Claim
from safar.files.path_model.report import as_latex_report, as_markdown_report, as_page
from tests.analysis.path_model.simulated_rows import MODEL, likert, simulated


@cache
def plain() -> PathResult:
    return analyze(MODEL, read_answers(MODEL, simulated(200))[0], Run())


def with_tests(made: Resampling | None) -> PathResult:
    """With results of both tests beside it, which the figures of these tests have no part in."""
    exact = ExactFitFigure(distance="srmr", tested="estimated", value=0.03, critical=0.04, p=0.2, rejected=False)
    copula = CopulaFigure(source="Care", target="Trust", normal_p=None, term=None, path=None, there=False)
    run = Run(resampling=made, exact_fit=True, copula=True)
    return replace(plain(), run=run, exact_fit=(exact,), exact_fit_lost=4, copulas=(copula,))


def test_rows_given_left_out_for_want_of_a_weight_and_used_are_all_told() -> None:
    columns, weights = simulated(200), np.ones(200)
    weights[:30] = 0
    columns["care1"][20:40] = np.nan
    sample, treatment = read_answers(MODEL, columns, case_weights=weights)
    assert (treatment.rows, treatment.without_weight, treatment.left_out) == (200, 30, 10)
    assert treatment.kept == sample.n == 160
    assert str(treatment) == "30 of 200 rows have no weight and are left out. 170 rows, 10 with gaps: 10 left out."
    result = analyze(MODEL, sample, Run(weight="w1"), treatment=treatment)
    told = methods_paragraph(result)
    assert "Of 200 rows 160 were used; 30 without a weight were left out; 10 with missing answers were left out" in told
    persian = methods_paragraph(result, "fa")
    assert "از ۲۰۰ ردیف، ۱۶۰ ردیف به کار رفت؛ ۳۰ ردیف بی‌وزن کنار گذاشته شد؛ ۱۰ ردیف با پاسخ گمشده" in persian
    assert "\u2068w1\u2069" in persian
    assert {one.reason: one.says for one in result.doubts if one.reason != "sample"} == {
        "no-weight": "30 of 200 rows (15%) were left out because they have no weight; find out why.",
        "left-out": "10 of 170 rows (6%) were left out for missing answers; who does not answer may differ from who "
        "does.",
    }
    with pytest.raises(TooFewRows, match=r"5 rows \(195 of 200 left out for their gaps or for want of a weight\)"):
        read_answers(MODEL, columns, case_weights=np.arange(200) >= 195)


def test_rows_without_any_answer_are_told_where_gaps_are_filled() -> None:
    columns = simulated(200)
    for values in columns.values():
        values[:2] = np.nan
    columns["care1"][2:5] = np.nan
    for missing, filled in ((Missing.MEAN, "3 missing answers were replaced"), (Missing.NIPALS, "3 with missing")):
        sample, treatment = read_answers(MODEL, columns, missing=missing)
        told = methods_paragraph(analyze(MODEL, sample, Run(missing=missing), treatment=treatment))
        assert f"Of 200 rows 198 were used; 2 without any answer were left out; {filled}" in told


def test_tests_tell_their_own_resamples() -> None:
    told = methods_paragraph(with_tests(None))
    assert "No resamples were drawn of the estimates, so that they have no intervals and no p-values." in told
    assert "no inference" not in told
    assert "measurement alone (1,000 resamples; seed 1); 4 inadmissible resamples were left out" in told
    told = methods_paragraph(with_tests(Resampling(resamples=5_000, seed=2024, confidence=0.99)))
    assert "Exact fit was tested at the 1% level" in told
    assert told.count("(1,000 resamples, the most that tests draw; seed 2024)") == 2
    few = with_tests(Resampling(resamples=400, seed=2))
    assert methods_paragraph(few).count("(400 resamples; seed 2)") == 2
    notes = {one.name: one.notes for one in paper_tables(with_tests(Resampling(resamples=5_000, seed=2024)))}
    held = "1,000 resamples (seed 2024): tests draw no more."
    assert notes["exact-fit"] == (held, "4 inadmissible ones are left out.")
    assert notes["endogeneity"][0] == held
    assert {one.name: one.notes for one in paper_tables(few)}["exact-fit"][0] == "400 resamples (seed 2)."


def test_a_p_value_beyond_the_approximation_is_not_printed_as_one() -> None:
    tables = {one.name: one for one in paper_tables(with_tests(None))}
    assert tables["endogeneity"].rows[0][1] == "> .10"
    persian = {one.name: one for one in paper_tables(with_tests(None).in_language("fa"))}
    assert persian["endogeneity"].rows[0][1] == "بیش از ۰٫۱۰"
    assert with_tests(None).parts["endogeneity"][0]["normal_p"] is None


def test_persian_leaves_nothing_out() -> None:
    told = methods_paragraph(with_tests(Resampling(resamples=5_000, seed=2024)), "fa")
    for part in (
        "آغاز از وزن‌های برابر",
        "توقف با تغییر کمتر از ۰٫۰۰۰۰۰۰۱ پس از",
        "دوسویه",
        "علامت نمره‌ها با علامت",
        "بذر ۲۰۲۴",
        "۴ نمونهٔ ناپذیرفتنی کنار گذاشته شد",
        "بیشترین شمار برای آزمون‌ها",
        "در سطح ۵ درصد",
    ):
        assert part in told
    assert not re.search(r"[0-9]", told)


def test_higher_orders_tell_how_they_are_measured() -> None:
    model = PathModel(
        name="higher",
        constructs=tuple(
            Construct(name=one.name, items=one.items, measured=Measured.COMPOSITE) for one in MODEL.constructs
        ),
        higher_orders=(HigherOrder(name="Bond2", parts=("Care", "Trust"), mode=Mode.B),),
        paths=(Claim(source="Bond2", target="Loyalty"),),
    )
    result = analyze(model, read_answers(model, simulated(200))[0], Run())
    assert "scores of their parts as items: Bond2 as a composite in mode B." in methods_paragraph(result)
    persian = methods_paragraph(result, "fa")
    assert "\u2068Bond2\u2069 ترکیب در حالت B" in persian
    factor = replace(
        model, higher_orders=(HigherOrder(name="Bond2", parts=("Care", "Trust"), measured=Measured.FACTOR),)
    )
    assert "Bond2 as a common factor in mode A" in methods_paragraph(replace(result, model=factor))


@cache
def further() -> tuple[FurtherResult, ...]:
    columns = likert(simulated(120))
    sample = read_answers(MODEL, columns)[0]
    options = Options()
    return (
        find_prediction(MODEL, sample, options, repeats=2, seed=1234),
        find_groups(MODEL, sample, options, by="kind1", labels=["a", "b"] * 60, resamples=29, seed=1235),
        find_segments(MODEL, sample, options, most=2, chosen=2, starts=2, seed=1236),
        find_importance(MODEL, sample, options, scale=(1, 7)),
        find_screening(MODEL, sample.rows, sample, scale=(1, 7), seed=1237),
        find_sample(paths=(0.2,)),
    )


def test_further_analyses_are_part_of_the_method() -> None:
    told = methods_paragraph(plain(), further=further())
    for part in (
        "PLSpredict and CVPAT, 10 parts, 2 times (seed 1234)",
        "Groups by kind1 (a 60, b 60) were compared by MICOM and 29 permutations",
        "(seed 1235)",
        "Segments, 1 to 2, were looked for by FIMIX (seed 1236).",
        "on 0 to 100 of a scale of 1 to 7 (weights of answers as they are)",
        "the limits of Lilliefors' test and of parallel analysis were simulated (seed 1237)",
        "was worked out at the 5% level for a power of 80%",
    ):
        assert part in told
    persian = methods_paragraph(plain(), "fa", further=further())
    for part in ("(بذر ۱۲۳۴)", "\u2068kind1\u2069", "۲۹ جایگشت", "(بذر ۱۲۳۶)", "(بذر ۱۲۳۷)", "مقیاس ۱ تا ۷"):
        assert part in persian
    for written in (
        as_page(plain(), "", further=further()),
        as_markdown_report(plain(), further=further()),
        as_latex_report(plain(), further=further()),
    ):
        assert "FIMIX (seed 1236)" in written
