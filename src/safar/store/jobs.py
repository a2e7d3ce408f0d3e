"""Jobs as frozen records. The only door to their table.

Each change is one conditional update, so that of two workers, or of a worker and somebody who cancels, exactly one
has its way, on SQLite and PostgreSQL alike, and no lock is held while a job runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Max, Min, Q

from safar.domain.job import ACTIVE, Job, JobProblem, JobProgress, JobState
from safar.store.atomic import one_at_a_time
from safar.store.models import Job as Row

_LOOK_AHEAD = 16


@dataclass(frozen=True, slots=True)
class Hold:
    """A worker's claim on one job. It ends when another worker takes the job, which only happens to the lost."""

    job: UUID
    worker: str
    attempt: int


def add_job(
    *, kind: str, arguments: Mapping[str, Any], person: UUID | None, key: str, mail_language: str, now: datetime
) -> Job:
    """A new job in line; or the one with the same `key` that waits or runs already.

    Who wishes for a letter about a job of the own that is there already gets it.
    """
    row = Row(
        kind=kind,
        arguments=dict(arguments),
        person_id=person,
        key=key,
        mail_language=mail_language,
        created_at=now,
    )
    with one_at_a_time(f"job {key}") if key else transaction.atomic():
        if key and (there := _with_key(key)):
            if mail_language and person is not None:
                Row.objects.filter(pk=there.id, person_id=person).update(mail_language=mail_language)
            return there
        row.save(force_insert=True)
    return _record(Row.objects.select_related("person").get(pk=row.pk))


def find_job(job: UUID) -> Job | None:
    """One job, if it is still known."""
    row = Row.objects.select_related("person").filter(pk=job).first()
    return None if row is None else _record(row)


def find_jobs(wanted: Sequence[UUID]) -> dict[UUID, Job]:
    """Those of these jobs that are still known."""
    rows = Row.objects.select_related("person").filter(pk__in=list(wanted)) if wanted else ()
    return {row.pk: _record(row) for row in rows}


def list_jobs(*, person: UUID | None, limit: int, before: datetime | None = None) -> list[Job]:
    """The newest first; `person`: only what that person asked for."""
    rows = Row.objects.select_related("person").order_by("-created_at", "-pk")
    if person is not None:
        rows = rows.filter(person_id=person)
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    return [_record(row) for row in rows[:limit]]


def count_active(*, person: UUID) -> int:
    """How many jobs of the person wait or run."""
    return Row.objects.filter(person_id=person, state__in=_names(ACTIVE)).count()


def count_by_state() -> dict[str, int]:
    """How many jobs stand where."""
    rows = Row.objects.values_list("state").annotate(Count("pk"))
    return {str(state): int(number) for state, number in rows}


def signs_of_life() -> tuple[int, datetime | None]:
    """How many jobs wait or run, and when the last sign of life came of any worker.

    Where none has come since the oldest of these jobs was asked for, that is counted from; None: no job waits or runs.
    """
    told = Row.objects.filter(state__in=_names(ACTIVE)).aggregate(number=Count("pk"), oldest=Min("created_at"))
    beat: datetime | None = Row.objects.aggregate(last=Max("heartbeat_at"))["last"]
    oldest: datetime | None = told["oldest"]
    return int(told["number"]), oldest if oldest is None or beat is None else max(oldest, beat)


def claim(*, kinds: Sequence[str], worker: str, now: datetime) -> tuple[Job, Hold] | None:
    """Take the job that has waited longest, of the kinds that the worker knows."""
    waiting = Row.objects.filter(state=str(JobState.WAITING), kind__in=list(kinds))
    for pk in list(waiting.order_by("created_at", "pk").values_list("pk", flat=True)[:_LOOK_AHEAD]):
        taken = Row.objects.filter(pk=pk, state=str(JobState.WAITING)).update(
            state=str(JobState.RUNNING),
            worker=worker,
            attempt=F("attempt") + 1,
            started_at=now,
            heartbeat_at=now,
            done=None,
            of=None,
            rate=None,
            message="",
        )
        if taken:
            job = find_job(pk)
            if job is not None:
                return job, Hold(pk, worker, job.attempt)
    return None


