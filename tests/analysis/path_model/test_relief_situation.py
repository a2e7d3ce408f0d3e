"""The relief paper's situation on simulated answers: five constructs, 17 items, 320 answers, reported as it reports.

Provenance of the structure: Eghbali (2021), Journal of System Management 7(3): the arrows of table 11, means and
deviations of table 9, mean loadings of table 10, a five-point scale; 136 degrees of freedom mean 17 items. The answers
are simulated: only the structure is the paper's, never its truth.
"""

from __future__ import annotations

import numpy as np
import pytest

from safar.analysis.path_model.analyze import analyze
from safar.analysis.path_model.answers import read_answers
from safar.analysis.path_model.paper import paper_tables
from safar.analysis.path_model.printed import Printed, PrintedConstruct, PrintedPath, band, objections
from safar.analysis.path_model.result import PathResult, Resampling, Run, Stand
from safar.files.path_model import read_path_model

MODEL = read_path_model(
    """
    satisfaction =~ sa1 + sa2 + sa3 + sa4
    experience =~ ex1 + ex2 + ex3
    support =~ su1 + su2 + su3
    strategy =~ st1 + st2 + st3
    loyalty =~ lo1 + lo2 + lo3 + lo4
    experience ~ satisfaction
    support ~ experience
    loyalty ~ experience + support + strategy
    """,
    name="relief services",
)
PRINTED = {  # mean, deviation, mean loading
    "satisfaction": (4.15, 0.79, 0.65), "experience": (4.02, 0.80, 0.75), "loyalty": (4.16, 0.72, 0.69),
    "strategy": (4.10, 0.74, 0.82), "support": (4.03, 0.80, 0.87),
}  # fmt: skip
N = 320


@pytest.fixture(scope="module")
def result() -> PathResult:
    chance = np.random.default_rng(12)
    satisfaction, strategy = chance.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], N).T
    experience = 0.88 * satisfaction + np.sqrt(1 - 0.88**2) * chance.normal(size=N)
    support = 0.93 * experience + np.sqrt(1 - 0.93**2) * chance.normal(size=N)
    loyalty = 0.4 * experience + 0.3 * support + 0.3 * strategy + 0.35 * chance.normal(size=N)
    columns = {}
    for name, scores in (("satisfaction", satisfaction), ("experience", experience), ("support", support),
                         ("strategy", strategy), ("loyalty", loyalty / loyalty.std())):  # fmt: skip
        mean, deviation, loading = PRINTED[name]
        for item in MODEL.construct(name).items:
            said = mean + deviation * (loading * scores + np.sqrt(1 - loading**2) * chance.normal(size=N))
            columns[item] = np.clip(np.round(said), 1, 5)
    sample, treatment = read_answers(MODEL, columns, scales=dict.fromkeys(MODEL.items, (1, 5)))
    return analyze(MODEL, sample, Run(resampling=Resampling(resamples=500, seed=2)), treatment=treatment)


def test_everything_that_the_paper_reports_is_there(result: PathResult) -> None:
    assert (len(result.constructs), len(result.items), result.n) == (5, 17, N)
    tables = {table.name: table for table in paper_tables(result)}
    assert [row[1] for row in tables["paths"].rows] == [
        "satisfaction → experience", "experience → support", "experience → loyalty", "support → loyalty",
        "strategy → loyalty",
    ]  # fmt: skip
    for path in result.paths:
        assert path.figure.t is not None
    assert {one.construct for one in result.constructs if one.r2} == {"experience", "support", "loyalty"}
    assert all(band(one.r2.estimate) in ("moderate", "substantial") for one in result.constructs if one.r2)
    assert result.fit.gof is not None
    assert 0.4 < result.fit.gof < 0.8
    assert result.verdicts[0].stand is Stand.SUPPORTED


def test_a_careful_reader_is_told_what_to_doubt(result: PathResult) -> None:
    """Experience and relief support correlate at .93: they are hardly two things."""
    reasons = {doubt.reason for verdict in result.verdicts for doubt in verdict.doubts}
    assert "discriminant-validity" in reasons


def test_what_is_reported_follows_from_itself(result: PathResult) -> None:
    """Printed to two digits and read again, our own report has none of the faults that the paper's has."""
    printed = Printed(
        constructs=tuple(
            PrintedConstruct(
                name=one.construct,
                items=one.items,
                loadings=tuple(i.loading.estimate for i in result.items if i.construct == one.construct),
                ave=None if one.ave is None else round(one.ave, 2),
                r2=None if one.r2 is None else round(one.r2.estimate, 3),
            )
            for one in result.constructs
        ),
        paths=tuple(
            PrintedPath(source=p.source, target=p.target, coefficient=p.figure.estimate, t=p.figure.t)
            for p in result.paths
        ),
        counts={"answers": (N,), "items": (17,)},
        roles=tuple(one.construct for one in result.constructs),
        # GoF weighs items; a reader with tables of constructs weighs these.
        gof=None,
        bartlett_df=17 * 16 // 2,
    )
    assert [one.about for one in objections(printed) if one.about != "convergent-validity"] == []
