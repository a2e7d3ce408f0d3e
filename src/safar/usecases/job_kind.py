"""What a kind of long work is, and how it says how far it has come.

A kind is a function `(workspace, arguments, reporter) -> result`; arguments and result are what JSON can hold. It
calls `reporter.progress` between its steps, which is also where it ends when somebody cancels.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from safar.domain.job import JobProgress

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

Arguments = Mapping[str, Any]
Result = Mapping[str, Any]

LOST_AFTER_S = 20.0
"""Silence after which a worker counts as lost: many beats, so that a busy machine does not look dead."""


class JobEnded(BaseException):
    """Ends a job from within. No `Exception`, so that a kind that catches errors of its own does not catch this."""


class JobCancelled(JobEnded):
    """Somebody asked for the job to be cancelled."""


class JobHandedBack(JobEnded):
    """The worker was told to stop, and the job can be begun again elsewhere."""


class JobTaken(JobEnded):
    """Another worker has taken the job: this one was not heard of for too long."""


@dataclass
class JobReporter:
    """How a running job speaks. Calls cost next to nothing: what is said is written once a second at most.

    folder: where the job may leave files; made by `make_folder`. attempt: 1, or more after a worker was lost.
    """

    job: UUID
    attempt: int
    person: UUID | None
    folder: Path
    clock: Callable[[], datetime]
    _said: JobProgress = field(default_factory=JobProgress)
    _first: tuple[datetime, int] | None = None
    _end: type[JobEnded] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def progress(self, done: int | None, of: int | None = None, message: str = "") -> None:
        """`done` of `of`, and what is being done, in plain English (pages translate it). Raises: JobEnded."""
        self.check()
        now = self.clock()
        with self._lock:
            if done is None or self._said.done is None or done < self._said.done:
                self._first = None if done is None else (now, done)
            rate = None
            if done is not None and self._first is not None:
                seconds = (now - self._first[0]).total_seconds()
                rate = (done - self._first[1]) / seconds if seconds > 0 and done > self._first[1] else None
            self._said = JobProgress(done=done, of=of, message=message or self._said.message, rate=rate)

    def check(self) -> None:
        """Go on, or end here. Raises: JobEnded."""
        if self._end is not None:
            raise self._end

    def make_folder(self) -> Path:
        """The job's own folder, empty: what an attempt before left there is gone."""
        if self.folder.exists():
            for file in self.folder.iterdir():
                file.unlink()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder

    @property
    def ending(self) -> type[JobEnded] | None:
        """Why the job is to end; None while it goes on."""
        return self._end

    @property
    def said(self) -> JobProgress:
        """How far it has come."""
        with self._lock:
            return self._said

    def end(self, why: type[JobEnded]) -> None:
        """End the job at its next step. The first reason holds, but a job that was taken is nobody's any more."""
        if self._end is None or why is JobTaken:
            self._end = why


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """`restartable`: beginning again after a worker was killed does no harm, so that it is begun again."""

    name: str
    run: Callable[[Workspace, Arguments, JobReporter], Result]
    restartable: bool = True
