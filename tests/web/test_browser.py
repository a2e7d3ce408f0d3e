"""The pages in a real browser, as a person goes: sign in, map, filter, drill, facts, back; and without scripts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from safar.usecases.workspace import Workspace
from tests.web.browser_kit import Demo, Served, Visit, barriers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

_LEAST_TEXT_PX = 12
PLACES = ("/journey/", "/journey/steps/usage/", "/journey/touchpoints/bill/", "/facts/answers/")


def test_the_printed_address_works_once(browser: Browser, own_demo: Served) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(own_demo.printed)
    assert urlsplit(page.url).path == "/journey/"
    assert (
        page.get_by_role("heading", level=1).inner_text() == Workspace.open(own_demo.folder).journey()[0].label.text()
    )
    context.close()
    stranger = browser.new_context()
    page = stranger.new_page()
    page.goto(own_demo.printed)
    assert page.get_by_role("alert").is_visible()
    page.goto(f"{own_demo.base}/journey/")
    assert urlsplit(page.url).path == "/sign-in/"
    stranger.close()


@pytest.mark.parametrize("visit", [{}, {"java_script_enabled": False}], indirect=True, ids=["script", "no-script"])
def test_map_filter_step_facts_and_back(visit: Visit, demo: Demo) -> None:
    page, found = visit.page, demo.the_map
    table = page.get_by_role("table", name="Journey map of")
    assert table.is_visible()
    assert page.get_by_text("Simulated data").is_visible()
    for step in found.steps:
        column = page.get_by_role("columnheader", name=step.label.text())
        assert column.is_visible()
        link = table.locator(f'tr.cells dl a[href="/facts/moves/?at_step={step.id}"]').first
        assert link.inner_text() == f"{step.volume:,}"

    page.get_by_text("Filters", exact=True).click()
    page.get_by_role("checkbox", name="web").check()
    page.get_by_role("button", name="Show").click()
    assert "channel=web" in page.url
    page.get_by_role("table", name="Journey map of").wait_for()
    assert page.get_by_text("Channel: web").is_visible()
    filtered = page.url

    page.get_by_role("columnheader").get_by_role("link", name="Usage").click()
    assert urlsplit(page.url).path == "/journey/steps/usage/"
    assert "channel=web" in page.url
    contacts = page.locator('section[aria-labelledby="volume"] a:not(.help)').first
    number = contacts.inner_text()
    contacts.click()
    assert urlsplit(page.url).path == "/facts/moves/"
    assert page.locator("#total").inner_text() == number
    newest = page.locator("tbody tr").first.inner_text()
    page.get_by_role("link", name="Older").click()
    assert page.locator("tbody tr").first.inner_text() != newest
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert len(Path(download.value.path()).read_text().splitlines()) == int(number.replace(",", "")) + 1
    for _ in range(3):
        page.go_back()
    assert page.url == filtered


def test_signing_out(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Sign out").click()
    assert urlsplit(visit.page.url).path == "/sign-in/"
    visit.page.goto(visit.page.url.replace("/sign-in/", "/journey/"))
    assert urlsplit(visit.page.url).path == "/sign-in/"


def test_dark_and_back(visit: Visit) -> None:
    page = visit.page
    ground = "getComputedStyle(document.body).backgroundColor"
    page.get_by_role("link", name="Light").click()
    light = page.evaluate(ground)
    page.get_by_role("link", name="Dark").click()
    assert page.evaluate(ground) != light
    page.get_by_role("columnheader").get_by_role("link", name="Usage").click()
    assert page.evaluate(ground) != light
    page.emulate_media(color_scheme="dark")
    page.get_by_role("link", name="Light").click()
    assert page.evaluate(ground) == light
    page.get_by_role("link", name="Auto").click()
    assert page.evaluate(ground) != light


def test_persian_reads_from_the_right(visit: Visit, demo: Demo) -> None:
    page = visit.page
    page.get_by_role("link", name="فارسی").click()
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("fa", "rtl")
    heads = [page.get_by_role("columnheader", name=step.label.text("fa")).first for step in demo.the_map.steps]
    boxes = [head.bounding_box() for head in heads]
    lefts = [box["x"] for box in boxes if box]
    assert lefts == sorted(lefts, reverse=True)
    dots = page.locator("svg.curve circle").evaluate_all("all => all.map(one => one.getBoundingClientRect().x)")
    assert dots == sorted(dots, reverse=True)
    lane = page.locator("th.lane").first.bounding_box()
    assert lane
    assert lane["x"] > max(lefts)


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_only_the_table_scrolls_sideways(visit: Visit, demo: Demo, width: int) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    for place in PLACES:
        for language in ("en", "fa"):
            page.goto(f"{demo.base}{place}?lang={language}")
            wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert wide[0] <= wide[1], (place, language)
    page.goto(f"{demo.base}/journey/?lang=fa")
    # On a phone each step is a card, and nothing scrolls sideways.
    assert page.locator(".scroll").evaluate("box => box.scrollWidth > box.clientWidth") == (width > 720)


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_bars_anybody(visit: Visit, demo: Demo, axe: str, theme: str, language: str) -> None:
    page = visit.page
    found = []
    for place in (*PLACES, "/nowhere/", "/sign-in/"):
        page.goto(f"{demo.base}{place}?lang={language}&theme={theme}")
        if place == "/nowhere/":
            visit.problems.clear()  # the browser tells of the status 404
        found += [(place, *one) for one in barriers(page, axe)]
    assert found == []


def test_the_first_column_stays(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 800, "height": 844})
    before = page.locator("tbody th.lane").first.bounding_box()
    page.locator(".scroll").evaluate("box => { box.scrollLeft = 700 }")
    after = page.locator("tbody th.lane").first.bounding_box()
    assert before
    assert after
    assert abs(before["x"] - after["x"]) < 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 800


def test_on_a_phone_each_step_is_a_card(visit: Visit, demo: Demo, axe: str) -> None:
    page, steps = visit.page, demo.the_map.steps
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{demo.base}/journey/")
    # The cells of a column follow one another, with nothing blank between them, and the columns too.
    boxes = page.evaluate(
        """count => Array.from({length: count}, (_, i) => [
          document.querySelector(`.map tr.steps > th:nth-child(${i + 2})`),
          ...document.querySelectorAll(`.map tr.cells > td:nth-of-type(${i + 1})`),
        ].map(e => [e.getBoundingClientRect().top, e.getBoundingClientRect().bottom]))""",
        len(steps),
    )
    bottom = boxes[0][0][0]
    for column in boxes:
        assert column[0][0] - bottom < 20
        for top, end in column:
            assert top - bottom < 20
            bottom = max(bottom, end)
    # No card is much taller than what stands in it: the last thing in the places is near their end.
    blank = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll('.map tr.places > td')].map(
          e => e.getBoundingClientRect().bottom - e.lastElementChild.getBoundingClientRect().bottom))"""
    )
    assert blank < 20
    # To who hears it, it is a table still.
    table = page.get_by_role("table", name=re.compile("Journey map"))
    assert table.get_by_role("columnheader").count() == len(steps)
    assert table.get_by_role("row").count() >= 6
    assert barriers(page, axe) == []
    page.get_by_role("navigation", name="Steps").get_by_role("link", name=steps[-1].label.text()).click()
    head = page.locator(f"#step-{steps[-1].id}").bounding_box()
    assert head
    assert 0 <= head["y"] < 844


