"""The pages in a real browser, as a person goes: sign in, map, filter, drill, facts, back; and without scripts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from safar.analysis.journey_map import JourneyMap
from safar.usecases.workspace import Workspace

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_ADDRESS = re.compile(r"http://\S+/sign-in/\S+")
_LEAST_TEXT_PX = 12
PLACES = ("/journey/", "/journey/steps/usage/", "/journey/touchpoints/bill/", "/facts/answers/")
AXE = "axe-core@4.10.3"


@dataclass(frozen=True)
class Demo:
    """A demo that is being served."""

    folder: Path
    base: str
    signed_in: str
    the_map: JourneyMap

    def fresh_address(self) -> str:
        """Another one-time address."""
        return _run("serve", "-w", str(self.folder), "--sign-in-link").strip()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from safar.cli import main; main()", *arguments]


def _environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "80"}


def _run(*arguments: str) -> str:
    return subprocess.run(
        _command(*arguments), capture_output=True, text=True, env=_environ(), check=True, timeout=120
    ).stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    from datetime import UTC, datetime

    from safar.usecases.journey_map import read_journey_map

    folder = tmp_path_factory.mktemp("browser") / "demo"
    with subprocess.Popen(
        _command("demo", str(folder), "--facts", "20000", "--port", "0", "--no-browser"),
        stdout=subprocess.PIPE,
        text=True,
        env=_environ(),
    ) as server:
        assert server.stdout
        printed = next(found for line in server.stdout if (found := _ADDRESS.search(line))).group()
        the_map = read_journey_map(Workspace.open(folder), now=datetime.now(UTC))
        yield Demo(folder, printed.split("/sign-in/")[0], printed, the_map)
        server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium here; on Debian: sudo apt-get install chromium (or name it in CHROMIUM)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The accessibility checker, fetched by npm as this version."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm here to fetch the accessibility checker; on Debian: sudo apt-get install npm")
    folder = tmp_path_factory.mktemp("axe")
    options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
    done = subprocess.run([npm, "install", *options, AXE], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@dataclass
class Visit:
    """A window, with everything that went wrong in it."""

    page: Page
    context: BrowserContext
    problems: list[str]


@pytest.fixture
def visit(browser: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A signed-in window. Any console message and any request to elsewhere is a problem."""
    options = getattr(request, "param", {})
    context = browser.new_context(viewport={"width": 1600, "height": 1000}, **options)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    context.on(
        "request",
        lambda asked: (
            problems.append(f"elsewhere: {asked.url}")
            if urlsplit(asked.url).netloc != urlsplit(demo.base).netloc
            else None
        ),
    )
    page.goto(demo.fresh_address())
    yield Visit(page, context, problems)
    context.close()
    assert not problems


def test_the_printed_address_works_once(browser: Browser, demo: Demo) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(demo.signed_in)
    assert urlsplit(page.url).path == "/journey/"
    assert page.get_by_role("heading", level=1).inner_text() == demo.the_map.label.text()
    context.close()
    stranger = browser.new_context()
    page = stranger.new_page()
    page.goto(demo.signed_in)
    assert page.get_by_role("alert").is_visible()
    page.goto(f"{demo.base}/journey/")
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
    contacts = page.locator('section[aria-labelledby="volume"] a').first
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
    assert page.locator(".scroll").evaluate("box => box.scrollWidth > box.clientWidth")


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_bars_anybody(visit: Visit, demo: Demo, axe: str, theme: str, language: str) -> None:
    page = visit.page
    found = []
    for place in (*PLACES, "/nowhere/", "/sign-in/"):
        page.goto(f"{demo.base}{place}?lang={language}&theme={theme}")
        if place == "/nowhere/":
            visit.problems.clear()  # the browser tells of the status 404
        page.evaluate(axe)
        passed, violations = page.evaluate("axe.run(document).then(done => [done.passes.length, done.violations])")
        assert passed > 10
        found += [
            (place, one["id"], one["help"], [node["html"][:160] for node in one["nodes"][:3]]) for one in violations
        ]
    assert found == []


def test_the_first_column_stays(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    before = page.locator("tbody th.lane").first.bounding_box()
    page.locator(".scroll").evaluate("box => { box.scrollLeft = 700 }")
    after = page.locator("tbody th.lane").first.bounding_box()
    assert before
    assert after
    assert abs(before["x"] - after["x"]) < 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


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
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('table.map') !== null"):
            break
    else:
        pytest.fail("no link of the map was reached")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).path.startswith(("/journey/steps/", "/facts/"))
