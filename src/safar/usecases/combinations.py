"""How many facts have each combination of the columns that rules look at, kept beside the prepared tables.

A preview of rules and the inventory ask the same question again and again, with other rules: the facts are grouped
once for each set of columns and version of the log, and what only arrived since is added to what was counted before.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from safar.analysis.instant import utc
from safar.analysis.mapping import fetch_combinations, within_bound
from safar.analysis.tables import FactTables
from safar.log import disk
from safar.usecases.prepare_beside import came_since, only_arrived

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

TABLES = ("interactions", "feedback")
_FOLDER = "combinations"
_KEPT_ON_DISK = 24
_KEPT_IN_MEMORY = 8


class Combination(NamedTuple):
    """Facts of one table that have these values: in the order of `Combinations.columns`, None where absent."""

    values: tuple[str | None, ...]
    facts: int
    first_ts: datetime
    last_ts: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Combinations:
    """All combinations of one table in one version of the log."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[Combination, ...]

    @property
    def facts(self) -> int:
        """All facts of the table."""
        return sum(row.facts for row in self.rows)

    def only(self, column: str, values: Sequence[str]) -> Combinations:
        """Those with one of the values in a column; none where the table lacks it."""
        if column not in self.columns:
            return replace(self, rows=())
        at = self.columns.index(column)
        return replace(self, rows=tuple(row for row in self.rows if row.values[at] in values))


def read_combinations(workspace: Workspace, columns: Sequence[str]) -> tuple[Combinations, ...]:
    """The combinations of interactions and of feedback, in the newest version of the log.

    columns: those that a table lacks are left out. Raises: TooManyCombinations.
    """
    version = workspace.log.head()
    name = hashlib.sha256(json.dumps(sorted(set(columns))).encode()).hexdigest()[:16]
    key = (workspace.path, version.number, name)
    with _LOCK:
        if key in _MEMORY:
            _MEMORY.move_to_end(key)
            return _MEMORY[key]
    found = _read(workspace, sorted(set(columns)), name=name)
    with _LOCK:
        _MEMORY[key] = found
        while len(_MEMORY) > _KEPT_IN_MEMORY:
            _MEMORY.popitem(last=False)
    return found


_LOCK = threading.Lock()
_MEMORY: OrderedDict[tuple[Path, int, str], tuple[Combinations, ...]] = OrderedDict()


def _read(workspace: Workspace, columns: Sequence[str], *, name: str) -> tuple[Combinations, ...]:
    folder = workspace.path / "prepared" / _FOLDER
    version = workspace.log.head()
    files = [folder / f"{name}-{version.number:08d}-{table}.parquet" for table in TABLES]
    known = [_from_file(file, table) for file, table in zip(files, TABLES, strict=True)]
    if all(one is not None for one in known):
        return tuple(one for one in known if one is not None)
    before = _before(workspace, folder, name=name)
    with closing(workspace.log.connect()) as connection:
        tables = workspace.log.tables(connection=connection, version=version.number)
        found = tuple(_count(tables, table, columns, before) for table in TABLES)
    folder.mkdir(parents=True, exist_ok=True)
    for one, file in zip(found, files, strict=True):
        _to_file(one, file, import_no=version.import_no)
    _clear(folder, name=name, number=version.number)
    return found


class _Before(NamedTuple):
    """What was counted in an older version; only imports that added came since."""

    import_no: int
    counted: dict[str, Combinations]


def _before(workspace: Workspace, folder: Path, *, name: str) -> _Before | None:
    head = workspace.log.head().number
    numbers = sorted({int(file.name.split("-")[1]) for file in folder.glob(f"{name}-*.parquet")}, reverse=True)
    for number in numbers:
        since = workspace.log.versions(after=number)
        if number >= head or len(since) != head - number or not all(map(only_arrived, since)):
            continue
        files = {table: folder / f"{name}-{number:08d}-{table}.parquet" for table in TABLES}
        counted = {table: _from_file(file, table) for table, file in files.items()}
        whole = {table: one for table, one in counted.items() if one is not None}
        if len(whole) == len(TABLES):
            metadata = pq.read_schema(files["interactions"]).metadata or {}
            return _Before(int(metadata[b"import_no"]), whole)
    return None


def _count(tables: FactTables, table: str, columns: Sequence[str], before: _Before | None) -> Combinations:
    facts = getattr(tables, table)
    there = tuple(name for name in columns if name in facts.columns)
    old = None if before is None else before.counted[table]
    if old is not None and old.columns == there and before is not None:
        added = _grouped(table, came_since(facts, before.import_no), there)
        return _sum(old, added)
    return _grouped(table, facts, there)


def _grouped(table: str, facts: Any, columns: tuple[str, ...]) -> Combinations:
    rows = fetch_combinations(facts, columns=columns, with_times=True)
    listed = [
        Combination(tuple(row[name] for name in columns), row["facts"], utc(row["first_ts"]), utc(row["last_ts"]))
        for row in rows
        if row["facts"]
    ]
    return Combinations(table=table, columns=columns, rows=tuple(listed))


def _sum(old: Combinations, added: Combinations) -> Combinations:
    known = {row.values: row for row in old.rows}
    for new in added.rows:
        was = known.get(new.values, new)
        facts = new.facts if was is new else was.facts + new.facts
        first, last = min(was.first_ts, new.first_ts), max(was.last_ts, new.last_ts)
        known[new.values] = Combination(new.values, facts, first, last)
    within_bound(len(known), old.columns)
    return replace(old, rows=tuple(known.values()))


def _to_file(one: Combinations, file: Path, *, import_no: int) -> None:
    columns = list(zip(*(row.values for row in one.rows), strict=True)) or [()] * len(one.columns)
    arrays: dict[str, Any] = {
        name: pa.array(list(values), pa.string()) for name, values in zip(one.columns, columns, strict=True)
    }
    arrays["#facts"] = pa.array([row.facts for row in one.rows], pa.int64())
    arrays["#first_ts"] = pa.array([row.first_ts for row in one.rows], pa.timestamp("us", tz="UTC"))
    arrays["#last_ts"] = pa.array([row.last_ts for row in one.rows], pa.timestamp("us", tz="UTC"))
    table = pa.table(arrays).replace_schema_metadata({"import_no": str(import_no)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    disk.replace(file, sink.getvalue().to_pybytes())


def _from_file(file: Path, table: str) -> Combinations | None:
    try:
        found = pq.read_table(file)
    except (FileNotFoundError, pa.ArrowInvalid):
        return None
    columns = tuple(name for name in found.column_names if not name.startswith("#"))
    told = [found.column(name).to_pylist() for name in columns]
    values = list(zip(*told, strict=True)) if columns else [()] * found.num_rows
    rest = (found.column(name).to_pylist() for name in ("#facts", "#first_ts", "#last_ts"))
    rows = tuple(Combination(own, n, utc(first), utc(last)) for own, n, first, last in zip(values, *rest, strict=True))
    return Combinations(table=table, columns=columns, rows=rows)


def _clear(folder: Path, *, name: str, number: int) -> None:
    """Remove what an older version counted of the same columns, and the sets of columns asked for longest ago."""
    files = sorted(folder.glob("*.parquet"), key=disk.written_at, reverse=True)
    for place, file in enumerate(files):
        own, version, _ = file.name.split("-")
        if place >= _KEPT_ON_DISK or (own == name and int(version) < number):
            file.unlink(missing_ok=True)
