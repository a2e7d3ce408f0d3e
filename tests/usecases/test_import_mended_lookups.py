"""Mended rows are looked up again: nothing lands without what it looked up, and nothing good is lost."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from safar.usecases.import_ import mended_recipe, set_aside_files
from safar.usecases.importing.inputs import FileNotGiven
from safar.usecases.importing.lookups import LookedUpFileNotGiven
from tests.usecases.import_kit import NOW, Bench

RECIPE = """
source = "shop"
[[file]]
name = "ord"
match = "ord*"
key = "{o}"
lookup = [{ file = "cust", on = "c", required = true }, { file = "town", on = { z = "zip" } }]
[[file]]
name = "cust"
match = "cust*"
lookup = [{ file = "plan", on = "p" }]
[[file]]
name = "plan"
match = "plan*"
[[file]]
name = "town"
match = "town*"
optional = true
[[interaction]]
slot = "s"
event = "e"
time = "{at}"
customer = "{mail}"
links = { order = "{o}" }
props = { plan = "{plan.title}", town = "{town.name}" }
"""
HEAD = "o,c,z,at\n"
CUSTOMERS = "c,mail,p\nk1,ann@x.org,a\nk2,bob@x.org,b\n"
PLANS = "p,title\na,gold\nb,tin\n"


def _others(bench: Bench) -> list[Path]:
    return [
        bench.file("cust.csv", CUSTOMERS),
        bench.file("plan.csv", PLANS),
        bench.file("town.csv", "zip,name\n1,Bonn\n"),
    ]


def _aside(bench: Bench, rows: str) -> tuple[str, str]:
    """The rows that the import of orders set aside, and the recipe for mended ones."""
    report = bench.run([bench.file("ord.csv", HEAD + rows), *_others(bench)], RECIPE)
    assert report.import_no is not None
    (path,) = set_aside_files(workspace=bench.workspace, import_no=report.import_no)
    return path.read_text(encoding="utf-8"), mended_recipe(workspace=bench.workspace, import_no=report.import_no).text


def _facts(bench: Bench) -> list[tuple[object, ...]]:
    return bench.facts("interactions", "link_order, customer IS NOT NULL, prop_plan, prop_town", order="link_order")


def test_a_corrected_key_and_a_torn_row_are_looked_up_again(bench: Bench) -> None:
    text, recipe = _aside(bench, "o1,k1,1,2024-01-01\no2,k9,1,2024-01-02\no3,k1,1,2024-01-03,x\n")
    text = text.replace("o2,k9", "o2,k2").replace('"o3,k1,1,2024-01-03,x"', "")
    text = text.replace('"2024-01-03,x"', "2024-01-03")
    mended = bench.file("mend.csv", text)
    with pytest.raises(LookedUpFileNotGiven, match=r"ord\.csv: 2 rows .*record 1.*not given: cust, town, plan\."):
        bench.run(mended, recipe)
    assert len(_facts(bench)) == 1
    with pytest.raises(LookedUpFileNotGiven, match=r"not given: town, plan\."):
        bench.run([mended, bench.folder / "cust.csv"], recipe)
    report = bench.run([mended, *_others(bench)], recipe)
    assert (report.accepted, report.set_aside) == (2, 0)
    assert _facts(bench) == [
        ("o1", True, "gold", "Bonn"),
        ("o2", True, "tin", "Bonn"),
        ("o3", True, "gold", "Bonn"),
    ]


def test_a_row_whose_key_was_not_changed_keeps_what_it_looked_up(bench: Bench) -> None:
    text, recipe = _aside(bench, "o1,k1,1,never\no2,k2,,never\no3,k2,7,never\n")
    report = bench.run(bench.file("mend.csv", text.replace("never", "2024-01-01")), recipe)
    assert (report.accepted, report.set_aside) == (3, 0)
    expected = [("o1", True, "gold", "Bonn"), ("o2", True, "tin", None), ("o3", True, "tin", None)]
    assert _facts(bench) == expected
    poorer = bench.file("cust.csv", "c,mail,p\nk1,ann@x.org,a\n")  # one that lacks k2 takes nothing away
    again = bench.run(
        [bench.file("mend.csv", text.replace("never", "2024-01-02")), poorer, bench.folder / "plan.csv"], recipe
    )
    assert (again.accepted, again.set_aside) == (3, 0)
    assert _facts(bench) == expected


def test_a_row_that_stays_wrong_is_set_aside_again_round_after_round(bench: Bench) -> None:
    text, recipe = _aside(bench, "o2,k9,1,2024-01-02\no3,k1,1,2024-01-03,x\n")
    for _ in range(2):
        report = bench.run([bench.file("mend.csv", text), *_others(bench)], recipe)
        assert (report.accepted, report.set_aside) == (0, 2)
        assert report.import_no is not None
        (path,) = set_aside_files(workspace=bench.workspace, import_no=report.import_no)
        text = path.read_text(encoding="utf-8").replace("2024-01-02", "2024-01-09")
    text = text.replace("o2,k9", "o2,k1").replace('"o3,k1,1,2024-01-03,x"', "").replace('"2024-01-03,x"', "2024-01-03")
    report = bench.run([bench.file("mend.csv", text), *_others(bench)], recipe)
    assert (report.accepted, report.set_aside) == (2, 0)
    assert {row[1:] for row in _facts(bench)} == {(True, "gold", "Bonn")}


def test_whole_files_beside_mended_rows_look_up_whole_files(bench: Bench) -> None:
    text, recipe = _aside(bench, "o1,k1,1,2024-01-01\no2,k2,1,never\n")
    mended = bench.file("mend.csv", text.replace("never", "2024-01-01"))
    with pytest.raises(FileNotGiven, match="'cust'"):
        bench.run([mended, bench.folder / "ord.csv"], recipe)
    assert _facts(bench) == [("o1", True, "gold", "Bonn")]


def test_rows_that_lost_what_they_carried_are_looked_up_again(bench: Bench) -> None:
    """Also when only a file is given that is looked up through the one that lacks."""
    text, recipe = _aside(bench, "o1,k1,1,never\n")
    rows = list(csv.DictReader(io.StringIO(text.replace("never", "2024-01-01"))))
    kept = [name for name in rows[0] if "." not in name]
    with (bench.folder / "mend.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(dict(row, set_aside_looked_up="") for row in rows)
    mended = bench.folder / "mend.csv"
    with pytest.raises(LookedUpFileNotGiven, match="cust"):
        bench.run([mended, bench.folder / "plan.csv"], recipe)
    assert bench.run([mended, *_others(bench)], recipe).accepted == 1
    assert _facts(bench) == [("o1", True, "gold", "Bonn")]


def test_a_row_set_aside_for_a_failed_look_up_carries_the_value(bench: Bench) -> None:
    aside, _ = _aside(bench, "1,k1,1,2024-01-01\n2,k9,1,2024-01-02\n")
    (row,) = csv.DictReader(io.StringIO(aside))
    assert row["set_aside_value"] == "k9"


def test_records_that_a_looked_up_file_breaks_off_say_why(bench: Bench) -> None:
    broken = CUSTOMERS + 'k3,cy@x.org,a,too,many\nk4,"di@x.org,a\n'
    files = [
        bench.file("ord.csv", HEAD + "o1,k1,1,2026-01-01T10:00:00Z\no2,k3,1,2026-01-02T10:00:00Z\n"),
        *_others(bench),
    ]
    bench.file("cust.csv", broken)
    report = bench.run(files, RECIPE)
    (customers,) = [file for file in report.files if file.file == "cust.csv"]
    assert (customers.records, customers.looked_up, customers.set_aside, customers.refused) == (4, 2, 2, 0)
    told = [reason for reason in report.reasons if reason.file == "cust.csv"]
    assert sum(reason.rows for reason in told) == 2
    assert all(reason.reason for reason in told)
    assert report.import_no is not None
    orders, aside = set_aside_files(workspace=bench.workspace, import_no=report.import_no)
    rows = list(csv.DictReader(io.StringIO(aside.read_text(encoding="utf-8"))))
    assert [row["set_aside_record"] for row in rows] == ["3", "4"]
    assert all(row["set_aside_reason"] for row in rows)
    assert rows[0]["c"] == "k3"
    # Mended with the order that looked for her, the customer is found.
    mended = aside.read_text(encoding="utf-8").replace("k3,cy@x.org,", "k3,cy@y.org,", 1)
    mends = [bench.file("m1.csv", orders.read_text(encoding="utf-8")), bench.file("m2.csv", mended)]
    recipe = mended_recipe(workspace=bench.workspace, import_no=report.import_no).text
    bench.run([*mends, *_others(bench)], recipe)
    assert {row[0] for row in bench.facts("interactions", "link_order")} == {"o1", "o2"}


def test_a_broken_record_of_a_forgotten_person_is_not_kept(bench: Bench) -> None:
    again = [bench.file("ord.csv", HEAD + "o1,k1,1,2026-01-01T10:00:00Z\n"), *_others(bench)]
    bench.run(again, RECIPE)
    bench.workspace.log.forget(namespace=None, external_id="ann@x.org", now=NOW + timedelta(days=1))
    bench.file("cust.csv", "c,mail,p\nk2,bob@x.org,b\nk1,ann@x.org,a,too,many\n")
    bench.file("ord.csv", HEAD + "o2,k2,1,2026-01-02T10:00:00Z\n")
    report = bench.run(again, RECIPE)
    (customers,) = [file for file in report.files if file.file == "cust.csv"]
    assert (customers.records, customers.looked_up, customers.set_aside, customers.refused) == (2, 1, 0, 1)
    assert not [reason for reason in report.reasons if reason.file == "cust.csv"]
