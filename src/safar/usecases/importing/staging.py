"""Rows into staged facts: each file's rows are read once into checked values, then every block selects from those."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from safar.domain.fact import Column, ColumnType
from safar.files.records import RECORD, literal, quoted
from safar.files.recipe.model import Recipe
from safar.usecases.importing.columns import Found, LookedUp, Scope
from safar.usecases.importing.facts import BASES, Facts, prefixed, staged_names
from safar.usecases.importing.inputs import Input
from safar.usecases.importing.lookups import LookupTables
from safar.usecases.importing.plan import Plan, all_columns, row_key

_TYPES = {
    ColumnType.KEY: "BLOB",
    ColumnType.TEXT: "VARCHAR",
    ColumnType.INT16: "SMALLINT",
    ColumnType.INT32: "INTEGER",
    ColumnType.INT64: "BIGINT",
    ColumnType.FLOAT: "DOUBLE",
    ColumnType.MONEY: "DECIMAL(18,4)",
    ColumnType.TIME: "TIMESTAMP",
}
STAGED = tuple(BASES)
ROWS = "staged_rows"


def staged_table(table: str) -> str:
    """Name of the staged table for a table of the log."""
    return f"staged_{table}"


@dataclass(slots=True)
class StagedFile:
    """One file that makes facts: its plan, its table of values, what it looks up, and its counts."""

    input: Input
    plan: Plan
    rows: str
    facts: Facts
    looked_up: dict[str, LookedUp]
    keyed: bool
    bad: int = 0
    repeated: int = 0
    reasons: list[str] = field(default_factory=list)


def extras_of(recipe: Recipe) -> list[str]:
    """Link and property columns that the recipe's interactions may have, in order."""
    found = dict.fromkeys(name for block in recipe.interactions for name, _ in (*block.links, *block.props))
    return list(found)


def create_staged(con: duckdb.DuckDBPyConnection, recipe: Recipe) -> dict[str, str]:
    """Make the empty staged tables that the recipe needs; their names by table of the log."""
    needed = {
        "interactions": bool(recipe.interactions),
        "feedback": bool(recipe.feedback),
        "attributes": bool(recipe.attributes),
    }
    made = {}
    for table in STAGED:
        if not needed[table]:
            continue
        extras = extras_of(recipe) if table != "attributes" else []
        columns = {**_columns(table), **dict.fromkeys(extras, "VARCHAR")}
        listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
        con.execute(f"CREATE TEMP TABLE {staged_table(table)} ({listed})")
        made[table] = staged_table(table)
    con.execute(f"CREATE TEMP TABLE {ROWS} (row_id BLOB)")
    return made


def _columns(table: str) -> dict[str, str]:
    types: dict[str, Column] = {column.name: column for column in BASES[table]}
    return {name: _TYPES[types[name].type] if name in types else "VARCHAR" for name in staged_names(table)}


def makes_facts(recipe: Recipe, name: str) -> bool:
    """Whether any block draws on the file."""
    return any(block.file == name for block in (*recipe.interactions, *recipe.feedback, *recipe.attributes))


def check_rows(con: duckdb.DuckDBPyConnection, input: Input, number: int, lookups: LookupTables) -> StagedFile:
    """Read a file's rows into a table of checked values; rows that fail a check are marked `__bad`."""
    source, found, required = lookups.joins(input)
    scope = Scope(input.recipe, input.spec.name, input.shown, input.columns, found)
    plan = Plan(scope, source)
    facts = Facts(input.recipe, plan, input.spec.name)
    row_id, keyed = _row_id(input, plan)
    facts.build()
    for check in input.recipe.checks:
        if check.file == input.spec.name:
            plan.check(plan.condition(check.when), column=check.reason, value="NULL", reason=check.reason)
    for lookup, hit in required:
        columns = ", ".join(ours for ours, _ in lookup.on)
        name = plan.keep(0, hit)
        plan.check(f"{name} IS NULL", column=columns, value="NULL", reason=f"{lookup.file} has no such row")
    rows = f"rows{number}"
    kept = ", ".join(dict.fromkeys([RECORD, f"{row_id} AS row_id", *facts.kept, f"{plan.bad()} AS __bad"]))
    con.execute(f"CREATE TEMP TABLE {rows} AS {plan.query(top=kept)}")
    return StagedFile(input, plan, rows, facts, found, keyed)


