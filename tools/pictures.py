"""Take the pictures of the documentation from a running demo, so that they cannot go stale.

    python -m tools.pictures [FOLDER] [NAME ...]      # default: docs/pictures, every picture

Serves the simulated company in a temporary folder on a free port, opens it in Chromium, and saves one picture for each
page, theme, language and size: first as the company comes, then as it looks after a week's use (`fill`). NAME: only
pictures whose name holds one of these words. tests/house holds that each is shown in the documentation, and each page
of the navigation in a how-to. `make gallery` is for looking at every page. Needs Chromium (`CHROMIUM` names it where it
is elsewhere).
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.web.browser_kit import FLAGS, Served, chromium, run, serving
from tests.web.every_page import fill, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Page

ROOT = Path(__file__).resolve().parents[1]
FACTS = 200_000
SETTINGS = """
share_links = "members"
mail_host = "mail.example.org"
"""
"""Without them two pages only say that something is not set."""
COLORS = 256
"""Kept of each picture: more cannot be told apart on these pages, and the files are a third as large."""


@dataclass(frozen=True)
class Picture:
    """One picture: of which page, and how large it is at most, unless the whole page is on it.

    Braces in an address: what `fill` and `fill_board` made. press: what is pressed before the picture is taken.
    """

    name: str
    address: str
    width: int = 1440
    height: int = 1060
    whole: bool = False
    scheme: str = "light"
    language: str = "en"
    press: str = ""


COMPARED = "/journey/?since=2025-07-01&vs.since=2025-01-01&vs.until=2025-07-01"
BILL = "/measure/?metric=experience-index&question=bill&by=attribute:plan&over=quarter"
ON_THE_BOARD = {"The bill by plan": BILL, "Before and after July": COMPARED}
"""Charts of the board that is pictured."""
PICKED = "".join(
    f"&{name}={quote(json.dumps(group))}"
    for name, group in (("a", ("plus", "2025-Q3")), ("b", ("plus", "2025-Q2")), ("b", ("unlimited", "2025-Q3")))
)

AS_IT_COMES = (
    Picture("journey-map", "/journey/"),
    Picture("journey-map-whole", "/journey/", whole=True),
    Picture("journey-map-dark", "/journey/", scheme="dark"),
    Picture("journey-map-fa", "/journey/", language="fa"),
    Picture("journey-map-phone", "/journey/", width=390, height=844),
    Picture("journey-map-filtered", "/journey/?channel=app&channel=web&since=2025-01-01"),
    Picture("map-lines", "/journey/?lines=attribute.segment&lanes=felt", height=1200),
    Picture("map-compared", f"{COMPARED}&lanes=felt,touchpoints", whole=True),
    Picture("map-export", "/journey/?lanes=flow,felt", height=860, press=".view-tools .export summary"),
    Picture("step", "/journey/steps/usage/", height=900),
    Picture("touchpoint", "/journey/touchpoints/bill/", height=900),
    Picture("facts", "/facts/answers/?at_step=usage", height=700),
    Picture("touchpoints", "/touchpoints/"),
    Picture("rules", "/rules/"),
    Picture("rule", "/rules/edit/?event=app.push.opened&touchpoint=self_service", height=760, press="[name=preview]"),
    Picture("journey-touchpoint", "/journey/edit/touchpoint/?id=bill", height=1000),
    Picture("journeys", "/journeys/", height=900),
    Picture("frameworks", "/frameworks/", height=700),
    Picture("framework", "/frameworks/automotive/"),
    Picture("framework-fa", "/frameworks/stepwise/", language="fa"),
    Picture("framework-element", "/frameworks/stepwise/elements/output.complaint.churn/", height=620),
    Picture("own-start", "/frameworks/own/start/", height=900),
    Picture("person-invite", "/people/invite/", height=800),
    Picture("framework-compare", "/frameworks/compare/?left=stepwise&right=automotive", height=900),
    Picture("search", "/search/?q=bill", height=820),
    Picture("methods", "/help/", height=800),
    Picture("method", "/help/nps/", height=900),
    Picture("day-picker-fa", "/journey/?page.since=1404-08", height=760, language="fa"),
    Picture("measure", "/measure/?metric=csat&by=channel&over=quarter", height=1200),
    Picture("measure-matrix", "/measure/?metric=csat&by=step&by=channel", whole=True),
    Picture("measure-bill", BILL, height=1200),
    Picture("measure-groups", BILL + PICKED, whole=True),
    Picture("board", "/boards/{morning}/", whole=True),
)
AFTER_A_WEEK = (
    Picture("imports", "/imports/", height=700),
    Picture("upload", "/imports/uploads/{upload}/", whole=True),
    Picture("import", "/imports/{number}/", height=900),
    Picture("journey-edit", "/journey/edit/"),
    Picture("journey-publish", "/journey/edit/publish/", height=800),
    Picture("rules-versions", "/rules/versions/", height=700),
    Picture("own-edit", "/frameworks/own/edit/", height=900),
    Picture("own-element", "/frameworks/own/edit/element/?id=output.complaint", height=1000),
    Picture("studies", "/studies/", height=700),
    Picture("study", "/studies/{study}/", height=800),
    Picture("study-data", "/studies/{study}/data/", height=1100),
    Picture("study-checks", "/studies/{study}/checks/", height=1100),
    Picture("study-model", "/studies/{study}/model/", height=1000),
    Picture("study-form", "/studies/{study}/model/form/", height=900),
    Picture("study-questionnaire", "/studies/{study}/questionnaire/", height=1000),
    Picture("study-questionnaire-edit", "/studies/{study}/questionnaire/edit/", height=900),
    Picture("study-run-new", "/studies/{study}/run/", height=900),
    Picture("study-results", "/studies/{study}/runs/", height=1000),
    Picture("study-result", "/studies/{study}/runs/1/", height=1700),
    Picture("study-importance", "/studies/{study}/runs/3/", height=1250),
    Picture("study-compare", "/studies/compare/?run={run}&run={other_run}", height=900),
    Picture("boards", "/boards/", height=700),
    Picture("board-arrange", "/boards/{board}/?edit=yes", height=1000),
    Picture("board-letter", "/boards/{morning}/letter/", height=700),
    Picture("map-notes", "/journey/?notes=write&lanes=felt,touchpoints", height=900),
    Picture("notes", "/journey/notes/", height=800),
    Picture("saved-views", "/journey/views/", height=700),
    Picture("saved-view-share", "/journey/views/{view}/share/", height=800),
    Picture("share-links", "/journey/links/", height=700),
    Picture("customer", "/customers/{customer}/", height=900),
    Picture("people", "/people/", height=620),
    Picture("person", "/people/{person}/", height=800),
    Picture("profile", "/profile/", height=900),
    Picture("jobs", "/jobs/", height=700),
    Picture("job", "/jobs/{job}/", height=700),
)
PICTURES = AS_IT_COMES + AFTER_A_WEEK


def main(arguments: list[str]) -> int:
    """Take all pictures. Returns the exit code."""
    from playwright.sync_api import sync_playwright

    folder = Path(arguments[0]) if arguments else ROOT / "docs" / "pictures"
    words = arguments[1:]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        demo = _company(Path(temporary) / "demo")
        with serving("serve", "-w", str(demo), folder=demo) as served:
            page = browser.new_context(reduced_motion="reduce", locale="en-US").new_page()
            page.goto(served.printed)
            found = {"morning": fill_board(page, served.base)}
            _take_all(page, served, _picked(AS_IT_COMES, words), found, folder)
            if late := _picked(AFTER_A_WEEK, words):
                _take_all(page, served, late, found | _a_week(page, served, browser), folder)
        browser.close()
    return 0


def _company(folder: Path) -> Path:
    """The simulated company, with what its owner permits."""
    run("demo", str(folder), "--facts", str(FACTS), "--no-serve")
    file = folder / "safar.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("[settings]\n", f"[settings]{SETTINGS}", 1), "utf-8")
    return folder


def _picked(pictures: tuple[Picture, ...], words: list[str]) -> list[Picture]:
    return [picture for picture in pictures if not words or any(word in picture.name for word in words)]


def fill_board(page: Page, base: str) -> str:
    """Make the board that is pictured, with its charts. Returns its id."""
    for title, address in ON_THE_BOARD.items():
        page.goto(f"{base}/boards/save/?address={quote(address, safe='')}")
        page.get_by_label("Title of the chart").fill(title)
        if page.get_by_label("Board", exact=True).input_value() == "new":
            page.get_by_label("Title of the new board").fill("Morning")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", level=1, name="Morning").wait_for()
    return page.url.split("/boards/")[1].split("/")[0]


def _a_week(page: Page, served: Served, browser: Browser) -> dict[str, str]:
    """Use the demo as a company does; share its view with everybody, and give the owner an address for letters."""
    found = fill(served, browser)
    page.goto(f"{served.base}/journey/views/{found['view']}/change/?lang=en")
    page.get_by_label("Share it with the team").check()
    page.get_by_role("button", name="Keep", exact=True).click()
    page.goto(f"{served.base}/journey/views/{found['view']}/share/")
    page.get_by_role("button", name="Make a link").click()
    page.locator(".handed-link").wait_for()
    page.goto(f"{served.base}/rules/publish/")
    page.get_by_label("Why").fill("Messages of the app are self-service")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/rules/")
    page.goto(f"{served.base}/profile/")
    page.get_by_label("E-mail").first.fill("owner@example.org")
    page.get_by_role("button", name="Save", exact=True).click()
    return found


def _take_all(page: Page, served: Served, pictures: list[Picture], found: Mapping[str, str], folder: Path) -> None:
    for picture in pictures:
        page.set_viewport_size({"width": picture.width, "height": picture.height})
        address = picture.address.format(**found)
        mark = "&" if "?" in address else "?"
        answer = page.goto(f"{served.base}{address}{mark}lang={picture.language}&theme={picture.scheme}")
        if answer is None or not answer.ok:
            raise SystemExit(f"{address} answers {answer and answer.status}: a picture of that would be wrong.")
        _ready(page)
        if picture.press:
            page.locator(picture.press).first.click()
            _ready(page)
        file = folder / f"{picture.name}.png"
        file.write_bytes(_small(page.screenshot(full_page=True, clip=_extent(page, picture))))
        print(file)  # noqa: T201


def _ready(page: Page) -> None:
    """Wait until the page has counted, and what stands above the map in another calendar too."""
    settle(page)
    page.locator("main h1").first.wait_for()
    while page.locator(".scrubber > .muted a").count():
        page.reload()
        settle(page)


def _extent(page: Page, picture: Picture) -> FloatRect:
    """Of the page from its top: no more than there is on it."""
    high = float(page.evaluate("document.querySelector('main').getBoundingClientRect().bottom + scrollY"))
    return {"x": 0, "y": 0, "width": picture.width, "height": high if picture.whole else min(high, picture.height)}


def _small(picture: bytes) -> bytes:
    """The picture in its most frequent colors, packed well."""
    from PIL import Image

    kept = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    packed = io.BytesIO()
    kept.save(packed, "PNG", optimize=True)
    return packed.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
