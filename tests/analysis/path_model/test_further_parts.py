"""What a result holds besides paths: mediation, cross-loadings, HTMT2, omega, tests on request, Persian."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from safar.analysis.path_model.analyze import NoReplicates, analyze
from safar.analysis.path_model.answers import AnswersMissing, Missing, read_answers
from safar.analysis.path_model.bootstrap import bootstrap, jackknife
from safar.analysis.path_model.determined import Unidentified, Unreliable
from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.exact_fit import NoExactFit
from safar.analysis.path_model.figures import kept
from safar.analysis.path_model.intervals import IntervalMethod
from safar.analysis.path_model.layout import Block, lay_out
from safar.analysis.path_model.mediation import Kind, mediations
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.paper import paper_tables
from safar.analysis.path_model.paragraph import methods_paragraph
from safar.analysis.path_model.quality import htmt2
from safar.analysis.path_model.reliability import reliability
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.rivals import criteria, effect_sizes_anew
from safar.analysis.path_model.run import Resampling, Run
from safar.analysis.path_model.table_notes import sample_note
from safar.analysis.path_model.weights import Scheme, can_compile, find_weights
from safar.analysis.thaw import thaw
from safar.domain.path_model import Construct, Measured, PathModel
from safar.domain.path_model import Path as Claim
from safar.files.path_model import read_path_model, read_run, write_run
from tests.analysis.path_model.reference_kit import model_of, reference
from tests.analysis.path_model.simulated_rows import MODEL, simulated

RUN = Run(options=Options(consistent=True), resampling=Resampling(resamples=300, seed=3))


def sample_of(n: int = 400, **more: float) -> Sample:
    return read_answers(MODEL, simulated(n, **more))[0]  # type: ignore[arg-type]


@cache
def found(run: Run = RUN, n: int = 400) -> PathResult:
    return analyze(MODEL, sample_of(n), run)


@pytest.mark.parametrize("method", [IntervalMethod.PERCENTILE, IntervalMethod.BCA])
def test_mediation_is_that_of_the_engine(method: IntervalMethod) -> None:
    run = replace(RUN, resampling=Resampling(resamples=200, seed=5, interval=method))
    result, sample = found(run, 120), sample_of(120)
    fits = estimate(MODEL, sample, np.ones((1, sample.n)), run.options)

    def paths(counted: object) -> dict[str, np.ndarray]:
        return {"paths": counted.structure.paths}  # type: ignore[attr-defined]

    drawn = bootstrap(MODEL, sample, run.options, resamples=200, seed=5, keep=paths)
    left_out = jackknife(MODEL, sample, run.options, keep=paths).figures["paths"]
    (told,) = mediations(
        fits.layout, fits.structure.paths, drawn.figures["paths"], n=sample.n, method=method, left_out=left_out
    )
    (one,) = result.mediations
    assert (one.source, one.target, one.kind, one.share) == (told.source, told.target, told.kind, told.share)
    for mine, theirs in ((one.indirect, told.indirect), (one.total, told.total), (one.ways[0].effect, told.indirect)):
        assert (mine.estimate, mine.low, mine.high, mine.p) == pytest.approx(
            (theirs.estimate, theirs.low, theirs.high, theirs.p), abs=1e-12
        )
    assert one.ways[0].constructs == ("Care", "Trust", "Loyalty")
    assert found().mediations[0].kind is Kind.COMPLEMENTARY


def test_without_resamples_no_kind_of_mediation_is_claimed() -> None:
    (one,) = found(Run()).mediations
    assert (one.kind, one.indirect.low) == (None, None)
    assert one.share == pytest.approx(one.indirect.estimate / one.total.estimate)


def test_cross_loadings_are_correlations_with_the_scores() -> None:
    result, sample = found(), sample_of()
    fits = estimate(MODEL, sample, np.ones((1, sample.n)), RUN.options)
    weights = fits.weights.weights[0]
    scores = np.stack(
        [sample.standardized[:, 3 * j : 3 * j + 3] @ weights[3 * j : 3 * j + 3] for j in range(3)], axis=1
    )
    for place, one in enumerate(result.cross_loadings):
        among = [np.corrcoef(sample.rows[:, place], scores[:, j])[0, 1] for j in range(3)]
        assert one.loadings == pytest.approx(among, abs=1e-12)
        assert one.nearest == one.construct
    assert list(result.parts["cross_loadings"][0]) == ["construct", "item", "Care", "Trust", "Loyalty"]


def test_an_item_that_goes_with_another_construct_is_doubted() -> None:
    columns = simulated(400)
    columns["care3"] = columns["trust1"] + 0.3 * columns["trust2"]
    result = analyze(MODEL, read_answers(MODEL, columns)[0], RUN)
    said = [doubt.says for one in result.verdicts for doubt in one.doubts if doubt.reason == "cross-loading"]
    assert any("care3 of Care goes more with Trust" in one for one in said)


def test_omega_and_htmt2_are_those_of_their_own_modules() -> None:
    result, sample = found(), sample_of()
    for j, one in enumerate(result.constructs):
        own = Sample(sample.rows[:, 3 * j : 3 * j + 3], sample.case_weights)
        assert one.omega == pytest.approx(reliability(own).omega_raw, abs=1e-9)
    fits = estimate(MODEL, sample, np.ones((1, sample.n)), RUN.options)
    values = htmt2(fits.correlations, fits.layout)[0]
    assert [one.htmt2 for one in result.htmt] == pytest.approx([values[0, 1], values[0, 2], values[1, 2]])
    assert all(one.htmt2_upper is not None and one.htmt2_upper > one.htmt2 for one in result.htmt)


def test_omega_is_that_of_psych(shared_data: Path) -> None:
    """Provenance: omega of psych for R with one factor, of each block of `satisfaction`."""
    model, sample = model_of(shared_data, "satisfaction")
    result = analyze(model, sample, Run())
    told = reference(shared_data, "satisfaction_psych_lavaan")["omega_total_1factor"]
    assert {one.construct: one.omega for one in result.constructs} == pytest.approx(told, abs=1e-6)


def test_common_method_and_sample_size_are_said() -> None:
    result = found()
    assert result.common_method is not None
    assert result.common_method.full_vif == max(one.full_vif or 0 for one in result.constructs)
    assert not result.common_method.suspected
    size = result.sample_size
    # z(.975) + z(.80) = 1.95996 + 0.84162: two-sided, as the verdicts are.
    assert size.least_path == pytest.approx(2.80159 / np.sqrt(400), abs=1e-4)
    assert sample_note(result) == (
        "Sample: 400 rows find paths of 0.14 and more four times of five, tested two-sided at 5% (inverse square root)."
    )
    strict = analyze(MODEL, sample_of(400), Run(resampling=Resampling(resamples=20, confidence=0.99)))
    assert strict.sample_size.least_path == pytest.approx((2.57583 + 0.84162) / np.sqrt(400), abs=1e-4)
    assert "0.17 and more four times of five, tested two-sided at 1%" in sample_note(strict)
    constructs = next(one for one in paper_tables(result) if one.name == "constructs")
    assert "no sign of it" in constructs.notes[2]


def test_tests_are_made_where_they_are_asked_for() -> None:
    plain = found()
    assert not plain.exact_fit
    assert not plain.copulas
    run = replace(RUN, exact_fit=True, copula=True, resampling=Resampling(resamples=150, seed=3))
    columns = simulated(300)
    for item in ("care1", "care2", "care3"):
        columns[item] = np.exp(columns[item])  # far from normal, so that there is a term
    result = analyze(MODEL, read_answers(MODEL, columns)[0], run)
    assert {(one.distance, one.tested) for one in result.exact_fit} >= {("srmr", "estimated"), ("d_g", "saturated")}
    assert all(0 < one.p <= 1 for one in result.exact_fit)
    assert {(one.source, one.target) for one in result.copulas} == {
        ("Care", "Trust"), ("Care", "Loyalty"), ("Trust", "Loyalty"),
    }  # fmt: skip
    care = next(one for one in result.copulas if one.source == "Care")
    assert care.normal_p is not None
    assert care.normal_p <= 0.01
    assert care.term is not None
    names = [one.name for one in paper_tables(result)]
    assert {"exact-fit", "endogeneity"} <= set(names)
    told = methods_paragraph(result)
    assert "Exact fit was tested" in told
    assert "Gaussian copula terms" in told
    assert "کوپولای گاوسی" in methods_paragraph(result, "fa")


def test_tests_that_cannot_be_made_say_why() -> None:
    columns = simulated(200)
    columns["trust2"][:7] = np.nan
    sample, treatment = read_answers(MODEL, columns, missing=Missing.NIPALS)
    for run in (Run(exact_fit=True), Run(copula=True)):
        with pytest.raises(AnswersMissing, match="item trust2 of Trust lacks 7 of 200 answers") as caught:
            analyze(MODEL, sample, run, treatment=treatment)
        assert "casewise" in caught.value.next_step
    moderated = read_path_model("A =~ care1 + care2\nB =~ trust1 + trust2\nC =~ loyal1 + loyal2\nC ~ A + B + A:B")
    with pytest.raises(NoExactFit):
        analyze(moderated, read_answers(moderated, simulated(200))[0], Run(exact_fit=True))


def test_inadmissible_resamples_can_be_left_out() -> None:
    # Few rows and weak items: consistent estimates often leave what can be.
    sample = sample_of(60, loading=0.55)
    made = Resampling(resamples=400, seed=1)
    with_all = analyze(MODEL, sample, replace(RUN, resampling=made))
    without = analyze(MODEL, sample, replace(RUN, resampling=replace(made, drop_inadmissible=True)))
    assert with_all.inadmissible == without.inadmissible > 4
    drawn = bootstrap(MODEL, sample, RUN.options, resamples=400, seed=1, keep=kept)
    used = drawn.figures["paths"][drawn.admissible]
    assert without.paths[0].figure.standard_error == pytest.approx(used[:, 0].std(ddof=1))
    assert with_all.paths[0].figure.standard_error != without.paths[0].figure.standard_error
    reasons = {one.reason for one in without.doubts}
    assert "dropped-replicates" in reasons
    assert "and left out too" in methods_paragraph(without)


def test_nothing_is_said_of_chance_where_no_resample_can_be_used() -> None:
    # Two constructs with the same items but for noise: their corrected correlation exceeds one in every resample.
    columns = simulated(200, loading=0.6)
    chance = np.random.default_rng(1)
    for k in (1, 2, 3):
        columns[f"trust{k}"] = columns[f"care{k}"] + 0.1 * chance.normal(size=200)
    sample = read_answers(MODEL, columns)[0]
    made = Resampling(resamples=50, seed=1, drop_inadmissible=True)
    with pytest.raises(NoReplicates, match="too few are left") as caught:
        analyze(MODEL, sample, replace(RUN, resampling=made))
    assert caught.value.code == "path-model.no-replicates"


def test_a_single_item_that_correlates_with_nothing_has_weight_one() -> None:
    correlations = np.array([[[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 1.0]]])
    model = PathModel(
        name="nothing",
        constructs=(Construct(name="A", items=("a1", "a2")), Construct(name="B", items=("b1",))),
        paths=(Claim(source="A", target="B"),),
    )
    layout = lay_out([Block(one.name, one.items, one.mode, one.measured) for one in model.constructs], [("A", "B")])
    # A's own items correlate with nothing outside either: only its weights are undetermined.
    for compiled in (False, *([True] if can_compile() else [])):
        weights = find_weights(correlations, layout, scheme=Scheme.PATH, compiled=compiled)
        assert weights.weights[0, 2] == pytest.approx(1.0)
        assert not weights.converged[0]


def test_a_construct_whose_items_correlate_with_nothing_is_named() -> None:
    model = read_path_model("Quiet =~ q1 + q2\nLoud =~ l1\nLoud ~ Quiet")
    exact = np.zeros((8, 3))
    exact[:, 0] = [1, 1, 1, 1, -1, -1, -1, -1]
    exact[:, 1] = [1, 1, -1, -1, 1, 1, -1, -1]
    exact[:, 2] = [1, -1, 1, -1, 1, -1, 1, -1]
    exact[:, 1] += exact[:, 0]
    sample = Sample(exact, np.ones(8))
    with pytest.raises(Unidentified, match="Construct 'Quiet': its items correlate with nothing") as caught:
        analyze(model, sample, Run())
    assert "mode unit" in caught.value.next_step


def test_consistent_estimates_that_do_not_exist_are_said_by_construct() -> None:
    """Of noise: among thirty small samples some construct's items have nothing in common."""

    def noise() -> None:
        for seed in range(30):
            chance = np.random.default_rng(seed)
            columns = {item: chance.normal(size=40) for item in MODEL.items}
            analyze(MODEL, read_answers(MODEL, columns)[0], Run(options=Options(consistent=True)))

    with pytest.raises(Unreliable, match=r"Construct '\w+': its reliability \(rho_A\) comes out at -"):
        noise()


