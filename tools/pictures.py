"""Take the pictures of the documentation from a running demo, so that they cannot go stale.

    python tools/pictures.py [FOLDER]      # default: docs/pictures

Starts `safar demo` in a temporary folder on a free port, opens its one-time address in Chromium, and saves one
picture for each page, theme, language and size. Needs Chromium (`CHROMIUM` names it where it is elsewhere).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
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
FACTS = 200_000
SURVEY = "response id,customer,answered at,branch,channel,satisfaction,ease of use,comment,plan\n" + "".join(
    f"R-{number},C-{number % 40},{number % 27 + 1:02d}/03/2026 {9 + number % 8:02d}:15,north-{number % 3},"
    f"{('app', 'branch')[number % 2]},{number % 5 + 1 if number != 30 else 'none'},{number % 7 + 1},"
    f'"Waited at the counter; please write to ann{number}@example.org",{("gold", "basic")[number % 2]}\n'
    for number in range(200)
)
_ADDRESS = re.compile(r"(http://\S+)(/sign-in/\S+)")


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


PICTURES = (
    Picture("journey-map", "/journey/"),
    Picture("journey-map-whole", "/journey/", whole=True),
    Picture("journey-map-dark", "/journey/", scheme="dark"),
    Picture("journey-map-fa", "/journey/", language="fa"),
    Picture("journey-map-phone", "/journey/", width=390, height=844),
    Picture("journey-map-filtered", "/journey/?channel=app&channel=web&since=2025-01-01"),
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
    Picture("measure-fa", "/measure/?metric=experience-index&by=step", language="fa"),
    Picture("boards", "/boards/", height=700),
    Picture("saved-views", "/journey/views/", height=700),
    Picture("note", "/journey/notes/?step=usage&lane=felt", height=700),
)


def main(arguments: list[str]) -> int:
    """Take all pictures. Returns the exit code."""
    from playwright.sync_api import sync_playwright

    folder = Path(arguments[0]) if arguments else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-c", "from safar.cli import main; main()", "demo", f"{temporary}/demo"]
        options = ["--facts", str(FACTS), "--port", "0", "--no-browser"]
        environ = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, env=environ) as server:  # noqa: S603
            try:
                base, path = _printed(server)
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                    _take(browser, base, path, folder)
                    browser.close()
            finally:
                server.terminate()
    return 0


def _printed(server: subprocess.Popen[str]) -> tuple[str, str]:
    for line in server.stdout or ():
        if found := _ADDRESS.search(line):
            return found.group(1), found.group(2)
    raise SystemExit("The demo did not start.")


def _take(browser: Browser, base: str, sign_in: str, folder: Path) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(base + sign_in)
    for picture in PICTURES:
        page.set_viewport_size({"width": picture.width, "height": picture.height})
        mark = "&" if "?" in picture.address else "?"
        page.goto(f"{base}{picture.address}{mark}lang={picture.language}&theme={picture.scheme}")
        if picture.upload:
            page.set_input_files("#files", {"name": picture.upload, "mimeType": "text/csv", "buffer": SURVEY.encode()})
            page.locator("#upload-form button").click()
        # A view that was never asked for before is counted first; its page renews itself.
        page.locator(".head").wait_for()
        page.screenshot(path=folder / f"{picture.name}.png", full_page=picture.whole)
        print(folder / f"{picture.name}.png")  # noqa: T201
    context.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
