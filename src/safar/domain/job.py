"""A piece of long work that somebody asked for and a worker does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class JobState(StrEnum):
    """Where a job stands. Done, failed and cancelled are the ends: none is left again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self not in ACTIVE


ACTIVE = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """`done` of `of`, in the job's own unit (rows, files, steps); None where it cannot be told. `rate`: done per s."""

    done: int | None = None
    of: int | None = None
    message: str = ""
    rate: float | None = None

    @property
    def share(self) -> float | None:
        """0 to 1, or None where how much there is to do is not known."""
        if self.done is None or not self.of:
            return None
        return min(1.0, max(0.0, self.done / self.of))


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProblem:
    """Why a job failed: an error's code, its message and the next step."""

    code: str
    message: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`person`: who asked; None when the account is gone. `attempt`: how often it was begun. Times are UTC.

    result: what the kind returned, once done. cancel_asked: a running job ends at its next step.
    mail_language: who asked wishes a letter in this language once it is over; empty: no letter.
    """

    id: UUID
    kind: str
    arguments: Mapping[str, Any]
    person: UUID | None
    person_name: str
    state: JobState
    progress: JobProgress
    attempt: int
    cancel_asked: bool
    mail_language: str
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    result: Mapping[str, Any] | None = None
    problem: JobProblem | None = None

    @property
    def seconds(self) -> float | None:
        """How long it took, once it is over."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()
