"""Tables whose rows are cards on a narrow screen: labels, roles, and that no page's table of rows goes without."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.web.card_rows import card_rows
from tests.web.web_cast import Cast


class _Cells(HTMLParser):
    """(tag, attributes) of all that stands in a table of cards."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "table":
            self._inside = "cards" in (told.get("class") or "").split()
        if self._inside and tag in ("table", "thead", "tbody", "tfoot", "tr", "th", "td"):
            self.found.append((tag, told))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "table"


def _labels(html: str) -> list[str | None]:
    return [told.get("data-label") for tag, told in _Cells(html).found if tag == "td"]


HEAD = '<thead><tr><th scope="col">Name</th><th scope="col">{}</th><th scope="col">{}</th></tr></thead>'


def test_each_cell_is_told_its_heading() -> None:
    head = HEAD.format(
        '<a href="?a=1&amp;b=2">State <span aria-hidden="true">▲</span></a>', '<span class="sr">Change</span>'
    )
    body = '<tbody><tr><th scope="row">A</th><td class="n">open</td><td><a href="/">Edit</a></td></tr></tbody>'
    found = card_rows(f'<table class="cards">{head}{body}</table>')
    assert _labels(found) == ["State", None]
    assert 'role="table"' in found
    assert found.count('role="columnheader"') == 3
    assert found.count('role="rowheader"') == 1
    assert found.count('role="cell"') == 2


def test_a_label_of_its_own_stays_and_a_heading_may_say_another() -> None:
    head = HEAD.format("State", "Long heading").replace(
        '<th scope="col">Long', '<th scope="col" data-label="Short">Long'
    )
    row = '<tr><th scope="row">A</th><td data-label="">open</td><td>1</td></tr>'
    found = card_rows(f'<table class="cards">{head}<tbody>{row}</tbody></table>')
    assert _labels(found) == ["", "Short"]
    assert found.count("data-label") == 3


def test_two_rows_of_headings_and_cells_that_take_two_columns() -> None:
    html = (
        '<table class="cards"><thead><tr><th rowspan="2">Step</th><th colspan="2">Channel</th></tr>'
        "<tr><th>app</th><th>web</th></tr></thead><tbody>"
        '<tr><th scope="row">Use</th><td>1</td><td>2</td></tr>'
        '<tr><th scope="row">Bill</th><td colspan="2">none</td></tr>'
        "</tbody></table>"
    )
    assert _labels(card_rows(html)) == ["app", "web", "app"]


@given(st.lists(st.text(alphabet='ab"&<>«۱', max_size=6), min_size=1, max_size=5))
def test_headings_cannot_break_out_of_their_cells(names: list[str]) -> None:
    from html import escape

    # As templates write them: escaped, but for quotation marks in a text of the template's own.
    heads = "".join(f"<th>{escape(name, quote=False)}</th>" for name in names)
    cells = "".join("<td>x</td>" for _ in names)
    found = _labels(card_rows(f'<table class="cards"><thead><tr>{heads}</tr></thead><tr>{cells}</tr></table>'))
    assert found == [" ".join(name.split()) or None for name in names]


PAGES = (
    "/facts/feedback/", "/facts/interactions/", "/touchpoints/", "/people/", "/measure/",
    "/measure/?by=step&by=channel", "/rules/", "/journey/edit/",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_tables_of_the_pages_keep_their_meaning(cast: Cast, address: str) -> None:
    body = cast.client("alice").get(address).content.decode()
    found = _Cells(body).found
    assert [tag for tag, _told in found if tag == "td"], address
    assert all(told.get("role") for _tag, told in found)
    named = [told for tag, told in found if tag == "td" and told.get("data-label")]
    assert named, "cells say on a phone what they are"


def test_the_words_of_customers_come_first(cast: Cast) -> None:
    found = _Cells(cast.client("alice").get("/facts/feedback/?state=words").content.decode()).found
    words = [told for tag, told in found if tag == "td" and "words" in (told.get("class") or "").split()]
    assert words
    assert all(
        {"first", "whole"} <= set((told["class"] or "").split()) and not told.get("data-label") for told in words
    )


def test_no_page_has_a_mechanism_of_its_own() -> None:
    static = Path(__file__).resolve().parents[2] / "src" / "safar" / "web" / "static"
    assert [file.name for file in static.glob("*.css") if "attr(data-label)" in file.read_text(encoding="utf-8")] == [
        "safar.css"
    ]
