"""Numbers that are added up, over rows or over columns, are read by the recipe's marks, and read once."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from safar.usecases.import_ import mended_recipe, set_aside_files
from safar.usecases.importing.columns import ColumnNotFound
from safar.usecases.importing.lookups import LookedUpFileNotGiven
from safar.usecases.importing.report import ImportReport
from tests.usecases.import_kit import Bench

MARKS = 'decimal = ","\nthousands = "."\n'
TOTALS = """
source = "x"
%s
[[file]]
name = "ord"
match = "ord*"
key = "{o}"
lookup = [{ file = "pay", on = "o" }]
[[file]]
name = "pay"
match = "pay*"
group_by = ["o"]
aggregate.paid = { sum = "v" }
aggregate.big = { max = "v" }
aggregate.n = { count = "v" }
aggregate.m = { mean = "v" }
[[interaction]]
slot = "s"
event = "e"
time = "{am}"
amount = "{paid}"
currency = "EUR"
links = { order = "{o}" }
props = { p = "{paid}", big = "{big}", n = "{n}", m = "{m}" }
"""
ORDERS = "o;am\na;2024-01-01\nb;2024-01-02\n"


def _totals(bench: Bench, payments: str, *, marks: str = MARKS) -> ImportReport:
    return bench.run([bench.file("ord.csv", ORDERS), bench.file("pay.csv", "o;v\n" + payments)], TOTALS % marks)


def test_totals_read_their_numbers_by_the_recipe_s_marks(bench: Bench) -> None:
    _totals(bench, "a;12\na;2,25\nb;1.000\nb;\n")
    assert bench.facts("interactions", "amount, prop_p, prop_big, prop_n, CAST(prop_m AS DOUBLE)") == [
        (Decimal("14.2500"), "14.25", "12", "2", 7.125),
        (Decimal("1000.0000"), "1000", "1000", "1", 1000.0),
    ]


@pytest.mark.parametrize(("marks", "wrong"), [(MARKS, "1.50"), (MARKS, "x"), ("", "1,50"), ("", "x")])
def test_a_group_with_an_unreadable_number_sets_aside_who_looks_it_up(bench: Bench, marks: str, wrong: str) -> None:
    report = _totals(bench, f"a;1\na;{wrong}\nb;3\n", marks=marks)
    assert (report.accepted, report.set_aside, report.looked_up, report.records) == (1, 2, 2, 5)
    assert [(one.file, one.set_aside, one.looked_up) for one in report.files] == [("ord.csv", 1, 0), ("pay.csv", 1, 2)]
    told = [(one.file, one.column, one.value, one.record, one.line) for one in report.reasons]
    assert told == [("ord.csv", "pay.v", wrong, 1, 2), ("pay.csv", "v", None, 2, 3)]
    assert all(one.reason.startswith("not a number") for one in report.reasons)
    assert bench.facts("interactions", "link_order, amount") == [("b", Decimal("3.0000"))]


def test_the_row_set_aside_for_its_group_needs_the_corrected_group(bench: Bench) -> None:
    report = _totals(bench, "a;1\na;x\nb;3\n")
    assert report.import_no is not None
    (path,) = set_aside_files(workspace=bench.workspace, import_no=report.import_no)
    recipe = mended_recipe(workspace=bench.workspace, import_no=report.import_no)
    with pytest.raises(LookedUpFileNotGiven, match="pay"):
        bench.run(path, recipe.text)
    again = bench.run([path, bench.file("pay.csv", "o;v\na;1\na;1,5\nb;3\n")], recipe.text)
    assert (again.accepted, again.set_aside) == (1, 0)
    assert bench.facts("interactions", "amount", where="link_order = 'a'") == [(Decimal("2.5000"),)]


def test_least_and_greatest_take_texts_as_well_but_not_a_mixture(bench: Bench) -> None:
    recipe = TOTALS.replace('{ sum = "v" }', '{ count = "v" }').replace('aggregate.m = { mean = "v" }\n', "")
    recipe = recipe.replace(', m = "{m}"', "") % ""
    files = [bench.file("ord.csv", ORDERS), bench.file("pay.csv", "o;v\na;2024-01-02\na;2023-05-01\nb;2\nb;soon\n")]
    report = bench.run(files, recipe)
    assert bench.facts("interactions", "prop_big") == [("2024-01-02",)]
    assert [(one.file, one.value, one.record) for one in report.reasons] == [
        ("ord.csv", "soon", 2), ("pay.csv", None, 4),
    ]  # fmt: skip
    assert report.looked_up == 3


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("nope", r"file\[2\]\.aggregate\.paid: pay\.csv has no column 'nope'"),
        ("dv", r"aggregate\.paid: 'dv' is a derived"),
    ],
)
def test_a_total_of_a_column_that_is_not_there_names_the_place(bench: Bench, column: str, told: str) -> None:
    recipe = (TOTALS % MARKS).replace('sum = "v"', f'sum = "{column}"') + '[derive.dv]\nadd = ["{v}", 1]\n'
    with pytest.raises(ColumnNotFound, match=told):
        bench.run([bench.file("ord.csv", ORDERS), bench.file("pay.csv", "o;v\na;1\n")], recipe)


DERIVED = """
source = "y"
key = "{o}"
%s
[derive.t]
add = ["{v}", "{u}"]
[derive.twice]
multiply = ["{t}", 2.5]
[derive.size]
cases = [{ when = { column = "t", above = 3 }, value = "{t}" }]
otherwise = "small"
[[interaction]]
slot = "s"
event = "e"
time = "2024-01-01"
when = { column = "o", is_not = "skip" }
amount = "{t}"
currency = "EUR"
props = { t = "{t}", twice = "{twice}", size = "{size}" }
"""


def test_a_derived_number_is_a_number_whatever_the_marks(bench: Bench) -> None:
    report = bench.run(bench.file("d.csv", "o;v;u\na;1,125;1\nb;1.000;0\nc;;1\n"), DERIVED % MARKS)
    assert report.set_aside == 0
    assert bench.facts("interactions", "amount, prop_t, prop_twice, prop_size") == [
        (Decimal("2.1250"), "2.125", "5.3125", "small"),
        (Decimal("1000.0000"), "1000.0", "2500.0", "1000.0"),
        (None, None, None, "small"),
    ]


def test_an_unreadable_part_of_a_derived_number_sets_its_row_aside(bench: Bench) -> None:
    recipe = (DERIVED % MARKS).replace(', size = "{size}"', "")
    report = bench.run(bench.file("d.csv", "o;v;u\na;1;x\nb;1.5;0\nskip;y;0\nc;1;1\n"), recipe)
    assert [(one.record, one.column, one.value, one.reason) for one in report.reasons] == [
        (1, "u", "x", "not a number"),
        (2, "v", "1.5", "not a number"),
    ]
    assert bench.facts("interactions", "amount") == [(Decimal("2.0000"),)]


@pytest.mark.parametrize("way", ["questions", "value"])
def test_answers_of_a_typed_file_need_no_marks(bench: Bench, way: str) -> None:
    asked = 'questions = ["q"]' if way == "questions" else 'question = "q"\nvalue = "{q}"'
    recipe = f'source = "x"\nkey = "{{k}}"\n{MARKS}[[interaction]]\nslot = "s"\nkind = "submission"\nevent = "e"\n'
    recipe += f'time = "{{d}}"\n[[feedback]]\nslot = "f"\nkind = "csat"\nscale = {{ min = 1, max = 5 }}\n{asked}\n'
    typed = bench.folder / "typed.parquet"
    pl.DataFrame({"k": ["a", "b"], "d": ["2024-01-01", "2024-01-02"], "q": [4.5, 3.0]}).write_parquet(typed)
    report = bench.run([typed], recipe)
    assert (report.accepted, report.set_aside) == (2, 0)
    assert bench.facts("feedback", "value") == [(4.5,), (3.0,)]
    written = bench.run([bench.file("more.csv", "k;d;q\nc;2024-01-03;2,5\ne;2024-01-04;2.5\n")], recipe)
    assert (written.accepted, written.set_aside) == (1, 1)
