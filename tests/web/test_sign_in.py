"""One-time addresses, sessions, and what cannot be done with them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from safar.usecases.sign_in import UnknownPerson, make_sign_in_link
from tests.web.web_cast import Cast


def _link(name: str | None = "Alice", *, age: timedelta = timedelta(0)) -> str:
    token = secrets.token_urlsafe(32)
    return make_sign_in_link(token=token, now=datetime.now(UTC) - age, name=name).path


def test_an_address_signs_in_once(cast: Cast) -> None:
    path = _link()
    client = cast.client(None)
    first = client.get(path)
    assert (first.status_code, first["Location"]) == (302, "/")
    assert client.get("/sign-in/").status_code == 200
    assert str(cast.alice.pk) == client.session["_auth_user_id"]

    again = cast.client(None).get(path)
    assert again.status_code == 403
    assert "does not work any more" in again.content.decode()


def test_an_old_address_is_over(cast: Cast) -> None:
    assert cast.client(None).get(_link(age=timedelta(minutes=10, seconds=1))).status_code == 403
    assert cast.client(None).get(_link(age=timedelta(minutes=9))).status_code == 302


@pytest.mark.parametrize("token", ["x", "a" * 43, "..%2f..", "%00", "🙂", "a" * 5000])
def test_a_made_up_address_signs_nobody_in(cast: Cast, token: str) -> None:
    client = cast.client(None)
    assert client.get(f"/sign-in/{token}/").status_code in (403, 404)
    assert "_auth_user_id" not in client.session


def test_only_the_hash_of_a_token_is_kept(cast: Cast) -> None:
    from safar.store.models import SignInLink

    path = _link()
    token = path.split("/")[2]
    kept = SignInLink.objects.get(used_at=None)
    assert token.encode() not in bytes(kept.digest)
    assert len(bytes(kept.digest)) == 32


def test_links_that_are_over_are_forgotten(cast: Cast) -> None:
    from safar.store.models import SignInLink

    _link(age=timedelta(hours=1))
    _link()
    assert SignInLink.objects.count() == 1


def test_who_takes_no_part_gets_no_address(cast: Cast) -> None:
    for name in ("Charlie", "Nobody"):
        with pytest.raises(UnknownPerson):
            _link(name)


def test_without_a_name_the_owner_is_meant(cast: Cast) -> None:
    made = make_sign_in_link(token=secrets.token_urlsafe(32), now=datetime.now(UTC))
    assert made.person.name == "Alice"


def test_the_first_owner_is_made(cast: Cast) -> None:
    from safar.store.models import User

    User.objects.all().delete()
    assert make_sign_in_link(token=secrets.token_urlsafe(32), now=datetime.now(UTC)).person.sees_identifiers


def test_a_weak_token_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="too short"):
        make_sign_in_link(token="x" * 20, now=datetime.now(UTC))


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/journey/?channel=web", "/journey/?channel=web"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("http:elsewhere", "/"),
        ("javascript:alert(1)", "/"),
        ("\t//elsewhere.example", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_stays_here(cast: Cast, wanted: str, goes_to: str) -> None:
    answer = cast.client(None).get(_link(), {"next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, goes_to)


def test_the_session_changes_its_name_on_signing_in(cast: Cast) -> None:
    client = cast.client("bob")
    before = client.session.session_key
    client.get(_link("Alice"))
    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(cast.alice.pk)


def test_cookies_are_closed_to_scripts_and_other_sites(cast: Cast) -> None:
    client = cast.client(None)
    client.get(_link())
    client.get("/sign-in/?lang=fa&theme=dark")
    assert len(client.cookies) >= 3
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax"


def test_signing_out_needs_a_form_of_ours(cast: Cast) -> None:
    from django.test import Client

    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(cast.alice)
    assert client.get("/sign-out/").status_code == 405
    refused = client.post("/sign-out/")
    assert refused.status_code == 403
    assert "The form" in refused.content.decode()


def test_signing_out_ends_the_session(cast: Cast) -> None:
    client = cast.client("alice")
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/journey/").status_code == 302


def test_head_answers_like_get_and_spends_nothing(cast: Cast) -> None:
    client = cast.client(None)
    answer = client.head("/sign-in/")
    assert (answer.status_code, answer.content) == (200, b"")
    path = _link()
    assert client.head(path).status_code == 405
    assert client.get(path).status_code == 302