def test_sentences_are_persian_where_that_is_asked_for() -> None:
    result = found()
    persian = result.in_language("fa")
    assert persian.language == "fa"
    assert [one.stand for one in persian.verdicts] == [one.stand for one in result.verdicts]
    assert "تأیید شد" in persian.verdicts[0].says
    assert "\u2068Care\u2069 ← \u2068Trust\u2069" in persian.verdicts[0].says
    assert not any(letter in "0123456789" for letter in persian.verdicts[0].says.replace("H1", ""))
    assert persian.in_language("en") == result
    assert paper_tables(persian)[0].title == "گویه‌ها: بارها و وزن‌ها"
    # Every doubt that there is has its sentence in both languages.
    weak = analyze(MODEL, sample_of(40, loading=0.4), Run(resampling=Resampling(resamples=60, seed=2)))
    for one in weak.in_language("fa").verdicts:
        assert all("{" not in doubt.says and doubt.says != "" for doubt in one.doubts)


def test_result_shows_and_tells_every_table() -> None:
    result = found()
    assert {"mediation", "ways", "cross_loadings", "common_method", "sample_size"} <= set(result.parts)
    assert result.to_polars("ways")["way"].to_list() == ["Care -> Trust -> Loyalty"]
    assert "Mediation" in result.html()
    assert result.text() == repr(result)
    told = json.loads(result.to_json())
    assert told["mediations"][0]["kind"] == "complementary"
    assert "NaN" not in result.to_json()
    assert thaw(PathResult, result.to_json()) == result
    with pytest.raises(KeyError, match="no table 'none'"):
        result.to_pandas("none")


