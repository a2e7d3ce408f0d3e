"""Months, quarters and years of the Solar Hijri calendar, against persiantools 6.2.

Its calendar is generated from astronomical tables; nothing of ours is used to say what a figure should be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from safar.analysis.answers import BadMeasure
from safar.analysis.cell_answers import cell_answers
from safar.analysis.filters import NO_FILTERS
from safar.analysis.local_time import clock_changes, first_day, following, label, with_period
from safar.analysis.measure import measure
from safar.analysis.measurement import Measurement
from safar.domain.calendars import Calendar, from_jalali
from safar.settings import Settings
from tests.analysis.measured_facts import tables

JALALI = Calendar.JALALI
SPANS = {"month": 1, "quarter": 3, "year": 12}
LEAP_YEARS = [year for year in range(1300, 1450) if JalaliDate.is_leap(year)]
moments = st.datetimes(datetime(1950, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def solar(day: date) -> JalaliDate:
    """The day as the other implementation has it."""
    there: JalaliDate = JalaliDate.to_jalali(day.year, day.month, day.day)  # type: ignore[no-untyped-call]
    return there


def first_of(year: int, month: int = 1) -> date:
    """The first day of a month by the other implementation."""
    found: date = JalaliDate(year, month, 1).to_gregorian()  # type: ignore[no-untyped-call]
    return found


def expected(period: str, day: date) -> str:
    """The label that a day's period should have."""
    there = solar(day)
    return {
        "month": f"{there.year}-{there.month:02}",
        "quarter": f"{there.year}-Q{(there.month - 1) // 3 + 1}",
        "year": f"{there.year}",
    }[period]


