"""Prediction, groups, segments, importance, sample size and screening as frozen results: figures, verdicts, words."""

from __future__ import annotations

import csv
import json
import string
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from safar.analysis.path_model.answers import AnswersMissing, Missing, read_answers
from safar.analysis.path_model.estimate import Options
from safar.analysis.path_model.further_phrases import FURTHER
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.group_comparison import find_groups
from safar.analysis.path_model.groups import BadGroups
from safar.analysis.path_model.importance import BadScale, Weighing
from safar.analysis.path_model.importance_result import ElementLink, find_importance
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.paper import as_html, as_latex, as_markdown
from safar.analysis.path_model.phrases import _PHRASES
from safar.analysis.path_model.power import BadPower
from safar.analysis.path_model.prediction import BadFolds, cvpat, predict
from safar.analysis.path_model.prediction_result import find_prediction
from safar.analysis.path_model.rebus import BadSegments
from safar.analysis.path_model.sample_result import find_sample
from safar.analysis.path_model.screen_answers import find_screening
from safar.analysis.path_model.screening_result import ScreeningResult
from safar.analysis.path_model.segments_result import find_segments
from safar.analysis.path_model.weights import Scheme
from safar.analysis.thaw import thaw
from safar.domain.label import Label
from safar.domain.path_model import BadPathModel, Measured
from tests.analysis.path_model.frame_checks import check_frames
from tests.analysis.path_model.reference_kit import model_of, rebus_model, reference
from tests.analysis.path_model.simulated_rows import MODEL, likert, simulated

PLAIN = Options()


def sample_of(n: int = 240, *, seed: int = 7) -> Sample:
    return read_answers(MODEL, likert(simulated(n, seed=seed)))[0]


def gapped() -> Sample:
    columns = likert(simulated(120))
    columns["trust1"][:9] = np.nan
    return read_answers(MODEL, columns, missing=Missing.NIPALS)[0]


@cache
def every_kind() -> tuple[FurtherResult, ...]:
    sample = sample_of()
    labels = ["a", "b"] * 120
    return (
        find_prediction(MODEL, sample, PLAIN, repeats=2),
        find_groups(MODEL, sample, PLAIN, by="kind", labels=labels, resamples=99),
        find_segments(MODEL, sample, PLAIN, most=3, chosen=2, starts=5),
        find_importance(MODEL, sample, PLAIN, scale=(1, 7)),
        find_sample(paths=(0.2, 0.3), model=MODEL, sizes=(60,), data_sets=10, resamples=50),
        find_screening(MODEL, sample.rows, sample, scale=(1, 7)),
    )


@pytest.mark.parametrize("kind", range(6))
def test_every_kind_tells_shows_and_writes_itself_in_two_languages(kind: int) -> None:
    result = every_kind()[kind]
    assert result.says
    assert result.text() == repr(result)
    assert result.html().startswith("<div>")
    told = json.loads(result.to_json())
    assert told["says"] == list(result.says)
    assert "NaN" not in result.to_json()
    assert thaw(type(result), result.to_json()) == result
    assert all(len({tuple(row) for row in rows}) <= 1 for rows in result.parts.values())
    check_frames(result)
    assert result.rows() == next(iter(result.parts.values()))
    for one in (result, persian := result.in_language("fa")):
        for table in one.tables():
            assert len(set(table.head)) == len(table.head)
            assert all(len(row) == len(table.head) for row in table.rows)
        for written in (as_html(one.tables()), as_markdown(one.tables()), as_latex(one.tables())):
            assert len(written) > 100
    assert len(persian.says) == len(result.says)
    assert all(any("\u0600" <= letter <= "\u06ff" for letter in says) for says in persian.says)
    assert persian.in_language("en") == result


@pytest.mark.parametrize("phrases", [_PHRASES, FURTHER])
def test_both_languages_say_the_same_things(phrases: dict[str, tuple[str, str]]) -> None:
    for key, both in phrases.items():
        english, persian = ({one for _, one, _, _ in string.Formatter().parse(text) if one} for text in both)
        assert persian <= english, key
        assert english - persian <= {"constructs"}, key


