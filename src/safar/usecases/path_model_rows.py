"""Columns of answers for a path model: from a file, from a frame, or from the workspace's own survey."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from safar.analysis.path_model.answers import ItemNotNumeric, NamedColumns
from safar.analysis.path_model.category_answers import category
from safar.errors import InputError

if TYPE_CHECKING:
    from safar.domain.questionnaire import Questionnaire
    from safar.usecases.workspace import Workspace

Columns = Mapping[str, NDArray[Any]]
"""Numbers; of items with categories texts, with None in gaps."""
Labels = Sequence[str | None]
"""What group each row is in; None: in none."""
Data = Any
"""A path to a file, a Polars frame (lazy too), a pandas frame, an Arrow table, or a mapping of columns; NumPy's records
and what hands out Arrow streams too."""
_NOTHING = ("", "na", "nan", "n/a", "null", "none", ".", "-", "#null!", "#n/a", "<na>", "nat")
"""What stands where nothing was answered, in lower case; the signs of numbers are SPSS's and a worksheet's."""
_PERSIAN, _ARABIC, _LATIN = "۰۱۲۳۴۵۶۷۸۹٫", "٠١٢٣٤٥٦٧٨٩", "0123456789."
_DIGITS = str.maketrans(_PERSIAN + _ARABIC, _LATIN + _LATIN[:10])
_COMMA, _SOME_POINT = "[+-]?([0-9]*,([0-9]{1,2}|[0-9]{4,})|0,[0-9]+)", "[0-9][.]"
"""A decimal comma that cannot part thousands, and a point that speaks against decimal commas."""
_DECIMAL_COMMA, _POINT = re.compile(_COMMA), re.compile(_SOME_POINT)
_NUMBER = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)


class Wanted(tuple[str, ...]):
    """Names of columns; categories: those whose answers may be texts."""

    categories: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str], *, categories: Iterable[str]) -> Wanted:
        """The names, some of them marked."""
        found = cls(names)
        found.categories = frozenset(categories)
        return found


class NoSurveyAnswers(InputError):
    """The workspace holds no rated answers to the items of a path model."""

    code = "path-model.no-answers"
    next_step = "Name the items as the survey's questions; `safar measure mean --by question` lists those rated."


class ColumnMissing(InputError):
    """The data have no column by which rows were to be grouped."""

    code = "path-model.column-missing"
    next_step = "Name a column of the file, or in a workspace an attribute of its customers, a channel or a unit."


class NoTable(InputError):
    """Answers were given as something that has no named columns, such as an array."""

    code = "path-model.no-table"
    next_step = (
        "Give a file's name, a Polars or pandas frame, or a mapping of columns by name: "
        '{"x1": [5, 3, 4], "x2": [4, 4, 2]}.'
    )


def columns_of(data: Data, wanted: Sequence[str], *, questionnaire: Questionnaire | None = None) -> Columns:
    """The wanted columns that the data have, as numbers; what is no number raises ItemNotNumeric.

    data: a file (CSV, XLSX, Parquet, JSON lines, a Triple-S description), a frame, or a mapping. Empty cells, NA and
    the like are NaN. questionnaire: what a file's answers mean, whatever program wrote it; reversed items are turned.
    Raises: FileProblem, ItemNotNumeric, and what `usecases.questionnaires.read_answers` raises.
    """
    if isinstance(data, str | Path) and (questionnaire is not None or Path(data).suffix.lower() == ".sss"):
        return answers_in(Path(data), wanted, questionnaire=questionnaire)[0]
    if isinstance(data, str | Path):
        return _of_file(Path(data), wanted)
    table, there = _table(data)
    texts = _texts_of(wanted)
    return NamedColumns(
        {
            name: _categories(table[name]) if name in texts else _numbers(name, table[name])
            for name in wanted
            if name in there
        },
        names=there,
    )


def labels_of(data: Data, by: str) -> Labels:
    """The values of a column as texts, a row each in the order of `columns_of`; empty cells, NA and the like are None.

    Raises: FileProblem, ColumnMissing.
    """
    if isinstance(data, str | Path):
        return _labels_of_file(Path(data), by)
    table, there = _table(data)
    if by not in there:
        raise _column_missing(by, there)
    return [group_label(value) for value in table[by]]


def _table(data: Data) -> tuple[Any, list[str]]:
    """Rows that hand out columns by name, and those names; a lazy frame is collected. Raises: NoTable."""
    kind = type(data).__module__.partition(".")[0]
    if kind == "polars" and type(data).__name__ == "LazyFrame":
        data = data.collect()
    elif kind not in ("polars", "pandas") and hasattr(data, "__arrow_c_stream__"):
        import polars as pl

        # Arrow tables, DuckDB's relations, whatever hands out its columns in Arrow's way.
        data = pl.DataFrame(data)
    elif isinstance(data, np.ndarray) and data.dtype.names is not None:
        data = {name: data[name] for name in data.dtype.names}
    named = data if isinstance(data, Mapping) else getattr(data, "columns", None)
    if named is None or not hasattr(data, "__getitem__"):
        told = "None" if data is None else f"a {type(data).__qualname__}"
        raise NoTable(f"The answers are given as {told}, whose columns have no names.")
    return data, list(named)


def answers_of(
    workspace: Workspace,
    wanted: Sequence[str],
    *,
    questionnaire: Questionnaire | None = None,
    speaker: str | None = None,
) -> Columns:
    """The workspace's own ratings: a row a submission, a column a question; NaN where it was not answered.

    Rows stand in the order of the file that first brought them, so that they are the same rows as the file's.
    questionnaire: turns its reversed items; the log keeps what was said. speaker: only what customers, employees or
    managers said; None: whoever spoke. Raises: NoSurveyAnswers.
    """
    return grouped_answers_of(workspace, wanted, None, questionnaire=questionnaire, speaker=speaker)[0]


def grouped_answers_of(
    workspace: Workspace,
    wanted: Sequence[str],
    by: str | None,
    *,
    questionnaire: Questionnaire | None = None,
    speaker: str | None = None,
) -> tuple[Columns, Labels]:
    """The same, with a label a row: `by` is "channel", "unit", or an attribute of customers as it held at the answer.

    Raises: NoSurveyAnswers, ColumnMissing.
    """
    import polars as pl

    from safar.analysis.attributes import attribute_column, with_attribute

    with workspace.log.connect() as con:
        tables = workspace.log.tables(connection=con)
        asked = tables.feedback.filter(tables.feedback.question.isin(list(wanted)) & (tables.feedback.kind != "text"))
        if speaker is not None:
            asked = asked.filter(asked.speaker == speaker)
        label = by
        if by is not None and by not in _OWN_COLUMNS:
            asked, label = with_attribute(asked, tables.attributes, by), attribute_column(by)
        kept = ["submission", "question", "value", "source", "row_no", *([label] if label is not None else [])]
        found = asked.select(*kept).to_pyarrow()
    frame = pl.DataFrame(pl.from_arrow(found))
    rated = frame.filter(pl.col("value").is_not_null())
    if rated.is_empty():
        raise NoSurveyAnswers(f"Nobody has rated any of {', '.join(wanted[:8])} in this workspace.")
    told = [] if label is None else [pl.col(label).drop_nulls().sort().first()]
    rows = frame.group_by("submission").agg(pl.col("source").first(), pl.col("row_no").min(), *told)
    table = rows.join(
        rated.pivot(on="question", index="submission", values="value", aggregate_function="mean"),
        on="submission",
        how="left",
    ).sort("source", "row_no", "submission")
    columns: Columns = {name: _numbers(name, table[name]) for name in wanted if name in table.columns}
    if questionnaire is not None:
        columns = _turned(columns, questionnaire)
    texts = _texts_of(wanted)
    columns = {name: _categories(told) if name in texts else told for name, told in columns.items()}
    if label is None:
        return columns, [None] * len(table)
    if not table[label].drop_nulls().len():
        raise ColumnMissing(f"Nobody who answered has {by!r}: it is no attribute of customers, no channel and no unit.")
    return columns, [group_label(value) for value in table[label]]


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
    texts = _texts_of(wanted)
    found = {
        name: _categories(answers[name]) if name in texts else answers[name]
        for name in wanted
        if name in answers.columns
    }
    rest = Wanted.of((name for name in wanted if name not in found), categories=texts)
    described = path.suffix.lower() in (".sss", ".xml")
    return {**found, **(_of_file(path, rest) if rest and not described else {})}, answers.simulated


_OWN_COLUMNS = ("channel", "unit")


def group_label(value: Any) -> str | None:
    """A value as a group's name: whole numbers without a point."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    told = f"{value:g}" if isinstance(value, float) else str(value).strip()
    return None if told.lower() in _NOTHING else told


