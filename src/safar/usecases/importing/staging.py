"""Rows into staged facts: each file's rows are read once into checked values, then every block selects from those."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from safar import sql
from safar.domain.fact import Column, ColumnType
from safar.errors import InputError
from safar.files.recipe.model import Recipe
from safar.files.records import RECORD
from safar.sql import literal, quoted
from safar.usecases.importing.columns import ASIDE_RAW, Found, Scope
from safar.usecases.importing.facts import BASES, Facts, prefixed, staged_names
from safar.usecases.importing.inputs import Input
from safar.usecases.importing.lookups import Joined, LookupTables
from safar.usecases.importing.mending import unmended
from safar.usecases.importing.plan import Plan
from safar.usecases.importing.problems import column_of
from safar.usecases.importing.texts import all_columns, row_key

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
MOST_QUESTIONS = 300
"""Different questions that a column of a file may name."""
MOST_VIEWS = 24
"""Most selects that are staged as a view."""
ROWS = "staged_rows"


class TooManyQuestions(InputError):
    """A column that names the question of each row holds too many different texts: it is no column of questions."""

    code = "import.too-many-questions"
    next_step = "Say which column names the question; words that people wrote are a comment."


def staged_table(table: str) -> str:
    """Name of the staged table for a table of the log."""
    return f"staged_{table}"


@dataclass(slots=True)
class StagedFile:
    """One file that makes facts: its plan, its table of values, what it looks up, and its counts."""

    loaded: Input
    plan: Plan
    rows: str
    facts: Facts
    joined: Joined
    keyed: bool
    bad: int = 0
    twice: int = 0
    """Rows with a local time that came twice."""
    refused: int = 0
    """Rows that would be set aside, but name somebody who was forgotten."""

    @property
    def set_aside(self) -> int:
        """How many records are set aside."""
        return self.bad + self.loaded.load.rejected - self.refused

    repeated: int = 0


def extras_of(recipe: Recipe) -> list[str]:
    """Link and property columns that the recipe's interactions may have, in order."""
    found = dict.fromkeys(name for block in recipe.interactions for name, _ in (*block.links, *block.props))
    return list(found)


def stage(con: duckdb.DuckDBPyConnection, files: list[StagedFile], recipe: Recipe) -> dict[str, str]:
    """Make the staged tables that the log commits from; their names by table of the log.

    A few blocks are staged as views over the checked values: the log reads them several times, which costs less
    than writing every fact once more. Many blocks (a wide survey) become tables: planning a query of hundreds of
    parts over and over would cost more.
    """
    needed = {
        "interactions": bool(recipe.interactions),
        "feedback": bool(recipe.feedback),
        "attributes": bool(recipe.attributes),
    }
    made = {}
    for table in BASES:
        if not needed[table]:
            continue
        types = _columns(table, extras_of(recipe))
        parts = [part for file in files for part in _selects(file, table, types)]
        if not parts:
            continue
        kind = "VIEW" if len(parts) <= MOST_VIEWS else "TABLE"
        con.execute(f"CREATE TEMP {kind} {staged_table(table)} AS {' UNION ALL '.join(parts)}")
        made[table] = staged_table(table)
    _check_questions(con, recipe, made)
    good = []
    for file in files:
        good.append(f"SELECT row_id FROM {file.rows} WHERE NOT __bad")
        for own in dict.fromkeys(file.facts.row_ids):
            good.append(f"SELECT {own} FROM {file.rows} WHERE NOT __bad AND {own} IS NOT NULL")
    con.execute(f"CREATE TEMP VIEW {ROWS} AS {' UNION ALL '.join(good)}")
    for file in files:
        file.repeated = sql.count(con, f"SELECT count(*) FROM {_repeats(file)} WHERE same")
        if file.plan.twice:
            file.twice = sql.count(con, f"SELECT count(*) FROM {file.rows} WHERE __twice AND NOT __bad")
        file.bad = sql.count(con, f"SELECT count(*) FROM {file.rows} WHERE __bad") - file.repeated
    return made


def _check_questions(con: duckdb.DuckDBPyConnection, recipe: Recipe, made: dict[str, str]) -> None:
    """Questions named by a column are few: everything that is counted by question would drown in others."""
    named = [one.question for one in recipe.feedback if one.question is not None and one.question.constant is None]
    if not named or "feedback" not in made:
        return
    found = sql.count(con, f"SELECT count(DISTINCT question) FROM {made['feedback']}")
    if found > MOST_QUESTIONS:
        column = column_of(named[0])
        raise TooManyQuestions(f"column {column}: it names {found} questions; {MOST_QUESTIONS} are the most.")


def _selects(file: StagedFile, table: str, types: dict[str, str]) -> list[str]:
    found = []
    for select in file.facts.selects[table]:
        listed = ", ".join(
            f"CAST({select.columns.get(name, 'NULL')} AS {kind}) AS {quoted(name)}" for name, kind in types.items()
        )
        where = f" AND {select.where}" if select.where else ""
        found.append(f"SELECT {listed} FROM {file.rows} WHERE NOT __bad{where}")
    return found


def _columns(table: str, extras: list[str]) -> dict[str, str]:
    types: dict[str, Column] = {column.name: column for column in BASES[table]}
    names = [*staged_names(table), *(extras if table != "attributes" else [])]
    return {name: _TYPES[types[name].type] if name in types else "VARCHAR" for name in names}


