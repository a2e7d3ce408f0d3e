"""Runs of studies side by side, of one study or of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from safar.analysis.path_model.comparison import ModelComparison
from safar.domain.choice_bounds import COUNTS
from safar.domain.fact import Speaker
from safar.domain.person import Permission
from safar.domain.study import Study, StudyRun
from safar.usecases import study_runs as verbs
from safar.usecases.study_access import StudyNotFound
from safar.web import numerals
from safar.web.access import allowed, person_of
from safar.web.page_language import page_language
from safar.web.study_words import run_name, stand_class, stand_word, table_view


@allowed(Permission.SEE, whole=True)
@never_cache
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Runs side by side: what became of each claim, what is explained, and which explains best with least."""
    person = person_of(request)
    least, most = COUNTS["models"]
    chosen = _chosen(request)
    offered = verbs.done_runs(person=person)
    shown = chosen[:most]
    fields = max(3, min(most, len(shown) + 1))
    context: dict[str, Any] = {
        "offered": [(str(run.id), run_name(found, run)) for found, run in offered],
        "fields": [(k + 1, str(shown[k]) if k < len(shown) else "", k < least) for k in range(fields)],
        "most": most,
        "wrong": _wrong(len(chosen), asked=any(name in request.GET for name in ("run", "first", "second"))),
    }
    if context["wrong"] or len(chosen) < least:
        return render(request, "web/study_compare.html", context, status=400 if context["wrong"] else 200)
    runs = verbs.compare_runs(chosen, person=person)
    names = _short_names(runs)
    tested = verbs.rivals_run(runs)
    found = verbs.comparison_of(runs, names=names, rivals=tested, language=page_language())
    context |= _told(found) | {
        "names": [(name, run, study) for name, (study, run) in zip(names, runs, strict=True)],
        "rivals": _rivals(runs, tested, person_may=all(study.is_changed_by(person) for study, _run in runs)),
    }
    return render(request, "web/study_compare.html", context)


def _chosen(request: HttpRequest) -> list[UUID]:
    """The runs that the address names, each once. Raises: StudyNotFound."""
    told = [*request.GET.getlist("run"), *(request.GET.get(name, "") for name in ("first", "second"))]
    try:
        return [*dict.fromkeys(UUID(one) for one in told if one)]
    except ValueError:
        raise StudyNotFound("There is no such run.") from None


def _wrong(count: int, *, asked: bool) -> str:
    least, most = COUNTS["models"]
    if count > most:
        return _("At most %(most)s runs stand side by side.") % {"most": numerals.number(most)}
    if asked and count < least:
        return _("Choose two different runs at least.")
    return ""


def _told(found: ModelComparison) -> dict[str, Any]:
    language = page_language()
    criteria = [
        (one.told_apart, found.called(one.construct, language),
         [(name, one.bic[k], one.bic_weights[k], one.gm[k], one.gm_weights[k], k == one.best)
          for k, name in enumerate(found.names) if one.bic[k] is not None])
        for one in found.criteria
    ]  # fmt: skip
    return {
        "found": found,
        "paths": [
            (
                [found.called(one, language) for one in (path.source, path.target)],
                path.changed,
                [(figure, stand_word(stand), stand_class(stand))
                 for figure, stand in zip(path.figures, path.verdicts, strict=True)],
            )
            for path in found.paths
        ],
        "explained": [(found.called(one.construct, language), one) for one in found.explained],
        "criteria": [(name, rows) for apart, name, rows in criteria if apart],
        "alike": [(name, rows) for apart, name, rows in criteria if not apart],
        "changed": len(found.changed),
        "predicted": [] if found.prediction is None else [table_view(one) for one in found.prediction.tables()],
    }  # fmt: skip


def _rivals(runs: Sequence[tuple[Study, StudyRun]], tested: StudyRun | None, *, person_may: bool) -> dict[str, Any]:
    """The test of which model predicts better: where it is, or how it is asked for; empty where it cannot be."""
    study = runs[0][0]
    if any(one.id != study.id for one, _run in runs) or study.data.speaker != Speaker.CUSTOMER:
        return {}
    return {
        "study": study.id,
        "run": tested,
        "numbers": [run.number for _study, run in runs],
        "may_start": person_may and tested is None,
    }


def _short_names(runs: Sequence[tuple[Study, StudyRun]]) -> tuple[str, ...]:
    """What columns are called: of one study the runs, of several the studies too."""
    if len({study.id for study, _run in runs}) == 1:
        return tuple(_("run %(number)s") % {"number": numerals.plain_digits(run.number)} for _study, run in runs)
    told: list[str] = []
    for study, run in runs:
        name = run_name(study, run)
        told.append(name if name not in told else f"{name} ({len(told) + 1})")
    return tuple(told)
