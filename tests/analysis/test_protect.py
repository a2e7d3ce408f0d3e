"""Employees' and managers' answers: never for fewer than five people, nor by subtraction."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar.analysis.filters import Filters
from safar.analysis.measure import measure
from safar.analysis.metric import MetricValue, State
from safar.analysis.protect import protect
from tests.analysis.measured_facts import tables

STAFF: dict[str, Any] = {"speaker": "employee", "kind": "nps", "value": 9.0}


def staff(**people: int) -> list[dict[str, Any]]:
    """So many employees of each unit, one answer each."""
    return [{**STAFF, "unit": unit, "channel": "web"} for unit, n in people.items() for _ in range(n)]


def value(people: int) -> MetricValue:
    return MetricValue(metric="nps", state=State.OK, value=1.0, low=0.0, high=2.0, n=people, persons=people)


def test_a_small_group_is_withheld_with_a_second_one() -> None:
    found = measure(tables(staff(a=20, b=12, c=3)), metric="nps", by=["unit"], filters=Filters(speakers=("employee",)))
    told = {cell.dims[0]: (cell.value.state, cell.value.n) for cell in found.cells}
    assert told == {"a": (State.FEW, 20), "b": (State.TOO_FEW, None), "c": (State.TOO_FEW, None)}
    assert found.total is not None
    assert found.total.n == 35
    assert "worked out" in str(found.cell("b").reason)


def test_without_a_second_group_the_total_goes() -> None:
    found = measure(tables(staff(a=3)), metric="nps", by=["unit"], filters=Filters(speakers=("employee",)))
    assert found.total is not None
    assert (found.total.n, found.total.value) == (None, None)


def test_two_small_groups_need_five_people_together() -> None:
    found = measure(tables(staff(a=20, b=2, c=2)), metric="nps", by=["unit"], filters=Filters(speakers=("employee",)))
    assert [cell.value.n for cell in found.cells] == [None, None, None]
    assert found.total is not None
    assert found.total.n == 24


def test_one_employee_with_many_answers_stays_one_person() -> None:
    rows = [{**STAFF, "unit": "a", "customer": 7}] * 30
    found = measure(tables(rows), metric="nps", repeats="all", filters=Filters(speakers=("employee",)))
    assert (found.cells[0].value.state, found.cells[0].value.n) == (State.TOO_FEW, None)


def test_customers_are_not_withheld() -> None:
    rows = [{**row, "speaker": "customer"} for row in staff(a=20, c=3)]
    found = measure(tables(rows), metric="nps", by=["unit"])
    assert {cell.dims[0]: cell.value.n for cell in found.cells} == {"a": 20, "c": 3}


def test_speakers_side_by_side_protect_only_staff() -> None:
    rows = staff(a=20, b=3) + [{**row, "speaker": "customer"} for row in staff(a=20, b=3)]
    found = measure(tables(rows), metric="nps", by=["speaker", "unit"])
    assert found.total is None
    assert {cell.dims: cell.value.n for cell in found.cells} == {
        ("customer", "a"): 20, ("customer", "b"): 3, ("employee", "a"): None, ("employee", "b"): None
    }  # fmt: skip


@pytest.mark.parametrize("out", [1, 4])
def test_a_filter_that_leaves_few_people_out_shows_nothing(out: int) -> None:
    rows = staff(a=20) + [{**STAFF, "unit": "b", "channel": "app"}] * out
    log = tables(rows)
    everybody = measure(log, metric="nps", filters=Filters(speakers=("employee",)))
    assert everybody.cells[0].value.n == 20 + out
    rest = measure(log, metric="nps", filters=Filters(speakers=("employee",), units=("a",)))
    assert (rest.cells[0].value.n, rest.cells[0].value.value) == (None, None)


def test_filters_combined_are_looked_at_one_by_one() -> None:
    rows = staff(a=20, b=20) + [{**STAFF, "unit": "a", "channel": "app"}] * 2
    both = Filters(speakers=("employee",), units=("a",), channels=("web",))
    assert measure(tables(rows), metric="nps", filters=both).cells[0].value.n is None


def test_a_filter_that_leaves_enough_people_out_is_fine() -> None:
    found = measure(tables(staff(a=20, b=5)), metric="nps", filters=Filters(speakers=("employee",), units=("a",)))
    assert found.cells[0].value.n == 20


cells = st.lists(
    st.tuples(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 12)),
    max_size=9,
    unique_by=lambda one: one[0],
)


@settings(max_examples=300)
@given(cells=cells, least=st.sampled_from([2, 5, 8]))
def test_no_sum_gives_a_withheld_group_away(cells: list[tuple[tuple[str, str], int]], least: int) -> None:
    least_people = max(least, 5)
    total = sum(n for _, n in cells)
    shown, shown_total = protect([(dims, value(n)) for dims, n in cells], value(total), least=least)
    hidden = [i for i, one in enumerate(shown) if one.n is None]
    for i, (_, n) in enumerate(cells):
        if 0 < n < least_people:
            assert i in hidden
    assert shown_total is not None
    if shown_total.n is not None and hidden:
        assert len(hidden) > 1
        assert sum(cells[i][1] for i in hidden) >= least_people
    # What a question by one of the two dimensions alone would show: it withholds its own small groups only.
    for kept in combinations(range(2), 1):
        for name in {tuple(dims[k] for k in kept) for dims, _ in cells}:
            members = [i for i, (dims, _) in enumerate(cells) if tuple(dims[k] for k in kept) == name]
            inside = [i for i in members if i in hidden]
            if inside and any(i not in hidden and cells[i][1] for i in members):
                assert len(inside) > 1
                assert sum(cells[i][1] for i in inside) >= least_people
