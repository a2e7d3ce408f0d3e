"""Ask for long work, look at it, cancel it. Workers do it (`usecases.work`).

Needs Django to be configured. A kind is added in `usecases.job_kinds`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from safar.domain.job import Job, JobState
from safar.domain.person import Permission, Person
from safar.errors import Conflict, InputError, NotFound
from safar.usecases.job_files import job_folder
from safar.usecases.job_kind import JobKind
from safar.usecases.job_kinds import KINDS

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

MOST_AT_ONCE = 20
"""Jobs of one person that may wait or run."""
LISTED = 50


class UnknownJobKind(InputError):
    """There is no such kind of long work."""

    code = "job.unknown-kind"
    next_step = "Start it from the page that offers it."


class JobNotFound(NotFound):
    """There is no such job, or it is somebody else's, or it was cleared away."""

    code = "job.not-found"
    next_step = (
        "Look at the list of jobs; jobs that are over are cleared away after some days (setting keep_jobs_days)."
    )


class TooManyJobs(Conflict):
    """The person has as many jobs waiting and running as one person may have."""

    code = "job.too-many"
    next_step = "Wait until one is done, or cancel one."


class JobNotOver(Conflict):
    """The job cannot be started again: it waits, runs or is done."""

    code = "job.not-failed"
    next_step = "Look at the job; only one that failed or was cancelled can be started again."


class JobFileGone(NotFound):
    """The file that the job made was cleared away, or there never was one."""

    code = "job.file-gone"
    next_step = (
        "Start the export again; files are kept for some days (setting keep_jobs_days) or until a person is forgotten."
    )


def start_job(
    *,
    workspace: Workspace,
    kind: str,
    arguments: Mapping[str, Any],
    person: Person | None,
    now: datetime,
    once: bool = False,
    mail_language: str = "",
    kinds: Mapping[str, JobKind] = KINDS,
) -> Job:
    """Put long work in line; returns at once.

    arguments: what JSON can hold. person: who asks; None: nobody in particular (the workspace itself).
    once: where the same work waits or runs already, return that job instead (whoever asked for it).
    mail_language: tell the person by a letter in this language once it is over; empty: no letter.
    Raises: UnknownJobKind, TooManyJobs.
    """
    from django.db import transaction

    from safar.store import jobs

    del workspace  # one database, one workspace: named so that a caller says which it means
    if kind not in kinds:
        raise UnknownJobKind(f"There is no long work called {kind[:60]!r}.")
    told = json.dumps(arguments, sort_keys=True, ensure_ascii=False, allow_nan=False)
    key = f"{kind}:{hashlib.sha256(told.encode()).hexdigest()}" if once else ""
    with transaction.atomic():
        if person is not None and jobs.count_active(person=person.id) >= MOST_AT_ONCE:
            raise TooManyJobs(f"{MOST_AT_ONCE} jobs of yours wait or run already.")
        return jobs.add_job(
            kind=kind,
            arguments=json.loads(told),
            person=None if person is None else person.id,
            key=key,
            mail_language=mail_language,
            now=now,
        )


def read_job(*, workspace: Workspace, job: UUID, person: Person) -> Job:
    """One job: one's own, or anybody's for who manages the workspace. Raises: JobNotFound."""
    from safar.store import jobs

    del workspace
    found = jobs.find_job(job)
    if found is None or not (found.person == person.id or person.may(Permission.MANAGE)):
        raise JobNotFound("There is no such job.")
    return found


def read_jobs(
    *, workspace: Workspace, person: Person, everybody: bool = False, before: datetime | None = None
) -> list[Job]:
    """The newest jobs, at most `LISTED`. everybody: not only one's own, for who manages the workspace."""
    from safar.store import jobs

    del workspace
    whose = None if everybody and person.may(Permission.MANAGE) else person.id
    return jobs.list_jobs(person=whose, limit=LISTED, before=before)


def cancel_job(*, workspace: Workspace, job: UUID, person: Person, now: datetime) -> Job:
    """Cancel what waits; ask what runs to end at its next step. What is over stays. Raises: JobNotFound."""
    from safar.store import jobs

    read_job(workspace=workspace, job=job, person=person)
    jobs.ask_to_cancel(job, now=now)
    return read_job(workspace=workspace, job=job, person=person)


def start_again(*, workspace: Workspace, job: UUID, person: Person, now: datetime) -> Job:
    """The same work once more, for a job of one's own that failed or was cancelled.

    Raises: JobNotFound, JobNotOver, TooManyJobs.
    """
    found = read_job(workspace=workspace, job=job, person=person)
    if found.person != person.id:
        raise JobNotFound("There is no such job of yours.")
    if found.state not in (JobState.FAILED, JobState.CANCELLED):
        raise JobNotOver(f"The job is {found.state}.")
    return start_job(
        workspace=workspace,
        kind=found.kind,
        arguments=found.arguments,
        person=person,
        now=now,
        mail_language=found.mail_language,
    )


def result_file(*, workspace: Workspace, job: UUID, person: Person) -> Path:
    """The file that a job left, for who asked for it and nobody else. Raises: JobNotFound, JobFileGone."""
    found = read_job(workspace=workspace, job=job, person=person)
    if found.person != person.id:
        raise JobNotFound("There is no such job of yours.")
    name = (found.result or {}).get("file")
    path = job_folder(workspace, job) / str(name)
    if not isinstance(name, str) or path.name != name or not path.is_file():
        raise JobFileGone("The file is not there any more.")
    return path