def beat(hold: Hold, *, progress: JobProgress, now: datetime) -> bool | None:
    """The worker lives, and has come this far. True: to be cancelled; None: the job is not its own any more."""
    told = {"done": progress.done, "of": progress.of, "rate": progress.rate, "message": progress.message[:200]}
    if not _held(hold).update(heartbeat_at=now, **told):
        return None
    return Row.objects.filter(pk=hold.job).values_list("cancel_asked", flat=True).first()


def finish(
    hold: Hold,
    *,
    state: JobState,
    progress: JobProgress,
    now: datetime,
    result: Mapping[str, Any] | None = None,
    problem: JobProblem | None = None,
) -> bool:
    """The job's end. False: it is not the worker's own any more, so that this end does not count.

    Of work that is done, the arguments are not needed again, and may name people.
    """
    needless: dict[str, Any] = {"arguments": {}} if state is JobState.DONE else {}
    changed = _held(hold).update(
        state=str(state),
        done=progress.done,
        of=progress.of,
        rate=progress.rate,
        message=progress.message[:200],
        result=None if result is None else dict(result),
        **_told(problem),
        **needless,
        ended_at=now,
    )
    return bool(changed)


def give_back(hold: Hold) -> bool:
    """Put a job back in line, as if it had not been begun: its worker was told to stop."""
    return bool(_held(hold).update(state=str(JobState.WAITING), worker="", attempt=F("attempt") - 1, heartbeat_at=None))


def ask_to_cancel(job: UUID, *, now: datetime) -> None:
    """A waiting job is cancelled; a running one is asked to end."""
    waiting = Row.objects.filter(pk=job, state=str(JobState.WAITING))
    if not waiting.update(state=str(JobState.CANCELLED), cancel_asked=True, ended_at=now):
        Row.objects.filter(pk=job, state=str(JobState.RUNNING)).update(cancel_asked=True)


def lost_jobs(*, silent_since: datetime) -> list[tuple[Job, Hold]]:
    """Running jobs whose worker has not been heard of since."""
    rows = Row.objects.select_related("person").filter(state=str(JobState.RUNNING), heartbeat_at__lt=silent_since)
    return [(_record(row), Hold(row.pk, row.worker, row.attempt)) for row in rows]


def take_back(hold: Hold, *, silent_since: datetime) -> bool:
    """Put a lost job in line again, unless its worker was heard of in the meantime."""
    lost = _held(hold).filter(heartbeat_at__lt=silent_since)
    return bool(lost.update(state=str(JobState.WAITING), worker="", heartbeat_at=None))


def ended_before(moment: datetime) -> list[UUID]:
    """Jobs that were over by then."""
    return list(Row.objects.filter(ended_at__lt=moment).values_list("pk", flat=True))


def delete_jobs(jobs: Sequence[UUID]) -> None:
    """Forget jobs that are over."""
    Row.objects.filter(pk__in=list(jobs)).exclude(state__in=_names(ACTIVE)).delete()


def _held(hold: Hold) -> Any:
    running = Q(pk=hold.job, worker=hold.worker, attempt=hold.attempt, state=str(JobState.RUNNING))
    return Row.objects.filter(running)


def _told(problem: JobProblem | None) -> dict[str, str]:
    if problem is None:
        return {"error_code": "", "error_message": "", "next_step": ""}
    return {"error_code": problem.code, "error_message": problem.message, "next_step": problem.next_step}


def _names(states: Sequence[JobState]) -> list[str]:
    return [str(state) for state in states]


def _with_key(key: str) -> Job | None:
    row = Row.objects.select_related("person").filter(key=key, state__in=_names(ACTIVE)).first()
    return None if row is None else _record(row)


def _record(row: Row) -> Job:
    problem = None
    if row.error_code:
        problem = JobProblem(code=row.error_code, message=row.error_message, next_step=row.next_step)
    return Job(
        id=row.pk,
        kind=row.kind,
        arguments=row.arguments,
        person=row.person.pk if row.person else None,
        person_name=row.person.name if row.person else "",
        state=JobState(row.state),
        progress=JobProgress(done=row.done, of=row.of, message=row.message, rate=row.rate),
        attempt=row.attempt,
        cancel_asked=row.cancel_asked,
        mail_language=row.mail_language,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        result=row.result,
        problem=problem,
    )
