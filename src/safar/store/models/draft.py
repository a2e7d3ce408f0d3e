"""What somebody is changing and has not published yet: a journey or its rules, change by change."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from safar.store.models.user import User
from safar.store.personal_data import NONE, PersonalData


class Draft(models.Model):
    """One person's draft of one journey or of its rules."""

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("person",), removal="Goes with the account, and when the draft is published or discarded."
    )

    person: models.ForeignKey[User, User] = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    kind: models.CharField[str, str] = models.CharField(max_length=16)
    name: models.CharField[str, str] = models.CharField(max_length=200)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        """A person has one draft of a thing."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind", "name"], name="one_draft_a_person_and_thing")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class DraftChange(models.Model):
    """The whole text after one change, so that taking the change back is taking the row away.

    `base`: the hash of the published version that the text follows; a merge follows a newer one than the change before.
    """

    PERSONAL_DATA: ClassVar = NONE

    draft: models.ForeignKey[Draft, Draft] = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="changes")
    base: models.CharField[str, str] = models.CharField(max_length=64)
    text: models.TextField[str, str] = models.TextField()
    told: models.CharField[str, str] = models.CharField(max_length=200)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    def __str__(self) -> str:
        return self.told
