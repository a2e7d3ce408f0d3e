"""Answers of studies as files: one Parquet file a study, in a folder of its own in the workspace.

Every column is kept as text, so that forgetting somebody finds the rows that name them (`log.purge`); the rows go with
their study. Backups hold them: nobody can make them again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from safar.errors import InputError
from safar.files.questionnaire import AnswerTable, read_table, tells_simulated
from safar.files.reading import open_records
from safar.files.reading_errors import FileProblem
from safar.files.records import Limits
from safar.sql import literal, quoted
from safar.usecases.importing.upload_check import check_content

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

MOST_COLUMNS = 2_000
DESCRIPTIONS = (".sss", ".xml")
"""Endings of Triple-S descriptions, which come with a file of data."""
MOST_ROWS = 1_000_000


class StudyDataRefused(InputError):
    """An uploaded file cannot be the answers of a study."""

    code = "study.data-refused"
    next_step = "Upload one file of answers, a row for each who answered: CSV, XLSX, Parquet or JSON lines."


def answers_file(workspace: Workspace, study: UUID) -> Path:
    """Where the answers of a study lie."""
    return workspace.path / "studies" / study.hex / "answers.parquet"


def take_answers(workspace: Workspace, study: UUID, *, path: Path, name: str) -> tuple[int, tuple[str, ...]]:
    """Make a received file the answers of a study, in place of those before. Returns rows and columns.

    Raises: StudyDataRefused, told by the name that the file had where it came from.
    """
    limits = Limits.from_settings(workspace.settings)
    try:
        check_content(path, name=name, settings=workspace.settings)
        with workspace.log.connect() as con, open_records(path, limits=limits) as source:
            if len(source.columns) > MOST_COLUMNS:
                raise StudyDataRefused(f"The file has {len(source.columns):,} columns; {MOST_COLUMNS:,} is the most.")
            report = source.load_whole(con, "answers")
            columns = tuple(source.columns)
            if not report.good or not columns:
                raise StudyDataRefused("The file has no rows of answers.")
            if report.good > MOST_ROWS:
                raise StudyDataRefused(f"The file has {report.good:,} rows; {MOST_ROWS:,} is the most.")
            told = ", ".join(f"CAST({quoted(one)} AS VARCHAR) AS {quoted(one)}" for one in columns)
            _copy(con, f"SELECT {told} FROM answers ORDER BY __record", answers_file(workspace, study))
    except FileProblem as problem:
        raise StudyDataRefused(problem.message.replace(str(path), name), next_step=problem.next_step) from problem
    return report.good, columns


def take_described(
    workspace: Workspace, study: UUID, *, description: Path, data: Path, names: tuple[str, str]
) -> tuple[int, tuple[str, ...]]:
    """Make Triple-S data, read by their description, the answers of a study. Returns rows and columns.

    names: what description and data were called where they came from. Raises: StudyDataRefused.
    """
    told = description.rename(description.with_name("description.sss"))
    try:
        columns = read_table(told, data=data).columns
    except InputError as problem:
        message = problem.message.replace(str(told), names[0]).replace(str(data), names[1])
        raise StudyDataRefused(message, next_step=problem.next_step) from problem
    rows = max((len(values) for values in columns.values()), default=0)
    if not rows:
        raise StudyDataRefused("The file has no rows of answers.")
    if rows > MOST_ROWS or len(columns) > MOST_COLUMNS:
        raise StudyDataRefused(f"The file has {rows:,} rows; {MOST_ROWS:,} is the most.")
    _write(workspace, study, columns)
    return rows, tuple(columns)


def says_simulated(workspace: Workspace, study: UUID) -> bool:
    """Whether the answers of a study say that nobody was asked."""
    path = literal(str(answers_file(workspace, study)))
    with workspace.log.connect() as con:
        held = con.execute(f"SELECT * FROM read_parquet({path}) LIMIT 0").description or ()
        names = [one[0] for one in held if tells_simulated(one[0])]
        found: dict[str, list[str | None]] = {}
        for name in names:
            rows = con.execute(f"SELECT DISTINCT {quoted(name)} FROM read_parquet({path}) LIMIT {MOST_ROWS:d}")
            found[name] = [row[0] for row in rows.fetchall()]
    return AnswerTable(columns=found).simulated


def write_answers(workspace: Workspace, study: UUID, columns: Mapping[str, Sequence[Any]]) -> int:
    """Make columns the answers of a study. Returns how many rows."""
    told = {name: [None if v is None else f"{v:g}" for v in values] for name, values in columns.items()}
    return _write(workspace, study, told)


def first_rows(workspace: Workspace, study: UUID, *, rows: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Columns, and the first rows as texts."""
    with workspace.log.connect() as con:
        held = con.execute(f"SELECT * FROM read_parquet({literal(str(answers_file(workspace, study)))}) LIMIT {rows:d}")
        names = tuple(str(one[0]) for one in held.description or ())
        return names, [tuple("" if cell is None else str(cell) for cell in row) for row in held.fetchall()]


def copy_answers(workspace: Workspace, study: UUID, to: UUID) -> None:
    """The same answers for another study."""
    source, target = answers_file(workspace, study), answers_file(workspace, to)
    if source.is_file():
        _folder(target)
        shutil.copyfile(source, target)
        target.chmod(0o600)


def drop_answers(workspace: Workspace, study: UUID) -> None:
    """Remove the answers of a study."""
    shutil.rmtree(answers_file(workspace, study).parent, ignore_errors=True)


def sweep_answers(workspace: Workspace, *, known: set[UUID]) -> None:
    """Remove the answers of studies that there are no more."""
    root = workspace.path / "studies"
    for entry in root.iterdir() if root.is_dir() else ():
        try:
            number = UUID(hex=entry.name)
        except ValueError:
            continue
        if number not in known:
            shutil.rmtree(entry, ignore_errors=True)


def _write(workspace: Workspace, study: UUID, columns: Mapping[str, Sequence[str | None]]) -> int:
    import polars as pl

    frame = pl.DataFrame({name: pl.Series(name, list(values), dtype=pl.String) for name, values in columns.items()})
    with workspace.log.connect() as con:
        con.register("given", frame.to_arrow())
        _copy(con, "SELECT * FROM given", answers_file(workspace, study))
    return frame.height


def _copy(con: Any, select: str, path: Path) -> None:
    _folder(path)
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.close(descriptor)
    con.execute(f"COPY ({select}) TO {literal(str(beside))} (FORMAT parquet, COMPRESSION zstd)")
    beside.replace(path)
    path.chmod(0o600)


def _folder(path: Path) -> None:
    path.parent.parent.mkdir(mode=0o700, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
