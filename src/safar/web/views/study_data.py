"""A study's answers: uploaded or the workspace's own, how they are read, and what is to be seen before estimating."""

from __future__ import annotations

import shutil
import uuid
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.domain.person import Permission
from safar.domain.study import Study
from safar.usecases import study_data as verbs
from safar.usecases.study_access import StudyNotYours, own_study, read_study
from safar.usecases.study_files import DESCRIPTIONS, StudyDataRefused
from safar.usecases.study_models import choices_of
from safar.usecases.uploads import make_folder
from safar.web.access import allowed, person_of, refusing
from safar.web.page_language import page_language
from safar.web.problem_words import error_words, problem_text
from safar.web.reading_studies import read_study_checks, read_study_data
from safar.web.study_forms import SPEAKERS, ReadingForm
from safar.web.study_page import study_frame
from safar.web.toast import toast
from safar.web.uploading import PrivateUploadHandler
from safar.web.workspaces import workspace

_MB = 1024**2


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def data(request: HttpRequest, study: UUID) -> HttpResponse:
    """The answers as they are: columns, first rows, how each item is answered, and what is missing."""
    return _page(request, read_study(study, person=person_of(request)))


def _page(
    request: HttpRequest, found: Study, *, form: ReadingForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    person, opened = person_of(request), workspace()
    look = read_study_data(opened, found, person=person)
    context: dict[str, Any] = study_frame(found, person=person, here="study-data") | {
        "look_data": look,
        "problem": "" if look.problem is None else problem_text(look.problem.message, code=look.problem.code),
        "next_step": "" if look.problem is None else problem_text(look.problem.next_step),
        "reading": form or ReadingForm(initial=ReadingForm.first(choices_of(found))),
        "speakers": [(str(one), text, str(one) == found.data.speaker) for one, text in SPEAKERS.items()],
        "speaker": SPEAKERS.get(found.data.speaker, ""),  # type: ignore[call-overload]
        "refused": refused,
        "most_mb": opened.settings.upload_most_mb,
        "too_few": opened.settings.too_few,
    }
    return render(request, "web/study_data.html", context, status=status)


@allowed(Permission.WORK, whole=True)
@never_cache
@require_POST
@csrf_exempt
@refusing(StudyNotYours)
def upload(request: HttpRequest, study: UUID) -> HttpResponse:
    """Take a file of answers. The form's token is checked by `_receive`, once the file has a place to go to."""
    opened = workspace()
    folder = make_folder(opened, uuid.uuid4())
    handler = PrivateUploadHandler(request, folder=folder, most=opened.settings.upload_most_mb * _MB)
    request.upload_handlers = [handler]
    try:
        return _receive(request, study, handler)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@csrf_protect
def _receive(request: HttpRequest, study: UUID, handler: PrivateUploadHandler) -> HttpResponse:
    person, opened = person_of(request), workspace()
    request.POST  # noqa: B018  # it is received by being read
    found = own_study(study, person=person)
    if handler.too_large:
        return _page(request, found, refused=_("The file is too large to be uploaded."), status=413)
    described = [one for one in handler.received if one.name.lower().endswith(DESCRIPTIONS)]
    others = [one for one in handler.received if one not in described]
    if len(others) != 1 or len(described) > 1:
        told = _("Choose the description and its data together.") if described else _("Choose one file.")
        return _page(request, found, refused=told, status=400)
    file = others[0]
    try:
        if described:
            kept = verbs.upload_described_answers(
                study,
                workspace=opened,
                description=handler.folder / described[0].stored,
                data=handler.folder / file.stored,
                names=(described[0].name, file.name),
                person=person,
                now=timezone.now(),
            )
        else:
            kept = verbs.upload_answers(
                study,
                workspace=opened,
                path=handler.folder / file.stored,
                name=file.name,
                person=person,
                now=timezone.now(),
            )
    except StudyDataRefused as error:
        told = error_words(error)
        return _page(request, found, refused=told, status=400)
    toast(request, _("“%(name)s” holds the answers now.") % {"name": kept.name})
    return _to("study-data", study)


@allowed(Permission.WORK, whole=True)
@require_POST
@refusing(StudyNotYours)
def own_answers(request: HttpRequest, study: UUID) -> HttpResponse:
    """Let the study stand on the workspace's own answers."""
    verbs.take_own_answers(
        study,
        workspace=workspace(),
        speaker=request.POST.get("speaker", "")[:20],
        person=person_of(request),
        now=timezone.now(),
    )
    toast(request, _("The study stands on the workspace's own answers now."))
    return _to("study-data", study)


@allowed(Permission.WORK, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
@refusing(StudyNotYours)
def remove(request: HttpRequest, study: UUID) -> HttpResponse:
    """Take the answers away, after asking: nothing here can bring them back."""
    person = person_of(request)
    found = own_study(study, person=person)
    if request.method == "GET":
        return render(request, "web/study_data_remove.html", study_frame(found, person=person, here="study-data"))
    verbs.remove_data(study, workspace=workspace(), person=person, now=timezone.now())
    toast(request, _("The answers were taken away. Results that were found with them stay."))
    return _to("study-data", study)


@allowed(Permission.WORK, whole=True)
@never_cache
@require_POST
@refusing(StudyNotYours)
def reading(request: HttpRequest, study: UUID) -> HttpResponse:
    """How answers are read: codes, scale, gaps, weights."""
    person = person_of(request)
    found = own_study(study, person=person)
    form = ReadingForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=400)
    verbs.keep_choices(study, choices=form.onto(choices_of(found)), person=person, now=timezone.now())
    toast(request, _("The answers are read so from now on."))
    return _to("study-data", study)


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def checks(request: HttpRequest, study: UUID) -> HttpResponse:
    """The model and its answers looked over before anything is estimated."""
    person = person_of(request)
    found = read_study(study, person=person)
    context: dict[str, Any] = study_frame(found, person=person, here="study-checks")
    if context["model"] is not None:
        checked = read_study_checks(workspace(), found)
        check = checked.check
        screened = None if checked.screened is None else checked.screened.in_language(page_language())
        items = {one.item: one for one in (screened.items if screened is not None else ())}
        context |= {
            "check": check,
            "screened": screened,
            "unscreened": "" if checked.unscreened is None else error_words(checked.unscreened),
            "problem": "" if check.problem is None else problem_text(check.problem, code=check.code or ""),
            "next_step": problem_text(check.next_step or ""),
            "ready": check.ready and context["has_data"],
            "groups": [
                (one, [(item, items.get(item.item)) for item in check.items if item.construct == one.name])
                for one in check.model.constructs
            ],
        }
    return render(request, "web/study_checks.html", context)


def _to(name: str, study: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=[study]))
