"""Ordering by drag in a real browser: with a mouse, with a finger, right to left, and said aloud."""

from __future__ import annotations

import pytest

from tests.web.browser_kit import Demo, Visit, barriers

pytestmark = pytest.mark.slow

PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True}
FIRST = "[data-drag=touchpoint]"


def _names(visit: Visit, kind: str = "touchpoint") -> list[str]:
    found = visit.page.locator(f"[data-drag={kind}]").evaluate_all("all => all.map(one => one.dataset.id)")
    return [str(one) for one in found]


def _middle(visit: Visit, selector: str, n: int) -> tuple[float, float]:
    box = visit.page.locator(selector).nth(n).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _own(visit: Visit) -> int:
    """The first step with three touchpoints: the number of its first one among all."""
    counts = visit.page.locator("[data-holds=touchpoint]").evaluate_all(
        "all => all.map(one => one.querySelectorAll('[data-drag=touchpoint]').length)"
    )
    place = next(i for i, n in enumerate(counts) if n >= 3)
    return sum(counts[:place])


def _said(visit: Visit) -> str:
    return visit.page.locator("[data-said]").inner_text()


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_touchpoint_is_dragged_by_mouse_and_the_move_is_taken_back(
    visit: Visit, demo: Demo, axe: str, language: str
) -> None:
    page = visit.page
    page.goto(f"{demo.base}/journey/edit/?lang={language}")
    assert barriers(page, axe) == []
    names, first = _names(visit), _own(visit)
    grips = f"{FIRST} .grip"
    page.locator(grips).nth(first).scroll_into_view_if_needed()
    page.mouse.move(*_middle(visit, grips, first))
    page.mouse.down()
    x, y = _middle(visit, FIRST, first + 2)
    page.mouse.move(x, y - 4, steps=6)
    page.locator(".drop-before, .drop-after").first.wait_for()
    page.mouse.move(x, y + 8, steps=4)
    page.wait_for_function("document.querySelector('[data-said]').textContent !== ''")
    expected = "3" if language == "en" else "۳"
    page.wait_for_function(f"document.querySelector('[data-said]').textContent.includes('{expected}')")
    with page.expect_navigation():
        page.mouse.up()
    moved = [*names[:first], names[first + 1], names[first + 2], names[first], *names[first + 3 :]]
    assert _names(visit) == moved
    with page.expect_navigation():
        page.locator(".toast button").first.click()
    assert _names(visit) == names
    page.goto(f"{demo.base}/journey/edit/?lang=en")


def test_escape_leaves_everything_where_it_was(visit: Visit, demo: Demo) -> None:
    page = visit.page
    page.goto(f"{demo.base}/journey/edit/")
    names = _names(visit, "step")
    page.mouse.move(*_middle(visit, "[data-drag=step] .title-line .grip", 0))
    page.mouse.down()
    page.mouse.move(*_middle(visit, "[data-drag=step]", 2), steps=5)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert "Left where it was" in _said(visit) or _said(visit) == ""
    assert _names(visit, "step") == names
    assert page.locator(".is-dragging, .dragged, .drop-before").count() == 0


# So high that the page need not scroll under the finger.
@pytest.mark.parametrize("visit", [{**PHONE, "viewport": {"width": 390, "height": 2400}}], indirect=True)
def test_a_step_is_dragged_by_finger(visit: Visit, demo: Demo) -> None:
    page = visit.page
    page.goto(f"{demo.base}/journey/edit/")
    names = _names(visit, "step")
    grip = "[data-drag=step] .title-line .grip"
    page.locator(grip).first.scroll_into_view_if_needed()
    touch = visit.context.new_cdp_session(page)

    def send(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = _middle(visit, grip, 0)
    send("touchStart", x, y)
    page.locator(".is-dragging-step").wait_for()
    _, to = _middle(visit, "[data-drag=step]", 1)
    for part in range(1, 7):
        send("touchMove", x, y + (to + 12 - y) * part / 6)
    page.locator(".drop-before, .drop-after").first.wait_for()
    with page.expect_navigation():
        send("touchEnd")
    assert _names(visit, "step") == [names[1], names[0], *names[2:]]
    with page.expect_navigation():
        page.locator(".toast button").first.click()
    assert _names(visit, "step") == names


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_the_buttons_do_it(visit: Visit, demo: Demo) -> None:
    page = visit.page
    page.goto(f"{demo.base}/journey/edit/")
    assert page.locator(".grip").count() == 0
    rows = page.locator(FIRST)
    names = [rows.nth(i).get_attribute("data-id") for i in range(rows.count())]
    down = page.locator(f"{FIRST} button[value^='down:']:not([disabled])").first
    first = names.index((down.get_attribute("value") or "").rpartition(":")[2])
    down.click()
    assert rows.nth(first + 1).get_attribute("data-id") == names[first]
    page.locator(".toast button").first.click()
    assert rows.nth(first).get_attribute("data-id") == names[first]
