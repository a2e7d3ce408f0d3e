"""Files that are looked up: one row for each key, as small tables to join."""

from __future__ import annotations

import duckdb

from safar.domain.wording import counted
from safar.files.recipe.model import FileSpec, Lookup, Recipe, Total
from safar.files.recipe.section import BadRecipe
from safar.files.records import literal, quoted
from safar.usecases.importing.columns import Found, LookedUp, Scope, emptied
from safar.usecases.importing.inputs import Input

HIT = "__hit"


class LookupTables:
    """Makes the table of a looked-up file once for each set of key columns."""

    def __init__(self, con: duckdb.DuckDBPyConnection, inputs: list[Input]) -> None:
        self.con = con
        self.inputs = inputs
        self._made: dict[tuple[str, tuple[str, ...]], tuple[str, dict[str, str], int]] = {}
        self.notes: list[str] = []

    def absent(self, loaded: Input) -> tuple[FileSpec, ...]:
        """Files that the rows of a file would look up, had they been given."""
        found: list[FileSpec] = []
        waiting = [loaded.spec]
        while waiting:
            for lookup in waiting.pop().lookups:
                spec = loaded.recipe.file(lookup.file)
                if self._given(lookup.file):
                    waiting.append(spec)
                elif spec not in found:
                    found.append(spec)
        return tuple(found)

    def joins(self, loaded: Input) -> tuple[tuple[str, ...], dict[str, LookedUp], list[tuple[Lookup, str]]]:
        """LEFT JOIN clauses of all that a file's rows (`t`) look up, the columns found, and the required look-ups."""
        joins: list[str] = []
        found: dict[str, LookedUp] = {}
        required: list[tuple[Lookup, str]] = []
        waiting = [(loaded.spec, "t")]
        while waiting:
            spec, alias = waiting.pop(0)
            for lookup in spec.lookups:
                if lookup.file in found or not self._given(lookup.file):
                    continue
                keys = tuple(theirs for _, theirs in lookup.on)
                table, columns, _ = self._table(loaded.recipe, lookup.file, keys, lookup.path)
                own = f"l{len(found)}"
                scope = Scope(loaded.recipe, loaded.spec.name, loaded.shown, loaded.columns, found)
                terms = []
                for ours, theirs in lookup.on:
                    side = self._side(scope, spec, alias, ours, lookup)
                    terms.append(f"{side} = {own}.{quoted('key ' + theirs)}")
                joins.append(f"LEFT JOIN {table} {own} ON {' AND '.join(terms)}")
                found[lookup.file] = LookedUp(own, columns)
                if lookup.required and alias == "t":
                    required.append((lookup, f"{own}.{HIT}"))
                waiting.append((loaded.recipe.file(lookup.file), own))
        return tuple(joins), found, required

    def _given(self, file: str) -> bool:
        return any(loaded.spec.name == file for loaded in self.inputs)

    def _side(self, scope: Scope, spec: FileSpec, alias: str, column: str, lookup: Lookup) -> str:
        prefer = None if alias == "t" else spec.name
        return scope.find(column, path=f"{lookup.path}.on", prefer=prefer).text()

    def _table(self, recipe: Recipe, file: str, keys: tuple[str, ...], path: str) -> tuple[str, dict[str, str], int]:
        made = self._made.get((file, keys))
        if made is not None:
            return made
        given = [loaded for loaded in self.inputs if loaded.spec.name == file]
        names = self._columns(given)
        name = f"look{len(self._made)}"
        parts = [self._rows(loaded, number, names, keys, path) for number, loaded in enumerate(given)]
        spec = recipe.file(file)
        union = " UNION ALL BY NAME ".join(parts)
        if spec.group_by:
            columns, select = self._totals(spec, keys, path)
            query = f"SELECT {select} FROM ({union}) GROUP BY {', '.join(quoted('key ' + key) for key in keys)}"
        else:
            columns = names
            listed = ", ".join(quoted("key " + key) for key in keys)
            query = (
                f"SELECT * EXCLUDE (__file, __record), true AS {HIT} FROM ({union}) "
                f"QUALIFY row_number() OVER (PARTITION BY {listed} ORDER BY __file, __record) = 1"
            )
        self.con.execute(f"CREATE TEMP TABLE {name} AS {query}")
        total = self.con.execute(f"SELECT count(*) FROM ({union})").fetchone()
        kept = self.con.execute(f"SELECT count(*) FROM {name}").fetchone()
        spare = (total[0] if total else 0) - (kept[0] if kept else 0)
        if spare and not spec.group_by:
            self.notes.append(
                f"{file}: {counted(spare, 'row')} of a key ({', '.join(keys)}) that an earlier row has; "
                "look-ups take the earlier."
            )
        self._made[file, keys] = (name, columns, spare)
        return self._made[file, keys]

    def _columns(self, given: list[Input]) -> dict[str, str]:
        """Our names of all columns of the file, with their type: text where its files disagree."""
        types: dict[str, str] = {}
        for loaded in given:
            for ours, raw in loaded.columns.ours.items():
                kind = loaded.columns.raw[raw]
                types[ours] = kind if types.get(ours, kind) == kind else "VARCHAR"
        return types

    def _rows(self, loaded: Input, number: int, names: dict[str, str], keys: tuple[str, ...], path: str) -> str:
        parts = []
        for ours, kind in names.items():
            found = loaded.columns.find(ours, alias="t")
            if found is not None:
                sql = found.sql if found.type == kind else found.text()
                parts.append(f"{sql} AS {quoted(ours)}")
        scope = Scope(loaded.recipe, loaded.spec.name, loaded.shown, loaded.columns, {})
        for key in keys:
            own = scope.find(key, path=f"{path}.on")
            parts.append(f"{emptied(own.text(), loaded.recipe.missing)} AS {quoted('key ' + key)}")
        where = " AND ".join(f"{quoted('key ' + key)} IS NOT NULL" for key in keys)
        table = quoted(loaded.table)
        return f"SELECT * FROM (SELECT {', '.join(parts)}, {number} AS __file, t.__record FROM {table} t) WHERE {where}"

    def _totals(self, spec: FileSpec, keys: tuple[str, ...], path: str) -> tuple[dict[str, str], str]:
        if set(keys) != set(spec.group_by):
            raise BadRecipe(f"{path}.on: {spec.name} is grouped by {', '.join(spec.group_by)}; look it up by the same.")
        parts = [f"{quoted('key ' + key)}, {quoted('key ' + key)} AS {quoted(key)}" for key in keys]
        columns = dict.fromkeys(keys, "VARCHAR")
        for name, how, column in spec.aggregate:
            parts.append(f"{_total(how, quoted(column))} AS {quoted(name)}")
            columns[name] = "VARCHAR"
        return columns, ", ".join([*parts, f"true AS {HIT}"])


