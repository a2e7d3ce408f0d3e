"""Rows set aside: why, and a CSV of their original columns to mend and import again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from safar.files.records import LINE, RECORD
from safar.sql import literal, quoted
from safar.usecases.importing.columns import (
    ASIDE_FILE,
    ASIDE_GUESS,
    ASIDE_LOOKED,
    ASIDE_PART,
    ASIDE_PEOPLE,
    ASIDE_PREFIX,
    ASIDE_RAW,
    Found,
)
from safar.usecases.importing.inputs import Input
from safar.usecases.importing.lookups import carried
from safar.usecases.importing.mending import DELIMITERS, digest, unmended
from safar.usecases.importing.staging import StagedFile

_BATCH = 10_000
_SAME_KEY, _OTHER = "same key as ", ", with other content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why rows were set aside: how many, and the first of them."""

    file: str
    reason: str
    column: str | None
    rows: int
    record: int
    line: int | None
    value: str | None


def aside_files(folder: Path) -> list[Path]:
    """The files of rows that an import set aside, in the order of the files they came from: `set-aside.csv` first."""
    return sorted(folder.glob("set-aside*.csv"), key=lambda path: (len(path.name), path.name))


def explain(con: duckdb.DuckDBPyConnection, file: StagedFile) -> str:
    """Make the table of reasons of a file: record, line, column, value, reason; one row for each reason of a row."""
    name = f"why_{file.rows}"
    table = quoted(file.loaded.table)
    line = f"(SELECT {RECORD} AS r, {LINE} AS l FROM {table})"
    con.execute(f"CREATE TEMP TABLE {name} (record BIGINT, line BIGINT, col VARCHAR, value VARCHAR, reason VARCHAR)")
    if file.loaded.load.rejected:
        con.execute(
            f'INSERT INTO {name} SELECT record, line, "column", value, reason '
            f"FROM {quoted(file.loaded.table + '__rejects')}"
        )
    if not file.bad and not file.repeated:
        return name
    if file.plan.problems:
        tests = ", ".join(
            f"CASE WHEN coalesce({problem.bad}, false) THEN struct_pack(col := {literal(problem.column)}, "
            f"value := CAST({problem.value} AS VARCHAR), reason := {problem.told}) END"
            for problem in file.plan.problems
        )
        where = f" WHERE t.{RECORD} IN (SELECT {RECORD} FROM {file.rows} WHERE __bad)"
        found = file.plan.query(where=where, top=f"{RECORD}, [{tests}] AS all_of_them")
        con.execute(
            f"INSERT INTO {name} SELECT {RECORD}, l, p.col, p.value, p.reason FROM (SELECT {RECORD}, "
            f"unnest(list_filter(all_of_them, lambda one: one IS NOT NULL)) AS p FROM ({found})) "
            f"LEFT JOIN {line} ON r = {RECORD}"
        )
    con.execute(
        f"INSERT INTO {name} SELECT record, l, 'key', NULL, '{_SAME_KEY}' || first || '{_OTHER}' "
        f"FROM repeats_{file.rows} LEFT JOIN {line} ON r = record WHERE NOT same"
    )
    return name


def reasons(con: duckdb.DuckDBPyConnection, why: str, *, file: str) -> list[Reason]:
    """Reasons of a table that `explain` made, with their counts, most frequent first; file: as it is called.

    Rows of a key seen before are one reason, whichever the key.
    """
    found = con.execute(
        "SELECT CASE WHEN count(DISTINCT reason) = 1 THEN any_value(reason) ELSE kind END, col, "
        "count(DISTINCT record), min(record), arg_min(line, record), arg_min(value, record) "
        f"FROM (SELECT *, CASE WHEN starts_with(reason, '{_SAME_KEY}') "
        f"THEN '{_SAME_KEY}an earlier row{_OTHER}' ELSE reason END AS kind FROM {why}) "
        "GROUP BY kind, col ORDER BY 3 DESC, 4, 1 LIMIT 50"
    ).fetchall()
    return [
        Reason(
            file=file,
            reason=str(reason),
            column=None if column is None else str(column),
            rows=int(rows),
            record=int(record),
            line=None if line is None else int(line),
            value=None if value is None else str(value)[:80],
        )
        for reason, column, rows, record, line, value in found
    ]


