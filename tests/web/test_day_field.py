"""Days in the reader's calendar: typed, picked, paged; addresses stay plain.

The other implementation is persiantools 6.2 (its calendar is generated from astronomical tables).
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from safar.domain.calendars import jalali as to_jalali
from safar.domain.calendars import month_length
from safar.web import jalali
from tests.web.page_text import Page
from tests.web.web_cast import Cast

_FIRST, _LAST = jalali.from_jalali(1200, 1, 1), jalali.from_jalali(1500, 12, month_length(1500, 12))
_DAYS = st.dates(min_value=_FIRST, max_value=_LAST)
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@given(_DAYS)
def test_there_and_back(value: date) -> None:
    assert jalali.from_jalali(*to_jalali(value)) == value
    text = jalali.written(value)
    assert jalali.read_day(text) == jalali.read_day(text.translate(_PERSIAN)) == value
    assert jalali.read_day(value.isoformat()) == value


@pytest.mark.parametrize("year", range(1200, 1501))
def test_another_implementation_agrees(year: int) -> None:
    assert (month_length(year, 12) == 30) == JalaliDate.is_leap(year)
    for month in range(1, 13):
        for day in (1, month_length(year, month)):
            assert jalali.from_jalali(year, month, day) == JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]


@given(_DAYS)
def test_a_month_holds_each_of_its_days_once_under_its_weekday(value: date) -> None:
    month = jalali.Month.of(value)
    assert jalali.Month.read(str(month)) == month
    days = [(i, one) for week in month.weeks() for i, one in enumerate(week) if one is not None]
    assert len(days) == month_length(month.year, month.number)
    assert value in {one for _, one in days}
    assert all(one.weekday() == (i + 5) % 7 for i, one in days)  # Saturday first
    assert all(b[1] - a[1] == timedelta(days=1) for a, b in pairwise(days))


@pytest.mark.parametrize(
    "text", ["", "1405/13/01", "1405/12/30", "1405/07/31", "1199/01/01", "1405/8", "yesterday", "1405/08/30/1", "۱۴۰۵"]
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        jalali.read_day(text)


@pytest.mark.parametrize(
    "typed", ["1405/03/10", "۱۴۰۵/۳/۱۰", "۱۴۰۵-۰۳-۱۰", "٠١٤٠٥/٠٣/١٠"[1:], " 1405.3.10 ", "2026-05-31"]
)
def test_a_typed_day_becomes_a_plain_address(cast: Cast, typed: str) -> None:
    client = cast.client("vera")
    answer = client.get(f"/journey/?lang=fa&channel=web&day.since={quote(typed)}&day.until=")
    assert answer.status_code == 302
    assert answer["Location"] == "/journey/?lang=fa&channel=web&since=2026-05-31"
    page = Page(client.get(answer["Location"]).content)
    shown = {told.get("name"): told.get("value") for tag, told in page.elements if tag == "input"}
    assert shown["day.since"] == "۱۴۰۵/۰۳/۱۰"
    assert shown["day.until"] == ""


def test_a_picked_day_is_taken_and_what_else_was_typed_stays(cast: Cast) -> None:
    answer = cast.client("vera").get("/journey/?day.since=1405/03/10&day.until=&pick.until=2026-06-20")
    assert answer["Location"] == "/journey/?since=2026-05-31&until=2026-06-20"


def test_what_is_wrong_stands_beside_the_field(cast: Cast) -> None:
    answer = cast.client("vera").get("/journey/?lang=fa&day.since=1405/13/01&day.until=1405/03/10")
    assert answer.status_code == 200
    page = Page(answer.content)
    inputs = {told["name"]: told for tag, told in page.elements if tag == "input" and told.get("name")}
    assert inputs["day.since"]["value"] == "1405/13/01"
    assert inputs["day.since"]["aria-invalid"] == "true"
    assert inputs["day.since"]["aria-describedby"] in {told.get("id") for _, told in page.elements}
    assert inputs["day.until"]["value"] == "۱۴۰۵/۰۳/۱۰"
    backwards = cast.client("vera").get("/journey/?lang=fa&day.since=1405/03/10&day.until=1405/03/10")
    assert "پایان باید پس از آغاز باشد" in Page(backwards.content).text


def test_months_are_paged_with_and_without_a_script(cast: Cast) -> None:
    client = cast.client("vera")
    page = Page(client.get("/journey/?lang=fa&day.since=1405/03/10&page.since=1405-02").content)
    assert "اردیبهشت ۱۴۰۵" in page.text
    picks = [told["value"] for tag, told in page.elements if tag == "button" and told.get("name") == "pick.since"]
    assert picks[0] == "2026-04-21"
    assert len(picks) == 31
    part = client.get("/days/?page.since=1404-12")
    assert "اسفند ۱۴۰۴" in part.content.decode()
    assert b"<html" not in part.content
    for odd in ("/days/", "/days/?page.since=x", "/days/?page.since=1404-13", "/days/?page.%3Cb%3E=1404-12"):
        assert client.get(odd).status_code in (302, 404), odd


def test_english_keeps_the_browser_s_own_field(cast: Cast) -> None:
    page = Page(cast.client("vera").get("/journey/?lang=en").content)
    dates = [told["name"] for tag, told in page.elements if tag == "input" and told.get("type") == "date"]
    assert dates
    assert {str(name).rpartition(".")[2] for name in dates} == {"since", "until"}
    assert not any(str(told.get("name")).startswith("day.") for _, told in page.elements)


@pytest.mark.parametrize("address", ["//elsewhere.example/?day.since=1405/01/01", "/journey/?day.%0d%0aX=1"])
def test_nobody_is_led_elsewhere(cast: Cast, address: str) -> None:
    answer = cast.client("vera").get(address)
    assert "elsewhere" not in answer.get("Location", "")
    assert answer.status_code in (302, 404)
