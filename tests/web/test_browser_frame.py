"""The frame as people use it: search by keyboard, the menu on a phone, days with and without a script, help, paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.browser_kit import Demo, Visit, barriers

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
_A4, _A4_WIDE, _A3_WIDE = (595, 842), (842, 595), (1191, 842)


def _settled(page: Page, address: str) -> None:
    page.goto(address)
    for _ in range(60):
        if not page.locator(".waiting .busy, .notice .busy").count():
            return
        page.wait_for_timeout(500)
        page.goto(address)


def test_search_by_keyboard_leads_to_a_place_and_its_words(visit: Visit, demo: Demo, axe: str) -> None:
    page = visit.page
    _settled(page, f"{demo.base}/journey/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("bill")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=bill")
    _settled(page, page.url)
    assert page.locator(".of-quotes blockquote").count()
    assert barriers(page, axe) == []
    page.get_by_role("link", name="Bill", exact=True).first.click()
    page.wait_for_url("**/journey/touchpoints/bill/")
    page.get_by_role("link", name=re.compile("How it is made: Experience index")).first.click()
    page.wait_for_url("**/help/experience-index/")
    assert barriers(page, axe) == []
    assert visit.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address", ["/search/?q=bill", "/search/?q=", "/help/", "/help/nps/", "/journey/?page.since=1405-08"]
)
@pytest.mark.parametrize("language", ["en", "fa"])
def test_nothing_stands_in_the_way(
    *, visit: Visit, demo: Demo, axe: str, scheme: Any, address: str, language: str
) -> None:
    visit.page.emulate_media(color_scheme=scheme)
    _settled(visit.page, f"{demo.base}{address}{'&' if '?' in address else '?'}lang={language}")
    assert barriers(visit.page, axe) == []
    assert visit.problems == []


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_frame_on_a_phone_is_one_bar(visit: Visit, demo: Demo, axe: str, language: str) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    _settled(page, f"{demo.base}/journey/?lang={language}")
    bar = page.locator("header.bar").bounding_box()
    assert bar
    assert bar["height"] <= 60
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    menu = page.locator(".menu summary")
    menu.focus()
    page.keyboard.press("Enter")
    assert page.locator(".menu nav a[aria-current]").first.is_visible()
    assert barriers(page, axe) == []
    page.locator(".menu a[href='/touchpoints/']").click()
    page.wait_for_url("**/touchpoints/")
    assert visit.problems == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_day_is_picked_from_the_grid(visit: Visit, demo: Demo, axe: str, scripts: bool) -> None:
    browser = visit.context.browser
    assert browser
    context = browser.new_context(
        storage_state=visit.context.storage_state(),
        java_script_enabled=scripts,
        viewport={"width": 1440, "height": 1000},
    )
    page = context.new_page()
    page.goto(f"{demo.base}/journey/?lang=fa&since=2025-05-01")
    page.locator("details.filters.card > summary").click()
    page.locator("details.picker summary").first.click()
    assert page.locator(".month strong").first.inner_text() == "اردیبهشت ۱۴۰۴"
    with page.expect_response(re.compile("page.since=1404-03")):
        page.locator("button[name='page.since'][value='1404-03']").click()
    page.locator(".month strong", has_text="خرداد ۱۴۰۴").wait_for()
    page.locator("input[name='day.until']").fill("1404/04/31")
    page.locator("button[name='pick.since']").first.click()
    page.wait_for_url("**since=2025-05-22**")
    assert "until=2025-07-22" in page.url
    page.goto(f"{demo.base}/journey/?lang=fa")
    page.locator("details.filters.card > summary").click()
    page.locator("input[name='day.since']").fill("۱۴۰۴/۰۳/۰۱")
    page.locator("input[name='day.since']").press("Enter")
    page.wait_for_url("**since=2025-05-22**")
    context.close()


def test_paper(visit: Visit, demo: Demo) -> None:
    for address, size in (
        ("/journey/", _A3_WIDE),
        ("/touchpoints/", _A4),
        ("/people/", _A4),
        ("/facts/feedback/", _A4_WIDE),
        ("/help/nps/", _A4),
    ):
        _settled(visit.page, f"{demo.base}{address}?lang=en")
        told = visit.page.pdf(prefer_css_page_size=True)
        found = set(re.findall(rb"MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", told))
        assert {(round(float(a)), round(float(b))) for a, b in found} == {size}, address
