"""The questionnaire of a study: proposed from its model until one is kept, then changed, exported and followed.

Answers that are uploaded to the study are read by the one that is kept (`study_data`).
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from safar.domain.path_model import PathModel
from safar.domain.person import Person
from safar.domain.questionnaire import BadQuestionnaire, Questionnaire
from safar.domain.study import Study
from safar.errors import InputError
from safar.files import questionnaire as files
from safar.study.scales import scale_between
from safar.usecases import questionnaires as verbs
from safar.usecases.frameworks import own_framework
from safar.usecases.study_access import own_study, read_study
from safar.usecases.study_models import StudyChangedSince, choices_of, look_at_text

if TYPE_CHECKING:
    from safar.domain.framework import Element, Framework
    from safar.usecases.workspace import Workspace

LONGEST_QUESTIONNAIRE = 1_000_000
"""Characters of a questionnaire's text."""
_DIGEST = 16
_ENDINGS = (".toml", ".lss", ".sss", ".xml", ".xlsx")


class NoQuestionnaire(InputError):
    """A study has no questionnaire, and no model from which one could be proposed."""

    code = "study.no-questionnaire"
    next_step = "Write the study's model first, or upload a questionnaire that there is already."


class QuestionnaireRefused(InputError):
    """An uploaded file cannot be the questionnaire of a study. `line`: where in a text the fault stands, if known."""

    code = "study.questionnaire-refused"
    next_step = "Correct the file, or export it again from the program that it came from."

    def __init__(self, message: str, *, line: int | None = None, next_step: str | None = None) -> None:
        super().__init__(message, next_step=next_step)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionnaireLook:
    """What a study asks. kept: it is held with the study; else it is what the model proposes.

    questionnaire: None where there is neither; then problem says why, unless there is no model. trace: None without a
    model. elements: of what constructs and items stand for, those that a framework has.
    digest: which text it is, so that nobody's change is lost by another's.
    """

    questionnaire: Questionnaire | None = None
    model: PathModel | None = None
    trace: verbs.Trace | None = None
    kept: bool = False
    elements: Mapping[str, Element] = field(default_factory=dict)
    digest: str = ""
    problem: InputError | None = None


def kept_questionnaire(study: Study) -> Questionnaire | None:
    """The questionnaire that is held with the study; None: none is. Raises: BadQuestionnaire."""
    return _read(study.questionnaire) if study.questionnaire else None


def look_at_questionnaire(*, workspace: Workspace, study: Study, language: str = "en") -> QuestionnaireLook:
    """The questionnaire and where every item leads. Faults are told in the result, not raised.

    language: of constructs and elements.
    """
    model = look_at_text(study.text, name=study.title).model
    own = _own(workspace)
    kept = bool(study.questionnaire)
    try:
        asked = kept_questionnaire(study) if kept else _proposed(workspace, study, model, own)
    except InputError as error:
        return QuestionnaireLook(model=model, kept=kept, digest=_digest(study.questionnaire), problem=error)
    if asked is None:
        return QuestionnaireLook(model=model)
    trace = None if model is None else verbs.trace(asked, model, frameworks=own, language=language)
    digest = _digest(files.write_questionnaire(asked))
    references = [item.element for item in asked.items]
    if model is not None and trace is not None:
        references += [*(one.element for one in model.constructs), *(link.element for link in trace.links)]
    elements = verbs.elements_named(references, frameworks=own)
    return QuestionnaireLook(questionnaire=asked, model=model, trace=trace, kept=kept, elements=elements, digest=digest)


def export_questionnaire(
    *, workspace: Workspace, study: Study, format: str, language: str | None = None
) -> verbs.Export:
    """What the study asks, as a file.

    Raises: NoQuestionnaire, BadQuestionnaire, UnknownQuestionnaireFormat, NotSpoken.
    """
    return verbs.export(_shown(workspace, study), format, language=language)


def recipe_of_questionnaire(*, workspace: Workspace, study: Study) -> verbs.Export:
    """The import recipe of its answers, as a file. Raises: NoQuestionnaire, BadQuestionnaire."""
    asked = _shown(workspace, study)
    text = verbs.recipe(asked)
    return verbs.Export(name=f"{asked.name}-recipe.toml", media_type="application/toml", content=text.encode())


