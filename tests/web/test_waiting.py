"""Slow views: made once, beside the pages, within limits; and the page that is shown meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from safar.analysis.journey_map import JourneyMap
from safar.web import reading, reading_rules
from safar.web.beside import Beside
from safar.web.static_files import HTMX_ADDRESS
from safar.web.waiting import Maker, Waiting
from tests.web.page_text import Page
from tests.web.web_cast import Cast

LONG_S = 30.0


def _always(_found: object) -> bool:
    return True


def test_what_is_quick_is_answered_at_once() -> None:
    assert Maker[str]().ask("a", lambda: "made", patience_s=LONG_S, fits=_always) == "made"


def test_what_is_slow_is_made_once_however_many_ask() -> None:
    maker, gate, made = Maker[int](), threading.Event(), []

    def make() -> int:
        gate.wait(LONG_S)
        made.append(1)
        return len(made)

    first, second = (maker.ask("a", make, patience_s=0.01, fits=_always) for _ in range(2))
    assert isinstance(first, Waiting)
    assert isinstance(second, Waiting)
    assert second.seconds > first.seconds
    gate.set()
    assert [maker.ask("a", make, patience_s=LONG_S, fits=_always) for _ in range(5)] == [1] * 5
    assert maker.ask("a", make, patience_s=LONG_S, fits=lambda found: found > 1) == 2


def test_the_last_is_shown_until_a_newer_one_is_ready() -> None:
    maker, gate = Maker[str](), threading.Event()
    assert maker.ask("a", lambda: "old", patience_s=LONG_S, fits=_always) == "old"

    def make() -> str:
        gate.wait(LONG_S)
        return "new"

    def newer(found: str) -> bool:
        return found == "new"

    began = time.monotonic()
    assert maker.ask("a", make, patience_s=LONG_S, fits=newer, meanwhile=_always) == "old"
    assert time.monotonic() - began < LONG_S / 2
    # Who may not see the old one waits, as everybody does where nothing was made before.
    assert isinstance(maker.ask("a", make, patience_s=0.01, fits=newer), Waiting)
    gate.set()
    assert maker.ask("a", make, patience_s=LONG_S, fits=newer) == "new"
    assert maker.ask("a", make, patience_s=LONG_S, fits=newer, meanwhile=_always) == "new"


def test_an_error_is_told_once_and_then_tried_again() -> None:
    maker = Maker[str]()

    def fail() -> str:
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        maker.ask("a", fail, patience_s=LONG_S, fits=_always)
    assert maker.ask("a", lambda: "made", patience_s=LONG_S, fits=_always) == "made"


def test_no_more_at_a_time_than_the_limits_say() -> None:
    maker, gate = Maker[int](at_once=2, in_line=1, kept=2), threading.Event()
    running, most = 0, 0
    lock = threading.Lock()

    def make() -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        gate.wait(LONG_S)
        with lock:
            running -= 1
        return 1

    answers = [maker.ask(f"limits {i}", make, patience_s=0.05, fits=_always) for i in range(5)]
    assert all(isinstance(answer, Waiting) for answer in answers)
    assert [isinstance(answer, Waiting) and answer.in_line for answer in answers] == [False, False, True, True, True]
    gate.set()
    assert [maker.ask(f"limits {i}", make, patience_s=LONG_S, fits=_always) for i in range(5)] == [1] * 5
    assert most == 2
    assert sum(thread.name.startswith("safar-view limits") for thread in threading.enumerate()) <= 1


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Counting takes until the returned function is called; pages wait for a moment only."""
    from safar.usecases.journey_map import read_journey_map as real
    from safar.usecases.read_facts import FactsPage
    from safar.usecases.read_facts import read_facts as real_list
    from safar.web import reading

    gate = threading.Event()

    def slowly(*args: Any, **kwargs: Any) -> JourneyMap:
        gate.wait(LONG_S)
        return real(*args, **kwargs)

    def slow_list(*args: Any, **kwargs: Any) -> FactsPage:
        gate.wait(LONG_S)
        return real_list(*args, **kwargs)

    monkeypatch.setattr(reading, "read_journey_map", slowly)
    monkeypatch.setattr(reading, "read_facts", slow_list)
    monkeypatch.setattr(reading, "MAP_PATIENCE_S", 0.05)
    return gate.set


