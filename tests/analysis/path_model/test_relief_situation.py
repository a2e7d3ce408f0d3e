"""The relief paper's situation on simulated answers: five constructs, 17 items, 320 answers, reported as it reports.

Provenance of the structure (`safar.datasets.relief`): Eghbali (2021), Journal of System Management 7(3), tables 8-12.
The answers are simulated: only the structure is the paper's, never its truth.
"""

from __future__ import annotations

import numpy as np
import pytest

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.answers import read_answers
from safar.analysis.path_model.communality import communality
from safar.analysis.path_model.estimate import Options, estimate
from safar.analysis.path_model.factorability import sampling_adequacy, sphericity
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.normality import normality
from safar.analysis.path_model.paper import paper_tables
from safar.analysis.path_model.printed import Printed, PrintedConstruct, PrintedPath, band, items_of, objections
from safar.analysis.path_model.reliability import reliability
from safar.analysis.path_model.result import PathResult, Resampling, Run, Stand
from safar.datasets.relief import R2, REPORTED, ROWS, relief_answers, relief_model

MODEL = relief_model()
ENDOGENOUS = ("experience", "support", "loyalty")


@pytest.fixture(scope="module")
def sample() -> Sample:
    return read_answers(MODEL, relief_answers(seed=1), scales=dict.fromkeys(MODEL.items, (1, 5)))[0]


@pytest.fixture(scope="module")
def result(sample: Sample) -> PathResult:
    return analyze(MODEL, sample, Run(options=Options(consistent=True), resampling=Resampling(resamples=500, seed=2)))


def means(sample: Sample) -> dict[str, np.ndarray]:
    """Each person's mean answer to a construct's items, which the paper's tables 8 and 9 are of."""
    places = {one.name: [MODEL.items.index(item) for item in one.items] for one in MODEL.constructs}
    return {name: sample.rows[:, place].mean(axis=1) for name, place in places.items()}


def test_the_answers_are_those_of_the_paper_s_situation(sample: Sample) -> None:
    """Tables 1, 8 and 9: 17 items, of which Bartlett's degrees of freedom tell; means and deviations of constructs."""
    assert sample.rows.shape == (ROWS, 17) == (320, 17)
    assert set(np.unique(sample.rows)) == {1, 2, 3, 4, 5}
    for name, values in means(sample).items():
        assert values.mean() == pytest.approx(REPORTED[name].mean, abs=0.1)
        assert values.std(ddof=1) == pytest.approx(REPORTED[name].deviation, abs=0.1)
    correlations = sample.correlations[0]
    test = sphericity(correlations, ROWS)
    assert (test.df, items_of(test.df)) == (136, 17)
    assert test.p_value < 0.001
    assert sampling_adequacy(correlations).total > 0.8
    tested = normality(np.column_stack([*means(sample).values()]), seed=1, draws=1_000)
    assert (tested.kolmogorov_p < 0.05).all()  # as means of a few answers on five points are: unlike the paper's
    assert (relief_answers(seed=1)["exp1"] == relief_answers(seed=1)["exp1"]).all()
    assert (relief_answers(seed=1)["exp1"] != relief_answers(seed=2)["exp1"]).any()


def test_everything_that_the_paper_reports_is_there(result: PathResult, sample: Sample) -> None:
    assert (len(result.constructs), len(result.items), result.n) == (5, 17, ROWS)
    tables = {table.name: table for table in paper_tables(result)}
    assert [row[1] for row in tables["paths"].rows] == [str(path).replace("->", "→") for path in MODEL.paths]
    assert all(path.figure.t is not None for path in result.paths)
    explained = {one.construct: one.r2.estimate for one in result.constructs if one.r2}
    assert set(explained) == set(ENDOGENOUS)  # never of a construct to which nothing leads
    for name, value in explained.items():
        assert band(value) == band(R2[name]) == "substantial"
        assert value == pytest.approx(R2[name], abs=0.1)
    for name in REPORTED:
        loadings = [one.loading.estimate for one in result.items if one.construct == name]
        assert np.mean(loadings) == pytest.approx(np.mean(REPORTED[name].loadings), abs=0.05)
        one = result.construct(name)
        places = [MODEL.items.index(item) for item in MODEL.construct(name).items]
        assert one.alpha == pytest.approx(reliability(Sample(sample.rows[:, places], np.ones(ROWS))).alpha_raw)
        assert 0.7 < (one.alpha or 0) < 0.93
    assert result.verdicts[0].stand is Stand.SUPPORTED
    # GoF: the paper prints 0.72, and its own loadings and R² of constructs with an arrow give 0.69.
    assert result.fit.gof == pytest.approx(0.69, abs=0.05)
    assert ("GoF", f"{result.fit.gof:.3f}") in tables["fit"].rows


def test_plain_estimates_of_factors_tell_another_story(result: PathResult, sample: Sample) -> None:
    """Uncorrected, loadings are too high and every R² too low: by the paper's own limit one is not substantial."""
    plain = estimate(MODEL, sample, np.ones((1, ROWS)), Options())
    names = plain.layout.constructs
    assert communality(plain).mean() > np.mean([one.loading.estimate**2 for one in result.items]) + 0.05
    for name in ENDOGENOUS:
        corrected = result.construct(name).r2
        assert corrected is not None
        assert plain.structure.r2[0, names.index(name)] < corrected.estimate - 0.05
    assert min(plain.structure.r2[0, names.index(name)] for name in ENDOGENOUS) < 0.67


def test_a_careful_reader_is_told_what_to_doubt(result: PathResult) -> None:
    """Experience and relief support correlate at .93: they are hardly two things."""
    reasons = {doubt.reason for verdict in result.verdicts for doubt in verdict.doubts}
    assert "discriminant-validity" in reasons
    told = " ".join(doubt.says for verdict in result.verdicts for doubt in verdict.doubts)
    assert "experience and support can hardly be told apart" in told


def test_what_is_reported_follows_from_itself(result: PathResult, sample: Sample) -> None:
    """Printed as the paper prints, and read again, our own report has none of the faults that the paper's has."""
    scored = means(sample)
    printed = Printed(
        constructs=tuple(
            PrintedConstruct(
                name=one.construct,
                items=one.items,
                loadings=tuple(i.loading.estimate for i in result.items if i.construct == one.construct),
                ave=None if one.ave is None else round(one.ave, 2),
                alpha=None if one.alpha is None else round(one.alpha, 2),
                r2=None if one.r2 is None else round(one.r2.estimate, 3),
                mean=round(float(scored[one.construct].mean()), 2),
                deviation=round(float(scored[one.construct].std(ddof=1)), 2),
                variance=round(float(scored[one.construct].var(ddof=1)), 2),
            )
            for one in result.constructs
        ),
        paths=tuple(
            PrintedPath(source=p.source, target=p.target, coefficient=p.figure.estimate, t=p.figure.t)
            for p in result.paths
        ),
        counts={"answers": (ROWS,), "items": (17,)},
        roles=tuple(one.construct for one in result.constructs),
        # GoF weighs items; a reader with tables of constructs weighs these.
        gof=None,
        bartlett_df=17 * 16 // 2,
        scale=(1, 5),
    )
    # Loadings as low as the paper's leave less than half of some items' variance: that is so, and is said.
    assert {one.about for one in objections(printed)} <= {"convergent-validity"}
