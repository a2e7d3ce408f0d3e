"""A study: a path model that is written, the answers that it is held against, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from safar.domain.person import Permission, Person


class DataSource(StrEnum):
    """Where a study's answers come from: nowhere yet, a file that was uploaded, or the workspace's own surveys."""

    NOTHING = "nothing"
    FILE = "file"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyData:
    """The answers of a study.

    speaker: of the workspace's own answers, who gave them. name, rows, columns: of an uploaded file. simulated: that
    nobody was asked.
    """

    source: DataSource = DataSource.NOTHING
    speaker: str = "customer"
    name: str = ""
    rows: int = 0
    columns: tuple[str, ...] = ()
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """owner: who made it; None: somebody who has no account any more. shared: the whole team sees it.

    text: the model as it stands, of version `version`; it may be a draft that cannot be estimated yet. choices: how it
    is estimated and how answers are read, as JSON (`analysis.path_model.result.Run`).
    questionnaire: what is asked for the model, as TOML; "": none is kept.
    """

    id: UUID
    title: str
    owner: UUID | None
    owner_name: str
    shared: bool
    changed_at: datetime
    text: str
    version: int
    choices: str
    data: StudyData
    questionnaire: str = ""

    def is_seen_by(self, person: Person) -> bool:
        """Whether a person may open it. Who may see some units only may not: its figures are of all answers."""
        return person.units is None and person.may_open(owner=self.owner, shared=self.shared)

    def is_changed_by(self, person: Person) -> bool:
        """Whether a person may change and run it: whoever sees it and works with the team."""
        return self.is_seen_by(person) and person.may(Permission.WORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyVersion:
    """The model's text after one change. told: what was changed, in plain English."""

    number: int
    text: str
    told: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRun:
    """An analysis that was asked for, and what came of it.

    kind: the name of an analysis (`usecases.study_analyses`). options: its own choices by name. text: model and choices
    as they were then, as a file that gives the same numbers again. job: the long work that does it. headline: a few
    figures of the result, empty until it is there. result: its JSON, empty where it was not asked for or is not there.
    """

    id: UUID
    study: UUID
    number: int
    kind: str
    options: Mapping[str, str]
    text: str
    job: UUID | None
    by: str
    asked_at: datetime
    ended_at: datetime | None
    headline: Mapping[str, Any] = field(default_factory=dict)
    result: str = ""

    @property
    def is_done(self) -> bool:
        """Whether there is a result."""
        return self.ended_at is not None
