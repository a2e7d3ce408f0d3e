"""People: set-up, invitations, roles, closing and deleting, forgotten passwords; and what must not be possible."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safar.domain.person import LinkPurpose, Role, sign_in_key
from safar.usecases.people import hand_over_link, invite_person
from safar.usecases.person_errors import BadName, LastOwner, NameTaken
from tests.web.page_text import Page
from tests.web.web_cast import UNIT, Cast

if TYPE_CHECKING:
    from django.test import Client

    from safar.store.models import User

PASSWORD = "three wet umbrellas"  # noqa: S105  # of nobody
OTHER = "nine brass doorbells"
_HANDED = re.compile(r'<code tabindex="0">([^<]+)</code>')

pytestmark = pytest.mark.usefixtures("quick_hashes")


def _now() -> datetime:
    return datetime.now(UTC)


def _with_password(user: User, password: str = PASSWORD) -> None:
    user.set_password(password)
    user.save(update_fields=["password", "email"])


def _sign_in(client: Client, who: str, password: str = PASSWORD, **more: str) -> int:
    return int(client.post("/sign-in/", {"who": who, "password": password}, **more).status_code)  # type: ignore[arg-type]


def _is_in(client: Client) -> bool:
    return bool(client.get("/profile/").status_code == 200)


def _handed(client: Client) -> str:
    """The path of the link that the page shows, which shows it once."""
    found = _HANDED.search(client.get("/people/link/").content.decode())
    assert found
    assert client.get("/people/link/")["Location"] == "/people/"
    return found.group(1).removeprefix("http://localhost")


@pytest.fixture
def real_company(served: Path, tmp_path: Path) -> Iterator[Path]:
    """Pages of a workspace that is not simulated, on the same accounts."""
    from django.test import override_settings

    from safar.usecases.workspace import Workspace

    folder = Workspace.create(tmp_path / "real", name="Acme", now=_now()).path
    with override_settings(SAFAR_WORKSPACE=str(folder)):
        yield folder


# First time


def test_the_owner_of_a_fresh_workspace_is_led_to_choose_name_and_password(cast: Cast, real_company: Path) -> None:
    from safar.store.models import User
    from safar.usecases.sign_in import make_sign_in_link

    User.objects.all().delete()
    path = make_sign_in_link(token=secrets.token_urlsafe(32), now=_now()).path
    client = cast.client(None)
    first = client.get(path)
    assert first["Location"] == "/welcome/?next=%2F"
    page = client.get(first["Location"])
    assert "Welcome" in page.content.decode()
    key = client.session.session_key
    told = {"name": "Ann Owner", "email": "Ann@Example.org", "language": "fa", "new": PASSWORD, "again": PASSWORD}
    done = client.post(first["Location"], told)
    assert (done.status_code, done["Location"]) == (302, "/")
    assert done.cookies["safar_lang"].value == "fa"
    assert client.session.session_key != key
    assert _is_in(client)
    # Set up once: the page is over, and both name and address sign in.
    assert client.get("/welcome/")["Location"] == "/profile/"
    assert client.post("/welcome/", told | {"name": "Eve"})["Location"] == "/profile/"
    for who in ("ann owner", "ANN@example.ORG"):
        assert _sign_in(cast.client(None), who) == 302
    again = make_sign_in_link(token=secrets.token_urlsafe(32), now=_now())
    assert (again.person.name, cast.client(None).get(again.path)["Location"]) == ("Ann Owner", "/")


def test_a_simulated_company_asks_for_no_password(cast: Cast) -> None:
    from safar.usecases.sign_in import make_sign_in_link

    path = make_sign_in_link(token=secrets.token_urlsafe(32), now=_now()).path
    assert cast.client(None).get(path)["Location"] == "/"


@pytest.mark.parametrize(
    ("new", "again", "says"),
    [
        ("short", "short", "too short"),
        ("password1234", "password1234", "too common"),
        ("123456789012", "123456789012", "entirely numeric"),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa", "only 1 different character"),
        ("abABabABabAB", "abABabABabAB", "only 2 different characters"),
        ("Alexandra1", "Alexandra1", "too similar"),
        (PASSWORD, PASSWORD + "x", "not the same"),
        ("", "", "required"),
        ("x" * 1001, "x" * 1001, "at most 1000"),
    ],
)
def test_passwords_that_will_not_do(cast: Cast, new: str, again: str, says: str) -> None:
    client = cast.client("alice")
    told = {"name": "Alexandra", "email": "", "language": "en", "new": new, "again": again}
    page = client.post("/welcome/", told)
    assert page.status_code == 200
    body = page.content.decode()
    assert says in body
    assert 'aria-invalid="true"' in body
    assert 'value="Alexandra"' in body, "what was typed stays"
    cast.alice.refresh_from_db()
    assert cast.alice.name == "Alice"
    assert not cast.alice.has_usable_password()


# Signing in


def test_signing_in_by_name_or_address(cast: Cast) -> None:
    _with_password(cast.bob)
    cast.bob.email = "bob@example.org"
    cast.bob.save()
    for who in ("Bob", "bob", "  BOB ", "bob@example.org", "Bob@Example.Org"):
        client = cast.client(None)
        answer = client.post("/sign-in/?next=/facts/moves/", {"who": who, "password": PASSWORD})
        assert answer["Location"] == "/facts/moves/", who
        assert _is_in(client)


def test_arabic_and_persian_keyboards_write_the_same_name() -> None:
    assert sign_in_key("علي كريمی") == sign_in_key("علی کریمی") == sign_in_key(" علی  کریمی\u200c")


def test_wrong_names_and_wrong_passwords_are_answered_alike(cast: Cast) -> None:
    _with_password(cast.bob)
    bodies = set()
    for who in ("bob", "nobody", "nobody@example.org", "vera", "charlie"):
        answer = cast.client(None).post("/sign-in/", {"who": who, "password": OTHER})
        assert answer.status_code == 403
        body = re.sub(r'value="[^"]*"', "", answer.content.decode())
        bodies.add(body)
    assert len(bodies) == 1


def test_looking_up_nobody_hashes_as_well(cast: Cast) -> None:
    """Time is not measured here: the work is counted, which decides it."""
    from django.contrib.auth import authenticate, hashers
    from django.test import override_settings

    class Counting(hashers.MD5PasswordHasher):
        rounds = 0

        def encode(self, password: str, salt: str | None) -> str:
            type(self).rounds += 1
            return super().encode(password, salt)  # type: ignore[arg-type]

    with override_settings(PASSWORD_HASHERS=[f"{__name__}.Counting"]):
        globals()["Counting"] = Counting
        _with_password(cast.bob)
        done = []
        for who in ("bob", "nobody", "vera"):  # wrong password, no account, an account without a password
            Counting.rounds = 0
            assert authenticate(None, who=who, password=OTHER) is None
            done.append(Counting.rounds)
    del globals()["Counting"]
    assert done == [1, 1, 1]


def test_guesses_are_counted_and_a_one_time_address_still_works(cast: Cast) -> None:
    from safar.usecases.sign_in import make_sign_in_link

    _with_password(cast.bob)
    client = cast.client(None)
    assert [_sign_in(client, "bob", OTHER) for _ in range(6)] == [403] * 5 + [429]
    # Also the right password is of no use now, whichever way the name is written.
    assert _sign_in(client, " BOB ") == 429
    # Somebody else at the same place, and Bob elsewhere, are let in.
    _with_password(cast.vera)
    assert _sign_in(cast.client(None), "vera") == 302
    assert _sign_in(cast.client(None), "bob", REMOTE_ADDR="192.0.2.9") == 302
    path = make_sign_in_link(token=secrets.token_urlsafe(32), now=_now(), name="Bob").path
    assert cast.client(None).get(path).status_code == 302


def test_many_places_do_not_help_a_guesser(cast: Cast) -> None:
    _with_password(cast.bob)
    answers = [_sign_in(cast.client(None), "bob", OTHER, REMOTE_ADDR=f"192.0.2.{i}") for i in range(31)]
    assert answers == [403] * 30 + [429]
    names = [_sign_in(cast.client(None), f"somebody {i}", OTHER, REMOTE_ADDR="2001:db8::1") for i in range(60)]
    assert set(names) == {403}
    assert _sign_in(cast.client(None), "yet another", OTHER, REMOTE_ADDR="2001:db8::ffff") == 429


def test_a_client_cannot_name_its_own_address(cast: Cast) -> None:
    answers = [
        _sign_in(cast.client(None), "bob", OTHER, HTTP_X_FORWARDED_FOR=f"192.0.2.{i}", REMOTE_ADDR="198.51.100.7")
        for i in range(6)
    ]
    assert answers[-1] == 429


def test_guesses_are_forgotten_after_a_while(cast: Cast) -> None:
    from safar.store.models import Attempt

    client = cast.client(None)
    for _ in range(6):
        _sign_in(client, "bob", OTHER)
    assert "bob" not in "".join(one.who for one in Attempt.objects.all())
    Attempt.objects.update(at=_now() - timedelta(minutes=16))
    assert _sign_in(client, "bob", OTHER) == 403


def test_the_session_gets_a_new_key_and_stays_here(cast: Cast) -> None:
    _with_password(cast.bob)
    client = cast.client(None)
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies[_session_cookie()] = str(session.session_key)
    for wanted, goes_to in (("//elsewhere.example/", "/"), ("/journey/", "/journey/")):
        answer = client.post(f"/sign-in/?next={wanted}", {"who": "bob", "password": PASSWORD})
        assert answer["Location"] == goes_to
    assert client.session.session_key != session.session_key


def _session_cookie() -> str:
    from django.conf import settings

    return str(settings.SESSION_COOKIE_NAME)


def test_real_passwords_are_hashed_slowly(served: Path) -> None:
    from safar.server.configuration import django_values
    from safar.usecases.workspace import Workspace

    values = django_values(Workspace.open(served))
    assert values["PASSWORD_HASHERS"][0].endswith("ScryptPasswordHasher")


# Sessions


def test_a_new_password_ends_all_other_sessions(cast: Cast) -> None:
    _with_password(cast.bob)
    here, there = cast.client("bob"), cast.client("bob")
    assert _is_in(here)
    assert _is_in(there)
    wrong = here.post("/profile/password/", {"password": OTHER, "new": OTHER, "again": OTHER})
    assert "not your present password" in wrong.content.decode()
    assert _is_in(there)
    done = here.post("/profile/password/", {"password": PASSWORD, "new": OTHER, "again": OTHER})
    assert done["Location"] == "/profile/"
    assert _is_in(here)
    assert not _is_in(there)
    assert _sign_in(cast.client(None), "bob", PASSWORD) == 403
    assert _sign_in(cast.client(None), "bob", OTHER) == 302


def test_signing_out_everywhere_else(cast: Cast) -> None:
    here, there, others = cast.client("bob"), cast.client("bob"), cast.client("vera")
    here.post("/profile/sessions/")
    assert (_is_in(here), _is_in(there), _is_in(others)) == (True, False, True)


def test_an_open_session_is_no_way_to_find_the_password_out(cast: Cast) -> None:
    _with_password(cast.bob)
    client = cast.client("bob")
    for i in range(5):
        client.post("/profile/password/", {"password": f"{OTHER} {i}", "new": OTHER, "again": OTHER})
    answer = client.post("/profile/password/", {"password": PASSWORD, "new": OTHER, "again": OTHER})
    assert "Too many passwords" in answer.content.decode()
    assert _sign_in(cast.client(None), "bob", OTHER, REMOTE_ADDR="192.0.2.9") == 403


# Profile


def test_the_profile(cast: Cast) -> None:
    _with_password(cast.bob)
    client = cast.client("bob")
    told = {"name": "Robert", "email": "", "language": "fa", "password": ""}
    done = client.post("/profile/", told)
    assert done["Location"] == "/profile/"
    page = client.get("/profile/").content.decode()
    assert 'dir="rtl"' in page
    assert 'value="Robert"' in page
    # The address can be used to get a new password: it asks for the present one.
    told |= {"email": "robert@example.org", "language": "en"}
    assert "not your present password" in client.post("/profile/?lang=en", told).content.decode()
    assert client.post("/profile/", told | {"password": PASSWORD}).status_code == 302
    cast.bob.refresh_from_db()
    assert (cast.bob.name, cast.bob.email, cast.bob.role) == ("Robert", "robert@example.org", "member")


@pytest.mark.parametrize(
    "name", ["alice", " ALICE ", "Ali\u200cce", "a@b", "", "   ", "Al\u202eice", "x" * 151, "\u200c"]
)
def test_names_that_cannot_be_taken(cast: Cast, name: str) -> None:
    page = cast.client("bob").post("/profile/", {"name": name, "email": "", "language": "en"})
    assert page.status_code == 200
    assert 'id="id_name_error"' in page.content.decode()
    cast.bob.refresh_from_db()
    assert cast.bob.name == "Bob"


def test_a_profile_changes_nothing_else(cast: Cast) -> None:
    client = cast.client("uma")
    more = {"role": "owner", "units": "[]", "is_active": "1", "scope": "all", "id": str(cast.alice.pk)}
    assert client.post("/profile/", {"name": "Uma", "email": "", "language": "en", **more}).status_code == 302
    cast.uma.refresh_from_db()
    assert (cast.uma.role, cast.uma.units) == ("viewer", [UNIT])


# Invitations


def test_an_invitation_from_page_to_first_look(cast: Cast) -> None:
    from safar.store.models import User

    alice = cast.client("alice")
    assert UNIT in alice.get("/people/invite/").content.decode()
    told = {"name": "Zed", "email": "zed@example.org", "role": "viewer", "scope": "some", "units": [UNIT]}
    assert alice.post("/people/invite/", told)["Location"] == "/people/link/"
    path = _handed(alice)
    assert path.startswith("/invitation/")
    zed = User.objects.get(name="Zed")
    assert (zed.role, zed.units, zed.has_usable_password()) == ("viewer", [UNIT], False)

    client = cast.client(None)
    for _ in range(2):
        assert client.get(path).status_code == 200, "looking does not use it up"
    told = {"name": "Zed Z", "email": "zed@example.org", "language": "en", "new": "short", "again": "short"}
    assert "too short" in client.post(path, told).content.decode()
    told |= {"new": PASSWORD, "again": PASSWORD, "role": "owner"}
    assert client.post(path, told)["Location"] == "/"
    assert _is_in(client)
    assert client.get(path).status_code == 403
    assert cast.client(None).post(path, told | {"name": "Eve"}).status_code == 403
    assert client.get("/people/").status_code == 403
    assert client.get("/facts/interactions/?unit=elsewhere").status_code == 403


def test_an_invitation_is_over_after_a_week_and_when_a_newer_one_is_made(cast: Cast) -> None:
    def invited(name: str, *, age: timedelta) -> str:
        made = invite_person(name=name, role=Role.MEMBER, token=secrets.token_urlsafe(32), now=_now() - age)
        return made.path

    assert cast.client(None).get(invited("Old", age=timedelta(days=7, seconds=1))).status_code == 403
    path = invited("Young", age=timedelta(days=6))
    assert cast.client(None).get(path).status_code == 200
    from safar.store.models import User

    alice = cast.client("alice")
    alice.post(f"/people/{User.objects.get(name='Young').pk}/link/")
    newer = _handed(alice)
    assert cast.client(None).get(path).status_code == 403
    assert cast.client(None).get(newer).status_code == 200


def test_links_serve_one_purpose(cast: Cast) -> None:
    """A token of one kind opens no door of another kind, and a made-up one opens none."""
    _with_password(cast.bob)
    made = hand_over_link(person=cast.bob.pk, token=secrets.token_urlsafe(32), now=_now())
    assert made.purpose is LinkPurpose.RESET
    token = made.path.split("/")[2]
    for door in ("sign-in", "invitation"):
        assert cast.client(None).get(f"/{door}/{token}/").status_code == 403, door
    told = {"name": "Eve", "email": "", "language": "en", "new": OTHER, "again": OTHER}
    assert cast.client(None).post(f"/invitation/{token}/", told).status_code == 403
    for forged in (token[:-1], token + "A", token.swapcase(), secrets.token_urlsafe(32), str(cast.bob.pk), "%00"):
        for door in ("password", "invitation"):
            answer = cast.client(None).post(f"/{door}/{forged}/", told)
            assert answer.status_code in (403, 404), forged
    assert cast.client(None).get(made.path).status_code == 200


def test_a_reset_link(cast: Cast) -> None:
    _with_password(cast.bob)
    there = cast.client("bob")
    alice = cast.client("alice")
    alice.post(f"/people/{cast.bob.pk}/link/")
    path = _handed(alice)
    client = cast.client("vera")  # a browser in which somebody else is signed in
    assert "too short" in client.post(path, {"new": "short", "again": "short"}).content.decode()
    done = client.post(path, {"new": OTHER, "again": OTHER})
    assert done["Location"] == "/sign-in/?done=password"
    assert not _is_in(client)
    assert not _is_in(there)
    assert client.post(path, {"new": PASSWORD, "again": PASSWORD}).status_code == 403
    assert _sign_in(client, "bob", OTHER) == 302


def test_a_link_is_for_an_open_account(cast: Cast) -> None:
    made = hand_over_link(person=cast.bob.pk, token=secrets.token_urlsafe(32), now=_now())
    cast.client("alice").post(f"/people/{cast.bob.pk}/close/")
    assert cast.client(None).get(made.path).status_code == 403
    assert cast.client("alice").post(f"/people/{cast.bob.pk}/link/").status_code == 404


# Roles


def test_roles_and_units_are_changed(cast: Cast) -> None:
    alice = cast.client("alice")
    address = f"/people/{cast.bob.pk}/"
    assert alice.post(address, {"role": "viewer", "scope": "some", "units": [UNIT]})["Location"] == "/people/"
    cast.bob.refresh_from_db()
    assert (cast.bob.role, cast.bob.units) == ("viewer", [UNIT])
    none = alice.post(address, {"role": "viewer", "scope": "some"})
    assert "Choose at least one unit" in none.content.decode()
    made_up = alice.post(address, {"role": "viewer", "scope": "some", "units": ["made up"]})
    assert made_up.status_code == 200
    assert alice.post(address, {"role": "king"}).status_code == 200
    cast.bob.refresh_from_db()
    assert cast.bob.units == [UNIT]
    assert alice.post(address, {"role": "member", "scope": "some", "units": [UNIT]}).status_code == 302
    cast.bob.refresh_from_db()
    assert cast.bob.role == "member"
    assert not cast.bob.units


def test_the_last_owner_stays(cast: Cast) -> None:
    alice = cast.client("alice")
    address = f"/people/{cast.alice.pk}/"
    assert "only owner" in alice.post(address, {"role": "viewer", "scope": "all"}).content.decode()
    for verb in ("close", "delete"):
        assert alice.post(f"{address}{verb}/")["Location"] == address
        assert "only owner" in alice.get(address).content.decode()
    # Somebody who was made an owner and never came in does not count.
    alice.post(f"/people/{cast.bob.pk}/", {"role": "owner"})
    assert "only owner" in alice.post(address, {"role": "member"}).content.decode()
    _with_password(cast.bob)
    assert alice.post(address, {"role": "member"})["Location"] == "/"
    assert alice.get("/people/").status_code == 403
    cast.alice.refresh_from_db()
    assert cast.alice.role == "member"


def test_closing_is_at_once_and_can_be_undone(cast: Cast) -> None:
    alice, bob = cast.client("alice"), cast.client("bob")
    _with_password(cast.vera)
    assert _is_in(bob)
    closed = alice.post(f"/people/{cast.bob.pk}/close/")
    assert closed["Location"] == "/people/"
    assert not _is_in(bob)
    page = alice.get("/people/").content.decode()
    assert f'action="/people/{cast.bob.pk}/reopen/"' in page
    assert alice.post(f"/people/{cast.bob.pk}/reopen/").status_code == 302
    assert not _is_in(bob), "sessions of before are over"
    assert _is_in(cast.client("bob"))


def test_a_closed_account_does_not_sign_in(cast: Cast) -> None:
    _with_password(cast.bob)
    cast.client("alice").post(f"/people/{cast.bob.pk}/close/")
    assert _sign_in(cast.client(None), "bob") == 403


def test_deleting_asks_and_leaves_nothing(cast: Cast) -> None:
    from django.contrib.sessions.models import Session
    from django.core import serializers

    from safar.store.models import Attempt, SignInLink, User

    cast.bob.email = "bob@example.org"
    _with_password(cast.bob)
    bob, alice = cast.client("bob"), cast.client("alice")
    assert _is_in(bob)
    hand_over_link(person=cast.bob.pk, token=secrets.token_urlsafe(32), now=_now())
    _sign_in(cast.client(None), "bob", OTHER)
    address = f"/people/{cast.bob.pk}/delete/"
    assert "Delete the account of Bob?" in Page(alice.get(address).content).text
    assert User.objects.filter(name="Bob").exists()
    assert alice.post(address)["Location"] == "/people/"
    assert not _is_in(bob)
    rows = [*User.objects.all(), *SignInLink.objects.all(), *Attempt.objects.all()]
    kept = serializers.serialize("json", rows)
    kept += str([one.get_decoded() for one in Session.objects.all() if "_auth_user_id" in one.get_decoded()])
    for trace in ("Bob", "bob@example.org", str(cast.bob.pk)):
        # The owner is told whose account it was, once.
        assert trace not in kept.replace("The account of Bob is deleted.", ""), trace
    assert not Attempt.objects.exists()
    assert alice.get(address).status_code == 404


# Who may not


@pytest.mark.parametrize("name", ["bob", "vera", "uma"])
def test_nobody_else_manages_people(cast: Cast, name: str) -> None:
    from safar.store.models import SignInLink, User

    before = list(User.objects.order_by("pk").values())
    client = cast.client(name)
    me = getattr(cast, name)
    before = list(User.objects.order_by("pk").values())
    for person in (me, cast.alice):
        for path, told in (
            (f"/people/{person.pk}/", {"role": "owner"}),
            (f"/people/{person.pk}/link/", {}),
            (f"/people/{person.pk}/close/", {}),
            (f"/people/{person.pk}/reopen/", {}),
            (f"/people/{person.pk}/delete/", {}),
            ("/people/invite/", {"name": "Eve", "role": "owner"}),
        ):
            answer = client.post(path, told)
            assert answer.status_code == 403, path
            assert "Alice" not in answer.content.decode()
    assert list(User.objects.order_by("pk").values()) == before
    assert not SignInLink.objects.exists()
    assert "/people/" not in client.get("/profile/").content.decode()


def test_verbs_refuse_what_pages_do(cast: Cast) -> None:
    from safar.usecases.people import change_role, delete_account

    with pytest.raises(LastOwner):
        change_role(person=cast.alice.pk, role=Role.VIEWER)
    with pytest.raises(LastOwner):
        delete_account(person=cast.alice.pk, now=_now())
    with pytest.raises(NameTaken):
        invite_person(name="BOB", role=Role.VIEWER, token=secrets.token_urlsafe(32), now=_now())
    with pytest.raises(BadName):
        invite_person(name="a@b", role=Role.VIEWER, token=secrets.token_urlsafe(32), now=_now())
    with pytest.raises(ValueError, match="too short"):
        invite_person(name="Zed", role=Role.VIEWER, token="x", now=_now())  # noqa: S106


# Pages


def test_the_list_costs_few_queries(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from safar.store import people

    for i in range(40):
        people.add_person(name=f"Person {i}", role=Role.VIEWER, units=[UNIT, "b", "c", "d", "e"], now=_now())
    client = cast.client("alice")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get("/people/")
    # Session, account, list.
    assert len(asked) == 3, [one["sql"] for one in asked]
    assert len(page.content) < 100_000
    assert "45 people have accounts here" in Page(page.content).text


def test_people_is_in_the_navigation_of_owners(cast: Cast) -> None:
    assert ("/people/", "People") in Page(cast.client("alice").get("/profile/").content).links
    assert ("/people/", "People") not in Page(cast.client("bob").get("/profile/").content).links
