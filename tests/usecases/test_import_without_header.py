"""Files whose first line is a row: a proposal sees it and says so, and no record is lost."""

from __future__ import annotations

import pytest

from safar.files.recipe.headless import is_headless
from safar.usecases.import_ import propose
from tests.usecases.import_kit import Bench

ROWS = "5,2026-01-01 10:00,ann\n3,2026-01-02 11:00,bob\n4,2026-01-03 11:00,cy\n"


def test_the_first_record_is_kept_and_the_guess_is_told(bench: Bench) -> None:
    path = bench.file("rows.csv", ROWS)
    ready, recipe = propose(workspace=bench.workspace, paths=[path])
    assert ready is None
    assert "header = false # CHECK THIS" in recipe.text
    assert 'time = "{column_2}"' in recipe.text
    report = bench.run(path, recipe.text)
    assert (report.records, report.accepted) == (3, 3)


def test_the_user_has_the_last_word(bench: Bench) -> None:
    path = bench.file("rows.csv", ROWS)
    _, recipe = propose(workspace=bench.workspace, paths=[path], header=True)
    assert "# CHECK THIS: columns are named 5, 2026-01-01 10:00." in recipe.text
    assert recipe.main.format.header
    named = bench.file("named.csv", "day,score\n2026-01-01,5\n2026-01-02,3\n")
    _, recipe = propose(workspace=bench.workspace, paths=[named], header=False)
    assert "header = false\n" in recipe.text
    _, recipe = propose(workspace=bench.workspace, paths=[named])
    assert "header" not in recipe.text


@pytest.mark.parametrize(
    ("first", "below", "expected"),
    [
        (["00001", "19970101", "1", "11.77"], [["00002", "19970112", "1", "12.00"]] * 3, True),
        (["5", "5_2", "ann@x.example"], [["4", "3", "bob@x.example"]] * 3, True),
        (["region", "2019", "2020"], [["north", "10", "12"]] * 3, False),
        (["1", "2", "3"], [["5", "4", "3"]] * 3, False),
        (["id", "2026-01-01"], [["1", "7"]] * 3, False),
        (["who", "what"], [["ann", "came"]] * 3, False),
        (["ann", "01.02.2026"], [["bob", "03.02.2026"]] * 3, True),
        (["a"], [], False),
    ],
)
def test_a_first_line_is_a_row_where_it_is_like_the_rows(
    first: list[str], below: list[list[str]], expected: bool
) -> None:
    assert is_headless({name: [row[at] for row in below] for at, name in enumerate(first)}) is expected
