"""A dry run is quick on a huge file: it reads the beginning, and more only where the beginning cannot tell."""

from __future__ import annotations

import pytest

from safar.usecases.importing.columns import ColumnNotFound
from tests.usecases.import_kit import ORDERS, Bench

_LOOKED_UP = """
recipe = 1
source = "shop"

[[file]]
name = "orders"
match = "orders*"
key = "{id}"
lookup = [{ file = "people", on = "ref", required = true }]

[[file]]
name = "people"
match = "people*"

[[interaction]]
slot = "ordered"
event = "order placed"
time = "{at}"
customer = "{who}"
"""


def test_a_dry_run_reads_the_beginning_and_an_import_everything(bench: Bench) -> None:
    path = bench.file("a.csv", "id,at,who,score\n" + "".join(f"{n},2024-01-01,ann,5\n" for n in range(9)))
    begun = bench.run(path, ORDERS, dry_run=True, first=4)
    assert [(file.records, file.whole) for file in begun.files] == [(4, False)]
    assert [fact.made for fact in begun.facts] == [8, 4]
    assert bench.run(path, ORDERS, dry_run=True, first=None).records == 9
    assert bench.run(path, ORDERS, first=4).accepted == 9


def test_a_dry_run_reads_on_for_a_field_that_comes_late(bench: Bench) -> None:
    lines = ['{"id": 1, "at": "2024-01-01", "who": "ann"}'] * 1200 + ['{"id": 2, "at": "2024-01-01", "score": 4}']
    path = bench.file("a.jsonl", "\n".join(lines))
    assert bench.run(path, ORDERS, dry_run=True, first=3).records == 1201
    with pytest.raises(ColumnNotFound):
        bench.run(path, ORDERS.replace("{score}", "{grade}"), dry_run=True, first=3)
    part = '[[file]]\nname = "a"\nkey = "{id}"\nhas = ["score"]\n\n[[interaction]]'
    chosen = ORDERS.replace('key = "{id}"\n', "").replace("[[interaction]]", part, 1)
    assert bench.run(path, chosen, dry_run=True, first=None).files[0].part == "a"


def test_a_dry_run_reads_what_is_looked_up_to_its_end(bench: Bench) -> None:
    rows = [f"{n},2024-01-01,9{n}" for n in range(6)]
    files = [
        bench.file("orders.csv", "\n".join(["id,at,ref", *rows])),
        bench.file("people.csv", "\n".join(["ref,who", *(f"9{n},p{n}" for n in reversed(range(6)))])),
    ]
    report = bench.run(files, _LOOKED_UP, dry_run=True, first=2)
    assert [(file.part, file.records, file.whole) for file in report.files] == [
        ("orders", 2, False),
        ("people", 6, True),
    ]
    assert report.reasons == ()


_ROWS = [f"{n},2024-01-0{n},p{n},{n % 5 + 1}" for n in range(1, 9)]


@pytest.mark.parametrize(
    ("rows", "snapshot", "counts"),
    [
        (_ROWS, False, (0, 0, 16, 0)),
        ([*_ROWS[:6], "7,2024-01-07,p7,2", "8,2024-02-08,p8,4", "9,2024-01-09,p9,5"], False, (2, 2, 14, 0)),
        ([*_ROWS[:3], "4,2024-01-04,p4,"], False, (0, 0, 7, 1)),
        (_ROWS[:2], True, (0, 0, 4, 12)),
        (["8,never,p8,4", *_ROWS[:2]], True, (0, 0, 4, 0)),
        ([*_ROWS, _ROWS[0]], False, (0, 0, 16, 0)),
    ],
    ids=["same again", "corrected", "an answer gone", "snapshot", "snapshot with a bad row", "a row twice"],
)
def test_a_dry_run_compares_with_the_log_as_the_import_does(
    bench: Bench, rows: list[str], snapshot: bool, counts: tuple[int, ...]
) -> None:
    head = "id,at,who,score\n"
    bench.run(bench.file("a.csv", head + "\n".join(_ROWS)), ORDERS)
    path = bench.file("b.csv", head + "\n".join(rows))
    before = bench.workspace.log.head()
    tried = bench.run(path, ORDERS, dry_run=True, snapshot=snapshot)
    assert bench.workspace.log.head() == before
    told = next(f for f in tried.facts if f.table == "interactions")
    assert (told.new, told.changed, told.unchanged, told.removed) == counts
    done = bench.run(path, ORDERS, snapshot=snapshot)
    assert (tried.files, tried.facts, tried.new_people) == (done.files, done.facts, done.new_people)
    assert tried.compared


def test_where_only_the_beginning_was_read_nothing_is_compared(bench: Bench) -> None:
    path = bench.file("a.csv", "id,at,who,score\n" + "\n".join(_ROWS))
    bench.run(path, ORDERS)
    assert not bench.run(path, ORDERS, dry_run=True, first=3).compared
    assert not bench.run(path, ORDERS, dry_run=True, compared=False).compared
