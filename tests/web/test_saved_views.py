"""Saved views of the map: kept for oneself or the team, opened with one click, found, and undone."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

from safar.usecases import boards, saved_views
from safar.usecases.workspace import Workspace
from tests.web.web_cast import NOW, UNIT, Cast

NOBODY = "00000000-0000-4000-8000-000000000000"


def _view(cast: Cast, served, *, shared: bool = True, query: str = "channel=app&lanes=felt", title: str = "Monday"):  # type: ignore[no-untyped-def]
    return saved_views.save_view(
        journey=Workspace.open(served).journey()[0].id,
        title=title,
        query=parse_qsl(query),
        shared=shared,
        person=cast.person("bob"),
        now=NOW,
    )


def test_the_view_that_is_shown_is_saved_and_opened(cast: Cast) -> None:
    client = cast.client("vera")
    page = client.get("/journey/?channel=app&vs.channel=email&lines=unit&lanes=felt").content.decode()
    link = re.search(r'href="(/journey/views/save/[^"]*)"', page)
    assert link
    form = client.get(link.group(1).replace("&amp;", "&")).content.decode()
    address = re.search(r'name="address" value="([^"]*)"', form)
    assert address
    told = {"address": address.group(1).replace("&amp;", "&"), "title": " App  against e-mail ", "shared": "on"}
    answer = client.post("/journey/views/save/", told)
    assert answer.status_code == 302
    (made,) = saved_views.read_views(person=cast.person("vera"))
    assert made.title == "App against e-mail"
    assert not made.shared  # a viewer keeps views of her own
    assert set(made.query) == {("channel", "app"), ("vs.channel", "email"), ("lines", "unit"), ("lanes", "felt")}
    opened = client.get(f"/journey/views/{made.id}/")["Location"]
    assert set(parse_qsl(urlsplit(opened).query)) == {*made.query, ("journey", made.journey)}
    shown = client.get(opened).content.decode()
    switch = re.search(r'<a class="switch" href="[^"]*" rel="nofollow" aria-current="true"><bdi>App against', shown)
    assert switch


def test_what_is_no_view_of_the_map_is_told_beside_its_field(cast: Cast) -> None:
    client = cast.client("bob")
    for address in ("/measure/?metric=nps", "https://x.example/", "/journey/?nonsense=1", "//[", "/people/"):
        answer = client.post("/journey/views/save/", {"address": address, "title": "x"})
        assert answer.status_code == 200, address
        assert b'class="wrong"' in answer.content, address
    for title in ("", "x" * 121, "a\x07b"):
        answer = client.post("/journey/views/save/", {"address": "/journey/", "title": title})
        assert answer.status_code == 200
        assert b"aria-invalid" in answer.content
    persian = {"Accept-Language": "fa"}
    told = client.post("/journey/views/save/", {"address": "/journey/?nonsense=1", "title": "x"}, headers=persian)
    wrong = [part.partition("<")[0] for part in told.content.decode().split('class="wrong"')[1:]]
    assert wrong
    assert all(re.search("[\u0600-\u06ff]", part) for part in wrong), wrong
    other = cast.client("uma").post("/journey/views/save/", {"address": "/journey/?unit=elsewhere", "title": "x"})
    assert b"units that are not yours" in other.content
    assert not saved_views.read_views(person=cast.person("bob"))


def test_who_may_do_what(cast: Cast, served) -> None:  # type: ignore[no-untyped-def]
    own, teams = _view(cast, served, shared=False, title="Own"), _view(cast, served)
    for name in ("alice", "vera", "uma"):
        client = cast.client(name)
        page = client.get("/journey/views/").content.decode()
        assert "Monday" in page
        assert ">Own<" not in page
        for rest in ("", "change/", "share/"):
            assert client.get(f"/journey/views/{own.id}/{rest}").status_code == 404
        assert client.post(f"/journey/views/{own.id}/remove/").status_code == 404
        assert client.get(f"/journey/views/{teams.id}/").status_code == 302
    for name in ("vera", "uma"):
        client = cast.client(name)
        for rest in ("change/", "remove/", "restore/"):
            assert client.post(f"/journey/views/{teams.id}/{rest}", {"title": "x"}).status_code == 403, rest
    assert cast.client("alice").post(f"/journey/views/{teams.id}/change/", {"title": "New"}).status_code == 302
    assert saved_views.read_view(teams.id, person=cast.person("vera")).shared  # only its owner takes it back
    assert cast.client("bob").post(f"/journey/views/{teams.id}/change/", {"title": "New"}).status_code == 302
    assert cast.client("vera").get(f"/journey/views/{teams.id}/").status_code == 404
    assert cast.client("bob").get(f"/journey/views/{NOBODY}/").status_code == 404


def test_a_view_keeps_to_the_readers_units(cast: Cast, served) -> None:  # type: ignore[no-untyped-def]
    whole, elsewhere = _view(cast, served, query=""), _view(cast, served, query="unit=elsewhere")
    client = cast.client("uma")
    body = client.get(client.get(f"/journey/views/{whole.id}/")["Location"]).content.decode()
    assert f"<bdi>Unit: {UNIT}</bdi>" in body
    assert client.get(client.get(f"/journey/views/{elsewhere.id}/")["Location"]).status_code == 403


def test_removing_and_undo(cast: Cast, served) -> None:  # type: ignore[no-untyped-def]
    made, client = _view(cast, served), cast.client("bob")
    assert client.post(f"/journey/views/{made.id}/remove/").status_code == 302
    undo = re.search(r'action="(/journey/views/[^"]*/restore/)"', client.get("/journey/views/").content.decode())
    assert undo
    assert client.get(f"/journey/views/{made.id}/").status_code == 404
    client.post(undo.group(1))
    assert client.get(f"/journey/views/{made.id}/").status_code == 302


def test_views_are_found_by_their_title(cast: Cast, served) -> None:  # type: ignore[no-untyped-def]
    _view(cast, served, title="Shops of the north")
    _view(cast, served, title="Shops of Bob alone", shared=False)
    page = cast.client("vera").get("/search/?q=shops").content.decode()
    assert "Shops of the north" in page
    assert "Bob alone" not in page


def test_the_map_goes_on_a_board_by_the_way_that_charts_go(cast: Cast) -> None:
    client = cast.client("bob")
    page = client.get("/journey/?channel=app&lanes=felt").content.decode()
    link = re.search(r'href="(/boards/save/[^"]*)"', page)
    assert link
    asked = dict(parse_qsl(urlsplit(link.group(1).replace("&amp;", "&")).query))
    answer = client.post("/boards/save/", {**asked, "board": "new", "new_board": "Morning"})
    assert answer.status_code == 302
    (chart,) = boards.read_board(UUID(answer["Location"].split("/")[2]), person=cast.person("bob")).charts
    assert chart.kind == "map"
    assert ("channel", "app") in chart.query
    assert unquote(asked["address"]).startswith("/journey/?")
    assert ("lanes", "felt") in chart.query


def test_query_counts_are_fixed(cast: Cast, served) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    made, client = _view(cast, served), cast.client("bob")
    for i in range(4):
        _view(cast, served, title=f"View {i}")
    for address, most in (("/journey/views/", 4), (f"/journey/views/{made.id}/", 3), ("/journey/links/", 3)):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) == most, (address, [one["sql"] for one in queries])


def test_filters_typed_at_the_form_s_own_address_fill_it(cast: Cast) -> None:
    client = cast.client("vera")
    for asked, expected in (("channel=email&title=Mail", "/journey/?channel=email"), ("", "/journey/")):
        form = client.get(f"/journey/views/save/?{asked}").content.decode()
        address = re.search(r'name="address" value="([^"]*)"', form)
        assert address
        assert address.group(1) == expected
        answer = client.post("/journey/views/save/", {"address": address.group(1), "title": f"x{asked}"})
        assert answer.status_code == 302