def change_questionnaire(
    study: UUID,
    change: Callable[[Questionnaire], Questionnaire],
    *,
    workspace: Workspace,
    base: str | None = None,
    person: Person,
    now: datetime,
) -> Study:
    """Change what the study asks, and keep it. base: the digest of what was changed; None: whatever stands there.

    Raises: StudyNotFound, StudyNotYours, StudyChangedSince, NoQuestionnaire, BadQuestionnaire.
    """
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(f"study {study}"):
        found = own_study(study, person=person)
        asked = _shown(workspace, found)
        if base is not None and base != _digest(files.write_questionnaire(asked)):
            raise StudyChangedSince("The questionnaire was changed in the meantime.")
        _keep(found, change(asked), now=now)
    return read_study(study, person=person)


def align_questionnaire(study: UUID, *, workspace: Workspace, person: Person, now: datetime) -> Study:
    """Keep it as it is, with every item of the model asked. Raises: as `change_questionnaire`."""
    own = _own(workspace)

    def change(asked: Questionnaire) -> Questionnaire:
        model = look_at_text(own_study(study, person=person).text, name=asked.name).model
        return asked if model is None else verbs.align(asked, model, frameworks=own)

    return change_questionnaire(study, change, workspace=workspace, person=person, now=now)


def take_questionnaire(study: UUID, *, content: bytes, name: str, person: Person, now: datetime) -> tuple[str, ...]:
    """Make a file what the study asks, in place of what it asked. Returns what was left out of it.

    name: what the file was called; its ending says what it is. Raises: StudyNotFound, StudyNotYours,
    QuestionnaireRefused.
    """
    from safar.store.atomic import one_at_a_time

    own_study(study, person=person)
    read = _received(content, name)
    with one_at_a_time(f"study {study}"):
        _keep(own_study(study, person=person), read.questionnaire, now=now)
    return tuple(read.notes)


def remove_questionnaire(study: UUID, *, person: Person, now: datetime) -> None:
    """Let the study ask what its model proposes again; `undo_questionnaire` brings it back.

    Raises: StudyNotFound, StudyNotYours.
    """
    from safar.store import studies
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(f"study {study}"):
        if own_study(study, person=person).questionnaire:
            studies.set_questionnaire(study, text="", now=now)


def undo_questionnaire(study: UUID, *, person: Person, now: datetime) -> None:
    """Bring back what the last change replaced; once more takes it back. Raises: StudyNotFound, StudyNotYours."""
    from safar.store import studies
    from safar.store.atomic import one_at_a_time

    with one_at_a_time(f"study {study}"):
        own_study(study, person=person)
        studies.swap_questionnaires(study, now=now)


def _shown(workspace: Workspace, study: Study) -> Questionnaire:
    model = look_at_text(study.text, name=study.title).model
    asked = kept_questionnaire(study) or _proposed(workspace, study, model, _own(workspace))
    if asked is None:
        raise NoQuestionnaire("The study has no questionnaire, and no model that one could be made from.")
    return asked


def _proposed(
    workspace: Workspace, study: Study, model: PathModel | None, own: Iterable[Framework]
) -> Questionnaire | None:
    """Both languages, the workspace's first; on the scale whose ends the study's answers have."""
    if model is None:
        return None
    first = workspace.settings.language if workspace.settings.language in verbs.LANGUAGES else verbs.LANGUAGES[0]
    scale = scale_between(choices_of(study).scale)
    return verbs.derive(model, language=first, languages=verbs.LANGUAGES, frameworks=own, scale=scale)


def _keep(study: Study, asked: Questionnaire, *, now: datetime) -> None:
    from safar.store import studies

    text = files.write_questionnaire(asked)
    if len(text) > LONGEST_QUESTIONNAIRE:
        raise BadQuestionnaire(
            f"The text is longer than {LONGEST_QUESTIONNAIRE:,} characters.", next_step="Shorten the questionnaire."
        )
    if text != study.questionnaire:
        studies.set_questionnaire(study.id, text=text, now=now)


def _own(workspace: Workspace) -> tuple[Framework, ...]:
    own = own_framework(workspace)
    return () if own is None else (own,)


def _received(content: bytes, name: str) -> files.ReadSurvey:
    ending = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="safar-questionnaire-") as folder:
        path = Path(folder) / f"file{ending if ending in _ENDINGS else ''}"
        path.write_bytes(content)
        try:
            return verbs.open_questionnaire(path)
        except InputError as error:
            line = None
            if ending == ".toml":
                line = files.text_fault_line(content.decode("utf-8-sig", errors="replace"), error.message)
            told = error.message.replace(str(path), name)
            raise QuestionnaireRefused(told, line=line, next_step=error.next_step) from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]


@lru_cache(maxsize=32)
def _read(text: str) -> Questionnaire:
    return verbs.read_questionnaire(text)
