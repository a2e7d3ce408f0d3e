"""How Django finds out who signs in: by a one-time link, or by name and password."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from safar.store.links import spend_link
from safar.store.models import User
from safar.store.people import has_right_password


class AccountBackend(BaseBackend):
    """Finds the account behind a session, however it began."""

    def get_user(self, user_id: UUID | str) -> User | None:
        """The account that a session names, if it still is active."""
        try:
            return User.objects.filter(pk=user_id, is_active=True).first()
        except (ValidationError, ValueError):
            return None


class SignInLinkBackend(AccountBackend):
    """Spends the token of a one-time link."""

    def authenticate(
        self, request: HttpRequest | None, token: str | None = None, now: datetime | None = None, **_: object
    ) -> User | None:
        """The account behind a good token, or None."""
        return None if token is None or now is None else spend_link(token=token, now=now)


class PasswordBackend(AccountBackend):
    """Compares a password. Guesses are counted by the verb that calls (`usecases.sign_in`)."""

    def authenticate(
        self, request: HttpRequest | None, who: str | None = None, password: str | None = None, **_: object
    ) -> User | None:
        """The open account of that name or address, if the password is right."""
        return None if who is None or password is None else has_right_password(who, password)