def test_prediction_is_that_of_the_engine() -> None:
    """Which equals seminr's, leaving one out (test_prediction.py)."""
    told = predict(MODEL, sample_of(), PLAIN, repeats=2, seed=1)
    found = find_prediction(MODEL, sample_of(), PLAIN, repeats=2)
    assert [one.item for one in found.items] == list(told.items)
    assert [one.q2 for one in found.items] == pytest.approx(told.q2)
    assert [one.rmse for one in found.items] == pytest.approx(told.rmse(told.model))
    assert [one.mae_linear for one in found.items] == pytest.approx(told.mae(told.linear))
    for against, of in (("mean", told.mean), ("linear", told.linear)):
        for test in cvpat(told, against=of):
            assert found.loss(test.construct, against).p == pytest.approx(test.p)
    assert find_prediction(MODEL, sample_of(40), PLAIN, folds=40).repeats == 1


def test_prediction_says_how_strong_it_is() -> None:
    found = every_kind()[0]
    strong = find_prediction(MODEL, sample_of(), PLAIN, repeats=2)
    assert found == strong
    assert strong.power == "high"
    assert strong.loss("overall", "mean").better
    assert "all 6 items" in strong.says[0]
    chance = np.random.default_rng(1)
    noise = Sample(chance.normal(size=(90, 9)), np.ones(90))
    weak = find_prediction(MODEL, noise, PLAIN, repeats=2)
    assert weak.power in ("none", "low")
    assert not weak.loss("overall", "mean").better
    assert any("90 rows are few" in one for one in weak.says)
    with pytest.raises(KeyError, match="no test of 'Care'"):
        weak.loss("Care", "mean")


def test_prediction_that_cannot_be_made_says_why() -> None:
    with pytest.raises(AnswersMissing, match="Prediction needs rows without gaps: item trust1 of Trust lacks 9 of 120"):
        find_prediction(MODEL, gapped(), PLAIN)
    with pytest.raises(BadFolds, match="1 cannot be the number of folds: with 240 rows, 2 to 240 are possible"):
        find_prediction(MODEL, sample_of(), PLAIN, folds=1)
    rows = sample_of(30).rows.copy()
    rows[:, 4] = 3.0
    rows[0, 4] = 4.0
    with pytest.raises(BadFolds, match="does not vary in some part"):
        find_prediction(MODEL, Sample(rows, np.ones(30)), PLAIN, folds=30)


def test_groups_equal_csem(shared_data: Path) -> None:
    """Provenance: testMICOM and testMGD of cSEM 0.6.1 on `satisfaction`, women and men."""
    model, sample = model_of(shared_data, "satisfaction", measured=Measured.COMPOSITE)
    with (shared_data / "path_models" / "datasets" / "satisfaction.csv").open(newline="") as file:
        labels = [row["gender"] for row in csv.DictReader(file)]
    precise = Options(tolerance=1e-13)
    found = find_groups(model, sample, precise, by="gender", labels=labels, resamples=99)
    micom = reference(shared_data, "advanced/micom_satisfaction_gender")["r"]
    for one in found.invariance:
        assert one.correlation == pytest.approx(
            micom["Step2"]["Test_statistic"]["female_male"][one.construct], abs=1e-9
        )
        assert one.mean.value == pytest.approx(
            micom["Step3"]["Mean"]["Test_statistic"]["female_male"][one.construct], abs=1e-9
        )
    mgd = reference(shared_data, "advanced/mgd_satisfaction_gender")["r"]
    for path in found.differences:
        name = f"{path.target} ~ {path.source}"
        assert path.difference == pytest.approx(mgd["Chin"]["Test_statistic"]["female_male"][name], abs=1e-9)
    assert {one.group: one.rows for one in found.groups} == {"female": 148, "male": 102}


