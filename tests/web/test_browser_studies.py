"""Studies in a real browser: from the example to a compared result, without scripts, by keyboard, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.web.browser_kit import Served, barriers, serving_demo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
FEW = "200"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demo of its own."""
    with serving_demo(tmp_path_factory.mktemp("studies") / "demo", facts=6_000) as served:
        yield served


def _window(browser: Browser, place: Served, **options: object) -> Page:
    context = browser.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(place.fresh_address())
    return page


def _example(page: Page, place: Served) -> str:
    """A new study of the example, by its id."""
    page.goto(f"{place.base}/studies/?lang=en")
    page.get_by_role("button", name=re.compile("simulated example")).click()
    page.wait_for_url(re.compile(r"/studies/[0-9a-f-]{36}/$"))
    return page.url.split("/")[-2]


def _importance(page: Page, place: Served, study: str) -> None:
    page.goto(f"{place.base}/studies/{study}/run/")
    page.locator("#further-importance > summary").click()
    page.locator("#further-importance button").click()
    page.get_by_role("img", name="Importance-performance map: What moves Loyalty").wait_for()


def _run(page: Page, place: Served, study: str, seed: str) -> None:
    page.goto(f"{place.base}/studies/{study}/run/")
    page.get_by_label("Resamples", exact=True).fill(FEW)
    page.locator("#id_seed").fill(seed)
    page.get_by_role("button", name="Run the model").click()
    page.get_by_role("heading", name="What became of each claim").wait_for()


def test_from_the_example_to_a_comparison(browser: Browser, place: Served, axe: str) -> None:
    page = _window(browser, place, viewport={"width": 1440, "height": 1000})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    study = _example(page, place)
    assert barriers(page, axe) == []
    page.get_by_role("navigation", name="Steps of the study").get_by_role("link", name="Data").click()
    page.get_by_role("heading", name="How each item is answered").wait_for()
    assert barriers(page, axe) == []
    page.get_by_role("link", name="On to the checks").click()
    page.get_by_text("Ready to be estimated").wait_for()
    assert barriers(page, axe) == []
    # Typing is looked at without sending the form.
    page.get_by_role("navigation", name="Steps of the study").get_by_role("link", name="Model").click()
    area = page.get_by_label("TOML, or lavaan's syntax")
    text = area.input_value()
    area.fill(text.replace('to = "experience"', 'to = "experienze"'))
    page.get_by_text("experienze").first.wait_for()
    assert "Line " in page.locator("#text-wrong").inner_text()
    area.fill(text)
    page.locator("#look svg").wait_for()
    assert barriers(page, axe) == []
    page.get_by_role("link", name="By form").click()
    page.get_by_text("Add a path").click()
    page.get_by_label("From", exact=True).fill("satisfaction")
    page.get_by_label("To", exact=True).fill("loyalty")
    page.get_by_role("button", name="Add the path").click()
    page.get_by_text("In order: 5 constructs, 17 items, 6 paths.").wait_for()
    assert barriers(page, axe) == []
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("is in force again").wait_for()
    _run(page, place, study, "1")
    assert barriers(page, axe) == []
    drawn = page.locator(".drawing svg rect").count()
    page.get_by_role("link", name="Without items").click()
    page.wait_for_url("**items=hidden**")
    assert page.locator(".drawing svg rect").count() < drawn
    with page.expect_download() as got:
        page.locator("#t-paths").get_by_role("link", name="LaTeX").click()
    assert "\\begin{table}" in got.value.path().read_text(encoding="utf-8")
    _run(page, place, study, "2")
    page.get_by_role("navigation", name="Steps of the study").get_by_role("link", name="Results").click()
    for box in page.locator("[name=run]").all():
        box.check()
    page.get_by_role("button", name="Compare the ticked runs").click()
    page.get_by_text("All have the same items.").wait_for()
    assert barriers(page, axe) == []
    page.get_by_role("button", name="Test which predicts better").click()
    page.get_by_role("link", name="Compare the same runs path by path").click()
    page.get_by_text("Models two by two (CVPAT)").wait_for()
    assert barriers(page, axe) == []
    _importance(page, place, study)
    assert barriers(page, axe) == []
    assert said == []
    # A wrong choice stands beside its field, and what was typed is still there.
    page.goto(f"{place.base}/studies/{study}/run/")
    page.locator("#further-predict > summary").click()
    page.locator("#id_predict_folds").fill("1")
    page.locator("#id_predict_seed").fill("7")
    assert barriers(page, axe) == []
    page.locator("#further-predict button").click()
    page.get_by_text("2 at least, or 0").wait_for()
    assert page.locator("#id_predict_seed").input_value() == "7"
    assert barriers(page, axe) == []
    page.context.close()


_DRAWN = "all => all.map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)"


@pytest.mark.parametrize("options", [{"viewport": {"width": 360, "height": 740}}, {"color_scheme": "dark"}])
def test_every_page_in_persian(browser: Browser, place: Served, axe: str, options: dict[str, object]) -> None:
    """Nothing wider than a phone, nothing that a screen reader stumbles over."""
    page = _window(browser, place, **options)
    study = _example(page, place)
    _run(page, place, study, "1")
    _importance(page, place, study)
    page.goto(f"{place.base}/studies/?lang=fa")
    asked = ("questionnaire/", "questionnaire/edit/")
    done = ("runs/1/", "runs/2/")
    for name in ("", "data/", "checks/", "model/", "model/form/", "versions/", *asked, "run/", "runs/", *done):
        page.goto(f"{place.base}/studies/{study}/{name}")
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert barriers(page, axe) == [], name
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), name
    # One of the two drawings is seen, as wide as the window has it, with letters that can be read.
    phone = page.evaluate("innerWidth") < 760
    assert page.locator(".importance-map .on-phone svg").is_visible() == phone
    assert page.locator(".importance-map .on-page svg").is_visible() != phone
    letters = page.locator(".importance-map svg text >> visible=true")
    assert min(letters.evaluate_all(_DRAWN)) >= 11.9
    page.context.close()


def test_without_scripts_and_by_keyboard(browser: Browser, place: Served) -> None:
    page = _window(browser, place, java_script_enabled=False)
    page.goto(f"{place.base}/studies/new/")
    page.get_by_label("Title").focus()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/studies/[0-9a-f-]{36}/$"))
    page.get_by_role("link", name="Model", exact=True).first.click()
    page.get_by_label("TOML, or lavaan's syntax").fill("care =~ a1 + a2\nloyal =~ b1 + b2\nloyal ~ carex\n")
    page.get_by_role("button", name="Check without saving").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Line 3: construct 'carex'").wait_for()
    page.get_by_label("TOML, or lavaan's syntax").fill("care =~ a1 + a2\nloyal =~ b1 + b2\nloyal ~ care\n")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("In order: 2 constructs, 4 items, 1 paths.").wait_for()
    page.get_by_role("navigation", name="Steps of the study").get_by_role("link", name="Data").click()
    rows = "a1,a2,b1,b2\n" + "".join(f"{k % 5},{(k * 3) % 5},{(k * k) % 5},{k % 4}\n" for k in range(60))
    page.set_input_files("#file", {"name": "rows.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.get_by_role("button", name="Upload").click()
    page.get_by_text("60 rows, 4 columns.").wait_for()
    page.get_by_role("link", name="On to the checks").click()
    page.get_by_text("Ready to be estimated").wait_for()
    page.context.close()
