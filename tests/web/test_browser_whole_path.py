"""The whole path of a person, in one go: sign in, import, correct the recipe and a rule, map, drill, compare, share,
print. In English and in Persian with the mouse, and once with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.web.browser_kit import Served
from tests.web.every_page import PATIENCE_MS, SURVEY, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

NAME, PASSWORD = "Alice", "a way that is long enough"
FILE = {"name": "branch-survey.csv", "mimeType": "text/csv", "buffer": SURVEY.encode()}
_PERSIAN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
_FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  return {
    body: e === document.body,
    shown: parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none',
    inside: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    told: e.outerHTML.replace(/\\s+/g, ' ').slice(0, 120),
  };
}"""


@pytest.fixture(params=["en", "fa"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Hand:
    """Somebody with a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Follow a link, or press a button."""
        target.click()

    def write(self, target: Locator, text: str) -> None:
        """Fill a field in."""
        target.fill(text)

    def choose(self, target: Locator, value: str) -> None:
        """Choose from a list."""
        target.select_option(value)

    def give(self, target: Locator) -> None:
        """Choose the file."""
        target.set_input_files(FILE)  # type: ignore[arg-type]


class Keys(Hand):
    """Somebody with a keyboard only, who must always see where they are."""

    def _reach(self, target: Locator, *, most: int = 700) -> None:
        target.first.wait_for()
        last = ""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            # Asked for anew each time: a map that is renewed meanwhile is another element in the same place.
            if target.first.evaluate("e => e === document.activeElement"):
                focus = self.page.evaluate(_FOCUS)
                assert focus["shown"], f"the focus cannot be seen: {focus['told']}"
                assert focus["inside"], f"the focus is out of sight: {focus['told']}"
                return
            last = self.page.evaluate("document.activeElement.outerHTML.slice(0, 160)")
        pytest.fail(f"{target} was not reached; the focus is on {last}")

    def press(self, target: Locator) -> None:
        self._reach(target)
        is_link = target.first.evaluate("e => e.tagName === 'A'")
        self.page.keyboard.press("Enter" if is_link else "Space")

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, target: Locator, value: str) -> None:
        self._reach(target)
        at = target.first.evaluate("(e, value) => [...e.options].findIndex(one => one.value === value)", value)
        assert at >= 0
        self.page.keyboard.press("Home")
        for _ in range(at):
            self.page.keyboard.press("ArrowDown")
        assert target.first.input_value() == value

    def give(self, target: Locator) -> None:
        self._reach(target)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(FILE)  # type: ignore[arg-type]


@pytest.fixture
def window(browser: Browser, own_demo: Served) -> Iterator[Page]:
    """A window in which nothing may go wrong."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US", reduced_motion="reduce")
    page = context.new_page()
    # From the start: who begins to listen only when a key is pressed may begin too late.
    page.on("filechooser", lambda _chooser: None)
    page.set_default_timeout(PATIENCE_MS)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    ours = urlsplit(own_demo.base).netloc
    context.on("request", lambda asked: None if urlsplit(asked.url).netloc == ours else problems.append(asked.url))
    yield page
    context.close()
    assert problems == []


def test_from_signing_in_to_the_printed_map(window: Page, browser: Browser, own_demo: Served, language: str) -> None:
    _walk(Hand(window), browser, own_demo, language)


def test_the_same_by_keyboard_alone(window: Page, browser: Browser, own_demo: Served) -> None:
    _walk(Keys(window), browser, own_demo, "en")


def test_the_keyboard_is_never_trapped(window: Page, own_demo: Served) -> None:
    window.goto(own_demo.printed)
    for address in ("/journey/", "/rules/", "/imports/new/", "/measure/", "/search/"):
        window.goto(own_demo.base + address)
        settle(window)
        stops = window.locator("a[href], button, input, select, textarea, summary, [tabindex='0']").count()
        for count in range(stops + 5):
            window.keyboard.press("Tab")
            focus = window.evaluate(_FOCUS)
            if focus["body"] or (count and window.evaluate("document.activeElement.matches('body > .skip')")):
                break
            assert focus["shown"], f"{address}: the focus cannot be seen: {focus['told']}"
        else:
            pytest.fail(f"{address}: the focus never came round")


def _walk(person: Hand, browser: Browser, served: Served, language: str) -> None:
    page = person.page
    _sign_in(person, served, language)
    _import(person)
    _rule(person)
    _drill(person)
    shared = _compare_and_share(person)
    _opened_by_somebody_else(browser, served, shared, page.locator("h1").inner_text(), language)
    page.emulate_media(media="print")
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert paper.startswith(b"%PDF")
    assert {round(float(width)) for width in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ", paper)} == {1191}


def _sign_in(person: Hand, served: Served, language: str) -> None:
    """By the printed address, once; then by a name and a password, as on every later day."""
    page = person.page
    page.goto(served.printed)
    if language != "en":
        person.press(page.locator(f"header > .tools a[hreflang={language}]"))
    page.goto(f"{served.base}/welcome/")
    form = page.locator("main form")
    person.write(form.locator("[name=name]"), NAME)
    if language != "en":
        person.choose(form.locator("[name=language]"), language)
    person.write(form.locator("[name=new]"), PASSWORD)
    person.write(form.locator("[name=again]"), PASSWORD)
    person.press(form.locator("button[type=submit]"))
    page.wait_for_url("**/journey/**")
    person.press(page.locator("header > form.person button"))
    page.wait_for_url("**/sign-in/**")
    person.write(page.locator("main [name=who]"), NAME)
    person.write(page.locator("main [name=password]"), PASSWORD)
    person.press(page.locator("main form button[type=submit]"))
    page.wait_for_url("**/journey/**")
    assert page.locator("html").get_attribute("lang") == language


def _import(person: Hand) -> None:
    """A file, whose ratings the page is told of."""
    page = person.page
    person.press(page.locator("nav.areas a[href='/imports/']"))
    person.press(page.locator("main .head a[href='/imports/new/']"))
    person.give(page.locator("#files"))
    person.press(page.locator("#upload-form button[type=submit]"))
    page.wait_for_url("**/imports/uploads/**")
    row = page.locator(".columns-table tr", has=page.get_by_text("satisfaction", exact=True))
    # What is chosen is sent, and the form that comes back takes this one's place: keys pressed before are lost.
    with page.expect_response(lambda one: one.status == 200 and one.url.split("#")[0] == page.url):
        person.choose(row.locator("select[id^=role-]"), "rating")
    row.locator("[id^=high-]").wait_for()
    row.locator("select[id^=best-]").wait_for()
    page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
    person.press(page.locator("form[action$='/start/'] button:not([formaction])"))
    page.wait_for_url("**/jobs/**")
    done = page.locator("#job .actions a[href^='/imports/']")
    done.wait_for()
    person.press(done)
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    numbers = [int(one) for one in re.findall(r"\d+", _plain(page.locator(".balance").first.inner_text()))[:4]]
    assert numbers[0] == numbers[1] + numbers[2] + numbers[3] == 200


def _rule(person: Hand) -> None:
    """The most frequent event that no rule takes is led to a touchpoint, and everybody sees it."""
    page = person.page
    person.press(page.locator("nav.areas a[href='/rules/']"))
    make = page.locator("section[aria-labelledby=left] a.button").first
    event = page.locator("section[aria-labelledby=left] tbody th bdi").first.inner_text()
    person.press(make)
    page.wait_for_url("**/rules/edit/**")
    assert event in page.locator("[name^='patterns.']").first.input_value()
    page.locator("#preview .moves, #preview p").first.wait_for()
    person.choose(page.locator("[name=touchpoint]"), "self_service")
    page.locator("#preview .moves li").first.wait_for()
    person.press(page.locator("main form.form .actions button[type=submit]").first)
    page.locator(".draft-bar.begun").wait_for()
    person.press(page.locator(".draft-bar a[href='/rules/publish/']"))
    person.press(page.locator("main form.form .actions button[type=submit]"))
    page.locator(".toast").wait_for()
    assert event not in page.locator("section[aria-labelledby=left]").inner_text()


def _drill(person: Hand) -> None:
    """From the map to a step, from its number to the facts that it counts."""
    page = person.page
    person.press(page.locator("nav.areas a[href='/journey/']"))
    settle(page)
    person.press(page.locator("#step-usage > a:not(.pill)"))
    settle(page)
    number = page.locator("section[aria-labelledby=volume] dd a").first
    told = _plain(number.inner_text())
    person.press(number)
    page.wait_for_url("**/facts/moves/**")
    settle(page)
    assert _plain(page.locator("#total").inner_text()) == told
    person.press(page.locator("nav.crumbs a").first)
    page.wait_for_url("**/journey/**")
    settle(page)


def _compare_and_share(person: Hand) -> str:
    """Two groups on one map, and the address that shows it to others: whoever may see it opens the same."""
    page = person.page
    person.press(page.locator("ul[aria-labelledby='compare-title'] a").first)
    settle(page)
    page.locator(".comparison").wait_for()
    assert page.locator(".comparison .delta").count()
    return page.url


def _opened_by_somebody_else(browser: Browser, served: Served, address: str, heading: str, language: str) -> None:
    """Who is not signed in is asked to, and is then where the address leads."""
    context = browser.new_context(locale="fa-IR" if language == "fa" else "en-US")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    assert urlsplit(page.url).path == "/sign-in/"
    page.locator("main [name=who]").fill(NAME)
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/journey/**")
    settle(page)
    assert urlsplit(page.url).query == urlsplit(address).query
    assert page.locator("h1").inner_text() == heading
    assert page.locator(".comparison").is_visible()
    context.close()


def _plain(text: str) -> str:
    """Numbers in one writing, without separators."""
    return re.sub(r"(?<=\d)[,٬](?=\d)", "", text.translate(_PERSIAN))
