"""What a column's texts may not say in silence: times that are not ISO, numbers with marks that nobody declared."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.usecases.import_kit import Bench

TIMED = 'source = "x"\nkey = "{id}"\nzone = "Europe/Berlin"\n[[interaction]]\nslot = "s"\nevent = "e"\ntime = "{at}"\n'
NOON = datetime(2024, 7, 1, 10, 0)  # noqa: DTZ001
"""12:00 in Berlin's summer, as UTC."""
HALF = timedelta(milliseconds=500)
READ = {
    "2024-07-01": NOON - timedelta(hours=12),
    "2024-07-01 12:00": NOON,
    "2024-7-1 12:00": NOON,
    "2024-07-01T12:00:00": NOON,
    "2024-07-01 12:00:00.5": NOON + HALF,
    "2024-07-01T12:00:00,500": NOON + HALF,
    "2024-07-01T10:00:00Z": NOON,
    "2024-07-01 10:00 UTC": NOON,
    "2024-07-01T12:00:00.500+02": NOON + HALF,
    "2024-07-01T12:00:00.500000000+02:00": NOON + HALF,
    "2024-07-01 12:00:00 +0200": NOON,
    "2024-7-1 5:00-05:00": NOON,
    "2024-7-1 9:00Z": NOON - timedelta(hours=1),
}
REFUSED = (
    "2024-07-01 10:00:00 pm",
    "2024-07-01 10:00 EST",
    "2024-07-01 10:00:00 Europe/Berlin",
    "2024-07-01 10:00 BC",
    "2024-07-01 (BC)",
    "epoch",
    "infinity",
    "2024/07/01",
    "2024/07/01 10:00:00",
    "2024-07-01 10:00:",
    "2024-07-01 10:00:00.",
    "2024-07-01 10:00:5Z",
    "2024-07-01Z",
    "2024-02-30",
)


def test_what_iso_writes_is_read(bench: Bench) -> None:
    rows = "".join(f'{n},"{at}"\n' for n, at in enumerate(READ, start=1))
    report = bench.run(bench.file("a.csv", "id,at\n" + rows), TIMED)
    assert report.set_aside == 0
    assert [at for (at,) in bench.facts("interactions", "ts")] == list(READ.values())


def test_what_is_not_iso_is_set_aside(bench: Bench) -> None:
    rows = "".join(f"{n},{at}\n" for n, at in enumerate(REFUSED, start=1))
    report = bench.run(bench.file("a.csv", "id,at\n" + rows), TIMED)
    assert (report.accepted, report.set_aside) == (0, len(REFUSED))


def test_a_condition_reads_no_more_than_a_time_does(bench: Bench) -> None:
    recipe = TIMED.replace('"{at}"', "2024-01-01") + 'when = { column = "at", after = "2024-01-31" }\n'
    bench.run(bench.file("a.csv", "id,at\n1,2024-07-01 10:00\n2,2024-07-01 10:00 pm\n"), recipe)
    assert bench.facts("interactions", "row_no") == [(1,)]


def test_a_fraction_of_a_persian_date_stands_after_seconds_only(bench: Bench) -> None:
    rows = "1,1403-04-11 12:00:00.5\n2,1403-04-11.5\n3,1403-04-11 12:00.5\n"
    report = bench.run(bench.file("a.csv", "id,at\n" + rows), 'calendar = "jalali"\n' + TIMED)
    assert (report.accepted, report.set_aside) == (1, 2)


@pytest.mark.parametrize(
    ("marks", "text", "number"),
    [
        ('decimal = ","\nthousands = "."\n', "1 234", None),
        ('decimal = ","\nthousands = "."\n', "1_000", None),
        ('decimal = ","\nthousands = "."\n', "1,5.000", None),
        ('decimal = ","\nthousands = "."\n', "1.2.345", None),
        ('decimal = ","\nthousands = "."\n', "1.234,5", "1234.5"),
        ('decimal = ","\nthousands = "."\n', "-12.34.567", "-1234567"),
        ('decimal = ","\nthousands = "."\n', "۱۲٫۵", "12.5"),
        ('decimal = ","\nthousands = "."\n', "1.234٫5", None),
        ('decimal = ","\nthousands = " "\n', "1 234,5", "1234.5"),
        ('decimal = ","\nthousands = " "\n', "1\u202f234\u00a0567", "1234567"),
        ('decimal = ","\nthousands = " "\n', "12 50", None),
        ('thousands = "_"\n', "1_000", "1000"),
        ("", "1 234", None),
        ("", "1\u00a0234", None),
        ("", "1_000", None),
        ("", "۱ ۲۳۴", None),
        ("", "۱٬۲۵۰٫۵", "1250.5"),
        ("", "١٢٫٥", "12.5"),
        ("", "-۱۲", "-12"),
        ("", "۱۲٬۵", None),
        ("", "۱۲٫۵٫۱", None),
        ("", "\u00a012\u202f", "12"),
        ("", "1.5e3", "1500"),
    ],
)
def test_a_number_has_the_declared_marks_and_no_others(bench: Bench, marks: str, text: str, number: str | None) -> None:
    recipe = marks + TIMED.replace('"{at}"', "2024-01-01") + 'amount = "{n}"\ncurrency = "EUR"\n'
    report = bench.run(bench.file("a.csv", f'id,n\n1,"{text}"\n'), recipe)
    if number is None:
        assert [one.reason for one in report.reasons] == ["not a number"]
    else:
        assert bench.facts("interactions", "amount") == [(Decimal(number),)]


def test_digits_of_every_script_are_kept_as_the_same_ones(bench: Bench) -> None:
    recipe = TIMED.replace('"{at}"', "2024-01-01") + 'customer = { of = "{c}", change = ["digits"] }\n'
    rows = "1,٠٩١٢-111\n2,۰۹۱۲ 111\n3,0912/111\n"
    bench.run(bench.file("a.csv", "id,c\n" + rows), recipe)
    assert bench.facts("interactions", "count(DISTINCT customer), count(customer)", order="1") == [(1, 3)]
