"""Surveys with one row an answer: the question's name comes from a column."""

from __future__ import annotations

import tomllib

import pytest

from safar.files.reading import open_records
from safar.files.recipe.propose import propose_recipe
from safar.files.recipe.revise import TopFields, revise
from safar.files.recipe.roles import ColumnRole, ColumnUse, read_uses
from safar.files.recipe.section import BadRecipe
from safar.usecases.importing.staging import MOST_QUESTIONS, TooManyQuestions
from tests.usecases.import_kit import Bench

QUESTIONS = ("Overall", "Ease of use", "Staff")
COLUMNS = ["response id", "customer", "date", "Question", "Rating", "Comment"]
TOP = TopFields(source="s", key="", zone="UTC", formats=("iso",))


def _long(answer: str = "Rating", question: str = "Question", people: int = 30) -> str:
    lines = [f"response id,customer,date,{question},{answer}"]
    for n in range(people):
        for at, asked in enumerate(QUESTIONS):
            lines.append(f"r{n},p{n % 20},2025-05-{n % 27 + 1:02d},{asked},{(n + at) % 5 + 1}")
    return "\n".join([*lines, ""])


@pytest.mark.parametrize(
    ("answer", "question"), [("Rating", "Question"), ("پاسخ", "پرسش"), ("Answer", "question_text")]
)
def test_it_is_proposed_and_read(bench: Bench, answer: str, question: str) -> None:
    path = bench.file("a.csv", _long(answer, question))
    with open_records(path) as source:
        text = propose_recipe(source).text
    raw = tomllib.loads(text)
    (block,) = raw["feedback"]
    assert (block["question"], block["value"]) == ("{" + question + "}", "{" + answer + "}")
    assert raw["key"] == ["response id", question]
    assert raw["interaction"][0]["key"] == ["response id"]
    assert read_uses(text, [question, answer]) == {
        question: ColumnUse(role=ColumnRole.QUESTION),
        answer: ColumnUse(role=ColumnRole.RATING, low=1, high=5),
    }
    report = bench.run(path, text)
    assert report.set_aside == 0
    told = bench.facts("feedback", "question, count(*), count(DISTINCT submission)", where="true GROUP BY 1", order="1")
    assert told == [(asked, 30, 30) for asked in sorted(QUESTIONS)]
    assert bench.facts("interactions", "count(*)", order="1") == [(30,)]


def test_other_files_keep_what_they_had(bench: Bench) -> None:
    wide = "id,customer,date,question,clean rating,staff rating\n"
    wide += "".join(f"{n},p{n},2025-05-01,{'ab'[n % 2]},{n % 5 + 1},{n % 4 + 1}\n" for n in range(40))
    calls = "id,at,question\n" + "".join(f"{n},2025-05-01 10:00,{'ab'[n % 2]}bc\n" for n in range(40))
    for name, text in (("wide.csv", wide), ("calls.csv", calls)):
        with open_records(bench.file(name, text)) as source:
            found = propose_recipe(source).text
        assert read_uses(found, ["question"])["question"].role is not ColumnRole.QUESTION


def test_the_table_of_columns_says_it_and_takes_it_back(bench: Bench) -> None:
    text = 'recipe = 1\nsource = "s"\n[[interaction]]\nslot = "e"\nevent = "e"\ntime = "{date}"\n'
    uses = {**read_uses(text, COLUMNS), "Question": ColumnUse(role=ColumnRole.QUESTION)}
    with pytest.raises(BadRecipe, match="which column is the rating"):
        revise(text, top=TOP, uses=uses, formats={})
    rated = ColumnUse(role=ColumnRole.RATING, low=1, high=5)
    uses |= {"Rating": rated, "Comment": ColumnUse(role=ColumnRole.COMMENT)}
    asked = revise(text, top=TOP, uses=uses, formats={})
    assert read_uses(asked, COLUMNS) == uses
    assert [one["question"] for one in tomllib.loads(asked)["feedback"]] == ["{Question}"] * 2
    wider = revise(
        asked, top=TOP, uses={**uses, "Rating": ColumnUse(role=ColumnRole.RATING, low=0, high=10)}, formats={}
    )
    assert tomllib.loads(wider)["feedback"][-1]["question"] == "{Question}"
    back = revise(asked, top=TOP, uses={**uses, "Question": ColumnUse(role=ColumnRole.IGNORED)}, formats={})
    assert [one["question"] for one in tomllib.loads(back)["feedback"]] == ["Rating".lower(), "Comment".lower()]
    uses["customer"] = rated
    with pytest.raises(BadRecipe, match="one column alone holds the ratings"):
        revise(text, top=TOP, uses=uses, formats={})


def test_free_text_is_no_question(bench: Bench) -> None:
    rows = "".join(f"{n},2025-05-01,p,words {n},{n % 5 + 1},\n" for n in range(MOST_QUESTIONS + 1))
    path = bench.file("a.csv", "id,date,customer,Question,Rating,Comment\n" + rows)
    recipe = (
        'recipe = 1\nsource = "s"\nkey = "{id}"\ntime = "{date}"\n[[interaction]]\nslot = "e"\nkind = "submission"\n'
        'event = "e"\n[[feedback]]\nkind = "rating"\nquestion = "{Question}"\nvalue = "{Rating}"\n'
        "scale = { min = 1, max = 5 }\n"
    )
    with pytest.raises(TooManyQuestions, match=f"it names {MOST_QUESTIONS + 1} questions"):
        bench.run(path, recipe)
