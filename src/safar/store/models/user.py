"""Accounts of the people who use the product (never of customers: those are in the experience log)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from safar.domain.person import Role, sign_in_key
from safar.store.personal_data import PersonalData


class User(AbstractBaseUser):
    """A person with an account. `role` empty: the account exists but takes no part in the workspace.

    `units`: see `domain.person`; null: all. `name_key` and `email_key`: what signing in looks up, so that no two
    people can be called alike; they follow the name and the address by themselves.
    """

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("name", "name_key", "email", "email_key", "password", "last_login", "units", "language"),
        removal="Deleting the account removes the row, its links, its sessions and its failed attempts.",
    )
    USERNAME_FIELD = "name"

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name: models.CharField[str, str] = models.CharField(max_length=150, unique=True)
    name_key: models.CharField[str, str] = models.CharField(max_length=600, unique=True, editable=False)
    role: models.CharField[str, str] = models.CharField(
        max_length=16, blank=True, choices=[(str(role), str(role)) for role in Role]
    )
    email: models.EmailField[str, str] = models.EmailField(blank=True)
    email_key: models.CharField[str | None, str | None] = models.CharField(
        max_length=600, unique=True, null=True, editable=False
    )
    units: models.JSONField[list[str] | None, list[str] | None] = models.JSONField(null=True, blank=True)
    language: models.CharField[str, str] = models.CharField(max_length=8, blank=True)
    is_active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    objects: ClassVar[BaseUserManager[User]] = BaseUserManager()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the keys in step with what they are made of."""
        self.name_key = sign_in_key(self.name)
        self.email_key = sign_in_key(self.email) or None
        if (named := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*named, "name_key", "email_key"}
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name
