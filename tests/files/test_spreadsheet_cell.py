"""CSV written column by column says what the same values say one by one."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safar.files.spreadsheet_cell import csv_cell, csv_head, csv_rows

_TEXT = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8),
    st.sampled_from(["=1+1", "  =1", "+49", "-3", "@x", "\tx", "\nx", "＝1", "a,b", 'say "no"', "two\nlines", ""]),
)
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_TIME = st.one_of(st.none(), st.datetimes(min_value=_FIRST.replace(tzinfo=None), max_value=_LAST.replace(tzinfo=None)))


def _read(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_TEXT, _TIME, st.one_of(st.none(), st.integers(-(2**60), 2**60))), min_size=1, max_size=6))
def test_columns_at_once_are_written_as_values_one_by_one(
    rows: list[tuple[str | None, datetime | None, int | None]],
) -> None:
    texts, times, numbers = (list(column) for column in zip(*rows, strict=True))
    batch = pa.table(
        {
            "text": pa.array(texts, pa.string()),
            "time": pa.array(
                [None if one is None else one.replace(tzinfo=UTC) for one in times], pa.timestamp("us", "UTC")
            ),
            "plain": pa.array(times, pa.timestamp("us")),
            "number": pa.array(numbers, pa.int64()),
        }
    )
    out = io.StringIO()
    writer = csv.writer(out)
    for text, time, number in rows:
        writer.writerow([csv_cell(text), csv_cell(time), csv_cell(time), csv_cell(number)])
    assert _read(csv_rows(batch)) == _read(out.getvalue().encode())


def test_other_kinds_of_values() -> None:
    batch = pa.table(
        {
            "bytes": pa.array([b"\x00\xff", None]),
            "money": pa.array([Decimal("-1.5"), None], pa.decimal128(18, 4)),
            "float": pa.array([-0.25, None]),
            "none": pa.nulls(2),
        }
    )
    assert _read(csv_rows(batch)) == [["00ff", "-1.5000", "-0.25", ""], ["", "", "", ""]]


@pytest.mark.parametrize("name", ["plain", "=cmd", 'a "b", c'])
def test_heads_are_harmless_too(name: str) -> None:
    assert _read(csv_head(["first", name])) == [["first", str(csv_cell(name))]]
