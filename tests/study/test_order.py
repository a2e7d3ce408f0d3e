"""The order of a questionnaire's items and its pages: no step loses an item or a heading."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.domain.label import Label
from safar.domain.questionnaire import BadQuestionnaire, Item, ItemKind, Page, Questionnaire, UnknownItem
from safar.study.order import joined, moved_down, moved_up, parted


def asked(*pages: str, titles: tuple[int, ...] = ()) -> Questionnaire:
    """Pages of items named by letters; those counted in `titles` (from 0) have a heading."""
    return Questionnaire(
        name="order",
        title=Label({"en": "Order"}),
        pages=tuple(
            Page(
                items=tuple(Item(id=one, wording=Label({"en": f"Why {one}?"}), kind=ItemKind.TEXT) for one in letters),
                title=Label({"en": f"Heading {k}"}) if k in titles else None,
            )
            for k, letters in enumerate(pages)
        ),
    )


def told(of: Questionnaire) -> list[str]:
    return ["".join(item.id for item in page.items) for page in of.pages]


def test_items_move_within_a_page_and_over_its_ends() -> None:
    three = asked("abc", "de", "f")
    assert told(moved_up(three, "b")) == ["bac", "de", "f"]
    assert told(moved_down(three, "b")) == ["acb", "de", "f"]
    assert told(moved_up(three, "d")) == ["abcd", "e", "f"]
    assert told(moved_down(three, "c")) == ["ab", "cde", "f"]
    assert told(moved_up(three, "f")) == ["abc", "def"]
    assert moved_up(three, "a") == moved_down(three, "f") == three
    with pytest.raises(UnknownItem):
        moved_up(three, "z")


def test_pages_begin_and_are_joined() -> None:
    three = asked("abc", "de", "f", titles=(1,))
    assert told(parted(three, "b")) == ["a", "bc", "de", "f"]
    assert parted(three, "a") == three
    first = joined(three, "d")
    assert told(first) == ["abcde", "f"]
    assert [page.title is not None for page in first.pages] == [True, False]
    assert told(joined(three, "f")) == ["abc", "def"]
    assert joined(three, "e") == joined(three, "a") == three


def test_a_heading_is_never_lost() -> None:
    with pytest.raises(BadQuestionnaire, match="Pages 1 and 2 both have words"):
        joined(asked("ab", "c", titles=(0, 1)), "c")
    with pytest.raises(BadQuestionnaire, match="Page 2 has words of its own"):
        moved_up(asked("ab", "c", titles=(1,)), "c")


@given(st.lists(st.tuples(st.sampled_from([moved_up, moved_down, parted, joined]), st.sampled_from("abcdef"))))
def test_whatever_is_done_every_item_stays_and_up_undoes_down(steps: list[tuple[object, str]]) -> None:
    now = asked("abc", "de", "f")
    for step, name in steps:
        now = step(now, name)  # type: ignore[operator]
        assert sorted("".join(told(now))) == list("abcdef")
        assert all(page.items for page in now.pages)
    page = replace(now.pages[0], items=now.items)
    whole = replace(now, pages=(page,))
    second = whole.items[1].id
    assert moved_up(moved_down(whole, second), second) == whole
