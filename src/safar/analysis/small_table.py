"""Small tables of our own making, joined to facts: decisions, centers, weights.

Absent values need care: on their way into Spark they pass through a data frame that turns an absent text into
"NaN" and loses whole numbers beside an absent one. So a column with absent values travels filled, beside a
column that says which of its values are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa


def small_table(columns: Mapping[str, str | dt.DataType], rows: Sequence[Sequence[Any]]) -> ir.Table:
    """A table with these columns (name → type) and rows, for any engine; None is an absent value."""
    types = {name: ibis.dtype(kind) for name, kind in columns.items()}
    data: dict[str, Any] = {}
    partly: list[str] = []
    for i, (name, kind) in enumerate(types.items()):
        values = [row[i] for row in rows]
        if any(value is None for value in values):
            partly.append(name)
            data[_known(name)] = pa.array([value is not None for value in values], type=pa.bool_())
            values = [_filler(kind) if value is None else value for value in values]
        data[name] = pa.array(values, type=kind.to_pyarrow())
    made = pa.table(data)
    table = ibis.memtable(made, schema=ibis.schema({n: types.get(n, ibis.dtype("boolean")) for n in made.column_names}))
    return table.select(
        **{
            name: ibis.ifelse(table[_known(name)], table[name], ibis.null(kind)) if name in partly else table[name]
            for name, kind in types.items()
        }
    )


def _known(name: str) -> str:
    return f"{name}__known"


def _filler(kind: dt.DataType) -> Any:
    if kind.is_string():
        return ""
    if kind.is_timestamp():
        return datetime(1970, 1, 1, tzinfo=UTC if kind.timezone else None)
    return date(1970, 1, 1) if kind.is_date() else 0
