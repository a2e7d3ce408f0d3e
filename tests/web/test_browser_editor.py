"""The editors in a real browser: by keyboard alone, without scripts, and with nothing in anybody's way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from safar.usecases.workspace import Workspace
from tests.web.browser_kit import Demo, Visit, barriers

pytestmark = pytest.mark.slow

PLACES = (
    "/touchpoints/",
    "/touchpoints/?truth=1",
    "/journey/edit/",
    "/journey/edit/frame/",
    "/journey/edit/step/",
    "/journey/edit/touchpoint/?suggested=touchpoints.after.thank-you",
    "/journey/edit/remove-step/?id=usage",
    "/journey/versions/",
    "/rules/",
    "/rules/edit/?event=app.push.opened",
    "/rules/versions/",
    "/journeys/",
)


def _tab_to(visit: Visit, name: str, *, most: int = 400) -> None:
    """Press the tab key until the element of that name has the focus."""
    told = "e => (e.labels && e.labels[0] ? e.labels[0].innerText : e.innerText || '').trim().replace(/\\s+/g, ' ')"
    for _ in range(most):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate(f"({told})(document.activeElement)").startswith(name):
            return
    pytest.fail(f"{name} was not reached")


@pytest.fixture
def as_before(visit: Visit, demo: Demo) -> Iterator[None]:
    """Other tests find the demo's journey and rules as they were, and no draft of them."""
    opened = Workspace.open(demo.folder)
    journey, rules = (opened.published.read(entry) for entry in (opened.journey()[1], opened.rules()[1]))
    yield
    for place in ("/journey/edit/discard/", "/rules/discard/"):
        visit.page.goto(f"{demo.base}{place}")
        if urlsplit(visit.page.url).path == place:  # a draft was left
            visit.page.get_by_role("button", name="Discard the draft").click()
            visit.page.get_by_text("The draft is discarded.").wait_for()
    opened.publish_both(journey, rules, now=datetime.now(UTC))


@pytest.mark.usefixtures("as_before")
def test_a_part_is_moved_several_places_by_pressing_the_same_button(visit: Visit, demo: Demo) -> None:
    page = visit.page
    focused = "document.activeElement.id"
    page.goto(f"{demo.base}/journey/edit/")
    page.locator("#down-touchpoint-activation").focus()
    for _ in range(2):
        page.keyboard.press("Enter")
        page.get_by_text("In your draft").wait_for()
        assert page.evaluate(focused) == "down-touchpoint-activation"
    page.locator("#up-step-attention").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#down-step-attention")  # it is the first now
    assert page.evaluate(focused) == "down-step-attention"
    page.goto(f"{demo.base}/rules/")
    page.locator("#down-rule-2").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#down-rule-3")
    assert page.evaluate(focused) == "down-rule-3"


@pytest.mark.usefixtures("as_before")
def test_from_a_gap_to_a_published_touchpoint_and_its_rule_by_keyboard_alone(visit: Visit, demo: Demo) -> None:
    page = visit.page
    keys = page.keyboard
    page.goto(f"{demo.base}/touchpoints/")
    _tab_to(visit, "Add: Thank-you letters")
    keys.press("Enter")
    page.get_by_role("heading", name="Add a touchpoint").wait_for()
    _tab_to(visit, "Owned by")
    keys.type("Customer care")
    keys.press("Enter")
    page.get_by_text("1 change, seen by you only").wait_for()
    _tab_to(visit, "Look over and publish")
    keys.press("Enter")
    page.get_by_role("heading", name="Look over and publish").wait_for()
    _tab_to(visit, "Publish")
    keys.press("Enter")
    page.get_by_text("Published. Pages show it from now on.").wait_for()
    opened = Workspace.open(demo.folder)
    made = next(one for one in opened.journey()[0].touchpoints if one.id == "thank-you")
    assert (made.owner, made.step) == ("Customer care", "loyalty")

    page.goto(f"{demo.base}/rules/")
    _tab_to(visit, "Make a rule")
    keys.press("Enter")
    page.get_by_role("heading", name="Add a rule").wait_for()
    preview = page.locator("#preview")
    preview.get_by_text(re.compile(r"^Fits:\s+[\d,]+ contacts")).wait_for()
    _tab_to(visit, "Leads to")
    keys.type("Thank-you")
    preview.get_by_text(re.compile(r"^moves [\d,]+ contacts from unmapped to Thank-you letter")).wait_for()
    moved = int(re.sub(r"\D", "", preview.locator(".moves li").first.inner_text().split("contacts")[0]))
    _tab_to(visit, "Keep in my draft")
    keys.press("Enter")
    page.get_by_text("1 change, seen by you only").wait_for()
    _tab_to(visit, "Look over and publish")
    keys.press("Enter")
    page.get_by_role("heading", name="Look over and publish").wait_for()
    _tab_to(visit, "Publish")
    keys.press("Enter")
    page.get_by_text("Published. Pages show it from now on.").wait_for()
    page.goto(f"{demo.base}/touchpoints/")
    row = page.get_by_role("row", name="Thank-you letter")
    assert row.get_by_role("link", name=f"{moved:,}", exact=True).is_visible()
    page.goto(f"{demo.base}/rules/versions/")
    page.get_by_role("button", name="Restore").first.focus()
    keys.press("Enter")
    page.get_by_text("is in force again").wait_for()
    page.goto(f"{demo.base}/journey/versions/")
    page.get_by_role("button", name="Restore").first.focus()
    keys.press("Enter")
    page.get_by_text("is in force again").wait_for()


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True, ids=["no-script"])
def test_a_rule_is_previewed_and_a_draft_discarded_without_scripts(visit: Visit, demo: Demo) -> None:
    page = visit.page
    page.goto(f"{demo.base}/rules/edit/?event=app.push.opened")
    page.get_by_label("Leads to").select_option("self_service")
    page.get_by_role("button", name="Count what it moves").click()
    assert page.locator("#preview").get_by_text("contacts from unmapped to Self-service").is_visible()
    page.get_by_role("button", name="Keep in my draft").click()
    page.get_by_role("link", name="Discard the draft").click()
    page.get_by_role("button", name="Discard the draft").click()
    assert page.get_by_text("The draft is discarded.").is_visible()
    assert urlsplit(page.url).path == "/rules/"


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_bars_anybody(visit: Visit, demo: Demo, axe: str, theme: str, language: str) -> None:
    page = visit.page
    found = []
    for place in PLACES:
        mark = "&" if "?" in place else "?"
        page.goto(f"{demo.base}{place}{mark}lang={language}&theme={theme}")
        found += [(place, *barrier) for barrier in barriers(page, axe)]
    assert found == [], "\n".join(map(str, found))


@pytest.mark.parametrize("width", [1440, 1024, 390, 360])
def test_only_tables_scroll_sideways(visit: Visit, demo: Demo, width: int) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    for place in PLACES:
        for language in ("en", "fa"):
            mark = "&" if "?" in place else "?"
            page.goto(f"{demo.base}{place}{mark}lang={language}")
            wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert wide[0] <= wide[1], (place, language)
