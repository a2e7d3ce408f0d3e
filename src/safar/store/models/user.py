"""Accounts of the people who use the product (never of customers: those are in the experience log)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from safar.domain.person import Role
from safar.store.personal_data import PersonalData


class User(AbstractBaseUser):
    """A person with an account. `role` empty: the account exists but takes no part in the workspace.

    `units`: see `domain.person`; null: all.
    """

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("name", "email", "last_login", "units"),
        removal="Deleting the account removes the row, its links and its sessions.",
    )
    USERNAME_FIELD = "name"

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name: models.CharField[str, str] = models.CharField(max_length=150, unique=True)
    role: models.CharField[str, str] = models.CharField(
        max_length=16, blank=True, choices=[(str(role), str(role)) for role in Role]
    )
    email: models.EmailField[str, str] = models.EmailField(blank=True)
    units: models.JSONField[list[str] | None, list[str] | None] = models.JSONField(null=True, blank=True)
    is_active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    objects: ClassVar[BaseUserManager[User]] = BaseUserManager()

    def __str__(self) -> str:
        return self.name
