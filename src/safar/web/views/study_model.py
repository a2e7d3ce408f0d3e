"""The model of a study: as text, by a form, and its versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.messages import ERROR
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.charts.path_diagram import DiagramLook, draw_path_model
from safar.domain.model_sketch import ModelSketch
from safar.domain.path_model import BadPathModel
from safar.domain.person import Permission
from safar.files.path_model import is_lavaan, write_run
from safar.usecases import study_models as verbs
from safar.usecases.study_access import LONGEST_MODEL, BadStudy, StudyNotYours, own_study, read_study
from safar.usecases.study_models import ModelLook, StudyChangedSince, look_at_text
from safar.web.access import allowed, person_of, refusing
from safar.web.page_language import page_language
from safar.web.problem_words import error_words, problem_text
from safar.web.study_forms import ConstructForm, PathForm
from safar.web.study_page import study_frame
from safar.web.study_words import version_words
from safar.web.toast import toast


@allowed(Permission.SEE, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
@refusing(StudyNotYours)
def model(request: HttpRequest, study: UUID) -> HttpResponse:
    """The model as text. A text with faults is kept as a draft; the page says what is wrong, and in which line."""
    person = person_of(request)
    found = read_study(study, person=person)
    text, wrong, status = found.text, "", 200
    if request.method == "POST":
        if not found.is_changed_by(person):
            raise PermissionDenied
        text = _typed(request)
        if "look" not in request.POST:
            try:
                verbs.save_text(study, text=text, base=_base(request), person=person, now=timezone.now())
            except (BadStudy, StudyChangedSince) as error:
                wrong, status, text = error_words(error), 400, text[:LONGEST_MODEL]
            else:
                toast(request, _("The model was saved."))
                return HttpResponseRedirect(reverse("study-model", args=[study]))
    look = look_at_text(text, name=found.title)
    context = study_frame(found, person=person, here="study-model", look=look) | {
        "text": text,
        "base": _base(request) if request.method == "POST" else found.version,
        "wrong": wrong,
        "as_text": True,
        **_looked(look),
    }
    return render(request, "web/study_model.html", context, status=status)


@allowed(Permission.WORK, whole=True)
@never_cache
@require_POST
@refusing(StudyNotYours)
def look(request: HttpRequest, study: UUID) -> HttpResponse:
    """A text looked at while it is typed: a piece of the page, and nothing is kept."""
    found = own_study(study, person=person_of(request))
    return render(request, "web/parts/study_look.html", _looked(look_at_text(_typed(request), name=found.title)))


@allowed(Permission.SEE, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
@refusing(StudyNotYours)
def by_form(request: HttpRequest, study: UUID) -> HttpResponse:
    """The same model by a form: constructs with their items, and paths."""
    person = person_of(request)
    found = read_study(study, person=person)
    seen = look_at_text(found.text, name=found.title)
    wrong: dict[str, Any] = {}
    if request.method == "POST":
        if not found.is_changed_by(person):
            raise PermissionDenied
        wrong = _changed(request, study, seen.sketch)
        if not wrong:
            return HttpResponseRedirect(reverse("study-form", args=[study]))
    sketch = seen.sketch
    opened = str(wrong.get("at", "")) or request.GET.get("construct", "")
    context = study_frame(found, person=person, here="study-model", look=seen) | {
        "sketch": sketch,
        "base": found.version,
        "opened": opened,
        "constructs": [
            (one, wrong.get("form") if wrong and opened == one.name else ConstructForm(
                initial=ConstructForm.first(one), auto_id=f"id_c{at}_%s"))
            for at, one in enumerate(sketch.everything if sketch else ())
        ],
        "new_construct": wrong.get("new_construct") or ConstructForm(auto_id="id_new_%s"),
        "new_path": wrong.get("new_path") or PathForm(),
        "fault": wrong.get("message", ""),
        "loses": "#" in found.text or is_lavaan(found.text),
        "as_text": False,
        **_looked(seen),
    }  # fmt: skip
    return render(request, "web/study_form.html", context, status=400 if wrong else 200)


def _changed(request: HttpRequest, study: UUID, sketch: ModelSketch | None) -> dict[str, Any]:
    """Do what the form asks; what stands in the way, empty where nothing does."""
    if sketch is None:
        return {"message": _("The text cannot be read; mend it as text first.")}
    do, name, target = (request.POST.get(one, "")[:310] for one in ("do", "construct", "target_of"))
    form: ConstructForm | PathForm | None = None
    place = "message"
    if do in ("add-construct", "change-construct"):
        form = ConstructForm(request.POST, auto_id="id_new_%s" if do == "add-construct" else "id_open_%s")
        place = "new_construct" if do == "add-construct" else "form"
    elif do == "add-path":
        form, place = PathForm(request.POST), "new_path"
    if form is not None and not form.is_valid():
        return {place: form, "at": name}
    try:
        change, told = _change(do, form, name=name, target=target, sketch=sketch, request=request)
        before = _base(request)
        verbs.change_model(study, change, told=told, base=before, person=person_of(request), now=timezone.now())
    except (BadPathModel, BadStudy, StudyChangedSince) as error:
        if form is None:
            return {"message": error_words(error)}
        form.add_error(None, error_words(error))
        return {place: form, "at": name}
    toast(
        request,
        _("The model was changed: %(what)s.") % {"what": version_words(told)},
        undo=reverse("study-version-restore", args=[study, before]),
    )
    return {}


def _change(
    do: str,
    form: ConstructForm | PathForm | None,
    *,
    name: str,
    target: str,
    sketch: ModelSketch,
    request: HttpRequest,
) -> tuple[Callable[[ModelSketch], ModelSketch], str]:
    match do, form:
        case "add-construct", ConstructForm():
            made = form.construct(None, sketch)
            return (lambda one: one.with_construct(made)), f"construct-added {made.name}"
        case "change-construct", ConstructForm():
            changed = form.construct(sketch.construct(name), sketch)
            return (lambda one: one.with_changed(name, changed)), f"construct-changed {name}"
        case "remove-construct", None:
            return (lambda one: one.without_construct(name)), f"construct-removed {name}"
        case "add-path", PathForm():
            path = form.path()
            return (lambda one: one.with_path(path)), f"path-added {path.source} → {path.target}"
        case "change-path", None:
            sign = {"+": 1, "-": -1}.get(request.POST.get("sign", ""))
            hypothesis = " ".join(request.POST.get("hypothesis", "").split())[:60]
            return (
                lambda one: one.with_changed_path(name, target, sign=sign, hypothesis=hypothesis)
            ), f"path-changed {name} → {target}"
        case "remove-path", None:
            return (lambda one: one.without_path(name, target)), f"path-removed {name} → {target}"
    raise BadPathModel("The form asks for something unknown.", next_step="Load the page again.")


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def versions(request: HttpRequest, study: UUID) -> HttpResponse:
    """All versions of the model, and one of them."""
    person = person_of(request)
    found = read_study(study, person=person)
    listed = verbs.read_versions(study, person=person)
    asked = request.GET.get("version", "")
    shown = next((one for one in listed if str(one.number) == asked), None)
    context = study_frame(found, person=person, here="study-model") | {
        "versions": [(one, version_words(one.told)) for one in listed],
        "shown": shown,
    }
    return render(request, "web/study_versions.html", context)


@allowed(Permission.WORK, whole=True)
@require_POST
@refusing(StudyNotYours)
def restore(request: HttpRequest, study: UUID, number: int) -> HttpResponse:
    """Make an older version the newest one."""
    try:
        verbs.restore_version(study, number=number, person=person_of(request), now=timezone.now())
    except StudyChangedSince as error:
        toast(request, error_words(error), kind=ERROR)
    else:
        toast(request, _("Version %(number)s is in force again.") % {"number": number})
    return HttpResponseRedirect(reverse("study-model", args=[study]))


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def file(request: HttpRequest, study: UUID) -> HttpResponse:
    """Model and choices as a file: what the command and the library read."""
    found = read_study(study, person=person_of(request))
    try:
        saved = verbs.saved_run(found)
    except BadPathModel:
        text = found.text
    else:
        text = write_run(saved.model, saved.run)
    if not text:
        raise Http404
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="model.toml"'
    return answer


def _looked(look: ModelLook) -> dict[str, Any]:
    """What was found in a text, for the page and for its piece."""
    drawn = ""
    if look.model is not None:
        drawn = draw_path_model(look.model, DiagramLook(language=page_language(), theme="page", items=True))
    problem = look.problem
    return {
        "look": look,
        "model": look.model,
        "problem": "" if problem is None else problem_text(problem.message, code=problem.code),
        "next_step": "" if problem is None else problem_text(problem.next_step),
        # Some faults name their line themselves.
        "line": None if problem is not None and problem.message.startswith("Line ") else look.line,
        # Drawn by us; every text in it is escaped where it is written.
        "diagram": mark_safe(drawn),  # noqa: S308
    }


def _typed(request: HttpRequest) -> str:
    return request.POST.get("text", "").replace("\r\n", "\n")


def _base(request: HttpRequest) -> int:
    told = request.POST.get("base", "")
    return int(told) if told.isdecimal() and len(told) < 10 else 0
