"""An attribute as it held then, against the plain definition."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar.analysis.attributes import with_attribute
from tests.analysis.measured_facts import START, days, tables

facts = st.lists(
    st.fixed_dictionaries({"customer": st.none() | st.integers(1, 3), "day": st.integers(0, 6)}), max_size=8
)
known = st.lists(
    st.fixed_dictionaries(
        {
            "subject": st.integers(1, 3),
            "name": st.sampled_from(["segment", "plan"]),
            "value": st.none() | st.sampled_from(["a", "b", "c"]),
            "day": st.integers(0, 6),
            "subject_kind": st.sampled_from(["customer", "customer", "account"]),
        }
    ),
    max_size=12,
)


def as_held(fact: dict[str, Any], rows: list[dict[str, Any]]) -> str | None:
    """The last value, in the order of (valid from, row), that holds at the fact's time."""
    held = [
        (row["day"], i, row["value"])
        for i, row in enumerate(rows)
        if row["subject"] == fact["customer"]
        and row["name"] == "segment"
        and row["subject_kind"] == "customer"
        and row["day"] <= fact["day"]
    ]
    return max(held)[2] if held else None


@settings(deadline=None, max_examples=25)
@given(facts=facts, rows=known, again=st.booleans())
def test_equals_the_plain_definition(facts: list[dict[str, Any]], rows: list[dict[str, Any]], again: bool) -> None:
    stored = [{**{k: v for k, v in row.items() if k != "day"}, "valid_from": START + days(row["day"])} for row in rows]
    # The same fact imported twice holds the same row number and changes nothing.
    stored = [{**row, "row_no": i} for i, row in enumerate(stored)] * (2 if again else 1)
    log = tables([{"customer": f["customer"], "ts": START + days(f["day"])} for f in facts], stored)
    found = with_attribute(log.feedback, log.attributes, "segment").order_by("row_no").to_pyarrow()
    assert found.num_rows == len(facts)
    assert found["attribute_segment"].to_pylist() == [as_held(fact, rows) for fact in facts]


@pytest.mark.parametrize("marked", [False, True])
def test_holds_from_its_moment_on(marked: bool) -> None:
    moment = START + days(2)
    log = tables(
        [{"customer": 1, "ts": moment - days(1e-9)}, {"customer": 1, "ts": moment}],
        [{"subject": 1, "name": "segment", "value": "gold", "valid_from": moment}],
        marked=marked,
    )
    found = with_attribute(log.feedback, log.attributes, "segment").order_by("row_no").to_pyarrow()
    assert found["attribute_segment"].to_pylist() == [None, "gold"]


@pytest.mark.parametrize("swapped", [False, True])
def test_of_one_moment_the_later_row_holds(swapped: bool) -> None:
    rows = [
        {"subject": 1, "name": "segment", "value": "first", "row_no": 1, "slot_no": 1},
        {"subject": 1, "name": "segment", "value": "second", "row_no": 2, "slot_no": 0},
        {"subject": 1, "name": "segment", "value": "third", "row_no": 2, "slot_no": 1},
    ]
    log = tables([{"customer": 1}], rows[::-1] if swapped else rows)
    found = with_attribute(log.feedback, log.attributes, "segment").to_pyarrow()
    assert found["attribute_segment"].to_pylist() == ["third"]


def test_two_attributes_stand_beside_each_other() -> None:
    log = tables(
        [{"customer": 1}],
        [{"subject": 1, "name": name, "value": name.upper()} for name in ("segment", "plan", "home region")],
    )
    table = log.feedback
    for name in ("segment", "plan", "home region"):
        table = with_attribute(table, log.attributes, name)
    row = table.to_pyarrow().to_pylist()[0]
    assert [row[f"attribute_{name}"] for name in ("segment", "plan", "home region")] == [
        "SEGMENT",
        "PLAN",
        "HOME REGION",
    ]
