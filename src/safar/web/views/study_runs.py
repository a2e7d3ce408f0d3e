"""Runs of a study: started, watched, their results, two of them side by side, and files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
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
from safar.charts.path_diagram import DiagramLook, draw_path_diagram
from safar.domain.path_model import BadPathModel
from safar.domain.person import Permission
from safar.domain.study import DataSource, Study, StudyRun
from safar.usecases import study_runs as verbs
from safar.usecases.jobs import TooManyJobs
from safar.usecases.path_models import ENDINGS
from safar.usecases.running import read_workers
from safar.usecases.study_access import BadStudy, StudyNotFound, StudyNotYours, own_study, read_study
from safar.usecases.study_analyses import ANALYSES, ESTIMATE, UnknownAnalysis, analysis
from safar.usecases.study_data import NoStudyData, keep_choices
from safar.usecases.study_models import choices_of
from safar.usecases.study_runs import RunState, parts_of, result_of, tables_of
from safar.web import numerals
from safar.web.access import allowed, person_of, refusing
from safar.web.importance_page import importance_page
from safar.web.job_mail import may_wish_letter, wished_letter
from safar.web.job_words import job_view
from safar.web.page_language import page_language
from safar.web.problem_words import error_words, set_beside
from safar.web.study_forms import EstimateForm
from safar.web.study_page import study_frame
from safar.web.study_words import (
    analysis_name,
    doubt_words,
    part_name,
    stand_class,
    stand_word,
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
_METHODS = {
    "screen": "item-screening",
    "predict": "prediction",
    "importance": "importance",
    "groups": "groups-of-a-path-model",
    "segments": "segments-of-a-path-model",
}
_AS_IN_A_PAPER = ("html", "md", "tex")


@allowed(Permission.SEE, whole=True)
@never_cache
@require_http_methods(["GET", "POST"])
@refusing(StudyNotYours)
def run(request: HttpRequest, study: UUID) -> HttpResponse:
    """How the model is estimated, and its start."""
    person = person_of(request)
    found = read_study(study, person=person)
    choices = choices_of(found)
    form = EstimateForm(request.POST or None, initial=EstimateForm.first(choices))
    if request.method == "POST":
        if not found.is_changed_by(person):
            raise PermissionDenied
        if form.is_valid() and (started := _started(request, found, form)) is not None:
            return HttpResponseRedirect(reverse("study-run", args=[study, started]))
    context = study_frame(found, person=person, here="study-run-new") | {
        "form": form,
        "choices": choices,
        "mail_offered": may_wish_letter(request),
    }
    return render(request, "web/study_run_new.html", context, status=400 if form.errors else 200)


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
    """All runs of a study, two of them to be picked, and further analyses to be started."""
    return _results(request, study)


def _results(request: HttpRequest, study: UUID, *, wrong: str = "") -> HttpResponse:
    person = person_of(request)
    found = read_study(study, person=person)
    listed = verbs.read_runs(study, person=person)
    context = study_frame(found, person=person, here="study-results") | {
        "runs": [(one, analysis_name(one.run.kind)) for one in listed],
        "done": [one.run for one in listed if one.run.is_done and one.run.kind == ESTIMATE],
        "further": [(name, analysis_name(name)) for name in ANALYSES if name != ESTIMATE],
        "wrong": wrong,
        "chosen": request.POST.get("kind", ""),
        "by": request.POST.get("by", ""),
    }
    return render(request, "web/study_results.html", context, status=400 if wrong else 200)


@allowed(Permission.WORK, whole=True)
@never_cache
@require_POST
@refusing(StudyNotYours)
def further(request: HttpRequest, study: UUID) -> HttpResponse:
    """Start a further analysis of the model and answers as they stand."""
    try:
        started = verbs.start_run(
            study,
            workspace=workspace(),
            kind=request.POST.get("kind", "")[:40],
            by=request.POST.get("by", ""),
            person=person_of(request),
            now=timezone.now(),
            mail_language=wished_letter(request),
        )
    except (BadPathModel, NoStudyData, BadStudy, UnknownAnalysis) as error:
        return _results(request, study, wrong=error_words(error))
    return HttpResponseRedirect(reverse("study-run", args=[study, started.number]))


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
    rows = _rows_may_be_told(found, context["may_change"])
    context |= {
        "tables": [table_view(table) for table in tables_of(result)],
        "table_endings": _AS_IN_A_PAPER,
        "parts": [(name, part_name(name)) for name in parts_of(result, rows=rows)],
        "whole": rows or not analysis(state.run.kind).rows,
        "method": _METHODS[state.run.kind],
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
    """Run model and choices as they stand now once more."""
    found = own_study(study, person=person_of(request))
    try:
        started = verbs.start_run(
            found.id, workspace=workspace(), person=person_of(request), now=timezone.now(),
            mail_language=wished_letter(request),
        )  # fmt: skip
    except (BadPathModel, NoStudyData, BadStudy) as error:
        toast(request, error_words(error), kind=ERROR)
        return HttpResponseRedirect(reverse("study-run-new", args=[study]))
    return HttpResponseRedirect(reverse("study-run", args=[study, started.number]))


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


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two runs side by side, of one study or of two."""
    person = person_of(request)
    offered = verbs.done_runs(person=person)
    context: dict[str, Any] = {
        "offered": [(run, _run_name(found, run.number)) for found, run in offered],
        "first": request.GET.get("first", ""),
        "second": request.GET.get("second", ""),
    }
    try:
        wanted = UUID(context["first"]), UUID(context["second"])
    except ValueError:
        if context["first"] or context["second"]:
            raise StudyNotFound("There is no such run.") from None
        return render(request, "web/study_compare.html", context)
    runs = verbs.compare_runs(*wanted, person=person)
    names = _short_names(runs)
    pair = verbs.pair_of(runs, names=names)
    context |= {
        "pair": pair,
        "runs": runs,
        "names": names,
        "paths": [
            (
                [pair.called(one, page_language()) for one in (path.source, path.target)],
                path,
                [(stand_word(one), stand_class(one)) for one in path.verdicts],
            )
            for path in pair.paths
        ],
        "explained": [(pair.called(one.construct, page_language()), one) for one in pair.explained],
        "changed": sum(path.changed for path in pair.paths),
    }
    return render(request, "web/study_compare.html", context)


def _rows_may_be_told(study: Study, may_change: bool) -> bool:
    """Single rows are told of uploaded files only, and only to who works with the study."""
    return may_change and study.data.source is DataSource.FILE


def _run_name(study: Study, number: int) -> str:
    return _("%(study)s, run %(number)s") % {"study": study.title, "number": numerals.plain_digits(number)}


def _short_names(runs: Sequence[tuple[Study, StudyRun]]) -> tuple[str, str]:
    """What columns are called: of one study the runs, of two the studies."""
    (one, first), (other, second) = runs
    if one.id == other.id:
        told = [_("run %(number)s") % {"number": numerals.plain_digits(run.number)} for run in (first, second)]
        return told[0], told[1]
    return _run_name(one, first.number), _run_name(other, second.number)