def _column_missing(by: str, there: Sequence[str]) -> ColumnMissing:
    from difflib import get_close_matches

    close = get_close_matches(by, there, n=3, cutoff=0.5)
    told = f"did you mean {' or '.join(close)}?" if close else f"it has {', '.join(map(str, there[:12]))}."
    return ColumnMissing(f"The data have no column {by!r}; {told}")


def _labels_of_file(path: Path, by: str) -> Labels:
    import duckdb

    from safar.files.reading import open_records
    from safar.sql import quoted

    with duckdb.connect() as con, open_records(path) as source:
        if by not in source.columns:
            raise _column_missing(by, list(source.columns))
        source.load_whole(con, "answers")
        told = f"CAST({quoted(by)} AS VARCHAR)"
        found = con.execute(f"SELECT {told} FROM answers ORDER BY __record").fetchall()
    return [group_label(value) for (value,) in found]


def _turned(columns: Columns, questionnaire: Questionnaire) -> Columns:
    turned = dict(columns)
    for item in questionnaire.ratings:
        if item.reversed and item.id in turned:
            scale = questionnaire.scale_of(item)
            turned[item.id] = scale.least + scale.greatest - turned[item.id]
    return turned


def _texts_of(wanted: Sequence[str]) -> frozenset[str]:
    return wanted.categories if isinstance(wanted, Wanted) else frozenset()


