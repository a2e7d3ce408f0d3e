"""An export as a person asks for it, watches it and takes it away; with and without scripts."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.browser_kit import Demo, Visit, barriers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
PATIENCE_MS = 60_000


def test_an_export_from_the_list_to_the_file(visit: Visit, demo: Demo, axe: str, tmp_path: Path) -> None:
    page = visit.page
    page.goto(f"{demo.base}/facts/answers/?at_step=usage")
    page.get_by_role("button", name="Make the file").click()
    # The page renews itself; nobody reloads it.
    with page.expect_download(timeout=PATIENCE_MS) as download:
        page.get_by_role("link", name="Download").click(timeout=PATIENCE_MS)
    file = tmp_path / "answers.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as lines:
        assert len(list(csv.reader(lines))) > 10
    address = page.url
    found = []
    for place in (address, f"{demo.base}/jobs/"):
        for language in ("en", "fa"):
            for theme in ("light", "dark"):
                page.goto(f"{place}?lang={language}&theme={theme}")
                found += [(place, language, theme, *one) for one in barriers(page, axe)]
    assert found == []


def test_without_scripts_too(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(demo.fresh_address())
    page.goto(f"{demo.base}/facts/moves/")
    page.get_by_role("button", name="Make the file").click()
    page.get_by_role("link", name="Download").wait_for(timeout=PATIENCE_MS)
    context.close()