def _total(how: Total, column: str) -> str:
    number = f"try_cast(CAST({column} AS VARCHAR) AS DECIMAL(28,6))"
    text = f"nullif(CAST({column} AS VARCHAR), '')"
    short = "rtrim(rtrim(CAST({} AS VARCHAR), '0'), '.')"
    match how:
        case Total.SUM:
            return short.format(f"sum({number})")
        case Total.MEAN:
            return f"CAST(avg({number}) AS VARCHAR)"
        case Total.LEAST:
            return f"coalesce({short.format(f'min({number})')}, min({text}))"
        case Total.MOST:
            return f"coalesce({short.format(f'max({number})')}, max({text}))"
        case Total.COUNT:
            return f"CAST(count({text}) AS VARCHAR)"
        case Total.FIRST:
            return f"arg_min({text}, (__file, __record))"
        case Total.LAST:
            return f"arg_max({text}, (__file, __record))"
        case Total.LIST:
            return (
                f"array_to_string(list_sort(list_distinct(list({text}) FILTER ({text} IS NOT NULL))), {literal(', ')})"
            )


def carried(found: dict[str, LookedUp]) -> list[tuple[str, Found]]:
    """Looked-up columns under names that a set-aside file can carry them by: `file.column`."""
    return [
        (f"{file}.{column}", Found(f"{one.alias}.{quoted(column)}", kind))
        for file, one in found.items()
        for column, kind in one.columns.items()
    ]
