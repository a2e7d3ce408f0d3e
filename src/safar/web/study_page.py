"""What every page of a study shows: its steps, where each of them stands, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from safar.domain.person import Person
from safar.domain.study import DataSource, Study
from safar.usecases.study_models import ModelLook, look_at_text


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step of a study. here: its page is open."""

    title: str
    address: str
    here: bool


def study_frame(study: Study, *, person: Person, here: str, look: ModelLook | None = None) -> dict[str, Any]:
    """The part of the context that all pages of a study share."""
    look = look or look_at_text(study.text, name=study.title)
    steps = (
        ("study-data", _("Data")),
        ("study-checks", _("Checks")),
        ("study-model", _("Model")),
        ("study-questionnaire", _("Questionnaire")),
        ("study-run-new", _("Run it")),
        ("study-results", _("Results")),
    )
    return {
        "study": study,
        "look": look,
        "model": look.model,
        "has_data": study.data.source is not DataSource.NOTHING,
        "own_answers": study.data.source is DataSource.ANSWERS,
        "may_change": study.is_changed_by(person),
        "is_mine": study.owner == person.id,
        "steps": [StepView(title=title, address=reverse(name, args=[study.id]), here=name == here)
                  for name, title in steps],
    }  # fmt: skip
