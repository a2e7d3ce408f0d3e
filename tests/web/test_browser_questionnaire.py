"""A study's questionnaire in a real browser: from a framework's proposal to answers that come back, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safar.files.questionnaire import read_toml
from safar.usecases.questionnaires import AnswerShape, simulate_answers
from tests.web.browser_kit import Served, barriers, serving_demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demo of its own."""
    with serving_demo(tmp_path_factory.mktemp("questionnaire") / "demo", facts=6_000) as served:
        yield served


def _study(page: Page, place: Served) -> str:
    page.goto(f"{place.base}/studies/new/")
    page.get_by_label("Title").fill("Relief")
    page.get_by_label("a proposal from a framework").check()
    page.locator("#id_framework").select_option("relief")
    page.get_by_role("button", name="Make the study").click()
    page.wait_for_url(re.compile(r"/studies/[0-9a-f-]{36}/$"))
    return page.url


def test_from_a_proposal_to_answers_without_scripts(browser: Browser, place: Served) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(place.fresh_address())
    study = _study(page, place)
    page.get_by_role("navigation", name="Steps of the study").get_by_role("link", name="Questionnaire").click()
    page.get_by_text("31 questions on 4 pages.").wait_for()
    page.get_by_role("link", name="Write the wording").click()
    first = page.locator("textarea[lang=en]").nth(3)
    first.fill("")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("This is needed: English is the first language.").wait_for()
    page.locator('textarea[aria-invalid="true"]').fill("I get the help that I was promised.")
    page.get_by_label("reversed: agreement speaks against the construct").nth(1).check()
    page.get_by_label("All wording is settled").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Nothing is open").wait_for()
    page.get_by_text("I get the help that I was promised.").wait_for()
    with page.expect_download() as got:
        page.get_by_role("link", name="TOML").click()
    assert got.value.suggested_filename.endswith(".toml")
    asked = read_toml(Path(got.value.path()).read_text(encoding="utf-8"))
    assert sum(item.reversed for item in asked.items) == 1
    answers = simulate_answers(asked, 90, shape=AnswerShape.LIMESURVEY, seed=3, first_day=date(2026, 5, 1))
    page.goto(f"{study}data/")
    page.set_input_files("#file", {"name": "results-survey.csv", "mimeType": "text/csv", "buffer": answers})
    page.get_by_role("button", name="Upload").click()
    page.get_by_text("Read by the study's questionnaire:").wait_for()
    assert page.locator(".histogram").count() == 31
    context.close()


@pytest.mark.parametrize("options", [{"viewport": {"width": 360, "height": 740}}, {"color_scheme": "dark"}])
@pytest.mark.parametrize("language", ["en", "fa"])
def test_nothing_stands_in_anybodys_way(
    browser: Browser, place: Served, axe: str, options: dict[str, object], language: str
) -> None:
    context = browser.new_context(**options, locale="en-US")  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(place.fresh_address())
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    study = _study(page, place)
    for name in ("questionnaire/", "questionnaire/edit/"):
        page.goto(f"{study}{name}?lang={language}")
        assert barriers(page, axe) == [], name
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), name
    # What is wrong stands beside its field, and the file's fault beside the file.
    page.locator("textarea[lang=en]").nth(3).fill("")
    page.locator(".save-bar button").first.click()
    page.locator('textarea[aria-invalid="true"]').wait_for()
    assert barriers(page, axe) == []
    page.goto(f"{study}questionnaire/")
    page.set_input_files("#file", {"name": "q.toml", "mimeType": "text/plain", "buffer": b'name = "a"\ntitle = 1\n'})
    page.locator("form", has=page.locator("#file")).locator("button").click()
    page.locator("#refused").wait_for()
    assert barriers(page, axe) == []
    assert said == ["Failed to load resource: the server responded with a status of 400 (Bad Request)"] * 2
    context.close()
