"""Take a picture of every page in every dress, to be looked at by people: the gallery.

    python -m tools.gallery [FOLDER] [TITLE ...]      # default: gallery, every page

Serves a demo that was used for a while and an empty workspace, opens each page of tests/web/every_page.py on a desk, on
a phone, in the dark, in Persian, on a phone in Persian, and on paper, and writes one `index.html` that shows them all.
TITLE: only pages whose title holds one of these words. What the documentation shows is taken by `make pictures`.
"""

from __future__ import annotations

import html
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.web.browser_kit import FLAGS, Served, chromium, run, serving, serving_demo
from tests.web.every_page import Place, contexts, empty_places, fill, places, settle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
FACTS = 60_000
TALLEST = 2600
"""Pixels; what is longer repeats itself."""


@dataclass(frozen=True)
class Dress:
    """How a page is looked at."""

    name: str
    width: int = 1440
    height: int = 900
    language: str = "en"
    theme: str = "light"
    paper: bool = False


DRESSES = (
    Dress("desktop"),
    Dress("phone", width=390, height=844),
    Dress("dark", theme="dark"),
    Dress("persian", language="fa"),
    Dress("persian-phone", width=390, height=844, language="fa"),
    Dress("print", paper=True),
    Dress("print-persian", language="fa", paper=True),
)


def main(arguments: list[str]) -> int:
    """Take all pictures. Returns the exit code."""
    from playwright.sync_api import sync_playwright

    folder = Path(arguments[0]) if arguments else ROOT / "gallery"
    words = arguments[1:]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        with serving_demo(Path(temporary) / "demo", facts=FACTS) as served:
            found = fill(served, browser)
            taken = _take_all(browser, served, _picked(places(found), words), found, folder)
        bare = Path(temporary) / "bare"
        run("init", str(bare), "--name", "Northern Air")
        with serving("serve", "-w", str(bare), folder=bare) as served:
            taken += _take_all(browser, served, _picked(empty_places(), words), {}, folder)
        browser.close()
    (folder / "index.html").write_text(_sheet(taken), encoding="utf-8")
    print(folder / "index.html")  # noqa: T201
    return 0


def _picked(listed: list[Place], words: list[str]) -> list[Place]:
    return [place for place in listed if not words or any(word in place.title for word in words)]


def _take_all(
    browser: Browser, served: Served, listed: list[Place], found: Mapping[str, str], folder: Path
) -> list[Place]:
    windows = contexts(served, browser, found, reduced_motion="reduce")
    pages = {who: window.new_page() for who, window in windows.items()}
    for place in listed:
        for dress in DRESSES:
            _take(pages[place.who], served.base, place, dress, folder)
        print(place.title, flush=True)  # noqa: T201
    for window in windows.values():
        window.close()
    return listed


def _take(page: Page, base: str, place: Place, dress: Dress, folder: Path) -> None:
    page.set_viewport_size({"width": dress.width, "height": dress.height})
    page.goto(place.at(base, language=dress.language, theme=dress.theme))
    if place.press:
        page.locator(place.press).first.click()
        page.wait_for_load_state()
    settle(page)
    path = folder / _file(place, dress)
    if dress.paper:
        page.pdf(path=path, prefer_css_page_size=True, print_background=True)
        return
    tall = min(TALLEST, max(dress.height, int(page.evaluate("document.documentElement.scrollHeight"))))
    page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": dress.width, "height": tall})


def _file(place: Place, dress: Dress) -> str:
    return f"{place.title}.{dress.name}.{'pdf' if dress.paper else 'png'}"


def _sheet(taken: list[Place]) -> str:
    rows = []
    for place in taken:
        cells = []
        for dress in DRESSES:
            name = html.escape(_file(place, dress))
            shown = (
                f'<object data="{name}#view=Fit" type="application/pdf" width="320" height="240">{dress.name}</object>'
                if dress.paper
                else f'<img src="{name}" alt="{dress.name}" height="240" loading="lazy">'
            )
            cells.append(f'<figure><a href="{name}">{shown}</a><figcaption>{dress.name}</figcaption></figure>')
        address = html.escape(place.address)
        rows.append(f"<h2>{place.title}</h2><p><code>{address}</code></p><div>{''.join(cells)}</div>")
    style = (
        "body{font:14px sans-serif;margin:24px}div{display:flex;gap:12px;overflow-x:auto}figure{margin:0}"
        "img{border:1px solid #ccc;object-fit:cover;object-position:top;max-width:480px}h2{margin:24px 0 0}p{margin:0}"
    )
    head = f'<!doctype html><meta charset="utf-8"><title>Gallery</title><style>{style}</style>'
    return f"{head}<h1>Gallery</h1>{''.join(rows)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
