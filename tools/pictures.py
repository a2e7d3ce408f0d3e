"""Take the pictures of the documentation from a running demo, so that they cannot go stale.

    python -m tools.pictures [FOLDER]      # default: docs/pictures

Starts `safar demo` in a temporary folder on a free port, opens its one-time address in Chromium, and saves one
picture for each page, theme, language and size. `make gallery` is for looking at every page. Needs Chromium
(`CHROMIUM` names it where it is elsewhere).
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.web.browser_kit import FLAGS, chromium, serving_demo
from tests.web.every_page import SURVEY, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
FACTS = 200_000


@dataclass(frozen=True)
class Picture:
    """One picture: where, how large, and whether the whole page is on it."""

    name: str
    address: str
    width: int = 1440
    height: int = 1060
    whole: bool = False
    scheme: str = "light"
    language: str = "en"
    upload: str = ""
    """A file of that name is chosen in the page's form and sent: the picture is of what comes then."""
    follow: str = ""
    """A link of that name is followed: the picture is of where it leads."""
    then: str = ""
    """And there another one."""


COMPARED = "/journey/?since=2025-07-01&vs.since=2025-01-01&vs.until=2025-07-01"
BILL = "/measure/?metric=experience-index&question=bill&by=attribute:plan&over=quarter"
ON_THE_BOARD = {"The bill by plan": BILL, "Before and after July": COMPARED}
"""Charts of the board that is pictured."""


PICTURES = (
    Picture("journey-map", "/journey/"),
    Picture("journey-map-whole", "/journey/", whole=True),
    Picture("journey-map-dark", "/journey/", scheme="dark"),
    Picture("journey-map-fa", "/journey/", language="fa"),
    Picture("journey-map-phone", "/journey/", width=390, height=844),
    Picture("journey-map-filtered", "/journey/?channel=app&channel=web&since=2025-01-01"),
    Picture("map-compared", f"{COMPARED}&lanes=felt,touchpoints", whole=True),
    Picture("step", "/journey/steps/usage/", height=900),
    Picture("touchpoint", "/journey/touchpoints/bill/", height=900),
    Picture("touchpoints", "/touchpoints/"),
    Picture("journey-edit", "/journey/edit/"),
    Picture("rules", "/rules/"),
    Picture("rule", "/rules/edit/?event=app.push.opened&touchpoint=self_service", height=760),
    Picture("facts", "/facts/answers/?at_step=usage", height=700),
    Picture("imports", "/imports/new/", upload="branch-survey.csv", whole=True),
    Picture("frameworks", "/frameworks/", height=700),
    Picture("framework", "/frameworks/automotive/"),
    Picture("framework-fa", "/frameworks/stepwise/", language="fa"),
    Picture("framework-element", "/frameworks/stepwise/elements/output.complaint.churn/", height=620),
    Picture("jobs", "/jobs/", height=700),
    Picture("search", "/search/?q=bill", height=820),
    Picture("method", "/help/nps/", height=900),
    Picture("day-picker-fa", "/journey/?page.since=1404-08", height=760, language="fa"),
    Picture("measure", "/measure/?metric=csat&by=channel&over=quarter", height=1200),
    Picture("measure-bill", BILL, height=1200),
    Picture("measure-fa", "/measure/?metric=experience-index&by=step", language="fa"),
    Picture("people", "/people/", height=620),
    Picture("boards", "/boards/", height=700),
    Picture("board", "/boards/", follow="Morning", whole=True),
    Picture("saved-views", "/journey/views/", height=700),
    Picture("studies", "/studies/", height=620),
    Picture("study-result", "/studies/", follow="Roadside service", then="claims supported", height=1400),
    Picture("study-model", "/studies/", follow="Roadside service", then="Model", height=1000),
    Picture("note", "/journey/notes/?step=usage&lane=felt", height=700),
)


def main(arguments: list[str]) -> int:
    """Take all pictures. Returns the exit code."""
    from playwright.sync_api import sync_playwright

    folder = Path(arguments[0]) if arguments else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        with serving_demo(Path(temporary) / "demo", facts=FACTS) as served:
            page = browser.new_context(reduced_motion="reduce").new_page()
            page.goto(served.printed)
            fill_board(page, served.base)
            run_example(page, served.base)
            for picture in PICTURES:
                _take(page, served.base, picture, folder)
        browser.close()
    return 0


def fill_board(page: Page, base: str) -> None:
    """Make the board that is pictured, with its charts."""
    for title, address in ON_THE_BOARD.items():
        page.goto(f"{base}/boards/save/?address={quote(address, safe='')}")
        page.get_by_label("Title of the chart").fill(title)
        if page.get_by_label("Board", exact=True).input_value() == "new":
            page.get_by_label("Title of the new board").fill("Morning")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", level=1, name="Morning").wait_for()


def run_example(page: Page, base: str) -> None:
    """Add the simulated study that is pictured, and run it."""
    page.goto(f"{base}/studies/")
    page.get_by_role("button", name="simulated example").click()
    page.get_by_role("link", name="Run the model").click()
    page.get_by_role("button", name="Run the model").click()
    page.get_by_role("heading", name="What became of each claim").wait_for(timeout=120_000)


def _take(page: Page, base: str, picture: Picture, folder: Path) -> None:
    page.set_viewport_size({"width": picture.width, "height": picture.height})
    mark = "&" if "?" in picture.address else "?"
    page.goto(f"{base}{picture.address}{mark}lang={picture.language}&theme={picture.scheme}")
    if picture.upload:
        page.set_input_files("#files", {"name": picture.upload, "mimeType": "text/csv", "buffer": SURVEY.encode()})
        page.locator("#upload-form button").click()
    for link in (picture.follow, picture.then):
        if link:
            page.locator("main").get_by_role("link", name=link).first.click()
    settle(page)
    page.locator("main h1").first.wait_for()
    page.screenshot(path=folder / f"{picture.name}.png", full_page=picture.whole)
    print(folder / f"{picture.name}.png")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
