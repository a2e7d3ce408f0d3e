"""Files that are looked up: one row for each key, as small tables to join."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import duckdb

from safar.domain.wording import counted
from safar.errors import InputError
from safar.files.recipe.model import FileSpec, Lookup, Recipe
from safar.files.records import LINE, RECORD
from safar.sql import count, literal, quoted
from safar.usecases.importing.columns import ASIDE_LOOKED, Found, LookedUp, Scope, emptied
from safar.usecases.importing.inputs import Input
from safar.usecases.importing.mending import digest, unmended
from safar.usecases.importing.problems import NOT_ADDED_UP
from safar.usecases.importing.totals import COMPUTED, HIT, Totals, totals


@dataclass(frozen=True, slots=True)
class Joined:
    """What the rows of a file (`t`) look up. All conditions are SQL over `t` and the joined tables.

    clauses: LEFT JOINs. required: look-ups that must find a row, and whether they did. keys: a mark of the values that
    a row is looked up by, None where it looks up nothing. complete: whether the row found all that it needs.
    needs: of mended rows, files that were not given, and whether the row cannot do without.
    """

    clauses: tuple[str, ...] = ()
    looked_up: dict[str, LookedUp] = field(default_factory=dict)
    required: list[tuple[Lookup, str]] = field(default_factory=list)
    keys: str | None = None
    complete: str = "true"
    needs: dict[str, str] = field(default_factory=dict)


class LookedUpFileNotGiven(InputError):
    """Mended rows must be looked up again in a file that was not given with them."""

    code = "import.looked-up-file-not-given"
    next_step = "Give the named files again beside the mended one: safar import mend.csv customers.csv --mended N."


class LookupTables:
    """Makes the table of a looked-up file once for each set of key columns."""

    def __init__(self, con: duckdb.DuckDBPyConnection, inputs: list[Input]) -> None:
        self.con = con
        self.inputs = inputs
        self._made: dict[tuple[str, tuple[str, ...]], tuple[str, dict[str, Found]]] = {}
        self.notes: list[str] = []
        self.unread: dict[str, int] = {}
        """Rows of files that are added up, by the file's table, with a text where a number is wanted."""

    def absent(self, loaded: Input) -> tuple[FileSpec, ...]:
        """Files that the rows of a file would look up, had they been given."""
        found: list[FileSpec] = []
        waiting = [loaded.spec]
        while waiting:
            for lookup in waiting.pop().lookups:
                spec = loaded.recipe.file(lookup.file)
                if self._given(spec):
                    waiting.append(spec)
                elif spec not in found:
                    found.append(spec)
        return tuple(found)

    def joins(self, loaded: Input) -> Joined:
        """All that a file's rows look up. Mended rows whose keys were not changed may keep what they carry along."""
        own = sorted({ours for lookup in loaded.spec.lookups for ours, _ in lookup.on})
        keys = [found.text() for name in own if (found := loaded.columns.find(name, alias="t")) is not None]
        mark = digest(keys) if own else None
        same = "false"
        if loaded.mended and mark is not None and ASIDE_LOOKED in loaded.columns.raw:
            same = f"coalesce(t.{quoted(ASIDE_LOOKED)} = {mark}, false)"
        joined = Joined(keys=mark)
        clauses: list[str] = []
        hits: dict[str, str] = {}
        bad: list[str] = []
        waiting = [loaded.spec]
        while waiting:
            spec = waiting.pop(0)
            for lookup in spec.lookups:
                there = loaded.recipe.file(lookup.file)
                told = self._carried(loaded, lookup.file)
                needed = loaded.mended and not there.optional
                if lookup.file in joined.looked_up or not (self._given(there) or told or needed):
                    continue
                sides = self._sides(loaded, spec, lookup, joined)
                added = {one.name for one in there.aggregate if one.how in COMPUTED}
                kept = {
                    name: Found(f"CASE WHEN {same} THEN {sql} END", "VARCHAR", name in added)
                    for name, sql in told.items()
                }
                if sides and self._given(there):
                    theirs = tuple(theirs for _, theirs in lookup.on)
                    table, columns = self._table(loaded.recipe, lookup.file, theirs, lookup.path)
                    alias = f"l{len(clauses)}"
                    terms = [
                        f"{side} = {alias}.{quoted('key ' + key)}" for side, key in zip(sides, theirs, strict=True)
                    ]
                    clauses.append(f"LEFT JOIN {table} {alias} ON {' AND '.join(terms)}")
                    hits[lookup.file] = hit = f"coalesce({alias}.{HIT}, false)"
                    anew = {name: _anew(one, alias, hit, kept.get(name)) for name, one in columns.items()}
                    bad += [f"{one.unread} IS NULL" for one in anew.values() if one.unread is not None]
                    kept |= anew
                hit = hits.get(lookup.file, "false")
                joined.looked_up[lookup.file] = LookedUp(kept)
                if lookup.required and spec is loaded.spec:
                    joined.required.append((lookup, f"({hit} OR {same})" if loaded.mended else hit))
                if loaded.mended and not self._whole(lookup.file):
                    again = f"(NOT {same} OR {hits.get(spec.name, 'false')})"
                    known = "".join(f" AND {side} IS NOT NULL" for side in sides)
                    sql = f"(NOT {hit} AND {again}{known})" if sides else "false"
                    above = joined.needs.get(spec.name)  # who needs that file will need this one, too
                    joined.needs[lookup.file] = sql if above is None else f"({above} OR {sql})"
                waiting.append(there)
        good = [hit for _, hit in joined.required] + [f"NOT {sql}" for sql in joined.needs.values()] + bad
        return replace(joined, clauses=tuple(clauses), complete=" AND ".join(good) or "true")

    def check_given(self, loaded: Input, joined: Joined) -> None:
        """Raises: LookedUpFileNotGiven, where mended rows must be looked up in files that were not given."""
        guess = unmended(loaded.columns.raw) or "false"
        origin = " ".join((f"{quoted(loaded.table)} t", *joined.clauses))
        wanting: dict[str, tuple[int, int]] = {}
        for file, sql in joined.needs.items():
            row = self.con.execute(
                f"SELECT count(*), min(t.{RECORD}) FROM {origin} WHERE {sql} AND NOT {guess}"
            ).fetchone()
            if row is not None and row[0]:
                wanting[file] = (int(row[0]), int(row[1]))
        if wanting:
            rows, first = next(iter(wanting.values()))
            raise LookedUpFileNotGiven(
                f"Mended rows of {loaded.shown}: {counted(rows, 'row')} (first: record {first}) must be looked up "
                f"anew, for lack of what they looked up or with another key; not given: {', '.join(wanting)}."
            )

    def _given(self, spec: FileSpec) -> bool:
        """Whether rows of the file are there. Mended rows of one that is added up are only a part of their groups."""
        return self._whole(spec.name) or (
            not spec.group_by and any(loaded.spec.name == spec.name for loaded in self.inputs)
        )

    def _whole(self, file: str) -> bool:
        return any(loaded.spec.name == file and not loaded.mended for loaded in self.inputs)

    def _carried(self, loaded: Input, file: str) -> dict[str, str]:
        """Columns of a looked-up file that mended rows carry along: SQL by our names."""
        if not loaded.mended:
            return {}
        start = f"{file}."
        return {
            name.removeprefix(start): f"nullif(trim(t.{quoted(name)}), '')"
            for name in loaded.columns.raw
            if name.startswith(start)
        }

    def _sides(self, loaded: Input, spec: FileSpec, lookup: Lookup, joined: Joined) -> list[str]:
        """SQL of the values to look up by; none where mended rows do not carry them along."""
        scope = Scope(loaded.recipe, loaded.spec.name, loaded.shown, loaded.columns, joined.looked_up)
        prefer = None if spec is loaded.spec else spec.name
        path = f"{lookup.path}.on"
        if prefer is not None and loaded.mended and not joined.looked_up[prefer].columns:
            return []
        return [scope.find(ours, path=path, prefer=prefer).text() for ours, _ in lookup.on]

    def _columns(self, given: list[Input]) -> dict[str, str]:
        """Our names of all columns of the file, with their type: text where its files disagree."""
        types: dict[str, str] = {}
        for loaded in given:
            for ours, raw in loaded.columns.ours.items():
                kind = loaded.columns.raw[raw]
                types[ours] = kind if types.get(ours, kind) == kind else "VARCHAR"
        return types

    def _table(self, recipe: Recipe, file: str, keys: tuple[str, ...], path: str) -> tuple[str, dict[str, Found]]:
        made = self._made.get((file, keys))
        if made is not None:
            return made
        given = sorted((one for one in self.inputs if one.spec.name == file), key=lambda one: not one.mended)
        names = self._columns(given)
        name = f"look{len(self._made)}"
        parts = [self._rows(loaded, number, names, keys, path) for number, loaded in enumerate(given)]
        spec = recipe.file(file)
        union = " UNION ALL BY NAME ".join(parts)
        if spec.group_by:
            made_of = totals(spec, given, names, keys=keys, path=path)
            columns = made_of.columns
            self._tell_unread(given, made_of, union)
            query = f"SELECT {made_of.select} FROM ({union}) GROUP BY {', '.join(quoted('key ' + key) for key in keys)}"
        else:
            columns = {one: Found(quoted(one), kind) for one, kind in names.items()}
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
        self._made[file, keys] = (name, columns)
        return self._made[file, keys]

    def _tell_unread(self, given: list[Input], made_of: Totals, union: str) -> None:
        """Count the rows that no total could be made of, and keep why in a table for each file.

        Without the texts themselves: nobody looks whether one names somebody who was forgotten.
        """
        if not made_of.unread:
            return
        tests = ", ".join(f"CASE WHEN {bad} THEN {literal(column)} END" for column, bad in made_of.unread.items())
        listed = f"SELECT __file, __record, unnest([{tests}]) AS col FROM ({union})"
        for number, loaded in enumerate(given):
            name = why_unread(loaded)
            self.con.execute(
                f"CREATE TEMP TABLE {name} AS SELECT __record AS record, l AS line, col, NULL::VARCHAR AS value, "
                f"{literal(NOT_ADDED_UP)} AS reason FROM ({listed}) JOIN (SELECT {RECORD} AS r, {LINE} AS l FROM "
                f"{quoted(loaded.table)}) ON r = __record WHERE col IS NOT NULL AND __file = {number}"
            )
            if rows := count(self.con, f"SELECT count(DISTINCT record) FROM {name}"):
                self.unread[loaded.table] = rows

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
        mended = f"{quoted(loaded.table)} t WHERE NOT {unmended(loaded.columns.raw) or 'false'}"
        return f"SELECT * FROM (SELECT {', '.join(parts)}, {number} AS __file, t.__record FROM {mended}) WHERE {where}"


def why_unread(loaded: Input) -> str:
    """Name of the table that tells which rows of an added-up file could not be, as `aside.explain` makes it."""
    return quoted(f"unread_{loaded.table}")


def _anew(one: Found, alias: str, hit: str, kept: Found | None) -> Found:
    """A column of the looked-up table; where nothing was found, what mended rows keep of it."""
    sql = f"{alias}.{one.sql}"
    if kept is not None:
        sql = f"CASE WHEN {hit} THEN {sql} ELSE try_cast({kept.sql} AS {one.type}) END"
    return replace(one, sql=sql, unread=None if one.unread is None else f"{alias}.{one.unread}")


def carried(found: dict[str, LookedUp]) -> list[tuple[str, Found]]:
    """Looked-up columns under names that a set-aside file can carry them by: `file.column`."""
    return [(f"{file}.{column}", told) for file, one in found.items() for column, told in one.columns.items()]
