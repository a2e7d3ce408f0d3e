"""Names that a proposed recipe gives: the columns' own words in any script, no two alike."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.files.reading import open_records
from safar.files.recipe import read_recipe
from safar.files.recipe.naming import free_name, own_words, plain_name
from safar.files.recipe.profile import profile
from safar.files.recipe.propose import proposal, propose_recipe
from safar.files.recipe.revise import TopFields, revise
from safar.files.recipe.roles import ColumnRole, ColumnUse

PERSIAN = (
    "نام مشتری,تاریخ,امتیاز سرعت,امتیاز کارکنان,نظر شما,پیشنهاد\n"
    "ali,2026-01-05 10:00,5,4,خوب بود ولی کمی دیر رسید و تلفن جواب نداد,9\n"
    "reza,2026-01-06 10:00,3,2,بد بود خیلی بد و هیچ کس جواب تلفن را نمی‌داد,2\n"
)


def _propose(tmp_path: Path, text: str) -> str:
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8")
    with open_records(path) as source:
        return propose_recipe(source).text


def test_a_persian_file_gets_questions_in_its_own_words(tmp_path: Path) -> None:
    recipe = read_recipe(_propose(tmp_path, PERSIAN))
    asked = {question: column for block in recipe.feedback for question, column in block.questions}
    assert asked == {"امتیاز_سرعت": "امتیاز سرعت", "امتیاز_کارکنان": "امتیاز کارکنان"}
    assert [b.question.constant for b in recipe.feedback if b.question] == ["نظر_شما"]
    assert 'customer = "{نام مشتری}"' in recipe.text


def test_umlauts_stay_and_alike_names_are_numbered(tmp_path: Path) -> None:
    rows = "".join(f"2024-01-{i:02},{i % 5 + 1},{5 - i % 5},{i % 5 + 1}\n" for i in range(1, 20))
    text = _propose(tmp_path, "date,F15 Gepäck rating,score a,score-a\n" + rows)
    assert '"f15_gepäck_rating" = "F15 Gepäck rating"' in text
    assert '"score_a" = "score a", "score_a_2" = "score-a"' in text


def test_several_times_and_words_of_another_script_keep_apart(tmp_path: Path) -> None:
    rows = "".join(
        f"{i},2024-01-{i:02},2024-02-{i:02},نظر بلند شماره {i} درباره خدمات شما,توضیح بلند شماره {i} درباره کارکنان\n"
        for i in range(1, 25)
    )
    recipe = read_recipe(_propose(tmp_path, "شماره,زمان خرید,زمان تحویل,نظر,توضیح شما\n" + rows))
    assert [block.slot for block in recipe.interactions] == ["moment", "moment_2"]
    assert [block.event.constant for block in recipe.interactions] == ["زمان خرید", "زمان تحویل"]
    assert [b.question.constant for b in recipe.feedback if b.question] == ["نظر", "توضیح_شما"]
    assert recipe.interactions[0].links[0][0] == "link_key"


def test_a_table_of_columns_names_them_the_same_way() -> None:
    text = 'recipe = 1\nsource = "s"\n[[interaction]]\nslot = "e"\nevent = "e"\ntime = "{t}"\n'
    top = TopFields(source="s", key="", zone="UTC", formats=("iso",))
    uses = {
        "امتیاز": ColumnUse(role=ColumnRole.RATING, low=1, high=5),
        "کیفیت": ColumnUse(role=ColumnRole.RATING, low=1, high=5),
        "نظر": ColumnUse(role=ColumnRole.COMMENT),
        "رتبه": ColumnUse(role=ColumnRole.RATING, low=0, high=10),
        "شهر": ColumnUse(role=ColumnRole.PROPERTY),
        "استان": ColumnUse(role=ColumnRole.PROPERTY),
        "طرح‌ها": ColumnUse(role=ColumnRole.ATTRIBUTE),
        "t": ColumnUse(role=ColumnRole.TIME),
        "c": ColumnUse(role=ColumnRole.CUSTOMER),
    }
    raw = tomllib.loads(revise(text, top=top, uses=uses, formats={}))
    assert [list(block.get("questions", [block.get("question")])) for block in raw["feedback"]] == [
        ["امتیاز", "کیفیت"],
        ["نظر"],
        ["رتبه"],
    ]
    assert list(raw["props"]) == ["property", "property_2"]
    assert list(raw["attribute"][0]["values"]) == ["طرح‌ها"]


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=70), unique=True))
def test_names_can_always_be_used(columns: list[str]) -> None:
    taken: list[str] = []
    for column in columns:
        taken.append(free_name(taken, own_words(column)))
        assert own_words(column)
        plain = plain_name(column, "link")
        assert plain.isascii()
        assert plain.replace("_", "a").isalnum()
        assert plain[0].isalpha()
        assert len(plain) <= 50
    assert len(set(taken)) == len(columns)


@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="{}\u2028\u2029"), min_size=1)
        .map(lambda name: " ".join(name.split()))
        .filter(bool),
        min_size=1,
        max_size=6,
        unique=True,
    ),
    st.sampled_from(["5", "2024-01-01", "long words of somebody who says something here", "a@b.example", "1.5"]),
)
def test_a_proposal_is_always_a_recipe(columns: list[str], cell: str) -> None:
    profiles = [profile(name, [cell] * 3 + ["1", "2"]) for name in columns]
    assert read_recipe(proposal("data", profiles, rows=5)).interactions


@pytest.mark.parametrize(
    ("column", "words"), [("हिन्दी नाम", "हिन्दी_नाम"), ("⭐", "c"), ("2024 Q1", "c_2024_q1"), ("کتاب‌ها", "کتاب‌ها")]
)
def test_marks_inside_words_stay(column: str, words: str) -> None:
    assert own_words(column) == words


def test_what_tells_rows_apart_is_said_as_it_was_seen(tmp_path: Path) -> None:
    text = _propose(tmp_path, "day;Kundennummer;Beleg;Note\n2026-01-05;1001;R-1;1\n2026-01-05;1002;R-2;2\n")
    assert 'key = ["Kundennummer", "day"]\n# CHECK THIS' in text
    assert "# (alone, too, the rows seen are told apart by Kundennummer and by Beleg)" in text
    text = _propose(tmp_path, "day;Kundennummer\n2026-01-05;1001\n2026-01-05;1002\n2026-01-06;1001\n")
    assert "# no column alone tells rows apart;" in text
    assert "told apart by" not in text