def expected_first(period: str, day: date) -> date:
    there = solar(day)
    months = SPANS[period]
    return first_of(there.year, (there.month - 1) // months * months + 1)


def local(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def year_turns(zone: str) -> list[datetime]:
    """The last and the first second of each year of five leap cycles, and the noons around it."""
    turns = []
    for year in range(1378, 1412):
        new = datetime.combine(first_of(year), time(), ZoneInfo(zone))
        turns += [new - timedelta(days=1, hours=12), new - timedelta(seconds=1), new, new + timedelta(hours=12)]
    return [moment.astimezone(UTC) for moment in turns]


def counted(found: Measurement) -> dict[str | None, int]:
    return {cell.dims[-1]: cell.value.n for cell in found.cells if cell.value.n}


def measured(times: Sequence[datetime], period: str, zone: str) -> Measurement:
    rows = [{"ts": moment, "customer": i, "value": float(i % 11)} for i, moment in enumerate(times)]
    return measure(
        tables(rows), metric="nps", by=[period], calendar=JALALI, repeats="all", settings=Settings(time_zone=zone)
    )


@settings(deadline=None, max_examples=10)
@given(
    times=st.lists(moments, min_size=1, max_size=20),
    zone=st.sampled_from(["UTC", "Asia/Tehran", "America/St_Johns", "Pacific/Apia"]),
    period=st.sampled_from(sorted(SPANS)),
)
def test_every_instant_is_in_the_period_that_the_other_implementation_says(
    times: list[datetime], zone: str, period: str
) -> None:
    table = tables([{"ts": moment} for moment in times]).feedback
    between = (min(times), max(times))
    changes = clock_changes(ZoneInfo(zone), *between)
    found = with_period(table, "first", period, changes, calendar=JALALI, between=between).order_by("row_no")
    assert found.columns == (*table.columns, "first")
    rows = found.to_pyarrow().to_pylist()
    assert [row["first"] for row in rows] == [expected_first(period, local(moment, zone)) for moment in times]


@pytest.mark.parametrize("zone", ["Asia/Tehran", "UTC"])
@pytest.mark.parametrize("period", list(SPANS))
def test_leap_years_and_the_turn_of_the_year(period: str, zone: str) -> None:
    times = year_turns(zone)
    assert sum(year in LEAP_YEARS for year in range(1378, 1412)) >= 8
    assert counted(measured(times, period, zone)) == Counter(expected(period, local(moment, zone)) for moment in times)


def test_every_day_of_forty_years() -> None:
    days = [date(1999, 3, 1) + timedelta(days=i) for i in range(40 * 366)]
    times = [datetime.combine(day, time(21), UTC) for day in days]
    for period in SPANS:
        assert counted(measured(times, period, "UTC")) == Counter(expected(period, day) for day in days)


@pytest.mark.parametrize("period", list(SPANS))
@pytest.mark.parametrize("repeats", ["latest", "all"])
def test_a_period_s_figure_opens_exactly_its_answers(period: str, repeats: str) -> None:
    zone = "Asia/Tehran"
    rows = [
        {"ts": moment, "customer": i % 7, "value": float(i % 11), "channel": ("web", "app")[i % 2]}
        for i, moment in enumerate(year_turns(zone))
    ]
    log, kept = tables(rows), Settings(time_zone=zone)
    found = measure(log, metric="nps", by=["channel", period], calendar=JALALI, repeats=repeats, settings=kept)
    with_answers = [cell for cell in found.cells if cell.value.n]
    assert len(with_answers) > 30
    for cell in with_answers[:: len(with_answers) // 4]:
        listed = cell_answers(
            log, metric="nps", by=["channel", period], dims=cell.dims, filters=NO_FILTERS, settings=kept,
            repeats=repeats, calendar=JALALI,
        )  # fmt: skip
        told = listed.to_pyarrow().to_pylist()
        assert len(told) == cell.value.n
        assert {(row["channel"], expected(period, local(row["ts"], zone))) for row in told} == {cell.dims}


def test_periods_without_answers_stand_between_those_with() -> None:
    times = [datetime(2024, 12, 25, 12, tzinfo=UTC), datetime(2025, 5, 1, 12, tzinfo=UTC)]
    found = measured(times, "month", "Asia/Tehran")
    assert [cell.dims[0] for cell in found.cells] == [
        "1403-10", "1403-11", "1403-12", "1404-01", "1404-02",
    ]  # fmt: skip
    assert found.calendar == "jalali"
    assert "Months and years: of the jalali calendar." in found.told().notes


def test_days_and_weeks_and_no_period_say_nothing_of_a_calendar() -> None:
    rows = [{"ts": datetime(2025, 3, 20, 12, tzinfo=UTC), "customer": 1, "value": 9.0}]
    for by, label_ in (["day"], "2025-03-20"), (["week"], "2025-W12"), ([], None):
        found = measure(tables(rows), metric="nps", by=by, calendar="jalali")
        assert found.calendar == "gregorian"
        assert not by or found.cells[0].dims == (label_,)


def test_no_answers_and_an_unknown_calendar() -> None:
    assert measure(tables([]), metric="nps", by=["month"], calendar="jalali").cells == ()
    with pytest.raises(BadMeasure, match="lunar"):
        measure(tables([]), metric="nps", by=["month"], calendar="lunar")


@given(day=st.dates(date(1990, 1, 1), date(2100, 1, 1)), period=st.sampled_from(sorted(SPANS)))
def test_labels_come_back_and_sort(day: date, period: str) -> None:
    start = expected_first(period, day)
    assert label(period, start, JALALI) == expected(period, day)
    assert first_day(period, label(period, start, JALALI), JALALI) == start
    after = following(period, start, JALALI)
    assert start <= day < after
    assert expected_first(period, after) == after
    assert label(period, start, JALALI) < label(period, after, JALALI)


@pytest.mark.parametrize("text", ["1403-13", "1403-00", "x", "", "1403", "99999-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        first_day("month", text, JALALI)


@given(day=st.dates(date(1800, 1, 1), date(2120, 1, 1)))
def test_from_jalali_is_the_other_implementation_s(day: date) -> None:
    there = solar(day)
    assert from_jalali(there.year, there.month, there.day) == day
