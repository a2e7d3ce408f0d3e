"""Reading recipes: what is wrong is told with its place; what is proposed is valid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from safar.domain.fact import Direction, FeedbackKind
from safar.files.reading import ReadOptions, open_records
from safar.files.recipe import BadRecipe, RecipeNotReadable, UnknownField, read_recipe
from safar.files.recipe.propose import propose_recipe
from tests.files.xlsx_writing import sheet_xml, text_cell, write_workbook

BASE = """
source = "s"
key = "{id}"
[[interaction]]
slot = "e"
kind = "submission"
event = "event"
time = "{at}"
"""
ASKED = BASE + '[[feedback]]\nkind = "rating"\nquestion = "q"\nvalue = "{q}"\nscale = { min = 1, max = 5 }\n'


def test_a_recipe_reads_into_frozen_parts() -> None:
    recipe = read_recipe(ASKED)
    (asked,) = recipe.feedback
    assert (asked.kind, asked.slot, asked.submission) == (FeedbackKind.RATING, "e.q", "e")
    assert asked.scale is not None
    assert (asked.scale.low, asked.scale.high, asked.scale.best) == (1, 5, Direction.HIGH)
    assert recipe.main.key is not None
    assert recipe.main.key.columns == ("id",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("key = [", "is not TOML"),
        ('source = "a b"', "source: 'a b' may hold letters"),
        ('key = "{id}"', "source is missing"),
        ('recipe = 2\nsource = "s"', "recipe = 2"),
        ('source = "s"', "makes no facts"),
        (BASE.replace('"{id}"', '"id"'), "key: 'id' names no column"),
        (BASE.replace('"{at}"', '"{at"'), r"interaction\[1\].time: '{at' has a brace without a column"),
        (BASE.replace("slot", "slots"), r"interaction\[1\].slot is missing"),
        (BASE.replace('"e"', '"e f"'), r"interaction\[1\].slot: 'e f' may hold"),
        (BASE + "chanel = 'x'\n", r"interaction\[1\].chanel: there is no such field \(did you mean 'channel'\?\)"),
        (BASE.replace("submission", "submision"), r"interaction\[1\].kind: 'submision' is not one of"),
        (BASE + '[[interaction]]\nslot = "e"\nevent = "x"\ntime = "2024-01-01"\n', "share the slot 'e'"),
        (BASE + 'zone = "Mars/One"\n', r"interaction\[1\].zone"),
        ('zone = "Mars/One"\n' + BASE, "zone: 'Mars/One' is no time zone"),
        ('formats = ["dd/mm"]\n' + BASE, "formats: 'dd/mm' is neither one of"),
        ('decimal = ";"\n' + BASE, "decimal: ';' cannot be a decimal mark"),
        (BASE + 'amount = "{a}"\n', r"interaction\[1\].amount: say the money's `currency`"),
        (BASE + 'links = { "Order No" = "{a}" }\n', r"interaction\[1\].links.Order No"),
        (BASE + 'when = { column = "a", is_nt = "x" }\n', r"interaction\[1\].when.is_nt: there is no such field"),
        (BASE + "when = []\n", r"interaction\[1\].when is an empty list"),
        (BASE + 'status = { of = "{a}", map = "codes" }\n', r"interaction\[1\].status.map: there is no \[maps.codes\]"),
        (BASE + 'status = { of = "{a}", extract = "(" }\n', r"interaction\[1\].status.extract: '\(' is no regular"),
        (BASE + 'status = { of = "{a}", extract = "(?=a)b" }\n', "look-around"),
        (
            BASE + 'status = { of = "{a}", change = "shout" }\n',
            r"interaction\[1\].status.change: 'shout' is not one of",
        ),
        (BASE + 'duration = { start = "{a}" }\n', r"interaction\[1\].duration: a duration needs both"),
        (ASKED.replace("1, max", "5, max"), r"feedback\[1\].scale: needs `min` and `max`"),
        (ASKED.replace("scale = { min = 1, max = 5 }", ""), r"feedback\[1\].scale is missing"),
        (ASKED.replace('"rating"', '"nps"'), "nps is a 0-10 question"),
        (ASKED.replace('"rating"', '"text"'), r"feedback\[1\].scale: only ratings have a scale"),
        (ASKED.replace('value = "{q}"\n', ""), r"feedback\[1\].value is missing"),
        (ASKED + 'states = { "0" = "empty" }\n', r"feedback\[1\].states.0: 'empty' is not one of"),
        (ASKED + 'in = "f"\n', r"feedback\[1\].in: no \[\[interaction\]\] has the slot 'f'"),
        (ASKED + 'file = "rws"\n', r"feedback\[1\].file: there is no \[\[file\]\] named 'rws'"),
        (BASE + '[[variant]]\ncolumns.id = "no"\n', r"variant\[1\]: a variant needs `match`"),
        (BASE + '[[variant]]\nmatch = "*"\nsource = "t"\n', r"variant\[1\].source: a variant cannot change"),
        (BASE + '[[variant]]\nmatch = "*"\nzone = "Mars"\n', r"With variant\[1\]: zone"),
        (BASE + '[[attribute]]\nvalues = { a = "{a}" }\n', r"attribute\[1\].of is missing"),
        (
            BASE + '[[attribute]]\nof = "{a}"\nvalues = { "x\'y\\" z" = "{a}" }\n',
            "cannot be the name of an attribute",
        ),
        (BASE + '[[attribute]]\nof = "{a}"\nvalues = { "x\\u0007" = "{a}" }\n', "cannot be the name of an attribute"),
        (BASE + '[[attribute]]\nof = "{a}"\nvalues = { "a=b" = "{a}" }\n', "cannot be the name of an attribute"),
        (BASE + '[[attribute]]\nof = "{a}"\nvalues = { "" = "{a}" }\n', "an attribute needs a name"),
        (BASE + '[[file]]\nname = "a"\nlookup = [{ file = "b", on = "x" }]\n', r"there is no other \[\[file\]\] 'b'"),
        (
            BASE
            + '[[file]]\nname = "a"\nlookup = [{ file = "b", on = "x" }]\n'
            + '[[file]]\nname = "b"\nlookup = [{ file = "a", on = "x" }]\n',
            "a → b → a",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(BadRecipe, match=told) as found:
        read_recipe(text)
    assert found.value.next_step


def test_errors_have_codes_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(UnknownField) as found:
        read_recipe(BASE + "x = 1\n")
    assert found.value.code == "recipe.unknown-field"
    with pytest.raises(RecipeNotReadable):
        read_recipe(tmp_path / "absent.toml")


def _proposal(tmp_path: Path, text: str, name: str = "data.csv") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with open_records(path) as source:
        recipe = propose_recipe(source)
    assert read_recipe(recipe.text).interactions
    return recipe.text


def test_orders_with_several_times_become_several_interactions(tmp_path: Path) -> None:
    rows = "\n".join(f"o{i},c{i},2024-01-0{i} 10:00:00,{'' if i == 2 else f'2024-02-0{i}'},{i}.50" for i in range(1, 6))
    text = _proposal(tmp_path, f"order_id,customer_id,ordered_at,delivered_at,price\n{rows}\n")
    assert 'key = "{order_id}"' in text
    assert 'customer = "{customer_id}"' in text
    assert 'time = "{ordered_at}"' in text
    assert 'when = "delivered_at"' in text
    assert 'amount = "{price}"' in text


def test_a_wide_survey_becomes_questions_with_their_scale(tmp_path: Path) -> None:
    rows = "\n".join(
        f"r{i},{i % 28 + 1}/12/2024,{i % 5 + 1},{i % 7},{i % 11},a comment of some length {i}" for i in range(40)
    )
    text = _proposal(
        tmp_path, f"Respondent ID,Date,Service rating,Staff quality,Likely to recommend (NPS),Comment\n{rows}\n"
    )
    assert 'formats = ["%d/%m/%Y"]' in text
    assert '"service_rating" = "Service rating"' in text
    assert "min = 1, max = 5" in text
    assert '"0" = "not_applicable"' in text
    assert 'kind = "nps"' in text
    assert 'value = "{Comment}"' in text


def test_an_event_log_has_its_case_as_a_link(tmp_path: Path) -> None:
    rows = "\n".join(f"{i // 4},step {i % 4},2024/01/0{i // 4 + 1} 10:0{i % 4}:00.000" for i in range(20))
    text = _proposal(tmp_path, f"Case ID,Activity,Complete Timestamp\n{rows}\n")
    assert 'case = "{Case ID}"' in text
    assert 'event = "{Activity}"' in text
    assert 'formats = ["%Y/%m/%d %H:%M:%S.%f"]' in text
    assert "customer" not in text.replace("it is no customer", "")


def test_a_file_without_a_time_is_proposed_with_a_word_to_edit(tmp_path: Path) -> None:
    assert "CHECK THIS: no column holds a time" in _proposal(tmp_path, "name,stars\na,1\nb,2\nc,5\n")


def test_a_rating_with_a_decimal_comma_is_a_rating(tmp_path: Path) -> None:
    rows = "\n".join(f"{i};2024-01-{i:02};{i % 5 + 1},{i % 2 * 5};{i},95" for i in range(1, 21))
    text = _proposal(tmp_path, f"Nr;Datum;Note;Betrag\n{rows}\n")
    assert 'questions = { "note" = "Note" }' in text
    assert 'decimal = ","' in text
    assert 'amount = { of = "{Betrag}", decimal = "," }' in text
    assert "Columns not used" not in text


def test_small_numbers_of_an_unknown_name_are_pointed_out(tmp_path: Path) -> None:
    rows = "\n".join(f"{i},2024-01-{i:02},{i % 5 + 1}" for i in range(1, 21))
    assert "CHECK THIS: ocena" in _proposal(tmp_path, f"id,day,ocena\n{rows}\n")


@pytest.mark.parametrize("name", ["data.csv", "reviews.jsonl"])
def test_a_review_s_own_identifier_is_the_key_not_its_order_s(tmp_path: Path, name: str) -> None:
    rows = [(f"{i * 7919:032x}", f"{i * 104729:032x}", f"2024-01-{i % 28 + 1:02}", i % 5 + 1) for i in range(40)]
    names = ("order.id", "review.id", "review.at", "review.score")
    if name.endswith("csv"):
        text = ",".join(names) + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
    else:
        text = "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows)
    told = _proposal(tmp_path, text, name)
    assert 'key = "{review.id}"' in told
    assert 'kind = "text"' not in told


def test_a_key_that_repeats_further_down_is_none(tmp_path: Path) -> None:
    rows = "".join(f"o{i % 800},n{i},2024-01-01,5\n" for i in range(1000))
    assert 'key = "{entry}"' in _proposal(tmp_path, f"order_id,entry,at,score\n{rows}")


VISITS = (
    "visit,customer,time,channel,recommend,comment\n"
    "1,ann,2026-01-05 10:00,shop,9,Friendly people\n"
    "2,bob,2026-01-05 11:30,web,3,The page was slow. Write to bob@example.com\n"
    "3,cem,2026-01-06 09:15,shop,11,\n"
)


def test_who_the_customer_is_is_never_the_key_of_an_event(tmp_path: Path) -> None:
    assert 'key = "{visit}"' in _proposal(tmp_path, VISITS, "visits.csv")
    without = "\n".join(line.split(",", 1)[1] for line in VISITS.splitlines())
    text = _proposal(tmp_path, without, "visits.csv")
    assert 'key = ["customer", "time"]' in text
    assert "CHECK THIS: two rows of one customer at one time" in text
    rows = "\n".join(f"{1000 + i},k{i},2026-01-05 10:{i % 60:02d}" for i in range(100))
    assert 'key = "{Bestellnr}"' in _proposal(tmp_path, f"Bestellnr,Kunde_neu,Zeit\n{rows}\n", "bestellungen_2024.csv")
    assert 'key = "{code}"' in _proposal(tmp_path, f"code,Kunde_neu,Zeit\n{rows}\n", "x.csv")


def test_a_customer_with_events_at_one_time_gives_no_key(tmp_path: Path) -> None:
    rows = "".join(f"c{i // 2},2026-01-05,{i}.5\n" for i in range(60))
    text = _proposal(tmp_path, f"customer,time,temperature\n{rows}", "readings.csv")
    assert '# CHECK THIS: key = "{…}"' in text
    assert read_recipe(text).main.key is None


def test_rows_without_a_time_may_be_known_by_their_customer(tmp_path: Path) -> None:
    rows = "".join(f"c{i},plan {i % 3}\n" for i in range(30))
    assert 'key = "{customer_id}"' in _proposal(tmp_path, f"customer_id,plan\n{rows}", "people.csv")


def test_one_value_out_of_range_does_not_lose_the_question(tmp_path: Path) -> None:
    text = _proposal(tmp_path, VISITS, "visits.csv")
    assert 'kind = "nps"' in text
    assert "# CHECK THIS: 11 in recommend: outside 0 to 10; such rows will be set aside" in text
    assert "small numbers" not in text
    slips, codes = {7: 55}, dict.fromkeys(range(0, 300, 9), 99)
    rows = [f"{i},2026-01-05,{slips.get(i, i % 5 + 1)},{codes.get(i, i % 5 + 1)}" for i in range(300)]
    text = _proposal(tmp_path, "\n".join(["id,day,score,satisfaction", *rows]), "survey.csv")
    assert "# CHECK THIS: 55 in score: outside 1 to 5" in text
    assert '"99" = "not_applicable"' in text
    assert text.count("min = 1, max = 5") == 2


def test_a_workbook_s_proposal_names_all_sheets(tmp_path: Path) -> None:
    about = sheet_xml(f'<row r="1">{text_cell("A1", "note")}</row>', f'<row r="2">{text_cell("A2", "hello")}</row>')
    cells = [[("A", "id"), ("B", "day")], *([("A", f"r{i}"), ("B", f"2024-01-0{i}")] for i in range(1, 5))]
    rows = (
        f'<row r="{at}">{"".join(text_cell(f"{column}{at}", text) for column, text in row)}</row>'
        for at, row in enumerate(cells, start=1)
    )
    path = write_workbook(tmp_path / "w.xlsx", {"About": about, "2023": sheet_xml(*rows)})
    with open_records(path) as source:
        assert 'sheet = "About" # CHECK THIS: the other sheets are "2023"' in propose_recipe(source).text
    with open_records(path, options=ReadOptions(sheet="2023")) as source:
        found = propose_recipe(source)
    assert found.main.format.sheet == "2023"
    assert 'key = "{id}"' in found.text
