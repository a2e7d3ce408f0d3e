"""The frameworks in a real browser: from a paper to a framework of one's own, by links and keys; nothing in the way."""

from __future__ import annotations

import re

import pytest

from safar.usecases.workspace import Workspace
from tests.web.browser_kit import Demo, Visit, barriers

pytestmark = pytest.mark.slow

PLACES = (
    "/frameworks/",
    "/frameworks/?q=waiting",
    "/frameworks/automotive/",
    "/frameworks/stepwise/?covered=no&role=context",
    "/frameworks/relief/",
    "/frameworks/platform/",
    "/frameworks/stepwise/elements/output.complaint.churn/",
    "/frameworks/compare/?left=stepwise&right=b2b",
    "/frameworks/own/start/",
)


def test_from_a_paper_to_a_framework_of_our_own(visit: Visit, demo: Demo, axe: str) -> None:
    page = visit.page
    page.goto(f"{demo.base}/frameworks/")
    page.get_by_role("link", name="Start your own").click()
    page.get_by_label("Name in English").fill("Our view")
    page.get_by_role("checkbox", name=re.compile("car relief")).check()
    page.get_by_role("button", name="Begin the draft").click()
    page.get_by_role("heading", name="Our view").wait_for()
    page.get_by_role("link", name="Open Trust in").or_(page.get_by_role("link", name="Open").nth(1)).first.click()
    page.get_by_role("link", name="Add an element").click()
    page.get_by_label("Name in English").fill("Kept its word")
    page.get_by_label("Kind").select_option("indicator")
    page.locator('input[name="links"]').first.check()
    assert barriers(page, axe) == []
    page.get_by_label("Name in English").press("Enter")
    page.get_by_text(re.compile("In your draft: .*Kept its word")).wait_for()
    assert barriers(page, axe) == []
    page.get_by_role("link", name="Look over and publish").click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Published. Pages show it from now on.").wait_for()
    own = Workspace.open(demo.folder)
    assert "Kept its word" in own.published.read(own.published.current(kind="framework", name="own"))
    page.goto(f"{demo.base}/frameworks/own/?q=kept+its+word")
    page.locator(".tree").get_by_role("link", name="Kept its word").click()
    page.get_by_text("linked by you").wait_for()
    assert barriers(page, axe) == []


def test_a_diagram_leads_to_its_elements(visit: Visit, demo: Demo) -> None:
    page = visit.page
    page.goto(f"{demo.base}/frameworks/automotive/")
    page.locator(".paradigm").get_by_role("link", name="Customer loyalty").click()
    page.get_by_role("heading", name="Customer loyalty").wait_for()
    page.goto(f"{demo.base}/frameworks/b2b/")
    page.locator(".stages").get_by_role("link", name="Output").first.click()
    assert "/frameworks/stepwise/elements/output/" in page.url


@pytest.mark.parametrize("width", [1440, 360])
def test_no_page_is_wider_than_the_window(visit: Visit, demo: Demo, width: int) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    for language in ("en", "fa"):
        for place in PLACES:
            page.goto(f"{demo.base}{place}{'&' if '?' in place else '?'}lang={language}")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (place, language, wide)


@pytest.mark.parametrize("visit", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True)
@pytest.mark.parametrize("language", ["en", "fa"])
def test_nothing_is_in_anybodys_way(visit: Visit, demo: Demo, axe: str, language: str) -> None:
    for place in PLACES:
        visit.page.goto(f"{demo.base}{place}{'&' if '?' in place else '?'}lang={language}")
        assert barriers(visit.page, axe) == [], place
