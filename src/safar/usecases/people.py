"""What an owner does with the people of a workspace: invite, change roles, close, delete, hand over links.

Needs Django to be configured (`server.configure`).
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from safar.domain.person import Account, AccountState, LinkPurpose, Role, sign_in_key
from safar.notices import notice
from safar.usecases.person_errors import (
    BadEmail,
    BadName,
    EmailTaken,
    LastOwner,
    NameTaken,
    NoSuchPerson,
    NoUnits,
)
from safar.usecases.sign_in import ACCOUNTS, check_token

INVITATION_LIFETIME = timedelta(days=7)
"""Somebody who is invited may be away for some days."""
RESET_LIFETIME = timedelta(hours=24)
"""A link to choose a new password is used on the day it was asked for."""
LONGEST_NAME = 150
_log = logging.getLogger("safar.people")
_SEEN_BY_NOBODY = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
"""Persian needs them; every other mark that is not seen would let two names look alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A link for one person, to be mailed or handed over. `path`: below the server's address."""

    account: Account
    purpose: LinkPurpose
    path: str
    expires_at: datetime
    lifetime: timedelta


def list_people() -> list[Account]:
    """Everybody with an account, by name."""
    from safar.store import people

    return people.list_accounts()


def find_person(person: UUID) -> Account:
    """One account. Raises: NoSuchPerson."""
    from safar.store import people

    found = people.find_account(person)
    if found is None:
        raise NoSuchPerson("This person has no account (any more).")
    return found


def person_called(text: str) -> Account:
    """The account that a name or an e-mail address means. Raises: NoSuchPerson."""
    from safar.store import people

    user = people.find_user(text)
    if user is None:
        raise NoSuchPerson(f"Nobody here is called {text[:60]!r}.")
    return people.account_of(user)


def invite_person(
    *, name: str, email: str = "", role: Role, units: Sequence[str] | None = None, token: str, now: datetime
) -> Handover:
    """A new account, and the link by which its person comes in and chooses a password.

    units: what a viewer may see; None: everything. `token`: fresh randomness from the entry point.
    Raises: BadName, NameTaken, BadEmail, EmailTaken, NoUnits; then nothing is made.
    """
    from safar.store import people
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(ACCOUNTS):
        told, address = checked_name(name), checked_email(email)
        limits = _checked_units(role, units)
        account = people.add_person(name=told, role=role, now=now, units=limits, email=address)
        handover = hand_over_link(person=account.id, token=token, now=now)
    notice(_log, "person.invited", whom=account.id, role=role, units=len(limits) if limits is not None else None)
    return handover


def hand_over_link(*, person: UUID, token: str, now: datetime) -> Handover:
    """A link for somebody: to accept an invitation, or to choose a new password. It ends earlier ones.

    Raises: NoSuchPerson, also for an account that is closed.
    """
    from safar.store import links
    from safar.store.atomic import one_at_a_time

    check_token(token)
    with one_at_a_time(ACCOUNTS):
        account = find_person(person)
        if not account.is_open:
            raise NoSuchPerson(f"The account of {account.name} is closed.", next_step="Open it again first.")
        is_new = account.state is AccountState.INVITED
        purpose = LinkPurpose.INVITATION if is_new else LinkPurpose.RESET
        lifetime = INVITATION_LIFETIME if is_new else RESET_LIFETIME
        links.add_link(person=person, token=token, now=now, lifetime=lifetime, purpose=purpose)
    notice(_log, "person.link-made", whom=person, purpose=purpose)
    path = f"/invitation/{token}/" if is_new else f"/password/{token}/"
    return Handover(account=account, purpose=purpose, path=path, expires_at=now + lifetime, lifetime=lifetime)


def change_role(*, person: UUID, role: Role, units: Sequence[str] | None = None) -> Account:
    """Give somebody a role. Raises: NoSuchPerson, LastOwner, NoUnits."""
    from safar.store import people
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(ACCOUNTS):
        account = find_person(person)
        if role is not Role.OWNER:
            _keep_an_owner(account)
        limits = _checked_units(role, units)
        people.set_role(person, role=role, units=limits)
        found = find_person(person)
    some = len(limits) if limits is not None else None
    notice(_log, "person.role-changed", whom=person, role=role, before=account.role or "none", units=some)
    return found


def close_account(*, person: UUID, now: datetime) -> Account:
    """Keep somebody out, at once and everywhere; nothing of theirs is lost. Raises: NoSuchPerson, LastOwner."""
    from safar.store import links, people, sessions
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(ACCOUNTS):
        account = find_person(person)
        _keep_an_owner(account)
        people.set_open(person, is_open=False)
        links.end_links(person)
        sessions.end_sessions(person, now=now)
        found = find_person(person)
    notice(_log, "person.closed", whom=person)
    return found


def reopen_account(*, person: UUID) -> Account:
    """Let somebody in again, with the role and the password of before. Raises: NoSuchPerson."""
    from safar.store import people
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(ACCOUNTS):
        find_person(person)
        people.set_open(person, is_open=True)
        found = find_person(person)
    notice(_log, "person.reopened", whom=person)
    return found


def delete_account(*, person: UUID, now: datetime) -> Account:
    """Remove the account and all that is kept about its person. Raises: NoSuchPerson, LastOwner."""
    from safar.store import attempts, people, sessions
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(ACCOUNTS):
        account = find_person(person)
        _keep_an_owner(account)
        sessions.end_sessions(person, now=now)
        attempts.forget_names([account.name, account.email])
        people.remove(person)
    notice(_log, "person.deleted", whom=person)
    return account


def checked_name(name: str, *, person: UUID | None = None) -> str:
    """The name, tidied. `person`: whose it may be already. Raises: BadName, NameTaken."""
    from safar.store import people

    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    seen = all(unicodedata.category(c) not in _SEEN_BY_NOBODY or c in _JOINERS for c in tidy)
    if not sign_in_key(tidy) or len(sign_in_key(tidy)) > LONGEST_NAME * 2 or len(tidy) > LONGEST_NAME:
        raise BadName("A name has 1 to 150 letters.")
    if "@" in tidy or not seen:
        raise BadName("A name holds no @ and no invisible marks.")
    if people.is_taken(name=tidy, but=person):
        raise NameTaken(f"Somebody is called {tidy!r} already.")
    return tidy


def checked_email(email: str, *, person: UUID | None = None) -> str:
    """The address, tidied; empty for none. Raises: BadEmail, EmailTaken."""
    from safar.store import people

    tidy = email.strip()
    if not tidy:
        return ""
    if not people.is_email(tidy):
        raise BadEmail(f"{tidy[:80]!r} is no e-mail address.")
    if people.is_taken(email=tidy, but=person):
        raise EmailTaken("Somebody has this e-mail address already.")
    return tidy


def _checked_units(role: Role, units: Sequence[str] | None) -> list[str] | None:
    if role is not Role.VIEWER or units is None:
        return None
    if not units:
        raise NoUnits("No unit was chosen.")
    return sorted(set(units))


def _keep_an_owner(account: Account) -> None:
    from safar.store import people

    if account.role is Role.OWNER and account.is_open and people.other_owners(account.id) == 0:
        raise LastOwner(f"{account.name} is the only owner.")
