"""The map's views: lanes, time, comparison, lines, touchpoint stories and timelines, for everybody who may see them."""

from __future__ import annotations

import re

import pytest

from safar.analysis.journey_map import JourneyMap
from tests.web.page_text import Page
from tests.web.web_cast import UNIT, Cast

pytestmark = pytest.mark.usefixtures("waits_for_everything")


def test_lanes_go_and_are_remembered(cast: Cast) -> None:
    client = cast.client("alice")
    body = client.get("/journey/?lanes=felt,owner").content.decode()
    lanes = re.findall(r'class="lane-name">([^<]+?) ?<', body)
    assert lanes == ["Experience", "Owner"]
    assert re.findall(r'class="lane-name">([^<]+?) ?<', client.get("/journey/").content.decode()) == lanes
    assert len(re.findall(r'class="lane-name">', client.get("/journey/?lanes=all").content.decode())) == 9


def test_every_month_leads_to_its_contacts(cast: Cast, the_map: JourneyMap) -> None:
    client = cast.client("alice")
    body = client.get("/journey/").content.decode()
    months = re.findall(r'<a href="(/journey/\?since=[^"]+)" rel="nofollow"  title="[^"]*: ([\d,]+) contact', body)
    assert sum(int(n.replace(",", "")) for _, n in months) == the_map.moves
    address, n = months[len(months) // 2]
    page = Page(client.get(address.replace("&amp;", "&")).content)
    assert f"{n}" in page.text
    assert any("vs.since" in found for found, _ in page.links)


def test_a_comparison_tells_both_groups(cast: Cast) -> None:
    client = cast.client("bob")
    body = client.get("/journey/?channel=app&vs.channel=email&lines=channel").content.decode()
    assert "Two groups on one map" in body
    assert 'class="series other"' in body
    assert 'class="series line-1"' in body
    assert client.get("/journey/?vs.nonsense=1").status_code == 400
    assert client.get("/journey/?lines=nonsense").status_code == 400


def test_who_sees_one_unit_compares_within_it(cast: Cast) -> None:
    client = cast.client("uma")
    assert client.get(f"/journey/?vs.unit={UNIT}").status_code == 200
    assert client.get("/journey/?vs.unit=elsewhere").status_code == 403


def test_a_touchpoint_tells_its_story_and_each_number_opens_its_facts(cast: Cast) -> None:
    client = cast.client("alice")
    page = Page(client.get("/journey/touchpoints/bill/").content)
    asked = {kind: next((a, t) for a, t in page.links if f"&{kind}=" in a) for kind in ("previous", "waited", "value")}
    for address, text in asked.values():
        found = re.search(r'id="total">([^<]*)<', client.get(address).content.decode())
        assert found
        assert found.group(1) == text.strip()


def test_a_list_leads_to_its_customers(cast: Cast) -> None:
    client = cast.client("alice")
    page = Page(client.get("/facts/moves/").content)
    address = next(a for a, _ in page.links if a.startswith("/customers/"))
    answer = client.get(address)
    assert answer.status_code == 200
    assert "What happened, newest first" in answer.content.decode()
    for bad in ("/customers/x/", "/customers/99999999999999999999/", "/customers/-/", f"{address}?before=x"):
        assert client.get(bad).status_code == 404, bad


@pytest.mark.parametrize("address", ["/journey/?lang=fa", "/journey/touchpoints/bill/?lang=fa"])
def test_in_persian_by_persian_months(cast: Cast, address: str) -> None:
    body = cast.client("alice").get(address).content.decode()
    assert "فروردین" in body
    assert len(body.encode()) < 300_000
