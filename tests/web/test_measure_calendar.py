"""Months, quarters and years of the measure page and of boards are those of the reader's calendar.

What month a day is in is said by persiantools 6.2.
"""

from __future__ import annotations

import csv
import html
import io
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from persiantools.jdatetime import JalaliDate

from safar.analysis.filters import start_of_day
from safar.domain.calendars import Calendar
from safar.domain.period import RelativePeriod, days_before, days_of
from safar.usecases.measure import measure
from safar.usecases.workspace import Workspace
from tests.web.page_text import whole_number
from tests.web.web_cast import Cast

MONTHS = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"]
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
BY_MONTH = "/measure/?metric=nps&over=month"


def _links(page: str, path: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(rf'href="({path}[^"]*)"', page)]


def _verb(served: Path, calendar: str, over: str = "month"):  # type: ignore[no-untyped-def]
    return measure(workspace=Workspace.open(served), metric="nps", by=[over], calendar=calendar)


def _heads(page: str) -> list[str]:
    # The filters' calendar is a table too.
    body = re.search(r"<tbody[^>]*>(.*?)</tbody>", page[page.index('id="figures-title"') :], re.DOTALL)
    assert body
    heads = re.findall(r'<th scope="row(?:group)?"[^>]*>(.*?)</th>', body.group(1), re.DOTALL)
    return [re.sub(r"<[^>]*>", "", one).strip() for one in heads]