def test_choices_are_kept_in_the_saved_run() -> None:
    run = replace(
        RUN, ordered=True, exact_fit=True, copula=True, resampling=Resampling(resamples=9, drop_inadmissible=True)
    )
    assert read_run(write_run(MODEL, run)).run == run
    assert "exact_fit" not in write_run(MODEL, RUN)


def test_higher_orders_and_interactions_have_cross_loadings_of_asked_items_only() -> None:
    text = (
        "Care =~ care1 + care2 + care3\nTrust =~ trust1 + trust2 + trust3\nLoyalty =~ loyal1 + loyal2 + loyal3\n"
        "Both =~ Care + Trust\nLoyalty ~ Both"
    )
    model = read_path_model(text)
    result = analyze(model, read_answers(model, simulated(200))[0], Run(resampling=Resampling(resamples=40)))
    assert [one.item for one in result.cross_loadings] == list(model.items)
    assert result.cross_loadings[0].names == ("Care", "Trust", "Loyalty")
    moderated = read_path_model(
        "Care =~ care1 + care2 + care3\nTrust =~ trust1 + trust2 + trust3\nLoyalty =~ loyal1 + loyal2 + loyal3\n"
        "Loyalty ~ Care + Trust + Care:Trust"
    )
    told = analyze(moderated, read_answers(moderated, simulated(200))[0], Run(resampling=Resampling(resamples=40)))
    assert [one.item for one in told.cross_loadings] == list(moderated.items)
    assert not told.mediations
    composite = Construct(name="Care", items=("care1", "care2", "care3"), measured=Measured.COMPOSITE)
    plain = replace(MODEL, constructs=(composite, *MODEL.constructs[1:]))
    assert analyze(plain, sample_of(), Run()).construct("Care").omega is None


def test_variants_of_other_engines_stand_beside_the_default() -> None:
    result, sample = found(), sample_of()
    anew = effect_sizes_anew(MODEL, sample, RUN.options)
    assert result.path("Care", "Loyalty").f2_anew == pytest.approx(anew[0, 2])
    assert [one.signed for one in result.htmt] == pytest.approx([one.value for one in result.htmt])  # all point one way
    fits = estimate(MODEL, sample, np.ones((1, sample.n)), RUN.options)
    told = criteria(fits, sample.n)
    assert [one.bic for one in result.criteria] == pytest.approx([told.bic[0, 1], told.bic[0, 2]])
    assert [one.construct for one in result.criteria] == ["Trust", "Loyalty"]
