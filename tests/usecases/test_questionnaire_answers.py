"""The same answers, whatever way they take into a path model: the file as it came, or the experience log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import safar
from safar.domain.label import Label
from safar.domain.path_model import PathModel
from safar.domain.questionnaire import Item, ItemKind, Option, Page, Questionnaire
from safar.files.path_model import read_path_model
from safar.usecases import questionnaires
from safar.usecases.path_model_rows import answers_of, columns_of
from safar.usecases.questionnaires import AnswerShape, Format
from tests.usecases.import_kit import Bench

MODEL = """
Service =~ service_speed + service_staff + service_ease
Trust =~ trust1 + trust2 + trust3
Loyalty =~ loyal1 + loyal2 + loyal3
Trust ~ Service
Loyalty ~ Service + Trust
"""
_SEED = 11
_N = 160


@pytest.fixture
def model() -> PathModel:
    return read_path_model(MODEL, name="service")


@pytest.fixture
def questionnaire(model: PathModel) -> Questionnaire:
    """Two reversed items, a group to choose, a number and words besides the ratings."""
    found = questionnaires.derive(model, languages=("fa",))
    pages = [
        replace(
            page,
            items=tuple(
                replace(one, reversed=one.id in ("trust2", "loyal3"), wording=_words(one.id)) for one in page.items
            ),
        )
        for page in found.pages
    ]
    person = Page(
        items=(
            Item(
                id="region",
                wording=Label({"en": "Where do you live?"}),
                kind=ItemKind.CHOICE,
                options=(
                    Option(code="N", label=Label({"en": "In the north", "fa": "شمال"})),
                    Option(code="S", label=Label({"en": "In the south", "fa": "جنوب"})),
                ),
            ),
            Item(id="age", wording=Label({"en": "How old are you?"}), kind=ItemKind.NUMBER),
            Item(id="remarks", wording=Label({"en": "Anything else?"}), kind=ItemKind.TEXT),
        )
    )
    return replace(found, pages=(*pages, person))


def _words(name: str) -> Label:
    return Label({"en": f"What do you say about {name}?", "fa": f"دربارهٔ {name} چه می‌گویید؟"})


def _file(
    folder: Path, questionnaire: Questionnaire, model: PathModel, shape: AnswerShape, language: str = "en"
) -> Path:
    """Simulated answers as one of the programs writes them."""
    content = questionnaires.simulate_answers(
        questionnaire, _N, shape=shape, seed=_SEED, first_day=date(2026, 1, 5), model=model, language=language
    )
    ending = {AnswerShape.XLSX: "xlsx", AnswerShape.TRIPLE_S_FIXED: "asc"}.get(shape, "csv")
    path = folder / f"answers-{shape}-{language}.{ending}"
    path.write_bytes(content)
    if shape in (AnswerShape.TRIPLE_S, AnswerShape.TRIPLE_S_FIXED):
        described = path.with_suffix(".sss")
        described.write_bytes(questionnaires.export(questionnaire, Format(shape)).content)
        return described
    return path


WAYS = [(shape, "en") for shape in AnswerShape] + [(AnswerShape.LIMESURVEY_FULL, "fa")]


@pytest.mark.parametrize(("shape", "language"), WAYS)
def test_every_programs_file_holds_the_same_answers(
    tmp_path: Path, questionnaire: Questionnaire, model: PathModel, shape: AnswerShape, language: str
) -> None:
    plain = questionnaires.read_answers(questionnaire, _file(tmp_path, questionnaire, model, AnswerShape.PLAIN))
    found = questionnaires.read_answers(questionnaire, _file(tmp_path, questionnaire, model, shape, language))

    assert found.simulated
    assert found.respondents == _N
    assert found.unused == ()
    for name in plain.columns:
        assert np.array_equal(found[name], plain[name], equal_nan=True), name
    assert list(found.choices["region"]) == list(plain.choices["region"])
    assert list(found.words["remarks"]) == list(plain.words["remarks"])
    assert [(one.answers, one.not_applicable, one.blank) for one in found.items] == [
        (one.answers, one.not_applicable, one.blank) for one in plain.items
    ]


def test_a_reversed_item_is_turned_and_what_does_not_apply_is_a_gap(
    tmp_path: Path, questionnaire: Questionnaire, model: PathModel
) -> None:
    path = _file(tmp_path, questionnaire, model, AnswerShape.PLAIN)
    raw = columns_of(path, ["trust2", "trust1"])
    turned = columns_of(path, ["trust2", "trust1"], questionnaire=questionnaire)

    away = raw["trust2"] == 99
    assert away.any()
    assert np.isnan(turned["trust2"][away]).all()
    assert np.array_equal(turned["trust2"][~away], 6 - raw["trust2"][~away])
    both = ~away & (raw["trust1"] != 99)
    assert np.corrcoef(raw["trust1"][both], raw["trust2"][both])[0, 1] < 0
    assert np.corrcoef(turned["trust1"][both], turned["trust2"][both])[0, 1] > 0


SHAPES = [
    (AnswerShape.LIMESURVEY, "en"),
    (AnswerShape.LIMESURVEY_FULL, "fa"),
    (AnswerShape.TRIPLE_S, "en"),
    (AnswerShape.XLSX, "en"),
]


@pytest.mark.parametrize(("shape", "language"), SHAPES)
def test_the_file_and_the_log_give_the_very_same_numbers(
    tmp_path: Path, questionnaire: Questionnaire, model: PathModel, shape: AnswerShape, language: str
) -> None:
    path = _file(tmp_path, questionnaire, model, shape, language)
    bench = Bench(tmp_path)
    rows = path.with_suffix(".csv") if path.suffix == ".sss" else path
    report = bench.run(rows, questionnaires.recipe(questionnaire))
    assert report.records == report.accepted == _N, report

    from_file = columns_of(path, model.items, questionnaire=questionnaire)
    from_log = answers_of(bench.workspace, model.items, questionnaire=questionnaire)
    assert list(from_log) == list(from_file)
    for name in model.items:
        assert np.array_equal(from_log[name], from_file[name], equal_nan=True), name
    one = safar.PathModel(model).bootstrap(from_file, resamples=200, missing="mean", scale=(1, 5))
    other = safar.PathModel(model).bootstrap(from_log, resamples=200, missing="mean", scale=(1, 5))
    assert one.data_digest == other.data_digest
    assert one.to_json() == other.to_json()


def test_the_log_keeps_what_was_said_with_its_scale(
    tmp_path: Path, questionnaire: Questionnaire, model: PathModel
) -> None:
    path = _file(tmp_path, questionnaire, model, AnswerShape.LIMESURVEY)
    bench = Bench(tmp_path)
    bench.run(path, questionnaires.recipe(questionnaire, answers=path))

    found = bench.facts("feedback", "question, scale_min, scale_max, scale_best", where="kind = 'rating'")
    scales = {name: rest for name, *rest in found}
    assert scales["trust1"] == [1, 5, "high"]
    assert scales["trust2"] == [1, 5, "low"], "agreement speaks against the construct"
    states = {state for (state,) in bench.facts("feedback", "state", where="question = 'trust1'")}
    assert states == {"answered", "not_applicable"}
    raw = columns_of(path, ["A1[trust2]"])["A1[trust2]"]
    said = [value for (value,) in bench.facts("feedback", "value", where="question = 'trust2'")]
    assert [99 if value is None else value for value in said] == raw.tolist()
    assert {option for (option,) in bench.facts("feedback", "option", where="question = 'region'")} == {"N", "S"}
    ages = {int(age) for (age,) in bench.facts("interactions", "prop_age")}
    assert min(ages) >= 18
    assert "age" not in scales, "no rating, or it would join an index"
    assert any(text for (text,) in bench.facts("feedback", "text", where="question = 'remarks'"))


def test_importing_the_same_answers_twice_changes_nothing(
    tmp_path: Path, questionnaire: Questionnaire, model: PathModel
) -> None:
    """Codes or full answers: it is the same row of the same source, and says the same."""
    bench = Bench(tmp_path)
    text = questionnaires.recipe(questionnaire)
    bench.run(_file(tmp_path, questionnaire, model, AnswerShape.LIMESURVEY), text)
    again = bench.run(_file(tmp_path, questionnaire, model, AnswerShape.LIMESURVEY_FULL, "fa"), text)

    assert again.unchanged == _N


def test_a_triple_s_description_says_itself_what_its_answers_mean(
    tmp_path: Path, questionnaire: Questionnaire, model: PathModel
) -> None:
    path = _file(tmp_path, questionnaire, model, AnswerShape.TRIPLE_S)

    alone = columns_of(path, model.items)
    told = columns_of(path, model.items, questionnaire=questionnaire)

    for name in model.items:
        assert np.array_equal(alone[name], told[name], equal_nan=True), name


def test_answers_on_paper_have_the_day_that_the_recipe_is_told(tmp_path: Path, questionnaire: Questionnaire) -> None:
    bench = Bench(tmp_path)
    heads = "respondent," + ",".join(item.id for item in questionnaire.ratings)
    path = bench.file("paper.csv", f"{heads}\np1,{','.join('4' for _ in questionnaire.ratings)}\n")

    without = bench.run(path, questionnaires.recipe(questionnaire), dry_run=True)
    dated = bench.run(path, questionnaires.recipe(questionnaire, on=date(2026, 2, 1)))

    assert (without.accepted, without.set_aside) == (0, 1)
    assert (dated.accepted, dated.set_aside) == (1, 0)
