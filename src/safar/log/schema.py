"""What `domain.fact` means as tables: Delta schema, DuckDB types and the checks that a fact must pass.

Times are stored without a zone marker (they are UTC by definition): engines then compute with plain integers
instead of calendars, and no result carries a zone that the reader must strip.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
from deltalake import Field, Schema
from deltalake.schema import PrimitiveType

from safar import sql
from safar.domain.fact import (
    EXTRA_PREFIXES,
    LEAST_WEIGHT,
    MOST_WEIGHT,
    TABLES,
    Column,
    ColumnType,
    FactTable,
    extra_column,
)

FORMAT = 1
FACTS: tuple[str, ...] = tuple(str(table.value) for table in FactTable)

_DUCKDB = {
    ColumnType.KEY: "BLOB",
    ColumnType.TEXT: "VARCHAR",
    ColumnType.INT16: "SMALLINT",
    ColumnType.INT32: "INTEGER",
    ColumnType.INT64: "BIGINT",
    ColumnType.FLOAT: "DOUBLE",
    ColumnType.MONEY: "DECIMAL(18, 4)",
    ColumnType.TIME: "TIMESTAMP",
}
_DELTA = {
    ColumnType.KEY: "binary",
    ColumnType.TEXT: "string",
    ColumnType.INT16: "short",
    ColumnType.INT32: "integer",
    ColumnType.INT64: "long",
    ColumnType.FLOAT: "double",
    ColumnType.MONEY: "decimal(18,4)",
    ColumnType.TIME: "timestamp_ntz",
}
_ARROW = {
    ColumnType.KEY: pa.binary(),
    ColumnType.TEXT: pa.string(),
    ColumnType.INT16: pa.int16(),
    ColumnType.INT32: pa.int32(),
    ColumnType.INT64: pa.int64(),
    ColumnType.FLOAT: pa.float64(),
    ColumnType.MONEY: pa.decimal128(18, 4),
    ColumnType.TIME: pa.timestamp("us"),
}
ORDER = {
    "interactions": ("ts", "row_no", "slot_no"),
    "feedback": ("ts", "row_no", "slot_no"),
    "attributes": ("valid_from", "row_no", "slot_no"),
    "identities": ("lookup",),
    "aliases": ("merged_at",),
}
"""By what the rows of each table are sorted within its files."""
PRUNES: dict[str, str | None] = {
    "interactions": "ts",
    "feedback": "ts",
    "attributes": "valid_from",
    "identities": None,
    "aliases": "merged_at",
}
"""The column whose bounds stand in the table log, so that files can be skipped. Never one of a person."""


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that every fact keeps: `violated` is SQL that is true of a fact that breaks it."""

    what: str
    violated: str


def is_extra(column: str) -> bool:
    """Whether the name is that of a link or property column."""
    return column.startswith(EXTRA_PREFIXES)


def table_columns(table: str, extras: Iterable[str] = ()) -> tuple[Column, ...]:
    """The table's columns, those of the domain first, then its links and properties by name."""
    return (*TABLES[table], *(extra_column(extra) for extra in sorted(set(extras))))


def duckdb_type(column: Column) -> str:
    """The DuckDB type of a column."""
    return _DUCKDB[column.type]


def delta_type(column: Column) -> str:
    """The Delta type of a column."""
    return _DELTA[column.type]


def delta_schema(columns: Sequence[Column]) -> Schema:
    """The Delta schema. All columns are nullable there: `checks` say what is required."""
    return Schema([Field(c.name, PrimitiveType(_DELTA[c.type]), nullable=True) for c in columns])


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    """The Arrow schema, for whoever stages facts as record batches."""
    return pa.schema([pa.field(c.name, _ARROW[c.type]) for c in columns])


def staged_columns(table: str, extras: Iterable[str] = ()) -> tuple[Column, ...]:
    """The columns of a staged table: no import number, and identifiers in place of the surrogate key."""
    surrogate = surrogate_column(table)
    found: list[Column] = []
    for column in table_columns(table, extras):
        if column.name == "import_no":
            continue
        if column.name == surrogate:
            for part, doc in (("ns", "Which system's identifier."), ("ext", "The identifier.")):
                found.append(
                    Column(
                        f"{surrogate}_{part}", ColumnType.TEXT, doc, required=column.required, personal=part == "ext"
                    )
                )
            continue
        found.append(column)
    return tuple(found)


def staged_ddl(table: str, *, name: str, extras: Iterable[str] = ()) -> str:
    """`CREATE TEMP TABLE` for a staged table of facts."""
    body = ", ".join(f"{sql.quoted(c.name)} {duckdb_type(c)}" for c in staged_columns(table, extras))
    return f"CREATE TEMP TABLE {sql.quoted(name)} ({body})"


def surrogate_column(table: str) -> str:
    """Which column of a fact table holds the surrogate key."""
    return "subject" if table == "attributes" else "customer"


def checks(table: str, columns: Sequence[Column]) -> tuple[Check, ...]:
    """All rules for facts of `table` that has these columns (of the table itself or staged)."""
    found: list[Check] = []
    for column in columns:
        quoted = sql.quoted(column.name)
        if column.required:
            found.append(Check(f"{column.name} is empty", f"{quoted} IS NULL"))
        if column.allowed:
            known = sql.literals(column.allowed)
            found.append(Check(f"{column.name} is none of {', '.join(column.allowed)}", f"{quoted} NOT IN ({known})"))
        if column.type is ColumnType.FLOAT:
            found.append(Check(f"{column.name} is not a finite number", f"NOT isfinite({quoted})"))
    present = {column.name for column in columns}
    if table == "interactions":
        found.append(Check("amount without currency", "amount IS NOT NULL AND currency IS NULL"))
    if table == "feedback":
        found.append(
            Check(
                "an answer that was not given carries a value, an option or a text",
                'state <> \'answered\' AND ("value" IS NOT NULL OR "option" IS NOT NULL OR "text" IS NOT NULL)',
            )
        )
        found.append(Check("weight is negative", "weight < 0"))
        beyond = f"weight > {MOST_WEIGHT!r} OR (weight > 0 AND weight < {LEAST_WEIGHT!r})"
        found.append(Check("weight is too large or too small", f"isfinite(weight) AND ({beyond})"))
        found.append(Check("scale_min is above scale_max", "scale_min > scale_max"))
    surrogate = surrogate_column(table)
    if f"{surrogate}_ns" in present:
        pair = f"({sql.quoted(surrogate + '_ns')} IS NULL) <> ({sql.quoted(surrogate + '_ext')} IS NULL)"
        found.append(Check(f"{surrogate}_ns and {surrogate}_ext: one without the other", pair))
    return tuple(found)
