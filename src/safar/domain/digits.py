"""Persian and Arabic digits as people type them, and the Latin ones that programs read."""

from __future__ import annotations

TYPED = "۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩"
"""Persian digits, then Arabic ones, each from 0 to 9."""
LATIN = "0123456789" * 2
"""What each of them stands for, in the same order."""
_TABLE = str.maketrans(TYPED, LATIN)


def latin_digits(text: str) -> str:
    """The text with Persian and Arabic digits as 0-9; everything else stays."""
    return text.translate(_TABLE)
