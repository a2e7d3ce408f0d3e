"""Who was forgotten does not come back with the next import: neither as facts, nor with the rows set aside."""

from __future__ import annotations

import csv
import os
from datetime import timedelta

import pyarrow.parquet as pq
import pytest

from safar.log import Log, StagedImport
from safar.log.problems import ForgottenMeanwhile
from safar.usecases.import_ import set_aside_files
from safar.usecases.imports import read_import
from tests.usecases.import_kit import NOW, Bench

RECIPE = """
recipe = 1
source = "crm"
key = "{id}"
redact = { email = false }
[[interaction]]
slot = "said"
kind = "submission"
event = "c"
time = "{at}"
customer = "{who}"
links = { told = "{told}" }
[[feedback]]
kind = "csat"
question = "s"
value = "{score}"
[[feedback]]
kind = "text"
question = "w"
value = "{words}"
[[attribute]]
values = { friend = "{told}" }
of = "{who}"
time = "{at}"
"""
ROWS = """id,at,who,score,words,told
1,2024-01-01,zzq@x.org,5,hello I am Zzqann,gold
2,2024-01-02,bob@x.org,4,(talked to zzq@x.org.) And mailto:zzq@x.org!,zzq@x.org
3,2024-01-03,cem@x.org,9,bad,silver
4,2024-01-03,zzq@x.org,9,badscale zzqsecret,gold
5,2024-01-03,dan@x.org,9,who is zzq@x.org?,gold
6,2024-01-04,zzq@x.org,5,zzqtorn,gold,one,more
"""
SECRETS = ("zzq", "Zzqann")


def _found(bench: Bench) -> list[str]:
    hits = []
    for path in sorted((bench.folder / "ws").rglob("*")):
        if path.is_file():
            told = path.read_bytes()
            if path.suffix == ".parquet":
                told += repr(pq.read_table(path).to_pylist()).encode()
            hits += [f"{path.name}: {secret}" for secret in SECRETS if secret.encode() in told]
    return hits


def _forget(bench: Bench, who: str) -> None:
    bench.workspace.log.forget(namespace=None, external_id=who, now=NOW + timedelta(days=1))


def test_the_same_file_again_brings_nothing_of_the_forgotten_back(bench: Bench) -> None:
    path = bench.file("f.csv", ROWS)
    first = bench.run(path, RECIPE)
    assert (first.accepted, first.set_aside, first.refused) == (2, 4, 0)
    assert _found(bench)
    _forget(bench, "zzq@x.org")
    assert _found(bench) == []
    before = bench.facts("feedback", "row_no, text", where="text IS NOT NULL")
    again = bench.run(path, RECIPE)
    assert _found(bench) == []
    assert (again.accepted, again.unchanged, again.set_aside, again.refused) == (0, 1, 1, 4)
    assert [(one.reason, one.value) for one in again.reasons] == [("outside the scale 1 to 5", "9")]
    assert {fact.table: (fact.new, fact.changed, fact.removed) for fact in again.facts} == dict.fromkeys(
        ("interactions", "feedback", "attributes"), (0, 0, 0)
    )
    assert bench.facts("feedback", "row_no, text", where="text IS NOT NULL") == before
    assert before == [(2, "(talked to [forgotten].) And mailto:[forgotten]!")]


def test_new_words_about_the_forgotten_are_redacted_too(bench: Bench) -> None:
    bench.run(bench.file("f.csv", ROWS), RECIPE)
    _forget(bench, "zzq@x.org")
    later = "id,at,who,score,words,told\n9,2024-02-01,eve@x.org,3,Was it zzq@x.org or zzq@x.orgy?,zzq@x.org\n"
    report = bench.run(bench.file("g.csv", later), RECIPE)
    assert (report.accepted, report.refused) == (1, 0)
    assert bench.facts("feedback", "text", where="row_no = 1 AND text IS NOT NULL") == [
        ("Was it [forgotten] or [forgotten]y?",)
    ]
    assert bench.facts("interactions", "link_told", where="row_no = 1 AND customer IS NOT NULL") == [(None,)]
    assert bench.facts("attributes", "value", where="row_no = 1") == [(None,)]


def test_a_bare_number_is_the_forgotten_only_in_the_customer_s_column(bench: Bench) -> None:
    text = "id,at,who,score,words,told\n1,2024-01-01,77,5,,\n2,2024-01-01,bob,9,,77\n3,2024-01-01,77,9,,\n"
    path = bench.file("f.csv", text)
    bench.run(path, RECIPE)
    _forget(bench, "77")
    again = bench.run(path, RECIPE)
    assert (again.accepted, again.unchanged, again.set_aside, again.refused) == (0, 0, 1, 2)
    assert [one.record for one in again.reasons] == [2]


