"""Tries at a password, or at having a letter sent, so that they can be counted."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from safar.store.personal_data import PersonalData


class Attempt(models.Model):
    """One try. `who` and `where` are keyed hashes of what was typed and of the sender's network address."""

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("who", "where"), removal="Deleted when the time over which tries are counted has passed."
    )

    kind: models.CharField[str, str] = models.CharField(max_length=16)
    who: models.CharField[str, str] = models.CharField(max_length=64)
    where: models.CharField[str, str] = models.CharField(max_length=64)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "who", "at"], name="attempt_who"),
            models.Index(fields=["kind", "where", "at"], name="attempt_where"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M:%S}"
