"""Values that no fact can hold: their rows are set aside with the reason that is the reason, and the rest lands."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from safar.files.recipe import BadRecipe, read_recipe
from safar.usecases.import_ import save_set_aside
from safar.usecases.importing.mending import delimiter_of_aside, harmless_rows, restore_cells
from tests.usecases.import_kit import Bench

HEAD = 'recipe = 1\nsource = "s"\nkey = "{id}"\n'
EVENT = '[[interaction]]\nslot = "e"\nevent = "event"\n'
TIMED = HEAD + EVENT + 'time = "{at}"\n'
WEIGHT = "weight is neither 0 nor between a thousand millionth and a thousand million"
OUTSIDE, OFFSET = "outside the years 1900 to 2199", "no clock is that far from UTC"


def _why(bench: Bench, path: Path, recipe: str) -> dict[int, str]:
    """Reasons by record, from the file of rows to mend; a dry run must come to the same."""
    tried = bench.run(path, recipe, dry_run=True)
    report = bench.run(path, recipe)
    assert (tried.accepted, tried.set_aside) == (report.accepted, report.set_aside)
    assert report.records == report.accepted + report.set_aside
    [saved] = save_set_aside(workspace=bench.workspace, import_no=report.import_no or 0, to=bench.folder / "mend.csv")
    with saved.open(encoding="utf-8", newline="") as file:
        return {int(row["set_aside_record"]): row["set_aside_reason"] for row in csv.DictReader(file)}


WILD = ["nan", "inf", "-inf", "1e400", "-1e15", "9e15", "1e18", "9223372036854775807", "1e40"]


@pytest.mark.parametrize(("unit", "zone"), [("unix", "UTC"), ("unix-ms", "Europe/Berlin"), ("unix", "Europe/Berlin")])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_unix_time_out_of_reach_costs_its_own_row_only(bench: Bench, unit: str, zone: str, kind: str) -> None:
    recipe = HEAD + f'formats = "{unit}"\nzone = "{zone}"\n' + EVENT + 'time = "{at}"\n'
    rows = [*WILD, "1717200000" if unit == "unix" else "1717200000000"]
    if kind == "csv":
        path = bench.file("a.csv", "id,at\n" + "".join(f"{n},{at}\n" for n, at in enumerate(rows, start=1)))
    else:
        cells = [at if at.lstrip("-")[0].isdigit() else json.dumps(at) for at in rows]
        path = bench.file("a.jsonl", "".join(f'{{"id":{n},"at":{at}}}\n' for n, at in enumerate(cells, start=1)))
    endless = f"not a time as {unit}"
    assert _why(bench, path, recipe) == {
        n: endless if wild.lstrip("-") in ("nan", "inf", "1e400") else OUTSIDE for n, wild in enumerate(WILD, start=1)
    }
    assert bench.facts("interactions", "ts") == [(datetime(2024, 6, 1),)]  # noqa: DTZ001


TEXTS = {
    "1850-01-01": OUTSIDE,
    "1899-12-30": OUTSIDE,
    "2300-01-01": OUTSIDE,
    "9999-12-31": OUTSIDE,
    "infinity": "not a time as iso",
    "294247-01-10 04:00:54": OUTSIDE,
    "2024-13-01": "not a time as iso",
    "tomorrow": "not a time as iso",
    "2024-01-01 10:00:00+99:00": OFFSET,
    "2024-01-01 10:00:00-18:01": OFFSET,
    "2024-01-01 10:00:00+02:75": OFFSET,
}


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_a_time_is_set_aside_with_its_own_reason(bench: Bench, zone: str) -> None:
    rows = [*TEXTS, "2024-01-01 10:00:00+14:00"]
    path = bench.file("a.csv", "id,at\n" + "".join(f"{n},{at}\n" for n, at in enumerate(rows, start=1)))
    found = _why(bench, path, f'zone = "{zone}"\n' + TIMED)
    assert {rows[n - 1]: reason for n, reason in found.items()} == TEXTS
    assert bench.facts("interactions", "utc_offset_min") == [(840,)]


def test_an_offset_with_seconds_is_kept_to_the_second(bench: Bench) -> None:
    """As clocks stood in many places before there were zones: in Tehran until 1946, 3:25:44 ahead of UTC."""
    times = ["1935-06-01 12:00:00+03:25:44", "1935-06-01T12:00:00-00:01:15", "1935-06-01 12:00:00+03:25:75"]
    path = bench.file("a.csv", "id,at\n" + "".join(f"{n},{at}\n" for n, at in enumerate(times, start=1)))
    assert _why(bench, path, TIMED) == {3: OFFSET}
    assert bench.facts("interactions", "ts, utc_offset_min") == [
        (datetime(1935, 6, 1, 8, 34, 16), 206),  # noqa: DTZ001
        (datetime(1935, 6, 1, 12, 1, 15), -1),  # noqa: DTZ001
    ]


def test_an_offset_that_cannot_be_is_found_by_a_format_too(bench: Bench) -> None:
    recipe = TIMED.replace("key =", 'formats = "%d.%m.%Y %H:%M %z"\nkey =')
    path = bench.file("a.csv", "id,at\n1,01.01.2024 10:00 +0330\n2,01.01.2024 10:00 +9900\n")
    assert _why(bench, path, recipe) == {2: OFFSET}


def test_far_times_do_no_harm_where_times_are_compared_or_subtracted(bench: Bench) -> None:
    recipe = (
        HEAD
        + 'formats = ["iso", "unix"]\nzone = "Europe/Berlin"\n'
        + EVENT
        + 'time = 2024-01-01\nduration = { start = "{at}", end = "{to}" }\n'
        + '[[interaction]]\nslot = "late"\nevent = "late"\ntime = 2024-01-01\n'
        + 'when = { column = "to", after = "{at}" }\n'
    )
    rows = ["2024-01-01,2024-01-02", "290000-01-01 (BC),290000-01-01", "infinity,-infinity", "1e30,1e12"]
    path = bench.file("a.csv", "id,at,to\n" + "".join(f"{n},{row}\n" for n, row in enumerate(rows, start=1)))
    report = bench.run(path, recipe)
    assert (report.accepted, report.set_aside) == (1, 3)


def test_a_typed_time_out_of_reach_is_set_aside(bench: Bench) -> None:
    path = bench.folder / "a.parquet"
    at = pa.array([1_717_200_000_000_000, 9_200_000_000_000_000_000, -9_200_000_000_000_000_000], pa.timestamp("us"))
    pq.write_table(pa.table({"id": pa.array([1, 2, 3]), "at": at}), path)
    report = bench.run(path, TIMED)
    assert (report.accepted, report.set_aside) == (1, 2)


def test_a_number_too_large_says_so(bench: Bench) -> None:
    recipe = (
        TIMED + 'duration = { of = "{days}", unit = "d" }\namount = { of = "{sum}", times = 1000 }\ncurrency = "EUR"\n'
    )
    rows = ["2024-01-01,1,1", "2024-01-01,1e308,1", "2024-01-01,1,99999999999999", "2024-01-01,1e400,1"]
    rows += ["2024-01-01,x,1", "2024-01-01,1,nan", "2024-01-01,1,99999999999999999999.1"]
    path = bench.file("a.csv", "id,at,days,sum\n" + "".join(f"{n},{row}\n" for n, row in enumerate(rows, start=1)))
    report = bench.run(path, recipe)
    assert (report.accepted, report.set_aside) == (1, 6)
    found = {(one.column, one.reason, one.rows) for one in report.reasons}
    assert found == {
        ("days", "number is too large", 2),
        ("sum", "number is too large", 2),
        ("days", "not a number", 1),
        ("sum", "not a number", 1),
    }


MONEY = EVENT + 'time = 2024-01-01\namount = "{amt}"\ncurrency = "{cur}"\n'


def test_money_without_a_currency_or_with_too_many_decimals_costs_its_own_row_only(bench: Bench) -> None:
    rows = {
        "1.2345,EUR": None,
        "7,": "amount without currency",
        "7,EURO": "no currency code of three capital letters",
        "7,eur": "no currency code of three capital letters",
        "1.23456789,EUR": "more than 4 decimals",
        "1e-7,EUR": "more than 4 decimals",
        "0.00001,EUR": "more than 4 decimals",
        "1234567890.10005,EUR": "more than 4 decimals",
        "0.30000000000000004,EUR": None,
        ",-": None,
    }
    path = bench.file("a.csv", "id,amt,cur\n" + "".join(f"{n},{row}\n" for n, row in enumerate(rows, start=1)))
    found = _why(bench, path, HEAD + MONEY)
    assert [found.get(n) for n in range(1, len(rows) + 1)] == list(rows.values())
    assert bench.facts("interactions", "row_no, amount, currency") == [
        (1, Decimal("1.2345"), "EUR"),
        (9, Decimal("0.3000"), "EUR"),
        (10, None, None),
    ]


def test_computed_money_may_be_rounded(bench: Bench) -> None:
    recipe = HEAD + '[derive.total]\nmultiply = ["{n}", "{price}"]\n[derive.cases_of]\n'
    recipe += 'cases = [{ when = "n", value = "{total}" }]\n' + MONEY.replace("{amt}", "{cases_of}")
    report = bench.run(bench.file("a.csv", "id,n,price,cur\n1,0.3333,0.3333,EUR\n"), recipe)
    assert report.accepted == 1
    assert bench.facts("interactions", "amount") == [(Decimal("0.1111"),)]


@pytest.mark.parametrize(
    "said", ['"EURO"', '{ of = "{cur}", map = { "1" = "Euro" } }', '{ of = "{cur}", default = "eur" }']
)
def test_a_recipe_cannot_say_a_currency_that_is_no_code(said: str) -> None:
    with pytest.raises(BadRecipe, match=r"interaction\[1\].currency: '(EURO|Euro|eur)' is no code"):
        read_recipe(HEAD + MONEY.replace('"{cur}"', said))


def test_what_the_log_would_refuse_is_set_aside_before(bench: Bench) -> None:
    """Every rule of the log's facts that a row could break: kind and actor of a closed list, keys, weights."""
    recipe = (
        HEAD
        + 'time = 2024-01-01\ncustomer = "{who}"\n[[interaction]]\nslot = "s"\nevent = "e"\nkind = "{kind}"\n'
        + 'actor = "{actor}"\n[[feedback]]\nin = "s"\nkind = "csat"\nquestion = "q"\nvalue = "{q}"\nweight = "{w}"\n'
        + '[[attribute]]\nkey = "{since}"\nvalues = { plan = "{plan}" }\n'
    )
    rows = {
        "submission,customer,5,1,ann,x,1": None,
        "phone,customer,5,1,ann,x,1": "none of contact, invitation, submission",
        "submission,robot,5,1,ann,x,1": "none of customer, company",
        "submission,,5,1e300,ann,x,1": WEIGHT,
        "submission,,5,1e-12,ann,x,1": WEIGHT,
        "submission,,5,0,ann,x,2": None,
        "submission,,5,-1,ann,x,1": "weight is empty or negative",
        "submission,,5,,ann,x,1": "weight is empty or negative",
        "submission,,5,inf,ann,x,1": "not a number",
        "submission,,5,x,ann,x,1": "not a number",
        "submission,,5,1,ann,x,": "key of attributes is empty",
        "submission,,5,1,,x,": None,
    }
    path = bench.file(
        "a.csv", "id,kind,actor,q,w,who,plan,since\n" + "".join(f"{n},{row}\n" for n, row in enumerate(rows, start=1))
    )
    found = _why(bench, path, recipe)
    assert [found.get(n) for n in range(1, len(rows) + 1)] == list(rows.values())


