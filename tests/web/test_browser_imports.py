"""A file as a person brings it in: upload, correct, check, import, look at the map; in both languages and themes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.browser_kit import Demo, Visit, barriers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
PATIENCE_MS = 60_000


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    lines = ["response id,customer,answered at,branch,satisfaction,ease of use,comment"]
    lines += [
        f"R{n},C{n % 9},2026-03-{n % 27 + 1:02d} 10:00,north-1,{n % 5 + 1 if n != 7 else 'none'},{n % 7 + 1},"
        f'"Waited long, please write to ann{n}@example.org"'
        for n in range(60)
    ]
    path = tmp_path / "branch-survey.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_from_the_file_to_the_map(visit: Visit, demo: Demo, axe: str, survey: Path) -> None:
    page = visit.page
    found: list[tuple[object, ...]] = []

    def look() -> None:
        address = page.url.partition("?")[0].partition("#")[0]
        for language in ("en", "fa"):
            for theme in ("light", "dark"):
                page.goto(f"{address}?lang={language}&theme={theme}")
                found.extend((address, language, theme, *one) for one in barriers(page, axe))
        page.goto(f"{address}?lang=en&theme=light")

    page.goto(f"{demo.base}/imports/")
    page.get_by_role("link", name="Import files").first.click()
    look()
    page.locator("#files").set_input_files(survey)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/imports/uploads/**")
    look()
    assert page.locator("mark").first.inner_text().endswith("[e-mail]")
    # Corrected in place: the preview follows without a reload.
    page.get_by_label("What ease of use is").select_option("rating")
    page.get_by_label("Highest value of ease of use").wait_for(timeout=PATIENCE_MS)
    page.get_by_label("Which end of ease of use is good").select_option("low")
    page.locator(".samples").get_by_text("ease_of_use").first.wait_for(timeout=PATIENCE_MS)
    page.get_by_label("Which end of ease of use is good").wait_for()
    page.get_by_label("Time zone").fill("Mars/Base")
    page.get_by_label("Time zone").press("Enter")
    page.get_by_text("is no time zone").wait_for(timeout=PATIENCE_MS)
    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.get_by_label("Time zone").press("Enter")
    page.get_by_text("is no time zone").wait_for(state="detached", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Check all rows").click()
    page.locator("#checked").get_by_text("not a number").wait_for(timeout=PATIENCE_MS)
    look()
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("link", name="See what was imported").click(timeout=PATIENCE_MS)
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    assert "60 records = 59 accepted + 0 unchanged + 1 set aside" in page.locator(".balance").first.inner_text()
    look()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the rows").click()
    assert "none" in Path(download.value.path()).read_text(encoding="utf-8")
    address = page.url.partition("?")[0]
    page.get_by_role("link", name="Open the journey map").click()
    page.locator(".map").wait_for(timeout=PATIENCE_MS)
    page.goto(f"{address}undo/")
    look()
    page.get_by_role("button", name="Undo the import").click()
    page.get_by_text("is undone").wait_for(timeout=PATIENCE_MS)
    look()
    assert found == []


def test_without_scripts_too(browser: Browser, demo: Demo, survey: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(demo.fresh_address())
    page.goto(f"{demo.base}/imports/new/")
    page.locator("#files").set_input_files(survey)
    page.get_by_role("button", name="Upload").click()
    page.get_by_label("What ease of use is").select_option("rating")
    page.get_by_role("button", name="Save the corrections and look again").click()
    page.get_by_label("Highest value of ease of use").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Remove the upload").click()
    page.get_by_text("Nothing was imported").wait_for()
    context.close()