def _categories(values: Any) -> NDArray[Any]:
    found = np.empty(len(values), dtype=object)
    found[:] = [category(value) for value in values]
    return found


def _numbers(name: str, values: Any) -> NDArray[np.float64]:
    """A column of a frame; its texts are read as a file's are. Raises: ItemNotNumeric."""
    if isinstance(values, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(values)
        values = values.data.astype(object)
        values[mask] = None
    found = np.asarray(values)
    if found.ndim == 2 and hasattr(values, "columns"):
        raise ItemNotNumeric(f"The answers have {found.shape[1]} columns {name!r}.", next_step="Keep one of them.")
    if found.dtype.kind in "iufb":
        return found.astype(np.float64)
    if found.dtype.kind not in "OUST":
        raise ItemNotNumeric(f"Column {name!r} holds {found.dtype}, which is no number.")
    cells = [value.translate(_DIGITS).strip() if isinstance(value, str) else value for value in found.ravel().tolist()]
    texts = [cell for cell in cells if isinstance(cell, str)]
    comma = any(map(_DECIMAL_COMMA.fullmatch, texts)) and not any(map(_POINT.search, texts))
    numbers = [_number_of(cell, comma=comma) for cell in cells]
    if None in numbers:
        place = numbers.index(None)
        raise ItemNotNumeric(
            f"Column {name!r} holds {str(cells[place])[:40]!r} in row {place + 1}, which is no number."
        )
    return np.array(numbers, dtype=np.float64).reshape(found.shape)


def _number_of(cell: Any, *, comma: bool) -> float | None:
    """A cell as a number, NaN where it is empty; None where it is something else. comma: decimals stand behind one."""
    if cell is None or str(cell).lower() in _NOTHING:
        return float("nan")
    if isinstance(cell, str):
        told = cell.replace(",", ".") if comma else cell
        return float(told) if _NUMBER.fullmatch(told) else None
    try:
        return None if isinstance(cell, dt.date | dt.timedelta) else float(cell)
    except (TypeError, ValueError):
        return None


def _of_file(path: Path, wanted: Sequence[str]) -> Columns:
    import duckdb

    from safar.files.reading import open_records
    from safar.sql import quoted

    with duckdb.connect() as con, open_records(path) as source:
        source.load_whole(con, "answers")
        names = list(source.columns)
        there = [name for name in wanted if name in names]
        if not there:
            return NamedColumns({}, names=names)
        texts = _texts_of(wanted)
        numeric = [name for name in there if name not in texts]
        read = {name: _number(_text(quoted(name), comma=_has_commas(con, quoted(name)))) for name in numeric}
        for name in numeric:
            _check_numbers(con, path, name, read[name])
        read |= {name: f"CAST({quoted(name)} AS VARCHAR)" for name in there if name in texts}
        told = ", ".join(f"{read[name]} AS {quoted(name)}" for name in there)
        found = con.execute(f"SELECT {told} FROM answers ORDER BY __record").fetchnumpy()
    columns: dict[str, NDArray[Any]] = {
        name: _categories(np.ma.asarray(found[name]).tolist())
        if name in texts
        else np.ma.filled(np.ma.asarray(found[name], dtype=np.float64), np.nan)
        for name in there
    }
    return NamedColumns(columns, names=names)


def _text(column: str, *, comma: bool = False) -> str:
    """A cell as text with Latin digits. comma: its decimals stand behind a comma."""
    digits = f"translate(CAST({column} AS VARCHAR), '{_PERSIAN}', '{_LATIN}')"
    told = f"trim(translate({digits}, '{_ARABIC}', '{_LATIN[:10]}'))"
    return f"replace({told}, ',', '.')" if comma else told


def _number(text: str) -> str:
    return f"TRY_CAST({text} AS DOUBLE)"


def _has_commas(con: Any, column: str) -> bool:
    """Whether decimals of a column stand behind a comma: no cell has a point, and some comma cannot part thousands."""
    text = _text(column)
    commas, points, clear = con.execute(
        f"SELECT count(*) FILTER (contains(told, ',')), count(*) FILTER (regexp_matches(told, '{_SOME_POINT}')), "
        f"count(*) FILTER (regexp_full_match(told, '{_COMMA}')) "
        f"FROM (SELECT {text} AS told FROM answers)"
    ).fetchall()[0]
    return bool(commas and clear and not points)


def _check_numbers(con: Any, path: Path, name: str, number: str) -> None:
    from safar.sql import literal, quoted

    column = quoted(name)
    nothing = ", ".join(map(literal, _NOTHING))
    wrong = con.execute(
        f"SELECT __record, CAST({column} AS VARCHAR) FROM answers WHERE {column} IS NOT NULL "
        f"AND {number} IS NULL AND lower({_text(column)}) NOT IN ({nothing}) ORDER BY __record LIMIT 1"
    ).fetchall()
    if wrong:
        record, value = wrong[0]
        told = f"{path}, column {name!r}: {value[:40]!r} in record {record} is no number."
        if "," in value:
            raise ItemNotNumeric(told, next_step="Write decimals with a point (4.5), and thousands without a sign.")
        raise ItemNotNumeric(told)
