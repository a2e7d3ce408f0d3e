"""Forgetting a person: identity, attributes and words go from every file, version and cache.

What stays are facts that count: that somebody, unknown, called or rated. They carry no customer, no words, no
links and no properties any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from safar.log.aliases import cluster
from safar.log.anonymous import anonymous, telling, touched
from safar.log.engine import connect, relation
from safar.log.folder import LogFolder
from safar.log.identities import find_subject, ledger
from safar.log.purge import PurgeNote, finish, write_note
from safar.log.rewrite import rewrite
from safar.log.schema import table_columns
from safar.log.transaction import Progress, Transaction, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetReport:
    """What was forgotten: rows by table. `interactions` and `feedback` still count, without the person."""

    version: int
    identities: int
    attributes: int
    interactions: int
    feedback: int
    files: int


def forget(
    folder: LogFolder,
    *,
    namespace: str | None,
    external_id: str,
    subject_kind: str,
    now: datetime,
    progress: Progress | None = None,
) -> ForgetReport:
    """Forget one person, with everybody merged into them, for good. Older versions can no longer be read.

    `namespace`: may be None where the identifier stands in one namespace only.
    Raises: CustomerUnknown, AmbiguousCustomer, WriterBusy, WriteFailed.
    """
    with writing(folder, now=now, progress=progress) as transaction, connect(folder) as connection:
        subject = find_subject(
            connection, folder, transaction.head, namespace=namespace, external_id=external_id, kind=subject_kind
        )
        subjects = tuple(sorted(cluster(connection, folder, transaction.head, subject)))
        return _forget(connection, transaction, subjects)


def forget_again(folder: LogFolder, *, now: datetime) -> list[ForgetReport]:
    """After a backup was put back: forget everybody of the ledger whom the log knows again.

    Keep the newest `forgotten.parquet` when restoring. Raises: WriterBusy, WriteFailed.
    """
    done: list[ForgetReport] = []
    while True:
        with writing(folder, now=now) as transaction, connect(folder) as connection:
            known = relation(connection, folder, "identities", transaction.head)
            found = f"SELECT subject FROM ({known}) WHERE lookup IN (SELECT lookup FROM {ledger(folder)}) LIMIT 1"
            row = connection.execute(found).fetchone()
            if row is None:
                return done
            subjects = tuple(sorted(cluster(connection, folder, transaction.head, int(row[0]))))
            done.append(_forget(connection, transaction, subjects))


def _forget(connection: duckdb.DuckDBPyConnection, transaction: Transaction, subjects: tuple[int, ...]) -> ForgetReport:
    folder, head = transaction.folder, transaction.head
    chosen = ", ".join(map(str, subjects))
    known = relation(connection, folder, "identities", head)
    people = connection.execute(
        f"SELECT external_id, hex(lookup) FROM ({known}) WHERE subject IN ({chosen}) ORDER BY ALL"
    ).fetchall()
    note = PurgeNote(
        version=head.number + 1,
        subjects=subjects,
        identifiers=tuple(sorted({str(external) for external, _ in people})),
        lookups=tuple(str(hashed) for _, hashed in people),
        said=_submissions(connection, transaction, chosen),
        key=folder.random(16).hex(),
        at=transaction.now.astimezone(UTC).replace(tzinfo=None).isoformat(),
    )
    lost = _attributes_by_source(connection, transaction, chosen)
    names = telling(note.identifiers)
    rows = {"attributes": sum(lost.values())}
    for table in ("interactions", "feedback"):
        mine = note.mine(table)
        columns = [column.name for column in table_columns(table, transaction.snapshot(table).extras)]
        held = relation(connection, folder, table, head)
        row = connection.execute(f"SELECT count(*) FROM ({held}) WHERE {mine}").fetchone()
        rows[table] = int(row[0]) if row else 0
        rewrite(
            connection,
            transaction,
            table,
            touches=touched(table, columns, mine=mine, names=names),
            becomes=anonymous(columns, mine=mine, names=names, key=note.key),
        )
    own = note.mine("attributes")
    named = touched("attributes", ["value"], mine="false", names=names)
    rewrite(connection, transaction, "attributes", touches=named, becomes={"value": "NULL"}, drops=own)
    rows["identities"] = rewrite(connection, transaction, "identities", touches=own)
    rewrite(connection, transaction, "aliases", touches=f"subject IN ({chosen}) OR same_as IN ({chosen})")
    write_note(folder, note)
    sources = {name: dict(held) for name, held in head.sources.items()}
    for source, count in lost.items():
        sources[source]["attributes"] -= count
    changes = {
        "interactions": {"changed": rows["interactions"]},
        "feedback": {"changed": rows["feedback"]},
        "attributes": {"removed": rows["attributes"]},
    }
    version = transaction.publish(kind="forget", changes=changes, sources=sources, readable_from=head.number + 1)
    files = finish(folder)
    return ForgetReport(version=version.number, files=files, **rows)


def _attributes_by_source(
    connection: duckdb.DuckDBPyConnection, transaction: Transaction, chosen: str
) -> dict[str, int]:
    held = relation(connection, transaction.folder, "attributes", transaction.head)
    query = f"SELECT source, count(*) FROM ({held}) WHERE subject IN ({chosen}) GROUP BY source"
    return {str(source): int(count) for source, count in connection.execute(query).fetchall()}


def _submissions(connection: duckdb.DuckDBPyConnection, transaction: Transaction, chosen: str) -> tuple[str, ...]:
    """Words said in this person's submissions are theirs, even where the feedback names nobody."""
    held = relation(connection, transaction.folder, "interactions", transaction.head)
    query = (
        f"SELECT DISTINCT hex(row_id) FROM ({held}) WHERE customer IN ({chosen}) AND kind = 'submission' ORDER BY ALL"
    )
    return tuple(str(row[0]) for row in connection.execute(query).fetchall())
