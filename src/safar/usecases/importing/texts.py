"""Texts into other texts, in SQL: maps, changes that a recipe may ask for, and what rows are known by."""

from __future__ import annotations

from collections.abc import Sequence

from safar.files.recipe.model import Change
from safar.sql import literal
from safar.usecases.importing.columns import Found
from safar.usecases.importing.parsing import digits_only


def map_sql(sql: str, pairs: Sequence[tuple[str, str]], *, keep: bool = False) -> str:
    """SQL of a mapped text; what is not listed becomes null, or stays under `keep`."""
    if not pairs:
        return sql if keep else "CAST(NULL AS VARCHAR)"
    arms = " ".join(f"WHEN {literal(old)} THEN nullif({literal(new)}, '')" for old, new in pairs)
    return f"CASE {sql} {arms} ELSE {sql if keep else 'NULL'} END"


def listed(sql: str, pairs: Sequence[tuple[str, str]]) -> str:
    """SQL: whether a map lists the text."""
    return f"{sql} IN ({', '.join(literal(old) for old, _ in pairs) or 'NULL'})"


def changed(sql: str, change: Change) -> str:
    """SQL of a text after one of the changes that a recipe may ask for; null where nothing is left."""
    match change:
        case Change.LOWER:
            return f"lower({sql})"
        case Change.UPPER:
            return f"upper({sql})"
        case Change.SQUEEZE:
            return f"trim(regexp_replace({sql}, '[\\s\\x{{00A0}}]+', ' ', 'g'))"
        case Change.DIGITS:
            return f"nullif({digits_only(sql)}, '')"
        case Change.SLUG:
            return f"nullif(trim(regexp_replace(lower({sql}), '[^\\p{{L}}\\p{{N}}]+', '-', 'g'), '-'), '')"


def row_key(sql: str, source: str) -> str:
    """SQL of a row's identity from its key."""
    return f"unhex(left(md5({literal(source + chr(31))} || {sql}), 24))"


def all_columns(columns: Sequence[Found]) -> str:
    """SQL of a row's whole content as one text, for rows without a key."""
    parts = [f"coalesce({found.text()}, chr(30))" for found in columns]
    return f"concat_ws(chr(31), {', '.join(parts)})"
