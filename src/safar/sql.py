"""Names and texts from outside as they get into SQL, quoted, and the one number that a query finds.

The one place for it: what reads files, what keeps the log and what uses both build SQL alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def quoted(identifier: str) -> str:
    """An identifier in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A string literal."""
    return "'" + value.replace("'", "''") + "'"


def literals(values: Iterable[str]) -> str:
    """A list of string literals, for `IN (…)` or `[…]`."""
    return ", ".join(literal(value) for value in values)


def names(identifiers: Iterable[str], *, of: str | None = None) -> str:
    """A list of quoted column names, each of the relation `of` where one is given."""
    prefix = f"{of}." if of else ""
    return ", ".join(prefix + quoted(identifier) for identifier in identifiers)


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one whole number that a query finds; 0 where it finds nothing."""
    row = connection.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
