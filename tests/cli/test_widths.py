"""Widths of printed tables: what is copied is whole, and the rest gives way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safar.cli.output import console, show_rows
from safar.cli.widths import GAP, find_widths

WORD = st.text("abc-", min_size=1, max_size=30)
PROSE = st.lists(WORD, min_size=2, max_size=9).map(" ".join)


@given(st.lists(st.tuples(WORD, PROSE, WORD), min_size=1, max_size=5), st.integers(10, 200))
def test_ids_are_never_broken_and_nothing_is_wider_than_it_must_be(rows: list[tuple[str, str, str]], room: int) -> None:
    widths, total = find_widths([("id", "what it says", "n"), *rows], room=room)
    assert total == sum(widths) + 2 * GAP
    for place in (0, 2):
        assert widths[place] >= max(len(row[place]) for row in rows)
    if total > room:
        assert widths[0] == max(2, *(len(row[0]) for row in rows))
        assert widths[1] <= 8
    widest = [max(len(line[place]) for line in [("id", "what it says", "n"), *rows]) for place in range(3)]
    if sum(widest) + 2 * GAP <= room:
        assert widths == widest


def test_heads_give_way_before_values() -> None:
    lines = [("of responses", "interval"), ("9.1", "62.3 to 98.4")]
    assert find_widths(lines, room=23).columns == [9, 12]


def test_an_id_is_printed_whole_at_eighty_columns() -> None:
    row = {
        "framework": "stepwise",
        "element": "Compensation for waiting time",
        "id": "purchase.waiting-compensation",
        "measured or managed by": "nothing yet",
    }
    with console.capture() as got:
        width = console.width
        console.width = 80
        show_rows([row])
        console.width = 30
        show_rows([row])
        console.width = width
    assert got.get().count("purchase.waiting-compensation") == 2
    assert max(map(len, got.get().splitlines()[:3])) <= 80
