"""Something chosen once and read several times."""

from __future__ import annotations

import ibis.expr.types as ir
import ibis.util


def keep(table: ir.Table) -> ir.Table:
    """The table's rows, kept by the engine for the life of its connection, where it is DuckDB; else the table itself.

    A distributed engine is left to plan for itself: what it would keep may not fit anywhere.
    """
    backend = table.get_backend()
    if backend.name != "duckdb":
        return table
    return backend.create_table(ibis.util.gen_name("kept"), table, temp=True)
