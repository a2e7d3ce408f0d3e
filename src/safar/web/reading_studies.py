"""What pages of a study show of its answers: read and screened once for the study as it stands and the file that lies
there, not at every view. The workspace's own answers, which keep coming, are read as other lists of the log are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from safar.domain.person import Person
from safar.domain.study import DataSource, Study
from safar.usecases.study_data import DataLook, StudyChecks, check_study, look_at_data
from safar.usecases.study_files import answers_file
from safar.usecases.workspace import Workspace
from safar.web.counting import counted
from safar.web.reading import lately
from safar.web.waiting import Maker, Waiting

T = TypeVar("T")
_OF_FILES: Maker[Any] = Maker(kept=32)
_PATIENCE_S = 20.0


def read_study_data(workspace: Workspace, study: Study, *, person: Person) -> DataLook:
    """The answers as they are. What cannot be read is told in the result."""

    def find() -> DataLook:
        return counted(look_at_data, workspace=workspace, study=study, person=person)

    return _once(workspace, study, ("data", study.is_changed_by(person)), find)


def read_study_checks(workspace: Workspace, study: Study) -> StudyChecks:
    """The model and its answers looked over. Raises: BadPathModel."""
    return _once(workspace, study, ("checks",), lambda: counted(check_study, workspace=workspace, study=study))


def _once(workspace: Workspace, study: Study, about: tuple[object, ...], find: Callable[[], T]) -> T:
    if study.data.source is DataSource.ANSWERS:
        return lately(workspace, ("study", study, *about), find)
    name = repr((str(workspace.path), study, _stamp(workspace, study), *about))
    answer = _OF_FILES.ask(name, find, patience_s=_PATIENCE_S, fits=lambda _made: True)
    return find() if isinstance(answer, Waiting) else cast("T", answer)


def _stamp(workspace: Workspace, study: Study) -> tuple[int, ...]:
    try:
        found = answers_file(workspace, study.id).stat()
    except FileNotFoundError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
