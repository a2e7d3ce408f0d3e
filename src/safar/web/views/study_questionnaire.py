"""The questionnaire of a study: what is asked, where every answer leads, its wording, and files of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.messages import ERROR, WARNING
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.domain.person import Permission
from safar.domain.study import Study
from safar.errors import InputError
from safar.study.order import joined, moved_down, moved_up, parted
from safar.usecases import study_questionnaire as verbs
from safar.usecases.questionnaires import Export, Format
from safar.usecases.study_access import StudyNotYours, own_study, read_study
from safar.usecases.study_models import StudyChangedSince, look_at_text
from safar.web import questionnaire_form as forms
from safar.web.access import allowed, person_of, refusing
from safar.web.page_language import page_language
from safar.web.problem_words import error_words, problem_text
from safar.web.questionnaire_page import (
    PER_PART,
    groups_of,
    language_name,
    open_points,
    ordered_names,
    ordered_pages,
)
from safar.web.study_page import study_frame
from safar.web.toast import toast
from safar.web.typed import Typed
from safar.web.workspaces import workspace

_FORMATS = {
    "toml": Format.TOML,
    "lss": Format.LIMESURVEY,
    "sss": Format.TRIPLE_S,
    "xlsx": Format.XLSX,
    "html": Format.HTML,
    "md": Format.MARKDOWN,
}
_STEPS = {"up": moved_up, "down": moved_down, "part": parted, "join": joined}
_MOST_BYTES = 5_000_000
"""Of an uploaded questionnaire."""


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def questionnaire(request: HttpRequest, study: UUID) -> HttpResponse:
    """What the study asks, item by item, and where every answer leads."""
    return _page(request, read_study(study, person=person_of(request)))


def _page(
    request: HttpRequest, found: Study, *, refused: str = "", line: int | None = None, status: int = 200
) -> HttpResponse:
    look = verbs.look_at_questionnaire(workspace=workspace(), study=found, language=page_language())
    asked = look.questionnaire
    names = ordered_names(look)
    part, parts, shown = _part(request, names)
    context: dict[str, Any] = _frame(request, found) | {
        "asked": asked,
        "kept": look.kept,
        "trace": look.trace,
        "problem": "" if look.problem is None else problem_text(look.problem.message, code=look.problem.code),
        "next_step": "" if look.problem is None else problem_text(look.problem.next_step),
        "groups": groups_of(look, shown, language=page_language()),
        "open": open_points(look),
        "languages": [(tag, language_name(tag)) for tag in asked.languages] if asked is not None else [],
        "spoken": _(", ").join(language_name(tag) for tag in asked.languages) if asked is not None else "",
        "part": part,
        "parts": parts,
        "refused": refused,
        "line": line,
        "most_mb": _MOST_BYTES // 1_000_000,
    }
    return render(request, "web/study_questionnaire.html", context, status=status)


@allowed(Permission.WORK, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
@refusing(StudyNotYours)
def edit(request: HttpRequest, study: UUID) -> HttpResponse:
    """The wording by a form. What is saved is kept with the study."""
    found = own_study(study, person=person_of(request))
    look = verbs.look_at_questionnaire(workspace=workspace(), study=found, language=page_language())
    asked = look.questionnaire
    if asked is None:
        return _to(study)
    part, parts, shown = _part(request, [name for name in ordered_names(look) if name in asked])
    items = [asked.item(name) for name in shown]
    used = frozenset(look.model.items if look.model is not None else ())
    base, status = look.digest, 200
    typed = forms.first_values(asked, items)
    if request.method == "POST":
        typed, base = Typed.of(request.POST), request.POST.get("base", "")[:64]
        told = forms.changed(typed, asked, items, used=used) if base == look.digest else None
        if told is not None and _saved(request, study, told, base, typed):
            toast(request, _("The wording was saved."), undo=reverse("study-questionnaire-undo", args=[study]))
            return _to(study, part + 1) if "next" in request.POST and part < len(parts) else _to(study)
        if base != look.digest:
            typed.wrong[""] = error_words(StudyChangedSince("The questionnaire was changed in the meantime."))
        status = 400
    groups = groups_of(look, shown, language=page_language())
    fields = {one.item.id: one for one in forms.item_fields(typed, asked, items, used=used)}
    context = _frame(request, found) | {
        "asked": asked,
        "kept": look.kept,
        "typed": typed,
        "base": base,
        "first": typed.values.get("first", ""),
        "languages": [(tag, language_name(tag)) for tag in forms.languages_of(asked)],
        "scale": typed.values.get("scale", ""),
        "scales": forms.scale_choices(asked),
        "around": forms.around_fields(typed, asked),
        "around_wrong": any(name.partition(".")[0] in forms.AROUND for name in typed.wrong),
        "groups": [(group, [fields[row.name] for row in group.rows]) for group in groups],
        "part": part,
        "parts": parts,
        "is_last": part == len(parts),
    }
    return render(request, "web/study_questionnaire_edit.html", context, status=status)


@allowed(Permission.WORK, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
@refusing(StudyNotYours)
def order(request: HttpRequest, study: UUID) -> HttpResponse:
    """The order of asking and the pages, one step at a time. Each step is kept with the study."""
    found = own_study(study, person=person_of(request))
    here = reverse("study-questionnaire-order", args=[study])
    if request.method == "POST":
        what, _mark, name = request.POST.get("do", "").partition(":")
        if what not in _STEPS:
            raise Http404
        try:
            verbs.change_questionnaire(
                study,
                lambda asked: _STEPS[what](asked, name),
                workspace=workspace(),
                base=request.POST.get("base", "")[:64],
                person=person_of(request),
                now=timezone.now(),
            )
        except (InputError, StudyChangedSince) as error:
            toast(request, error_words(error), kind=ERROR)
            return HttpResponseRedirect(here)
        undo = reverse("study-questionnaire-undo", args=[study])
        toast(request, _("The order of the questions was changed."), undo=undo)
        return HttpResponseRedirect(f"{here}#item-{name}")
    look = verbs.look_at_questionnaire(workspace=workspace(), study=found, language=page_language())
    if look.questionnaire is None:
        return _to(study)
    context = _frame(request, found) | {
        "kept": look.kept,
        "base": look.digest,
        "pages": ordered_pages(look.questionnaire, language=page_language()),
    }
    return render(request, "web/study_questionnaire_order.html", context)


def _saved(request: HttpRequest, study: UUID, told: Any, base: str, typed: Typed) -> bool:
    try:
        verbs.change_questionnaire(
            study,
            lambda _before: told,
            workspace=workspace(),
            base=base,
            person=person_of(request),
            now=timezone.now(),
        )
    except (InputError, StudyChangedSince) as error:
        typed.wrong[""] = error_words(error)
        return False
    return True


@allowed(Permission.WORK, whole=True)
@require_POST
@refusing(StudyNotYours)
def align(request: HttpRequest, study: UUID) -> HttpResponse:
    """Keep the questionnaire with the study, every item of the model asked."""
    person = person_of(request)
    before = own_study(study, person=person)
    try:
        verbs.align_questionnaire(study, workspace=workspace(), person=person, now=timezone.now())
    except InputError as error:
        return _page(request, before, refused=error_words(error), status=400)
    told = _("The questionnaire asks for every item of the model now.") if before.questionnaire else _(
        "The questionnaire is kept with the study. Answers of the study are read by it now."
    )  # fmt: skip
    toast(request, told, undo=reverse("study-questionnaire-undo", args=[study]))
    return _to(study)


@allowed(Permission.WORK, whole=True)
@never_cache
@require_POST
@refusing(StudyNotYours)
def upload(request: HttpRequest, study: UUID) -> HttpResponse:
    """Take a questionnaire that there is already, in place of what the study asked."""
    person = person_of(request)
    found = own_study(study, person=person)
    sent = request.FILES.get("file")
    if sent is None or sent.size is None:
        return _page(request, found, refused=_("Choose one file."), status=400)
    if sent.size > _MOST_BYTES:
        return _page(request, found, refused=_("The file is too large to be uploaded."), status=413)
    name = " ".join(str(sent.name).split())[-120:]
    try:
        notes = verbs.take_questionnaire(study, content=sent.read(), name=name, person=person, now=timezone.now())
    except InputError as error:
        return _page(request, found, refused=error_words(error), line=getattr(error, "line", None), status=400)
    told = _("“%(name)s” is what the study asks now.") % {"name": name}
    toast(request, told, undo=reverse("study-questionnaire-undo", args=[study]))
    for note in notes[:5]:
        toast(request, note, kind=WARNING)
    return _to(study)


@allowed(Permission.WORK, whole=True)
@require_POST
@refusing(StudyNotYours)
def remove(request: HttpRequest, study: UUID) -> HttpResponse:
    """Back to what the model proposes, with undo."""
    verbs.remove_questionnaire(study, person=person_of(request), now=timezone.now())
    undo = reverse("study-questionnaire-undo", args=[study])
    toast(request, _("The questionnaire was taken away; what you see is the model's proposal."), undo=undo)
    return _to(study)


@allowed(Permission.WORK, whole=True)
@require_POST
@refusing(StudyNotYours)
def undo(request: HttpRequest, study: UUID) -> HttpResponse:
    """Bring back what the last change replaced."""
    verbs.undo_questionnaire(study, person=person_of(request), now=timezone.now())
    toast(request, _("The questionnaire is as it was before."))
    return _to(study)


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def file(request: HttpRequest, study: UUID, format: str) -> HttpResponse:
    """What the study asks, as a file for the program that asks it. fixed: Triple-S in fixed columns."""
    found = read_study(study, person=person_of(request))
    if format == "recipe":
        made = verbs.recipe_of_questionnaire(workspace=workspace(), study=found)
    elif format in _FORMATS:
        wanted = Format.TRIPLE_S_FIXED if format == "sss" and "fixed" in request.GET else _FORMATS[format]
        language = request.GET.get("language", "")[:20] or None
        made = verbs.export_questionnaire(workspace=workspace(), study=found, format=wanted, language=language)
    else:
        raise Http404
    return _download(made)


def _download(made: Export) -> HttpResponse:
    answer = HttpResponse(made.content, content_type=made.media_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=made.name) or "attachment"
    return answer


def _frame(request: HttpRequest, found: Study) -> dict[str, Any]:
    look = look_at_text(found.text, name=found.title)
    return study_frame(found, person=person_of(request), here="study-questionnaire", look=look)


def _part(request: HttpRequest, names: list[str]) -> tuple[int, list[int], list[str]]:
    """Which part of the items is shown, all parts, and its items."""
    parts = list(range(1, -(-len(names) // PER_PART) + 1)) or [1]
    asked = request.GET.get("part", "")
    part = int(asked) if asked.isdecimal() and len(asked) < 5 and int(asked) in parts else 1
    return part, parts, names[(part - 1) * PER_PART : part * PER_PART]


def _to(study: UUID, part: int = 0) -> HttpResponse:
    if part:
        return HttpResponseRedirect(f"{reverse('study-questionnaire-edit', args=[study])}?part={part}")
    return HttpResponseRedirect(reverse("study-questionnaire", args=[study]))
