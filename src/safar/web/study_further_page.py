"""Further analyses as the page that runs a study offers them: each with its form, folded away until it is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from safar.domain.path_model import PathModel
from safar.domain.study import Study
from safar.usecases.study_groups import group_columns
from safar.usecases.study_models import choices_of
from safar.usecases.study_runs import last_choices
from safar.usecases.workspace import Workspace
from safar.web.page_language import page_language
from safar.web.study_further_forms import FORMS, Basis, FurtherForm
from safar.web.study_words import analysis_name

METHODS: Mapping[str, str] = {
    "screen": "item-screening",
    "predict": "prediction",
    "importance": "importance",
    "groups": "groups-of-a-path-model",
    "segments": "segments-of-a-path-model",
    "rivals": "model-selection",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A further analysis that can be started. asks: the question it answers. open: its form is shown at once."""

    kind: str
    title: str
    asks: str
    method: str
    form: FurtherForm
    open: bool


def offers(
    study: Study, *, workspace: Workspace, model: PathModel, kind: str = "", data: Mapping[str, Any] | None = None
) -> list[Offer]:
    """All of them. kind, data: the one that was sent, and what was typed."""
    run, kept = choices_of(study), last_choices(study.id)
    basis = Basis(
        model=model,
        run=run,
        rows=study.data.rows,
        groups=group_columns(workspace=workspace, study=study, model=model),
        language=page_language(),
    )
    found = []
    for form in FORMS:
        sent = data if form.kind == kind else None
        made = form(sent, basis=basis, initial=form.first(run, kept.get(form.kind, {})))
        found.append(
            Offer(
                kind=form.kind,
                title=analysis_name(form.kind),
                asks=_asks(form.kind),
                method=METHODS[form.kind],
                form=made,
                open=form.kind == kind,
            )
        )
    return found


def _asks(kind: str) -> str:
    return {
        "screen": _("Are the items fit for any model, and how many things do they measure?"),
        "predict": _("Does the model predict people whom it has not seen?"),
        "importance": _("Where does improvement pay most?"),
        "groups": _("Is it the same with women and men, with this branch and that?"),
        "segments": _("Are there kinds of people, not known beforehand, with models of their own?"),
    }[kind]
