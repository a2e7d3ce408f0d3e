"""Long work: the list, one job, starting, cancelling, the file that it made."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from safar.domain.person import Permission
from safar.usecases import jobs as verbs
from safar.usecases.export_facts import export_arguments
from safar.usecases.running import read_workers
from safar.web.access import allowed, person_of
from safar.web.filter_form import read_filters
from safar.web.job_mail import wished_letter
from safar.web.job_words import job_view
from safar.web.problems import place_for
from safar.web.toast import toast
from safar.web.views.facts import place_of
from safar.web.workspaces import workspace


@allowed(Permission.SEE)
@never_cache
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """The newest jobs: one's own, or all for who manages the workspace."""
    person, opened = person_of(request), workspace()
    everybody = "all" in request.GET and person.may(Permission.MANAGE)
    found = verbs.read_jobs(workspace=opened, person=person, everybody=everybody, before=_before(request))
    manages = person.may(Permission.MANAGE)
    views = [job_view(opened, job, own=job.person == person.id, manages=manages) for job in found]
    context = {
        "jobs": views,
        "active": any(not view.job.state.over for view in views),
        "everybody": everybody,
        "may_see_all": person.may(Permission.MANAGE),
        "may_prepare": person.may(Permission.CHANGE),
        "older": found[-1].created_at.isoformat() if len(found) == verbs.LISTED else "",
        "keep_days": opened.settings.keep_jobs_days,
        "again": request.get_full_path(),
    }
    return render(request, "web/jobs.html", context)


@allowed(Permission.SEE)
@never_cache
@require_GET
def job(request: HttpRequest, job: UUID) -> HttpResponse:
    """One job, which renews itself until it is over."""
    person, opened = person_of(request), workspace()
    found = verbs.read_job(workspace=opened, job=job, person=person)
    context = {
        "view": job_view(opened, found, own=found.person == person.id, manages=person.may(Permission.MANAGE)),
        "own": found.person == person.id,
        "silent_s": None if found.state.over else read_workers(now=timezone.now()).silent_s,
        "command": f"safar worker{place_for(request)}" if person.may(Permission.MANAGE) else "",
        "keep_days": opened.settings.keep_jobs_days,
        "again": request.path,
    }
    return render(request, "web/job.html", context)


@allowed(Permission.SEE)
@require_POST
def cancel(request: HttpRequest, job: UUID) -> HttpResponse:
    """Cancel a job; what it did so far is dropped, and it can be started again."""
    verbs.cancel_job(workspace=workspace(), job=job, person=person_of(request), now=timezone.now())
    return HttpResponseRedirect(reverse("job", args=[job]))


@allowed(Permission.SEE)
@require_POST
def again(request: HttpRequest, job: UUID) -> HttpResponse:
    """The same work once more."""
    new = verbs.start_again(workspace=workspace(), job=job, person=person_of(request), now=timezone.now())
    return HttpResponseRedirect(reverse("job", args=[new.id]))


@allowed(Permission.SEE)
@never_cache
@require_GET
def file(request: HttpRequest, job: UUID) -> FileResponse:
    """The file that a job made, for who asked for it."""
    path = verbs.result_file(workspace=workspace(), job=job, person=person_of(request))
    kind = {".csv": "text/csv; charset=utf-8", ".parquet": "application/vnd.apache.parquet"}
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=path.name,
        content_type=kind.get(path.suffix, "application/octet-stream"),
    )


@allowed(Permission.CHANGE, whole=True)
@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """Bring the journey map up to date; once, however many ask."""
    person = person_of(request)
    started = verbs.start_job(
        workspace=workspace(),
        kind="prepare",
        arguments={},
        person=person,
        now=timezone.now(),
        once=True,
        mail_language=wished_letter(request),
    )
    if started.person == person.id or person.may(Permission.MANAGE):
        return HttpResponseRedirect(reverse("job", args=[started.id]))
    toast(request, _("Somebody else has started this already."))
    return HttpResponseRedirect(reverse("jobs"))


@allowed(Permission.SEE)
@require_POST
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Put a list of facts, with the filters of the address, into a file."""
    opened, person = workspace(), person_of(request)
    time_zone = opened.settings.time_zone
    arguments = export_arguments(
        facts=kind,
        format=request.POST.get("format", ""),
        filters=read_filters(request, time_zone=time_zone),
        place=place_of(request),
        time_zone=time_zone,
    )
    started = verbs.start_job(
        workspace=opened,
        kind="export-facts",
        arguments=arguments,
        person=person,
        now=timezone.now(),
        mail_language=wished_letter(request),
    )
    return HttpResponseRedirect(reverse("job", args=[started.id]))


def _before(request: HttpRequest) -> datetime | None:
    try:
        found = datetime.fromisoformat(request.GET.get("before", ""))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
