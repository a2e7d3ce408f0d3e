"""What an uploaded file seems to be: format, encoding, columns with examples, and what redaction would take out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from safar.files.delimited.reader import CsvSource
from safar.files.reading import FileFormat, open_records
from safar.files.recipe.marks import PLAIN, Marks
from safar.files.recipe.model import Format, Recipe, Redaction
from safar.files.recipe.profile import profile
from safar.files.records import LINE, RECORD, Limits
from safar.usecases.importing.inputs import read_options
from safar.usecases.importing.redaction import prepare_redaction, redacted

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

ROWS = 300
EXAMPLES = 3
LOOKED_AT = 30
"""Different texts of a column among which examples are sought."""
MOST_SHOWN = 60
"""Characters of an example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenColumn:
    """One column. `examples`: its most frequent texts, shortened; `redacted`: the same without what redaction takes.

    `time_format`: how its times are written, where it seems to hold times; `low`, `high`: of its numbers, and
    `marks` how they are written.
    """

    name: str
    examples: tuple[str, ...]
    redacted: tuple[str, ...]
    filled: int
    time_format: str | None
    low: float | None
    high: float | None
    marks: Marks = PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFile:
    """One file as it is read. `rows`: how many of its first rows were looked at; `notes`: what was found out."""

    name: str
    format: str
    encoding: str
    delimiter: str
    rows: int
    columns: tuple[SeenColumn, ...]
    notes: tuple[str, ...]


def look_at(workspace: Workspace, path: Path, *, name: str, recipe: Recipe | None) -> SeenFile:
    """Look at a file's first rows, read as the recipe says; without one, in an encoding that is guessed where needed.

    Raises: FileProblem.
    """
    layout = recipe.main.format if recipe is not None and len(recipe.files) == 1 else Format()
    limits = Limits.from_settings(workspace.settings)
    options = replace(read_options(layout), guess=recipe is None)
    with open_records(path, format=layout.format, options=options, limits=limits) as source:
        head = source.head(ROWS)
        encoding = source.encoding if isinstance(source, CsvSource) else ""
        delimiter = source.dialect.delimiter.decode("utf-8", "replace") if isinstance(source, CsvSource) else ""
        columns = [one for one in head.column_names if one not in (RECORD, LINE)]
        profiles = [profile(one, head.column(one).to_pylist()) for one in columns]
        notes = tuple(note.replace(str(path), name) for note in source.notes)
        kind = FileFormat(source.format)
    many = [_short(one.values[:LOOKED_AT]) for one in profiles]
    pairs = [_telling(*both) for both in zip(many, _redacted(workspace, many, recipe), strict=True)]
    return SeenFile(
        name=name,
        format=str(kind),
        encoding=encoding,
        delimiter=delimiter,
        rows=head.num_rows,
        columns=tuple(
            SeenColumn(
                name=one.name,
                examples=tuple(shown for shown, _ in told),
                redacted=tuple(clean for _, clean in told),
                filled=one.filled,
                time_format=one.format,
                low=one.low,
                high=one.high,
                marks=one.marks,
            )
            for one, told in zip(profiles, pairs, strict=True)
        ),
        notes=notes,
    )


def time_formats(seen: SeenFile) -> Mapping[str, str]:
    """How times are written, by column."""
    return {column.name: column.time_format for column in seen.columns if column.time_format}


def number_marks(seen: SeenFile) -> Mapping[str, Marks]:
    """How numbers are written, by column."""
    return {column.name: column.marks for column in seen.columns}


def _telling(texts: Sequence[str], clean: Sequence[str]) -> list[tuple[str, str]]:
    """Examples with what redaction makes of them; one that it changes comes first."""
    pairs = list(zip(texts, clean, strict=True))
    changed = [pair for pair in pairs if pair[0] != pair[1]][:1]
    return [*changed, *(pair for pair in pairs if pair not in changed)][:EXAMPLES]


def _short(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(one if len(one) <= MOST_SHOWN * 4 else one[: MOST_SHOWN * 4] for one in values)


def _redacted(
    workspace: Workspace, examples: Sequence[tuple[str, ...]], recipe: Recipe | None
) -> list[tuple[str, ...]]:
    """The examples as redaction would leave them, by the very SQL that an import uses."""
    redaction = recipe.redact if recipe is not None else Redaction()
    rows = [(at, nth, text) for at, texts in enumerate(examples) for nth, text in enumerate(texts)]
    found: list[list[str]] = [[] for _ in examples]
    if rows:
        con = workspace.log.connect()
        try:
            prepare_redaction(con)
            con.execute("CREATE TEMP TABLE examples (col INTEGER, nth INTEGER, words VARCHAR)")
            con.executemany("INSERT INTO examples VALUES (?, ?, ?)", rows)
            sql = f"SELECT col, {redacted('words', redaction)} FROM examples ORDER BY col, nth"
            for at, text in con.execute(sql).fetchall():
                found[at].append(str(text))
        finally:
            con.close()
    return [tuple(texts) for texts in found]
