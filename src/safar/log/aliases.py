"""Merged customers: decisions that are kept as they were made, and applied when reading.

Each decision (`subject` is the same as `same_as`) stands alone, so that taking one back leaves the others.
Chains are followed when the table is read; it is tiny beside the facts.
"""

from __future__ import annotations

import duckdb


def meaning_sql(connection: duckdb.DuckDBPyConnection, aliases: str) -> str | None:
    """SQL of (alias, same_as) with all chains followed to their end; None where nobody was merged."""
    row = connection.execute(f"SELECT count(*) FROM ({aliases})").fetchone()
    if row is None or row[0] == 0:
        return None
    return (
        f"WITH RECURSIVE step AS (SELECT subject AS alias, same_as, 1 AS depth FROM ({aliases}) "
        f"UNION ALL SELECT s.alias, a.same_as, s.depth + 1 FROM step s JOIN ({aliases}) a ON a.subject = s.same_as) "
        "SELECT alias, arg_max(same_as, depth) AS same_as FROM step GROUP BY alias"
    )
