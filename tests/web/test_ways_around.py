"""The navigation's areas, HEAD as GET, what a wrong address is told, and names instead of keys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from safar.analysis.filters import BadFilter, Filters
from safar.domain.journey import Step, Touchpoint
from safar.web.arranging import pressed
from tests.web.page_text import Page
from tests.web.web_cast import Cast


def _area(page: str, name: str) -> list[str]:
    found = re.search(rf'<span class="area-name">{name}</span><ul>(.*?)</ul>', page, re.DOTALL)
    return re.findall(r'href="([^"]*)"', found.group(1)) if found else []


def test_every_area_leads_somewhere(cast: Cast) -> None:
    page = cast.client("alice").get("/journey/").content.decode()
    for name in ("Listen", "Map", "Understand", "Act", "Organization"):
        assert _area(page, name), name
    assert _area(page, "Act") == ["/boards/", "/journey/notes/", "/journey/links/"]
    # Notes are about the whole journey, and closed to who sees some units.
    assert _area(cast.client("uma").get("/journey/").content.decode(), "Act") == ["/boards/", "/journey/links/"]


@pytest.mark.parametrize("name", ["alice", "uma"])
def test_what_acts_can_be_opened(cast: Cast, name: str) -> None:
    client = cast.client(name)
    page = client.get("/journey/").content.decode()
    for address in _area(page, "Act"):
        assert client.get(address).status_code == 200
        assert 'aria-current="page"' in client.get(address).content.decode()


def test_assumptions_are_listed_with_their_places(cast: Cast, served: Path) -> None:
    from safar.usecases.workspace import Workspace

    journey, _ = Workspace.open(served).journey()
    places: list[Step | Touchpoint] = [*journey.steps, *journey.touchpoints]
    assumed = [one for one in places if one.assumed is not None]
    page = Page(cast.client("vera").get("/journey/notes/").content)
    for one in assumed:
        assert any(address.endswith(f"/{one.id}/") for address, _text in page.links), one.id
    assert bool(assumed) == ("Table of assumptions" in cast.client("vera").get("/journey/notes/").content.decode())


@pytest.mark.parametrize(
    "address",
    ["/journey/", "/measure/", "/facts/feedback/", "/facts/feedback.csv", "/people/", "/boards/", "/", "/help/"],
)
def test_head_is_answered_as_get(cast: Cast, address: str) -> None:
    client = cast.client("alice")
    asked, got = client.head(address), client.get(address)
    assert asked.status_code == got.status_code
    assert asked.status_code in (200, 302)
    assert not (asked.getvalue() if asked.streaming else asked.content)
    assert asked.get("Content-Type") == got.get("Content-Type")
    assert cast.client("uma").head("/people/").status_code == 403
    assert client.head("/journey/notes/write/").status_code == client.get("/journey/notes/write/").status_code
    assert cast.client(None).head("/journey/")["Location"] == "/sign-in/?next=%2Fjourney%2F"


@pytest.mark.parametrize(
    ("address", "button"),
    [
        ("/imports/99999/", "/imports/"),
        ("/help/no-such-method/", "/help/"),
        ("/journey/edit/touchpoint/?id=none", "/journey/edit/"),
        ("/measure/?metric=none", "/measure/"),
        ("/nowhere/", "/journey/"),
    ],
)
def test_what_is_not_there_leads_to_where_it_would_lie(cast: Cast, address: str, button: str) -> None:
    page = cast.client("alice").get(address).content.decode()
    assert re.findall(r'class="button" href="([^"]*)"', page) == [button]


@pytest.mark.parametrize(
    ("address", "entry"),
    [("/rules/facts/interactions/?rule=0", "/rules/"), ("/frameworks/own/start/", "/frameworks/own/edit/")],
)
def test_a_page_below_another_is_marked_there(cast: Cast, address: str, entry: str) -> None:
    page = cast.client("alice").get(address).content.decode()
    marked = re.search(r'<nav class="areas".*?</nav>', page, re.DOTALL)
    assert marked
    assert re.findall(r'href="([^"]*)" aria-current', marked.group(0)) == [entry]


def test_an_empty_list_of_facts_can_be_left(cast: Cast) -> None:
    page = cast.client("alice").get("/facts/feedback/?since=1950-01-01&until=1950-01-02").content.decode()
    assert re.findall(r'class="button" href="([^"]*)"', page) == ["/facts/feedback/"]


def test_an_unknown_lane_is_refused_as_an_unknown_line_is(cast: Cast) -> None:
    client = cast.client("vera")
    answer = client.get("/journey/?lanes=flow,zzz")
    assert answer.status_code == client.get("/journey/?lines=zzz").status_code == 400
    assert "There is no lane" in answer.content.decode()
    assert client.get("/journey/?lanes=all").status_code == client.get("/journey/?lanes=flow,felt").status_code == 200
    client.cookies["safar_lanes"] = "flow.gone"
    assert client.get("/journey/").status_code == 200


def test_the_end_of_the_calendar_is_told_truly() -> None:
    with pytest.raises(BadFilter, match="lies at the end of the calendar") as found:
        Filters.from_query([("since", "0001-01-01")], time_zone="Asia/Tehran")
    assert "2 to 9998" in found.value.next_step
    with pytest.raises(BadFilter, match="is no date"):
        Filters.from_query([("since", "0000-01-01")], time_zone="Asia/Tehran")


def test_touchpoints_can_be_chosen_in_filters(cast: Cast, served: Path) -> None:
    client = cast.client("vera")
    for address in ("/journey/", "/measure/", "/facts/feedback/", "/measure/answers/"):
        page = client.get(address).content.decode()
        assert '<input type="checkbox" name="touchpoint" value="bill"' in page, address
    narrowed = client.get("/measure/?metric=csat&touchpoint=bill").content.decode()
    assert re.search(r'name="touchpoint" value="bill" checked', narrowed)
    assert "Touchpoint: Bill" in narrowed
    assert 'type="hidden" name="touchpoint"' not in narrowed.split('class="filters')[1].split("</details>")[0]


def test_keys_of_the_data_have_names(cast: Cast) -> None:
    client = cast.client("vera")
    page = client.get("/measure/?metric=share&question=improve_first").content.decode()
    assert "Share of an option: What to improve first" in page
    assert ">improve_first<" not in page
    persian = client.get("/journey/?lanes=all&lang=fa").content.decode()
    for word in ("مرکز تماس", "اپلیکیشن", "در روزی که وعده داده شده"):
        assert word in persian, word
    assert "Call centre" not in persian
    told = client.get("/facts/answers/?question=coverage_check&lang=en").content.decode()
    assert "Question: Coverage check" in told


@pytest.mark.parametrize(
    ("what", "place", "places", "fragment"),
    [
        ("down", 1, 3, "down-step-a"),
        ("down", 2, 3, "up-step-a"),
        ("up", 0, 3, "down-step-a"),
        ("up", 1, 3, "up-step-a"),
        ("to", 1, 3, "step-a"),
        ("down", 0, 1, "step-a"),
    ],
)
def test_the_page_goes_to_the_button_that_was_pressed(what: str, place: int, places: int, fragment: str) -> None:
    assert pressed(what, "step-a", place=place, places=places) == fragment
