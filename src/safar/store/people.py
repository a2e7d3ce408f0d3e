"""People and their accounts, as frozen records. The only door to this model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError

from safar.domain.person import Account, Person, Role, sign_in_key
from safar.store.models import User


def person_of(user: User) -> Person:
    """The record of one account."""
    active = user.is_active and bool(user.role)
    role = Role(user.role) if active else None
    units = tuple(user.units) if role is Role.VIEWER and user.units is not None else None
    return Person(id=user.pk, name=user.name, role=role, units=units, email=user.email)


def account_of(user: User) -> Account:
    """All that is known of one account, but its password."""
    role = Role(user.role) if user.role else None
    return Account(
        id=user.pk,
        name=user.name,
        email=user.email,
        role=role,
        units=tuple(user.units) if role is Role.VIEWER and user.units is not None else None,
        is_open=user.is_active,
        has_password=user.has_usable_password(),
        language=user.language,
        created_at=user.created_at,
        last_seen=user.last_login,
    )


def find_person(name: str) -> Person | None:
    """The person of that name, if there is one."""
    user = User.objects.filter(name=name).first()
    return None if user is None else person_of(user)


def person_with(identifier: UUID) -> Person | None:
    """The person whose account has that identifier, if there is one."""
    user = User.objects.filter(pk=identifier).first()
    return None if user is None else person_of(user)


def find_user(text: str) -> User | None:
    """The account that a name or an e-mail address means, if there is one. No name holds an @."""
    key = sign_in_key(text)
    if not key:
        return None
    wanted = {"email_key": key} if "@" in key else {"name_key": key}
    return User.objects.filter(**wanted).first()


def find_account(person: UUID) -> Account | None:
    """The account, if there still is one."""
    user = User.objects.filter(pk=person).first()
    return None if user is None else account_of(user)


def list_accounts() -> list[Account]:
    """Everybody, by name."""
    return [account_of(user) for user in User.objects.order_by("name_key")]


def first_owner() -> Person | None:
    """The owner who has been here longest, if there is one."""
    user = User.objects.filter(role=str(Role.OWNER), is_active=True).order_by("created_at", "name").first()
    return None if user is None else person_of(user)


def other_owners(person: UUID) -> int:
    """How many owners besides this one can come in; their rows stay as they are until the transaction ends."""
    owners = User.objects.select_for_update().filter(role=str(Role.OWNER), is_active=True).exclude(pk=person)
    return sum(account_of(user).has_joined for user in owners)


def add_person(
    *, name: str, role: Role | None, now: datetime, units: Sequence[str] | None = None, email: str = ""
) -> Person:
    """A new account without a password. Raises django's IntegrityError for a name or an address that is taken."""
    limits = None if units is None else sorted(units)
    user = User(name=name, role="" if role is None else str(role), units=limits, email=email, created_at=now)
    user.set_unusable_password()
    user.save(force_insert=True)
    return person_of(user)


def change_account(
    person: UUID, *, name: str | None = None, email: str | None = None, language: str | None = None
) -> None:
    """Change what is given. Raises django's IntegrityError for a name or an address that is taken."""
    user = User.objects.select_for_update().get(pk=person)
    user.name = user.name if name is None else name
    user.email = user.email if email is None else email
    user.language = user.language if language is None else language
    user.save(update_fields={"name", "email", "language"})


def set_role(person: UUID, *, role: Role | None, units: Sequence[str] | None) -> None:
    """Give a role; only viewers keep a limit."""
    limits = sorted(set(units)) if role is Role.VIEWER and units is not None else None
    User.objects.filter(pk=person).update(role="" if role is None else str(role), units=limits)


def set_open(person: UUID, *, is_open: bool) -> None:
    """Open or close an account."""
    User.objects.filter(pk=person).update(is_active=is_open)


def set_password(person: UUID, password: str) -> None:
    """Take a new password. Every session of the account ends by it."""
    user = User.objects.select_for_update().get(pk=person)
    user.set_password(password)
    user.save(update_fields={"password"})


def remove(person: UUID) -> None:
    """Delete the account; links go with it."""
    User.objects.filter(pk=person).delete()


def is_taken(*, name: str = "", email: str = "", but: UUID | None = None) -> bool:
    """Whether somebody else has the name (or the address)."""
    wanted = {"name_key": sign_in_key(name)} if name else {"email_key": sign_in_key(email)}
    return User.objects.filter(**wanted).exclude(pk=but).exists()


def password_faults(password: str, *, name: str, email: str) -> list[str]:
    """What is wrong with a new password, in the reader's language; nothing: it will do."""
    try:
        validate_password(password, User(name=name, email=email))
    except ValidationError as faults:
        return list(faults.messages)
    return []


def is_email(text: str) -> bool:
    """Whether a letter could be sent there."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def has_right_password(text: str, password: str) -> User | None:
    """The open account that a name (or address) and a password fit.

    Takes as long for a name that nobody has as for a wrong password, so that time does not tell who has an account.
    """
    user = find_user(text)
    if user is None:
        make_password(password)
        return None
    # Django takes its time also over an account that has no password.
    right = user.check_password(password)
    return user if right and user.is_active and user.role else None


def knows_password(person: UUID, password: str) -> bool:
    """Whether it is the account's password."""
    user = User.objects.filter(pk=person).first()
    return user is not None and user.check_password(password)


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
