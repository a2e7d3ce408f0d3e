"""Studies: the list, a new one, one of them, and what is done to it as a whole."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar.domain.person import Permission
from safar.domain.study import Study
from safar.errors import SafarError
from safar.files.path_model import write_path_model
from safar.frameworks.proposing import NoParadigm
from safar.usecases import studies as verbs
from safar.usecases.frameworks import find_framework, shelf
from safar.usecases.path_models import propose_model
from safar.usecases.study_access import BadStudy, StudyNotYours, read_study
from safar.usecases.study_runs import read_runs
from safar.web.access import allowed, person_of, refusing
from safar.web.page_language import page_language
from safar.web.preferences import preferences_of
from safar.web.problem_words import set_beside
from safar.web.study_forms import NewStudyForm, StudyForm
from safar.web.study_page import study_frame
from safar.web.toast import toast
from safar.web.workspaces import workspace


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def studies(request: HttpRequest) -> HttpResponse:
    """One's own studies and those that are shared, each with what its newest run found."""
    person = person_of(request)
    found = verbs.read_studies(person=person)
    newest = verbs.newest_results(found)
    context = {
        "rows": [(one, newest.get(one.id), one.owner == person.id) for one in found],
        "may_work": person.may(Permission.WORK),
        "comparable": sum(one in newest for one in (study.id for study in found)),
    }
    return render(request, "web/studies.html", context)


@allowed(Permission.WORK, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new study: empty, from a framework's proposal, or from a file."""
    language = page_language()
    offered = [(one.name, one.label.text(language)) for one in shelf(workspace()) if _has_paradigm(one.name)]
    form = NewStudyForm(request.POST or None, request.FILES or None, frameworks=offered)
    if request.method == "POST" and form.is_valid() and (made := _made(request, form)) is not None:
        toast(request, _("“%(title)s” is there.") % {"title": made.title})
        return HttpResponseRedirect(reverse("study", args=[made.id]))
    return render(request, "web/study_new.html", {"form": form}, status=400 if form.errors else 200)


def _made(request: HttpRequest, form: NewStudyForm) -> Study | None:
    data = form.cleaned_data
    text: str | None = None
    told = "begun"
    try:
        if data["way"] == "framework":
            framework = find_framework(workspace(), data["framework"])
            text = write_path_model(propose_model(framework, language=preferences_of(request).language))
            told = f"proposed {framework.name}"
        elif data["way"] == "file":
            text, told = data["text"], f"uploaded {data['file'].name}"[:200]
        return verbs.create_study(
            workspace=workspace(),
            title=data["title"],
            text=text,
            told=told,
            person=person_of(request),
            now=timezone.now(),
        )
    except BadStudy as error:
        # A title is refused by the field itself; what is left is about the text.
        set_beside(form, "file" if data["way"] == "file" and "text" in error.message else "title", error)
    except NoParadigm as error:
        set_beside(form, "framework", error)
    return None


def _has_paradigm(name: str) -> bool:
    try:
        propose_model(find_framework(workspace(), name))
    except SafarError:
        return False
    return True


@allowed(Permission.WORK, whole=True)
@require_POST
def example(request: HttpRequest) -> HttpResponse:
    """A study with a model and simulated answers, to try everything with."""
    made = verbs.create_example(
        workspace=workspace(),
        title=_("Roadside service (simulated)"),
        person=person_of(request),
        now=timezone.now(),
    )
    toast(request, _("The example is there: its answers are simulated. Look at them, then run the model."))
    return HttpResponseRedirect(reverse("study", args=[made.id]))


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def study(request: HttpRequest, study: UUID) -> HttpResponse:
    """A study: its steps, where each stands, and what comes next."""
    person = person_of(request)
    found = read_study(study, person=person)
    runs = read_runs(study, person=person)
    context = study_frame(found, person=person, here="study") | {
        "runs": runs,
        "done": next((one for one in runs if one.run.is_done), None),
        "working": next((one for one in runs if one.state in ("waiting", "running")), None),
    }
    return render(request, "web/study.html", context)


@allowed(Permission.WORK, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
@refusing(StudyNotYours)
def change(request: HttpRequest, study: UUID) -> HttpResponse:
    """Rename a study, share it or take it back."""
    person = person_of(request)
    found = read_study(study, person=person)
    if not found.is_changed_by(person):
        raise PermissionDenied
    form = StudyForm(request.POST or None, initial={"title": found.title, "shared": found.shared})
    if found.shared and found.owner != person.id:
        form.fields.pop("shared")
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change_study(
                study,
                title=form.cleaned_data["title"],
                shared=bool(form.cleaned_data.get("shared", found.shared)),
                person=person,
                now=timezone.now(),
            )
        except BadStudy as error:
            set_beside(form, "title", error)
        else:
            toast(request, _("The study was changed."))
            return HttpResponseRedirect(reverse("study", args=[study]))
    return render(request, "web/study_change.html", study_frame(found, person=person, here="change") | {"form": form})


@allowed(Permission.WORK, whole=True)
@require_POST
@refusing(StudyNotYours)
def copy(request: HttpRequest, study: UUID) -> HttpResponse:
    """The same model, choices and answers as a study of one's own."""
    person = person_of(request)
    found = read_study(study, person=person)
    title = (_("Copy of %(title)s") % {"title": found.title})[:120]
    made = verbs.copy_study(study, workspace=workspace(), title=title, person=person, now=timezone.now())
    toast(request, _("“%(title)s” is there.") % {"title": made.title})
    return HttpResponseRedirect(reverse("study", args=[made.id]))


@allowed(Permission.WORK, whole=True)
@require_POST
@refusing(StudyNotYours)
def remove(request: HttpRequest, study: UUID) -> HttpResponse:
    """Take a study away, with undo."""
    found = verbs.remove_study(study, person=person_of(request), now=timezone.now())
    undo = reverse("study-restore", args=[study])
    toast(request, _("“%(title)s” was removed.") % {"title": found.title}, undo=undo)
    return HttpResponseRedirect(reverse("studies"))


@allowed(Permission.WORK, whole=True)
@require_POST
@refusing(StudyNotYours)
def restore(request: HttpRequest, study: UUID) -> HttpResponse:
    """Bring it back."""
    found = verbs.restore_study(study, person=person_of(request))
    toast(request, _("“%(title)s” is back.") % {"title": found.title})
    return HttpResponseRedirect(reverse("study", args=[study]))
