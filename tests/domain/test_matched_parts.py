"""The words that were looked for, marked in a text as its writer wrote it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.domain.matching import parts_of


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("The QUEUE was long, a queue!", ("queue",), ["QUEUE", "queue"]),
        ("Crème brûlée", ("creme", "lee"), ["Crème", "lée"]),
        ("Cre\u0300me", ("creme",), ["Cre\u0300me"]),
        ("قبض‌های من", ("قبضها",), ["قبض‌ها"]),
        ("صورت حساب", ("صورت‌حساب",), ["صورت حساب"]),
        ("كتاب", ("کتاب",), ["كتاب"]),
        ("abab", ("aba", "bab"), ["abab"]),
        ("<b>bill</b>", ("bill",), ["bill"]),
        ("nothing", ("else", "\u200c"), []),
        ("", ("x",), []),
    ],
)
def test_found_words_are_marked(text: str, words: tuple[str, ...], found: list[str]) -> None:
    parts = parts_of(text, words)
    assert "".join(part for part, _ in parts) == text
    assert [part for part, is_found in parts if is_found] == found


@given(st.text(max_size=60), st.lists(st.text(max_size=6), max_size=4))
def test_nothing_is_lost(text: str, words: list[str]) -> None:
    parts = parts_of(text, words)
    assert "".join(part for part, _ in parts) == text
    assert all(one[1] is not other[1] for one, other in pairwise(parts))
