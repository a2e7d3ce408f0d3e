"""The answers of a study: chosen, read, looked at.

Rows of an uploaded file may be looked at by who works with the study. The workspace's own answers are never listed;
those of employees and managers are told of together only, and never of fewer than five (setting `too_few`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from safar.analysis.path_model.answers import ItemNotNumeric
from safar.analysis.path_model.check import ModelCheck
from safar.analysis.path_model.distribution import Distribution, distribution
from safar.analysis.path_model.result import Run
from safar.analysis.path_model.screening_result import ScreeningResult
from safar.analysis.result import as_json
from safar.domain.fact import Speaker
from safar.domain.label import Label
from safar.domain.person import Person
from safar.domain.questionnaire import ItemKind, Questionnaire
from safar.domain.study import DataSource, Study, StudyData
from safar.errors import InputError
from safar.usecases.path_model_analyses import screen_model
from safar.usecases.path_model_rows import (
    Columns,
    Labels,
    NoSurveyAnswers,
    answers_of,
    columns_of,
    grouped_answers_of,
    labels_of,
)
from safar.usecases.path_models import check_model, wanted_columns
from safar.usecases.study_access import BadStudy, own_study
from safar.usecases.study_files import (
    StudyDataRefused,
    answers_file,
    drop_answers,
    first_rows,
    says_simulated,
    take_answers,
    take_described,
)
from safar.usecases.study_models import choices_of, look_at_text, saved_run
from safar.usecases.study_questionnaire import kept_questionnaire

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

FIRST_ROWS = 8
MOST_SHOWN = 60
"""Columns whose answers are drawn on one page."""
_NUMERIC = (ItemKind.RATING, ItemKind.NUMBER)


class NoStudyData(InputError):
    """A study has no answers yet, or they are not there any more."""

    code = "study.no-data"
    next_step = "Upload a file of answers on the study's data page, or choose the workspace's own answers."


class TooFewInStudy(InputError):
    """The answers of employees or managers are of so few people that figures would tell what one of them said."""

    code = "study.too-few"
    next_step = "Wait for more answers, or fill gaps instead of leaving rows out."


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLook:
    """The answers as they are. columns: of the whole file; lacking: items of the model that it has no column for.

    shown: how the answers of items (or, without a model, of numeric columns) are spread; more: columns not shown.
    first: the first rows as texts, with `columns`; empty where rows are not listed. problem: why they cannot be read.
    read_by: the questionnaire that says what they mean, if one is kept; turned: items that it turned round.
    """

    columns: tuple[str, ...] = ()
    rows: int = 0
    lacking: tuple[str, ...] = ()
    shown: tuple[Distribution, ...] = ()
    more: int = 0
    first: tuple[tuple[str, ...], ...] = ()
    problem: InputError | None = None
    read_by: Label | None = None
    turned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyChecks:
    """check: what `check_model` says. screened: the answers, without factors; None where they cannot be looked at.

    unscreened: why not, where the model itself is ready.
    """

    check: ModelCheck
    screened: ScreeningResult | None = None
    unscreened: InputError | None = None


def upload_answers(
    study: UUID, *, workspace: Workspace, path: Path, name: str, person: Person, now: datetime
) -> StudyData:
    """Make a received file the study's answers. Raises: StudyNotFound, StudyNotYours, StudyDataRefused."""
    own_study(study, person=person)
    rows, columns = take_answers(workspace, study, path=path, name=name)
    return _taken(study, workspace=workspace, name=name, rows=rows, columns=columns, now=now)


def upload_described_answers(
    study: UUID, *, workspace: Workspace, description: Path, data: Path, names: tuple[str, str], person: Person,
    now: datetime,
) -> StudyData:  # fmt: skip
    """Make received Triple-S data with their description the study's answers. names: what the two were called.

    Raises: StudyNotFound, StudyNotYours, StudyDataRefused.
    """
    if kept_questionnaire(own_study(study, person=person)) is None:
        raise StudyDataRefused(
            "A Triple-S description says what its answers mean; the study has no questionnaire to hold that.",
            next_step="Upload the description on the study's questionnaire page first, then both files here.",
        )
    rows, columns = take_described(workspace, study, description=description, data=data, names=names)
    return _taken(study, workspace=workspace, name=names[1], rows=rows, columns=columns, now=now)