def test_groups_that_differ_and_groups_that_may_not_be_compared() -> None:
    chance = np.random.default_rng(4)
    near, far = simulated(200, seed=1), simulated(200, seed=2)
    for k in (1, 2, 3):
        far[f"trust{k}"] = 0.5 * chance.normal(size=200) + 0.9 * far[f"trust{k}"].std() * chance.normal(size=200)
    care = sum(far[f"care{k}"] for k in (1, 2, 3)) / 3
    trust = -0.8 * care + 0.5 * chance.normal(size=200)
    for k in (1, 2, 3):
        far[f"trust{k}"] = trust + 0.4 * chance.normal(size=200)
    both = {item: np.concatenate([near[item], far[item]]) for item in MODEL.items}
    sample = read_answers(MODEL, both)[0]
    labels = ["near"] * 200 + ["far"] * 199 + [None]
    found = find_groups(MODEL, sample, PLAIN, by="place", labels=labels, resamples=199)
    assert found.ungrouped == 1
    assert any("1 rows have no place" in one for one in found.says)
    moved = next(one for one in found.differences if (one.source, one.target) == ("Care", "Trust"))
    assert moved.there
    # The order of weights is turned round in one group: the construct is another thing there.
    other = simulated(200, seed=3)
    third = sum(other[f"loyal{k}"] for k in (1, 2, 3)) / 3
    for k in (1, 2, 3):
        noise = chance.normal(size=200)
        other[f"trust{k}"] = {1: third, 2: -third, 3: 0 * third}[k] + 0.3 * noise
    both = {item: np.concatenate([near[item], other[item]]) for item in MODEL.items}
    broken = find_groups(
        MODEL, read_answers(MODEL, both)[0], PLAIN, by="place", labels=["near"] * 200 + ["other"] * 200, resamples=99
    )
    assert any("comparing is not allowed for paths of" in one and "Trust" in one for one in broken.says)
    told = {(one.source, one.target): one.comparable for one in broken.differences}
    assert not told["Care", "Trust"]
    assert not told["Trust", "Loyalty"]
    assert not any("Care → Trust differs" in one for one in broken.says)


def test_groups_that_cannot_be_say_which() -> None:
    sample = sample_of(60)
    for labels, told in (
        (["x"] * 60, "one value only, 'x'"),
        ([None] * 60, "no values at all"),
        ([str(k) for k in range(60)], "60 different values"),
        (["a"] * 52 + ["b"] * 8, "Too few rows in a group of 'by': 'b' 8; with 9 items a group needs 10"),
    ):
        with pytest.raises(BadGroups, match=told):
            find_groups(MODEL, sample, PLAIN, by="by", labels=labels)
    rows = sample.rows.copy()
    rows[30:, 4] = 5.0
    with pytest.raises(BadGroups, match="Item trust2 of Trust is 5 in every row of group 'b'"):
        find_groups(MODEL, Sample(rows, np.ones(60)), PLAIN, by="by", labels=["a"] * 30 + ["b"] * 30)
    with pytest.raises(AnswersMissing):
        find_groups(MODEL, gapped(), PLAIN, by="by", labels=["a", "b"] * 60)


def test_segments_equal_plspm(shared_data: Path) -> None:
    """Provenance: rebus.pls of plspm 0.5.1 for R on its data `simdata`, two classes, centroid scheme."""
    model, sample = rebus_model(shared_data)
    told = reference(shared_data, "plspm_r/rebus_simdata")
    found = find_segments(model, sample, Options(scheme=Scheme.CENTROID), most=3, chosen=2)
    assert found.quality == pytest.approx(told["gqi"], abs=1e-6)
    theirs = [int(one) for one in told["segments"]]
    same = sum(mine == other for mine, other in zip(found.rebus_members, theirs, strict=True))
    assert same in (0, 400)
    assert found.best["caic"] == 2
    assert any("both choose 2 segments" in one for one in found.says)


