"""The letter that says that long work is over, taken by a real mail server."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from safar.domain.job import Job, JobProblem, JobState
from safar.usecases.workspace import Workspace
from safar.web import workspaces
from tests.usecases.mail_sink import MailSink, mail_sink
from tests.web.web_cast import NOW, Cast

TICK = 'name="mail"'


@pytest.fixture
def sink(served: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailSink]:
    """The pages' workspace, which sends its letters to a sink."""
    with mail_sink() as found:
        for name, value in (found.settings() | {"public_address": "https://cx.example.org"}).items():
            monkeypatch.setenv(f"SAFAR_{name.upper()}", str(value))
        _read_settings_anew()
        yield found
        monkeypatch.undo()
        _read_settings_anew()


def _read_settings_anew() -> None:
    workspaces._of_journey.cache_clear()
    workspaces._open.cache_clear()


def _with_address(cast: Cast, name: str = "bob") -> None:
    user = getattr(cast, name)
    user.email = f"{name}@example.org"
    user.save()


def _opened(served: Path) -> Workspace:
    import os

    return Workspace.open(served, environ=os.environ)


def _work(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from safar.usecases.work import Worker
    from safar.web.job_mail import tell_of_job

    worker = Worker(
        name="here",
        open_workspace=lambda: _opened(served),
        clock=lambda: NOW,
        tell=lambda job: tell_of_job(job, workspace=_opened(served), now=NOW),
        stop=threading.Event(),
    )
    # Jobs run on this thread, inside the test's transaction; what beats for them would wait for that to end.
    monkeypatch.setattr(worker, "_beating", _still)
    while worker.work_once():
        pass


@contextmanager
def _still(*_arguments: object) -> Iterator[None]:
    yield


def _export(cast: Cast, *, language: str = "en", mail: bool = True, name: str = "bob") -> str:
    told = {"format": "csv"} | ({"mail": "on"} if mail else {})
    answer = cast.client(name).post(f"/facts/answers/export/?lang={language}&channel=app", told)
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def _plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body
    return str(body.get_content())


def _job(page: str) -> Job:
    from safar.store import jobs

    found = jobs.find_job(UUID(page.split("/")[2]))
    assert found
    return found


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_letter_in_the_language_of_the_page_when_the_work_is_done(
    cast: Cast, served: Path, sink: MailSink, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    done, link = {"en": ("done", "Look at it"), "fa": ("انجام‌شده", "دیدن آن")}[language]
    _with_address(cast)
    page = _export(cast, language=language)
    _export(cast, language=language, mail=False)
    _work(served, monkeypatch)
    (letter,) = sink.wait()
    assert letter["To"] == "bob@example.org"
    assert letter["Content-Language"] == language
    assert done in letter["Subject"]
    text = _plain(letter)
    assert link in text
    found = re.search(r"https://cx\.example\.org(/\S+)", text)
    assert found
    assert found.group(1) == page
    assert cast.client("bob").get(found.group(1)).status_code == 200
    assert "simulated" in text or "شبیه" in text


def test_the_box_is_there_only_where_a_letter_can_be_sent(
    cast: Cast, served: Path, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = ("/jobs/", "/facts/answers/")
    for page in pages:
        assert TICK not in cast.client("bob").get(page).content.decode()
    _with_address(cast)
    for page in pages:
        assert TICK in cast.client("bob").get(page).content.decode()
    monkeypatch.delenv("SAFAR_MAIL_HOST")
    _read_settings_anew()
    for page in pages:
        assert TICK not in cast.client("bob").get(page).content.decode()
    # What is asked for all the same is not kept.
    assert _job(_export(cast)).mail_language == ""


def test_a_server_that_refuses_does_not_undo_the_work(
    cast: Cast, served: Path, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_address(cast)
    sink.refuses = True
    page = _export(cast)
    _work(served, monkeypatch)
    assert _job(page).state is JobState.DONE
    assert not sink.letters


def test_failed_and_lost_work_is_told_of_and_cancelled_work_is_not(
    cast: Cast, served: Path, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safar.store import jobs
    from safar.usecases.work import take_back_lost
    from safar.web.job_mail import tell_of_job

    _with_address(cast)
    failed, cancelled, lost = _export(cast), _export(cast), _export(cast)
    opened = _opened(served)
    held = jobs.claim(kinds=["export-facts"], worker="a", now=NOW)
    assert held
    problem = JobProblem(code="test.bad", message="No luck.", next_step="Try again.")
    assert jobs.finish(held[1], state=JobState.FAILED, progress=held[0].progress, now=NOW, problem=problem)
    assert tell_of_job(_job(failed), workspace=opened, now=NOW)
    text = _plain(sink.wait()[0])
    assert "No luck." in text
    assert "Try again." in text
    cast.client("bob").post(f"{cancelled}cancel/")
    assert not tell_of_job(_job(cancelled), workspace=opened, now=NOW)
    over: list[UUID] = []
    assert jobs.claim(kinds=["export-facts"], worker="a", now=NOW)
    take_back_lost(kinds={}, now=NOW + timedelta(hours=1), over=over.append)
    assert over == [_job(lost).id]
    cast.bob.role = ""
    cast.bob.save()
    assert not tell_of_job(_job(lost), workspace=opened, now=NOW)


def test_who_asks_again_for_the_same_work_is_told_as_well(cast: Cast, sink: MailSink) -> None:
    _with_address(cast)
    client = cast.client("bob")
    first = client.post("/jobs/prepare/")["Location"]
    assert _job(first).mail_language == ""
    assert client.post("/jobs/prepare/?lang=fa", {"mail": "on"})["Location"] == first
    assert _job(first).mail_language == "fa"


@pytest.mark.slow
def test_a_worker_process_sends_it(tmp_path: Path) -> None:
    import os

    from safar.usecases.demo import create_demo

    folder = tmp_path / "ws"
    create_demo(path=folder, now=datetime.now(UTC), facts=2_000)
    put = (
        "import sys; from datetime import UTC, datetime; from safar.server import configure\n"
        "opened = configure(sys.argv[1])\n"
        "from safar.domain.person import Role; from safar.store import people\n"
        "from safar.usecases.jobs import start_job\n"
        "now = datetime.now(UTC)\n"
        "ann = people.add_person(name='Ann', role=Role.OWNER, email='ann@example.org', now=now)\n"
        "start_job(workspace=opened, kind='prepare', arguments={}, person=ann, now=now, mail_language='fa')\n"
    )
    with mail_sink() as sink:
        told = {f"SAFAR_{name.upper()}": str(value) for name, value in sink.settings().items()}
        environ = {**os.environ, **told, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")}
        subprocess.run([sys.executable, "-c", put, str(folder)], env=environ, check=True, timeout=120)
        run = "import sys; from safar.cli import main; main()"
        command = [sys.executable, "-c", run, "worker", "--workspace", str(folder)]
        with subprocess.Popen(command, env=environ) as worker:
            (letter,) = sink.wait(seconds=90)
            worker.terminate()
            assert worker.wait(60) == 0
    assert letter["To"] == "ann@example.org"
    assert letter["Content-Language"] == "fa"
    assert "http://127.0.0.1:" in _plain(letter)
