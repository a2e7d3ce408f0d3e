"""Every address, for everybody: Alice owns, Bob is a member, Charlie takes no part, and a stranger."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from safar.domain.person import Permission
from tests.web.every_page import BEFORE, NOT_PAGES, PLACES
from tests.web.page_text import whole_number
from tests.web.web_cast import UNIT, Cast

OPEN = {
    "/healthz": 200,
    "/readyz": 200,
    "/metrics": 200,
    "/sign-in/": 200,
    "/sign-in/made-up/": 403,
    "/password/": 200,
    "/password/made-up/": 403,
    "/invitation/made-up/": 403,
    "/boards/letters/made-up/": 403,
    "/shared/made-up/": 403,
}
_SAMPLES = {
    "<str:token>": "made-up",
    "<str:step>": "usage",
    "<str:touchpoint>": "app",
    "<str:kind>": "moves",
    "<str:format>": "csv",
    "<str:name>": "stepwise",
    "<str:element>": "output.silence",
    "<str:key>": "1",
    "<str:version>": "0" * 64,
    "<str:method>": "nps",
    "<uuid:job>": "00000000-0000-4000-8000-000000000000",
    "<uuid:upload>": "00000000-0000-4000-8000-000000000000",
    "<int:number>": "99",
    "<int:part>": "1",
    "<uuid:person>": "00000000-0000-4000-8000-000000000000",
    "<uuid:board>": "00000000-0000-4000-8000-000000000000",
    "<uuid:note>": "00000000-0000-4000-8000-000000000000",
    "<uuid:view>": "00000000-0000-4000-8000-000000000000",
    "<uuid:link>": "00000000-0000-4000-8000-000000000000",
    "<uuid:study>": "00000000-0000-4000-8000-000000000000",
    "<uuid:chart>": "00000000-0000-4000-8000-000000000000",
}
EVERYBODY = (None, "charlie", "uma", "vera", "bob", "alice")
"""From nothing to everything, as the columns of docs/reference/access.md."""


def _sample(route: str) -> str:
    address = route
    for hole, sample in _SAMPLES.items():
        address = address.replace(hole, sample)
    assert "<" not in address, f"give a sample for {route}"
    return address


_QUESTIONS = {"/rules/facts/moves/": "?rule=1"}
"""What the address of a list must say."""


def _addresses() -> list[str]:
    from safar.web.access_table import addresses

    found = [_sample(one.route) for one in addresses()]
    return [address + _QUESTIONS.get(address, "") for address in found]


def _views() -> list[tuple[str, Callable[..., object]]]:
    from safar.web.access_table import addresses

    return [(one.route, one.view) for one in addresses()]


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
        expected = {200, 302, 403, 404, 405} if address not in OPEN else {OPEN[address]}
        assert answer.status_code in expected, address


def test_every_address_for_everybody(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    """Each address, by each of its methods, lets in exactly whom the table says; and here is the table."""
    from django.test import Client

    from safar.web.access_table import addresses, who_may

    clients: dict[str | None, Client] = {name: cast.client(name) for name in EVERYBODY}
    printed = []
    for one in addresses():
        address = _sample(one.route)
        assert one.methods, f"{one.route} takes any method: say which by require_http_methods"
        for (name, client), may in zip(clients.items(), who_may(one), strict=True):
            for method in ("GET", "POST", "PUT", "DELETE"):
                if name is not None and one.name == "sign-out" and method == "POST":
                    continue  # tested by itself: nobody would be left for the next address
                answer = client.generic(method, address)
                where = (name, method, address, answer.status_code)
                if name is None and one.permission is not None:
                    assert answer.status_code == 302, where
                    assert answer["Location"].startswith("/sign-in/"), where
                elif not may:
                    assert answer.status_code == 403, where
                elif method not in one.methods:
                    assert answer.status_code == 405, where
                elif one.permission is not None:
                    assert answer.status_code in (200, 302, 400, 404, 409), where
        told = " ".join(f"{'yes' if may else '-':>7}" for may in who_may(one))
        asked = f"{one.permission or 'open':7}{'whole' if one.whole else '':6}"
        printed.append(f"{' '.join(one.methods):9} {one.route:40} {asked}{told}\n")
    with capsys.disabled():
        head = " ".join(f"{name or 'nobody':>7}" for name in EVERYBODY)
        sys.stdout.write(f"\n{'':65}{head}\n" + "".join(printed))


def test_no_form_from_elsewhere_is_taken(cast: Cast) -> None:
    from django.test import Client

    from safar.web.access_table import addresses

    for one in addresses():
        if "POST" not in one.methods:
            continue
        client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
        if one.permission is not None:
            client.force_login(cast.alice)
        for headers in ({}, {"Origin": "https://elsewhere.example"}, {"Cookie": "safar_csrf=x"}):
            answer = client.post(_sample(one.route), {"csrfmiddlewaretoken": "x" * 64}, headers=headers)
            if "Cookie" in headers and getattr(one.view, "csrf_exempt", False):
                # Takes files: its token is looked at after the person, so that a stranger's files go nowhere.
                assert answer["Location"].startswith("/sign-in/"), one.route
                continue
            assert answer.status_code == 403, one.route
            assert "The form" in answer.content.decode(), one.route


def test_every_view_says_what_it_asks_for() -> None:
    for route, view in _views():
        if getattr(view, "login_required", True):
            assert isinstance(getattr(view, "permission", None), Permission), route


def test_the_browser_tests_look_at_every_page() -> None:
    from safar.web.access_table import addresses

    opened = {one.name for one in addresses() if "GET" in one.methods}
    listed = {*PLACES, *BEFORE}
    assert not listed & set(NOT_PAGES)
    assert opened == listed | set(NOT_PAGES), "say in tests/web/every_page.py how a new page is opened"


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


def test_what_is_offered_to_who_sees_some_units_tells_nothing_of_others(
    cast: Cast, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safar.usecases.filter_choices import read_choices
    from safar.usecases.units import read_units
    from safar.usecases.workspace import Workspace
    from safar.web import numerals, reading

    opened = Workspace.open(served)
    others = [unit for unit in read_units(opened) if unit != UNIT]
    counts = {(group.name, one.value): one.count for group in read_choices(opened) for one in group.choices}
    own = read_choices(opened, units=(UNIT,))
    assert others
    assert own
    for group in own:
        for one in group.choices:
            whole = counts[group.name, one.value]
            assert one.count < whole or (group.title == "unit" and one.value == UNIT)
    told = {numerals.number(n) for n in counts.values() if n > 300} - {
        numerals.number(one.count) for group in own for one in group.choices
    }
    addresses = ("/journey/", "/measure/", "/facts/feedback/", "/journey/steps/usage/", "/journey/touchpoints/invoice/")
    for address in addresses:
        for name in ("alice", "uma"):
            answer = cast.client(name).get(address)
            if address.endswith("invoice/") and answer.status_code == 404:
                continue
            assert answer.status_code == 200, address
            page = answer.content.decode()
            form = page.partition('class="filters')[2].partition("</form>")[0]
            assert form, address
            if name == "alice":
                assert any(f">{unit}<" in page for unit in others), address
                continue
            assert UNIT in page
            assert not [unit for unit in others if re.search(rf"\b{unit}\b", page)], address
            assert not [n for n in told if re.search(rf">\s*{n}\s*<", form)], address
    monkeypatch.setattr(reading, "MAP_PATIENCE_S", 0.0)
    rows = opened.log.head().rows
    numbers = [numerals.number(rows[table]) for table in ("interactions", "feedback")]
    for name, shown in (("vera", True), ("uma", False)):
        page = cast.client(name).get("/journey/?since=2026-01-03&channel=web&channel=app").content.decode()
        assert 'id="waiting"' in page
        assert [n in page for n in numbers] == [shown, shown]


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
        # A page for people without an account tells nobody its address, not even the next page of ours.
        assert answer["Referrer-Policy"] == ("no-referrer" if address.startswith("/shared/") else "same-origin")
        assert "private" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("number", [300, 3_000, 6_000])
def test_an_address_that_is_too_long_is_refused_by_a_page(cast: Cast, number: int) -> None:
    query = "&".join(f"unit=u{i}" for i in range(number))
    for name, address in (("alice", "/journey/"), (None, "/journey/"), (None, "/sign-in/"), (None, "/no-such-page/")):
        client = cast.client(name)
        client.raise_request_exception = True
        answer = client.get(f"{address}?{query}")
        if number > 2_500 or name is not None:
            assert answer.status_code == 400, address
            assert "<h1" in answer.content.decode()
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_where_the_workspace_lies_is_told_to_who_manages_it_only(cast: Cast, served: Path) -> None:
    addresses = ("/measure/?metric=zzz", "/measure/?metric=nps&by=zzz", "/journey/?nonsense=1", "/journey/?journey=zzz")
    for name in ("alice", "bob", "vera", "uma"):
        pages = [cast.client(name).get(address).content.decode() for address in addresses]
        assert any(str(served) in page for page in pages) == (name == "alice"), name
        assert "safar measure --list" in pages[0]


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
