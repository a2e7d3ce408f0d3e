"""Arrow columns from numbers: names, figures, identifiers. Negative numbers and NaN become empty."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import md5
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from safar.datasets.telecom.truth import Flags, Floats, Ints

Column: TypeAlias = "pa.Array[Any]"


def names(known: Sequence[str], numbers: Ints) -> Column:
    """Names by number."""
    where: Any = pa.array(numbers, pa.int64(), mask=numbers < 0)
    column: Column = pa.array(known, pa.string()).take(where)
    return column


def constant(text: str, size: int) -> Column:
    """The same text in every row."""
    column: Column = pa.repeat(pa.scalar(text, pa.string()), size)
    return column


def figures(values: Floats) -> Column:
    """Figures."""
    column: Column = pa.array(values, pa.float64(), mask=np.isnan(values))
    return column


def take(column: Column, rows: Ints) -> Column:
    """These rows of a column."""
    numbers: Any = pa.array(rows, pa.int64())
    return column.take(numbers)


def digits(numbers: Ints) -> Column:
    """Numbers as text."""
    column: Column = pa.array(numbers, pa.int64()).cast(pa.string())
    return column


def joined(*parts: Column | str) -> Column:
    """Texts one after the other; empty where one of them is."""
    texts: list[Any] = [pa.scalar(part, pa.string()) if isinstance(part, str) else part for part in parts]
    column: Column = pc.binary_join_element_wise(*texts, pa.scalar("", pa.string()))
    return column


def only(where: Flags, column: Column) -> Column:
    """The column where a condition holds, empty elsewhere."""
    kept: Column = pc.if_else(pa.array(where), column, pa.scalar(None, column.type))
    return kept


def either(where: Flags, left: Column | str, right: Column | str) -> Column:
    """`left` where a condition holds, `right` elsewhere."""
    column: Column = pc.if_else(pa.array(where), left, right)
    return column


def keys(source: str, who: Ints, place: Ints, *, mark: str = "") -> Column:
    """md5(source, key), first 12 bytes, for the keys <customer>.<mark><place>."""
    prefix = md5(f"{source}\x1f".encode(), usedforsecurity=False)
    found = bytearray()
    for customer, number in zip(who.tolist(), place.tolist(), strict=True):
        digest = prefix.copy()
        digest.update(f"{customer}.{mark}{number}".encode())
        found += digest.digest()[:12]
    column: Column = pa.FixedSizeBinaryArray.from_buffers(pa.binary(12), len(who), [None, pa.py_buffer(bytes(found))])
    return column


def position(who: Ints) -> Ints:
    """Position within the customer, of sorted customers."""
    starts = np.flatnonzero(np.diff(who, prepend=-1))
    found: Ints = np.arange(len(who)) - np.repeat(starts, np.diff(np.append(starts, len(who))))
    return found
