"""The order of a questionnaire's items and its pages, changed one step at a time. No item is ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from safar.domain.questionnaire import BadQuestionnaire, Item, Page, Questionnaire


def moved_up(asked: Questionnaire, name: str) -> Questionnaire:
    """An item one place earlier; the first of a page becomes the last of the page before.

    Raises: UnknownItem; BadQuestionnaire where a page's own words would be left without an item.
    """
    page, place = place_of(asked, name)
    pages = [list(one.items) for one in asked.pages]
    item = pages[page].pop(place)
    if place:
        pages[page].insert(place - 1, item)
    elif page:
        pages[page - 1].append(item)
    else:
        return asked
    return _with(asked, pages)


def moved_down(asked: Questionnaire, name: str) -> Questionnaire:
    """An item one place later; the last of a page becomes the first of the next one. Raises: as `moved_up`."""
    page, place = place_of(asked, name)
    pages = [list(one.items) for one in asked.pages]
    item = pages[page].pop(place)
    if place < len(pages[page]):
        pages[page].insert(place + 1, item)
    elif page + 1 < len(pages):
        pages[page + 1].insert(0, item)
    else:
        return asked
    return _with(asked, pages)


def parted(asked: Questionnaire, name: str) -> Questionnaire:
    """A new page, without a heading, that begins with an item. Raises: UnknownItem, BadQuestionnaire (200 pages)."""
    page, place = place_of(asked, name)
    if not place:
        return asked
    before = asked.pages[page]
    two = (replace(before, items=before.items[:place]), Page(items=before.items[place:]))
    return replace(asked, pages=(*asked.pages[:page], *two, *asked.pages[page + 1 :]))


def joined(asked: Questionnaire, name: str) -> Questionnaire:
    """The page that begins with an item made one with the page before it.

    Raises: UnknownItem; BadQuestionnaire where both have a heading, of which one would be lost.
    """
    page, place = place_of(asked, name)
    if place or not page:
        return asked
    before, after = asked.pages[page - 1 : page + 1]
    if not may_join(asked, page):
        raise BadQuestionnaire(
            f"Pages {page} and {page + 1} both have words of their own above their items.",
            next_step="Move their items instead, or take the words of one of them out in the questionnaire's file.",
        )
    worded = after if after.title or after.intro else before
    one = replace(worded, items=(*before.items, *after.items))
    return replace(asked, pages=(*asked.pages[: page - 1], one, *asked.pages[page + 1 :]))


def may_join(asked: Questionnaire, page: int) -> bool:
    """Whether a page, counted from 0, can be made one with the page before it without losing words."""
    if not page:
        return False
    return not all(one.title or one.intro for one in asked.pages[page - 1 : page + 1])


def place_of(asked: Questionnaire, name: str) -> tuple[int, int]:
    """The page of an item and its place on it, both from 0. Raises: UnknownItem."""
    wanted = asked.item(name)
    return next((page, one.items.index(wanted)) for page, one in enumerate(asked.pages) if wanted in one.items)


def _with(asked: Questionnaire, pages: Sequence[Sequence[Item]]) -> Questionnaire:
    """The same pages with these items; an empty one goes, unless words of its own would go with it."""
    kept = list(zip(asked.pages, pages, strict=True))
    if lost := [k for k, (page, items) in enumerate(kept, 1) if not items and (page.title or page.intro)]:
        raise BadQuestionnaire(
            f"Page {lost[0]} has words of its own and would be left without an item.",
            next_step="Move another item there first.",
        )
    return replace(asked, pages=tuple(replace(page, items=tuple(items)) for page, items in kept if items))