def test_one_kind_of_people_has_one_segment() -> None:
    found = find_segments(MODEL, sample_of(), PLAIN, most=3, starts=5)
    assert found.chosen == 1
    assert "no sign of hidden kinds" in found.says[0]
    assert not found.paths
    assert found.rebus_sizes == ()
    assert len(found.parts["members"]) == 240


def test_segments_that_cannot_be_say_why() -> None:
    with pytest.raises(BadSegments, match="9 segments of 60 rows"):
        find_segments(MODEL, sample_of(60), PLAIN, most=9)
    with pytest.raises(AnswersMissing):
        find_segments(MODEL, gapped(), PLAIN)
    two = find_segments(MODEL, sample_of(44), PLAIN, most=4, chosen=4, starts=3)
    assert two.problem is None or "REBUS was not made" in " ".join(two.says)


def test_importance_equals_seminr(shared_data: Path) -> None:
    """Provenance: assess_ipma of seminrExtras 1.0.3."""
    model, sample = model_of(shared_data, "corp_rep_extended", measured=Measured.COMPOSITE)
    told = reference(shared_data, "advanced/ipma_corprep_CUSL")["r"]
    found = find_importance(model, sample, PLAIN, target="CUSL", scale=(1, 7), weighing=Weighing.STANDARDIZED)
    assert {one.construct: one.importance for one in found.places} == pytest.approx(told["importance_unstd"], abs=1e-9)
    assert {one.construct: one.performance for one in found.places} == pytest.approx(told["performance"], abs=1e-9)
    sizes = [one.importance for one in found.places]
    assert sizes == sorted(sizes, reverse=True)
    for one in found.places:
        assert one.first == (one.importance > found.mean_importance and one.performance < found.mean_performance)


def test_importance_is_linked_to_what_constructs_stand_for() -> None:
    label = Label({"en": "Care for people", "fa": "توجه به مردم"})
    model = replace(MODEL, constructs=(replace(MODEL.constructs[0], label=label), *MODEL.constructs[1:]))
    link = ElementLink(element="own:care", label=Label({"en": "Caring"}), touchpoints=("call", "visit"))
    found = find_importance(model, sample_of(), PLAIN, scale=(1, 7), links={"Care": link})
    assert found.target == "Loyalty"
    row = next(row for row in found.rows() if row["construct"] == "Care")
    assert (row["label"], row["element_label"], row["touchpoints"]) == ("Care for people", "Caring", "call, visit")
    assert next(row for row in found.in_language("fa").rows() if row["construct"] == "Care")["label"] == "توجه به مردم"
    assert "call" in as_markdown(found.tables())
    with pytest.raises(KeyError, match="Nothing named 'Loyalty' acts on Loyalty"):
        found.place("Loyalty")


def test_importance_that_cannot_be_says_why() -> None:
    with pytest.raises(BadScale, match="needs the ends"):
        find_importance(MODEL, sample_of(), PLAIN, scale=None)
    with pytest.raises(BadScale, match="answers from"):
        find_importance(MODEL, sample_of(), PLAIN, scale=(1, 5))
    with pytest.raises(BadPathModel, match="'Care' cannot be the target") as caught:
        find_importance(MODEL, sample_of(), PLAIN, target="Care", scale=(1, 7))
    assert "Trust, Loyalty" in caught.value.next_step
    with pytest.raises(AnswersMissing):
        find_importance(MODEL, gapped(), PLAIN, scale=(1, 7))


def test_sample_says_rows_by_rule_and_by_simulation() -> None:
    found = find_sample(paths=(0.197,))
    assert found.needed[0].inverse_square_root == 160  # Kock and Hadaya (2018), their example
    assert "about 160 rows" in found.says[0]
    told = find_sample(paths=(0.5,), model=MODEL, sizes=(40, 160), loading=0.9, data_sets=15, resamples=60)
    by_rows = {n: np.mean([one.power for one in told.simulation if one.rows == n]) for n in (40, 160)}
    assert by_rows[160] >= by_rows[40]
    assert next(one.size for one in told.simulation if one.target == "Loyalty" and one.source == "Care") == -0.5
    assert told.needed[0].regression is not None
    assert find_sample(paths=(0.8,), model=MODEL).needed[0].regression is None
    with pytest.raises(BadPower, match="8 rows cannot estimate a model of 9 items"):
        find_sample(paths=(0.2,), model=MODEL, sizes=(8,))
    with pytest.raises(BadPower, match="No size"):
        find_sample(paths=())
    with pytest.raises(BadPower):
        find_sample(paths=(0.0,))


