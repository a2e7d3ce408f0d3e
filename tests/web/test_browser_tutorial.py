"""The clicks of the tutorial to the first decision, in the order and by the words in which it tells them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.browser_kit import Demo, Served, Visit, serving_demo
from tests.web.every_page import settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "2-to-the-first-decision.md"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demo of its own: the tutorial writes and saves."""
    with serving_demo(tmp_path_factory.mktemp("tutorial") / "company") as served:
        yield served


def _said(words: str) -> str:
    """A button, link or field, which the tutorial must call by this name."""
    text = re.sub(r"\s+", " ", TUTORIAL.read_text(encoding="utf-8"))
    assert f"*{words}*" in text, f"the tutorial does not say *{words}*"
    return words


def test_the_clicks_of_the_tutorial(visit: Visit, demo: Demo) -> None:
    page = visit.page
    page.goto(f"{demo.base}/journey/")
    settle(page)
    _to_the_words(page)
    _two_periods(page, demo)
    _note_and_view(page)
    _boards(page, demo)


def _to_the_words(page: Page) -> None:
    page.get_by_role("link", name=_said("Bill"), exact=True).first.click()
    settle(page)
    page.get_by_text(_said("Filters"), exact=True).first.click()
    page.get_by_label(_said("from"), exact=True).first.fill("2025-07-01")
    page.get_by_role("button", name=_said("Show"), exact=True).first.click()
    settle(page)
    assert "since=2025-07-01" in page.url
    page.get_by_role("link", name=_said("All that customers wrote here")).first.click()
    settle(page)
    page.get_by_role("heading", level=1).wait_for()


def _two_periods(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.base}/journey/?since=2025-07-01")
    settle(page)
    page.get_by_text(_said("another group…").rstrip("…")).first.click()
    form = page.locator("form", has=page.get_by_role("button", name=_said("Compare"), exact=True))
    form.get_by_label("from", exact=True).fill("2025-01-01")
    form.get_by_label(_said("until before"), exact=True).fill("2025-07-01")
    form.get_by_role("button", name="Compare", exact=True).click()
    settle(page)
    page.get_by_role("heading", name="Two groups on one map").wait_for()


def _note_and_view(page: Page) -> None:
    page.get_by_role("link", name=_said("Write a note")).click()
    settle(page)
    page.locator("a.note-add[href*='touchpoint=bill']").first.click()
    page.get_by_label("Note").fill("Fell by 9.8 points since July, basic and plus only. Decision on Monday.")
    page.get_by_role("button", name=_said("Save"), exact=True).click()
    page.get_by_text("The note is on the map.").wait_for()
    page.get_by_role("link", name="Done").click()
    settle(page)
    page.get_by_role("link", name=_said("Save this view")).click()
    page.get_by_label("Title").fill("Bill: before and after July")
    page.get_by_label(_said("Share it with the team")).check()
    page.get_by_role("button", name=_said("Save"), exact=True).click()
    settle(page)
    page.get_by_role("link", name="Bill: before and after July").first.wait_for()


def _boards(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.base}/measure/?metric=experience-index&question=bill&by=attribute:plan&over=quarter")
    settle(page)
    page.get_by_role("link", name=_said("Compare groups")).click()
    page.get_by_role("radio", name=f"A: {_said('plus · Q3 2025')}").check()
    page.get_by_role("checkbox", name=f"B: {_said('plus · Q2 2025')}").check()
    page.get_by_role("button", name=_said("Compare A with each B")).click()
    page.get_by_role("heading", name="Differences").wait_for()
    page.get_by_role("link", name=_said("Save to a board")).click()
    page.get_by_label("Board", exact=True).select_option("new")
    page.get_by_label("Title of the new board").fill("Morning")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", level=1, name="Morning").wait_for()
    page.goto(f"{demo.base}/journey/?since=2025-07-01&vs.since=2025-01-01&vs.until=2025-07-01")
    settle(page)
    page.get_by_role("link", name="Save to a board").click()
    page.get_by_label("Board", exact=True).select_option(label="Morning")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", level=1, name="Morning").wait_for()
    settle(page)
    assert page.locator(".chart").count() == 2