@pytest.mark.parametrize("over", ["month", "quarter", "year"])
def test_who_reads_persian_has_jalali_periods_in_page_and_files(cast: Cast, served: Path, over: str) -> None:
    from python_calamine import CalamineWorkbook

    client, found = cast.client("vera"), _verb(served, "jalali", over)
    page = client.get(f"/measure/?metric=nps&over={over}&lang=fa").content.decode()
    dims = [str(cell.dims[0]) for cell in found.cells]
    if over == "month":
        told = [f"{MONTHS[int(one[5:]) - 1]} {one[:4]}".translate(PERSIAN) for one in dims]
        assert [one for one in _heads(page) if one in told] == told
    (address,) = _links(page, "/measure/table.csv")
    assert ("calendar", "jalali") in parse_qsl(urlsplit(address).query)
    rows = list(csv.DictReader(io.StringIO(b"".join(client.get(address)).decode())))
    assert [row[over] for row in rows] == dims
    assert [row["n"] for row in rows] == [str(cell.value.n) for cell in found.cells]
    (address,) = _links(page, "/measure/table.xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(client.get(address).content)).get_sheet_by_index(0).to_python()
    assert [str(row[0]) for row in sheet[1:]] == dims


@pytest.mark.parametrize("over", ["month", "quarter", "year"])
def test_a_jalali_figure_opens_as_many_answers_as_it_counts(cast: Cast, served: Path, over: str) -> None:
    client, found = cast.client("vera"), _verb(served, "jalali", over)
    page = client.get(f"/measure/?metric=nps&over={over}&lang=fa").content.decode()
    links = set(_links(page, "/measure/answers/"))
    from safar.web.measure_page import key_of

    for cell in [cell for cell in found.cells if cell.value.n][:4]:
        (address,) = [one for one in links if urlencode([("group", key_of(cell.dims))]) in one]
        # The link shows the same to who reads English.
        for language in ("fa", "en"):
            listed = client.get(f"{address}&lang={language}").content.decode()
            total = re.search(r'id="total">([^<]*)<', listed)
            assert total
            assert whole_number(total.group(1)) == cell.value.n


def test_a_link_shows_the_same_to_everybody(cast: Cast, served: Path) -> None:
    client = cast.client("vera")
    english = client.get(f"{BY_MONTH}&calendar=jalali&lang=en").content.decode()
    first = str(_verb(served, "jalali").cells[0].dims[0])
    names = [
        "Farvardin",
        "Ordibehesht",
        "Khordad",
        "Tir",
        "Mordad",
        "Shahrivar",
        "Mehr",
        "Aban",
        "Azar",
        "Dey",
        "Bahman",
        "Esfand",
    ]
    assert f"{names[int(first[5:]) - 1]} {first[:4]}" in english
    assert "Solar Hijri calendar" in english
    persian = client.get(f"{BY_MONTH}&calendar=gregorian&lang=fa").content.decode()
    assert "تقویم میلادی" in persian
    assert not [one for one in _heads(persian) if one.split()[0] in MONTHS]
    wrong = client.get(f"{BY_MONTH}&calendar=lunar&lang=en")
    assert wrong.status_code == 400
    # Where it makes no difference the address says nothing of it.
    (plain,) = _links(client.get("/measure/?metric=nps&by=channel").content.decode(), "/measure/table.csv")
    assert "calendar=" not in plain


def test_a_chart_on_a_board_goes_by_its_reader_s_calendar_unless_another_was_chosen(cast: Cast) -> None:
    client = cast.client("bob")
    for address, kept in (
        (f"{BY_MONTH}&calendar=gregorian&lang=en", False),
        (f"{BY_MONTH}&calendar=jalali&lang=en", True),
    ):
        client.get("/measure/?lang=en")
        told = {"title": "NPS", "address": address, "board": "new", "new_board": f"Kept {kept}"}
        answer = client.post("/boards/save/", told)
        assert answer.status_code == 302
        page = client.get(answer["Location"] + "?lang=fa").content.decode()
        (link,) = set(_links(page, r"/measure/\?metric"))
        assert ("calendar", "jalali") in parse_qsl(urlsplit(link).query)
        page = client.get(answer["Location"] + "?lang=en").content.decode()
        (link,) = set(_links(page, r"/measure/\?metric"))
        assert ("calendar", "jalali" if kept else "gregorian") in parse_qsl(urlsplit(link).query)


@pytest.mark.parametrize(("year", "leap"), [(1403, True), (1404, False)])
def test_relative_periods_of_the_jalali_calendar(year: int, leap: bool) -> None:
    assert JalaliDate.is_leap(year) == leap

    def day(*parts: int):  # type: ignore[no-untyped-def]
        return JalaliDate(*parts).to_gregorian()  # type: ignore[no-untyped-call]

    last = day(year, 12, 30 if leap else 29)
    for name, since, until, before in (
        ("this-month", (year, 12, 1), (year + 1, 1, 1), (year, 11, 1)),
        ("this-quarter", (year, 10, 1), (year + 1, 1, 1), (year, 7, 1)),
        ("this-year", (year, 1, 1), (year + 1, 1, 1), (year - 1, 1, 1)),
        ("last-month", (year, 11, 1), (year, 12, 1), (year, 10, 1)),
        ("last-quarter", (year, 7, 1), (year, 10, 1), (year, 4, 1)),
        ("last-year", (year - 1, 1, 1), (year, 1, 1), (year - 2, 1, 1)),
    ):
        period = RelativePeriod(name)
        found = days_of(period, last, Calendar.JALALI)
        assert (found.since, found.until) == (day(*since), day(*until))
        assert days_before(found, period, Calendar.JALALI).since == day(*before)


def test_this_year_of_the_page_is_the_reader_s(cast: Cast, served: Path) -> None:
    opened = Workspace.open(served)
    zone = opened.settings.time_zone
    client = cast.client("vera")
    for language, calendar in (("fa", Calendar.JALALI), ("en", Calendar.GREGORIAN)):
        page = client.get(f"/measure/?metric=nps&period=this-year&lang={language}").content.decode()
        (address,) = _links(page, "/measure/table.csv")
        assert ("calendar", calendar.value) in parse_qsl(urlsplit(address).query)
        rows = list(csv.DictReader(io.StringIO(b"".join(client.get(address)).decode())))
        from safar.web.reading import measure_choices

        last_ts = measure_choices(opened, units=None).last_ts  # type: ignore[union-attr]
        days = days_of(RelativePeriod.THIS_YEAR, last_ts.date(), calendar)  # type: ignore[union-attr]
        since, until = (start_of_day(one, zone) for one in (days.since, days.until))
        total = measure(workspace=opened, metric="nps", since=since, until=until).cells[0].value
        assert int(rows[0]["n"]) == total.n
