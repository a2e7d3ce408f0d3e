"""Every number shown has a link to how it is made, and every such link leads to a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from safar.analysis.metric import METRICS
from safar.web.methods import method_names, read_method
from tests.web.page_text import Page
from tests.web.web_cast import Cast

DOCS = Path(__file__).resolve().parents[2] / "docs" / "methods"
_PAGES = ("/journey/", "/journey/steps/usage/", "/journey/touchpoints/bill/")


def test_every_metric_has_its_page() -> None:
    assert {name.replace("_", "-") for name in METRICS} <= set(method_names())
    assert set(method_names()) == {file.stem for file in DOCS.glob("*.md")} - {"index"}


@pytest.mark.parametrize("language", ["en", "fa"])
def test_every_help_link_leads_to_a_page(cast: Cast, language: str) -> None:
    client = cast.client("uma")
    todo, seen = [*_PAGES, "/help/"], set[str]()
    while todo:
        address = todo.pop()
        answer = client.get(address, {"lang": language})
        assert answer.status_code == 200, address
        seen.add(address)
        found = {told for told, _ in Page(answer.content).links if told.startswith("/help/")}
        todo += sorted(found - seen - set(todo))
    assert {f"/help/{name}/" for name in method_names()} <= seen


def test_every_number_shown_has_a_help_link(cast: Cast) -> None:
    client = cast.client("vera")
    for address in _PAGES:
        body = client.get(address).content.decode()
        for metric in ("nps", "csat", "ces"):
            shown = len(re.findall(rf">{metric.upper()}</abbr>", body))
            assert body.count(f'href="/help/{metric}/"') == shown, (address, metric)
    body = client.get("/journey/").content.decode()
    lanes = re.findall(
        r'<span class="lane-name">(.*?)</span>\s*(?:<span class="(?:caption|key)"|</th>)', body, re.DOTALL
    )
    tiles = re.findall(r'<dl class="tiles">(.*?)</dl>', body, re.DOTALL)[0]
    assert len(lanes) >= 6
    # Who owns a place and what is promised there are no numbers.
    assert {lane for lane in lanes if "/help/" not in lane} <= {"Owner", "Standard"}
    assert tiles.count("<dt>") == tiles.count('class="help"') == 5
    for address in _PAGES[1:]:
        page = client.get(address).content.decode()
        for name in ("felt", "volume", "waiting"):
            assert re.search(rf'<h2 id="{name}">[^\n]*?href="/help/', page), (address, name)


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("name", method_names())
def test_a_method_page_keeps_to_the_policy(cast: Cast, name: str, language: str) -> None:
    html = read_method(name, language).html
    assert " style=" not in html
    assert "<script" not in html
    assert "<img" not in html
    assert all(address.startswith("/help/") for address in re.findall(r'href="([^"]*)"', html))
    assert "|--" not in html, "a table is not read as one"


@pytest.mark.parametrize("odd", ["..%2F..%2Fsecret", "NPS", "nps.md", "a" * 80, "%00"])
def test_no_other_file_is_read(cast: Cast, odd: str) -> None:
    assert cast.client("alice").get(f"/help/{odd}/").status_code == 404
