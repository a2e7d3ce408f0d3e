"""Records that the reader rejected in files that are only looked up: why, counted and kept like other rows set aside.

Such files make no facts, so they are never staged; what could not be read of them is explained here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from safar.log import Log
from safar.sql import count, literal, quoted
from safar.usecases.importing.aside import guess_values
from safar.usecases.importing.columns import ASIDE_FILE, ASIDE_GUESS, ASIDE_PART, ASIDE_PEOPLE, ASIDE_PREFIX, ASIDE_RAW
from safar.usecases.importing.inputs import Input
from safar.usecases.importing.mending import DELIMITERS, digest
from safar.usecases.importing.refusing import named_subjects
from safar.usecases.importing.staging import StagedFile


@dataclass(frozen=True, slots=True)
class TornFile:
    """A looked-up file with rejected records. why: the table of their reasons, as `aside.explain` makes it.

    refused: records that name somebody who was forgotten; of those nothing is kept.
    """

    loaded: Input
    why: str
    set_aside: int
    refused: int


def find_torn(
    con: duckdb.DuckDBPyConnection, log: Log, inputs: Sequence[Input], files: Sequence[StagedFile]
) -> list[TornFile]:
    """The files that are only looked up and have rejected records."""
    staged = {file.loaded.table for file in files}
    return [_explained(con, log, loaded) for loaded in inputs if loaded.table not in staged and loaded.load.rejected]


def _explained(con: duckdb.DuckDBPyConnection, log: Log, loaded: Input) -> TornFile:
    why = quoted(f"torn_{loaded.table}")
    rejects = quoted(f"{loaded.table}__rejects")
    con.execute(f'CREATE TEMP TABLE {why} AS SELECT record, line, "column" AS col, value, reason FROM {rejects}')
    everything = count(con, f"SELECT count(DISTINCT record) FROM {why}")
    texts = f"SELECT record AS id, value AS text FROM {why} WHERE value IS NOT NULL"
    log.mentions(con, texts, also=named_subjects(loaded.recipe), name="named_torn", numbers=True)
    con.execute(f"DELETE FROM {why} WHERE record IN (SELECT id FROM named_torn)")
    con.execute("DROP TABLE named_torn")
    kept = count(con, f"SELECT count(DISTINCT record) FROM {why}")
    # The readers count what they reject; records that share a reason row are told once.
    return TornFile(loaded, why, loaded.load.rejected - (everything - kept), everything - kept)


def write_torn(con: duckdb.DuckDBPyConnection, file: TornFile, path: Path) -> None:
    """A CSV of the rejected records in the form of `aside.write_aside`: a guess at their columns, and why."""
    loaded = file.loaded
    guesses = guess_values(con, loaded, name=f"guess_{loaded.table}")
    columns = {name: f"g.{quoted(f'g{at}')}" for at, name in enumerate(loaded.raw)}
    told = {
        **columns,
        ASIDE_PART: literal(loaded.spec.name),
        ASIDE_FILE: literal(loaded.shown),
        **{f"{ASIDE_PREFIX}{name}": f"w.{name}" for name in ("record", "line")},
        f"{ASIDE_PREFIX}column": "w.col",
        **{f"{ASIDE_PREFIX}{name}": f"w.{name}" for name in ("value", "reason")},
        ASIDE_RAW: "g.raw",
        ASIDE_GUESS: digest(columns[name] for name in sorted(columns)),
        ASIDE_PEOPLE: "NULL",
    }
    named = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in told.items())
    between = loaded.delimiter if loaded.delimiter in DELIMITERS else ","
    con.execute(
        f"COPY (SELECT {named} FROM (SELECT record, any_value(line) AS line, string_agg(DISTINCT col, '; ') AS col, "
        "any_value(value) AS value, string_agg(DISTINCT reason, '; ' ORDER BY reason) AS reason "
        f"FROM {file.why} GROUP BY record) w LEFT JOIN {guesses} g ON g.record = w.record ORDER BY w.record) "
        f"TO {literal(str(path))} "
        f"(FORMAT csv, HEADER, DELIMITER {literal(between)}, QUOTE '\"', ESCAPE '\"', NULLSTR '')"
    )
