"""Every page in a real browser: in both languages, light and dark, with and without scripts, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.web.browser_kit import Served, run, serving, serving_demo
from tests.web.every_page import PATIENCE_MS, Place, contexts, empty_places, fill, names, places, settle
from tests.web.page_faults import faults_of_access, faults_of_structure, faults_of_width

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

NARROW, WIDE = 360, 1440
_COLORS = ("color-contrast", "link-in-text-block")
"""What depends on the theme: the rest was looked at in the light one."""


@dataclass(frozen=True)
class Full:
    """A served workspace and what its pages are called."""

    served: Served
    listed: list[Place]
    found: Mapping[str, str]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Full]:
    with serving_demo(tmp_path_factory.mktemp("every-page") / "demo") as served:
        found = fill(served, browser)
        yield Full(served, places(found), found)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    folder = tmp_path_factory.mktemp("every-page") / "bare"
    run("init", str(folder), "--name", "Northern Air")
    with serving("serve", "-w", str(folder), folder=folder) as served:
        yield Full(served, empty_places(), {})


def open_place(page: Page, place: Place, base: str, *, language: str, theme: str) -> list[str]:
    """Go there, and wait until the page is what it will be. Returns what went wrong on the way."""
    heard: list[str] = []

    def hear(told: str) -> None:
        # The browser says itself that a page came with the status of an error.
        if not (place.status >= 400 and f"status of {place.status}" in told):
            heard.append(told)

    handlers = (
        ("console", lambda message: hear(f"console: {message.text}")),
        ("pageerror", lambda error: hear(f"error: {error}")),
        ("request", lambda asked: None if _ours(asked.url, base) else hear(f"elsewhere: {asked.url}")),
    )
    for event, handler in handlers:
        page.on(event, handler)  # type: ignore[call-overload]
    answer = page.goto(place.at(base, language=language, theme=theme))
    if place.press:
        page.locator(place.press).first.click()
        page.wait_for_load_state()
    settle(page)
    for event, handler in handlers:
        page.remove_listener(event, handler)
    if not place.press and (answer is None or answer.status != place.status):
        heard.append(f"status {answer and answer.status}")
    if not place.press and place.status < 400 and urlsplit(page.url).path != urlsplit(place.address).path:
        heard.append(f"led on to {page.url}")
    return heard


def look_at(
    windows: Mapping[str, BrowserContext], seen: Full, axe: str, *, language: str, theme: str, everything: bool
) -> list[str]:
    """What is wrong with the pages in that language and theme."""
    said: list[str] = []
    open_pages = {who: window.new_page() for who, window in windows.items()}
    for place in seen.listed:
        page = open_pages[place.who]
        page.set_default_timeout(PATIENCE_MS)
        told = open_place(page, place, seen.served.base, language=language, theme=theme)
        if everything:
            told += faults_of_structure(page)
        told += faults_of_access(page, axe, rules=None if everything else _COLORS)
        if everything:
            told += faults_of_width(page, NARROW) + faults_of_structure(page) + faults_of_width(page, WIDE)
        said += [f"{place.title}: {one}" for one in dict.fromkeys(told)]
    return said


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page(full: Full, browser: Browser, axe: str, theme: str, language: str) -> None:
    names(full.listed)
    windows = contexts(full.served, browser, full.found, viewport={"width": WIDE, "height": 900})
    said = look_at(windows, full, axe, language=language, theme=theme, everything=theme == "light")
    for window in windows.values():
        window.close()
    assert said == [], "\n".join(said)


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("fa", "dark")])
def test_every_page_of_an_empty_workspace(bare: Full, browser: Browser, axe: str, theme: str, language: str) -> None:
    windows = contexts(bare.served, browser, bare.found, viewport={"width": WIDE, "height": 900})
    said = look_at(windows, bare, axe, language=language, theme=theme, everything=True)
    for window in windows.values():
        window.close()
    assert said == [], "\n".join(said)


def test_every_page_can_be_read_with_scripts_off(full: Full, browser: Browser) -> None:
    said = []
    windows = contexts(full.served, browser, full.found, java_script_enabled=False)
    for place in full.listed:
        page = windows[place.who].pages[0] if windows[place.who].pages else windows[place.who].new_page()
        page.goto(place.at(full.served.base, language="en"))
        if place.press:
            page.locator(place.press).first.click()
        settle(page)
        # Where a page promises to renew itself, it does so without scripts too.
        if page.get_by_role("heading", level=1).count() != 1:
            said.append(f"{place.title}: no heading")
        if len(page.locator("main").inner_text().strip()) < 40:
            said.append(f"{place.title}: nothing to read")
        hidden = page.locator("main form:not(:has(button, input[type=submit])):visible").count()
        if hidden:
            said.append(f"{place.title}: {hidden} forms that only a script can send")
    for window in windows.values():
        window.close()
    assert said == [], "\n".join(said)


def _ours(address: str, base: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("data", "blob") or parts.netloc == urlsplit(base).netloc
