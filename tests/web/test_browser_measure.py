"""The measure page and boards in a real browser: choose, compare, save to a board, open it; and nothing in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.browser_kit import Demo, Visit, barriers

pytestmark = pytest.mark.slow

BOARD = "Monday"


def _choose(visit: Visit, name: str, value: str) -> None:
    visit.page.get_by_role("combobox", name=name, exact=True).select_option(value)
    visit.page.wait_for_load_state("networkidle")


def test_choose_compare_save_open(visit: Visit, demo: Demo) -> None:
    page = visit.page
    page.goto(f"{demo.base}/measure/")
    page.locator("#measure table.figures").wait_for()
    _choose(visit, "Metric", "csat")
    page.get_by_role("heading", level=1, name="Satisfied customers", exact=True).wait_for()
    _choose(visit, "Broken down by", "channel")
    page.get_by_role("heading", level=1, name="Satisfied customers by Channel").wait_for()
    assert "by=channel" in page.url
    page.get_by_role("link", name="Compare groups").click()
    page.get_by_role("radio").first.wait_for()
    page.get_by_role("radio").first.check()
    page.get_by_role("checkbox", name="B:").nth(1).check()
    page.get_by_role("button", name="Compare A with each B").click()
    page.get_by_role("heading", name="Differences").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    page.get_by_role("link", name="Save to a board").click()
    page.get_by_label("Board", exact=True).select_option("new")
    page.get_by_label("Title of the new board").fill(BOARD)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", level=1, name=BOARD).wait_for()
    page.locator(".headline .big").wait_for()
    page.get_by_role("link", name="Satisfied customers by Channel").click()
    page.get_by_role("heading", level=1, name="Satisfied customers by Channel").wait_for()
    page.go_back()
    assert "/boards/" in page.url


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts(visit: Visit, demo: Demo) -> None:
    page = visit.page
    page.goto(f"{demo.base}/measure/")
    page.get_by_role("combobox", name="Broken down by", exact=True).select_option("channel")
    page.get_by_role("button", name="Show").first.click()
    page.get_by_role("heading", level=1, name="by Channel").wait_for()
    page.get_by_role("table").wait_for()


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("visit", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_no_barriers(visit: Visit, demo: Demo, axe: str, language: str) -> None:
    page = visit.page
    places = (
        "/measure/?metric=csat&by=channel&over=quarter&pick=yes",
        "/measure/?metric=nps&by=channel",
        "/measure/?by=nowhere",
        "/help/intervals/",
        "/boards/",
        "/boards/save/?address=/measure/?metric=nps",
    )
    for place in places:
        page.goto(f"{demo.base}{place}{'&' if '?' in place else '?'}lang={language}")
        if place.startswith("/measure/") and "nowhere" not in place:
            page.locator("table.figures").wait_for()
        # What the page says is 404: that is a console message of the browser's own.
        visit.problems[:] = [one for one in visit.problems if "404" not in one]
        assert barriers(page, axe) == [], (place, language)
    page.goto(f"{demo.base}/boards/")
    links = page.locator(".board-list a")
    if links.count():
        links.first.click()
        page.locator(".chart").first.wait_for()
        assert barriers(page, axe) == []
