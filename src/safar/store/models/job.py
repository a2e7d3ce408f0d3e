"""Long work that waits, runs or is over. The table is the queue: there is no broker beside it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from safar.domain.job import ACTIVE, JobState
from safar.store.models.user import User
from safar.store.personal_data import PersonalData

_ACTIVE = [str(state) for state in ACTIVE]


class Job(models.Model):
    """See `domain.job`. `worker` and `attempt` together say whose a running job is: only they may write to it.

    `key`: of the jobs with the same one, at most one waits or runs; empty: any number.
    """

    PERSONAL_DATA: ClassVar = PersonalData(
        fields=("person", "arguments", "result"),
        removal="Rows go `keep_jobs_days` after their end; the account's name goes with the account.",
    )

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind: models.CharField[str, str] = models.CharField(max_length=60)
    arguments: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    key: models.CharField[str, str] = models.CharField(max_length=200, blank=True)
    person: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    state: models.CharField[str, str] = models.CharField(
        max_length=12, choices=[(str(state), str(state)) for state in JobState], default=str(JobState.WAITING)
    )
    cancel_asked: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    mail_language: models.CharField[str, str] = models.CharField(max_length=8, blank=True)
    done: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True, blank=True)
    of: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True, blank=True)
    message: models.CharField[str, str] = models.CharField(max_length=200, blank=True)
    rate: models.FloatField[float | None, float | None] = models.FloatField(null=True, blank=True)
    result: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True, blank=True)
    error_code: models.CharField[str, str] = models.CharField(max_length=80, blank=True)
    error_message: models.TextField[str, str] = models.TextField(blank=True)
    next_step: models.TextField[str, str] = models.TextField(blank=True)
    attempt: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    worker: models.CharField[str, str] = models.CharField(max_length=80, blank=True)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    started_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)
    heartbeat_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "created_at"], name="job_in_line"),
            models.Index(fields=["person", "created_at"], name="job_of_person"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state__in=_ACTIVE) & ~models.Q(key=""), name="job_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"
