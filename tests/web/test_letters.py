"""Letters that pages send, taken by a real mail server; and what nobody learns from asking for one."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.usecases.mail_sink import MailSink, mail_sink
from tests.web.web_cast import Cast

_LINK = re.compile(r"https?://\S+")

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def sink(served: Path, tmp_path: Path) -> Iterator[MailSink]:
    """Pages of a workspace that sends its letters to a sink."""
    from django.test import override_settings

    from safar.usecases.workspace import Workspace

    with mail_sink() as found:
        settings = found.settings() | {"public_address": "https://cx.example.org"}
        made = Workspace.create(tmp_path / "mailing", name="Acme", now=datetime.now(UTC), settings=settings)
        with override_settings(SAFAR_WORKSPACE=str(made.path)):
            yield found


def _link(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body
    found = _LINK.search(body.get_content())
    assert found
    return found.group().removeprefix("https://cx.example.org")


def test_an_invitation_by_mail(cast: Cast, sink: MailSink) -> None:
    alice = cast.client("alice")
    told = {"name": "Zed", "email": "zed@example.org", "role": "member"}
    assert alice.post("/people/invite/?lang=fa", told)["Location"] == "/people/"
    (letter,) = sink.wait()
    assert letter["To"] == "zed@example.org"
    assert letter["Content-Language"] == "fa"
    assert cast.client(None).get(_link(letter)).status_code == 200
    assert "zed@example.org" in alice.get("/people/").content.decode()


def test_a_link_is_shown_where_the_letter_did_not_go(cast: Cast, sink: MailSink) -> None:
    sink.refuses = True
    alice = cast.client("alice")
    told = {"name": "Zed", "email": "zed@example.org", "role": "member"}
    assert alice.post("/people/invite/", told)["Location"] == "/people/link/"
    page = alice.get("/people/link/").content.decode()
    assert "could not be sent" in page
    assert "https://cx.example.org/invitation/" in page


def test_a_forgotten_password(cast: Cast, sink: MailSink) -> None:
    cast.bob.email, cast.bob.language = "bob@example.org", "fa"
    cast.bob.set_password("three wet umbrellas")
    cast.bob.save()
    client = cast.client(None)
    client.post("/password/", {"who": "BOB@example.org"})
    (letter,) = sink.wait()
    assert (letter["To"], letter["Content-Language"]) == ("bob@example.org", "fa")
    path = _link(letter)
    assert client.post(path, {"new": "nine brass doorbells", "again": "nine brass doorbells"}).status_code == 302
    assert client.post("/sign-in/", {"who": "bob", "password": "nine brass doorbells"}).status_code == 302


def test_nobody_learns_who_has_an_account(cast: Cast, sink: MailSink) -> None:
    """The same words for everybody, and no answer sooner than the floor under which all work stays."""
    from safar.web.views import forgotten

    for user, email in ((cast.bob, "bob@example.org"), (cast.charlie, "charlie@example.org")):
        user.email = email
        user.save()
    bodies, soonest = set(), 60.0
    for who in ("bob", "nobody", "vera", "charlie", "nobody@example.org"):
        began = time.monotonic()
        answer = cast.client(None).post("/password/", {"who": who})
        soonest = min(soonest, time.monotonic() - began)
        assert answer.status_code == 200
        bodies.add(answer.content)
    assert len(bodies) == 1
    assert soonest >= forgotten.ANSWER_AFTER_S
    # Only Bob has an open account that takes part, and an address.
    assert [letter["To"] for letter in sink.wait()] == ["bob@example.org"]


def test_nobody_is_flooded_with_letters(cast: Cast, sink: MailSink) -> None:
    cast.bob.email = "bob@example.org"
    cast.bob.save()
    bodies = {cast.client(None).post("/password/", {"who": "bob"}).content for _ in range(5)}
    assert len(bodies) == 1, "being refused is not told either"
    sink.wait(3)
    time.sleep(0.2)
    assert len(sink.letters) == 3


def test_letters_lead_where_the_workspace_says(cast: Cast, sink: MailSink) -> None:
    cast.bob.email = "bob@example.org"
    cast.bob.save()
    cast.client(None).post("/password/", {"who": "bob"}, headers={"X-Forwarded-Host": "elsewhere.example"})
    (letter,) = sink.wait()
    assert "elsewhere" not in letter.as_string()
    body = letter.get_body(("plain",))
    assert body
    assert "https://cx.example.org/invitation/" in body.get_content(), "Bob has never been here"


def test_where_any_host_is_answered_strangers_cause_no_letter(
    cast: Cast, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from django.test import override_settings

    from safar.usecases.workspace import Workspace

    cast.bob.email = "bob@example.org"
    cast.bob.save()
    with mail_sink() as sink:
        made = Workspace.create(tmp_path / "open", name="Acme", now=datetime.now(UTC), settings=sink.settings())
        with override_settings(SAFAR_WORKSPACE=str(made.path), ALLOWED_HOSTS=["*"]):
            answer = cast.client(None).post("/password/", {"who": "bob"}, headers={"Host": "elsewhere.example"})
        assert answer.status_code == 200
        time.sleep(0.2)
        assert not sink.letters
    assert "public_address" in caplog.text


def test_without_mail_the_page_says_whom_to_ask(cast: Cast) -> None:
    page = cast.client(None).get("/password/").content.decode()
    assert "sends no mail" in page
    from safar.store.models import SignInLink

    cast.client(None).post("/password/", {"who": "bob"})
    assert not SignInLink.objects.exists()


def test_https_makes_cookies_secure(tmp_path: Path) -> None:
    from safar.server.configuration import django_values
    from safar.usecases.workspace import Workspace

    def values(name: str, **settings: object) -> dict[str, object]:
        return django_values(Workspace.create(tmp_path / name, name="x", now=datetime.now(UTC), settings=settings))

    secure = values("secure", public_address="https://cx.example.org:8443", bind="0.0.0.0")  # noqa: S104
    assert secure["SESSION_COOKIE_SECURE"] is secure["CSRF_COOKIE_SECURE"] is True
    assert "*" not in str(secure["ALLOWED_HOSTS"])
    assert "cx.example.org" in str(secure["ALLOWED_HOSTS"])
    assert secure["CSRF_TRUSTED_ORIGINS"] == ["https://cx.example.org:8443"]
    assert secure["SECURE_HSTS_SECONDS"]
    plain = values("plain")
    assert plain["SESSION_COOKIE_SECURE"] is plain["CSRF_COOKIE_SECURE"] is False
    assert plain["SECURE_PROXY_SSL_HEADER"] is None
    assert not plain["SECURE_HSTS_SECONDS"]
