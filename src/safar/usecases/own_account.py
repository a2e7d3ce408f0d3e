"""What people do with their own accounts: set up, join, sign-in data, a forgotten password.

Needs Django to be configured (`server.configure`).
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from safar.domain.person import Account, LinkPurpose
from safar.notices import notice
from safar.usecases.people import Handover, checked_email, checked_name, find_person, hand_over_link
from safar.usecases.person_errors import AlreadySetUp, LinkOver, WeakPassword, WrongPassword
from safar.usecases.sign_in import ACCOUNTS

_log = logging.getLogger("safar.people")
LETTERS = "letter"
LETTER_WINDOW = timedelta(hours=1)
LONGEST_PASSWORD = 1000
"""Bounds the work of hashing; nobody remembers a longer one."""


def set_up_account(*, person: UUID, name: str, email: str, password: str, language: str) -> Account:
    """Name and password of somebody who came in by a one-time address and has none yet.

    Raises: NoSuchPerson, AlreadySetUp, and what `checked_name`, `checked_email` and `checked_password` raise.
    """
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(ACCOUNTS):
        if find_person(person).has_password:
            raise AlreadySetUp("This account has a password.")
        found = _settle(person, name=name, email=email, password=password, language=language)
    notice(_log, "account.set-up", whom=person)
    return found


def look_at_link(*, token: str, purpose: LinkPurpose, now: datetime) -> Account | None:
    """Whose link this is, while it is good; looking does not use it up (mail programs look too)."""
    from safar.store import links

    return links.look_at_link(token=token, now=now, purpose=purpose)


def accept_invitation(*, token: str, name: str, email: str, password: str, language: str, now: datetime) -> Account:
    """Use an invitation up: its person has a name and a password from now on.

    Raises: LinkOver, and as `set_up_account`; then the invitation stays good.
    """
    from safar.store import links
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(ACCOUNTS):
        user = links.spend_link(token=token, now=now, purpose=LinkPurpose.INVITATION)
        if user is None:
            raise LinkOver("This invitation does not work any more.")
        links.end_links(user.pk)
        found = _settle(user.pk, name=name, email=email, password=password, language=language)
    notice(_log, "invitation.accepted", whom=found.id)
    return found


def choose_new_password(*, token: str, password: str, now: datetime) -> Account:
    """Use a reset link up. All sessions of the account end. Raises: LinkOver, WeakPassword."""
    from safar.store import links, people, sessions
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(ACCOUNTS):
        user = links.spend_link(token=token, now=now, purpose=LinkPurpose.RESET)
        if user is None:
            raise LinkOver("This link does not work any more.")
        checked_password(password, name=user.name, email=user.email)
        people.set_password(user.pk, password)
        links.end_links(user.pk)
        sessions.end_sessions(user.pk, now=now)
        found = find_person(user.pk)
    notice(_log, "password.changed", whom=found.id, way="link")
    return found


def forgot_password(*, text: str, sender: str, token: str, now: datetime) -> Handover | None:
    """A link for whoever a name or an address means, if it can be mailed; None is no answer to be shown.

    Asked too often, nothing is made either: `sender` is where the request came from.
    """
    from safar.store import attempts, people
    from safar.store.atomic import atomic

    limits = attempts.Limits(window=LETTER_WINDOW, pair=3, account=5, sender=20)
    with atomic():
        if not attempts.try_now(kind=LETTERS, name=text, sender=sender, now=now, limits=limits):
            notice(_log, "password.letter-refused", level=logging.WARNING)
            return None
        user = people.find_user(text)
        if user is None or not user.is_active or not user.role or not user.email:
            return None
        return hand_over_link(person=user.pk, token=token, now=now)


def change_profile(*, person: UUID, name: str, email: str, language: str, password: str = "") -> Account:
    """Change one's own name, address and language.

    password: the present one, asked for where the address changes: who holds the address can get a new password.
    Raises: WrongPassword, and what `checked_name` and `checked_email` raise.
    """
    from safar.store import people
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(ACCOUNTS):
        account = find_person(person)
        told, address = checked_name(name, person=person), checked_email(email, person=person)
        is_new = address != account.email
        if is_new and account.has_password and not people.knows_password(person, password):
            raise _wrong(person)
        people.change_account(person, name=told, email=address, language=language)
        return find_person(person)


def change_password(*, person: UUID, old: str, new: str, now: datetime, keep: str | None = None) -> Account:
    """Change one's own password; all sessions end but `keep`. Raises: WrongPassword, WeakPassword."""
    from safar.store import links, people, sessions
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(ACCOUNTS):
        account = find_person(person)
        if account.has_password and not people.knows_password(person, old):
            raise _wrong(person)
        checked_password(new, name=account.name, email=account.email)
        people.set_password(person, new)
        links.end_links(person)
        sessions.end_sessions(person, now=now, keep=keep)
        found = find_person(person)
    notice(_log, "password.changed", whom=person, way="password")
    return found


def end_other_sessions(*, person: UUID, keep: str | None, now: datetime) -> int:
    """Sign somebody out everywhere but here."""
    from safar.store import sessions
    from safar.store.atomic import atomic

    with atomic():
        return sessions.end_sessions(person, now=now, keep=keep)


def _wrong(person: UUID) -> WrongPassword:
    notice(_log, "password.wrong", level=logging.WARNING, whom=person)
    return WrongPassword("This is not your password.")


def checked_password(password: str, *, name: str, email: str) -> str:
    """The password, if it will do. Raises: WeakPassword with the reasons in the reader's language."""
    from safar.store import people

    faults = people.password_faults(password, name=name, email=email) if len(password) <= LONGEST_PASSWORD else ["–"]
    if faults:
        raise WeakPassword(faults)
    return password


def _settle(person: UUID, *, name: str, email: str, password: str, language: str) -> Account:
    from safar.store import people

    told, address = checked_name(name, person=person), checked_email(email, person=person)
    checked_password(password, name=told, email=address)
    people.change_account(person, name=told, email=address, language=language)
    people.set_password(person, password)
    return find_person(person)
