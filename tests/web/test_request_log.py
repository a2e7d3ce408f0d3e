"""What the server's log tells: every request and doing, nobody's name, no typed text, no one-time token."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from safar.domain.person import Role
from safar.server.log_lines import JsonFormatter, PlainFormatter, WithoutAdvice, log_settings, without_tokens
from tests.web.web_cast import NOW, Cast, do_all_work

pytestmark = pytest.mark.usefixtures("quick_hashes")


@dataclass
class Lines(logging.Handler):
    """All lines, in both forms."""

    plain: list[str] = field(default_factory=list)
    json: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.DEBUG)

    def emit(self, record: logging.LogRecord) -> None:
        self.plain.append(PlainFormatter().format(record))
        self.json.append(json.loads(JsonFormatter().format(record)))

    def of(self, event: str) -> list[dict[str, Any]]:
        """The lines of one event."""
        return [line for line in self.json if line["message"] == event]

    __hash__ = object.__hash__


@pytest.fixture
def lines() -> Iterator[Lines]:
    found, ours = Lines(), logging.getLogger("safar")
    before = ours.level
    ours.setLevel(logging.INFO)
    logging.getLogger().addHandler(found)
    yield found
    logging.getLogger().removeHandler(found)
    ours.setLevel(before)


def test_every_request_is_one_line_without_its_values(cast: Cast, lines: Lines) -> None:
    client = cast.client("alice")
    client.get("/customers/", {"key": "x"})
    client.get("/search/", {"q": "Mrs Secret"})
    b"".join(client.get("/static/safar.css"))
    client.get("/nowhere/Mrs-Secret/")
    client.generic("MRSSECRET", "/journeys/")
    told = [(line["method"], line["route"], line["status"]) for line in lines.of("request")]
    assert told == [
        ("GET", "none", 404),
        ("GET", "/search/", 200),
        ("GET", "static", 200),
        ("GET", "none", 404),
        ("other", "/journeys/", 405),
    ]
    searched = lines.of("request")[1]
    assert searched["person"] == str(cast.alice.pk)
    assert searched["sender"] == "127.0.0.1"
    assert isinstance(searched["ms"], int)
    numbers = [line["request"] for line in lines.of("request")]
    assert len(set(numbers)) == len(numbers)
    assert "secret" not in "\n".join(lines.plain).casefold()
    assert "Alice" not in "\n".join(lines.plain)


@pytest.mark.parametrize(
    ("who", "path", "why"),
    [("vera", "/people/", "role"), ("uma", "/rules/", "role or units"), ("charlie", "/journey/", "no part")],
)
def test_refusals_say_who_and_why(cast: Cast, lines: Lines, who: str, path: str, why: str) -> None:
    cast.client(who).get(path)
    (line,) = lines.of("request")
    assert (line["status"], line["level"], line["refused"]) == (403, "warning", why)
    assert line["person"] == str(getattr(cast, who).pk)


def test_a_guessing_attack_can_be_seen(cast: Cast, lines: Lines) -> None:
    from safar.store import people

    people.set_password(cast.bob.pk, "a good password of Bob")
    client = cast.client(None)
    for n in range(6):
        client.post("/sign-in/", {"who": "Bob", "password": f"guess {n}"})
    client.post("/sign-in/", {"who": "my password by mistake", "password": "x"})
    failed = lines.of("sign-in.failed")
    assert [line.get("tried") for line in failed] == [str(cast.bob.pk)] * 5 + [None]
    assert {line["sender"] for line in failed} == {"127.0.0.1"}
    refused = [line for line in lines.of("request") if line["status"] == 429]
    assert [line["refused"] for line in refused] == ["too many guesses"]
    everything = "\n".join(lines.plain)
    assert "guess 0" not in everything
    assert "by mistake" not in everything
    assert "Bob" not in everything


def test_doings_are_told(cast: Cast, lines: Lines) -> None:
    from safar.usecases import people

    alice = cast.client("alice")
    handed = people.invite_person(
        name="Nora",
        email="nora@example.org",
        role=Role.VIEWER,
        units=["north-1"],
        token=secrets.token_urlsafe(32),
        now=NOW,
    )
    alice.post(f"/people/{handed.account.id}/", {"role": "member", "scope": "all"})
    alice.post(f"/people/{handed.account.id}/close/")
    alice.post(f"/people/{handed.account.id}/reopen/")
    alice.post("/people/invite/", {"name": "Olga", "email": "", "role": "viewer", "scope": "all"})
    alice.get("/touchpoints.csv")
    (invited, _) = lines.of("person.invited")
    assert (invited["whom"], invited["role"], invited["units"]) == (str(handed.account.id), "viewer", 1)
    (changed,) = lines.of("person.role-changed")
    assert (changed["role"], changed["before"], changed["person"]) == ("member", "viewer", str(cast.alice.pk))
    assert len(lines.of("person.closed")) == len(lines.of("person.reopened")) == 1
    assert len(lines.of("person.link-made")) == 2
    (sent,) = lines.of("export.sent")
    assert (sent["route"], sent["person"]) == ("/touchpoints.csv", str(cast.alice.pk))
    everything = "\n".join(lines.plain)
    for name in ("Nora", "nora@", "Olga", "Alice"):
        assert name not in everything


def test_jobs_are_told_from_begin_to_end(cast: Cast, lines: Lines, served: Any) -> None:
    cast.client("alice").post("/jobs/prepare/")
    do_all_work(served)
    (began,), (ended,) = lines.of("job.began"), lines.of("job.ended")
    assert began["job"] == ended["job"]
    assert (began["kind"], ended["state"]) == ("prepare", "done")
    assert began["person"] == str(cast.alice.pk)


def _sign_in(token: str, cast: Cast) -> str:
    from safar.store import links

    links.add_link(person=cast.bob.pk, token=token, now=_now(), lifetime=timedelta(minutes=10))
    return f"/sign-in/{token}/"


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


@pytest.mark.parametrize(
    "address",
    [
        _sign_in,
        lambda token, _: f"/sign-in/{token}/",
        lambda token, _: f"/sign-in/{token}",
        lambda token, _: f"/invitation/{token}/",
        lambda token, _: f"/password/{token}/",
        lambda token, _: f"/shared/{token}/",
        lambda token, _: f"/boards/letters/{token}/",
        lambda token, _: f"/sign-in/?next=/shared/{token}/",
        lambda token, _: f"/no/such/{token}/page/",
    ],
)
def test_no_token_reaches_the_log(
    cast: Cast, lines: Lines, address: Callable[[str, Cast], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from safar.usecases import own_account
    from safar.usecases import sign_in as verbs
    from safar.web.views import boards, forgotten, shared, sign_in

    token = secrets.token_urlsafe(32)
    client = cast.client(None)
    client.raise_request_exception = False
    wanted = address(token, cast)
    client.get(wanted)
    client.post(wanted, {"x": token})

    # And when the page breaks, so that the whole error is told.
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"broken at {wanted}")

    for module, name in (
        (sign_in, "authenticate"), (own_account, "look_at_link"), (forgotten, "look_at_link"),
        (shared, "open_link"), (boards, "read_stop_token"), (verbs, "person_behind"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, broken)
    client.get(wanted)
    assert lines.of("request")
    assert token not in "\n".join(lines.plain)
    assert token not in json.dumps(lines.json)


def test_tokens_are_told_from_other_long_words() -> None:
    token = secrets.token_urlsafe(32)
    assert without_tokens(f"at /shared/{token}/: {token}.") == "at /shared/[token]/: [token]."
    kept = "in a_function_with_a_name_that_is_longer_than_any_token_is, " + "0a" * 32
    assert without_tokens(kept) == kept
    record = logging.LogRecord("safar.web", logging.ERROR, __file__, 1, "two\nlines %s", (token,), None)
    record.told = {"path": f"/a\n{token}"}
    assert token not in PlainFormatter().format(record)
    assert token not in JsonFormatter().format(record)


def test_a_readable_line_stays_one_line() -> None:
    record = logging.LogRecord("safar.web", logging.WARNING, __file__, 1, "request", (), None)
    record.told = {"route": "/journey/", "refused": "too many guesses", "line": "a\nb=c"}
    line = PlainFormatter().format(record)
    assert re.fullmatch(
        r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} WARNING safar\.web request route=/journey/ refused="too many guesses"'
        r' line="a\\nb=c"',
        line,
    )


def test_levels_follow_the_setting() -> None:
    assert log_settings(form="json", level="info")["loggers"]["safar"]["level"] == "INFO"
    assert log_settings(form="json", level="error")["root"]["level"] == "ERROR"
    assert log_settings(form="plain", level="debug")["loggers"]["_granian"]["level"] == "INFO"
    assert log_settings(form="plain", level="warning")["loggers"]["_granian"]["level"] == "WARNING"


def test_advice_on_threads_is_left_out_of_the_log_and_nothing_else() -> None:
    advice = "Configuration allows spawning up to 8 Python threads, which seems quite high compared to the number of"
    kept = [message for message in (advice, "Killing worker-1") if WithoutAdvice().filter(_said(message))]
    assert kept == ["Killing worker-1"]
    loggers = {level: log_settings(form="plain", level=level)["loggers"] for level in ("debug", "info")}
    assert loggers["info"]["_granian"]["filters"] == ["without-advice"]
    assert loggers["debug"]["_granian"]["filters"] == []


def _said(message: str) -> logging.LogRecord:
    return logging.LogRecord("_granian", logging.WARNING, __file__, 1, message, None, None)
