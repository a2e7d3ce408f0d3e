"""What an answer may be written as, and what is no answer."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from safar.domain.fact import Direction
from safar.domain.label import Label
from safar.domain.questionnaire import AnswerScale, Item, ItemKind, NotApplicable, Option, Page, Questionnaire
from safar.files.path_model import read_path_model
from safar.study.answers import Answers, NoAnswers, UnknownAnswer, decode
from safar.study.simulate import TooManyRespondents, simulate


@pytest.fixture
def asked() -> Questionnaire:
    scale = AnswerScale(
        id="s",
        least=1,
        greatest=5,
        best=Direction.HIGH,
        labels={1: Label({"en": "Never", "fa": "هرگز"}), 5: Label({"en": "None left", "fa": "همیشه"})},
        not_applicable=NotApplicable(code=9, label=Label({"en": "N/A for me"})),
    )
    one = Label({"en": "?"})
    return Questionnaire(
        name="q",
        title=one,
        scales=(scale,),
        pages=(
            Page(
                items=(
                    Item(id="good", wording=Label({"en": "Good?"}), scale="s"),
                    Item(id="bad", wording=Label({"en": "Bad?"}), scale="s", reversed=True),
                    Item(id="km", wording=Label({"en": "How far?"}), kind=ItemKind.NUMBER),
                    Item(
                        id="who",
                        wording=Label({"en": "Who?"}),
                        kind=ItemKind.CHOICE,
                        options=(
                            Option(code="m", label=Label({"en": "Me"})),
                            Option(code="y", label=Label({"en": "You"})),
                        ),
                    ),
                )
            ),
        ),
    )


def read(asked: Questionnaire, **columns: list[str | None]) -> Answers:
    return decode(asked, columns, matched={name: name for name in columns})


def test_values_words_and_other_programs_codes(asked: Questionnaire) -> None:
    told: list[str | None] = ["4", " 4.0 ", "۴", "A4", "AO04", "never", "HARGEZ", "هرگز", "None left"]
    told.remove("HARGEZ")
    assert read(asked, good=told)["good"].tolist() == [4, 4, 4, 4, 4, 1, 1, 5]
    assert read(asked, bad=["1", "5", "never"])["bad"].tolist() == [5, 1, 5]


def test_gaps_and_what_does_not_apply_are_counted_apart(asked: Questionnaire) -> None:
    found = read(asked, good=["3", "9", "n/a for me", "", None, "NA", "N/A", "-", " "])
    (good, bad, *_rest) = found.items
    assert (good.answers, good.not_applicable, good.blank, good.distinct, good.mean) == (1, 2, 6, 1, 3.0)
    assert np.isnan(found["good"][1:]).all()
    assert bad.column is None
    assert "Not in the file: bad, km, who." in found.told().text()


@pytest.mark.parametrize(
    ("item", "text", "told"),
    [
        ("good", "6", "Item 'good', record 2: '6' is no answer on the scale 's' of 1 to 5"),
        ("good", "3.5", "'3.5' is no answer"),
        ("good", "99", "'99' is no answer"),
        ("good", "A6", "'A6' is no answer"),
        ("good", "perhaps", "'perhaps' is no answer"),
        ("bad", "inf", "'inf' is no answer"),
        ("km", "far", "'far' is no number"),
        ("km", "1e999", "is no number"),
        ("who", "z", "'z' is none of its options: m, y"),
        ("who", "3", "'3' is none of its options"),
    ],
)
def test_what_is_no_answer_is_named(asked: Questionnaire, item: str, text: str, told: str) -> None:
    with pytest.raises(UnknownAnswer, match=told):
        decode(asked, {item: ["", text]}, matched={item: item})


def test_choices_by_code_words_and_place(asked: Questionnaire) -> None:
    assert list(read(asked, who=["m", "Y", "you", "2", ""]).choices["who"]) == ["m", "y", "y", "y", None]


def test_a_file_without_any_item(asked: Questionnaire) -> None:
    with pytest.raises(NoAnswers, match="the file has a, b"):
        decode(asked, {"a": ["1"], "b": ["2"]}, matched={})


def test_answers_stand_for_their_numbers(asked: Questionnaire) -> None:
    import json

    import safar

    model = safar.PathModel("A =~ good\nB =~ bad\nB ~ A")
    made_up = simulate(asked, 40, seed=1, first_day=date(2026, 1, 1), gaps=0.1)
    columns = {name: [None if one is None else str(one) for one in values] for name, values in made_up.values.items()}
    found = decode(asked, columns, matched={name: name for name in columns}, simulated=True)
    result = model.fit(found)
    assert result.simulated
    assert result.treatment.rows == 40
    assert found.table().columns == ["good", "bad", "km", "who"]
    assert found.table()["bad"].null_count() == found.items[1].not_applicable
    assert json.loads(found.to_json())["items"][0]["item"] == "good"
    assert "[simulated]" in repr(found)


def test_simulated_answers_follow_the_model_and_its_signs(asked: Questionnaire) -> None:
    model = read_path_model('name = "m"\n[[constructs]]\nname = "A"\nitems = ["good"]\n[[constructs]]\nname = "B"\n'
                            'items = ["bad"]\n[[paths]]\nfrom = "A"\nto = "B"\nsign = "-"\n')  # fmt: skip
    first = simulate(asked, 2_000, seed=5, first_day=date(2026, 1, 1), model=model, gaps=0)
    assert first == simulate(asked, 2_000, seed=5, first_day=date(2026, 1, 1), model=model, gaps=0)
    good, said = (np.array(first.values[name], dtype=float) for name in ("good", "bad"))
    # B falls with A, and "bad" is reversed: what was said rises with A.
    assert 0.2 < np.corrcoef(good, said)[0, 1] < 0.6
    assert set(first.values["good"]) <= set(range(1, 6))
    assert first.respondents[0] == "simulated-00001"
    for n in (0, 100_001):
        with pytest.raises(TooManyRespondents):
            simulate(asked, n, seed=1, first_day=date(2026, 1, 1))
