"""Columns of answers for a path model: from a file, from a frame, or from the workspace's own survey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.answers import ItemNotNumeric
from safar.errors import InputError

if TYPE_CHECKING:
    from safar.domain.questionnaire import Questionnaire
    from safar.usecases.workspace import Workspace

Columns = Mapping[str, NDArray[np.float64]]
Data = Any
"""A path to a file, a Polars or pandas frame, or a mapping of columns."""
_NOTHING = ("", "na", "nan", "n/a", "null", "none", ".", "-")
_PERSIAN, _ARABIC, _LATIN = "۰۱۲۳۴۵۶۷۸۹٫", "٠١٢٣٤٥٦٧٨٩", "0123456789."


class RowsUnreadable(InputError):
    """Rows of a data file could not be read, so that an analysis would silently leave them out."""

    code = "path-model.rows-unreadable"
    next_step = "Mend the row that is named, or save the file again from the program that it came from."


class NoSurveyAnswers(InputError):
    """The workspace holds no rated answers to the items of a path model."""

    code = "path-model.no-answers"
    next_step = "Name the items as the survey's questions; `safar measure mean --by question` lists those rated."


def columns_of(data: Data, wanted: Sequence[str], *, questionnaire: Questionnaire | None = None) -> Columns:
    """The wanted columns that the data have, as numbers; what is no number raises ItemNotNumeric.

    data: a file (CSV, XLSX, Parquet, JSON lines, a Triple-S description), a frame, or a mapping. Empty cells, NA and
    the like are NaN. questionnaire: what a file's answers mean, whatever program wrote it; reversed items are turned.
    Raises: FileProblem, RowsUnreadable, ItemNotNumeric, and what `usecases.questionnaires.read_answers` raises.
    """
    if isinstance(data, str | Path) and (questionnaire is not None or Path(data).suffix.lower() == ".sss"):
        return answers_in(Path(data), wanted, questionnaire=questionnaire)[0]
    if isinstance(data, str | Path):
        return _of_file(Path(data), wanted)
    there = data if isinstance(data, Mapping) else list(data.columns)
    return {name: _numbers(name, data[name]) for name in wanted if name in there}


def answers_of(workspace: Workspace, wanted: Sequence[str], *, questionnaire: Questionnaire | None = None) -> Columns:
    """The workspace's own ratings: a row a submission, a column a question; NaN where it was not answered.

    Rows stand in the order of the file that first brought them, so that they are the same rows as the file's.
    questionnaire: turns its reversed items; the log keeps what was said. Raises: NoSurveyAnswers.
    """
    import polars as pl

    with workspace.log.connect() as con:
        feedback = workspace.log.tables(connection=con).feedback
        asked = feedback.filter(feedback.question.isin(list(wanted)) & (feedback.kind != "text"))
        found = asked.select("submission", "question", "value", "source", "row_no").to_pyarrow()
    frame = pl.DataFrame(pl.from_arrow(found))
    rated = frame.filter(pl.col("value").is_not_null())
    if rated.is_empty():
        raise NoSurveyAnswers(f"Nobody has rated any of {', '.join(wanted[:8])} in this workspace.")
    rows = frame.group_by("submission").agg(pl.col("source").first(), pl.col("row_no").min())
    table = rows.join(
        rated.pivot(on="question", index="submission", values="value", aggregate_function="mean"),
        on="submission",
        how="left",
    ).sort("source", "row_no", "submission")
    columns = {name: _numbers(name, table[name]) for name in wanted if name in table.columns}
    return columns if questionnaire is None else _turned(columns, questionnaire)


def made_up(workspace: Workspace, wanted: Sequence[str]) -> bool:
    """Whether the workspace, or any answer to these questions, says that it is simulated."""
    if workspace.simulated:
        return True
    with workspace.log.connect() as con:
        feedback = workspace.log.tables(connection=con).feedback
        if "prop_simulated" not in feedback.columns:
            return False
        told = feedback.filter(feedback.question.isin(list(wanted)) & feedback.prop_simulated.notnull())
        return bool(told.select("prop_simulated").limit(1).to_pyarrow().num_rows)


def answers_in(path: Path, wanted: Sequence[str], *, questionnaire: Questionnaire | None) -> tuple[Columns, bool]:
    """The wanted columns of a file of answers, and whether the answers say that they are simulated.

    Columns that no item asks, such as weights, are taken as they are. questionnaire: None where the file describes its
    questions itself (Triple-S). Raises: as `columns_of`.
    """
    from safar.usecases.questionnaires import read_answers, read_described_answers

    answers = read_described_answers(path) if questionnaire is None else read_answers(questionnaire, path)
    found = {name: answers[name] for name in wanted if name in answers.columns}
    rest = [name for name in wanted if name not in found]
    described = path.suffix.lower() in (".sss", ".xml")
    return {**found, **(_of_file(path, rest) if rest and not described else {})}, answers.simulated


def _turned(columns: Columns, questionnaire: Questionnaire) -> Columns:
    turned = dict(columns)
    for item in questionnaire.ratings:
        if item.reversed and item.id in turned:
            scale = questionnaire.scale_of(item)
            turned[item.id] = scale.least + scale.greatest - turned[item.id]
    return turned


def _numbers(name: str, values: Any) -> NDArray[np.float64]:
    try:
        if type(values).__module__.startswith("pandas"):
            return np.asarray(values.to_numpy(dtype="float64", na_value=np.nan))
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ItemNotNumeric(f"Column {name!r} holds something that is no number.") from None


def _of_file(path: Path, wanted: Sequence[str]) -> Columns:
    import duckdb

    from safar.files.reading import open_records
    from safar.files.records import quoted

    with duckdb.connect() as con, open_records(path) as source:
        report = source.load(con, "answers")
        if report.rejected:
            record, line, reason = con.execute(
                "SELECT record, line, reason FROM answers__rejects ORDER BY record LIMIT 1"
            ).fetchall()[0]
            where = f"record {record}" + (f" (line {line})" if line is not None else "")
            raise RowsUnreadable(
                f"{path}: {report.rejected:,} of {report.records:,} rows are broken; {where}: {reason}."
            )
        there = [name for name in wanted if name in source.columns]
        for name in there:
            _check_numbers(con, path, name)
        if not there:
            return {}
        told = ", ".join(f"{_number(quoted(name))} AS {quoted(name)}" for name in there)
        found = con.execute(f"SELECT {told} FROM answers ORDER BY __record").fetchnumpy()
    return {name: np.ma.filled(np.ma.asarray(found[name], dtype=np.float64), np.nan) for name in there}


def _text(column: str) -> str:
    digits = f"translate(CAST({column} AS VARCHAR), '{_PERSIAN}', '{_LATIN}')"
    return f"trim(translate({digits}, '{_ARABIC}', '{_LATIN[:10]}'))"


def _number(column: str) -> str:
    return f"TRY_CAST({_text(column)} AS DOUBLE)"


def _check_numbers(con: Any, path: Path, name: str) -> None:
    from safar.files.records import literal, quoted

    column = quoted(name)
    nothing = ", ".join(map(literal, _NOTHING))
    wrong = con.execute(
        f"SELECT __record, CAST({column} AS VARCHAR) FROM answers WHERE {column} IS NOT NULL "
        f"AND {_number(column)} IS NULL AND lower({_text(column)}) NOT IN ({nothing}) ORDER BY __record LIMIT 1"
    ).fetchall()
    if wrong:
        record, value = wrong[0]
        raise ItemNotNumeric(f"{path}, column {name!r}: {value[:40]!r} in record {record} is no number.")
