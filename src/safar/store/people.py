"""People and their sign-in links, as frozen records. The only door to these two models."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import DatabaseError, transaction

from safar.domain.person import Person, Role
from safar.store.models import SignInLink, User


def person_of(user: User) -> Person:
    """The record of one account."""
    active = user.is_active and bool(user.role)
    role = Role(user.role) if active else None
    units = tuple(user.units) if role is Role.VIEWER and user.units is not None else None
    return Person(id=user.pk, name=user.name, role=role, units=units, email=user.email)


def find_person(name: str) -> Person | None:
    """The person of that name, if there is one."""
    user = User.objects.filter(name=name).first()
    return None if user is None else person_of(user)


def first_owner() -> Person | None:
    """The owner who has been here longest, if there is one."""
    user = User.objects.filter(role=str(Role.OWNER), is_active=True).order_by("created_at", "name").first()
    return None if user is None else person_of(user)


def add_person(
    *, name: str, role: Role | None, now: datetime, units: Sequence[str] | None = None, email: str = ""
) -> Person:
    """A new account without a password. Raises django's IntegrityError for a name that is taken."""
    limits = None if units is None else sorted(units)
    user = User(name=name, role="" if role is None else str(role), units=limits, email=email, created_at=now)
    user.set_unusable_password()
    user.save(force_insert=True)
    return person_of(user)


def add_link(*, person: UUID, token: str, now: datetime, lifetime: timedelta) -> None:
    """Keep the hash of a token; forget links that are over, so that the table does not grow."""
    SignInLink.objects.filter(expires_at__lt=now).delete()
    SignInLink.objects.create(digest=_digest(token), user_id=person, created_at=now, expires_at=now + lifetime)


@transaction.atomic
def spend_link(*, token: str, now: datetime) -> User | None:
    """The account that a token signs in, if the token is known, in time and not yet used; it is used now.

    One conditional update decides, so that of two requests at the same moment one gets nothing.
    """
    waiting = SignInLink.objects.filter(digest=_digest(token), used_at=None, expires_at__gt=now)
    if waiting.update(used_at=now) != 1:
        return None
    user = SignInLink.objects.select_related("user").get(digest=_digest(token)).user
    return user if user.is_active else None


def as_user(user: object) -> User:
    """The account, from what Django hands about as a user. Raises: TypeError for anything else."""
    # Django's request carries a lazy stand-in for the row.
    if not isinstance(user, User):
        raise TypeError(f"{type(user).__name__} is no account")
    return user


def answers() -> bool:
    """Whether the database can be read."""
    try:
        User.objects.exists()
    except DatabaseError:
        return False
    return True


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
