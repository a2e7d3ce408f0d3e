"""Files of answers as columns of text, whatever program they come from, and the column of each item.

LimeSurvey's CSV and XLSX (headings by code, by code and words, or in words; answers by code or in full), Triple-S data
with their description, the data-entry sheet of our workbook, and any table whose columns are named as the items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from safar.domain.questionnaire import Questionnaire, plain
from safar.files.questionnaire.foreign import ReadSurvey
from safar.files.questionnaire.naming import ANSWERED, RESPONDENT, first_of, match_columns
from safar.files.questionnaire.strict_xml import MOST_BYTES
from safar.files.questionnaire.triple_s_read import read_sss, read_sss_data
from safar.files.reading_errors import FileMissing, TooLarge
from safar.study.answers import SIMULATED, Answers, decode

DESCRIPTIONS = (".sss", ".xml")
"""Endings of Triple-S descriptions."""
_DATA = (".csv", ".asc", ".dat", ".txt", ".CSV", ".ASC", ".DAT", ".TXT")
_FALSE = frozenset({"", "0", "no", "false", "n"})
_LIME = ("lastpage", "startlanguage", "seed", "token", "ipaddr", "refurl", "Last page", "Start language", "Seed")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTable:
    """Columns of text by heading, a row a respondent; None where a cell is empty.

    survey: what the file itself says of its questions (Triple-S).
    """

    columns: Mapping[str, Sequence[str | None]]
    survey: ReadSurvey | None = None

    @property
    def simulated(self) -> bool:
        """Whether the answers say that they are."""
        for name, values in self.columns.items():
            if plain(name) == SIMULATED and any(plain(one or "") not in _FALSE for one in values):
                return True
        named = first_of(list(self.columns), RESPONDENT)
        return named is not None and any((one or "").startswith(f"{SIMULATED}-") for one in self.columns[named])


def tells_simulated(heading: str) -> bool:
    """Whether a column of that heading can tell that answers are simulated (`AnswerTable.simulated`)."""
    return plain(heading) == SIMULATED or first_of([heading], RESPONDENT) is not None


def read_table(path: Path, *, data: Path | None = None) -> AnswerTable:
    """The columns of a file of answers. data: where the data of a Triple-S description stand; else beside it, under the
    same name. Raises: FileProblem, SurveyFileBroken.
    """
    if path.suffix.lower() in DESCRIPTIONS:
        survey, layout = read_sss(file_bytes(path), where=str(path))
        where = data or _beside(path)
        return AnswerTable(columns=read_sss_data(file_bytes(where), layout, where=str(where)), survey=survey)
    return AnswerTable(columns=sheet_columns(path))


def read_answers_file(questionnaire: Questionnaire, table: AnswerTable) -> Answers:
    """The answers to a questionnaire that a table holds. Raises: ColumnsClash, NoAnswers, UnknownAnswer."""
    matched = match_columns(questionnaire, list(table.columns))
    known = {plain(name) for name in (*RESPONDENT, *ANSWERED, *_LIME, SIMULATED)} | {
        plain(one) for one in matched.values()
    }
    unused = [name for name in table.columns if plain(name) not in known]
    return decode(questionnaire, table.columns, matched=matched, unused=unused, simulated=table.simulated)


def sheet_columns(path: Path, *, sheet: str | None = None) -> Mapping[str, Sequence[str | None]]:
    """Every column of a table file as text, in the order of its records. Raises: FileProblem."""
    import duckdb

    from safar.files.reading import ReadOptions, open_records
    from safar.sql import quoted

    with duckdb.connect() as con, open_records(path, options=ReadOptions(sheet=sheet)) as source:
        source.load_whole(con, "answers")
        names = list(source.columns)
        if not names:
            return {}
        told = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in names)
        rows = con.execute(f"SELECT {told} FROM answers ORDER BY __record").fetchall()
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def file_bytes(path: Path) -> bytes:
    """The whole of a file of bounded size. Raises: FileMissing, TooLarge."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TooLarge(f"{path}: the file is larger than {MOST_BYTES:,} bytes.")
        return path.read_bytes()
    except OSError as cause:
        raise FileMissing(f"{path} cannot be read: {cause}") from cause


def _beside(path: Path) -> Path:
    for ending in _DATA:
        there = path.with_suffix(ending)
        if there.is_file():
            return there
    raise FileMissing(
        f"{path}: no data stand beside it ({path.stem}.csv, .asc, .dat or .txt).",
        next_step="Put the data beside the description under the same name, or name them.",
    )
