"""Periods of the reporting time zone, against the standard library's own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar.analysis.local_time import PERIODS, clock_changes, first_day, following, label, local_period
from tests.analysis.measured_facts import tables

ZONES = ["UTC", "Europe/Berlin", "Asia/Tehran", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"]
moments = st.datetimes(datetime(1999, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def expected(period: str, day: date) -> date:
    match period:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


@settings(deadline=None, max_examples=12)
@given(times=st.lists(moments, min_size=1, max_size=20), zone=st.sampled_from(ZONES))
def test_periods_are_those_of_the_zone(times: list[datetime], zone: str) -> None:
    table = tables([{"ts": moment} for moment in times]).feedback
    changes = clock_changes(ZoneInfo(zone), min(times), max(times))
    found = table.select("row_no", **{p: local_period(table.ts, p, changes) for p in PERIODS}).order_by("row_no")
    for row, moment in zip(found.to_pyarrow().to_pylist(), times, strict=True):
        local = moment.astimezone(ZoneInfo(zone)).date()
        assert {p: row[p] for p in PERIODS} == {p: expected(p, local) for p in PERIODS}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe"])
def test_around_a_clock_change(zone: str) -> None:
    first, last = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
    changes = clock_changes(ZoneInfo(zone), first, last)
    assert len(changes) == 5
    for moment, offset in changes[1:]:
        before = (moment - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).utcoffset()
        after = moment.astimezone(ZoneInfo(zone)).utcoffset()
        assert after == timedelta(seconds=offset) != before


@given(day=st.dates(date(1990, 1, 1), date(2100, 1, 1)), period=st.sampled_from(sorted(PERIODS)))
def test_labels_come_back_and_sort(day: date, period: str) -> None:
    start = expected(period, day)
    assert first_day(period, label(period, start)) == start
    after = following(period, start)
    assert start <= day < after
    assert expected(period, after) == after
    assert label(period, start) < label(period, after)


def test_iso_weeks_belong_to_their_own_year() -> None:
    assert label("week", date(2025, 12, 29)) == "2026-W01"
