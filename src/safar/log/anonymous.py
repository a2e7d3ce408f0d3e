"""SQL of the replacements that rewriting a file may need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from safar.log import sql
from safar.log.schema import is_extra

_CUT = frozenset({"customer", "text", "language", "pair"})


def replacing(values: Mapping[str, str]) -> str:
    """The REPLACE clause that gives columns new values."""
    return "REPLACE (" + ", ".join(f"{value} AS {sql.name(name)}" for name, value in values.items()) + ")"


def anonymous(columns: Iterable[str], *, key: str) -> dict[str, str]:
    """What a fact's columns become when its person is forgotten: it still counts, and leads to nobody.

    Customer, words, links and properties go. The row's identity (a hash of the source's key, which whoever holds
    the source could follow) becomes a keyed hash, with the same `key` wherever it stands; the key is thrown away.
    """
    found: dict[str, str] = {}
    for column in columns:
        if column in _CUT or is_extra(column):
            found[column] = "NULL"
        elif column in {"row_id", "submission"}:
            found[column] = f"unhex('00000000' || left(md5({sql.text(key)} || hex({column})), 16))"
    return found
