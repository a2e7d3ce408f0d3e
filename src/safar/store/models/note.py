"""Notes of colleagues on the journey map."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from safar.domain.note import NoteLevel
from safar.store.models.user import User
from safar.store.personal_data import PersonalData


class Note(models.Model):
    """See `domain.note`. A note that was removed is kept for a while, so that this can be undone."""

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("author", "removed_by", "text"),
        removal="Names go with the account. E-mail addresses, telephone and card numbers are taken out of the words "
        "before they are kept; forgetting a customer takes out that customer's identifiers; what was removed is "
        "deleted after 30 days.",
    )

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    journey: models.CharField[str, str] = models.CharField(max_length=200)
    level: models.CharField[str, str] = models.CharField(
        max_length=16, choices=[(str(level), str(level)) for level in NoteLevel]
    )
    place: models.CharField[str, str] = models.CharField(max_length=200)
    lane: models.CharField[str, str] = models.CharField(max_length=16, blank=True)
    text: models.TextField[str, str] = models.TextField()
    author: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="notes"
    )
    author_id: uuid.UUID | None
    written_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    changed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)
    removed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        null=True, blank=True, db_index=True
    )
    removed_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    removed_by_id: uuid.UUID | None

    class Meta:
        indexes: ClassVar = [models.Index(fields=["journey", "written_at"], name="note_of_journey")]

    def __str__(self) -> str:
        return f"note on {self.level} {self.place}"
