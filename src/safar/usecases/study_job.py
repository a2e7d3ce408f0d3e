"""Long work: run an analysis of a study, and keep its result with the study.

Beginning again does no harm: the resamples follow from the run's seed, so that the same numbers come out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from safar.domain.study import DataSource, Study, StudyRun
from safar.files.path_model import read_run
from safar.usecases.frameworks import own_framework
from safar.usecases.job_kind import Arguments, JobKind, JobReporter, Result
from safar.usecases.path_model_rows import made_up
from safar.usecases.path_models import wanted_columns
from safar.usecases.study_access import StudyNotFound
from safar.usecases.study_analyses import Material, analysis
from safar.usecases.study_choices import read_choices, rival_runs
from safar.usecases.study_data import study_columns, study_groups

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

KIND = "path-model"


def run_arguments(run: StudyRun) -> Mapping[str, Any]:
    """What `start_job` takes for this kind."""
    return {"study": run.study.hex, "run": run.id.hex}


def _run(workspace: Workspace, arguments: Arguments, reporter: JobReporter) -> Result:
    from safar.store import studies

    number = UUID(hex=arguments["run"])
    reporter.progress(None, None, "Reading the answers")
    study, run = _there(UUID(hex=arguments["study"]), number, reporter.person)
    told = {
        "study": study.id.hex,
        "number": run.number,
        "title": study.title,
        "analysis": run.kind,
        "page": "study-run",
    }
    if run.is_done:  # kept, and then the worker was lost
        return told
    studies.set_job(number, job=reporter.job)
    kind, saved = analysis(run.kind), read_run(run.text)
    choices = read_choices(run.options)
    rivals = [
        (name, replace(read_run(one.text), data_digest=one.headline.get("data")))
        for name, one in rival_runs(study.id, choices.get("runs", ()))
    ]
    needed = [wanted_columns(one) for one in (saved, *(one for _, one in rivals))]
    wanted = tuple(dict.fromkeys(column for columns in needed for column in columns))
    columns, labels = study_columns(workspace, study, wanted), None
    if kind.grouped:
        columns, labels = study_groups(workspace, study, wanted, by=choices["by"])

    def progress(done: int, of: int) -> None:
        reporter.progress(done, of, "Drawing resamples")

    own = study.data.source is DataSource.ANSWERS
    simulated = study.data.simulated or (own and made_up(workspace, saved.model.items))
    framework = own_framework(workspace)
    given = Material(
        saved=saved, columns=columns, choices=choices, labels=labels, simulated=simulated, progress=progress,
        rivals=rivals,
        frameworks=() if framework is None else (framework,), journey=workspace.journey_in_force(),
    )  # fmt: skip
    result = kind.run(given)
    reporter.check()
    if not studies.keep_result(number, result=result.to_json(), headline=kind.headline(result), now=reporter.clock()):
        raise StudyNotFound("The study was removed.")
    return told


def _there(study: UUID, run: UUID, person: UUID | None) -> tuple[Study, StudyRun]:
    """As of now: the study may have gone, and who asked may not work any more, while the job waited."""
    from safar.store import people, studies

    asking = None if person is None else people.person_with(person)
    found, wanted = studies.find_study(study), studies.find_run(run)
    if found is None or wanted is None or asking is None or not found.is_changed_by(asking):
        raise StudyNotFound("The study was removed, or who asked for the run may not change it any more.")
    return found, wanted


PATH_MODEL = JobKind(name=KIND, run=_run)
