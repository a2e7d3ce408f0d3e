"""Long work on pages: starting, looking, cancelling, and the file that is one's own."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from safar.domain.job import Job, JobProblem, JobProgress, JobState
from safar.usecases.job_files import job_folder
from safar.usecases.workspace import Workspace
from tests.web.web_cast import NOW, UNIT, Cast, do_all_work


def _export(cast: Cast, name: str, query: str = "", *, format: str = "csv", kind: str = "answers") -> str:
    answer = cast.client(name).post(f"/facts/{kind}/export/{query}", {"format": format})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def _body(answer: Any) -> bytes:
    # Read to its end, the test client closes the file as well.
    return b"".join(answer.streaming_content)


def test_an_export_holds_the_facts_of_its_page(cast: Cast, served: Path) -> None:
    query = "?channel=app&at_step=usage"
    page = _export(cast, "bob", query)
    waiting = cast.client("bob").get(page).content.decode()
    assert "hx-trigger" in waiting
    assert "<noscript><meta http-equiv" in waiting
    assert cast.client("bob").get(f"{page}file").status_code == 404
    do_all_work(served)
    done = cast.client("bob").get(page).content.decode()
    assert "hx-trigger" not in done
    assert f"{page}file" in done
    answer = cast.client("bob").get(f"{page}file")
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    direct = cast.client("bob").get(f"/facts/answers.csv{query}")
    ours, theirs = (list(csv.reader(io.StringIO(body.decode(), newline=""))) for body in (_body(answer), _body(direct)))
    assert len(ours) > 10
    assert ours == theirs


def test_parquet_and_nothing_found(cast: Cast, served: Path) -> None:
    import pyarrow.parquet as pq

    full, nothing = (
        _export(cast, "bob", query, format="parquet", kind="interactions") for query in ("", "?channel=none")
    )
    do_all_work(served)
    tables = [pq.read_table(io.BytesIO(_body(cast.client("bob").get(f"{page}file")))) for page in (full, nothing)]
    assert tables[0].num_rows > 0 == tables[1].num_rows
    assert tables[0].schema.names == tables[1].schema.names


def test_where_no_worker_lives_the_page_and_the_check_say_so(cast: Cast, served: Path) -> None:
    from datetime import timedelta
    from uuid import UUID

    from django.utils import timezone

    from safar.store import jobs
    from safar.store.models import Job
    from safar.usecases.check import check_workspace

    def lines() -> tuple[str, str]:
        (found,) = (one for one in check_workspace(Workspace.open(served), now=timezone.now()) if one.name == "workers")
        return found.state, f"{found.message} {found.next_step}"

    assert lines() == ("ok", "No work waits for one. ")
    own, bob = _export(cast, "alice"), _export(cast, "bob")
    assert "No worker has been alive" not in cast.client("bob").get(bob).content.decode()
    assert lines()[0] == "ok"
    Job.objects.update(created_at=timezone.now() - timedelta(seconds=95))
    state, told = lines()
    assert state == "fail"
    assert "2 jobs in line, and no worker has been alive for 1.6 min. Start one" in told
    pages = [cast.client(name).get(page).content.decode() for name, page in (("alice", own), ("bob", bob))]
    assert all("No worker has been alive for" in page for page in pages)
    assert f"safar worker -w {served}" in pages[0]
    assert str(served) not in pages[1]
    # One that lives and is busy with another job is enough.
    taken = jobs.claim(kinds=["export-facts"], worker="busy", now=timezone.now())
    assert taken is not None
    waits = next(page for page in (own, bob) if UUID(page.split("/")[-2]) != taken[0].id)
    assert "No worker has been alive" not in cast.client("alice").get(waits).content.decode()
    assert lines()[0] == "ok"


def test_the_file_is_nobody_else_s(cast: Cast, served: Path) -> None:
    page = _export(cast, "vera")
    do_all_work(served)
    assert _body(cast.client("vera").get(f"{page}file"))
    assert cast.client("bob").get(page).status_code == 404
    for name, status in (("alice", 404), ("bob", 404), ("uma", 404), ("charlie", 403), (None, 302)):
        assert cast.client(name).get(f"{page}file").status_code == status, name
    assert cast.client("bob").post(f"{page}cancel/").status_code == 404
    seen = cast.client("alice").get(page).content.decode()
    assert "Vera" in seen
    assert "/file" not in seen


def test_who_sees_some_units_exports_no_others(cast: Cast, served: Path) -> None:
    from safar.store.models import User

    mine = _export(cast, "uma", kind="interactions")
    assert cast.client("uma").post("/facts/interactions/export/?unit=elsewhere", {"format": "csv"}).status_code == 403
    do_all_work(served)
    rows = list(csv.DictReader(io.StringIO(_body(cast.client("uma").get(f"{mine}file")).decode(), newline="")))
    assert {row["unit"] for row in rows} == {UNIT}
    # Units that were taken away while the job waited.
    later = _export(cast, "uma", kind="interactions")
    User.objects.filter(name="Uma").update(units=["elsewhere"])
    do_all_work(served)
    assert "export.not-allowed" in cast.client("uma").get(later).content.decode()


def test_forgetting_somebody_removes_files(cast: Cast, served: Path) -> None:
    from safar.usecases.job_files import remove_job_files

    page = _export(cast, "bob")
    do_all_work(served)
    remove_job_files(Workspace.open(served))
    assert cast.client("bob").get(f"{page}file").status_code == 404
    assert "export it again" in cast.client("bob").get(page).content.decode()


def test_bad_requests(cast: Cast) -> None:
    client = cast.client("bob")
    assert client.post("/facts/answers/export/", {"format": "exe"}).status_code == 400
    assert client.post("/facts/nothing/export/", {"format": "csv"}).status_code == 400
    assert client.post("/facts/answers/export/?nonsense=1", {"format": "csv"}).status_code == 400
    assert client.get("/jobs/?before=yesterday").status_code == 200


def test_the_map_is_brought_up_to_date_once(cast: Cast, served: Path) -> None:
    assert cast.client("vera").post("/jobs/prepare/").status_code == 403
    first = cast.client("bob").post("/jobs/prepare/")["Location"]
    assert cast.client("alice").post("/jobs/prepare/")["Location"] == first
    do_all_work(served)
    assert "/journey/" in cast.client("bob").get(first).content.decode()


def test_cancelled_and_started_again(cast: Cast, served: Path) -> None:
    client = cast.client("bob")
    page = _export(cast, "bob")
    assert client.post(f"{page}cancel/").status_code == 302
    assert "cancelled" in client.get(page).content.decode()
    again = client.post(f"{page}again/")["Location"]
    assert again != page
    do_all_work(served)
    assert _body(client.get(f"{again}file"))
    assert client.post(f"{again}again/").status_code == 409


@pytest.mark.parametrize("language", ["en", "fa"])
def test_running_and_failed_work_says_how_it_stands(cast: Cast, served: Path, language: str) -> None:
    from safar.store import jobs

    page, other = _export(cast, "bob"), _export(cast, "bob", kind="moves")
    claimed = [jobs.claim(kinds=["export-facts"], worker="a", now=NOW) for _ in range(2)]
    holds = {str(found[0].id): found[1] for found in claimed if found}
    said = JobProgress(done=1200, of=4800, message="Writing facts", rate=600.0)
    assert jobs.beat(holds[page.split("/")[2]], progress=said, now=NOW) is False
    problem = JobProblem(code="test.bad", message="<b>No luck</b>", next_step="Try & try.")
    assert jobs.finish(holds[other.split("/")[2]], state=JobState.FAILED, progress=said, now=NOW, problem=problem)
    client = cast.client("bob")
    running = client.get(f"{page}?lang={language}").content.decode()
    assert 'value="0.2500"' in running
    assert ("1,200 of 4,800" if language == "en" else "۱٬۲۰۰ از ۴٬۸۰۰") in running
    failed = client.get(f"{other}?lang={language}").content.decode()
    assert "&lt;b&gt;No luck" in failed
    assert "Try &amp; try." in failed
    assert 'progress max="1" value="0.2500"' in client.get("/jobs/").content.decode()


def test_the_list_costs_the_same_however_long(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("bob")
    numbers = []
    for _ in range(2):
        for _ in range(4):
            _export(cast, "bob")
        with CaptureQueriesContext(connection) as caught:
            body = client.get("/jobs/").content
        numbers.append(len(caught))
    assert numbers[0] == numbers[1] <= 5
    assert len(body) < 300_000


def test_job_folders_are_closed_to_other_accounts(cast: Cast, served: Path) -> None:
    from uuid import UUID

    page = _export(cast, "bob")
    do_all_work(served)
    folder = job_folder(Workspace.open(served), UUID(page.split("/")[2]))
    assert folder.stat().st_mode & 0o077 == 0


def test_commands_in_a_failed_job_are_whole_for_who_manages(served: Path) -> None:
    from safar.web.job_words import job_view

    problem = JobProblem(code="x.y", message="No rules.", next_step="Publish some: `safar rules publish FILE`.")
    job = Job(
        id=UUID(int=1), kind="prepare", arguments={}, person=None, person_name="", state=JobState.FAILED,
        progress=JobProgress(), attempt=1, cancel_asked=False, mail_language="", created_at=NOW, problem=problem,
    )  # fmt: skip
    opened = Workspace.open(served)
    assert job_view(opened, job, own=True, manages=False).next_step == problem.next_step
    assert f"`safar rules publish FILE -w {opened.path}`" in job_view(opened, job, own=True, manages=True).next_step