def _taken(
    study: UUID, *, workspace: Workspace, name: str, rows: int, columns: tuple[str, ...], now: datetime
) -> StudyData:
    from safar.store import studies

    simulated = says_simulated(workspace, study)
    data = StudyData(source=DataSource.FILE, name=name, rows=rows, columns=columns, simulated=simulated)
    studies.set_data(study, data=data, now=now)
    return data


def take_own_answers(study: UUID, *, workspace: Workspace, speaker: str, person: Person, now: datetime) -> StudyData:
    """Let a study stand on the workspace's own answers. Raises: StudyNotFound, StudyNotYours, BadStudy."""
    from safar.store import studies

    own_study(study, person=person)
    if speaker not in list(Speaker):
        raise BadStudy("There is no such group of people.", next_step="Choose customers, employees or managers.")
    data = StudyData(source=DataSource.ANSWERS, speaker=speaker, simulated=workspace.simulated)
    studies.set_data(study, data=data, now=now)
    drop_answers(workspace, study)
    return data


def remove_data(study: UUID, *, workspace: Workspace, person: Person, now: datetime) -> None:
    """Take the answers away, for good: results that stand on them stay. Raises: StudyNotFound, StudyNotYours."""
    from safar.store import studies

    own_study(study, person=person)
    studies.set_data(study, data=StudyData(), now=now)
    drop_answers(workspace, study)


def keep_choices(study: UUID, *, choices: Run, person: Person, now: datetime) -> None:
    """How answers are read and the model is estimated. Raises: StudyNotFound, StudyNotYours."""
    from safar.store import studies

    own_study(study, person=person)
    studies.change_study(study, choices=as_json(choices), now=now)


def study_columns(workspace: Workspace, study: Study, wanted: Sequence[str]) -> Columns:
    """The wanted columns that the study's answers have, as numbers: read by its questionnaire, where one is kept.

    Raises: NoStudyData, NoSurveyAnswers, TooFewInStudy, ItemNotNumeric, FileProblem, BadQuestionnaire, and what
    `usecases.questionnaires.read_answers` raises.
    """
    asked = kept_questionnaire(study)
    match study.data.source:
        case DataSource.NOTHING:
            raise NoStudyData("The study has no answers yet.")
        case DataSource.ANSWERS:
            found = answers_of(workspace, wanted, questionnaire=asked, speaker=study.data.speaker)
            return found if study.data.speaker == Speaker.CUSTOMER else _protected(workspace, found)
    path = answers_file(workspace, study.id)
    if not path.is_file():
        raise NoStudyData("The study's answers are not there any more.")
    try:
        return columns_of(path, wanted, questionnaire=asked)
    except InputError as error:
        error.message = error.message.replace(str(path), study.data.name)
        raise


def study_groups(workspace: Workspace, study: Study, wanted: Sequence[str], *, by: str) -> tuple[Columns, Labels]:
    """The wanted columns with a group a row: of a file a column, of own answers a channel, unit or attribute.

    Raises: as `study_columns`, and ColumnMissing.
    """
    if study.data.source is DataSource.ANSWERS:
        asked = kept_questionnaire(study)
        return grouped_answers_of(workspace, wanted, by, questionnaire=asked, speaker=study.data.speaker)
    columns = study_columns(workspace, study, wanted)
    path = answers_file(workspace, study.id)
    try:
        return columns, labels_of(path, by)
    except InputError as error:
        error.message = error.message.replace(str(path), study.data.name)
        raise


