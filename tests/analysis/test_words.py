"""Words are found as people type them, and only those that may be looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import ibis
import pyarrow as pa
import pytest

from safar.analysis.words import find_words, newest

_START = datetime(2026, 1, 1, tzinfo=UTC)
_TEXTS = (
    "The café was closed",
    "می‌خواهم بدانم چرا كسي پاسخ نمي‌دهد",
    "می خواهم بروم",
    "QUEUE too long",
    "کـــتاب خوب",
    "100% _sure_",
)


def _feedback(texts: tuple[str | None, ...], speaker: str = "customer") -> ibis.Table:
    backend = ibis.duckdb.connect()
    rows = [
        {
            "text": text,
            "speaker": speaker,
            "ts": _START + timedelta(hours=i),
            "row_no": i,
            "slot_no": 0,
            "row_id": bytes([i]),
            "slot": "a",
        }
        for i, text in enumerate(texts)
    ]
    backend.con.register("rows", pa.Table.from_pylist(rows))
    return backend.table("rows")


def _found(texts: tuple[str | None, ...], *words: str, most: int = 100, speaker: str = "customer") -> list[str]:
    found, _ = find_words(_feedback(texts, speaker), words=words, most=most)
    return [str(row["text"]) for row in newest(found, 10).to_pyarrow().to_pylist()]


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("CAFE", (0,)),
        ("café", (0,)),
        ("میخواهم", (1,)),
        ("می‌خواهم", (2, 1)),
        ("کسی", (1,)),
        ("كسي", (1,)),
        ("queue", (3,)),
        ("کتاب", (4,)),
        ("%", (5,)),
        ("_", (5,)),
        ("'; DROP TABLE feedback; --", ()),
    ],
)
def test_spelling_does_not_matter(typed: str, places: tuple[int, ...]) -> None:
    assert _found(_TEXTS, typed) == [_TEXTS[place] for place in places]


def test_every_word_must_be_there() -> None:
    assert _found(_TEXTS, "long", "queue") == ["QUEUE too long"]
    assert _found(_TEXTS, "long", "café") == []


@pytest.mark.parametrize("speaker", ["employee", "manager"])
def test_staff_is_never_found(speaker: str) -> None:
    assert _found(_TEXTS, "queue", speaker=speaker) == []


def test_only_the_newest_are_looked_through() -> None:
    assert _found(_TEXTS, "café", most=5) == []
    _, is_more = find_words(_feedback((*_TEXTS, None, "")), words=("x",), most=6)
    assert not is_more
