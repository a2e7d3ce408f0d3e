"""Numbers, shares, durations and days in two languages.

The Solar Hijri dates are those of the official Iranian calendar: the first days of the years 1379 to 1405, and
22 Bahman 1357 (11 February 1979).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.domain.calendars import jalali
from safar.domain.wording import span
from safar.web import numerals


@pytest.fixture(autouse=True)
def _english(served: Path) -> Iterator[None]:
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture
def persian(served: Path) -> Iterator[None]:
    from django.utils import translation

    with translation.override("fa"):
        yield


@pytest.mark.parametrize(
    ("gregorian", "expected"),
    [
        (date(2000, 3, 20), (1379, 1, 1)),
        (date(2016, 3, 20), (1395, 1, 1)),
        (date(2017, 3, 20), (1395, 12, 30)),
        (date(2017, 3, 21), (1396, 1, 1)),
        (date(2021, 3, 20), (1399, 12, 30)),
        (date(2024, 3, 20), (1403, 1, 1)),
        (date(2025, 3, 20), (1403, 12, 30)),
        (date(2025, 3, 21), (1404, 1, 1)),
        (date(2026, 3, 21), (1405, 1, 1)),
        (date(1979, 2, 11), (1357, 11, 22)),
    ],
)
def test_solar_hijri_days(gregorian: date, expected: tuple[int, int, int]) -> None:
    assert jalali(gregorian) == expected


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2250, 1, 1)))
def test_the_day_after_is_the_next_day(value: date) -> None:
    year, month, day = jalali(value)
    following = jalali(value + timedelta(days=1))
    assert following in ((year, month, day + 1), (year, month + 1, 1), (year + 1, 1, 1))
    assert 1 <= day <= (31 if month <= 6 else 30)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0, "0 s"),
        (0.4, "0.4 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (3_600, "1 h"),
        (3_660, "1 h 1 min"),
        (86_400 * 2 + 3_600 * 4 + 59, "2 d 4 h"),
        (86_400 * 55, "55 d"),
        (86_400 * 60, "60 d"),
        (86_400 * 120, "120 d"),
        (86_400 * 305.6, "306 d"),
    ],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert numerals.duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0 %"), (0.004, "< 1 %"), (0.996, "> 99 %"), (1.0, "100 %"), (0.384, "38 %"), (None, "–")]
)
def test_a_share_never_rounds_to_nothing_or_all(value: float | None, text: str) -> None:
    assert numerals.share(value) == text


def test_numbers() -> None:
    assert numerals.number(1234567) == "1,234,567"
    assert numerals.number(-3.25, 1) == "\u2066−3.2\u2069"
    assert numerals.number(-0.01, 1) == "0.0"


def test_persian(persian: None) -> None:
    assert numerals.number(1234.5, 1) == "۱٬۲۳۴٫۵"
    assert numerals.share(0.384) == "۳۸\u200f٪"  # left of its number, alone and among words
    assert numerals.duration(90_000) == "۱ روز و ۱ ساعت"
    assert numerals.day(datetime(2026, 6, 30, tzinfo=UTC)) == "۹ تیر ۱۴۰۵"


@given(st.floats(min_value=86_400 * 56, max_value=1e10))
def test_pages_and_commands_tell_long_times_alike(seconds: float) -> None:
    assert numerals.duration(seconds) == span(seconds)
