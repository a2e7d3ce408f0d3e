"""Rows set aside: why, and a CSV of their original columns to mend and import again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from safar.files.records import LINE, RECORD, literal, quoted
from safar.usecases.importing.columns import ASIDE_PREFIX, Found
from safar.usecases.importing.inputs import ASIDE_FILE, ASIDE_PART
from safar.usecases.importing.lookups import carried
from safar.usecases.importing.staging import StagedFile


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
            f"value := CAST({problem.value} AS VARCHAR), reason := {literal(problem.reason)}) END"
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
        f"INSERT INTO {name} SELECT record, l, 'key', NULL, 'same key as ' || first || ', with other content' "
        f"FROM repeats_{file.rows} LEFT JOIN {line} ON r = record WHERE NOT same"
    )
    return name


def reasons(con: duckdb.DuckDBPyConnection, file: StagedFile, why: str) -> list[Reason]:
    """Reasons with their counts, most frequent first."""
    found = con.execute(
        f"SELECT reason, col, count(DISTINCT record), min(record), arg_min(line, record), arg_min(value, record) "
        f"FROM {why} GROUP BY reason, col ORDER BY 3 DESC, 4, 1 LIMIT 50"
    ).fetchall()
    return [
        Reason(
            file=file.loaded.shown,
            reason=str(reason),
            column=None if column is None else str(column),
            rows=int(rows),
            record=int(record),
            line=None if line is None else int(line),
            value=None if value is None else str(value)[:80],
        )
        for reason, column, rows, record, line, value in found
    ]


def write_aside(con: duckdb.DuckDBPyConnection, file: StagedFile, why: str, path: Path) -> None:
    """A CSV of the rows set aside: their columns, what they looked up, and the reason columns (ignored later)."""
    own = {name: Found(f"t.{quoted(name)}", kind) for name, kind in file.loaded.raw.items()}
    looked = {name: found for name, found in carried(file.looked_up) if name not in own}
    columns = [f"{found.text()} AS {quoted(name)}" for name, found in (own | looked).items()]
    grouped = (
        "SELECT record, any_value(line) AS line, string_agg(col, '; ') AS col, string_agg(value, '; ') AS value, "
        f"string_agg(reason, '; ') AS reason FROM {why} GROUP BY record"
    )
    extra = {
        ASIDE_PART: literal(file.loaded.spec.name),
        ASIDE_FILE: literal(file.loaded.shown),
        f"{ASIDE_PREFIX}record": "w.record",
        f"{ASIDE_PREFIX}line": "w.line",
        f"{ASIDE_PREFIX}column": "w.col",
        f"{ASIDE_PREFIX}value": "w.value",
        f"{ASIDE_PREFIX}reason": "w.reason",
    }
    told = [f"{sql} AS {quoted(name)}" for name, sql in extra.items()]
    first_join, *other_joins = file.plan.source.split(" LEFT JOIN ")
    joins = "".join(f" LEFT JOIN {part}" for part in other_joins)
    con.execute(
        f"COPY (SELECT {', '.join([*columns, *told])} FROM ({grouped}) w LEFT JOIN {first_join} "
        f"ON t.{RECORD} = w.record{joins} ORDER BY w.record) TO {literal(str(path))} "
        "(FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '')"
    )
