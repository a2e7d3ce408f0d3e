"""Do long work: take the job that has waited longest, do it, say how far it is, take the next.

Any number of workers may run, on any machine that sees the database and the workspace's folder. A worker says every
few seconds that it lives; a job whose worker has fallen silent is begun again by another one (or fails, where it may
not be begun twice). A worker that wakes up after that finds the job is not its own: what it did does not count.
Decision record: docs/decisions/0017-jobs.md.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from safar.domain.job import Job, JobProblem, JobState
from safar.errors import SafarError
from safar.log import interrupt_all
from safar.notices import notice
from safar.usecases.job_files import job_folder, jobs_folder
from safar.usecases.job_kind import LOST_AFTER_S, JobCancelled, JobHandedBack, JobKind, JobReporter, JobTaken
from safar.usecases.job_kinds import KINDS
from safar.usecases.uploads import clear_old_uploads

if TYPE_CHECKING:
    from safar.store.jobs import Hold
    from safar.usecases.workspace import Workspace

BEAT_EVERY_S = 1.0
LOOK_EVERY_S = 0.5
CLEAR_EVERY_S = 600.0
ROUND_EVERY_S = 30.0
MOST_ATTEMPTS = 3
"""Work that has cost this many workers their lives is not begun again."""

_log = logging.getLogger("safar.jobs")

_LOST = "The process that did this work ended in the middle of it (killed, out of memory, or the machine stopped)."
_LOST_NEXT = (
    "Look whether it did part of its work, then start it again; if it is lost again, give the machine more memory."
)
_UNKNOWN_NEXT = "Start it again; if it fails again, send the server's last log lines to whoever runs it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a worker looks and speaks, in seconds."""

    beat_every: float = BEAT_EVERY_S
    lost_after: float = LOST_AFTER_S
    look_every: float = LOOK_EVERY_S
    clear_every: float = CLEAR_EVERY_S
    round_every: float = ROUND_EVERY_S


