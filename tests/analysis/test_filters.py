"""Filters: round trips through addresses, bounds, and what they let pass."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.analysis.filters import MAX_LENGTH, MAX_VALUES, NO_FILTERS, BadFilter, Filters, start_of_day
from tests.analysis.measured_facts import START, days, tables

texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
values = st.lists(texts, max_size=4).map(tuple)
names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
named = st.dictionaries(names, values, max_size=3)
zones = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Tehran", "America/St_Johns"])
moments = st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    since = draw(st.none() | moments)
    until = draw(st.none() | moments)
    if since is not None and until is not None and until <= since:
        since, until = until - timedelta(days=1), since + timedelta(days=1)
    lists = {name: draw(values) for name in ("channels", "units", "steps", "touchpoints", "sources", "speakers")}
    attributes = draw(st.dictionaries(texts.filter(bool), values, max_size=3))
    given: dict[str, Any] = {"attributes": attributes, "props": draw(named), "links": draw(named), **lists}
    return Filters(since=since, until=until, **given)


@given(of=filters(), zone=zones)
def test_round_trip_through_an_address(of: Filters, zone: str) -> None:
    query = of.as_query(zone)
    assert Filters.from_query(query, time_zone=zone) == of
    address = urlencode(query)
    assert Filters.from_query(parse_qsl(address, keep_blank_values=True), time_zone=zone) == of
    assert Filters.from_query(parse_qs(address, keep_blank_values=True), time_zone=zone) == of
    assert Filters.from_query(query, time_zone=zone).as_query(zone) == query
    assert hash(Filters.from_query(query, time_zone=zone)) == hash(of)


def test_dates_are_local_days() -> None:
    found = Filters.from_query([("since", "2026-03-29"), ("until", "2026-03-30")], time_zone="Europe/Berlin")
    assert found.since == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert found.until == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert found.as_query("Europe/Berlin") == (("since", "2026-03-29"), ("until", "2026-03-30"))
    assert start_of_day(date(2026, 3, 29), "Asia/Tehran") == datetime(2026, 3, 28, 20, 30, tzinfo=UTC)


def test_order_and_repeats_do_not_matter() -> None:
    assert Filters(channels=("web", "app", "web")) == Filters(channels=("app", "web"))
    assert Filters(attributes={"segment": ()}) == NO_FILTERS
    assert not NO_FILTERS
    assert Filters(channels=("web",))


@pytest.mark.parametrize(
    "query",
    [
        [("chanel", "web")],
        [("since", "yesterday")],
        [("since", "2026-01-01"), ("since", "2026-01-02")],
        [("since", "2026-02-30")],
        [("since", "2026-01-02"), ("until", "2026-01-02")],
        [("channel", "x" * (MAX_LENGTH + 1))],
        [("channel", "a\x00b")],
        [("channel", f"c{i}") for i in range(MAX_VALUES + 1)],
        [("prop.Drop Table", "x")],
        [("attribute.", "x")],
        [("channel", "x" * 150)] * 300,
    ],
)
def test_what_is_out_of_bounds_is_refused(query: list[tuple[str, str]]) -> None:
    with pytest.raises(BadFilter):
        Filters.from_query(query)


def test_other_parts_of_an_address_are_named() -> None:
    assert Filters.from_query([("page", "2"), ("channel", "web")], also=["page"]) == Filters(channels=("web",))


def test_naive_times_are_refused() -> None:
    with pytest.raises(BadFilter, match="time zone"):
        Filters(since=datetime(2026, 1, 1))  # noqa: DTZ001


def test_one_text_is_not_a_list_of_values() -> None:
    with pytest.raises(BadFilter, match="list of values"):
        Filters(channels="web")  # type: ignore[arg-type]


def test_every_filter_has_its_place_in_an_address() -> None:
    full = Filters(
        since=START, until=START + days(1), channels=("a",), units=("a",), steps=("a",), touchpoints=("a",),
        sources=("a",), speakers=("a",), views=("a",), attributes={"a": ("a",)},
        props={"a": ("a",)}, links={"a": ("a",)},
    )  # fmt: skip
    assert len(full.as_query()) == len(fields(Filters))


@pytest.mark.parametrize("marked", [False, True])
def test_apply_lets_pass_what_holds(marked: bool) -> None:
    log = tables(
        [
            {"customer": 1, "channel": "web", "ts": START, "prop_plan": "a"},
            {"customer": 2, "channel": None, "ts": START + days(1)},
            {"customer": 3, "channel": "", "ts": START + days(2)},
            {"customer": 4, "channel": "app", "ts": START + days(3), "prop_plan": "b"},
            {"customer": None, "channel": "web", "ts": START + days(4)},
        ],
        [
            {"subject": 1, "name": "segment", "value": "gold"},
            {"subject": 4, "name": "segment", "value": "gold", "valid_from": START + days(4)},
            {"subject": 4, "name": "segment", "value": "silver", "valid_from": START},
        ],
        extra=["prop_plan"],
        marked=marked,
    )

    def passing(of: Filters) -> list[int]:
        found = of.apply(log.feedback, log.attributes)
        assert found.columns == log.feedback.columns
        return sorted(found.row_no.to_pyarrow().to_pylist())

    assert passing(NO_FILTERS) == [0, 1, 2, 3, 4]
    assert passing(Filters(channels=("web",))) == [0, 4]
    assert passing(Filters(channels=("",))) == [1, 2]
    assert passing(Filters(channels=("", "app"))) == [1, 2, 3]
    assert passing(Filters(since=START + days(1), until=START + days(3))) == [1, 2]
    assert passing(Filters(attributes={"segment": ("gold",)})) == [0]
    assert passing(Filters(attributes={"segment": ("silver",)})) == [3]
    assert passing(Filters(attributes={"segment": ("",)})) == [1, 2, 4]
    assert passing(Filters(props={"plan": ("a", "")}, channels=("web",))) == [0, 4]


def test_apply_says_what_it_cannot_filter_by() -> None:
    log = tables([{}])
    with pytest.raises(BadFilter, match="no 'step'"):
        Filters(steps=("usage",)).apply(log.feedback, log.attributes)
    with pytest.raises(BadFilter, match="prop_plan"):
        Filters(props={"plan": ("a",)}).apply(log.feedback, log.attributes)
    with pytest.raises(BadFilter, match="no attributes were given"):
        Filters(attributes={"segment": ("a",)}).apply(log.feedback)


def test_who_speaks_says_nothing_about_interactions() -> None:
    log = tables([{}])
    assert Filters(speakers=("customer",)).apply(log.interactions).count().to_pyarrow().as_py() == 0


def test_a_period_turned_round_is_told_as_it_was_typed() -> None:
    with pytest.raises(BadFilter, match=r"ends \(2025-01-01\) before it starts \(2025-06-01\)"):
        Filters.from_query([("since", "2025-06-01"), ("until", "2025-01-01")], time_zone="Asia/Tehran")
    with pytest.raises(BadFilter, match=r"ends where it starts \(2025-06-01\)"):
        Filters.from_query([("since", "2025-06-01"), ("until", "2025-06-01")], time_zone="Asia/Tehran")
