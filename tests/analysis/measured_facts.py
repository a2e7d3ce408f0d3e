"""Small logs for tests of measuring: rows with only what matters, the rest filled in, on an engine of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from safar.analysis.tables import FactTables
from safar.domain.fact import ATTRIBUTES, FEEDBACK, INTERACTIONS, Column, ColumnType

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
_ARROW = {
    ColumnType.KEY: pa.binary(),
    ColumnType.TEXT: pa.string(),
    ColumnType.INT16: pa.int16(),
    ColumnType.INT32: pa.int32(),
    ColumnType.INT64: pa.int64(),
    ColumnType.FLOAT: pa.float64(),
    ColumnType.MONEY: pa.decimal128(18, 4),
    ColumnType.TIME: pa.timestamp("us", tz="UTC"),
}
_SAID: dict[str, Any] = {
    "source": "test", "slot": "a", "slot_no": 0, "import_no": 1, "ts": START, "utc_offset_min": 0, "event": "answered",
    "speaker": "customer", "view": "experienced", "question": "recommend", "kind": "nps", "state": "answered",
    "weight": 1.0, "scale_min": 0.0, "scale_max": 10.0, "scale_best": "high",
}  # fmt: skip
_KNOWN: dict[str, Any] = {
    "source": "test", "slot": "a", "slot_no": 0, "import_no": 1, "subject_kind": "customer", "valid_from": START,
}  # fmt: skip


def key(*parts: object) -> bytes:
    """A row's identity."""
    return md5("|".join(map(str, parts)).encode(), usedforsecurity=False).digest()[:12]


def days(count: float) -> timedelta:
    """So many days."""
    return timedelta(days=count)


def arrow(columns: Iterable[Column], rows: Iterable[Mapping[str, Any]], extra: Iterable[str] = ()) -> pa.Table:
    """Rows as a table with exactly these columns and the extra text columns."""
    kept = list(rows)
    fields = [(c.name, _ARROW[c.type]) for c in columns] + [(name, pa.string()) for name in extra]
    return pa.table({name: pa.array([row.get(name) for row in kept], type=t) for name, t in fields})


def feedback_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Feedback with everything filled in; each row its own submission unless it says one."""
    filled = []
    for i, row in enumerate(rows):
        one = {**_SAID, "row_no": i, "row_id": key(i), "submission": key(row.get("submission", f"s{i}")), **row}
        filled.append(one | {"submission": key(one["submission"])} if "submission" in row else one)
    return filled


def attribute_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Attributes with everything filled in."""
    return [{**_KNOWN, "row_no": i, "row_id": key("attribute", i), **row} for i, row in enumerate(rows)]


def tables(
    feedback: Iterable[Mapping[str, Any]] = (),
    attributes: Iterable[Mapping[str, Any]] = (),
    *,
    extra: Iterable[str] = (),
    marked: bool = False,
) -> FactTables:
    """A log of these facts on DuckDB, without extensions and in UTC, as `log.connect` sets it.

    `marked`: times carry a UTC marker, as tables of other tools do; the log's own carry none.
    """
    con = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    con.execute("SET TimeZone = 'UTC'")
    facts = {
        "interactions": arrow(INTERACTIONS, []),
        "feedback": arrow(FEEDBACK, feedback_rows(feedback), extra),
        "attributes": arrow(ATTRIBUTES, attribute_rows(attributes)),
    }
    for name, table in facts.items():
        con.register(f"arrow_{name}", table)
        times = [field.name for field in table.schema if pa.types.is_timestamp(field.type)]
        plain = ", ".join(f"{time}::TIMESTAMP AS {time}" for time in times)
        chosen = "*" if marked else f"* REPLACE ({plain})"
        con.execute(f"CREATE TABLE {name} AS SELECT {chosen} FROM arrow_{name}")
    backend = ibis.duckdb.from_connection(con)
    return FactTables(**{name: backend.table(name) for name in facts}, version=1)