def check_rows(con: duckdb.DuckDBPyConnection, loaded: Input, number: int, lookups: LookupTables) -> StagedFile:
    """Read a file's rows into a table of checked values; rows that fail a check are marked `__bad`."""
    joined = lookups.joins(loaded)
    scope = Scope(
        loaded.recipe, loaded.spec.name, loaded.shown, loaded.columns, joined.looked_up, lookups.absent(loaded)
    )
    plan = Plan(scope, f"{quoted(loaded.table)} t", joined.clauses)
    facts = Facts(loaded.recipe, plan, loaded.spec.name)
    row_id, keyed = _row_id(loaded, plan)
    facts.build()
    for check in loaded.recipe.checks:
        if check.file == loaded.spec.name:
            plan.check(plan.condition(check.when), column=check.reason, value="NULL", reason=check.reason)
    for lookup, hit in joined.required:
        columns = ", ".join(ours for ours, _ in lookup.on)
        name = plan.keep(0, hit)
        own = [f"t.{quoted(raw)}::VARCHAR" for ours, _ in lookup.on if (raw := loaded.columns.ours.get(ours))]
        value = plan.keep(0, f"nullif(concat_ws(', ', {', '.join(own)}), '')") if own else "NULL"
        plan.check(f"{name} IS NOT TRUE", column=columns, value=value, reason=f"{lookup.file} has no such row")
    guess = unmended(loaded.columns.raw)
    if guess is not None:
        raw = plan.keep(0, f"t.{quoted(ASIDE_RAW)}")
        reason = f"not mended yet (empty {ASIDE_RAW} if it is right)"
        plan.check(plan.keep(0, guess), column=ASIDE_RAW, value=raw, reason=reason)
    lookups.check_given(loaded, joined)
    rows = f"rows{number}"
    twice = " OR ".join(f"coalesce({one}, false)" for one in plan.twice) or "false"
    marks = [f"{plan.bad()} AS __bad", f"{twice} AS __twice"]
    kept = ", ".join(dict.fromkeys([RECORD, f"{row_id} AS row_id", *facts.kept, *marks]))
    con.execute(f"CREATE TEMP TABLE {rows} AS {plan.query(top=kept)}")
    return StagedFile(loaded, plan, rows, facts, joined, keyed)


def _row_id(loaded: Input, plan: Plan) -> tuple[str, bool]:
    """SQL of the row's identity, and whether a key of the recipe made it."""
    spec, recipe = loaded.spec, loaded.recipe
    mark = "" if spec.name == recipe.main.name else spec.name
    if spec.key is not None:
        text = plan.name(plan.template(spec.key, path=f"{spec.path}.key"))
        plan.check(f"{text} IS NULL", column=", ".join(spec.key.columns), value="NULL", reason="key is empty")
        return row_key(prefixed(text, mark), recipe.source), True
    content = plan.keep(0, f"md5({all_columns(_content(loaded))})")
    nth = f"row_number() OVER (PARTITION BY {content} ORDER BY {RECORD})"
    return row_key(prefixed(f"({content} || '#' || {nth})", mark), recipe.source), False


def _content(loaded: Input) -> list[Found]:
    """A row's own columns by our names, so that neither order nor renaming of columns changes the row."""
    ours = {raw: name for name, raw in reversed(loaded.columns.ours.items()) if name != raw}
    named = sorted((ours.get(raw, raw), raw) for raw in loaded.raw)
    return [Found(f"t.{quoted(raw)}", loaded.columns.raw[raw]) for _, raw in named]


def settle_repeats(con: duckdb.DuckDBPyConnection, files: list[StagedFile]) -> None:
    """Rows of one kind that share a key: the same content is read once, other content is set aside.

    The first row stands. Marks the others `__bad` and keeps why in a table `repeats<n>` beside the file's rows.
    """
    for file in files:
        con.execute(f"CREATE TEMP TABLE {_repeats(file)} (record BIGINT, same BOOLEAN, first VARCHAR)")
    for name in dict.fromkeys(file.loaded.spec.name for file in files):
        many = [file for file in files if file.loaded.spec.name == name]
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
        content = f"md5({all_columns(_content(file.loaded))})"
        parts.append(
            f"SELECT {number} AS file, r.{RECORD} AS record, r.row_id, {content} AS content FROM {file.rows} r "
            f"JOIN {quoted(file.loaded.table)} t USING ({RECORD}) "
            "WHERE NOT r.__bad AND r.row_id IN (SELECT row_id FROM twice)"
        )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE again AS SELECT *, first_value(content) OVER w = content AS same, "
        "first_value(record) OVER w AS first_record, first_value(file) OVER w AS first_file, "
        "row_number() OVER w AS nth "
        f"FROM ({' UNION ALL '.join(parts)}) WINDOW w AS (PARTITION BY row_id ORDER BY file, record)"
    )
    names = "CASE first_file " + " ".join(
        f"WHEN {number} THEN {literal(file.loaded.shown)}" for number, file in enumerate(many)
    )
    for number, file in enumerate(many):
        con.execute(
            f"INSERT INTO {_repeats(file)} SELECT record, same, 'record ' || first_record || ' of ' || {names} END "
            f"FROM again WHERE nth > 1 AND file = {number}"
        )
        con.execute(f"UPDATE {file.rows} SET __bad = true WHERE {RECORD} IN (SELECT record FROM {_repeats(file)})")


def _repeats(file: StagedFile) -> str:
    return f"repeats_{file.rows}"
