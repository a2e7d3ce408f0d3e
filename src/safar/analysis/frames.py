"""Rows as frames whose column types never depend on the rows: nothing but gaps, or no row at all, has the same schema.

Frames of several results can then be put together, whatever each of them happens to hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Types = Mapping[str, str]
"""Type of each column, in the order of the rows: text, whole, number, truth, day or time (UTC)."""
NO_TYPES: Types = MappingProxyType({})


def columns(told: str) -> Types:
    """Types from "text: step label, whole: n" as `name` lists by type: a type holds for the names that follow it."""
    found: dict[str, str] = {}
    kind = ""
    for word in told.split():
        if word.endswith(":"):
            kind = word.removesuffix(":")
        else:
            found[word] = kind
    return MappingProxyType(found)


def pandas_frame(rows: Sequence[Mapping[str, Any]], types: Types = NO_TYPES) -> pd.DataFrame:
    """The rows as a pandas frame: numbers with NaN for gaps, whole numbers and truths with NA, times in UTC.

    Texts and days stay as they are; columns that `types` does not name have the type of their values.
    """
    import pandas as pd

    known = {"whole": "Int64", "number": "float64", "truth": "boolean", "time": "datetime64[us, UTC]"}
    there = list(rows[0]) if rows else list(types)
    frame = pd.DataFrame([dict(row) for row in rows], columns=there)
    return frame.astype({name: known[types[name]] for name in there if types.get(name) in known})


def polars_frame(rows: Sequence[Mapping[str, Any]], types: Types = NO_TYPES) -> pl.DataFrame:
    """The rows as a Polars frame; columns that `types` does not name have the type of their values."""
    import polars as pl

    known = {
        "text": pl.String(),
        "whole": pl.Int64(),
        "number": pl.Float64(),
        "truth": pl.Boolean(),
        "day": pl.Date(),
        "time": pl.Datetime("us", "UTC"),
    }
    schema = {name: known[kind] for name, kind in types.items()}
    if not rows:
        return pl.DataFrame(schema=schema)
    there = {name: kind for name, kind in schema.items() if name in rows[0]}
    return pl.DataFrame([dict(row) for row in rows], schema_overrides=there, infer_schema_length=None)
