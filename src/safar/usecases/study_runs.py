"""Runs of a study: asked for, watched, cancelled, read back, compared, and written as files."""

from __future__ import annotations

import csv
import io
import tempfile
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from safar.analysis.path_model.comparison import ModelComparison, find_comparison
from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.model_result import ModelResult
from safar.analysis.path_model.paper import as_html, as_latex, as_markdown, paper_tables
from safar.analysis.path_model.paper_latex import latex_excerpt
from safar.analysis.path_model.paper_table import PaperTable
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.rival_prediction import RivalPrediction
from safar.domain.choice_bounds import on_page
from safar.domain.fact import Speaker
from safar.domain.job import Job, JobState
from safar.domain.person import Person
from safar.domain.study import DataSource, Study, StudyRun
from safar.errors import NotFound
from safar.files.path_model import write_run
from safar.files.spreadsheet_cell import csv_cell
from safar.usecases.jobs import start_job
from safar.usecases.path_model_comparison import check_names
from safar.usecases.path_models import ENDINGS, write_report
from safar.usecases.study_access import BadStudy, StudyNotFound, own_study, read_study
from safar.usecases.study_analyses import ANALYSES, ESTIMATE, RIVALS, analysis, read_back
from safar.usecases.study_choices import check_choices, kept_choices, read_choices, rival_name, rival_runs
from safar.usecases.study_data import NoStudyData
from safar.usecases.study_job import KIND, run_arguments
from safar.usecases.study_models import saved_run

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

MOST_RUNS = 200
MOST_RESAMPLES = on_page("resamples")[1]
"""On pages; the command takes as many as anybody wants."""
_ROW_TABLES = frozenset(name for one in ANALYSES.values() for name in one.rows)
_AS_TEXT: Mapping[str, Callable[[Sequence[PaperTable]], str]] = {
    "html": as_html,
    "md": as_markdown,
    "tex": lambda tables: latex_excerpt(as_latex(tables)),
}


class RunNotDone(NotFound):
    """A run of a study has no result (yet)."""

    code = "study.run-not-done"
    next_step = "Look at the run; start it again where it failed or was cancelled."


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """A run and where it stands. job: None where it is done, or where the job was cleared away."""

    run: StudyRun
    job: Job | None = None

    @property
    def state(self) -> str:
        """done, waiting, running, failed, cancelled; gone: nobody works on it any more."""
        if self.run.is_done:
            return str(JobState.DONE)
        return "gone" if self.job is None or self.job.state is JobState.DONE else str(self.job.state)


def start_run(
    study: UUID,
    *,
    workspace: Workspace,
    kind: str = ESTIMATE,
    choices: Mapping[str, Any] | None = None,
    person: Person,
    now: datetime,
    mail_language: str = "",
) -> StudyRun:
    """Put an analysis in line, with model and choices as they stand now.

    kind, choices: which analysis, and what is chosen for it (`Analysis.choices`), where that is not the usual.
    Raises: StudyNotFound, StudyNotYours, BadPathModel, NoStudyData, BadStudy, BadChoice, UnknownAnalysis, TooManyJobs.
    """
    from safar.store import studies
    from safar.store.atomic import one_at_a_time

    wanted = analysis(kind)
    with one_at_a_time(f"study {study}"):
        found = own_study(study, person=person)
        if kind != ESTIMATE and found.data.speaker != Speaker.CUSTOMER:
            raise BadStudy(
                "Answers of employees and managers are told of together only.", next_step="Run the model itself."
            )
        saved = saved_run(found)
        if found.data.source is DataSource.NOTHING:
            raise NoStudyData("The study has no answers yet.")
        chosen = check_choices(wanted, choices or {}, saved=saved, study=study)
        if saved.run.resampling is not None and saved.run.resampling.resamples > MOST_RESAMPLES:
            raise BadStudy(
                f"On pages at most {MOST_RESAMPLES:,} resamples are drawn.",
                next_step="Choose fewer, or download the model and run it by `safar model bootstrap`.",
            )
        if len(studies.list_runs(study)) >= MOST_RUNS:
            raise BadStudy(f"The study has {MOST_RUNS} runs already.", next_step="Copy the study and go on there.")
        run = studies.add_run(
            study,
            run=uuid.uuid4(),
            kind=kind,
            options=kept_choices(chosen),
            text=write_run(saved.model, saved.run),
            by=person.id,
            now=now,
        )
        job = start_job(
            workspace=workspace,
            kind=KIND,
            arguments=run_arguments(run),
            person=person,
            now=now,
            mail_language=mail_language,
        )
        studies.set_job(run.id, job=job.id)
    return run


