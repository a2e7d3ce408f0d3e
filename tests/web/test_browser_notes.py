"""Notes, saved views and share links in a real browser: as a person goes, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.web.browser_kit import Demo, Visit, barriers, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own, in which members may share."""
    from safar.usecases.demo import create_demo
    from safar.usecases.journey_map import read_journey_map

    folder = tmp_path_factory.mktemp("sharing") / "demo"
    made = create_demo(path=folder, now=datetime.now(UTC), facts=20_000)
    file = folder / "safar.toml"
    file.write_text(file.read_text().replace("[settings]", '[settings]\nshare_links = "members"', 1))
    with serving("serve", "-w", str(folder), folder=folder) as served:
        the_map = read_journey_map(made, now=datetime.now(UTC))
        yield Demo(folder, served.base, served.printed, the_map)


def _map(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#the-map").wait_for(timeout=120_000)


def _write(page: Page, demo: Demo, words: str) -> None:
    _map(page, f"{demo.base}/journey/?lanes=felt,touchpoints")
    page.get_by_role("link", name="Write a note").click()
    page.locator("#the-map").wait_for()
    page.locator("a.note-add[href*='step=usage']").first.click()
    page.get_by_label("Note").fill(words)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("The note is on the map.").wait_for()


def test_write_read_share(visit: Visit, demo: Demo, browser: Browser, axe: str) -> None:
    page = visit.page
    _write(page, demo, "Look again in two weeks.")
    page.get_by_role("link", name="Done").click()
    page.locator("a.note-mark").first.click()
    opened = page.locator(".note-box .cell-notes")
    opened.get_by_text("Look again in two weeks.").wait_for()
    assert "/journey/?" in page.url  # opened in its place
    opened.get_by_label("Note").fill("Done on Monday.")
    opened.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("The note is on the map.").wait_for()
    assert "lanes=" in page.url
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("The note was removed.").wait_for()
    page.get_by_role("link", name="Save this view").click()
    page.get_by_label("Title").fill("Felt every Monday")
    page.get_by_label("Share it with the team").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("#the-map").wait_for()
    assert page.get_by_role("link", name="Felt every Monday").get_attribute("aria-current") == "true"
    page.locator("#views-title").click()
    page.get_by_role("link", name="Send or share").first.click()
    assert barriers(page, axe) == []
    page.get_by_label("It works for").select_option("7")
    page.get_by_role("button", name="Make a link").click()
    address = page.locator(".handed-link code").inner_text()
    assert re.fullmatch(rf"{demo.base}/shared/[\w-]{{40,}}/", address)
    stranger = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        other = stranger.new_page()
        other.goto(address)
        other.get_by_role("heading", level=1, name="Felt every Monday").wait_for(timeout=60_000)
        assert other.locator("main a").count() == 0
        assert other.get_by_text("Look again").count() == 0
        assert barriers(other, axe) == []
        page.get_by_role("button", name="End the link").click()
        page.get_by_text("The link opens nothing any more.").wait_for()
        other.reload()
        other.get_by_role("heading", name="This link has expired").wait_for()
    finally:
        stranger.close()


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts(visit: Visit, demo: Demo) -> None:
    page = visit.page
    _write(page, demo, "Without scripts.")
    page.locator("a.note-mark").first.click()
    page.get_by_role("heading", level=1, name="Notes").wait_for()
    assert "/journey/notes/?" in page.url
    page.get_by_text("Without scripts.").wait_for()
    page.get_by_role("button", name="Remove").last.click()
    page.get_by_text("The note was removed.").wait_for()


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("visit", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
def test_no_barriers(visit: Visit, demo: Demo, axe: str, language: str) -> None:
    page = visit.page
    _map(page, f"{demo.base}/journey/?notes=write&lanes=all&lang={language}")
    assert barriers(page, axe) == []
    for place in (
        "/journey/notes/",
        "/journey/notes/?step=usage&lane=felt",
        "/journey/notes/write/?touchpoint=bill",
        "/journey/views/",
        "/journey/views/save/?address=/journey/",
        "/journey/links/",
    ):
        page.goto(f"{demo.base}{place}")
        assert barriers(page, axe) == [], (place, language)
