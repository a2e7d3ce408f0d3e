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


def _shown(rows: list[dict[str, Any]], **filters: Any) -> float | None:
    """The base that is shown for all employees under filters, or None."""
    found = measure(tables(rows), metric="nps", filters=Filters(speakers=("employee",), **filters))
    return found.cells[0].value.n


def test_one_more_value_of_a_filter_does_not_tell_of_few() -> None:
    rows = staff(a=20, b=2, c=20)
    assert _shown(rows, units=("a", "b")) is None
    assert _shown(rows, units=("a", "c")) is None  # what is left out are two people


def test_values_asked_for_one_by_one_do_not_add_up_to_few() -> None:
    """All less a less c would be b: so c is hidden together with b, whichever way it is asked for."""
    rows = staff(a=30, b=2, c=20)
    assert (_shown(rows), _shown(rows, units=("a",)), _shown(rows, units=("c",))) == (52, 30, None)


def test_two_filters_taken_away_together() -> None:
    """Nobody fails one filter alone, two people fail both: the difference to no filter would be theirs."""
    rows = [{**STAFF, "unit": "a", "channel": "web", "source": "s"} for _ in range(20)]
    rows += [{**STAFF, "unit": "b", "channel": "shop", "source": "s"} for _ in range(2)]
    rows += [{**STAFF, "unit": "c", "channel": "mail", "source": "t"} for _ in range(20)]
    assert _shown(rows, units=("a",), channels=("web",), sources=("s",)) is None


def test_periods_are_whole_months() -> None:
    from datetime import UTC, datetime

    def at(month: int, day: int) -> datetime:
        return datetime(2026, month, day, tzinfo=UTC)

    rows = [{**STAFF, "unit": "a", "ts": at(month, 1 + i)} for month in (1, 2, 3) for i in range(10)]
    assert _shown(rows, since=at(2, 1)) == 20
    assert _shown(rows, since=at(2, 1), until=at(3, 1)) == 10
    assert _shown(rows, since=at(2, 2)) is None
    # A month of three people is hidden with the next smallest: no window may cut between them.
    rows += [{**STAFF, "unit": "a", "ts": at(4, 1 + i)} for i in range(3)]
    assert _shown(rows, until=at(4, 1)) is None
    assert _shown(rows, since=at(2, 1)) in (None, 23)


def test_too_many_filters_show_nothing() -> None:
    rows = [{**row, "language": "en"} for row in staff(a=20)]
    fits = {"channels": ("web",), "units": ("a",), "sources": ("test",)}
    assert _shown(rows, **fits) == 20
    from safar.analysis.differences import MOST_VALUES, are_comparable

    many = Filters(units=tuple(f"u{i}" for i in range(MOST_VALUES + 1)))
    assert not are_comparable(many, time_zone="UTC")


_UNITS, _CHANNELS = ("a", "b", "c"), ("web", "shop")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_no_two_questions_set_few_people_apart(sizes: list[int]) -> None:
    """Every choice of units and channels is asked; no two bases that are shown, one within the other, differ by few."""
    places = [(unit, channel) for unit in _UNITS for channel in _CHANNELS]
    rows = [
        {**STAFF, "unit": unit, "channel": channel}
        for (unit, channel), n in zip(places, sizes, strict=True)
        for _ in range(n)
    ]
    if not rows:
        return
    log = tables(rows)
    chosen = [some for size in range(len(_UNITS) + 1) for some in combinations(_UNITS, size)]
    shown: list[tuple[set[tuple[str, str]], int]] = []
    for units in chosen:
        for channels in ((), ("web",), ("shop",)):
            filters = Filters(speakers=("employee",), units=units, channels=channels)
            n = measure(log, metric="nps", filters=filters).cells[0].value.n
            if n:
                inside = {(u, c) for u, c in places if (not units or u in units) and (not channels or c in channels)}
                shown.append((inside, n))
    for one, n in shown:
        assert n >= 5
        for other, m in shown:
            if one < other:
                assert m - n == 0 or m - n >= 5, (one, other)


def test_values_asked_for_one_by_one_do_not_add_up_to_few_within_a_group() -> None:
    """By unit, channel after channel: of one unit a channel of two people must not be what the others leave."""
    people = {("a", "web"): 9, ("a", "app"): 8, ("a", "shop"): 2, ("b", "web"): 9, ("b", "app"): 9, ("b", "shop"): 9}
    rows = [{**STAFF, "unit": unit, "channel": by} for (unit, by), n in people.items() for _ in range(n)]

    def told(**filters: Any) -> dict[str, int | None]:
        found = measure(tables(rows), metric="nps", by=["unit"], filters=Filters(speakers=("employee",), **filters))
        return {str(cell.dims[0]): cell.value.n for cell in found.cells}

    whole = told()
    parts = [told(channels=(by,)).get("a") for by in ("web", "app", "shop")]
    assert whole["a"] == 19
    shown = [n for n in parts if n is not None]
    assert len(shown) <= 1, "two of three channels shown give the third away"