def read_runs(study: UUID, *, person: Person) -> list[RunState]:
    """All runs, the newest first, without their results. Raises: StudyNotFound."""
    from safar.store import studies

    read_study(study, person=person)
    return _states(studies.list_runs(study))


def read_numbered(study: UUID, *, number: int, person: Person) -> tuple[Study, RunState]:
    """One run with its result, and its study. Raises: StudyNotFound."""
    from safar.store import studies

    found = read_study(study, person=person)
    run = studies.find_numbered(study, number)
    if run is None:
        raise StudyNotFound("There is no such run.")
    return found, _states([run])[0]


def cancel_run(study: UUID, *, number: int, person: Person, now: datetime) -> None:
    """Ask a run to end; what is done stays. Raises: StudyNotFound, StudyNotYours."""
    from safar.store import jobs, studies

    own_study(study, person=person)
    run = studies.find_numbered(study, number)
    if run is None:
        raise StudyNotFound("There is no such run.")
    if run.job is not None and not run.is_done:
        jobs.ask_to_cancel(run.job, now=now)


def result_of(run: StudyRun, *, language: str = "en") -> ModelResult:
    """What a run found. Raises: RunNotDone, UnknownAnalysis."""
    if not run.result:
        raise RunNotDone("The run has no result.")
    return read_back(run.kind, run.result).in_language(language)


def report_of(result: ModelResult, *, ending: str, version: str, language: str = "en", rows: bool = False) -> bytes:
    """A result as a file of that ending (`path_models.ENDINGS`); of further analyses as JSON only.

    rows: what tells of single rows may be in it. Raises: RunNotDone, where it cannot be written so.
    """
    if f".{ending}" not in ENDINGS or (not isinstance(result, PathResult) and ending != "json"):
        raise RunNotDone(
            f"A result cannot be written as {ending[:12]!r}.", next_step="Choose one of the formats offered."
        )
    if not isinstance(result, PathResult):
        if not rows and set(result.parts) & _ROW_TABLES:
            raise RunNotDone("The file would tell of single rows.", next_step="Take the tables instead.")
        return result.to_json().encode()
    with tempfile.TemporaryDirectory(prefix="safar-report-") as folder:
        path = Path(folder) / f"report.{ending}"
        write_report(result, path, version=version, language=language)
        return path.read_bytes()


def table_of(result: ModelResult, *, name: str, ending: str, rows: bool = False) -> str:
    """One table: as in a paper (html, md, tex), or its figures as they are (csv).

    rows: a table of single rows may be told. Raises: RunNotDone.
    """
    if ending == "csv":
        found = parts_of(result, rows=rows).get(name)
        if found:
            return _csv(found)
    elif ending in _AS_TEXT:
        tables = [one for one in tables_of(result) if one.name == name]
        if tables:
            return _AS_TEXT[ending](tables)
    raise RunNotDone("The result has no such table.", next_step="Choose one of the tables that are offered.")


def tables_of(result: ModelResult) -> Sequence[PaperTable]:
    """The tables of any result as a paper prints them, in the language of its sentences."""
    match result:
        case PathResult():
            return paper_tables(result)
        case FurtherResult():
            return [one for one in result.tables() if one.rows]
    return ()


