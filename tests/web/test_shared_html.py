"""Pieces of pages that many readers share: the same for the same, never one reader's for another."""

from __future__ import annotations

import time
from typing import Any

import pytest

from safar.web.shared_html import SharedHtml, Sharing, once
from tests.web.web_cast import UNIT, Cast


def _rendered(text: str, **context: Any) -> str:
    from django.template import engines

    return engines["django"].from_string(text).render(context)


def _sharing(path: str, *results: object) -> Sharing | None:
    from django.test import RequestFactory

    return Sharing.of(RequestFactory().get(path), results=results)


def test_a_piece_sees_only_what_it_names(cast: Cast) -> None:
    inside = "{% shared sharing with page %}{{ page }}{{ reader }}{% csrf_token %}{% endshared %}"
    text = f"{{% load sharing %}}{inside}{{{{ reader }}}}"
    assert _rendered(text, sharing=None, page="p", reader="r", csrf_token="t" * 64) == "pr"


def test_a_piece_is_written_once_for_the_same_results(cast: Cast) -> None:
    from django.template import engines

    template = engines["django"].from_string(
        "{% load sharing %}{% shared sharing with page %}{{ page }}{% endshared %}"
    )
    made: list[int] = []

    def page() -> str:
        made.append(1)
        return f"page {len(made)}"

    result, other = {"of": 1}, {"of": 1}
    for path, one, told in (
        ("/a/", result, "page 1"),
        ("/a/", result, "page 1"),
        ("/a/?b=1", result, "page 2"),
        ("/a/", other, "page 3"),
        ("/a/", result, "page 1"),
    ):
        assert template.render({"sharing": _sharing(path, one), "page": once(page)}) == told


def test_nothing_that_a_request_brings_is_shared(cast: Cast) -> None:
    from django.test import RequestFactory

    from safar.web.day_field import DaysAsked

    assert Sharing.of(RequestFactory().post("/a/"), results=()) is None
    request = RequestFactory().get("/a/")
    request.days_asked = DaysAsked()  # type: ignore[attr-defined]
    assert Sharing.of(request, results=()) is None


def test_no_more_is_held_than_the_limits_say(cast: Cast) -> None:
    from django.utils.safestring import SafeString

    held = SharedHtml(most=3, most_letters=100)
    for number in range(10):
        held.get((number,), lambda: SafeString("x" * 30))
    assert len(held._held) == 3
    held.get(("large",), lambda: SafeString("x" * 90))
    assert sum(map(len, held._held.values())) <= 100
    assert held.get(("larger",), lambda: SafeString("x" * 200)) == "x" * 200
    assert not held._held


@pytest.mark.parametrize("address", ["/journey/", "/journey/?channel=app"])
def test_a_map_that_is_shared_says_the_same_to_everybody(cast: Cast, address: str) -> None:
    def body(name: str) -> str:
        until = time.monotonic() + 120
        # Trends and comments come to the map when they are ready.
        while "being counted" in (page := cast.client(name).get(address).content.decode()) and time.monotonic() < until:
            time.sleep(0.1)
        return page.partition('<div class="head">')[2].partition("</main>")[0]

    assert body("alice") == body("bob")
    # A viewer is offered no note to write, beside the same map.
    table = body("alice").partition("<table")[2]
    assert table
    assert body("vera").partition("<table")[2] == table
    limited = body("uma")
    assert limited != body("alice")
    assert UNIT in limited


def test_a_shared_map_keeps_to_the_reader_s_language(cast: Cast) -> None:
    english, persian = (
        cast.client("alice").get("/journey/", headers={"Accept-Language": language}).content.decode()
        for language in ("en", "fa")
    )
    assert "Reach the goal" in english
    assert "Reach the goal" not in persian
