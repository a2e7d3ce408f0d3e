"""Quoting: the one way by which names and texts from outside get into SQL."""

from __future__ import annotations

from collections.abc import Iterable


def name(identifier: str) -> str:
    """An identifier in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A string literal."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """A list of string literals, for `IN (…)` or `[…]`."""
    return ", ".join(text(value) for value in values)


def names(identifiers: Iterable[str], *, of: str | None = None) -> str:
    """A list of quoted column names, each of the relation `of` where one is given."""
    prefix = f"{of}." if of else ""
    return ", ".join(prefix + name(identifier) for identifier in identifiers)