@pytest.mark.parametrize(
    ("place", "channel"),
    [
        ("/journey/", "call"),
        ("/journey/steps/usage/", "email"),
        ("/journey/touchpoints/bill/", "chat"),
        ("/facts/moves/", "app"),
    ],
)
def test_a_slow_view_says_so_until_it_is_there(cast: Cast, slow: Callable[[], None], place: str, channel: str) -> None:
    client = cast.client("alice")
    address = f"{place}?channel={channel}&since=2024-03-01"
    client.get("/sign-in/")  # what is loaded once, is
    began = time.monotonic()
    answer = client.get(address)
    assert time.monotonic() - began < 2
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    page = Page(answer.content)
    assert ("meta", {"http-equiv": "refresh", "content": "1"}) in page.elements
    assert [told.get("src") for tag, told in page.elements if tag == "script"] == [HTMX_ADDRESS]
    assert f"Channel: {channel}" in page.text
    assert "so far" in page.text
    assert address in {found for found, _ in page.links}
    assert "شمارش" in Page(client.get(f"{address}&lang=fa").content).text
    client.get("/sign-in/?lang=en")
    # With scripts the waiting card alone is renewed, until there is something to open.
    asked = {"HX-Request": "true", "HX-Target": "waiting"}
    assert 'id="waiting"' in client.get(address, headers=asked).content.decode()

    slow()
    until = time.monotonic() + LONG_S
    while "http-equiv" in (body := client.get(address).content.decode()) and time.monotonic() < until:
        time.sleep(0.1)
    assert "http-equiv" not in body
    ready = client.get(address, headers=asked)
    assert (ready.status_code, ready.headers["HX-Refresh"], ready.content) == (204, "true", b"")
    assert f"Channel: {channel}" in body


@pytest.mark.parametrize("address", ["/rules/?page=1", "/rules/facts/interactions/?rule=0"])
def test_pages_of_the_rules_wait_too(cast: Cast, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    gate = threading.Event()

    def slow(real: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            gate.wait(LONG_S)
            return real(*args, **kwargs)

        return counted

    for name in ("count_rules", "read_rule_facts"):
        monkeypatch.setattr(reading_rules, name, slow(getattr(reading_rules, name)))
    monkeypatch.setattr(reading, "MAP_PATIENCE_S", 0.05)
    monkeypatch.setattr(reading, "_LOOKED_UP", Beside(Maker()))
    client = cast.client("alice")
    assert 'id="waiting"' in client.get(address).content.decode()
    gate.set()
    until = time.monotonic() + LONG_S
    while 'id="waiting"' in (body := client.get(address).content.decode()) and time.monotonic() < until:
        time.sleep(0.1)
    assert 'id="waiting"' not in body


def test_a_list_made_for_an_owner_is_not_shown_to_a_member(cast: Cast) -> None:
    address = "/facts/interactions/?channel=email"
    owner, member = (Page(cast.client(name).get(address).content) for name in ("alice", "bob"))
    heads = [sum(tag == "th" for tag, _ in page.elements) for page in (owner, member)]
    assert heads[0] > heads[1]


def test_a_list_that_does_not_exist_is_told_whoever_asks_again(cast: Cast) -> None:
    for _ in range(2):
        assert cast.client("alice").get("/facts/nothing/").status_code == 404
        assert cast.client("alice").get("/facts/moves/?after=nowhere").status_code == 400


def test_a_comparison_that_waits_names_both_groups(cast: Cast, slow: Callable[[], None]) -> None:
    client = cast.client("alice")
    text = Page(client.get("/journey/?channel=call&since=2024-04-01&vs.channel=email").content).text
    assert "so far" in text
    assert "Channel: call" in text
    assert "Channel: email" in text
    everything = Page(client.get("/journey/?channel=call&since=2024-04-01&vs=all").content).text
    assert "everything" in everything
    slow()
