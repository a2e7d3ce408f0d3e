"""Saved views of the journey map, and the links that show one to people without an account."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from safar.store.models.user import User
from safar.store.personal_data import PersonalData


class SavedView(models.Model):
    """See `domain.saved_view`. A view that was removed is kept for a while, so that this can be undone."""

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("owner", "query"),
        removal="The name goes with the account; views that only their owner saw are deleted once nobody owns them. "
        "A filter may name what the log tells of customers, never one.",
    )

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    journey: models.CharField[str, str] = models.CharField(max_length=200)
    title: models.CharField[str, str] = models.CharField(max_length=120)
    owner: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="saved_views"
    )
    owner_id: uuid.UUID | None
    shared: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    query: models.JSONField[list[list[str]], list[list[str]]] = models.JSONField()
    changed_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    removed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        null=True, blank=True, db_index=True
    )

    def __str__(self) -> str:
        return self.title


class ShareLink(models.Model):
    """A link to one view, with the rights of who made it. Only the hash of its token is kept."""

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("person",), removal="Goes with the account and with the view; deleted 30 days after it is over."
    )

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest: models.BinaryField[bytes, bytes] = models.BinaryField(max_length=32, unique=True)
    view: models.ForeignKey[SavedView, SavedView] = models.ForeignKey(
        SavedView, on_delete=models.CASCADE, related_name="links"
    )
    view_id: uuid.UUID
    person: models.ForeignKey[User, User] = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="share_links"
    )
    person_id: uuid.UUID
    quotes: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    expires_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)
    opened_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link to {self.view_id} until {self.expires_at:%Y-%m-%d %H:%M}"