def _row_id(input: Input, plan: Plan) -> tuple[str, bool]:
    """SQL of the row's identity, and whether a key of the recipe made it."""
    spec, recipe = input.spec, input.recipe
    mark = "" if spec.name == recipe.main.name else spec.name
    if spec.key is not None:
        text = plan.name(plan.template(spec.key, path=f"{spec.path}.key"))
        plan.check(f"{text} IS NULL", column=", ".join(spec.key.columns), value="NULL", reason="key is empty")
        return row_key(prefixed(text, mark), recipe.source), True
    content = plan.keep(0, f"md5({all_columns(_content(input))})")
    nth = f"row_number() OVER (PARTITION BY {content} ORDER BY {RECORD})"
    return row_key(prefixed(f"({content} || '#' || {nth})", mark), recipe.source), False


def _content(input: Input) -> list[Found]:
    """A row's own columns by our names, so that neither order nor renaming of columns changes the row."""
    ours = {raw: name for name, raw in reversed(input.columns.ours.items()) if name != raw}
    named = sorted((ours.get(raw, raw), raw) for raw in input.raw)
    return [Found(f"t.{quoted(raw)}", input.columns.raw[raw]) for _, raw in named]


def settle_repeats(con: duckdb.DuckDBPyConnection, files: list[StagedFile]) -> None:
    """Rows of one kind that share a key: the same content is read once, other content is set aside.

    The first row stands. Marks the others `__bad` and keeps why in a table `repeats<n>` beside the file's rows.
    """
    for file in files:
        con.execute(f"CREATE TEMP TABLE {_repeats(file)} (record BIGINT, same BOOLEAN, first VARCHAR)")
    for name in dict.fromkeys(file.input.spec.name for file in files):
        many = [file for file in files if file.input.spec.name == name]
        if not any(file.keyed for file in many) and len(many) == 1:
            continue
        union = " UNION ALL ".join(f"SELECT row_id FROM {file.rows} WHERE NOT __bad" for file in many)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE twice AS SELECT row_id FROM ({union}) GROUP BY row_id HAVING count(*) > 1"
        )
        found = con.execute("SELECT count(*) FROM twice").fetchone()
        if found and found[0]:
            _mark_repeats(con, many)


def _mark_repeats(con: duckdb.DuckDBPyConnection, many: list[StagedFile]) -> None:
    parts = []
    for number, file in enumerate(many):
        content = f"md5({all_columns(_content(file.input))})"
        parts.append(
            f"SELECT {number} AS file, r.{RECORD} AS record, r.row_id, {content} AS content FROM {file.rows} r "
            f"JOIN {quoted(file.input.table)} t USING ({RECORD}) "
            "WHERE NOT r.__bad AND r.row_id IN (SELECT row_id FROM twice)"
        )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE again AS SELECT *, first_value(content) OVER w = content AS same, "
        "first_value(record) OVER w AS first_record, first_value(file) OVER w AS first_file, row_number() OVER w AS nth "
        f"FROM ({' UNION ALL '.join(parts)}) WINDOW w AS (PARTITION BY row_id ORDER BY file, record)"
    )
    names = "CASE first_file " + " ".join(
        f"WHEN {number} THEN {literal(file.input.shown)}" for number, file in enumerate(many)
    )
    for number, file in enumerate(many):
        con.execute(
            f"INSERT INTO {_repeats(file)} SELECT record, same, 'record ' || first_record || ' of ' || {names} END "
            f"FROM again WHERE nth > 1 AND file = {number}"
        )
        con.execute(f"UPDATE {file.rows} SET __bad = true WHERE {RECORD} IN (SELECT record FROM {_repeats(file)})")


def _repeats(file: StagedFile) -> str:
    return f"repeats_{file.rows}"


def stage(con: duckdb.DuckDBPyConnection, file: StagedFile, recipe: Recipe) -> None:
    """Insert the facts of a file's good rows into the staged tables."""
    for table, selects in file.facts.selects.items():
        for select in selects:
            con.execute(f"INSERT INTO {staged_table(table)} BY NAME {select.format(rows=file.rows)}")
    con.execute(f"INSERT INTO {ROWS} SELECT row_id FROM {file.rows} WHERE NOT __bad")
    for row_id in dict.fromkeys(file.facts.row_ids):
        con.execute(f"INSERT INTO {ROWS} SELECT DISTINCT {row_id} FROM {file.rows} WHERE NOT __bad AND {row_id} IS NOT NULL")
    counts = con.execute(
        f"SELECT (SELECT count(*) FROM {file.rows} WHERE __bad), (SELECT count(*) FROM {_repeats(file)} WHERE same)"
    ).fetchone()
    if counts is not None:
        file.repeated = int(counts[1])
        file.bad = int(counts[0]) - file.repeated
