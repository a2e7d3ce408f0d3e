"""SQL that makes facts anonymous: they still count, and lead to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from safar import sql
from safar.log.schema import is_extra

_CUT = frozenset({"customer", "language", "pair"})
BLANK = "[forgotten]"


def replacing(values: Mapping[str, str]) -> str:
    """The REPLACE clause that gives columns new values."""
    return "REPLACE (" + ", ".join(f"{value} AS {sql.quoted(name)}" for name, value in values.items()) + ")"


def telling(identifiers: Iterable[str]) -> tuple[str, ...]:
    """Those identifiers that name a person wherever they stand. A bare number may be anybody's order or amount."""
    return tuple(one for one in identifiers if len(one) >= 4 and not one.isdigit())


def _any_case(name: str) -> str:
    """The pattern of an identifier however people write it: capitals or not. What stands beside it stays as it is."""
    return sql.literal(f"(?i){re.escape(name)}")


def _is_one_of(column: str, names: Sequence[str]) -> str:
    return f"lower({column}) IN ({', '.join(f'lower({sql.literal(one)})' for one in names)})"


def touched(table: str, columns: Iterable[str], *, mine: str, names: Sequence[str]) -> str:
    """SQL condition of the rows to rewrite: the person's own, and those where others' data name the person."""
    found = [f"coalesce({mine}, false)"]
    for column in columns if names else ():
        if column == "text":
            found += [f"coalesce(regexp_matches({sql.quoted(column)}, {_any_case(one)}), false)" for one in names]
        elif is_extra(column) or (table, column) == ("attributes", "value"):
            found.append(f"coalesce({_is_one_of(sql.quoted(column), names)}, false)")
    return f"({' OR '.join(found)})"


def anonymous(columns: Iterable[str], *, mine: str, names: Sequence[str], key: str) -> dict[str, str]:
    """What the columns of such rows become.

    Of the person's own facts (`mine`) customer, words, links and properties go. The row's identity (a hash of the
    source's key, which whoever holds the source could follow) becomes a keyed hash, with the same `key` wherever
    it stands; the key is thrown away. Of others' facts only the identifiers (`names`) go.
    """
    found: dict[str, str] = {}
    for column in columns:
        quoted = sql.quoted(column)
        if column in {"row_id", "submission"}:
            hidden = f"unhex('00000000' || left(md5({sql.literal(key)} || hex({quoted})), 16))"
            found[column] = f"CASE WHEN {mine} THEN {hidden} ELSE {quoted} END"
        elif column == "text":
            clean = quoted
            # Longest first: one identifier may be a part of another.
            for one in sorted(names, key=lambda name: (-len(name), name)):
                clean = f"regexp_replace({clean}, {_any_case(one)}, '{BLANK}', 'g')"
            found[column] = f"CASE WHEN {mine} THEN NULL ELSE {clean} END"
        elif is_extra(column):
            named = f" OR {_is_one_of(quoted, names)}" if names else ""
            found[column] = f"CASE WHEN {mine}{named} THEN NULL ELSE {quoted} END"
        elif column in _CUT:
            found[column] = f"CASE WHEN {mine} THEN NULL ELSE {quoted} END"
    return found
