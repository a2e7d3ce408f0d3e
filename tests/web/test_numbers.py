"""Every number opens what stands behind it, or says why nothing does; every statistic has its method beside it."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from safar.web.methods import method_names
from tests.web.number_marks import MarkedPage, Number, marked
from tests.web.page_text import Page, whole_number
from tests.web.web_cast import Cast

pytestmark = pytest.mark.usefixtures("waits_for_everything")

if TYPE_CHECKING:
    from django.test import Client

PAGES = (
    "/journey/?lanes=all",
    "/journey/?lanes=all&channel=app&vs.channel=email&lines=channel",
    "/journey/steps/usage/",
    "/journey/touchpoints/bill/",
    "/journey/touchpoints/bill/?channel=email",
    "/touchpoints/",
    "/rules/",
    "/measure/?metric=nps&by=step&over=month",
    "/measure/?metric=csat&by=touchpoint&by=channel",
    "/measure/?metric=experience-index&by=quarter&channel=app",
    "/measure/?metric=share&question=improve_first&by=channel",
    "/measure/?metric=mean&by=channel&repeats=all",
    "/imports/",
    "/imports/1/",
    "/customers/FIRST/",
    "/customers/FIRST/?only=answer",
    "/measure/?metric=nps&by=channel&PICKED",
    "/measure/answers/?metric=nps",
    "/frameworks/",
    "/frameworks/stepwise/",
    "/frameworks/compare/?left=stepwise&right=platform",
    "/facts/moves/",
    "/facts/passages/",
    "/facts/feedback/",
    "/boards/",
    "/journeys/",
    "/search/?q=bill",
    "/people/",
    "/jobs/",
)
SLOW = PAGES[1], PAGES[4]
"""Like the page before them, with more on it."""


def _asked(address: str) -> object:
    return pytest.param(address, marks=pytest.mark.slow) if address in SLOW else address


ALONE = {"bound", "choice", "closed", "difference", "fact", "file", "gone", "here", "paper", "set"}
"""Why a number leads nowhere. bound: of the interval of the figure beside it; choice: how much a choice of a form would
show; closed: answers of employees and managers, which are never listed; difference: of two figures that stand beside
it and lead on; fact: a fact's own; file: about rows of a file that the log does not keep; gone: facts that are not
there any more, or were not touched; here: what it counts is on this very page; paper: printed in a paper; set:
somebody set it."""
OF_NO_METHOD = {"set", "paper", "fact", "here"}


@pytest.mark.parametrize("address", [*map(_asked, PAGES)])
def test_every_number_leads_to_what_stands_behind_it(cast: Cast, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    client = cast.client("alice")
    whole = _whole(client, address)
    marked(monkeypatch)
    answer = client.get(whole)
    assert answer.status_code == 200
    dead = [
        one.where for one in MarkedPage(answer.content).numbers if one.address is None and one.why_alone not in ALONE
    ]
    assert not dead, "\n".join(dead)


@pytest.mark.parametrize("address", [*map(_asked, PAGES)])
def test_every_statistic_has_its_method_beside_it(cast: Cast, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    client = cast.client("alice")
    whole = _whole(client, address)
    marked(monkeypatch)
    page = MarkedPage(client.get(whole).content)
    known = {f"/help/{name}/" for name in method_names()}
    lone = [
        one.where
        for one in page.numbers
        if one.is_statistic and one.why_alone not in OF_NO_METHOD and not known & set(one.help)
    ]
    assert not lone, "\n".join(lone)


@pytest.mark.parametrize(
    "address",
    [_asked(one) for one in PAGES if one.startswith(("/journey/", "/rules", "/imports/1", "/touchp", "/cust"))],
)
def test_the_list_behind_a_count_is_as_long_as_it_says(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """One of each kind of list that a page leads to."""
    client = cast.client("alice")
    whole = _whole(client, address)
    with monkeypatch.context() as patched:
        marked(patched)
        numbers = MarkedPage(client.get(whole).content).numbers
    kinds: dict[tuple[str, ...], Number] = {}
    for one in numbers:
        if not one.is_statistic and one.address and ("/facts/" in one.address or "/measure/answers/" in one.address):
            parts = urlsplit(one.address)
            asked = parse_qs(parts.query)
            kinds.setdefault((parts.path, *sorted(asked), *asked.get("state", []), *asked.get("part", [])), one)
    wrong = [
        f"{one.where} leads to {total} at {one.address}"
        for one in kinds.values()
        if (total := _total(client.get(one.address or "").content)) != whole_number(one.text)
    ]
    assert not wrong, "\n".join(wrong)
    assert kinds or "FIRST" in address


def test_the_numbers_of_a_preview_open_what_would_move(cast: Cast) -> None:
    client = cast.client("alice")
    form = {"column.0": "event", "patterns.0": "*", "touchpoint": "-", "reason": "a try", "position": "0"}
    page = Page(client.post("/rules/preview/", form).content)
    moves = [(address, text) for address, text in page.links if "before=" in address]
    assert moves
    assert len([address for address, _ in page.links if "fits=" in address]) == 2
    for address, text in page.links:
        assert _total(client.get(address).content) == whole_number(text), address
    for bad in ("/rules/facts/moves/?rule=1", "/rules/facts/interactions/?before=x", "/rules/facts/interactions/"):
        assert client.get(bad).status_code in (400, 404), bad


def test_the_numbers_of_a_draft_open_what_publishing_moves(cast: Cast) -> None:
    client = cast.client("alice")
    client.post("/rules/arrange/", {"do": "switch:10"})
    page = Page(client.get("/rules/publish/").content)
    moves = [(address, text) for address, text in page.links if "draft=1" in address]
    assert moves
    for address, text in moves:
        assert _total(client.get(address).content) == whole_number(text), address


def _total(body: bytes) -> int:
    """Facts that a list says it holds."""
    text = body.decode()
    found = re.search(r'id="total">([^<]*)<', text)
    assert found, text[:2_000]
    return whole_number(found.group(1))


def _whole(client: Client, address: str) -> str:
    """The address, with a customer and two groups that there are."""
    if "FIRST" in address:
        links = Page(client.get("/facts/answers/").content).links
        return address.replace("/customers/FIRST/", next(a for a, _ in links if a.startswith("/customers/")))
    if "PICKED" in address:
        body = client.get(address.replace("PICKED", "pick=yes")).content.decode()
        keys = [unescape(one) for one in re.findall(r'name="a" value="([^"]+)"', body)]
        return address.replace("PICKED", urlencode([("a", keys[0]), ("b", keys[1])]))
    return address
