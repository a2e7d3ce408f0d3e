"""One-time addresses: to sign in, to accept an invitation, to choose a new password."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from safar.domain.person import LinkPurpose
from safar.store.models.user import User
from safar.store.personal_data import PersonalData


class SignInLink(models.Model):
    """A link that works once, for one purpose, and not for long. Only the hash of its token is kept."""

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("user",), removal="Goes with the account; links that are over are deleted when a new one is made."
    )

    digest: models.BinaryField[bytes, bytes] = models.BinaryField(max_length=32, unique=True)
    user: models.ForeignKey[User, User] = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="sign_in_links"
    )
    purpose: models.CharField[str, str] = models.CharField(
        max_length=16, choices=[(str(one), str(one)) for one in LinkPurpose], default=str(LinkPurpose.SIGN_IN)
    )
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    expires_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)
    used_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link of {self.user.pk} until {self.expires_at:%Y-%m-%d %H:%M}"
