"""Merged customers: decisions that are kept as they were made, and applied when reading.

Each decision (`subject` is the same as `same_as`) stands alone, so that taking one back leaves the others.
Chains are followed when the table is read; it is tiny beside the facts.
"""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb

from safar.log.engine import connect, relation
from safar.log.folder import LogFolder
from safar.log.manifest import LogVersion
from safar.log.problems import BadMerge
from safar.log.rewrite import rewrite
from safar.log.transaction import writing


def merge(folder: LogFolder, *, alias: int, same_as: int, now: datetime) -> LogVersion:
    """Read the customer `alias` as `same_as` from now on. Raises: BadMerge."""
    with writing(folder, now=now) as transaction, connect(folder) as connection:
        identities = relation(connection, folder, "identities", transaction.head)
        decided = _decided(connection, folder, transaction.head)
        if alias in decided:
            raise BadMerge(f"Customer {alias} is merged into {decided[alias]} already.")
        if _end(decided, same_as) == alias:
            raise BadMerge(f"Customers {alias} and {same_as} are one already.")
        known = f"SELECT count(DISTINCT subject) FROM ({identities}) WHERE subject IN (?, ?)"
        row = connection.execute(known, [alias, same_as]).fetchone()
        if row is None or row[0] != 2:
            raise BadMerge(f"Customers {alias} and {same_as} are not both known.")
        at = now.astimezone(UTC).replace(tzinfo=None).isoformat()
        added = f"SELECT {alias}::BIGINT AS subject, {same_as}::BIGINT AS same_as, TIMESTAMP '{at}' AS merged_at"
        rewrite(connection, transaction, "aliases", touches="false", plus=added)
        return transaction.publish(kind="merge")


def unmerge(folder: LogFolder, *, alias: int, now: datetime) -> LogVersion:
    """Read the customer `alias` as itself again; other merges stay. Raises: BadMerge."""
    with writing(folder, now=now) as transaction, connect(folder) as connection:
        if alias not in _decided(connection, folder, transaction.head):
            raise BadMerge(f"Customer {alias} was never merged into another.")
        rewrite(connection, transaction, "aliases", touches=f"subject = {alias}")
        return transaction.publish(kind="unmerge")


def cluster(connection: duckdb.DuckDBPyConnection, folder: LogFolder, version: LogVersion, subject: int) -> set[int]:
    """All keys that stand for the same customer as `subject`, itself included."""
    decided = _decided(connection, folder, version)
    end = _end(decided, subject)
    return {subject, end} | {key for key in decided if _end(decided, key) == end}


def _decided(connection: duckdb.DuckDBPyConnection, folder: LogFolder, version: LogVersion) -> dict[int, int]:
    aliases = relation(connection, folder, "aliases", version)
    return {int(a): int(b) for a, b in connection.execute(f"SELECT subject, same_as FROM ({aliases})").fetchall()}


def _end(decided: dict[int, int], key: int) -> int:
    while key in decided:
        key = decided[key]
    return key
