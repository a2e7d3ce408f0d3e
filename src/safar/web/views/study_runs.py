"""Runs of a study: started, watched, their results, and files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.messages import ERROR
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safar import __version__
from safar.analysis.path_model.importance_result import ImportanceResult
from safar.analysis.path_model.paragraph import methods_paragraph
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.rival_prediction import RivalPrediction
from safar.charts.path_diagram import DiagramLook, draw_path_diagram
from safar.domain.choice_bounds import COUNTS
from safar.domain.fact import Speaker
from safar.domain.path_model import BadPathModel
from safar.domain.person import Permission
from safar.domain.study import DataSource, Study
from safar.usecases import study_runs as verbs
from safar.usecases.jobs import TooManyJobs
from safar.usecases.path_model_choices import BadChoice
from safar.usecases.path_models import ENDINGS
from safar.usecases.running import read_workers
from safar.usecases.study_access import BadStudy, StudyNotYours, own_study, read_study
from safar.usecases.study_analyses import ESTIMATE, UnknownAnalysis, analysis
from safar.usecases.study_choices import read_choices, rival_name
from safar.usecases.study_data import NoStudyData, keep_choices
from safar.usecases.study_models import choices_of, look_at_text
from safar.usecases.study_runs import RunState, parts_of, result_of, tables_of
from safar.web import numerals
from safar.web.access import allowed, person_of, refusing
from safar.web.importance_page import importance_page
from safar.web.job_mail import may_wish_letter, wished_letter
from safar.web.job_words import job_view
from safar.web.page_language import page_language
from safar.web.problem_words import error_words, set_beside
from safar.web.study_forms import EstimateForm
from safar.web.study_further_forms import FORMS
from safar.web.study_further_page import METHODS, offers
from safar.web.study_page import study_frame
from safar.web.study_words import (
    analysis_name,
    doubt_words,
    part_name,
    table_view,
    verdict_views,
)
from safar.web.toast import toast
from safar.web.workspaces import workspace

_TYPES = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "tex": "application/x-tex; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
    "png": "image/png",
    "json": "application/json; charset=utf-8",
    "toml": "application/toml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
_AS_IN_A_PAPER = ("html", "md", "tex")


@allowed(Permission.SEE, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
@refusing(StudyNotYours)
def run(request: HttpRequest, study: UUID) -> HttpResponse:
    """How the model is estimated, and its start; further analyses, and theirs."""
    found = read_study(study, person=person_of(request))
    form = EstimateForm(request.POST or None, initial=EstimateForm.first(choices_of(found)))
    if request.method == "POST":
        if not found.is_changed_by(person_of(request)):
            raise PermissionDenied
        if form.is_valid() and (started := _started(request, found, form)) is not None:
            return HttpResponseRedirect(reverse("study-run", args=[study, started]))
    return _run_page(request, found, form=form)


def _run_page(
    request: HttpRequest, found: Study, *, form: EstimateForm, kind: str = "", wrong: str = ""
) -> HttpResponse:
    """kind: of the further analysis whose form was sent. wrong: why it was refused as a whole."""
    person = person_of(request)
    context = study_frame(found, person=person, here="study-run-new")
    context |= {"form": form, "choices": choices_of(found), "mail_offered": may_wish_letter(request), "wrong": wrong}
    failed = bool(form.errors or wrong)
    if context["may_change"] and context["has_data"] and context["model"] is not None:
        told = found.data.speaker != Speaker.CUSTOMER
        context["together"] = told
        if not told:
            sent = request.POST if kind else None
            offered = offers(found, workspace=workspace(), model=context["model"], kind=kind, data=sent)
            failed = failed or any(one.form.errors for one in offered)
            context["offers"] = offered
    return render(request, "web/study_run_new.html", context, status=400 if failed else 200)


def _started(request: HttpRequest, study: Study, form: EstimateForm) -> int | None:
    person, now = person_of(request), timezone.now()
    keep_choices(study.id, choices=form.onto(choices_of(study)), person=person, now=now)
    try:
        return verbs.start_run(
            study.id, workspace=workspace(), person=person, now=now, mail_language=wished_letter(request)
        ).number
    except (BadPathModel, NoStudyData, BadStudy, TooManyJobs) as error:
        set_beside(form, None, error)
        return None


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def results(request: HttpRequest, study: UUID) -> HttpResponse:
    """All runs of a study; some of them to be picked and compared."""
    person = person_of(request)
    found = read_study(study, person=person)
    listed = verbs.read_runs(study, person=person)
    context = study_frame(found, person=person, here="study-results") | {
        "runs": [(one, analysis_name(one.run.kind)) for one in listed],
        "comparable": sum(one.run.is_done and one.run.kind == ESTIMATE for one in listed) > 1,
        "most": COUNTS["models"][1],
    }
    return render(request, "web/study_results.html", context)


@allowed(Permission.WORK, whole=True)
@never_cache
@require_POST
@refusing(StudyNotYours)
def further(request: HttpRequest, study: UUID) -> HttpResponse:
    """Start a further analysis of the model and answers as they stand."""
    found = own_study(study, person=person_of(request))
    kind = request.POST.get("kind", "")[:40]
    model = look_at_text(found.text, name=found.title).model
    form = None
    if model is not None and any(one.kind == kind for one in FORMS):
        form = next(one.form for one in offers(found, workspace=workspace(), model=model, kind=kind, data=request.POST)
                    if one.kind == kind)  # fmt: skip
        if not form.is_valid():
            return _run_page(request, found, form=_unsent(found), kind=kind)
    try:
        chosen = {"runs": _numbers(request)} if form is None else form.choices()
        started = _start(request, study, kind=kind, choices=chosen)
    except (BadPathModel, BadChoice, NoStudyData, BadStudy, UnknownAnalysis, TooManyJobs) as error:
        return _run_page(request, found, form=_unsent(found), kind=kind, wrong=error_words(error))
    return HttpResponseRedirect(reverse("study-run", args=[study, started]))


def _unsent(study: Study) -> EstimateForm:
    return EstimateForm(initial=EstimateForm.first(choices_of(study)))


def _numbers(request: HttpRequest) -> tuple[int, ...]:
    """The numbers of runs that a form names."""
    told = [one for one in request.POST.getlist("runs") if one.isdecimal() and len(one) < 6]
    return tuple(map(int, told[: COUNTS["models"][1] + 1]))


def _start(request: HttpRequest, study: UUID, *, kind: str, choices: Mapping[str, Any]) -> int:
    return verbs.start_run(
        study,
        workspace=workspace(),
        kind=kind,
        choices=choices,
        person=person_of(request),
        now=timezone.now(),
        mail_language=wished_letter(request),
    ).number


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def one(request: HttpRequest, study: UUID, number: int) -> HttpResponse:
    """One run: how far it is, or what it found."""
    person = person_of(request)
    found, state = verbs.read_numbered(study, number=number, person=person)
    context = study_frame(found, person=person, here="study-results") | {
        "run": state.run,
        "state": state,
        "kind": analysis_name(state.run.kind),
        "again": request.path,
    }
    if not state.run.is_done:
        return render(
            request,
            "web/study_run.html",
            context | _waiting(state, person_may=context["may_change"], manages=person.may(Permission.MANAGE)),
        )
    result = result_of(state.run, language=page_language())
    context |= {"simulated_study": bool(getattr(result, "simulated", False)), "result": result}
    if isinstance(result, PathResult):
        items = request.GET.get("items", "shown") != "hidden"
        return render(request, "web/study_result.html", context | _found(result, items=items))
    if isinstance(result, RivalPrediction):
        numbers = read_choices(state.run.options)["runs"]
        result = result.renamed(
            {rival_name(one): _("run %(number)s") % {"number": numerals.plain_digits(one)} for one in numbers}
        )
        compared = [one.id for one in verbs.runs_of(study, numbers=numbers)]
        context |= {"result": result, "compared": urlencode({"run": compared}, doseq=True)}
    rows = _rows_may_be_told(found, context["may_change"])
    context |= {
        "tables": [table_view(table) for table in tables_of(result)],
        "table_endings": _AS_IN_A_PAPER,
        "parts": [(name, part_name(name)) for name in parts_of(result, rows=rows)],
        "whole": rows or not analysis(state.run.kind).rows,
        "method": METHODS[state.run.kind],
    }
    if isinstance(result, ImportanceResult):
        context["map"] = importance_page(result, workspace())
    return render(request, "web/study_result_other.html", context)


def _waiting(state: RunState, *, person_may: bool, manages: bool) -> dict[str, Any]:
    job = state.job
    if job is None:
        return {"view": None}
    silent = None if job.state.over else read_workers(now=timezone.now()).silent_s
    return {
        "view": job_view(workspace(), job, own=False, manages=manages),
        "over": job.state.over,
        "silent_s": silent,
        "may_cancel": person_may and not job.state.over and not job.cancel_asked,
    }


def _found(result: PathResult, *, items: bool) -> dict[str, Any]:
    language = page_language()
    drawn = draw_path_diagram(result, DiagramLook(language=language, theme="page", items=items))
    stands = [str(one.stand) for one in result.verdicts]
    return {
        # Drawn by us; every text in it is escaped where it is written.
        "diagram": mark_safe(drawn),  # noqa: S308
        "items_shown": items,
        "verdicts": verdict_views(result),
        "supported": stands.count("supported"),
        "claims": len(stands),
        "doubts": doubt_words(result.doubts),
        "tables": [table_view(one) for one in tables_of(result) if one.name != "verdicts"],
        "paragraph": methods_paragraph(result, language, version=__version__),
        "table_endings": _AS_IN_A_PAPER,
        "endings": [ending.removeprefix(".") for ending in ENDINGS],
        "figures": [(name, part_name(name)) for name in parts_of(result, rows=False)],
    }


@allowed(Permission.WORK, whole=True)
@require_POST
@refusing(StudyNotYours)
def cancel(request: HttpRequest, study: UUID, number: int) -> HttpResponse:
    """Cancel a run; it can be started again."""
    verbs.cancel_run(study, number=number, person=person_of(request), now=timezone.now())
    return HttpResponseRedirect(reverse("study-run", args=[study, number]))


@allowed(Permission.WORK, whole=True)
@require_POST
@refusing(StudyNotYours)
def again(request: HttpRequest, study: UUID) -> HttpResponse:
    """Run model and choices as they stand now once more; `run` names the run whose analysis it is."""
    found = own_study(study, person=person_of(request))
    kind, choices = ESTIMATE, {}
    told = request.POST.get("run", "")
    if told.isdecimal() and len(told) < 6:
        _study, state = verbs.read_numbered(study, number=int(told), person=person_of(request))
        kind, choices = state.run.kind, read_choices(state.run.options)
    try:
        started = _start(request, found.id, kind=kind, choices=choices)
    except (BadPathModel, BadChoice, NoStudyData, BadStudy, TooManyJobs) as error:
        toast(request, error_words(error), kind=ERROR)
        return HttpResponseRedirect(reverse("study-run-new", args=[study]))
    return HttpResponseRedirect(reverse("study-run", args=[study, started]))


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def report(request: HttpRequest, study: UUID, number: int, format: str) -> HttpResponse:
    """The result as a file: the whole report, or with `table` one table."""
    person = person_of(request)
    found, state = verbs.read_numbered(study, number=number, person=person)
    result = result_of(state.run, language=page_language())
    rows = _rows_may_be_told(found, found.is_changed_by(person))
    table = request.GET.get("table", "")[:40]
    body: bytes | str
    if table:
        body, name = verbs.table_of(result, name=table, ending=format, rows=rows), f"{table}.{format}"
    else:
        body = verbs.report_of(result, ending=format, version=__version__, language=page_language(), rows=rows)
        name = f"report.{format}"
    answer = HttpResponse(body, content_type=_TYPES.get(format, "application/octet-stream"))
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows_may_be_told(study: Study, may_change: bool) -> bool:
    """Single rows are told of uploaded files only, and only to who works with the study."""
    return may_change and study.data.source is DataSource.FILE