@pytest.mark.parametrize("sign", [";", "\t", ","])
def test_rows_to_mend_have_the_separator_of_their_file(bench: Bench, sign: str) -> None:
    recipe = HEAD + 'decimal = ","\n' + EVENT + 'time = "{at}"\namount = "{betrag}"\ncurrency = "EUR"\n'
    lines = ["id,at,betrag", "1,2024-06-01,many", "2,2024-06-01,8"]
    path = bench.file("a.csv", "\n".join(line.replace(",", sign) for line in lines) + "\n")
    report = bench.run(path, recipe)
    assert report.set_aside == 1
    [saved] = save_set_aside(workspace=bench.workspace, import_no=report.import_no or 0, to=bench.folder / "mend.csv")
    text = saved.read_text(encoding="utf-8")
    assert text.splitlines()[1].startswith(f"1{sign}2024-06-01{sign}many{sign}")
    assert delimiter_of_aside(saved) == sign
    told = "".join(harmless_rows(saved))
    assert told.replace("\r\n", "\n").splitlines()[0] == text.splitlines()[0]
    saved.write_text(text.replace("many", '"12,50"' if sign == "," else "12,50"), encoding="utf-8")
    restore_cells(saved)
    assert bench.run(saved, recipe).accepted == 1
    assert sorted(bench.facts("interactions", "amount")) == [(Decimal("8"),), (Decimal("12.50"),)]
