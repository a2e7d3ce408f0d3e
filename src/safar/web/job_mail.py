"""The letter that says that long work is over, to who asked for it and wished to be told."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from safar.domain.job import Job, JobState
from safar.domain.person import Permission, Person
from safar.usecases.mail import Letter, send_letter
from safar.usecases.workspace import Workspace
from safar.web.job_words import job_view
from safar.web.outside import base_address
from safar.web.workspaces import workspace


def may_wish_letter(request: HttpRequest) -> bool:
    """Whether the visitor can be told by mail: a mail server is set, and the person has an address."""
    person: Person | None = getattr(request, "person", None)
    return person is not None and bool(person.email) and bool(workspace().settings.mail_host)


def wished_letter(request: HttpRequest) -> str:
    """The language of the letter that a form asks for: the one that the visitor reads; empty for no letter."""
    return translation.get_language() or "" if "mail" in request.POST and may_wish_letter(request) else ""


def tell_of_job(job: Job, *, workspace: Workspace, now: datetime) -> bool:
    """Send the letter about a job that is over. False: there is nobody to tell, or the person ended it.

    Raises: MailNotConfigured, BadLetter, MailNotSent.
    """
    from safar.store import people

    person = None if job.person is None else people.person_with(job.person)
    if job.state is JobState.CANCELLED or person is None or not person.takes_part or not person.email:
        return False
    send_letter(
        job_letter(job, person=person, workspace=workspace, base=base_address(workspace)),
        settings=workspace.settings,
        now=now,
    )
    return True


def job_letter(job: Job, *, person: Person, workspace: Workspace, base: str) -> Letter:
    """The letter. base: what the address in it begins with. It names no customer and carries no file."""
    with translation.override(job.mail_language), timezone.override(workspace.settings.time_zone):
        view = job_view(workspace, job, own=True, manages=person.may(Permission.MANAGE))
        words = {"name": person.name, "work": view.title, "workspace": workspace.name, "state": view.state}
        told: tuple[str, ...] = (view.result,) if view.result else ()
        if job.problem is not None:
            told = (view.problem, view.next_step)
        return Letter(
            to=person.email,
            subject=_("%(work)s: %(state)s") % words,
            lines=(
                _("Hello %(name)s,") % words,
                _("work that you asked for at %(workspace)s is over: %(work)s (%(state)s).") % words,
                *told,
            ),
            button=(_("Look at it"), base + reverse("job", args=[job.id])),
            after=(_("The data are simulated."),) if workspace.simulated else (),
            footer=_("You get this because you wished to be told when you started the work."),
            language=job.mail_language,
        )
