"""Forgetting a person: the bytes are searched, and everybody else is left as they were."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from safar.log import Log
from safar.log.problems import AmbiguousCustomer, CustomerUnknown
from safar.log.purge import finish
from tests.log.log_staging import (
    NOW,
    attribute,
    feedback,
    held,
    interaction,
    new_log,
    open_log,
    people,
    row_id,
    sound,
    stage,
)

PERSON = "zarathustra@example.org"
TWIN = "zarathustra-old-77"
WORDS = "waited seven hours in Nishapur"
SECRETS = (PERSON, TWIN, WORDS, "platinum-elite", "order-4711", "pair-1001")


def _filled(tmp_path: Path) -> Log:
    log = new_log(tmp_path)
    aside = tmp_path / "aside.csv"
    aside.write_text(f"record,who,reason\n1,{PERSON},bad date\n2,bob@example.org,bad date\n")
    report = tmp_path / "import.json"
    report.write_text(json.dumps({"rows": 2, "examples": [{"who": PERSON, "n": 1}, {"who": "bob", "n": 2}]}))
    (tmp_path / "prepared" / "x").mkdir(parents=True)
    (tmp_path / "prepared" / "x" / "moves.parquet").write_bytes(b"order-4711")
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "may.csv").write_text(
        f"who,said\n{PERSON},{WORDS}\n{PERSON.upper()},-\nbob@example.org,fine\n"
    )
    (tmp_path / "studies" / "0a").mkdir(parents=True)
    pl.DataFrame({"who": [PERSON, "bob"], "a1": ["4", "5"]}).write_parquet(
        tmp_path / "studies" / "0a" / "answers.parquet"
    )
    (tmp_path / "uploads" / "may.bin").write_bytes(b"\x00" + PERSON.encode() + b"\x01" + WORDS.encode())
    with log.connect() as con:
        log.commit(con, stage(con, **_facts(attachments={"set-aside.csv": aside, "import.json": report})), now=NOW)
        corrected = [interaction(1, person=PERSON, status="failed", link_order="order-4711", kind="submission")]
        said = [feedback(1, person=PERSON, text=f"{WORDS}, twice", kind="text", value=None), _facts()["feedback"][1]]
        known = [attribute(1, person=PERSON, value="platinum-elite")]
        log.commit(con, stage(con, interactions=corrected, feedback=said, attributes=known), now=NOW)
        later = [interaction(50, person=TWIN), interaction(51, person="bob@example.org")]
        log.commit(con, stage(con, interactions=later), now=NOW)
    keys = people(log)
    log.merge(alias=keys[TWIN], same_as=keys[PERSON], now=NOW)
    return log


def _facts(**options: Any) -> dict[str, Any]:
    return {
        "interactions": [
            interaction(1, person=PERSON, link_order="order-4711", kind="submission", prop_note="platinum-elite"),
            interaction(2, person="bob@example.org", link_order="order-1"),
            interaction(3),
        ],
        "feedback": [
            feedback(1, person=PERSON, text=WORDS, kind="text", value=None, pair="pair-1001"),
            feedback(1, slot="q2", text=f"anonymous here, yet {WORDS}", kind="text", value=None),
            feedback(2, person="bob@example.org", text="fine", kind="text", value=None),
        ],
        "attributes": [attribute(1, person=PERSON, value="platinum-elite"), attribute(2, person="bob@example.org")],
        **options,
    }


def _found(folder: Path) -> dict[str, list[str]]:
    """Which secrets stand in which files: in their bytes, and in the values that Parquet packs."""
    hits: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        if data[:4] == b"PAR1":
            data += repr(pq.read_table(path).to_pylist()).encode() + repr(pq.read_metadata(path).to_dict()).encode()
        seen = [secret for secret in SECRETS if secret.encode() in data]
        if seen:
            hits[str(path.relative_to(folder))] = seen
    return hits


def _clear(tmp_path: Path) -> None:
    """The files that the test itself laid down beside the workspace."""
    for name in ("aside.csv", "import.json"):
        (tmp_path / name).unlink()


def test_no_byte_of_the_person_is_left(tmp_path: Path) -> None:
    log = _filled(tmp_path)
    _clear(tmp_path)
    before = _found(tmp_path)
    assert {secret for secrets in before.values() for secret in secrets} == set(SECRETS)
    report = log.forget(namespace="crm", external_id=PERSON, now=NOW)
    assert _found(tmp_path) == {}
    assert (report.identities, report.attributes, report.interactions, report.feedback) == (2, 1, 2, 2)
    sound(log)
    assert log.info().forgotten == 2
    with (log.import_folder(1) / "set-aside.csv").open() as rows:
        assert [row[0] for row in csv.reader(rows)] == ["record", "2"]
    kept = json.loads((log.import_folder(1) / "import.json").read_text())
    assert kept == {"rows": 2, "examples": [{"who": "bob", "n": 2}]}
    assert (tmp_path / "uploads" / "may.csv").read_text().splitlines() == ["who,said", "bob@example.org,fine"]
    assert pl.read_parquet(tmp_path / "studies" / "0a" / "answers.parquet").rows() == [("bob", "5")]


def test_facts_still_count_and_others_are_left_as_they_were(tmp_path: Path) -> None:
    log = _filled(tmp_path)
    before = {table: held(log, table) for table in ("interactions", "feedback", "attributes")}
    others = people(log)["bob@example.org"]
    log.forget(namespace=None, external_id=PERSON, now=NOW)
    facts = held(log)
    assert len(facts) == len(before["interactions"])
    for identity in ((row_id(2), "a"), (row_id(3), "a"), (row_id(51), "a")):
        assert facts[identity] == before["interactions"][identity]
    assert held(log, "feedback")[row_id(2), "q"] == before["feedback"][row_id(2), "q"]
    assert held(log, "attributes") == {(row_id(2), "segment"): before["attributes"][row_id(2), "segment"]}
    assert people(log) == {"bob@example.org": others}
    anonymous = [fact for fact in facts.values() if fact["row_id"].startswith(b"\0\0\0\0")]
    assert len(anonymous) == 2
    assert all(fact["customer"] is fact["link_order"] is fact["prop_note"] is None for fact in anonymous)
    submissions = {fact["row_id"] for fact in anonymous}
    said = [fact for fact in held(log, "feedback").values() if fact["text"] is None]
    assert len(said) == 2
    assert {fact["submission"] for fact in said} <= submissions


def test_others_facts_lose_only_the_identifier(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        facts = [interaction(1, person=PERSON), interaction(2, person="bob", link_mail=PERSON, prop_plan="x")]
        said = [feedback(2, person="bob", text=f"ask {PERSON} why", kind="text", value=None)]
        known = [attribute(2, person="bob", value=PERSON), attribute(3, person="bob", value="gold", slot="b")]
        log.commit(con, stage(con, interactions=facts, feedback=said, attributes=known), now=NOW)
        changed = [interaction(2, person="bob", link_mail="new", prop_plan="x")]
        log.commit(con, stage(con, interactions=changed, feedback=said, attributes=known), now=NOW)
    log.forget(namespace="crm", external_id=PERSON, now=NOW)
    assert _found(log.path) == {}
    mine = people(log)["bob"]
    assert (held(log)[row_id(2), "a"]["customer"], held(log)[row_id(2), "a"]["link_mail"]) == (mine, "new")
    assert held(log, "feedback")[row_id(2), "q"]["text"] == "ask [forgotten] why"
    assert {f["row_no"]: f["value"] for f in held(log, "attributes").values()} == {2: None, 3: "gold"}
    log.undo(2, now=NOW)
    again = held(log)[row_id(2), "a"]
    assert (again["customer"], again["link_mail"], again["prop_plan"]) == (mine, None, "x")
    sound(log)


def test_an_identifier_goes_in_whatever_letters_others_write_it(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    person = "Ann-Smith-77"
    words = "Ask ann-smith-77, ANN-SMITH-77 or aNN-Smith-77: ÄÖ stays as IT is"
    with log.connect() as con:
        facts = [interaction(1, person=person), interaction(2, person="bob", prop_plan="ANN-smith-77")]
        said = [feedback(2, person="bob", text=words, kind="text", value=None)]
        known = [attribute(2, person="bob", value="ann-smith-77")]
        log.commit(con, stage(con, interactions=facts, feedback=said, attributes=known), now=NOW)
    log.forget(namespace="crm", external_id=person, now=NOW)
    told = "Ask [forgotten], [forgotten] or [forgotten]: ÄÖ stays as IT is"
    assert held(log, "feedback")[row_id(2), "q"]["text"] == told
    for path in tmp_path.rglob("*.parquet"):
        assert person.lower() not in repr(pq.read_table(path).to_pylist()).lower()


def test_a_number_is_left_alone_where_it_means_something_else(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        facts = [interaction(1, person="4711"), interaction(2, person="bob", link_order="4711")]
        log.commit(con, stage(con, interactions=facts), now=NOW)
    before = held(log)[row_id(2), "a"]
    log.forget(namespace="crm", external_id="4711", now=NOW)
    assert held(log)[row_id(2), "a"] == before


def test_the_forgotten_are_refused_and_counted(tmp_path: Path) -> None:
    log = _filled(tmp_path)
    log.forget(namespace="crm", external_id=PERSON, now=NOW)
    before = {table: held(log, table) for table in ("interactions", "feedback", "attributes")}
    with log.connect() as con:
        report = log.commit(con, stage(con, **_facts(rows=[1, 2, 3])), now=NOW)
        assert {table: counts.refused for table, counts in report.tables.items()} == {
            "interactions": 1,
            "feedback": 2,
            "attributes": 1,
        }
        log.commit(con, stage(con, interactions=[interaction(2, person="bob@example.org")], snapshot=True), now=NOW)
    anonymous = [identity for identity in before["interactions"] if identity[0].startswith(b"\0\0\0\0")]
    assert set(anonymous) <= set(held(log))
    assert PERSON not in people(log)
    assert _found(log.path) == {}


def test_undo_after_forgetting_brings_no_word_back(tmp_path: Path) -> None:
    log = _filled(tmp_path)
    log.forget(namespace="crm", external_id=PERSON, now=NOW)
    log.undo(2, now=NOW)
    assert _found(log.path) == {}
    sound(log)
    log.undo(1, now=NOW)
    assert {fact["import_no"] for fact in held(log).values()} == {3}
    sound(log)


def test_an_interrupted_forgetting_is_finished_on_opening(tmp_path: Path) -> None:
    log = _filled(tmp_path)
    _clear(tmp_path)

    class Crash(BaseException):
        pass

    def die(step: str) -> None:
        if step == "manifest":
            note = log._folder.purge_note
            kept.append(note.read_bytes())

    kept: list[bytes] = []
    copy = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    log.forget(namespace="crm", external_id=PERSON, now=NOW, progress=die)
    for path, data in copy.items():  # everything that the purge took away is back, as if it had not run
        if not path.exists() or "imports" in path.parts or "uploads" in path.parts:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    log._folder.purge_note.write_bytes(kept[0])
    assert _found(tmp_path)
    opened = open_log(tmp_path)
    assert _found(tmp_path) == {}
    assert finish(opened._folder) == 0
    sound(opened)


def test_a_forgetting_that_never_counted_leaves_everything(tmp_path: Path) -> None:
    log = _filled(tmp_path)
    before = held(log)

    def stop(step: str) -> None:
        if step == "manifest":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        log.forget(namespace="crm", external_id=PERSON, now=NOW, progress=stop)
    assert held(log) == before
    assert PERSON in people(log)
    assert not log._folder.purge_note.exists()
    sound(log)


def test_after_a_backup_is_put_back_the_ledger_is_replayed(tmp_path: Path) -> None:
    log = _filled(tmp_path)
    _clear(tmp_path)
    backup = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    log.forget(namespace="crm", external_id=PERSON, now=NOW)
    ledger = log._folder.ledger.read_bytes()
    for path in [p for p in tmp_path.rglob("*") if p.is_file()]:
        path.unlink()
    for path, data in backup.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    restored = open_log(tmp_path)
    restored._folder.ledger.write_bytes(ledger)
    assert any("forgotten" in problem for problem in restored.verify().problems)
    assert len(restored.forget_again(now=NOW + timedelta(days=1))) == 1
    assert _found(tmp_path) == {}
    sound(restored)


def test_whom_to_forget_must_be_clear(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    with log.connect() as con:
        facts = [interaction(1, person="7"), interaction(2, customer_ns="web", customer_ext="7")]
        log.commit(con, stage(con, interactions=facts), now=NOW)
    with pytest.raises(CustomerUnknown):
        log.forget(namespace="crm", external_id="8", now=NOW)
    with pytest.raises(AmbiguousCustomer, match="crm, web"):
        log.forget(namespace=None, external_id="7", now=NOW)
    log.forget(namespace="web", external_id="7", now=NOW)
    assert {fact["row_no"]: fact["customer"] is None for fact in held(log).values()} == {1: False, 2: True}