@dataclass(kw_only=True)
class Worker:
    """`name`: tells this worker from every other one. `open_workspace`: gives the workspace as it is set now.

    tell: called with each job that is over and whose person wished to be told by mail. rounds: called every minute or
    so with the workspace and the time, to put in line what the clock asks for.
    """

    name: str
    open_workspace: Callable[[], Workspace]
    clock: Callable[[], datetime]
    kinds: Mapping[str, JobKind] = field(default_factory=lambda: dict(KINDS))
    pace: Pace = field(default_factory=Pace)
    tell: Callable[[Job], object] | None = None
    rounds: Callable[[Workspace, datetime], object] | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    _looked: datetime | None = None
    _cleared: datetime | None = None
    _went_round: datetime | None = None

    def run(self) -> None:
        """Work until `stop` is set. Trouble with the database is waited out: work must not end with it."""
        from django.db import DatabaseError, close_old_connections, connections

        while not self.stop.is_set():
            try:
                close_old_connections()
                self.look_after()
                if self.work_once():
                    continue
            except DatabaseError:
                _log.exception("The database does not answer; trying again.")
                connections.close_all()
            self.stop.wait(self.pace.look_every)
        connections.close_all()

    def look_after(self) -> None:
        """Take back what lost workers held, and clear away what is kept long enough, each from time to time."""
        now = self.clock()
        if self._looked is None or now - self._looked >= timedelta(seconds=self.pace.lost_after / 4):
            self._looked = now
            take_back_lost(kinds=self.kinds, now=now, lost_after_s=self.pace.lost_after, over=self._told)
        if self._cleared is None or now - self._cleared >= timedelta(seconds=self.pace.clear_every):
            self._cleared = now
            opened = self.open_workspace()
            clear_old_jobs(workspace=opened, now=now)
            clear_old_uploads(workspace=opened, now=now)
        waited = self._went_round is None or now - self._went_round >= timedelta(seconds=self.pace.round_every)
        if self.rounds is not None and waited:
            self._went_round = now
            self.rounds(self.open_workspace(), now)

    def work_once(self) -> bool:
        """Do the job that has waited longest, if there is one."""
        from safar.store import jobs

        taken = jobs.claim(kinds=list(self.kinds), worker=self.name, now=self.clock())
        if taken is None:
            return False
        self._do(*taken)
        return True

    def _do(self, job: Job, hold: Hold) -> None:
        from safar.store import jobs

        workspace = self.open_workspace()
        kind = self.kinds[job.kind]
        reporter = JobReporter(
            job=job.id,
            attempt=job.attempt,
            person=job.person,
            folder=job_folder(workspace, job.id),
            clock=self.clock,
        )
        began = self.clock()
        notice(_log, "job.began", job=job.id, kind=job.kind, person=job.person, attempt=job.attempt)
        state, result, problem = JobState.DONE, None, None
        try:
            with self._beating(hold, reporter, kind):
                result = _run(kind, workspace, job, reporter)
        except JobHandedBack:
            jobs.give_back(hold)
            notice(_log, "job.handed-back", job=job.id, kind=job.kind)
            return
        except JobTaken:
            _log.warning("Job %s was taken over by another worker.", job.id)
            return
        except JobCancelled:
            state = JobState.CANCELLED
        except SafarError as error:
            state = JobState.FAILED
            problem = JobProblem(code=error.code, message=error.message, next_step=error.next_step)
        except Exception as error:  # noqa: BLE001 - whatever a kind of work does wrong ends its job, not the worker
            _log.exception("Job %s (%s) failed.", job.id, job.kind)
            state = JobState.FAILED
            problem = JobProblem(
                code="job.failed", message=f"An error of the program: {type(error).__name__}.", next_step=_UNKNOWN_NEXT
            )
        if state is not JobState.DONE:
            shutil.rmtree(reporter.folder, ignore_errors=True)
        ended = jobs.finish(hold, state=state, progress=reporter.said, now=self.clock(), result=result, problem=problem)
        notice(
            _log,
            "job.ended" if ended else "job.taken-over",
            level=logging.WARNING if state is JobState.FAILED else logging.INFO,
            job=job.id,
            kind=job.kind,
            person=job.person,
            state=state,
            code=problem.code if problem else None,
            seconds=round((self.clock() - began).total_seconds(), 1),
        )
        if ended:
            self._told(job.id)

    @contextmanager
    def _beating(self, hold: Hold, reporter: JobReporter, kind: JobKind) -> Iterator[None]:
        """Say from a thread of its own that the job is in work, and hear there what others want of it."""
        over = threading.Event()

        def beat() -> None:
            from django.db import DatabaseError, connections

            from safar.store import jobs

            while not over.wait(self.pace.beat_every):
                try:
                    cancel = jobs.beat(hold, progress=reporter.said, now=self.clock())
                except DatabaseError:
                    _log.warning("Cannot say that job %s is in work; trying again.", hold.job, exc_info=True)
                    connections.close_all()
                    continue
                if cancel is None:
                    reporter.end(JobTaken)
                elif cancel:
                    reporter.end(JobCancelled)
                elif self.stop.is_set() and kind.restartable:
                    reporter.end(JobHandedBack)
                if reporter.ending is not None:
                    interrupt_all()  # its next step may be minutes away
            connections.close_all()

        thread = threading.Thread(target=beat, name=f"safar-job-{hold.job}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _told(self, job: UUID) -> None:
        from safar.store import jobs

        found = jobs.find_job(job)
        if self.tell is None or found is None or not found.mail_language:
            return
        try:
            self.tell(found)
        except Exception:  # noqa: BLE001 - the work is done, whether or not its news arrive
            _log.exception("Nobody could be told that job %s is over.", job)


def _run(kind: JobKind, workspace: Workspace, job: Job, reporter: JobReporter) -> Mapping[str, Any]:
    """What the kind gives. What a job that is to end says while it is interrupted is not why it ends."""
    try:
        return kind.run(workspace, job.arguments, reporter)
    except Exception:
        reporter.check()
        raise


def take_back_lost(
    *,
    kinds: Mapping[str, JobKind],
    now: datetime,
    lost_after_s: float = LOST_AFTER_S,
    over: Callable[[UUID], None] = lambda _job: None,
) -> int:
    """Put jobs of lost workers in line again, or end them where they may not be begun twice. Returns how many.

    over: called with each job that was ended so.
    """
    from safar.store import jobs

    silent_since = now - timedelta(seconds=lost_after_s)
    changed = 0
    for job, hold in jobs.lost_jobs(silent_since=silent_since):
        kind = kinds.get(job.kind)
        if job.cancel_asked:
            changed += jobs.finish(hold, state=JobState.CANCELLED, progress=job.progress, now=now)
        elif kind is not None and kind.restartable and job.attempt < MOST_ATTEMPTS:
            changed += jobs.take_back(hold, silent_since=silent_since)
        else:
            problem = JobProblem(code="job.worker-lost", message=_LOST, next_step=_LOST_NEXT)
            if jobs.finish(hold, state=JobState.FAILED, progress=job.progress, now=now, problem=problem):
                changed += 1
                over(job.id)
    return changed


def clear_old_jobs(*, workspace: Workspace, now: datetime) -> int:
    """Remove jobs that were over `keep_jobs_days` ago, with the files that they left. Returns how many."""
    from safar.store import jobs

    old = jobs.ended_before(now - timedelta(days=workspace.settings.keep_jobs_days))
    for job in old:
        shutil.rmtree(job_folder(workspace, job), ignore_errors=True)
    jobs.delete_jobs(old)
    return len(old) + _clear_orphans(workspace)


def _clear_orphans(workspace: Workspace) -> int:
    """Remove folders whose job is not known any more: it was deleted while its files could not be."""
    from safar.store import jobs

    folder = jobs_folder(workspace)
    gone = 0
    for entry in folder.iterdir() if folder.is_dir() else ():
        try:
            known = jobs.find_job(UUID(hex=entry.name))
        except ValueError:
            continue
        if known is None:
            shutil.rmtree(entry, ignore_errors=True)
            gone += 1
    return gone
