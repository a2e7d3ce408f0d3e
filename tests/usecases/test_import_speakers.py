"""Who speaks, told by a column: no answer of staff becomes a customer's."""

from __future__ import annotations

import tomllib

import pytest

from safar.analysis.filters import Filters
from safar.analysis.measure import measure
from safar.files.reading import open_records
from safar.files.recipe import read_recipe
from safar.files.recipe.propose import propose_recipe
from safar.files.recipe.revise import TopFields, revise
from safar.files.recipe.roles import ColumnRole, ColumnUse, read_uses
from safar.files.recipe.section import BadRecipe
from tests.usecases.import_kit import Bench

HEAD = """recipe = 1
source = "s"
key = "{id}"
customer = "{who}"
time = "2025-05-01"
[[interaction]]
slot = "answered"
kind = "submission"
event = "survey"
[[feedback]]
kind = "nps"
question = "recommend"
value = "{score}"
"""
ROWS = "id,who,says,score\n1,a,Customer,9\n2,b,EMPLOYEE,1\n3,c, manager ,2\n4,d,Robot,3\n5,e,,4\n6,f,مشتری,10\n"


def test_a_column_tells_who_speaks_and_unknown_words_set_the_row_aside(bench: Bench) -> None:
    report = bench.run(bench.file("a.csv", ROWS), HEAD + 'speaker = "{says}"\n')
    assert report.set_aside == 2
    assert {(one.reason, one.column, one.value) for one in report.reasons} == {
        ("none of customer, employee, manager", "says", "robot"),
        ("speaker is empty", "says", None),
    }
    told = [("customer", 9.0), ("employee", 1.0), ("manager", 2.0), ("customer", 10.0)]
    assert bench.facts("feedback", "speaker, value") == told


def test_staff_keep_their_protection(bench: Bench) -> None:
    rows = [f"{n},p{n},{('customer', 'staff')[n >= 40]},{(9, 0)[n >= 40]}" for n in range(43)]
    bench.run(bench.file("a.csv", "\n".join(["id,who,says,score", *rows, ""])), HEAD + 'speaker = "{says}"\n')
    tables = bench.workspace.log.tables()
    (cell,) = measure(tables, metric="nps").cells
    assert (cell.value.n, cell.value.value) == (40, 100.0)
    (cell,) = measure(tables, metric="nps", filters=Filters(speakers=("employee",))).cells
    assert cell.value.value is None  # three of the staff are too few to be told of


def test_the_file_s_own_words_and_one_for_all_blocks(bench: Bench) -> None:
    own = 'speaker = { of = "{says}", map = { Filiale = "employee", Kunde = "customer" } }\n'
    recipe = HEAD.replace("time =", own + "time =")
    report = bench.run(bench.file("a.csv", "id,who,says,score\n1,a,Filiale,9\n2,b,Kunde,1\n3,c,customer,1\n"), recipe)
    assert bench.facts("feedback", "speaker, value") == [("employee", 9.0), ("customer", 1.0)]
    assert [(one.reason, one.value) for one in report.reasons] == [("not in the map of speaker", "customer")]
    assert read_recipe(HEAD + 'speaker = "employee"\n').feedback[0].speaker.constant == "employee"
    for wrong in (
        '"boss"',
        '{ of = "{says}", map = { a = "boss" } }',
        '{ of = "{says}", default = "boss" }',
        '{ of = "{says}", map = { a = "" } }',
    ):
        with pytest.raises(BadRecipe, match="is not one of customer, employee, manager"):
            read_recipe(HEAD + f"speaker = {wrong}\n")


@pytest.mark.parametrize(
    ("column", "words", "mapped"),
    [
        ("Who", ("customer", "employee"), None),
        ("Gruppe", ("Kunde", "Mitarbeiter"), {"Kunde": "customer", "Mitarbeiter": "employee"}),
        ("نقش", ("مشتری", "کارمند"), {"مشتری": "customer", "کارمند": "employee"}),
        ("Respondent type", ("Staff", "Manager"), {"Staff": "employee", "Manager": "manager"}),
    ],
)
def test_it_is_proposed(bench: Bench, column: str, words: tuple[str, str], mapped: dict[str, str] | None) -> None:
    lines = [f"r{n},p{n},2025-05-{n % 27 + 1:02d},{words[n % 3 == 0]},{n % 11}" for n in range(60)]
    path = bench.file("a.csv", "\n".join([f"response id,customer,date,{column},nps score", *lines, ""]))
    with open_records(path) as source:
        text = propose_recipe(source).text
    raw = tomllib.loads(text)
    assert raw["speaker"] == ({"of": "{" + column + "}", "map": mapped} if mapped else "{" + column + "}")
    assert read_uses(text, [column])[column].role is ColumnRole.SPEAKER
    bench.run(path, text)
    found = dict(bench.facts("feedback", "speaker, count(*)", order="1", where="true GROUP BY speaker"))
    assert sorted(found.values()) == [20, 40]


def test_without_answers_or_staff_nothing_is_proposed(bench: Bench) -> None:
    calls = "\n".join(["id,at,by", *(f"{n},2025-05-01 10:{n:02d},{('customer', 'agent')[n % 2]}" for n in range(40))])
    guests = (f"{n},2025-05-01,{('guest', 'member')[n % 2]},{n % 5 + 1}" for n in range(40))
    plans = "\n".join(["id,at,type,rating", *guests])
    for name, text in (("calls.csv", calls), ("plans.csv", plans)):
        with open_records(bench.file(name, text + "\n")) as source:
            assert "speaker" not in tomllib.loads(propose_recipe(source).text)


def test_the_table_of_columns_says_it() -> None:
    top = TopFields(source="s", key="{id}", zone="UTC", formats=("iso",))
    uses = read_uses(HEAD, ["id", "who", "says", "score"])
    changed = revise(HEAD, top=top, uses={**uses, "says": ColumnUse(role=ColumnRole.SPEAKER)}, formats={})
    assert tomllib.loads(changed)["speaker"] == "{says}"
    assert read_uses(changed, ["says"])["says"].role is ColumnRole.SPEAKER
    back = revise(changed, top=top, uses={**uses, "says": ColumnUse(role=ColumnRole.IGNORED)}, formats={})
    assert tomllib.loads(back) == tomllib.loads(HEAD) | {"zone": "UTC"}
