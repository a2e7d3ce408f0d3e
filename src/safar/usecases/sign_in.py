"""Make a one-time sign-in address for the owner of a workspace, or for somebody else who takes part in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from safar.domain.person import Person, Role
from safar.errors import InputError

LIFETIME = timedelta(minutes=10)
"""How long a printed address works: long enough to paste it, short enough to be worthless in a log."""

MIN_TOKEN_BYTES = 24


class UnknownPerson(InputError):
    """A sign-in link was asked for somebody who takes no part in the workspace."""

    code = "sign-in.unknown-person"
    next_step = "Leave the name out to get a link for the workspace's owner."


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
    from safar.store import people

    if len(token) < MIN_TOKEN_BYTES:
        raise ValueError("the token is too short to be safe")
    if name is None:
        person = people.first_owner() or people.add_person(name="Owner", role=Role.OWNER, now=now)
    else:
        found = people.find_person(name)
        if found is None or not found.takes_part:
            raise UnknownPerson(f"{name!r} takes no part in this workspace.")
        person = found
    people.add_link(person=person.id, token=token, now=now, lifetime=LIFETIME)
    return SignInAddress(person=person, path=f"/sign-in/{token}/", expires_at=now + LIFETIME)


def person_behind(user: object) -> Person:
    """The person behind the account that a session belongs to."""
    from safar.store import people

    return people.person_of(people.as_user(user))


def accounts_answer() -> bool:
    """Whether the database of the accounts can be read."""
    from safar.store import people

    return people.answers()
