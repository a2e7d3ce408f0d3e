"""The simulated facts: valid, whole, in sane order, and the same for the same seed."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.datasets import telecom
from safar.domain.fact import TABLES, ColumnType, extra_column
from safar.files.journey import read_journey
from safar.files.rules import read_rules
from safar.log import staged_columns
from tests.datasets.simulated_company import Company, staged_company

GOLDEN = "0ac81897c02ed008f6230b1a3b6da1784173f42795e1ca79fe7f7e2a36833cdc"
"""Digest of 10,000 facts of seed 1, made by this project; another number means other facts: say so in CHANGELOG."""


@pytest.fixture
def company() -> Company:
    return staged_company()


def _digest(*, facts: int = 10_000, seed: int = 1, batch_facts: int = 50_000) -> str:
    con = duckdb.connect()
    for name in ("interactions", "feedback", "attributes"):
        tables = [getattr(batch, name) for batch in telecom.batches(facts=facts, seed=seed, batch_facts=batch_facts)]
        con.register("first", tables[0])
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM first")
        for table in tables[1:]:
            con.register("further", table)
            con.execute(f"INSERT INTO {name} SELECT * FROM further")
    return telecom.digest(con)


def test_same_seed_same_facts_everywhere() -> None:
    assert _digest() == GOLDEN


@pytest.mark.parametrize("batch_facts", [700, 9_999, 1_000_000])
def test_digest_does_not_depend_on_the_size_of_batches(batch_facts: int) -> None:
    assert _digest(batch_facts=batch_facts) == GOLDEN


def test_another_process_makes_the_same_facts() -> None:
    code = (
        "import duckdb; from safar.datasets import telecom; con = duckdb.connect(); "
        "telecom.stage(con, facts=10_000, seed=1); print(telecom.digest(con))"
    )
    source = Path(telecom.__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(source), "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == GOLDEN


def test_other_seed_other_facts() -> None:
    assert _digest(seed=2) != GOLDEN


def test_a_longer_stream_begins_with_the_shorter() -> None:
    con = duckdb.connect()
    telecom.stage(con, facts=4_000)
    con.execute("CREATE TABLE short AS SELECT * FROM interactions")
    telecom.stage(con, facts=12_000)
    columns = "row_id, row_no, ts, event, customer_ext, unit, status, link_opportunity"
    missing = con.execute(f"SELECT {columns} FROM short EXCEPT SELECT {columns} FROM interactions").fetchall()
    assert missing == []


@given(facts=st.integers(10_000, 90_000), seed=st.integers(0, 2**63))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_size_is_what_was_asked_for(facts: int, seed: int) -> None:
    made = sum(map(len, telecom.batches(facts=facts, seed=seed)))
    assert abs(made - facts) <= 0.02 * facts


@pytest.mark.parametrize("facts", [0, 999, 1_000_000_001])
def test_impossible_sizes_are_refused(facts: int) -> None:
    with pytest.raises(telecom.BadSize, match=r"simulation\.bad-size"):
        next(telecom.batches(facts=facts))


def test_another_start_moves_everything() -> None:
    first = next(telecom.batches(facts=1_000, start=date(2023, 6, 1)))
    times = first.interactions.column("ts").to_numpy()
    assert times.min() >= np.datetime64("2023-05-31T20:30")
    assert times.max() < np.datetime64("2025-06-01")


def test_tables_have_the_columns_of_the_fact_schema(company: Company) -> None:
    for name in ("interactions", "feedback", "attributes"):
        found = {row[0]: row[1] for row in company.rows(f"DESCRIBE {name}")}
        known = {column.name for column in staged_columns(name)}
        extra = set(found) - known
        assert known <= set(found), f"{name} lacks {known - set(found)}"
        for column in extra:
            assert extra_column(str(column)).type is ColumnType.TEXT
            assert found[column] == "VARCHAR"


def test_values_are_valid_by_the_fact_schema(company: Company) -> None:
    for name in ("interactions", "feedback", "attributes"):
        for column in TABLES[name]:
            if column.name in ("import_no", "customer", "subject"):
                continue
            if column.required:
                assert company.none(f"{name} WHERE {column.name} IS NULL"), column.name
            if column.allowed:
                allowed = ", ".join(f"'{value}'" for value in column.allowed)
                assert company.none(f"{name} WHERE {column.name} NOT IN ({allowed})"), column.name
        assert company.one(f"SELECT count(*) - count(DISTINCT (row_id, slot)) FROM {name}") == 0
        assert company.none(f"{name} WHERE octet_length(row_id) <> 12")
    assert company.none("feedback WHERE value < scale_min OR value > scale_max")
    said = "coalesce(value::VARCHAR, option, text) IS NOT NULL"
    assert company.none(f"feedback WHERE (state = 'answered') <> ({said})")


def test_row_identities_follow_the_rule_of_the_log(company: Company) -> None:
    query = "SELECT hex(row_id) FROM interactions WHERE customer_ext = 'C-00000001' ORDER BY row_no LIMIT 1"
    expected = "SELECT upper(left(md5('simulated-telecom' || chr(31) || '1.0'), 24))"
    assert company.rows(query) == company.rows(expected)


def test_every_step_and_touchpoint_occurs(company: Company) -> None:
    journey = read_journey(telecom.journey_text())
    contacts = {row[0] for row in company.rows("SELECT DISTINCT touchpoint FROM contacts WHERE touchpoint IS NOT NULL")}
    assert contacts == set(company.truth.touchpoints)
    assert {t.id for t in journey.touchpoints} - contacts == {"relationship_survey"}
    assert len(journey.touchpoints) == 32
    steps = {row[0] for row in company.rows("SELECT DISTINCT step FROM contacts WHERE step IS NOT NULL")}
    assert steps == {step.id for step in journey.steps}
    assert len(company.rows("SELECT DISTINCT channel FROM interactions")) == 8


def test_rules_place_every_event_as_the_truth_says(company: Company) -> None:
    for event, channel, touchpoint, mapped in company.rows(
        "SELECT event, channel, touchpoint, mapped FROM decided WHERE kind = 'contact'"
    ):
        noise = company.truth.table["noise_events"].get(event)
        if noise is not None:
            assert mapped == noise["rule"]
        else:
            row = company.truth.table["touchpoints"][touchpoint]
            assert event in row["event"]
            assert channel in row["channels"]


def test_feedback_is_placed_by_the_rules(company: Company) -> None:
    rules = read_rules(telecom.rules_text())
    for event, channel, kind, question in company.rows("SELECT DISTINCT event, channel, kind, question FROM feedback"):
        rule = rules.decide(
            {"event": str(event), "channel": str(channel), "kind": str(kind), "question": str(question)}
        )
        assert rule is not None, (event, question)


def test_nothing_happens_before_its_cause(company: Company) -> None:
    first = "SELECT link_opportunity l, min(ts) t FROM contacts WHERE touchpoint = '{}' GROUP BY 1"
    for earlier, later in pairwise(["order", "payment", "delivery", "activation", "service_review"]):
        both = f"({first.format(earlier)}) a JOIN ({first.format(later)}) b USING (l)"
        assert company.none(f"{both} WHERE b.t < a.t"), f"{later} before {earlier}"
    assert company.none(
        "contacts a JOIN contacts b USING (link_ticket) "
        "WHERE a.touchpoint = 'complaint' AND b.touchpoint = 'complaint_resolution' AND b.ts <= a.ts"
    )


def test_what_is_said_belongs_to_its_submission(company: Company) -> None:
    assert company.none("feedback f ANTI JOIN interactions s ON s.row_id = f.submission")
    assert company.none(
        "feedback f JOIN interactions s ON s.row_id = f.submission WHERE s.kind <> 'submission' "
        "OR s.ts <> f.ts OR s.customer_ext <> f.customer_ext OR s.event <> f.event OR s.row_no <> f.row_no"
    )


def test_answers_follow_invitations(company: Company) -> None:
    nth = """(SELECT customer_ext c, event e, ts, row_number() OVER (PARTITION BY customer_ext, event ORDER BY ts) n
        FROM interactions WHERE kind = '{}')"""
    assert company.none(
        f"{nth.format('submission')} s JOIN {nth.format('invitation')} i USING (c, e, n) WHERE s.ts <= i.ts"
    )


def test_links_belong_to_one_customer(company: Company) -> None:
    for link in ("opportunity", "order", "contract", "ticket", "session"):
        assert company.none(
            f"(SELECT 1 FROM interactions WHERE link_{link} IS NOT NULL GROUP BY link_{link} "
            "HAVING count(DISTINCT customer_ext) <> 1)"
        )
        assert company.one(f"SELECT count(link_{link}) FROM interactions") > 100
    assert company.none("interactions WHERE customer_ext IS NULL AND link_opportunity IS NOT NULL")
    assert not company.none("interactions WHERE customer_ext IS NULL")


def test_everything_lies_in_the_period(company: Company) -> None:
    assert company.none(f"interactions WHERE ts < {company.day(0)} OR ts >= {company.day(730)}")
    assert company.one("SELECT count(DISTINCT (ts + INTERVAL 210 MINUTE)::DATE) FROM interactions") == 730


def test_comments_come_in_several_languages(company: Company) -> None:
    query = "SELECT language, count(DISTINCT text) FROM feedback WHERE kind = 'text' GROUP BY 1"
    found = {str(language): int(number) for language, number in company.rows(query)}
    assert set(found) == set(company.truth.languages)
    assert min(found.values()) > 40
    assert company.none("feedback WHERE text LIKE '%{%' OR text LIKE '%@%' OR regexp_matches(text, '[0-9]{5}')")
    assert company.none("feedback WHERE text <> trim(text) OR text = ''")


def test_everything_simulated_says_so(company: Company) -> None:
    for name in ("interactions", "feedback", "attributes"):
        assert company.rows(f"SELECT DISTINCT source FROM {name}") == [("simulated-telecom",)]
    assert "simulated" in company.truth.table["company"]["name"]
    label = read_journey(telecom.journey_text()).label
    assert "simulated" in label.text("en")
    assert "شبیه‌سازی" in label.text("fa")


def test_attributes_change_over_time(company: Company) -> None:
    for name in ("segment", "plan", "region", "unit", "tenure"):
        changed = f"FROM attributes WHERE name = '{name}' GROUP BY subject_ext HAVING count(DISTINCT value) > 1"
        assert company.one(f"SELECT count(*) FROM (SELECT 1 {changed})") > 50, name
    assert company.none("(SELECT 1 FROM attributes GROUP BY subject_ext, name, valid_from HAVING count(*) > 1)")


def test_persian_labels_stand_beside_the_english(company: Company) -> None:
    journey = read_journey(telecom.journey_text())
    labels = [step.label for step in journey.steps] + [touchpoint.label for touchpoint in journey.touchpoints]
    assert all({"en", "fa"} <= set(label.texts) for label in labels)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_stream_and_a_million_facts_take_seconds() -> None:
    code = (
        "import resource, sys, time; from safar.datasets import telecom\n"
        "for batch in telecom.batches(facts=int(sys.argv[1])): pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time())"
    )
    source = Path(telecom.__file__).parents[3]
    peaks, seconds = [], []
    for facts in (300_000, 1_000_000):
        done = subprocess.run(
            [sys.executable, "-c", code, str(facts)],
            env={**os.environ, "PYTHONPATH": str(source)},
            capture_output=True,
            text=True,
            check=True,
        )
        peak, cpu = done.stdout.split()
        peaks.append(int(peak))
        seconds.append(float(cpu))
    assert peaks[1] < 1.1 * peaks[0]
    assert seconds[1] < 20  # about 6 on the reference machine; twice the promise of 10, for slower ones


@pytest.mark.slow
def test_staging_keeps_to_the_memory_of_its_engine(tmp_path: Path) -> None:
    con = duckdb.connect(config={"memory_limit": "256MB", "temp_directory": str(tmp_path), "threads": 2})
    staged = telecom.stage(con, facts=1_500_000)
    assert sum(staged.counts.values()) > 1_450_000
    counted = con.execute("SELECT count(*), count(DISTINCT row_id) FROM rows").fetchall()[0]
    assert counted[0] == counted[1]
