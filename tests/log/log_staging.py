"""Staging facts from plain dictionaries, and reading them back: what the tests of the log share."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from safar.log import Log, StagedImport, arrow_schema, staged_columns
from safar.settings import Settings

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
START = datetime(2024, 1, 1)  # noqa: DTZ001 - tables hold UTC without a marker
SALT = b"0123456789abcdef"
SETTINGS = Settings(writer_wait_s=5.0, memory_limit_mb=512)
_names = itertools.count()

Row = Mapping[str, Any]


def new_log(path: Path, **settings: Any) -> Log:
    return Log.create(path / "log", settings=replace(SETTINGS, **settings), salt=SALT, now=NOW)


def open_log(path: Path, **settings: Any) -> Log:
    return Log.open(path / "log", settings=replace(SETTINGS, **settings), salt=SALT)


def row_id(key: object, source: str = "crm") -> bytes:
    return hashlib.md5(f"{source}\x1f{key}".encode()).digest()[:12]  # noqa: S324 - a name, not a secret


def interaction(key: int, *, source: str = "crm", slot: str = "a", person: str | None = None, **values: Any) -> Row:
    """One contact; `person` is the customer's identifier in the namespace "crm"."""
    return {
        "source": source,
        "row_id": row_id(key, source),
        "slot": slot,
        "row_no": key,
        "slot_no": 0,
        "ts": START + timedelta(hours=key),
        "utc_offset_min": 210,
        "customer_ns": None if person is None else "crm",
        "customer_ext": person,
        "event": "call",
        "kind": "contact",
        **values,
    }


def feedback(key: int, *, source: str = "crm", slot: str = "q", person: str | None = None, **values: Any) -> Row:
    """One piece of feedback, said in the submission of the same key."""
    base = interaction(key, source=source, slot=slot, person=person)
    return {
        **base,
        "submission": row_id(key, source),
        "speaker": "customer",
        "view": "experienced",
        "question": "recommend",
        "kind": "nps",
        "state": "answered",
        "value": 9.0,
        "weight": 1.0,
        "scale_min": 0.0,
        "scale_max": 10.0,
        "scale_best": "high",
        **values,
    }


def attribute(key: int, *, person: str, source: str = "crm", slot: str = "segment", **values: Any) -> Row:
    return {
        "source": source,
        "row_id": row_id(key, source),
        "slot": slot,
        "row_no": key,
        "slot_no": 0,
        "subject_kind": "customer",
        "subject_ns": "crm",
        "subject_ext": person,
        "name": "segment",
        "value": "gold",
        "valid_from": START,
        **values,
    }


def stage(
    con: duckdb.DuckDBPyConnection,
    *,
    source: str = "crm",
    interactions: Sequence[Row] | None = None,
    feedback: Sequence[Row] | None = None,
    attributes: Sequence[Row] | None = None,
    rows: Iterable[int] | None = None,
    **options: Any,
) -> StagedImport:
    """Put the facts into temporary tables of `con`."""
    given = {"interactions": interactions, "feedback": feedback, "attributes": attributes}
    named: dict[str, Any] = {}
    for table, facts in given.items():
        if facts is None:
            continue
        extras = {name for fact in facts for name in fact if name.startswith(("link_", "prop_"))}
        schema = arrow_schema(staged_columns(table, extras))
        held = [{name: fact.get(name) for name in schema.names} for fact in facts]
        named[table] = _table(con, pa.Table.from_pylist(held, schema=schema))
    if rows is not None:
        ids = [row_id(key, source) for key in rows]
        named["rows"] = _table(con, pa.table({"row_id": pa.array(ids, pa.binary())}))
    return StagedImport(source=source, **named, **options)


def _table(con: duckdb.DuckDBPyConnection, table: pa.Table) -> str:
    name = f"staged_{next(_names)}"
    con.register("incoming", table)
    con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM incoming")
    con.unregister("incoming")
    return name


def held(
    log: Log, table: str = "interactions", *, version: int | None = None
) -> dict[tuple[bytes, str], dict[str, Any]]:
    """All facts of a table by their identity; fails if one stands there twice."""
    facts = getattr(log.tables(version=version), table).to_pyarrow().to_pylist()
    found = {(fact["row_id"], fact["slot"]): fact for fact in facts}
    assert len(found) == len(facts)
    return found


def people(log: Log) -> dict[str, int]:
    """Surrogate keys by identifier."""
    files = log.parquet_files("identities")
    if not files:
        return {}
    with log.connect() as con:
        rows = con.execute("SELECT external_id, subject FROM read_parquet($1)", [files]).fetchall()
    return {str(external): int(subject) for external, subject in rows}


def euros(amount: int) -> dict[str, Any]:
    return {"amount": Decimal(amount), "currency": "EUR"}


def sound(log: Log) -> None:
    """Fails unless the whole log is as it should be."""
    assert log.verify().problems == ()
