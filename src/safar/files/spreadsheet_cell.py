"""Text that is safe to open in a spreadsheet: nothing that it would run as a formula."""

from __future__ import annotations

from datetime import UTC, datetime

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


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