def guess_values(con: duckdb.DuckDBPyConnection, loaded: Input, *, name: str) -> str:
    """Make a table of the records that the reader set aside whole: raw text, and a guess at each value."""
    import pyarrow as pa

    own = list(loaded.raw)
    listed = ", ".join(f"{quoted(f'g{at}')} VARCHAR" for at in range(len(own)))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} (record BIGINT, raw VARCHAR, {listed})")
    if not loaded.load.rejected:
        return name
    rejects = f"temp.{quoted(loaded.table + '__rejects')}"
    # Grouped and sorted once: each batch then reads its own rows only.
    whole = f"whole_{name}"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {whole} AS "
        f"SELECT record, min(value) AS value FROM {rejects} GROUP BY record ORDER BY record"
    )
    done = 0
    while True:
        rows = con.execute(
            f"SELECT record, value FROM {whole} WHERE rowid >= {done} AND rowid < {done + _BATCH} ORDER BY record"
        ).fetchall()
        if not rows:
            con.execute(f"DROP TABLE {whole}")
            return name
        done += len(rows)
        cells: list[list[str | None]] = []
        for _, raw in rows:
            found: list[str | None] = [*loaded.pieces(raw or "")[: len(own)]]
            cells.append([*found, *[None] * (len(own) - len(found))])
        columns: dict[str, pa.Array[Any]] = {"record": pa.array([row[0] for row in rows], pa.int64())}
        columns["raw"] = pa.array([row[1] for row in rows], pa.string())
        columns |= {f"g{at}": pa.array([row[at] for row in cells], pa.string()) for at in range(len(own))}
        table = pa.table(columns)
        con.register("__safar_guesses", table)
        try:
            con.execute(f"INSERT INTO {name} SELECT * FROM __safar_guesses")
        finally:
            con.unregister("__safar_guesses")


def write_aside(con: duckdb.DuckDBPyConnection, file: StagedFile, why: str, path: Path, *, people: str) -> None:
    """A CSV of the rows set aside: their columns, what they looked up, and the reason columns (ignored later).

    Of a record that could not be split into its columns, the raw text stays with it through every round.
    people: table of the marks of whom each row is about.
    """
    own = {name: Found(f"t.{quoted(name)}", kind) for name, kind in file.loaded.raw.items()}
    found_there = dict(carried(file.joined.looked_up))
    if file.loaded.mended:  # as looked up now, not as it was carried along
        own |= {name: found for name, found in found_there.items() if name in own}
    looked = {name: found.text() for name, found in found_there.items() if name not in own}
    guesses = guess_values(con, file.loaded, name=f"guess_{file.rows}")
    columns = {
        name: f"CASE WHEN g.record IS NULL THEN {found.text()} ELSE g.{quoted(f'g{at}')} END"
        for at, (name, found) in enumerate(own.items())
    } | looked
    grouped = (
        "SELECT record, any_value(line) AS line, string_agg(col, '; ' ORDER BY nth) AS col, "
        "string_agg(value, '; ' ORDER BY nth) AS value, string_agg(reason, '; ' ORDER BY nth) AS reason "
        f"FROM (SELECT record, line, col, value, reason, min(rowid) AS nth FROM {why} GROUP BY ALL) GROUP BY record"
    )
    before = {
        name: f"t.{quoted(name)}" if name in file.loaded.columns.raw else "NULL" for name in (ASIDE_RAW, ASIDE_GUESS)
    }
    guess = unmended(file.loaded.columns.raw) or "false"
    row = digest(columns[name] for name in sorted(columns))
    extra = {
        ASIDE_PART: literal(file.loaded.spec.name),
        ASIDE_FILE: literal(file.loaded.shown),
        f"{ASIDE_PREFIX}record": "w.record",
        f"{ASIDE_PREFIX}line": "w.line",
        f"{ASIDE_PREFIX}column": "w.col",
        f"{ASIDE_PREFIX}value": "w.value",
        f"{ASIDE_PREFIX}reason": "w.reason",
        ASIDE_RAW: f"coalesce(g.raw, {before[ASIDE_RAW]})",
        ASIDE_GUESS: f"CASE WHEN g.record IS NULL AND NOT {guess} THEN {before[ASIDE_GUESS]} ELSE {row} END",
        ASIDE_PEOPLE: "p.people",
    }
    if file.joined.keys is not None:
        whole = f"g.record IS NULL AND {file.joined.complete}"
        extra[ASIDE_LOOKED] = f"CASE WHEN {whole} THEN {file.joined.keys} END"
    told = [f"{sql} AS {quoted(name)}" for name, sql in extra.items()]
    joins = "".join(f" {join}" for join in file.plan.joins)
    named = ", ".join([*(f"{sql} AS {quoted(name)}" for name, sql in columns.items()), *told])
    between = file.loaded.delimiter if file.loaded.delimiter in DELIMITERS else ","
    con.execute(
        f"COPY (SELECT {named} FROM ({grouped}) w LEFT JOIN {file.plan.source} ON t.{RECORD} = w.record{joins} "
        f"LEFT JOIN {guesses} g ON g.record = w.record LEFT JOIN {people} p ON p.record = w.record "
        f"ORDER BY w.record) TO {literal(str(path))} "
        f"(FORMAT csv, HEADER, DELIMITER {literal(between)}, QUOTE '\"', ESCAPE '\"', NULLSTR '')"
    )
