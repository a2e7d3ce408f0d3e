"""All or nothing: what a verb writes within `atomic()` is kept together, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.db import connection
from django.db.transaction import atomic

__all__ = ["atomic", "one_at_a_time"]


@contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """As `atomic()`; and transactions about the same thing go one after another, each seeing what the last one did.

    For verbs that look before they write (is the name free, is another owner left): of two at the same moment both
    would find it so. SQLite has one writer at a time anyway (its transactions are immediate).
    """
    with atomic():
        if connection.vendor == "postgresql":
            key = int.from_bytes(sha256(what.encode()).digest()[:8], "big", signed=True)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        yield
