"""How Django finds out who signs in: by a one-time link, nothing else yet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from safar.store.models import User
from safar.store.people import spend_link


class SignInLinkBackend(BaseBackend):
    """Spends the token of a one-time link."""

    def authenticate(
        self, request: HttpRequest | None, token: str | None = None, now: datetime | None = None, **_: object
    ) -> User | None:
        """The account behind a good token, or None."""
        return None if token is None or now is None else spend_link(token=token, now=now)

    def get_user(self, user_id: UUID | str) -> User | None:
        """The account that a session names, if it still is active."""
        try:
            return User.objects.filter(pk=user_id, is_active=True).first()
        except (ValidationError, ValueError):
            return None
