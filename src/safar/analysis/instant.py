"""Instants on their way into and out of an engine: the log's times are UTC without saying so."""

from __future__ import annotations

from datetime import UTC, datetime

import ibis
import ibis.expr.types as ir


def utc(moment: datetime) -> datetime:
    """The instant in UTC, said so. A time without a zone comes from an engine's UTC column."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def known_utc(moment: datetime | None) -> datetime | None:
    """`utc` of an instant that may be absent."""
    return None if moment is None else utc(moment)


def instant(moment: datetime, column: ir.Value) -> ir.Value:
    """The instant as a literal that compares with a time column, whether that column says its zone or not."""
    kind = column.type()
    plain = utc(moment)
    return ibis.literal(plain if kind.timezone else plain.replace(tzinfo=None), type=kind)
