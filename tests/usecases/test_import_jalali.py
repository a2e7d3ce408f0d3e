"""Dates of the Solar Hijri calendar: read as the project's calendar reads them, whole columns at a time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from safar.domain.calendars import jalali
from safar.files.recipe import read_recipe
from safar.files.recipe.section import BadRecipe
from safar.usecases.import_ import propose
from safar.usecases.importing.jalali_time import jalali_sql
from tests.usecases.import_kit import Bench

ROWS = """شناسه مشتری;تاریخ;رویداد;امتیاز;نظر
۱;۱۴۰۴/۰۸/۰۱ ۱۰:۰۰;تماس;۴;خوب بود
۲;۱۴۰۴/۰۲/۳۱ ۲۳:۳۰;خرید;۵;خیلی خوب
۳;۱۴۰۴/۰۷/۳۱ ۱۰:۰۰;تماس;۳;چنین روزی نیست
۴;۱۴۰۴/۱۲/۳۰ ۱۰:۰۰;تماس;۲;سال کبیسه نیست
۵;1403/12/30 08:15;خرید;۱;سال کبیسه است
۶;۱۴۰۴/۰۱/۰۱ ۰۰:۰۰;خرید;۲;نوروز
"""


def test_every_day_of_two_hundred_years_is_the_calendar_s() -> None:
    days = [date(1910, 1, 1) + timedelta(days=at) for at in range(73_000)]
    texts = ["{}-{:02}-{:02}".format(*jalali(day)) for day in days]
    con = duckdb.connect()
    con.execute("CREATE TABLE texts AS SELECT unnest($1::VARCHAR[]) AS text", [texts])
    found = con.execute(f"SELECT CAST({jalali_sql('text', 'iso')} AS DATE) FROM texts").fetchall()
    assert [row[0] for row in found] == days


def test_a_persian_file_is_proposed_and_read(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    path = bench.file("calls.csv", ROWS * 1)
    _, recipe = propose(workspace=bench.workspace, paths=[path])
    assert 'calendar = "jalali"' in recipe.text
    assert 'formats = ["%Y/%m/%d %H:%M"]' in recipe.text
    text = recipe.text.replace("Asia/Tehran", "UTC")
    report = bench.run(path, text)
    assert report.set_aside == 2
    assert {reason.value for reason in report.reasons} <= {"۱۴۰۴/۰۷/۳۱ ۱۰:۰۰", "۱۴۰۴/۱۲/۳۰ ۱۰:۰۰"}
    times = sorted(row[0] for row in bench.facts("interactions", "ts::TIMESTAMP"))
    assert times == [
        datetime(2025, 3, 20, 8, 15),  # noqa: DTZ001
        datetime(2025, 3, 21),  # noqa: DTZ001
        datetime(2025, 5, 21, 23, 30),  # noqa: DTZ001
        datetime(2025, 10, 23, 10, 0),  # noqa: DTZ001
    ]


def test_a_format_that_the_calendar_cannot_be_read_by_is_refused() -> None:
    text = 'source = "a"\ncalendar = "jalali"\nformats = ["%d %B %Y"]\n[[interaction]]\nevent = "x"\ntime = "{t}"\n'
    with pytest.raises(BadRecipe, match="calendar jalali"):
        read_recipe(text)