def test_a_dry_run_counts_the_refused(bench: Bench) -> None:
    path = bench.file("f.csv", ROWS)
    bench.run(path, RECIPE)
    _forget(bench, "zzq@x.org")
    report = bench.run(path, RECIPE, dry_run=True)
    assert (report.records, report.refused, report.set_aside) == (6, 4, 1)


def test_who_is_forgotten_while_an_import_is_prepared_stays_forgotten(bench: Bench) -> None:
    path = bench.file("f.csv", ROWS)
    bench.run(path, RECIPE)
    log = bench.workspace.log
    prepared = log.ledger_mark()
    _forget(bench, "zzq@x.org")
    late = StagedImport(source="crm", record_empty=True, ledger=prepared)
    with log.connect() as con, pytest.raises(ForgottenMeanwhile):
        log.commit(con, late, now=NOW)


def test_what_a_killed_import_left_is_cleared_on_opening(bench: Bench) -> None:
    log = bench.workspace.log
    # Called by this very process's number, which another container may have had.
    dead = log.path / "tmp" / f"aside-{os.getpid()}-x"
    dead.mkdir(parents=True)
    (dead / "set-aside.csv").write_text("zzq@x.org")
    with log.put_aside() as alive:
        (alive / "set-aside.csv").write_text("zzq@x.org")
        Log.open(log.path, settings=bench.workspace.settings, salt=log._folder.salt)
        assert not dead.exists()
        assert (alive / "set-aside.csv").exists()
    assert not alive.exists()


PLAIN = """
recipe = 1
source = "shop"
key = "{id}"
redact = { email = false }
[[interaction]]
slot = "said"
kind = "submission"
event = "c"
time = "{at}"
customer = "{who}"
[[feedback]]
kind = "text"
question = "w"
value = "{words}"
"""


@pytest.mark.parametrize("sign", [";", "\t", "|", ","])
def test_rows_set_aside_of_any_delimiter_go_whole_and_others_stay(bench: Bench, sign: str) -> None:
    bob = '3;bob@x.example;2024-99-06;"she said ""no""; then, left\nand came back";4\n'
    text = (
        "id;who;at;words;score\n1;ann@x.example;2024-01-01;fine;5\n"
        '2;ann@x.example;2024-99-05;"first line\nsecond SECRETWORD line";5\n'
    )
    first = bench.run(bench.file("t.csv", (text + bob).replace(";", sign)), PLAIN)
    assert first.set_aside == 2
    [path] = set_aside_files(workspace=bench.workspace, import_no=1)
    before = path.read_bytes()
    _forget(bench, "ann@x.example")
    after = path.read_bytes()
    assert b"SECRETWORD" not in after
    assert before.startswith(after[: after.index(b"\n")])
    assert before.endswith(after[after.index(b"\n") + 1 :])
    mended = bench.file("mend.csv", after.decode().replace("2024-99-06", "2024-01-06"))
    again = bench.run(mended, PLAIN)
    assert (again.accepted, again.set_aside) == (1, 0)
    assert ('she said "no"; then, left\nand came back'.replace(";", sign),) in bench.facts("feedback", "text")


@pytest.mark.parametrize(
    ("customer", "ten", "no", "who"),
    [
        ('{ of = "{ten}-{no}", change = "lower" }', "NORTH", "77", "north-77"),
        ('{ of = "{no}", change = "digits" }', "x", "p09.12x345 67y89", "09123456789"),
        ('{ of = "{no}", extract = "k-([a-z]+)z$" }', "x", "zk-annzelmaz", "annzelma"),
    ],
)
def test_rows_set_aside_are_known_by_the_identifier_that_the_recipe_makes(
    bench: Bench, customer: str, ten: str, no: str, who: str
) -> None:
    recipe = PLAIN.replace('"{who}"', customer)
    head, tail = "id,ten,no,at,words\n", "9,other,k5550001,2024-99-06,bob left\n"
    mine = f"1,{ten},{no},2024-01-01,fine\n2,{ten},{no},SECRETDAY,SECRETWORD\n"
    path = bench.file("f.csv", head + mine + tail)
    assert bench.run(path, recipe).set_aside == 2
    [aside] = set_aside_files(workspace=bench.workspace, import_no=1)
    assert f",{who}," not in aside.read_text()
    _forget(bench, who)
    kept = [p for p in (bench.folder / "ws").rglob("*") if p.is_file() and b"SECRET" in p.read_bytes()]
    assert kept == []
    assert [row["set_aside_record"] for row in csv.DictReader(aside.read_text().splitlines())] == ["3"]
    entry = read_import(bench.workspace, 1)
    assert [(one["rows"], one["value"]) for one in entry.reasons] == [(2, None)]
    assert all("person" not in one for one in entry.reasons)
    again = bench.run(path, recipe)
    assert (again.accepted, again.set_aside, again.refused) == (0, 1, 2)
