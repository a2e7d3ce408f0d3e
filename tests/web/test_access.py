"""Every address, for everybody: Alice owns, Bob is a member, Charlie takes no part, and a stranger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.web.web_cast import Cast

OPEN = {"/healthz": 200, "/sign-in/": 200, "/sign-in/made-up/": 403}
_SAMPLES = {"<str:token>": "made-up", "<str:step>": "usage", "<str:touchpoint>": "app", "<str:kind>": "moves"}


def _addresses() -> list[str]:
    found = []
    for route in _routes(get_resolver("safar.server.addresses").url_patterns, ""):
        address = route
        for hole, sample in _SAMPLES.items():
            address = address.replace(hole, sample)
        assert "<" not in address, f"give a sample for {route}"
        found.append(f"/{address}")
    return found


def _routes(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


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


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_who_takes_part_gets_an_answer(cast: Cast, name: str) -> None:
    for address in _addresses():
        answer = cast.client(name).get(address)
        expected = {200, 302, 404, 405} if address not in OPEN else {OPEN[address]}
        assert answer.status_code in expected, address


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