def parts_of(result: ModelResult, *, rows: bool) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The tables of any result, as flat rows, by name. rows: those of single rows too."""
    return {name: part for name, part in result.parts.items() if part and (rows or name not in _ROW_TABLES)}


def last_choices(study: UUID) -> Mapping[str, Mapping[str, str]]:
    """By analysis, what was chosen the last time that it was asked for."""
    from safar.store import studies

    return {one.kind: one.options for one in reversed(studies.list_runs(study))}


def compare_runs(runs: Sequence[UUID], *, person: Person) -> tuple[tuple[Study, StudyRun], ...]:
    """Runs that are done, of one study or of several. Raises: StudyNotFound."""
    from safar.store import studies

    found, known = [], dict[UUID, Study]()
    for number in runs:
        run = studies.find_run(number)
        if run is None:
            raise StudyNotFound("There is no such run.")
        known[run.study] = known.get(run.study) or read_study(run.study, person=person)
        found.append((known[run.study], run))
    return tuple(found)


def comparison_of(
    runs: Sequence[tuple[Study, StudyRun]],
    *,
    names: Sequence[str],
    rivals: StudyRun | None = None,
    language: str = "en",
) -> ModelComparison:
    """Runs side by side. rivals: the test of how their models predict (`rivals_run`), told where it is done.

    Raises: RunNotDone, where one of them is no estimate; BadComparison.
    """
    check_names(names, count=len(runs))
    results = [result_of(run) for _, run in runs]
    estimates = [one for one in results if isinstance(one, PathResult)]
    if len(estimates) < len(results):
        raise RunNotDone("Only estimates of models are compared.", next_step="Choose runs of that kind.")
    found = find_comparison(estimates, called_so=names, prediction=_rivals_of(runs, names=names, listed=rivals))
    return found.in_language(language)


def runs_of(study: UUID, *, numbers: Sequence[int]) -> list[StudyRun]:
    """The estimates of these numbers that are done, without their results."""
    return [run for _, run in rival_runs(study, numbers)]


def rivals_run(runs: Sequence[tuple[Study, StudyRun]]) -> StudyRun | None:
    """The newest test of which of these runs' models predicts better, without its result."""
    from safar.store import studies

    if len({study.id for study, _ in runs}) != 1:
        return None
    numbers = {run.number for _, run in runs}
    for one in studies.list_runs(runs[0][0].id):
        if one.kind == RIVALS and {*read_choices(one.options).get("runs", ())} == numbers:
            return one
    return None


def _rivals_of(
    runs: Sequence[tuple[Study, StudyRun]], *, names: Sequence[str], listed: StudyRun | None
) -> RivalPrediction | None:
    from safar.store import studies

    found = None if listed is None or not listed.is_done else studies.find_run(listed.id)
    result = None if found is None else result_of(found)
    if not isinstance(result, RivalPrediction):
        return None
    return result.renamed({rival_name(run.number): name for (_, run), name in zip(runs, names, strict=True)})


def done_runs(*, person: Person) -> list[tuple[Study, StudyRun]]:
    """Every run that could be compared: estimates that are done, of the studies that the person may open."""
    from safar.store import studies

    seen = {one.id: one for one in studies.list_studies(person=person.id) if one.is_seen_by(person)}
    return [(seen[run.study], run) for run in studies.list_done([*seen], kind=ESTIMATE)]


def _states(runs: Sequence[StudyRun]) -> list[RunState]:
    from safar.store import jobs

    known = jobs.find_jobs([one.job for one in runs if one.job is not None and not one.is_done])
    return [RunState(run=one, job=None if one.is_done or one.job is None else known.get(one.job)) for one in runs]


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([csv_cell(name) for name in rows[0]])
    writer.writerows([csv_cell(value) for value in row.values()] for row in rows)
    return out.getvalue()
