"""Text that is safe to open in a spreadsheet: nothing that it would run as a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORMULA = r"^ *[=+\-@\t\r\n＝＋－＠]"
"""The same as a pattern."""


def harmless(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets a leading apostrophe; other values stay."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_STARTS) else value


def csv_cell(value: object) -> object:
    """A value as our CSV files write it: times in ISO 8601 UTC, bytes in hex, formulas made harmless."""
    match value:
        case datetime():
            return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
        case bytes():
            return value.hex()
    return harmless(value)


def csv_head(columns: Sequence[str]) -> bytes:
    """The first line of a CSV file."""
    import pyarrow as pa

    return csv_rows(pa.table({str(i): pa.array([name]) for i, name in enumerate(columns)}))


def csv_rows(rows: pa.RecordBatch | pa.Table) -> bytes:
    """Whole columns at once as the lines of a CSV file, each value as `csv_cell` has it; texts stand in quotes."""
    import pyarrow as pa
    import pyarrow.csv

    columns: dict[str, Any] = {str(i): _as_written(column) for i, column in enumerate(rows.columns)}
    out = io.BytesIO()
    told = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    pyarrow.csv.write_csv(pa.table(columns), out, told)
    return out.getvalue()


def _as_written(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(column.type):
        # Without its zone: what is left is UTC.
        plain = pc.cast(pc.cast(column, pa.timestamp("us", tz="UTC")), pa.timestamp("us"))
        text = pc.replace_substring(pc.cast(plain, pa.string()), " ", "T")
        text = pc.replace_substring_regex(text, r"\.000000$", "")
        return pc.binary_join_element_wise(text, "+00:00", "")
    if pa.types.is_binary(column.type) or pa.types.is_fixed_size_binary(column.type):
        return pa.array([None if one is None else one.hex() for one in column.to_pylist()], pa.string())
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        guarded = pc.binary_join_element_wise(pa.scalar("'", column.type), column, pa.scalar("", column.type))
        return pc.if_else(pc.match_substring_regex(column, _FORMULA), guarded, column)
    return column
