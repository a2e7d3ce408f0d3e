"""Signing in: one-time addresses, and names with passwords whose guesses are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from safar.domain.person import Person, Role
from safar.errors import Conflict, InputError

if TYPE_CHECKING:
    from safar.store.attempts import Limits

LIFETIME = timedelta(minutes=10)
"""How long a printed address works: long enough to paste it, short enough to be worthless in a log."""

ACCOUNTS = "accounts"
"""Verbs that look at all accounts before they write one go one after another."""
MIN_TOKEN_BYTES = 24
GUESSES = "password"
GUESS_WINDOW = timedelta(minutes=15)
"""Time over which wrong passwords are counted. A one-time address always works: nobody can be locked out by guesses."""


class UnknownPerson(InputError):
    """A sign-in link was asked for somebody who takes no part in the workspace."""

    code = "sign-in.unknown-person"
    next_step = "Leave the name out to get a link for the workspace's owner."


class TooManyGuesses(Conflict):
    """Too many passwords were tried for this account, or from this network address."""

    code = "sign-in.too-many-guesses"
    next_step = "Wait a quarter of an hour, or sign in by a one-time address."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAddress:
    """The path (below the server's address) that signs `person` in, once, until `expires_at`."""

    person: Person
    path: str
    expires_at: datetime


def make_sign_in_link(*, token: str, now: datetime, name: str | None = None) -> SignInAddress:
    """A one-time address for the person called `name`; without a name for the owner, who is made if need be.

    `token` is fresh randomness from the entry point, at least 24 bytes in URL-safe letters. Needs Django to be
    configured (`server.configure`). Raises: UnknownPerson.
    """
    from safar.store import links, people
    from safar.store.atomic import one_at_a_time

    check_token(token)
    if name is None:
        with one_at_a_time(ACCOUNTS):
            person = people.first_owner() or people.add_person(name="Owner", role=Role.OWNER, now=now)
    else:
        user = people.find_user(name)
        found = None if user is None else people.person_of(user)
        if found is None or not found.takes_part:
            raise UnknownPerson(f"{name!r} takes no part in this workspace.")
        person = found
    links.add_link(person=person.id, token=token, now=now, lifetime=LIFETIME)
    return SignInAddress(person=person, path=f"/sign-in/{token}/", expires_at=now + LIFETIME)


def check_token(token: str) -> None:
    """Raises: ValueError for a token that could be guessed."""
    if len(token) < MIN_TOKEN_BYTES:
        raise ValueError("the token is too short to be safe")


def guess_limits() -> Limits:
    """How many wrong passwords are borne: by one sender at one account, at one account, by one sender."""
    from safar.store.attempts import Limits

    return Limits(window=GUESS_WINDOW, pair=5, account=30, sender=60)


def allow_guess(*, name: str, sender: str, now: datetime) -> None:
    """Count a try at a password before it is made. Raises: TooManyGuesses; then it must not be made."""
    from safar.store import attempts

    if not attempts.try_now(kind=GUESSES, name=name, sender=sender, now=now, limits=guess_limits()):
        raise TooManyGuesses("Too many passwords were tried.")


def right_guess(*, name: str, sender: str) -> None:
    """The password was right: what was counted before is forgotten."""
    from safar.store import attempts

    attempts.forget_tries(kind=GUESSES, name=name, sender=sender)


def id_called(text: str) -> UUID | None:
    """The number of the account that a name or an e-mail address means, for the log."""
    from safar.store import people

    user = people.find_user(text)
    return None if user is None else user.pk


def person_behind(user: object) -> Person:
    """The person behind the account that a session belongs to."""
    from safar.store import people

    return people.person_of(people.as_user(user))


def accounts_answer() -> bool:
    """Whether the database of the accounts can be read."""
    from safar.store import people

    return people.answers()
