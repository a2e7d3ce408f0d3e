"""Text that is safe to open in a spreadsheet: nothing that it would run as a formula."""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets a leading apostrophe; other values stay."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_STARTS) else value
