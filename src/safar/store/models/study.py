"""Studies: a path model's text with its versions, where its answers lie, and its runs with their results."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from safar.domain.study import DataSource
from safar.store.models.user import User
from safar.store.personal_data import PersonalData


class Study(models.Model):
    """See `domain.study`. `data`: what is told of the answers, never one of them; those lie in a file.

    `questionnaire_before`: the text that the last change of `questionnaire` replaced, so that it can be undone.
    A study that was removed is kept for a while, so that this can be undone.
    """

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("owner",),
        removal="The name goes with the account; studies that only their owner saw are deleted once nobody owns them.",
    )

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title: models.CharField[str, str] = models.CharField(max_length=120)
    owner: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="studies"
    )
    shared: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    text: models.TextField[str, str] = models.TextField(blank=True)
    version: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=1)
    choices: models.TextField[str, str] = models.TextField(blank=True)
    source: models.CharField[str, str] = models.CharField(
        max_length=12, choices=[(str(one), str(one)) for one in DataSource], default=str(DataSource.NOTHING)
    )
    data: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    questionnaire: models.TextField[str, str] = models.TextField(blank=True, default="")
    questionnaire_before: models.TextField[str, str] = models.TextField(blank=True, default="")
    changed_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    removed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        null=True, blank=True, db_index=True
    )

    def __str__(self) -> str:
        return self.title


class StudyVersion(models.Model):
    """The whole text of a study's model after one change."""

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("by",), removal="The name goes with the account; the version goes with its study."
    )

    study: models.ForeignKey[Study, Study] = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="versions")
    number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    text: models.TextField[str, str] = models.TextField(blank=True)
    told: models.CharField[str, str] = models.CharField(max_length=200)
    by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["study", "number"], name="one_study_version")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.study.title}"


class StudyRun(models.Model):
    """An analysis of a study. `result`: its JSON: figures of all rows together, never a row."""

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("by",), removal="The name goes with the account; the run goes with its study."
    )

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study: models.ForeignKey[Study, Study] = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="runs")
    study_id: uuid.UUID
    number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    kind: models.CharField[str, str] = models.CharField(max_length=40)
    options: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    text: models.TextField[str, str] = models.TextField()
    job: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True, blank=True)
    by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)
    headline: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    result: models.TextField[str, str] = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["study", "number"], name="one_study_run")]

    def __str__(self) -> str:
        return f"run {self.number} of {self.study.title}"
