"""The table of jobs: who takes what, whose a job is, and what becomes of the lost."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from safar.domain.job import Job, JobProgress, JobState
from safar.domain.person import Person
from safar.errors import Conflict
from safar.usecases.job_files import job_folder
from safar.usecases.job_kind import JobCancelled, JobKind, JobReporter
from safar.usecases.workspace import Workspace
from tests.web.web_cast import NOW, Cast

LATER = NOW + timedelta(hours=1)


class Unlucky(Conflict):
    """A failure of the test's own."""

    code = "test.unlucky"
    next_step = "Nothing."


def _add(workspace: Workspace, arguments: Mapping[str, Any], reporter: JobReporter) -> Mapping[str, Any]:
    numbers = list(arguments["numbers"])
    for done, _ in enumerate(numbers, start=1):
        reporter.progress(done, len(numbers), "Adding")
    (reporter.make_folder() / "sum.txt").write_text(str(sum(numbers)), encoding="utf-8")
    return {"sum": sum(numbers), "file": "sum.txt"}


def _fail(workspace: Workspace, arguments: Mapping[str, Any], reporter: JobReporter) -> Mapping[str, Any]:
    (reporter.make_folder() / "half.txt").touch()
    if arguments.get("planned"):
        raise Unlucky("No luck.")
    return {"never": 1 // 0}


def _cancel(workspace: Workspace, arguments: Mapping[str, Any], reporter: JobReporter) -> Mapping[str, Any]:
    reporter.end(JobCancelled)
    try:
        reporter.progress(1)
    except Exception:  # what a careless kind would do
        return {"cancelled": False}
    return {"cancelled": False}


KINDS = {
    kind.name: kind
    for kind in (
        JobKind(name="add", run=_add),
        JobKind(name="fail", run=_fail),
        JobKind(name="cancel", run=_cancel),
        JobKind(name="once-only", run=_add, restartable=False),
    )
}


@pytest.fixture
def workspace(served: Path) -> Workspace:
    return Workspace.open(served)


def _start(workspace: Workspace, person: Person | None, kind: str = "add", *, now: datetime = NOW, **more: Any) -> Job:
    from safar.usecases.jobs import start_job

    arguments = more.pop("arguments", {"numbers": [1, 2, 3]})
    return start_job(workspace=workspace, kind=kind, arguments=arguments, person=person, now=now, kinds=KINDS, **more)


def _work(workspace: Workspace, **more: Any) -> bool:
    from safar.usecases.work import Pace, Worker

    worker = Worker(
        name="here",
        open_workspace=lambda: workspace,
        clock=lambda: LATER,
        kinds=KINDS,
        pace=Pace(beat_every=3600.0),
        stop=threading.Event(),
        **more,
    )
    return worker.work_once()


def _read(workspace: Workspace, job: Job, person: Person) -> Job:
    from safar.usecases.jobs import read_job

    return read_job(workspace=workspace, job=job.id, person=person)


def test_a_job_is_done_and_leaves_its_file_to_who_asked(cast: Cast, workspace: Workspace) -> None:
    from safar.usecases.jobs import JobFileGone, JobNotFound, result_file

    bob, vera, alice = (cast.person(name) for name in ("bob", "vera", "alice"))
    job = _start(workspace, bob)
    assert job.state is JobState.WAITING
    with pytest.raises(JobFileGone):
        result_file(workspace=workspace, job=job.id, person=bob)
    assert _work(workspace)
    assert not _work(workspace)
    done = _read(workspace, job, bob)
    assert done.state is JobState.DONE
    assert done.result is not None
    assert done.result["sum"] == 6
    assert done.progress.share == 1.0
    assert done.arguments == {}
    assert result_file(workspace=workspace, job=job.id, person=bob).read_text(encoding="utf-8") == "6"
    # The owner may see that it ran, not what it made; others do not learn that it is there.
    assert _read(workspace, job, alice).state is JobState.DONE
    for other in (alice, vera):
        with pytest.raises(JobNotFound):
            result_file(workspace=workspace, job=job.id, person=other)
    with pytest.raises(JobNotFound):
        _read(workspace, job, vera)
    with pytest.raises(JobNotFound):
        _read(workspace, Job(**{**_fields(job), "id": uuid4()}), alice)


def _fields(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in Job.__slots__}


def test_failures_say_the_next_step_and_leave_no_file(cast: Cast, workspace: Workspace) -> None:
    bob = cast.person("bob")
    planned = _start(workspace, bob, "fail", arguments={"planned": True})
    surprise = _start(workspace, bob, "fail", now=NOW + timedelta(seconds=1), arguments={})
    assert _work(workspace)
    assert _work(workspace)
    told = _read(workspace, planned, bob)
    assert (told.state, told.problem and told.problem.code) == (JobState.FAILED, "test.unlucky")
    told = _read(workspace, surprise, bob)
    assert told.problem is not None
    assert told.problem.code == "job.failed"
    assert "ZeroDivisionError" in told.problem.message
    assert told.problem.next_step
    assert not job_folder(workspace, planned.id).exists()


def test_started_again(cast: Cast, workspace: Workspace) -> None:
    from safar.usecases.jobs import JobNotOver, cancel_job, start_again

    bob = cast.person("bob")
    job = _start(workspace, bob, "add")
    with pytest.raises(JobNotOver):
        start_again(workspace=workspace, job=job.id, person=bob, now=NOW)
    assert cancel_job(workspace=workspace, job=job.id, person=bob, now=NOW).state is JobState.CANCELLED
    assert not _work(workspace)
    from safar.usecases.jobs import UnknownJobKind

    with pytest.raises(UnknownJobKind):  # a kind that only this test knows
        start_again(workspace=workspace, job=job.id, person=bob, now=NOW)


def test_a_running_job_is_cancelled_at_its_next_step(cast: Cast, workspace: Workspace) -> None:
    bob = cast.person("bob")
    job = _start(workspace, bob, "cancel")
    assert _work(workspace)
    assert _read(workspace, job, bob).state is JobState.CANCELLED


def test_the_oldest_first_and_each_once(cast: Cast, workspace: Workspace) -> None:
    from safar.store import jobs

    bob = cast.person("bob")
    second = _start(workspace, bob, now=NOW + timedelta(seconds=5))
    first = _start(workspace, bob, now=NOW)
    taken = [jobs.claim(kinds=list(KINDS), worker=name, now=LATER) for name in ("a", "b", "c")]
    assert [found[0].id for found in taken if found] == [first.id, second.id]
    assert taken[2] is None
    assert jobs.claim(kinds=["other"], worker="a", now=LATER) is None


def test_the_same_work_waits_once(cast: Cast, workspace: Workspace) -> None:
    bob, vera = cast.person("bob"), cast.person("vera")
    first = _start(workspace, bob, once=True)
    assert _start(workspace, vera, once=True).id == first.id
    assert _start(workspace, vera, once=True, arguments={"numbers": [9]}).id != first.id
    assert _start(workspace, vera).id != first.id
    while _work(workspace):
        pass
    assert _start(workspace, bob, once=True).id != first.id


def test_a_person_has_so_many_jobs_and_no_more(cast: Cast, workspace: Workspace) -> None:
    from safar.usecases.jobs import MOST_AT_ONCE, TooManyJobs

    bob, vera = cast.person("bob"), cast.person("vera")
    for _ in range(MOST_AT_ONCE):
        _start(workspace, bob)
    with pytest.raises(TooManyJobs):
        _start(workspace, bob)
    _start(workspace, vera)


def test_what_a_lost_worker_held_is_taken_back(cast: Cast, workspace: Workspace) -> None:
    from safar.store import jobs
    from safar.usecases.work import MOST_ATTEMPTS, take_back_lost

    bob = cast.person("bob")
    job = _start(workspace, bob)
    now = NOW
    for attempt in range(1, MOST_ATTEMPTS + 1):
        taken = jobs.claim(kinds=list(KINDS), worker="dies", now=now)
        assert taken
        hold = taken[1]
        assert taken[0].attempt == attempt
        assert take_back_lost(kinds=KINDS, now=now + timedelta(seconds=19)) == 0
        now += timedelta(seconds=21)
        assert take_back_lost(kinds=KINDS, now=now) == 1
        # The worker wakes up: the job is not its own any more, whatever it says.
        assert jobs.beat(hold, progress=JobProgress(), now=now) is None
        assert not jobs.finish(hold, state=JobState.DONE, progress=JobProgress(), now=now, result={})
    failed = _read(workspace, job, bob)
    assert failed.state is JobState.FAILED
    assert failed.problem is not None
    assert failed.problem.code == "job.worker-lost"


def test_what_may_not_be_begun_twice_fails_when_its_worker_is_lost(cast: Cast, workspace: Workspace) -> None:
    from safar.store import jobs
    from safar.usecases.work import take_back_lost

    bob = cast.person("bob")
    job, cancelled = _start(workspace, bob, "once-only"), _start(workspace, bob, "once-only", now=LATER)
    for _ in range(2):
        assert jobs.claim(kinds=list(KINDS), worker="dies", now=NOW)
    jobs.ask_to_cancel(cancelled.id, now=NOW)
    assert take_back_lost(kinds=KINDS, now=LATER) == 2
    assert _read(workspace, job, bob).state is JobState.FAILED
    assert _read(workspace, cancelled, bob).state is JobState.CANCELLED


def test_a_beat_hears_of_a_wish_to_cancel(cast: Cast, workspace: Workspace) -> None:
    from safar.store import jobs

    job = _start(workspace, cast.person("bob"))
    taken = jobs.claim(kinds=["add"], worker="a", now=NOW)
    assert taken
    progress = JobProgress(done=1, of=4, message="x" * 500, rate=2.0)
    assert jobs.beat(taken[1], progress=progress, now=NOW) is False
    jobs.ask_to_cancel(job.id, now=NOW)
    assert jobs.beat(taken[1], progress=progress, now=NOW) is True
    found = jobs.find_job(job.id)
    assert found is not None
    assert (found.progress.share, len(found.progress.message), found.cancel_asked) == (0.25, 200, True)


def test_old_jobs_go_with_their_files(cast: Cast, workspace: Workspace) -> None:
    from safar.usecases.jobs import JobNotFound
    from safar.usecases.work import clear_old_jobs

    bob = cast.person("bob")
    job = _start(workspace, bob)
    assert _work(workspace)
    folder = job_folder(workspace, job.id)
    days = workspace.settings.keep_jobs_days
    clear_old_jobs(workspace=workspace, now=LATER + timedelta(days=days) - timedelta(seconds=1))
    assert folder.is_dir()
    orphan = job_folder(workspace, uuid4())
    orphan.mkdir()
    assert clear_old_jobs(workspace=workspace, now=LATER + timedelta(days=days, seconds=1)) == 2
    assert not folder.exists()
    assert not orphan.exists()
    with pytest.raises(JobNotFound):
        _read(workspace, job, bob)


def test_news_go_to_who_wished_for_them_and_never_undo_the_work(cast: Cast, workspace: Workspace) -> None:
    told: list[Job] = []

    def tell(job: Job) -> None:
        told.append(job)
        raise OSError("no mail server")

    bob = cast.person("bob")
    _start(workspace, bob)
    wished = _start(workspace, bob, now=NOW + timedelta(seconds=1), mail_language="en")
    assert _work(workspace, tell=tell)
    assert _work(workspace, tell=tell)
    assert [job.id for job in told] == [wished.id]
    assert _read(workspace, wished, bob).state is JobState.DONE


def test_who_sees_which_jobs(cast: Cast, workspace: Workspace) -> None:
    from safar.usecases.jobs import read_jobs

    bob, vera, alice = (cast.person(name) for name in ("bob", "vera", "alice"))
    mine, hers = _start(workspace, bob), _start(workspace, vera, now=NOW + timedelta(seconds=1))

    def seen(person: Person, *, everybody: bool) -> list[Any]:
        return [job.id for job in read_jobs(workspace=workspace, person=person, everybody=everybody)]

    assert seen(bob, everybody=True) == [mine.id]
    assert seen(vera, everybody=False) == [hers.id]
    assert seen(alice, everybody=False) == []
    assert seen(alice, everybody=True) == [hers.id, mine.id]
