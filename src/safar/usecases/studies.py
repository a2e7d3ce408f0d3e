"""Keep studies: make, name, share, copy and remove them, and bring them back.

Needs Django to be configured. What is in a study: `study_data`, `study_models`, `study_runs`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from safar.analysis.path_model.result import Resampling, Run
from safar.analysis.result import as_json
from safar.domain.person import Permission, Person
from safar.domain.study import DataSource, Study, StudyData, StudyRun
from safar.files.toml_place import toml_text
from safar.usecases.keeping import KEPT_FOR
from safar.usecases.study_access import BadStudy, StudyNotFound, StudyNotYours, checked_title, own_study, read_study
from safar.usecases.study_files import copy_answers, drop_answers, sweep_answers, write_answers
from safar.usecases.study_models import choices_of, split_text

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

MOST_STUDIES = 100


def read_studies(*, person: Person) -> list[Study]:
    """The studies that a person may open, the newest change first."""
    from safar.store import studies

    return [one for one in studies.list_studies(person=person.id) if one.is_seen_by(person)]


def newest_results(found: list[Study]) -> Mapping[UUID, StudyRun]:
    """Of each study the newest run that is done, without its result."""
    from safar.store import studies

    return studies.newest_runs([one.id for one in found])


def create_study(
    *,
    workspace: Workspace,
    title: str,
    text: str | None = None,
    told: str = "begun",
    choices: Run | None = None,
    data: StudyData | None = None,
    questionnaire: str = "",
    study: UUID | None = None,
    person: Person,
    now: datetime,
) -> Study:
    """A new study of one's own. text: its model in either form; None: a model with nothing in it yet.

    A [run] table in the text becomes the study's choices. questionnaire: as TOML. study: its number, where answers of
    it lie there already.
    Raises: BadStudy, StudyNotYours.
    """
    from safar.store import studies
    from safar.store.atomic import one_at_a_time

    if not person.may(Permission.WORK) or person.units is not None:
        raise StudyNotYours("Only members make studies.")
    title = checked_title(title)
    given = f"name = {toml_text(title)}\n" if text is None else text
    model, said = split_text(given)
    with one_at_a_time(f"studies {person.id}"):
        gone = studies.delete_removed(before=now - KEPT_FOR)
        if studies.count_studies(owner=person.id) >= MOST_STUDIES:
            raise BadStudy(f"You have {MOST_STUDIES} studies already.", next_step="Remove one that nobody needs.")
        made = studies.add_study(
            study or uuid.uuid4(),
            title=title,
            owner=person.id,
            text=model,
            told=told,
            choices=as_json(said or choices or Run(resampling=Resampling())),
            data=data or StudyData(),
            questionnaire=questionnaire,
            now=now,
        )
        known = studies.all_studies() if gone else None
    if known is not None:
        sweep_answers(workspace, known=known)
    return made


def create_example(*, workspace: Workspace, title: str, person: Person, now: datetime) -> Study:
    """A study with model, questionnaire and simulated answers: all can be tried at once. Raises: as `create_study`."""
    from safar.datasets.service_questionnaire import QUESTIONNAIRE
    from safar.datasets.service_survey import MODEL, SCALE, draw_answers

    number = uuid.uuid4()
    columns = draw_answers()
    rows = write_answers(workspace, number, columns)
    data = StudyData(
        source=DataSource.FILE, name="simulated-answers.csv", rows=rows, columns=tuple(columns), simulated=True
    )
    try:
        return create_study(
            workspace=workspace, title=title, text=MODEL, told="example",
            choices=Run(resampling=Resampling(), scale=SCALE), data=data, questionnaire=QUESTIONNAIRE,
            study=number, person=person, now=now,
        )  # fmt: skip
    except BaseException:
        drop_answers(workspace, number)
        raise


def copy_study(study: UUID, *, workspace: Workspace, title: str, person: Person, now: datetime) -> Study:
    """The same model, choices, questionnaire and answers once more, without the runs: one's own, not shared.

    Raises: StudyNotFound, BadStudy, StudyNotYours.
    """
    found = read_study(study, person=person)
    number = uuid.uuid4()
    if found.data.source is DataSource.FILE:
        copy_answers(workspace, found.id, number)
    try:
        return create_study(
            workspace=workspace, title=title, text=found.text, told="copied", choices=choices_of(found),
            data=found.data, questionnaire=found.questionnaire, study=number, person=person, now=now,
        )  # fmt: skip
    except BaseException:
        drop_answers(workspace, number)
        raise


def change_study(study: UUID, *, title: str, shared: bool, person: Person, now: datetime) -> Study:
    """Rename it, share it or keep it to its owner. Raises: StudyNotFound, StudyNotYours, BadStudy."""
    from safar.store import studies
    from safar.store.atomic import atomic

    with atomic():
        found = own_study(study, person=person)
        if found.shared and not shared and found.owner != person.id:
            raise StudyNotYours("Only who made a study takes it back from the team.")
        studies.change_study(study, title=checked_title(title), shared=shared, now=now)
    return read_study(study, person=person)


def remove_study(study: UUID, *, person: Person, now: datetime) -> Study:
    """Take it away; `restore_study` brings it back. Raises: StudyNotFound, StudyNotYours."""
    from safar.store import studies
    from safar.store.atomic import atomic

    with atomic():
        found = own_study(study, person=person)
        studies.set_removed(study, at=now)
    return found


def restore_study(study: UUID, *, person: Person) -> Study:
    """Bring a removed study back. Raises: StudyNotFound, StudyNotYours."""
    from safar.store import studies
    from safar.store.atomic import atomic

    with atomic():
        found = studies.find_study(study, removed=True)
        if found is None or not found.is_seen_by(person):
            raise StudyNotFound("There is no such study any more.")
        if not found.is_changed_by(person):
            raise StudyNotYours(f"{found.title} is not yours to change.")
        studies.set_removed(study, at=None)
    return read_study(study, person=person)
