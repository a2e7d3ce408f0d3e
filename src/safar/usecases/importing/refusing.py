"""Rows of people who were forgotten: they make no facts, and nothing of them is kept with the rows set aside."""

from __future__ import annotations

import duckdb

from safar.files.recipe.model import Recipe
from safar.files.records import RECORD
from safar.log import Log
from safar.sql import quoted
from safar.usecases.importing.columns import Found
from safar.usecases.importing.staging import StagedFile


def refuse(con: duckdb.DuckDBPyConnection, log: Log, file: StagedFile, why: str) -> None:
    """Take rows that name somebody forgotten out of the reasons `why`, and so out of what is set aside.

    Afterwards `file.refused` counts them, and a table (`refused_records`) tells which good rows speak of such people.
    A row set aside goes wherever it names a forgotten identifier, so that no word about the person stays with it; bare
    numbers count in the customer's own columns, and in records that could not be split into columns.
    """
    if not log.forgotten_among(con, _people(file), name=refused_records(file)):
        con.execute(f"CREATE TEMP TABLE {refused_records(file)} (record BIGINT)")
        return
    found = con.execute(f"SELECT count(*) FROM {why}").fetchone()
    if found is None or not found[0]:
        return
    pairs = named_subjects(file.loaded.recipe)
    cells = ", ".join(Found(f"t.{quoted(name)}", kind).text() for name, kind in file.loaded.columns.raw.items())
    aside = f"(SELECT record FROM {why} UNION ALL SELECT record FROM repeats_{file.rows})"
    texts = (
        f"SELECT t.{RECORD} AS id, unnest([{cells}]) AS text FROM {quoted(file.loaded.table)} t "
        f"WHERE t.{RECORD} IN {aside}"
    )
    log.mentions(con, f"SELECT * FROM ({texts}) WHERE text IS NOT NULL", also=pairs, name="named_aside")
    torn = f"SELECT record AS id, value AS text FROM {quoted(file.loaded.table + '__rejects')} WHERE value IS NOT NULL"
    log.mentions(con, torn, also=pairs, name="named_torn", numbers=True)
    gone = (
        f"(SELECT id FROM named_aside UNION SELECT id FROM named_torn UNION SELECT record FROM {refused_records(file)})"
    )
    row = con.execute(f"SELECT count(DISTINCT record) FROM {why} WHERE record IN {gone}").fetchone()
    file.refused = int(row[0]) if row else 0
    con.execute(f"DELETE FROM {why} WHERE record IN {gone}")
    con.execute("DROP TABLE named_aside; DROP TABLE named_torn")


def named_subjects(recipe: Recipe) -> set[tuple[str, str]]:
    """Whom the recipe names: kinds of subject and the namespaces of their identifiers."""
    pairs = {(str(block.subject), block.namespace) for block in recipe.attributes}
    return pairs | {("customer", block.namespace) for block in recipe.interactions}


def refused_records(file: StagedFile) -> str:
    """Name of the table of records whose facts speak of somebody forgotten."""
    return f"refused_{file.rows}"


def mark_people(con: duckdb.DuckDBPyConnection, log: Log, file: StagedFile, why: str) -> str:
    """Make a table of the records set aside that the recipe could read a customer of, and its name: (record, people).

    `people` are salted look-ups: they tell a forgetting whose the row is, however the recipe made the identifier.
    """
    name = f"people_{file.rows}"
    log.look_up(con, _people(file, where=f" AND {RECORD} IN (SELECT record FROM {why})"), name=f"{name}_each")
    con.execute(
        f"CREATE TEMP TABLE {name} AS SELECT record, string_agg(DISTINCT lookup, ' ' ORDER BY lookup) AS people "
        f"FROM {name}_each WHERE lookup IS NOT NULL GROUP BY record"
    )
    con.execute(f"DROP TABLE {name}_each")
    return name


def _people(file: StagedFile, *, where: str = "") -> str:
    parts: dict[str, None] = {}
    for table, selects in file.facts.selects.items():
        of = "subject" if table == "attributes" else "customer"
        for select in selects:
            kind = select.columns.get("subject_kind", "'customer'")
            space, name = select.columns.get(f"{of}_ns", "NULL"), select.columns.get(f"{of}_ext", "NULL")
            if name != "NULL":
                parts[
                    f"SELECT {RECORD} AS record, CAST({kind} AS VARCHAR) AS kind, CAST({space} AS VARCHAR) AS ns, "
                    f"CAST({name} AS VARCHAR) AS ext FROM {file.rows} WHERE {name} IS NOT NULL{where}"
                ] = None
    nobody = "SELECT 0::BIGINT AS record, '' AS kind, '' AS ns, '' AS ext WHERE false"
    return " UNION ".join(parts) or nobody
