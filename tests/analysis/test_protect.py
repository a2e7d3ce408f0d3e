"""Employees' and managers' answers: never for fewer than five people, and nothing told by comparing any figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.analysis.bundles import BUNDLE, LEAST_PEOPLE, ROWS, with_bundles
from safar.analysis.filters import Filters
from safar.analysis.local_time import PERIODS
from safar.analysis.measure import measure
from safar.analysis.metric import State
from safar.domain.calendars import Calendar
from safar.settings import Settings
from tests.analysis.measured_facts import START, tables

STAFF: dict[str, Any] = {"speaker": "employee", "kind": "nps", "value": 9.0}
EMPLOYEES = Filters(speakers=("employee",))


def staff(**people: int) -> list[dict[str, Any]]:
    """So many employees of each unit, one answer each."""
    return [{**STAFF, "unit": unit, "channel": "web"} for unit, n in people.items() for _ in range(n)]


def told(rows: list[dict[str, Any]], *, by: str = "unit", **asked: Any) -> dict[str, int | None]:
    """The base of each group of employees; None: not told."""
    found = measure(tables(rows), metric="nps", by=[by], filters=asked.pop("filters", EMPLOYEES), **asked)
    return {str(cell.dims[0]): cell.value.n for cell in found.cells}


def whole(rows: list[dict[str, Any]], **filters: Any) -> int | None:
    """The base of all employees under filters."""
    found = measure(tables(rows), metric="nps", filters=Filters(speakers=("employee",), **filters))
    return found.cells[0].value.n


def test_a_group_of_enough_people_is_whole_and_a_smaller_one_is_not_there() -> None:
    found = measure(tables(staff(a=20, b=12, c=3)), metric="nps", by=["unit"], filters=EMPLOYEES)
    assert {cell.dims[0]: cell.value.n for cell in found.cells} == {"a": 20, "b": 12}
    assert found.total is not None
    assert found.total.n == 32
    assert (found.balance.used, found.balance.kept_back, found.balance.holds) == (32, 3, True)


def test_small_groups_together_are_enough_for_the_total_only() -> None:
    found = measure(tables(staff(a=20, b=3, c=4)), metric="nps", by=["unit"], filters=EMPLOYEES)
    assert {cell.dims[0]: cell.value.n for cell in found.cells} == {"a": 20}
    assert found.total is not None
    assert found.total.n == 27


def test_nobody_and_few_look_alike() -> None:
    nobody = measure(tables(staff()), metric="nps", filters=EMPLOYEES)
    few = measure(tables(staff(a=4)), metric="nps", filters=EMPLOYEES)
    assert nobody.cells == few.cells
    assert (few.cells[0].value.state, few.cells[0].value.n) == (State.TOO_FEW, None)
    assert few.cells[0].value.value is None


def test_one_employee_with_many_answers_stays_one_person() -> None:
    rows = [{**STAFF, "unit": "a", "customer": 7}] * 30
    assert measure(tables(rows), metric="nps", repeats="all", filters=EMPLOYEES).cells[0].value.n is None


def test_every_answer_of_theirs_counts() -> None:
    """The latest alone would depend on the period asked for: whoever answered before would stand out."""
    rows = [
        {**STAFF, "unit": "a", "customer": n, "ts": START + timedelta(days=40 * k)} for n in range(6) for k in (0, 1)
    ]
    assert whole(rows) == 12


def test_customers_are_counted_to_the_last() -> None:
    rows = [{**row, "speaker": "customer"} for row in staff(a=20, c=3)]
    found = measure(tables(rows), metric="nps", by=["unit"])
    assert {cell.dims[0]: cell.value.n for cell in found.cells} == {"a": 20, "c": 3}


def test_speakers_side_by_side_protect_only_staff() -> None:
    rows = staff(a=20, b=3) + [{**row, "speaker": "customer"} for row in staff(a=20, b=3)]
    found = measure(tables(rows), metric="nps", by=["speaker", "unit"])
    assert found.total is None
    assert {cell.dims: cell.value.n for cell in found.cells} == {
        ("customer", "a"): 20, ("customer", "b"): 3, ("employee", "a"): 20,
    }  # fmt: skip
    assert (found.balance.kept_back, found.balance.holds) == (3, True)


@pytest.mark.parametrize("out", [1, 4])
def test_a_filter_that_leaves_few_people_out_tells_nothing_of_them(out: int) -> None:
    rows = staff(a=20) + [{**STAFF, "unit": "b", "channel": "app"}] * out
    assert whole(rows) == whole(rows, units=("a",)) == 20
    assert whole(rows, units=("b",)) is None
    assert whole(rows, channels=("web",)) == 20


def test_any_period_may_be_asked_for() -> None:
    def at(month: int, day: int) -> datetime:
        return datetime(2026, month, day, tzinfo=UTC)

    rows = [{**STAFF, "unit": "a", "ts": at(month, 1 + i)} for month in (1, 2, 3) for i in range(10)]
    assert whole(rows, since=at(2, 1)) == 20
    # The second to the tenth: of the first five people one is missing, so none of them counts.
    assert whole(rows, since=at(2, 2)) == 15
    assert told(rows, by="month") == {"2026-01": 10, "2026-02": 10, "2026-03": 10}


def test_a_workspace_may_ask_for_more_people() -> None:
    rows = staff(a=20, b=9)
    found = measure(
        tables(rows), metric="nps", by=["unit"], filters=EMPLOYEES, settings=Settings(too_few=10)
    )  # fmt: skip
    assert {cell.dims[0]: cell.value.n for cell in found.cells} == {"a": 20}
    less = measure(tables(staff(a=4)), metric="nps", filters=EMPLOYEES, settings=Settings(too_few=2, few=2))
    assert less.cells[0].value.n is None


def test_bundles_do_not_depend_on_the_order_of_facts() -> None:
    rows = [{**row, "ts": START + timedelta(hours=n % 7)} for n, row in enumerate(staff(a=17, b=8, c=2, d=3))]
    keys = [{**row, "row_id": bytes([n] * 12), "submission": f"s{n}"} for n, row in enumerate(rows)]

    def bundles(some: list[dict[str, Any]]) -> dict[bytes, int]:
        found = with_bundles(tables(some).feedback).select("row_id", BUNDLE, ROWS).to_pyarrow().to_pylist()
        assert len(found) == len(some)
        return {row["row_id"]: row[BUNDLE] for row in found}

    assert bundles(keys) == bundles(keys[::-1])


_DAYS, _UNITS, _CHANNELS = 75, ("a", "b", "c"), ("web", "shop", None)
_ANSWER = st.tuples(
    st.integers(0, 13), st.integers(0, _DAYS), st.sampled_from(_UNITS), st.sampled_from(_CHANNELS), st.booleans()
)
_BY = (
    "unit", "channel", "event", "day", "week", "month", "quarter", "jalali:month", "jalali:quarter", "prop:shift",
    "source",
)  # fmt: skip
_ASK = st.fixed_dictionaries(
    {"by": st.lists(st.sampled_from(_BY), max_size=4, unique=True)},
    optional={
        "since": st.integers(0, _DAYS),
        "days": st.integers(1, _DAYS),
        "units": st.sets(st.sampled_from(_UNITS), min_size=1, max_size=2),
        "channels": st.sets(st.sampled_from(["web", "shop", ""]), min_size=1, max_size=2),
        "props": st.sampled_from(["early", "late"]),
        "repeats": st.sampled_from(["all", "latest"]),
        "as_of": st.integers(0, _DAYS),
    },
)


def _facts(answers: list[tuple[int, int, str, str | None, bool]]) -> list[dict[str, Any]]:
    """Ratings of which each is a power of two: a sum tells which answers it holds."""
    return [
        {
            "speaker": "employee", "kind": "rating", "question": "mood", "scale_min": 0.0, "scale_max": 2.0**45,
            "value": 2.0**n, "customer": person if person < 9 else None, "ts": START + timedelta(days=day),
            "unit": unit, "channel": channel, "event": "asked" if even else "offered", "submission": f"s{n}",
            "source": "mail" if person % 2 else "form", "prop_shift": "early" if (person + day) % 3 else "late",
        }
        for n, (person, day, unit, channel, even) in enumerate(answers)
    ]  # fmt: skip


def _asked(log: Any, ask: dict[str, Any]) -> list[frozenset[int]]:
    """Which answers each figure of a request holds: worked out from its mean and its base alone."""
    by = [name.removeprefix("jalali:") for name in ask["by"]]
    if sum(name in PERIODS for name in by) > 1:
        return []
    since = START + timedelta(days=ask["since"]) if "since" in ask else None
    until = (since or START) + timedelta(days=ask["days"]) if "days" in ask else None
    found = measure(
        log,
        metric="mean",
        by=by,
        filters=Filters(
            speakers=("employee",),
            since=since,
            until=until,
            units=tuple(ask.get("units", ())),
            channels=tuple(ask.get("channels", ())),
            props={"shift": (ask["props"],)} if "props" in ask else {},
        ),
        calendar=Calendar.JALALI if any(name.startswith("jalali:") for name in ask["by"]) else Calendar.GREGORIAN,
        repeats=ask.get("repeats", "latest"),
        as_of=START + timedelta(days=ask["as_of"]) if "as_of" in ask else None,
    )
    values = [*(cell.value for cell in found.cells), *([found.total] if found.total else [])]
    assert found.balance.holds
    sums = [round(one.value * one.n) for one in values if one.value is not None and one.n]
    return [frozenset(n for n in range(45) if total >> n & 1) for total in sums]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answers=st.lists(_ANSWER, min_size=12, max_size=40), asks=st.lists(_ASK, min_size=2, max_size=4))
def test_no_requests_together_tell_of_few_people(
    answers: list[tuple[int, int, str, str | None, bool]], asks: list[dict[str, Any]]
) -> None:
    """Whatever figures somebody lays side by side, adds and subtracts: the smallest part that can be told from the
    rest is what five people or more said."""
    rows = _facts(answers)
    person = {n: row["customer"] if row["customer"] is not None else f"s{n}" for n, row in enumerate(rows)}
    log = tables(rows, extra=["prop_shift"])
    figures = [one for ask in asks for one in _asked(log, ask)]
    # Answers that stand in the very same figures can never be told apart; all others might.
    parts: dict[tuple[bool, ...], set[object]] = {}
    for n in range(len(rows)):
        parts.setdefault(tuple(n in one for one in figures), set()).add(person[n])
    for membership, people in parts.items():
        if any(membership):
            assert len(people) >= LEAST_PEOPLE, membership
