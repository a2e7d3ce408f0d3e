"""The worked tables of the path models' method pages: every figure in them is computed again."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from safar.analysis.path_model import quality
from safar.analysis.path_model.communality import communality, goodness_of_fit
from safar.analysis.path_model.confirmatory import confirm
from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.exploratory import extract, parallel_analysis, rotate
from safar.analysis.path_model.factorability import sampling_adequacy, sphericity
from safar.analysis.path_model.fit import misfit
from safar.analysis.path_model.fit_indices import fit_indices
from safar.analysis.path_model.gaps import find_weights_with_gaps
from safar.analysis.path_model.intervals import IntervalMethod, interval, p_value
from safar.analysis.path_model.layout import Block, lay_out
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.normality import lilliefors_distribution
from safar.analysis.path_model.polychoric import polychoric
from safar.analysis.path_model.rivals import akaike_weights, criteria
from safar.analysis.path_model.screening import screen, single_factor
from safar.analysis.path_model.simulate import Population, draw
from safar.domain.path_model import Construct, Measured, Mode, PathModel
from safar.domain.path_model import Path as Claim
from tests.analysis.path_model.populations import three_factors
from tests.analysis.test_method_pages import METHODS, shown, worked

TRUTH = three_factors()
NAMES = TRUTH.constructs
ROWS = 200


@cache
def fitted(estimation: str) -> Fits:
    sample = Sample(draw(TRUTH, ROWS, seed=1, exact=True), np.ones(ROWS))
    options = Options(consistent=estimation == "consistent", tolerance=1e-12)
    return estimate(TRUTH.model, sample, np.ones((1, ROWS)), options)


def three(value: float) -> str:
    # A tie in the population (.36 / .64 = .5625) goes up, whatever the last bit of the machine's algebra says.
    tied = round(float(value), 9) + math.copysign(1e-12, value)
    found = shown(tied if np.isfinite(value) else None, 3)
    return "0.000" if found == "-0.000" else found


def test_fit() -> None:
    for row in worked("path-model-fit"):
        fits = fitted(row["estimation"])
        distances, indices = misfit(fits, saturated=False), fit_indices(fits, ROWS)
        assert row == {
            "estimation": row["estimation"],
            "SRMR": three(distances.srmr[0]),
            "d_ULS": three(distances.d_uls[0]),
            "d_G": three(distances.d_g[0]),
            "χ²": shown(abs(indices.chi_square[0])),
            "df": str(indices.df),
            "CFI": three(indices.cfi[0]),
            "RMSEA": three(indices.rmsea[0]),
        }


def test_goodness_of_fit() -> None:
    for row in worked("goodness-of-fit"):
        fits = fitted(row["estimation"])
        assert row["mean communality"] == three(communality(fits)[0].mean())
        assert row["mean R²"] == three(float(np.nanmean(fits.structure.r2)))
        assert row["GoF"] == three(goodness_of_fit(fits)[0])


def test_comparison() -> None:
    fits = fitted("consistent")
    found, f2 = criteria(fits, ROWS), quality.effect_sizes(fits)[0]
    for row in worked("path-model-comparison"):
        j = NAMES.index(row["construct"])
        assert row["R²"] == three(fits.structure.r2[0, j])
        assert (row["AIC"], row["BIC"]) == (shown(found.aic[0, j]), shown(found.bic[0, j]))
        assert (row["f² of eta1"], row["f² of eta2"]) == (three(f2[0, j]), three(f2[1, j]))


def test_model_selection() -> None:
    rows = worked("model-selection")
    found: dict[str, list[float]] = {"BIC": [], "GM": []}
    for row in rows:
        error, m = (ROWS - 1) * (1 - float(row["R²"])), int(row["causes"]) + 1
        found["BIC"].append(ROWS * math.log(error / ROWS) + m * math.log(ROWS))
        found["GM"].append(error / (1 - 0.325) + m * math.log(ROWS))
    for name, weight in (("BIC", "weight"), ("GM", "weight of GM")):
        assert [row[name] for row in rows] == [shown(value) for value in found[name]]
        weights = akaike_weights(found[name])
        assert [row[weight] for row in rows] == [shown(value, 2) for value in weights]


@pytest.mark.slow
@pytest.mark.parametrize("rows", [100, 200, 500])
def test_how_often_the_right_model_is_chosen(rows: int) -> None:
    """The table of docs/methods/model-selection.md."""
    text = (METHODS / "model-selection.md").read_text(encoding="utf-8")
    told = next(line for line in text.splitlines() if line.startswith(f"| {rows} |")).strip("| ").split(" | ")[1:]
    cases = [((0.3, None), False, 0), ((0.3, None), True, 0), ((0.0, None), False, 1), ((0.0, None), True, 1),
             ((0.0, 0.95), False, 1)]  # fmt: skip
    found = [_chosen(*made, rows=rows, consistent=consistent, true=true) for made, consistent, true in cases]
    assert found == pytest.approx([float(one) for one in told], abs=0.011)


def _chosen(direct: float, loading: float | None, *, rows: int, consistent: bool, true: int) -> float:
    """The share of 400 data sets whose model of eta3 BIC prefers: by both, by the second, by the first."""
    claims = {("eta1", "eta2"): 0.6, ("eta2", "eta3"): 0.5} | ({("eta1", "eta3"): direct} if direct else {})
    model = TRUTH.model

    def without(source: str) -> PathModel:
        return replace(model, paths=tuple(one for one in model.paths if (one.source, one.target) != (source, "eta3")))

    made = replace(model, paths=tuple(one for one in model.paths if (one.source, one.target) in claims))
    loadings = dict(TRUTH.loadings) if loading is None else dict.fromkeys(TRUTH.loadings, loading)
    population = Population(model=made, paths=claims, loadings=loadings)
    right = 0
    for seed in range(400):
        sample = Sample(draw(population, rows, seed=seed), np.ones(rows))
        values = []
        for rival in (model, without("eta1"), without("eta2")):
            fits = estimate(rival, sample, np.ones((1, rows)), Options(consistent=consistent))
            values.append(criteria(fits, rows).bic[0, fits.layout.constructs.index("eta3")])
        right += int(np.argmin(values) == true)
    return right / 400


def test_simulated_answers() -> None:
    for row in worked("simulated-answers"):
        source, target = row["path"].split(" -> ")
        assert row["truth"] == three(TRUTH.paths[source, target])
        for estimation in ("consistent", "plain"):
            paths = fitted(estimation).structure.paths[0]
            assert row[estimation] == three(paths[NAMES.index(source), NAMES.index(target)])


def test_reliability() -> None:
    fits, plain = fitted("consistent"), fitted("plain")
    loadings = np.array(list(TRUTH.loadings.values())).reshape(3, 3)
    for row in worked("reliability"):
        j = NAMES.index(row["construct"])
        assert [float(value) for value in row["loadings"].split()] == loadings[j].tolist()
        common = loadings[j].sum() ** 2
        assert row["truth"] == three(common / (common + (1 - loadings[j] ** 2).sum()))
        assert row["alpha"] == three(quality.alpha(fits.correlations, fits.layout)[0, j])
        assert row["rho_A"] == three(fits.structure.reliabilities[0, j])
        assert row["rho_C"] == three(quality.rho_c(fits)[0, j])
        assert row["rho_C, plain estimates"] == three(quality.rho_c(plain)[0, j])
        assert row["AVE"] == three(quality.average_variance_extracted(fits)[0, j])


def test_discriminant_validity() -> None:
    fits = fitted("plain")
    for row in worked("discriminant-validity"):
        i, j = (NAMES.index(name) for name in row["pair"].split(", "))
        assert row["truth"] == three(TRUTH.construct_correlations()[i, j])
        assert row["HTMT"] == three(quality.htmt(fits.correlations, fits.layout)[0, i, j])
        assert row["HTMT2"] == three(quality.htmt2(fits.correlations, fits.layout)[0, i, j])
        assert row["correlation of plain scores"] == three(fits.structure.constructs[0, i, j])


def test_common_method() -> None:
    factor = single_factor(TRUTH.item_correlations())
    for row in worked("common-method"):
        vif = quality.full_collinearity(fitted(row["estimation"]).structure.constructs)[0]
        assert [row[f"VIF {name}"] for name in NAMES] == [three(value) for value in vif]
        assert (row["component"], row["factor"]) == (three(factor.component), three(factor.factor))


def test_factorability() -> None:
    correlations = TRUTH.item_correlations()
    adequacy, test = sampling_adequacy(correlations), sphericity(correlations, ROWS)
    (row,) = worked("factorability")
    assert list(row.values()) == [three(adequacy.total), three(adequacy.items.min()), shown(test.chi_square), "36"]


def test_exploratory_factors() -> None:
    found = rotate(extract(TRUTH.item_correlations(), 3))
    for row in worked("exploratory-factors"):
        j = NAMES.index(row["construct"])
        block = found.loadings[3 * j : 3 * j + 3]
        own = int(np.argmax(block.sum(axis=0)))
        others = np.abs(np.delete(block, own, axis=1)).max()
        assert list(row.values())[1:] == [*(three(value) for value in block[:, own]), three(others)]
    assert parallel_analysis(TRUTH.item_correlations(), ROWS, seed=1)[0] == 1
    assert "of this population one" in (METHODS / "exploratory-factors.md").read_text(encoding="utf-8")


def test_confirmatory_factors() -> None:
    found = confirm(TRUTH.model, TRUTH.item_correlations(), ROWS)
    for row in worked("confirmatory-factors"):
        j = NAMES.index(row["construct"])
        loadings = [shown(value, 2) for value in found.loadings[3 * j : 3 * j + 3]]
        assert list(row.values())[1:] == [*loadings, shown(found.chi_square), str(found.df)]


def test_normality() -> None:
    for row in worked("normality"):
        drawn = lilliefors_distribution(int(row["rows"]), draws=60_000, seed=1)
        assert row["drawn"] == three(float(np.quantile(drawn, 0.95)))


def test_path_model_intervals() -> None:
    replicates = np.array([-0.03, 0.09, 0.14, 0.18, 0.22, 0.25, 0.29, 0.34, 0.41, 0.56])[:, None]
    text = (METHODS / "path-model-intervals.md").read_text(encoding="utf-8")
    assert " ".join(f"{value:g}" for value in replicates[:, 0]).replace("-", "−") in text
    assert f"p = {p_value(replicates)[0]:g} " in text
    error = replicates.std(ddof=1)
    assert f"t = 0.21 / {error:.3f} = {0.21 / error:.2f}" in text
    rows = worked("path-model-intervals")
    assert [row["interval"] for row in rows] == [str(one) for one in IntervalMethod]
    for row in rows:
        low, high = interval(
            replicates, np.array([0.21]), method=IntervalMethod(row["interval"]), confidence=0.8, n=40,
            acceleration=np.array([0.05]),
        )  # fmt: skip
        assert (row["low"], row["high"]) == (three(low[0]), three(high[0]))


def numbers(text: str) -> list[float]:
    return [float("nan") if part == "–" else float(part) for part in text.split(", ")]


def test_item_screening() -> None:
    model = PathModel(
        name="one",
        constructs=(Construct(name="a", items=("x",)), Construct(name="b", items=("y",))),
        paths=(Claim(source="a", target="b"),),
    )
    for row in worked("item-screening"):
        values = np.array(numbers(row["answers"]))
        found = screen(model, np.column_stack([values, values]), scales={"x": (1, 5)})
        figures = (found.missing, found.floor, found.ceiling, found.mean, found.skewness, found.kurtosis)
        shown_ = [shown(value[0] if np.isfinite(value[0]) else None, 2) for value in figures]
        assert list(row.values())[1:] == [value.replace("-0.00", "0.00") for value in shown_]


def test_ordinal_answers() -> None:
    for row in worked("ordinal-answers"):
        table = np.array([numbers(row[name]) for name in list(row)[:3]])
        codes = np.repeat(np.array([(k, m) for k in range(3) for m in range(3)]), table.ravel().astype(int), axis=0)
        assert row["plain"] == three(float(np.corrcoef(codes.T)[0, 1])).replace("-0.000", "0.000")
        assert row["polychoric"] == three(polychoric(table[None])[0]).replace("-0.000", "0.000")


@pytest.mark.parametrize("row", worked("missing-answers"), ids=lambda row: row["answers"])
def test_missing_answers(row: dict[str, str]) -> None:
    """Σ w x / Σ w² by hand; that the estimation does so is shown by standardized scores of rows that differ by it."""
    answers, weights = np.array(numbers(row["answers"])), np.ones(3)
    there = np.isfinite(answers)
    score = float(answers[there] @ weights[there] / there.sum()) if there.any() else 0.0
    assert row["score"] == f"{score:g}"


def test_scores_of_rows_with_gaps() -> None:
    """With unit weights a row's score is the mean of what it has, as the page on missing answers says."""
    rows = np.random.default_rng(1).normal(size=(40, 4))
    rows[0, 1] = rows[1, 2] = np.nan
    layout = lay_out(
        [
            Block("a", ("x1", "x2", "x3"), Mode.UNIT, Measured.COMPOSITE),
            Block("b", ("y",), Mode.A, Measured.COMPOSITE),
        ],
        [("a", "b")],
    )
    _, found = find_weights_with_gaps(Sample(rows, np.ones(40)), np.ones((1, 40)), layout)
    standardized = (rows - np.nanmean(rows, axis=0)) / np.nanstd(rows, axis=0)
    score = np.nanmean(standardized[:, :3], axis=1)
    assert found.scores[0, 0, 1] == pytest.approx(np.corrcoef(score, rows[:, 3])[0, 1], abs=1e-9)
