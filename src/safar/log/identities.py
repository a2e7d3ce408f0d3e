"""From identifiers to surrogate keys, for whole tables at once.

A look-up is a salted hash: without the salt nobody can tell which identifier it stands for. Surrogate keys are
random: a fresh key a commit goes into the hash that makes them, and is thrown away.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import duckdb

from safar import sql
from safar.log.engine import meaning_of, relation
from safar.log.folder import LogFolder
from safar.log.manifest import LogVersion
from safar.log.problems import AmbiguousCustomer, CustomerUnknown
from safar.log.staged import Staged
from safar.log.transaction import Transaction

_UNIT = chr(31)
PEOPLE = "_safar_people"


@dataclass(frozen=True, slots=True)
class People:
    """Everybody whom the staged facts name; the table `_safar_people` holds (kind, ns, ext, subject, refused)."""

    asked: int
    fresh: int
    refused: int


def lookup(salt: bytes, *, kind: str, namespace: str, external_id: str) -> bytes:
    """The look-up of one identifier: 12 bytes."""
    plain = _UNIT.join((salt.hex(), kind, namespace, external_id))
    return hashlib.sha256(plain.encode()).digest()[:12]


def resolve(connection: duckdb.DuckDBPyConnection, transaction: Transaction, staged: dict[str, Staged]) -> People:
    """Find or make the surrogate key of everybody named; people who were forgotten get none."""
    folder = transaction.folder
    nobody = "SELECT NULL::VARCHAR AS kind, NULL::VARCHAR AS ns, NULL::VARCHAR AS ext WHERE false"
    asked = " UNION ".join(_asked(one) for one in staged.values()) or nobody
    _temp(
        connection,
        "_safar_asked",
        "SELECT kind, ns, ext, unhex(left(sha256(getvariable('safar_salt') || kind || chr(31) || ns || chr(31) || ext),"
        f" 24)) AS lookup FROM ({asked})",
        safar_salt=folder.salt.hex() + _UNIT,
    )
    known = relation(connection, folder, "identities", transaction.head)
    refused = f"lookup IN (SELECT lookup FROM {ledger(folder)})"
    _temp(
        connection,
        "_safar_known",
        f"SELECT a.*, k.subject, {refused} AS refused FROM _safar_asked a LEFT JOIN ({known}) k USING (lookup)",
    )
    while True:
        _temp(
            connection,
            PEOPLE,
            "SELECT kind, ns, ext, lookup, refused, subject IS NULL AND NOT refused AS fresh, "
            "CASE WHEN NOT refused THEN coalesce(subject, "
            "(md5_number_lower(getvariable('safar_key') || hex(lookup)) >> 1)::BIGINT) END AS subject "
            "FROM _safar_known",
            safar_key=folder.random(16).hex(),
        )
        if not _clash(connection, known):
            break
    connection.execute("DROP TABLE _safar_asked; DROP TABLE _safar_known")
    row = connection.execute(f"SELECT count(*), count_if(fresh), count_if(refused) FROM {PEOPLE}").fetchone() or (
        0,
        0,
        0,
    )
    return People(asked=row[0], fresh=row[1], refused=row[2])


def forgotten_among(connection: duckdb.DuckDBPyConnection, folder: LogFolder, select: str, *, name: str) -> None:
    """Make the temporary table `name`: rows of a SELECT with kind, ns and ext that name somebody who was forgotten."""
    _temp(
        connection,
        name,
        f"WITH s AS MATERIALIZED ({select}), people AS (SELECT * FROM (SELECT DISTINCT kind, ns, ext FROM s) "
        "WHERE unhex(left(sha256(getvariable('safar_salt') || kind || chr(31) || ns || chr(31) || ext), 24)) "
        f"IN (SELECT lookup FROM {ledger(folder)})) SELECT s.* FROM s SEMI JOIN people USING (kind, ns, ext)",
        safar_salt=folder.salt.hex() + _UNIT,
    )


def looked_up(connection: duckdb.DuckDBPyConnection, folder: LogFolder, select: str, *, name: str) -> None:
    """Make the temporary table `name`: rows of a SELECT with kind, ns and ext, each with its look-up in hex."""
    _temp(
        connection,
        name,
        "SELECT *, left(sha256(getvariable('safar_salt') || kind || chr(31) || ns || chr(31) || ext), 24) AS lookup "
        f"FROM ({select})",
        safar_salt=folder.salt.hex() + _UNIT,
    )


def spaces(connection: duckdb.DuckDBPyConnection, folder: LogFolder, version: LogVersion) -> set[tuple[str, str]]:
    """(kind, namespace) of all identifiers that the log knows."""
    known = relation(connection, folder, "identities", version)
    found = connection.execute(f"SELECT DISTINCT subject_kind, namespace FROM ({known})").fetchall()
    return {(str(kind), str(namespace)) for kind, namespace in found}


def fresh_rows(import_no: int) -> str:
    """SQL of the identities that have to be added."""
    return (
        "SELECT kind AS subject_kind, ns AS namespace, lookup, ext AS external_id, subject, "
        f"{import_no}::INTEGER AS import_no FROM {PEOPLE} WHERE fresh"
    )


def ledger(folder: LogFolder) -> str:
    """SQL relation of the look-ups of everybody who was forgotten."""
    if not folder.ledger.exists():
        return "(SELECT NULL::BLOB AS lookup WHERE false)"
    return f"read_parquet({sql.literal(str(folder.ledger))})"


def _asked(staged: Staged) -> str:
    if staged.table == "attributes":
        return f"SELECT DISTINCT subject_kind AS kind, subject_ns AS ns, subject_ext AS ext FROM ({staged.select})"
    return (
        "SELECT DISTINCT 'customer' AS kind, customer_ns AS ns, customer_ext AS ext "
        f"FROM ({staged.select}) WHERE customer_ext IS NOT NULL"
    )


def _clash(connection: duckdb.DuckDBPyConnection, known: str) -> bool:
    """Whether a fresh key is taken already: about once in 2^63 / n times, but then it must not pass."""
    fresh = f"SELECT subject FROM {PEOPLE} WHERE fresh"
    row = connection.execute(
        "SELECT count(*) - count(DISTINCT subject), "
        f"(SELECT count(*) FROM ({fresh}) SEMI JOIN ({known}) USING (subject)) FROM ({fresh})"
    ).fetchone()
    return bool(row and (row[0] or row[1]))


def _temp(connection: duckdb.DuckDBPyConnection, name: str, select: str, **variables: str) -> None:
    for variable, value in variables.items():
        connection.execute(f"SET VARIABLE {variable} = ?", [value])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}")
    for variable in variables:
        connection.execute(f"RESET VARIABLE {variable}")


def find_subjects(
    connection: duckdb.DuckDBPyConnection, folder: LogFolder, version: LogVersion, *, external_id: str, kind: str
) -> list[tuple[str, int]]:
    """(namespace, surrogate key) of everybody with exactly this identifier, by the salted look-ups alone."""
    found = {}
    for known_kind, namespace in spaces(connection, folder, version):
        if known_kind == kind:
            found[lookup(folder.salt, kind=kind, namespace=namespace, external_id=external_id)] = namespace
    known = relation(connection, folder, "identities", version)
    merged = meaning_of(relation(connection, folder, "aliases", version))
    query = (
        f"SELECT k.lookup, coalesce(m.same_as, k.subject) FROM ({known}) k LEFT JOIN ({merged}) m "
        "ON m.alias = k.subject WHERE list_contains(?, k.lookup)"
    )
    rows = connection.execute(query, [list(found)]).fetchall() if found else []
    return sorted((found[bytes(wanted)], int(subject)) for wanted, subject in rows)


def find_subject(
    connection: duckdb.DuckDBPyConnection,
    folder: LogFolder,
    version: LogVersion,
    *,
    namespace: str | None,
    external_id: str,
    kind: str,
) -> int:
    """The surrogate key behind an identifier. Raises: CustomerUnknown, AmbiguousCustomer."""
    known = relation(connection, folder, "identities", version)
    if namespace is not None:
        wanted = lookup(folder.salt, kind=kind, namespace=namespace, external_id=external_id)
        found = connection.execute(f"SELECT subject, namespace FROM ({known}) WHERE lookup = ?", [wanted]).fetchall()
    else:
        query = f"SELECT subject, namespace FROM ({known}) WHERE external_id = ? AND subject_kind = ?"
        found = connection.execute(query, [external_id, kind]).fetchall()
    if not found:
        place = "" if namespace is None else f" of {namespace}"
        raise CustomerUnknown(f"No {kind}{place} with this identifier is known.")
    if len({subject for subject, _ in found}) > 1:
        spaces = ", ".join(sorted(str(space) for _, space in found))
        raise AmbiguousCustomer(f"The identifier stands in {spaces}.")
    return int(found[0][0])
