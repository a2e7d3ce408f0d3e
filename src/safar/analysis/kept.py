"""A table computed once and read several times: kept in the engine, never fetched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import ibis.expr.types as ir

_NUMBERS = count(1)


@contextmanager
def kept(table: ir.Table) -> Iterator[ir.Table]:
    """The rows of `table`, computed when the block begins and let go when it ends."""
    backend: Any = table.get_backend()
    if backend.name != "duckdb":
        with table.cache() as cached:
            yield cached
        return
    # Not `cache()`: Ibis 12 cannot drop what it cached on DuckDB with the sqlglot of today.
    name = f"safar_kept_{next(_NUMBERS)}"
    backend.create_table(name, table, temp=True)
    try:
        yield backend.table(name)
    finally:
        backend.raw_sql(f"DROP TABLE IF EXISTS temp.main.{name}")