def screened(columns: dict[str, np.ndarray], **more: object) -> ScreeningResult:
    rows = np.stack([columns[item] for item in MODEL.items], axis=1)
    return find_screening(MODEL, rows, read_answers(MODEL, columns)[0], **more)  # type: ignore[arg-type]


def test_screening_equals_psych_and_lavaan(shared_data: Path) -> None:
    """Provenance: psych and lavaan for R on `satisfaction` (KMO, Bartlett, alpha, omega)."""
    model, sample = model_of(shared_data, "satisfaction")
    told = reference(shared_data, "satisfaction_psych_lavaan")
    found = find_screening(model, sample.rows, sample, confirmatory=False)
    assert found.adequacy is not None
    assert found.adequacy.kmo == pytest.approx(told["kmo_total"], abs=1e-9)
    assert found.adequacy.bartlett == pytest.approx(told["bartlett"]["chisq"], abs=1e-6)
    assert [one.value for one in found.eigenvalues] == pytest.approx(told["eigenvalues"], abs=1e-9)
    for one in found.constructs:
        assert one.alpha == pytest.approx(told["alpha"][one.construct]["raw"], abs=1e-9)
        assert one.omega == pytest.approx(told["omega_total_1factor"][one.construct], abs=1e-6)


def test_screening_points_at_what_is_odd() -> None:
    columns = likert(simulated(150))
    columns["care2"][10:40] = np.nan
    columns["trust3"] = np.where(np.random.default_rng(1).random(150) < 0.8, 7.0, columns["trust3"])
    for item in MODEL.items:
        columns[item][:4] = 5.0
    found = screened(columns, scale=(1, 7), factors=3, confirmatory=False)
    assert found.same[:4] == (1, 2, 3, 4)
    told = " ".join(found.says)
    assert "rows give one answer throughout" in told
    assert "More than 5% are missing of care2." in told
    assert "trust3" in told
    assert found.rotated == 3
    assert found.n == 120
    assert found.given == 150
    assert len(found.parts["loadings"][0]) == 5


def test_a_page_looks_without_factors_and_asks_about_items_worded_the_other_way_round() -> None:
    columns = likert(simulated(150))
    columns["care1"] = 8 - columns["care1"]
    whole, light = screened(columns, scale=(1, 7)), screened(columns, scale=(1, 7), explore=False, confirmatory=False)
    asked = next(one for one in light.says if "other way round" in one)
    assert "care1" in asked
    assert "trust" not in asked
    assert any("وارونه" in one for one in light.in_language("fa").says)
    assert (light.factors, light.eigenvalues, light.cfa) == (None, (), None)
    assert (light.adequacy, light.constructs) == (whole.adequacy, whole.constructs)
    assert [one.item_rest for one in light.items] == [one.item_rest for one in whole.items]


def test_screening_goes_on_where_something_cannot_be_worked_out() -> None:
    columns = simulated(80)
    columns["care3"] = columns["care1"] + columns["care2"]
    found = screened(columns)
    assert found.adequacy is None
    assert found.cfa is None
    assert found.no_cfa == "items determine each other exactly"
    assert found.constructs[0].omega is None
    chance = np.random.default_rng(2)
    noise = screened({item: chance.normal(size=60) for item in MODEL.items}, confirmatory=False)
    assert noise.cfa is None
    assert noise.no_cfa is None
    assert noise.factors in (0, 1)
    assert noise.adequacy is not None
    assert noise.adequacy.kmo < 0.65
