"""Every address, for everybody: Alice owns, Bob is a member, Charlie takes no part, and a stranger."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from safar.domain.person import Permission
from tests.web.page_text import whole_number
from tests.web.web_cast import UNIT, Cast

OPEN = {"/healthz": 200, "/sign-in/": 200, "/sign-in/made-up/": 403}
_SAMPLES = {
    "<str:token>": "made-up",
    "<str:step>": "usage",
    "<str:touchpoint>": "app",
    "<str:kind>": "moves",
    "<str:key>": "1",
}


def _addresses() -> list[str]:
    found = []
    for route, _ in _views():
        address = route
        for hole, sample in _SAMPLES.items():
            address = address.replace(hole, sample)
        assert "<" not in address, f"give a sample for {route}"
        found.append(f"/{address}")
    return found


def _views() -> list[tuple[str, object]]:
    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, object]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route, pattern.callback

    return list(walk(get_resolver("safar.server.addresses").url_patterns, ""))


def _total(body: bytes) -> int:
    found = re.search(r'id="total">([^<]*)<', body.decode())
    assert found
    return whole_number(found.group(1))


def test_a_stranger_is_sent_to_sign_in(cast: Cast) -> None:
    for address in _addresses():
        answer = cast.client(None).get(address)
        if address in OPEN:
            assert answer.status_code == OPEN[address], address
        else:
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/sign-in/"), address


def test_charlie_is_told_that_he_takes_no_part(cast: Cast) -> None:
    for address in _addresses():
        answer = cast.client("charlie").get(address)
        assert answer.status_code == OPEN.get(address, 403), address


@pytest.mark.parametrize("name", ["alice", "bob", "vera", "uma"])
def test_who_takes_part_gets_an_answer(cast: Cast, name: str) -> None:
    for address in _addresses():
        answer = cast.client(name).get(address)
        expected = {200, 302, 404, 405} if address not in OPEN else {OPEN[address]}
        assert answer.status_code in expected, address


def test_every_view_says_what_it_asks_for() -> None:
    for route, view in _views():
        if getattr(view, "login_required", True):
            assert isinstance(getattr(view, "permission", None), Permission), route


def test_who_may_see_some_units_sees_no_others(cast: Cast) -> None:
    own, whole, asked = (
        _total(cast.client(name).get(address).content)
        for name, address in (
            ("uma", "/facts/interactions/"),
            ("vera", "/facts/interactions/"),
            ("vera", f"/facts/interactions/?unit={UNIT}"),
        )
    )
    assert 0 < own == asked < whole
    for address in ("/journey/", "/facts/interactions/", "/facts/interactions.csv", "/journey/steps/usage/"):
        assert cast.client("uma").get(f"{address}?unit=elsewhere").status_code == 403, address


def test_an_account_that_is_closed_is_out_at_once(cast: Cast) -> None:
    client = cast.client("bob")
    assert client.get("/").status_code == 302
    cast.bob.is_active = False
    cast.bob.save()
    assert client.get("/journey/")["Location"].startswith("/sign-in/")


def test_every_answer_is_protected(cast: Cast) -> None:
    for address in [*_addresses(), "/no-such-page/", "/journey/?nonsense=1"]:
        answer = cast.client("alice").get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "private" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"]


def test_other_host_names_are_refused(cast: Cast) -> None:
    from django.test import Client

    assert Client(SERVER_NAME="elsewhere.example").get("/sign-in/").status_code == 400


def test_unknown_methods_are_refused(cast: Cast) -> None:
    for address in ("/journey/", "/facts/moves/", "/healthz"):
        assert cast.client("alice").post(address).status_code == 405


def test_what_filters_leave_out_is_kept_from_who_sees_some_units(cast: Cast) -> None:
    client = cast.client("uma")
    for kind in ("interactions", "feedback"):
        assert client.get(f"/facts/{kind}/?state=filtered_out").status_code == 403
        assert client.get(f"/facts/{kind}.csv?state=filtered_out").status_code == 403
    page = client.get("/journey/?channel=web")
    assert page.status_code == 200
    assert b"filtered out" not in page.content
    assert b"state=filtered_out" not in page.content