@pytest.mark.parametrize("place", ["/journey/", "/journey/steps/usage/", "/facts/answers/", "/journey/?lang=fa"])
def test_no_text_is_too_small_and_none_is_cut_off(visit: Visit, demo: Demo, place: str) -> None:
    page = visit.page
    page.goto(demo.base + place)
    found = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll('body *')].filter(e =>
            !e.closest('.sr, .skip, svg') && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
          const small = all.filter(e => parseFloat(getComputedStyle(e).fontSize) < 12).length;
          const cut = all.filter(e => e.closest('.map td') && e.scrollWidth > e.clientWidth + 1
            && getComputedStyle(e).display !== 'inline').map(e => e.textContent.trim());
          return {count: all.length, small, cut};
        }"""
    )
    assert found["count"] > 30
    assert found["small"] == 0, f"text below {_LEAST_TEXT_PX} px"
    assert found["cut"] == []


def test_it_prints_on_one_wide_sheet(visit: Visit, tmp_path: Path) -> None:
    visit.page.emulate_media(media="print")
    body = visit.page.pdf(path=tmp_path / "map.pdf", prefer_css_page_size=True, print_background=True)
    assert body.startswith(b"%PDF")
    # A3 landscape in points.
    boxes = {tuple(round(float(n)) for n in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]+)\]", body)}
    assert all(abs(box[2] - 1191) <= 2 and abs(box[3] - 842) <= 2 for box in boxes)
    assert len(re.findall(rb"/Type /Page\b", body)) <= 3


def test_the_map_can_be_reached_by_keyboard(visit: Visit) -> None:
    page = visit.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip", "a way past the filters, lanes and months"
    page.keyboard.press("Enter")
    for _ in range(4):  # on the way stands how the lane's numbers are worked out
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('table.map a:not(.help)')"):
            break
    else:
        pytest.fail("no link of the map was reached")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).path.startswith(("/journey/steps/", "/facts/"))
