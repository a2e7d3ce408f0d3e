"""Jobs in words: what each kind is called, what it says while it runs, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from safar.domain.job import Job, JobState
from safar.domain.wording import complete_commands
from safar.usecases.job_files import job_folder
from safar.usecases.workspace import Workspace
from safar.web import numerals
from safar.web.problem_words import problem_text


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job as a page shows it. `file`: its file is there and the visitor's own; `page`: where to look at the result.

    value: the share that is done, as HTML wants it; empty where it cannot be told.
    """

    job: Job
    title: str
    value: str
    state: str
    said: str
    result: str
    rate: str
    left_s: float | None
    file: bool
    bytes: str
    page: str
    page_name: str
    again: bool
    problem: str
    next_step: str


def job_view(workspace: Workspace, job: Job, *, own: bool, manages: bool) -> JobView:
    """A job in the reader's language. own: the visitor asked for it; manages: may read the server's folder."""
    result = job.result or {}
    name = result.get("file")
    progress = job.progress
    left = None
    if progress.rate and progress.of is not None and progress.done is not None and job.state is JobState.RUNNING:
        left = max(0, progress.of - progress.done) / progress.rate

    def whole(text: str) -> str:
        return complete_commands(text, workspace.path) if manages else text

    file = own and isinstance(name, str) and (job_folder(workspace, job.id) / Path(name).name).is_file()
    return JobView(
        job=job,
        title=_title(job),
        value="" if progress.share is None else f"{progress.share:.4f}",
        state=_state(job),
        said=_said(progress.message),
        result=_result(job),
        rate=numerals.number(progress.rate, 0 if progress.rate >= 10 else 1) if progress.rate else "",
        left_s=left,
        file=file,
        bytes=_size(result.get("bytes")),
        page=_page(job)[0],
        page_name=_page(job)[1],
        again=own and job.state in (JobState.FAILED, JobState.CANCELLED),
        problem=whole(problem_text(job.problem.message, code=job.problem.code)) if job.problem else "",
        next_step=whole(problem_text(job.problem.next_step)) if job.problem else "",
    )


def _title(job: Job) -> str:
    if job.kind == "export-facts":
        told = job.result or job.arguments
        return _("Export of facts: %(facts)s") % {"facts": facts_name(str(told.get("facts", "")))}
    if job.kind == "import":
        told = job.result or job.arguments
        return _("Check of uploaded files") if told.get("dry_run") else _("Import of uploaded files")
    if job.kind == "path-model":
        return _("Path model of a study")
    return {"prepare": _("Bring the journey map up to date"), "board-letter": _("Send a board by mail")}.get(
        job.kind, job.kind
    )


def _page(job: Job) -> tuple[str, str]:
    """Where to look at what came of a job, and what to call the link."""
    result = job.result or {}
    if job.state is not JobState.DONE:
        return "", ""
    match result.get("page"):
        case "journey":
            return reverse("journey"), _("Open the journey map")
        case "import" if result["report"]["import_no"] is not None:
            return reverse("import", args=[result["report"]["import_no"]]), _("See what was imported")
        case "import":
            return reverse("imports"), _("See the imports")
        case "study-run":
            address = reverse("study-run", args=[UUID(hex=result["study"]), result["number"]])
            return address, _("Look at the result")
        case "upload":
            return reverse("upload", args=[UUID(hex=result["upload"])]), _("Back to the upload")
    return "", ""


def facts_name(kind: str) -> str:
    """What a list of facts is called."""
    return {
        "moves": _("Moves"),
        "answers": _("Answers"),
        "passages": _("Passages"),
        "arrivals": _("Arrivals"),
        "interactions": _("Contacts"),
        "feedback": _("Feedback"),
    }.get(kind, kind)


def _state(job: Job) -> str:
    if job.state is JobState.RUNNING and job.cancel_asked:
        return _("being cancelled")
    return {
        JobState.WAITING: _("waiting"),
        JobState.RUNNING: _("running"),
        JobState.DONE: _("done"),
        JobState.FAILED: _("failed"),
        JobState.CANCELLED: _("cancelled"),
    }[job.state]


def _said(message: str) -> str:
    # A kind speaks plain English; what is not known here is shown as it was said.
    return {
        "Laying new facts on the journey": _("Laying new facts on the journey"),
        "Drawing the map": _("Drawing the map"),
        "Finding the facts": _("Finding the facts"),
        "Writing facts": _("Writing facts"),
        "Reading the files": _("Reading the files"),
        "Checking rows": _("Checking rows"),
        "Making facts": _("Making facts"),
        "Reading the answers": _("Reading the answers"),
        "Drawing resamples": _("Drawing resamples"),
    }.get(message, message)


def _result(job: Job) -> str:
    if job.state is not JobState.DONE or job.result is None:
        return ""
    if job.kind == "export-facts":
        rows, whole = int(job.result["rows"]), int(job.result["all"])
        if rows < whole:
            return _("The newest %(rows)s of %(whole)s facts") % {
                "rows": numerals.number(rows),
                "whole": numerals.number(whole),
            }
        return _("%(rows)s facts") % {"rows": numerals.number(rows)}
    if job.kind == "path-model":
        return str(job.result["title"])
    if job.kind == "import":
        told = job.result["report"]
        names = ("records", "accepted", "unchanged", "set_aside")
        counts = {name: numerals.number(told[name]) if told[name] is not None else "–" for name in names}
        if not job.result["dry_run"] and told["import_no"] is None:
            return _("Nothing changed: %(records)s records, %(set_aside)s of them set aside.") % counts
        balance = _("%(records)s records = %(accepted)s accepted + %(unchanged)s unchanged + %(set_aside)s set aside")
        parts = [balance % counts]
        for name, text in (("refused", _("of forgotten people")), ("looked_up", _("looked up"))):
            if told.get(name):
                parts.append(f"{numerals.number(told[name])} {text}")
        return " + ".join(parts)
    if "log_version" in job.result:
        return _("The map shows log version %(version)s.") % {
            "version": numerals.plain_digits(job.result["log_version"])
        }
    return ""


def _size(count: object) -> str:
    if not isinstance(count, int):
        return ""
    if count < 1_000_000:
        return _("%(size)s kB") % {"size": numerals.number(max(1, round(count / 1000)))}
    return _("%(size)s MB") % {"size": numerals.number(count / 1_000_000, 1)}
