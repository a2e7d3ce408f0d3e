"""Links for people without an account: what they show, to whom, for how long, and when they die."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from django.utils import timezone

from safar.settings import Settings
from safar.usecases import saved_views, share_links
from safar.usecases.share_links import BadLink, MayNotShare, TooManyOpenings
from safar.usecases.workspace import Workspace
from tests.web.page_text import Page
from tests.web.web_cast import UNIT, Cast

pytestmark = pytest.mark.usefixtures("waits_for_everything")

TOKEN = "a-token-that-nobody-guesses-0123456789"  # noqa: S105


@pytest.fixture
def permits():  # type: ignore[no-untyped-def]
    """Give the pages a workspace with another `share_links`, whatever journey they are asked for."""
    from safar.web import workspaces

    # Those of other journeys are copies, made when a test before this one asked for them.
    workspaces._of_journey.cache_clear()
    opened = workspaces.workspace()
    kept = opened.settings

    def permit(who: str) -> Settings:
        settings = replace(kept, share_links=who)
        object.__setattr__(opened, "settings", settings)
        workspaces._of_journey.cache_clear()
        return settings

    yield permit
    object.__setattr__(opened, "settings", kept)
    workspaces._of_journey.cache_clear()


def _link(cast: Cast, served, settings: Settings, *, name: str = "bob", query: str = "lanes=all", **more):  # type: ignore[no-untyped-def]
    told = {"days": 7, "quotes": False, "now": timezone.now(), **more}
    view = saved_views.save_view(
        journey=Workspace.open(served).journey()[0].id,
        title="For the board of directors",
        query=parse_qsl(query),
        shared=name != "uma",
        person=cast.person(name),
        now=told["now"],
    )
    link = share_links.make_link(view.id, token=TOKEN, person=cast.person(name), settings=settings, **told)
    return view, link


def _get(address: str = f"/shared/{TOKEN}/"):  # type: ignore[no-untyped-def]
    return Client(SERVER_NAME="localhost").get(address)


def _shown(address: str = f"/shared/{TOKEN}/") -> str:
    """The page once its view is ready: who comes first is asked to wait."""
    until = time.monotonic() + 120
    while True:
        answer = _get(address)
        assert answer.status_code == 200
        body: str = answer.content.decode()
        if '<dl class="tiles">' in body or time.monotonic() > until:
            return body
        time.sleep(0.2)


def test_it_shows_the_map_and_leads_nowhere(cast: Cast, served, permits, the_map) -> None:  # type: ignore[no-untyped-def]
    _link(cast, served, permits("members"))
    answer = _get()
    assert answer.status_code == 200
    body = answer.content.decode()
    page = Page(answer.content)
    addresses = {address for address, _text in page.links}
    assert {one for one in addresses if not one.startswith(("?lang=", "?theme=", "#"))} == {"/"}
    assert "<form" not in body
    assert "hx-get" not in body
    assert "/facts/" not in body
    assert "<blockquote" not in body  # customers' words only where they were ticked
    assert "Simulated data" in body
    assert the_map.experience.index is not None
    assert f"<b>{the_map.experience.index:.1f}</b>" in body
    assert f"<b>{the_map.passages:,}</b>" in body
    assert "shared by Bob" in body
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    assert len(answer.content) < 300_000


def test_words_are_shown_where_they_were_ticked(cast: Cast, served, permits) -> None:  # type: ignore[no-untyped-def]
    _link(cast, served, permits("members"), quotes=True)
    assert "<blockquote" in _get().content.decode()


def test_nothing_is_taken_from_the_address(cast: Cast, served, permits) -> None:  # type: ignore[no-untyped-def]
    _link(cast, served, permits("members"), query="channel=app&lanes=felt")
    plain = _shown()
    asked = _shown(f"/shared/{TOKEN}/?channel=email&lanes=all&notes=write&journey=other&since=2020-01-01")
    scope = r'<dl class="tiles">.*?</dl>'
    assert re.search(scope, plain, re.DOTALL)[0] == re.search(scope, asked, re.DOTALL)[0]  # type: ignore[index]
    assert len(re.findall(r'class="lane-name"', asked)) == 1
    # Whoever is signed in sees no more by it.
    assert "<form" not in cast.client("alice").get(f"/shared/{TOKEN}/").content.decode()


def test_in_persian_and_compared(cast: Cast, served, permits) -> None:  # type: ignore[no-untyped-def]
    _link(cast, served, permits("members"), query="channel=app&vs.channel=email&lines=channel&lanes=all")
    body = _get(f"/shared/{TOKEN}/?lang=fa").content.decode()
    assert 'dir="rtl"' in body
    assert 'class="series other"' in body
    assert 'href="/facts' not in body


def test_it_dies(cast: Cast, served, permits) -> None:  # type: ignore[no-untyped-def]
    settings = permits("members")
    view, link = _link(cast, served, settings)
    bob = cast.person("bob")
    assert _get().status_code == 200
    share_links.end_link(link.id, person=bob, now=timezone.now())
    over = _get()
    assert over.status_code == 403
    assert over["Referrer-Policy"] == "no-referrer"
    assert b"directors" not in over.content
    share_links.resume_link(link.id, person=bob)
    assert _get().status_code == 200
    saved_views.remove_view(view.id, person=bob, now=timezone.now())
    assert _get().status_code == 403
    saved_views.restore_view(view.id, person=bob)
    assert _get().status_code == 200
    permits("owners")  # the owner of the workspace permits it to members no more
    assert _get().status_code == 403
    permits("members")
    cast.bob.is_active = False
    cast.bob.save()
    assert _get().status_code == 403
    cast.bob.is_active, cast.bob.role = True, "viewer"
    cast.bob.save()
    assert _get().status_code == 403
    cast.bob.role = "member"
    cast.bob.save()
    assert _get().status_code == 200
    cast.bob.delete()
    assert _get().status_code == 403


def test_it_ends_by_itself(cast: Cast, served, permits) -> None:  # type: ignore[no-untyped-def]
    settings = permits("members")
    _link(cast, served, settings, now=timezone.now() - timedelta(days=7, seconds=1))
    assert _get().status_code == 403
    for days in (0, 31, -1):
        with pytest.raises(BadLink):
            _link(cast, served, settings, days=days)


def test_a_link_of_who_sees_some_units_shows_these_and_no_others(cast: Cast, served, permits) -> None:  # type: ignore[no-untyped-def]
    settings = permits("everybody")
    _link(cast, served, settings, name="uma")
    own = cast.client("uma").get("/journey/").content.decode()
    body = _get().content.decode()
    assert f"Unit: {UNIT}" in body
    moves = re.search(r"<dt>Contacts[^/]*/[^>]*>.*?<b>([\d,]+)</b>", own, re.DOTALL)
    assert moves
    assert f"<dt>Contacts</dt><dd><b>{moves.group(1)}</b>" in body
    cast.uma.units = ["elsewhere"]
    cast.uma.save()
    assert f"Unit: {UNIT}" not in _get().content.decode()


def test_a_view_that_is_taken_back_is_no_longer_shown_by_others(cast: Cast, served, permits) -> None:  # type: ignore[no-untyped-def]
    settings = permits("members")
    view, _ = _link(cast, served, settings)
    alices = "another-token-of-alice-0123456789abcdef"
    share_links.make_link(
        view.id, days=1, quotes=False, token=alices, person=cast.person("alice"), settings=settings,
        now=timezone.now(),
    )  # fmt: skip
    assert _get(f"/shared/{alices}/").status_code == 200
    saved_views.change_view(view.id, title="x", shared=False, person=cast.person("bob"), now=timezone.now())
    assert _get(f"/shared/{alices}/").status_code == 403
    assert _get().status_code == 200


def test_who_may_make_and_end_links(cast: Cast, served, permits) -> None:  # type: ignore[no-untyped-def]
    settings = permits("members")
    view, link = _link(cast, served, settings)
    for name in ("vera", "uma"):
        client = cast.client(name)
        page = client.get(f"/journey/views/{view.id}/share/")
        assert page.status_code == 200
        assert b'name="days"' not in page.content
        assert client.post(f"/journey/views/{view.id}/share/", {"days": "7"}).status_code == 403
        assert b"End the link" not in client.get("/journey/links/").content
        for rest in ("end/", "resume/"):
            assert client.post(f"/journey/links/{link.id}/{rest}").status_code == 404
    made = cast.client("bob")
    assert made.post(f"/journey/views/{view.id}/share/", {"days": "31"}).status_code == 200
    assert made.post(f"/journey/views/{view.id}/share/", {"days": "7", "quotes": "on"}).status_code == 302
    told = made.get(f"/journey/views/{view.id}/share/").content.decode()
    address = re.search(r"http://localhost(/shared/[\w-]{40,}/)", told)
    assert address
    assert _get(address.group(1)).status_code == 200
    assert address.group(1) not in made.get(f"/journey/views/{view.id}/share/").content.decode()  # shown once
    # The owner sees everybody's links and ends them.
    alice = cast.client("alice")
    assert alice.get("/journey/links/").content.decode().count("End the link") == 2
    assert alice.post(f"/journey/links/{link.id}/end/").status_code == 302
    assert _get().status_code == 403
    permits("nobody")
    with pytest.raises(MayNotShare):
        _link(cast, served, replace(settings, share_links="nobody"), name="alice")


def test_doors_are_not_tried_for_ever(cast: Cast, served, permits, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    from safar.store.attempts import Limits

    few = Limits(window=timedelta(minutes=15), pair=3, account=9, sender=5)
    monkeypatch.setattr(share_links, "opening_limits", lambda: few)
    _link(cast, served, permits("members"))
    assert [_get(f"/shared/guess-{i}/").status_code for i in range(6)] == [403] * 5 + [429]
    assert _get().status_code == 429
    with pytest.raises(TooManyOpenings):
        share_links.open_link(token=TOKEN, sender="127.0.0.1", settings=Settings(), now=timezone.now())


def test_only_a_fingerprint_is_kept(cast: Cast, served, permits) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection

    _link(cast, served, permits("members"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM store_sharelink")
        assert TOKEN not in str(cursor.fetchall())