def look_at_data(*, workspace: Workspace, study: Study, person: Person) -> DataLook:
    """The answers as a page shows them. What cannot be read is told in the result, not raised."""
    if study.data.source is DataSource.NOTHING:
        return DataLook()
    model = look_at_text(study.text, name=study.title).model
    problem: InputError | None = None
    columns: dict[str, np.ndarray] = {}
    asked: Questionnaire | None = None
    try:
        asked = kept_questionnaire(study)
    except InputError as error:
        problem = error
    items = model.items if model is not None else ()
    if not items and asked is not None:
        items = tuple(one.id for one in asked.items if one.kind in _NUMERIC)
    listed = study.data.columns if study.data.source is DataSource.FILE and asked is None else items
    wanted = [one for one in items if one in listed] or list(listed)
    try:
        if items:
            columns = dict(study_columns(workspace, study, wanted)) if wanted else {}
        else:
            columns = _numeric(workspace, study, wanted)
    except InputError as error:
        problem = error
    choices = choices_of(study)
    least = 0 if study.data.speaker == Speaker.CUSTOMER else workspace.settings.too_few
    shown = [
        distribution(name, columns[name], codes=choices.codes, scale=choices.scale if items else None, least=least)
        for name in [*columns][:MOST_SHOWN]
    ]
    first: tuple[tuple[str, ...], ...] = ()
    names = study.data.columns
    if study.data.source is DataSource.FILE and answers_file(workspace, study.id).is_file():
        names, rows = first_rows(workspace, study.id, rows=FIRST_ROWS)
        first = tuple(rows) if study.is_changed_by(person) else ()
    return DataLook(
        columns=names,
        rows=max((len(one) for one in columns.values()), default=study.data.rows),
        lacking=tuple(one for one in items if one not in columns) if problem is None else (),
        shown=tuple(shown),
        more=max(0, len(columns) - MOST_SHOWN),
        first=first,
        problem=problem,
        turned=tuple(one.id for one in asked.ratings if one.reversed and one.id in columns) if asked else (),
        read_by=None if asked is None else asked.title,
    )


def check_study(*, workspace: Workspace, study: Study) -> StudyChecks:
    """The model and its answers looked over. Raises: BadPathModel where the text is no model yet."""
    saved = saved_run(study)
    columns: Columns | None = None
    problem: InputError | None = None
    try:
        columns = study_columns(workspace, study, wanted_columns(saved))
    except (NoStudyData, NoSurveyAnswers):
        columns = None
    except InputError as error:
        problem = error
    check = check_model(saved, columns)
    if problem is not None:
        check = replace(check, problem=problem.message, code=problem.code, next_step=problem.next_step)
    if not columns or not check.ready:
        return StudyChecks(check=check)
    try:
        screened = screen_model(saved, columns, explore=False, confirmatory=False, simulated=study.data.simulated)
    except InputError as error:  # a run may use rows with gaps; what is looked at here rests on whole ones
        return StudyChecks(check=check, unscreened=error)
    return StudyChecks(check=check, screened=screened)


def _numeric(workspace: Workspace, study: Study, names: Sequence[str]) -> dict[str, np.ndarray]:
    """The columns that hold numbers only; as many as a page shows, and one more to tell that there are more."""
    found: dict[str, np.ndarray] = {}
    for name in names[: 3 * MOST_SHOWN]:
        try:
            found |= study_columns(workspace, study, [name])
        except ItemNotNumeric:
            continue
        if len(found) > MOST_SHOWN:
            break
    return found


def _protected(workspace: Workspace, columns: Columns) -> Columns:
    """Columns of which so few people gave an answer that it would be told are emptied; too few rows are refused."""
    least = workspace.settings.too_few
    people = max((len(values) for values in columns.values()), default=0)
    found = {
        name: values if not 0 < int(np.isfinite(values).sum()) < least else np.full(len(values), np.nan)
        for name, values in columns.items()
    }
    table = np.column_stack(list(found.values())) if found else np.empty((0, 0))
    whole = int(np.isfinite(table).all(axis=1).sum())
    if people < least or 0 < whole < least or 0 < people - whole < least:
        raise TooFewInStudy(
            f"Answers of employees and managers are told of {least} people or more together, never of fewer."
        )
    return found
