"""The model of a study: its text with versions, looked at while it is typed, and changed by a form."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from safar.analysis.path_model.result import Resampling, Run
from safar.analysis.thaw import thaw
from safar.domain.model_sketch import ModelSketch
from safar.domain.path_model import BadPathModel, PathModel
from safar.domain.person import Person
from safar.domain.study import Study, StudyVersion
from safar.domain.wording import can_be_shown
from safar.errors import Conflict
from safar.files.path_model import (
    SavedRun,
    fault_line,
    is_lavaan,
    read_path_model,
    read_run,
    read_sketch,
    without_run,
    write_path_model,
)
from safar.usecases.study_access import LONGEST_MODEL, BadStudy, StudyNotFound, own_study, read_study

MOST_VERSIONS = 200


class StudyChangedSince(Conflict):
    """Somebody else has changed the model in the meantime."""

    code = "study.changed-since"
    next_step = "Look at the newest version, and bring your change into it."


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLook:
    """A text looked at. model: None where it is none yet; then problem says why, and line where (None: nowhere).

    sketch: what a form can change; None where the text cannot be read at all.
    """

    model: PathModel | None = None
    sketch: ModelSketch | None = None
    problem: BadPathModel | None = None
    line: int | None = None


def look_at_text(text: str, *, name: str) -> ModelLook:
    """What a text says. Faults are told in the result, not raised."""
    try:
        _check_text(text)
        model = read_path_model(text, name=name)
    except (BadPathModel, BadStudy) as error:
        problem = error if isinstance(error, BadPathModel) else BadPathModel(error.message, next_step=error.next_step)
    else:
        return ModelLook(model=model, sketch=ModelSketch.of(model))
    try:
        sketch = read_sketch(text, name=name, lavaan=is_lavaan(text)) if len(text) <= LONGEST_MODEL else None
    except BadPathModel:
        sketch = None
    return ModelLook(sketch=sketch, problem=problem, line=fault_line(text[:LONGEST_MODEL], problem.message))


def split_text(text: str) -> tuple[str, Run | None]:
    """A text without its [run] table, and what that says; None where there is none, or where it cannot be read."""
    _check_text(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if is_lavaan(text):
        return text, None
    try:
        held = tomllib.loads(text)
        if "run" not in held:
            return text, None
        said = read_run(text).run
        return without_run(text), replace(said, resampling=said.resampling or Resampling())
    except (BadPathModel, tomllib.TOMLDecodeError):
        return text, None


def choices_of(study: Study) -> Run:
    """How the study is estimated and its answers are read."""
    return _thawed_run(study.choices)


@lru_cache(maxsize=64)
def _thawed_run(text: str) -> Run:
    return thaw(Run, text) if text else Run(resampling=Resampling())


def saved_run(study: Study) -> SavedRun:
    """Model and choices, as the engine takes them. Raises: BadPathModel."""
    return SavedRun(model=read_path_model(study.text, name=study.title), run=choices_of(study))


def save_text(study: UUID, *, text: str, base: int, person: Person, now: datetime, told: str = "written") -> Study:
    """Keep a text as the newest version, a draft with faults too. base: the version that it follows.

    A [run] table in it becomes the study's choices. Raises: StudyNotFound, StudyNotYours, BadStudy, StudyChangedSince.
    """
    from safar.analysis.result import as_json
    from safar.store import studies
    from safar.store.atomic import one_at_a_time

    model, choices = split_text(text)
    with one_at_a_time(f"study {study}"):
        found = own_study(study, person=person)
        if base != found.version:
            raise StudyChangedSince(f"The model is at version {found.version} by now; this follows version {base}.")
        if model != found.text:
            studies.add_version(study, text=model, told=told, by=person.id, now=now, most=MOST_VERSIONS)
        if choices is not None:
            studies.change_study(study, choices=as_json(choices), now=now)
    return read_study(study, person=person)


def change_model(
    study: UUID, change: Callable[[ModelSketch], ModelSketch], *, told: str, base: int, person: Person, now: datetime
) -> Study:
    """Change the model by a form: it is written anew in its canonical form, without comments.

    Raises: BadPathModel (what the change cannot mean, or a text that no form can change), and as `save_text`.
    """
    found = own_study(study, person=person)
    look = look_at_text(found.text, name=found.title)
    if look.sketch is None:
        raise look.problem or BadPathModel("The text cannot be read.")
    text = write_path_model(change(look.sketch))
    return save_text(study, text=text, base=base, person=person, now=now, told=told)


def read_versions(study: UUID, *, person: Person) -> list[StudyVersion]:
    """All versions of the model, the newest first. Raises: StudyNotFound."""
    from safar.store import studies

    read_study(study, person=person)
    return studies.list_versions(study)


def restore_version(study: UUID, *, number: int, person: Person, now: datetime) -> Study:
    """Make an older text the newest one. Raises: StudyNotFound, StudyNotYours."""
    from safar.store import studies

    found = own_study(study, person=person)
    old = studies.find_version(study, number)
    if old is None:
        raise StudyNotFound("There is no such version any more.")
    return save_text(study, text=old.text, base=found.version, person=person, now=now, told=f"restored {number}")


def _check_text(text: str) -> None:
    if len(text) > LONGEST_MODEL:
        raise BadStudy(
            f"The text has {len(text):,} characters; {LONGEST_MODEL:,} is the most.", next_step="Shorten the text."
        )
    if not can_be_shown(text.replace("\n", " ").replace("\r", " ").replace("\t", " ")):
        raise BadStudy("The text holds a character that cannot be shown.")
