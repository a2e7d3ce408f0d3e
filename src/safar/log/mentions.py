"""Identifiers of forgotten people in what is imported: found by the ledger's look-ups, which nobody can read back.

A look-up can only be compared. So words are cut where an identifier may begin and end, and every piece is hashed. What
an identifier with a space in it, or one that is glued to other letters, stands in is not found this way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import duckdb

from safar import sql
from safar.log.anonymous import BLANK
from safar.log.folder import LogFolder
from safar.log.identities import forgotten_among, spaces
from safar.log.manifest import LogVersion
from safar.log.schema import is_extra
from safar.log.staged import Staged

_CUTS = (r"[\s,;|\"'<>()\[\]{}]+", r"[^\p{L}\p{N}@._+%-]+")
_WORDS = "_safar_words"


def words(text: str) -> str:
    """SQL of the list of pieces of a text that may be identifiers, the whole text first."""
    cut = [f"regexp_split_to_array({text}, {sql.literal(one)})" for one in _CUTS]
    pieces = f"list_transform(list_concat({', '.join(cut)}), lambda piece: trim(piece, '.,:;!?-_'))"
    return f"list_distinct(list_concat([trim({text})], {pieces}, {', '.join(cut)}))"


def telling(word: str) -> str:
    """SQL: whether a piece names a person wherever it stands. A bare number may be anybody's order or amount."""
    return f"length({word}) >= 4 AND NOT regexp_full_match({word}, '[0-9]+')"


def mentioned(
    connection: duckdb.DuckDBPyConnection,
    folder: LogFolder,
    version: LogVersion,
    texts: str,
    *,
    also: Iterable[tuple[str, str]],
    name: str,
    numbers: bool = False,
) -> None:
    """Make the temporary table `name` (id, word): forgotten identifiers in texts, from a SELECT of (id, text).

    `also`: (kind, namespace) pairs besides those that the log knows. `numbers`: bare numbers and short words count too.
    """
    pairs = sorted({*spaces(connection, folder, version), *also})
    if not pairs:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT 0::BIGINT AS id, '' AS word WHERE false")
        return
    chosen = "word <> ''" if numbers else telling("word")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name}_words AS SELECT DISTINCT id, word FROM "
        f"(SELECT id, unnest({words('text')}) AS word FROM ({texts})) WHERE {chosen}"
    )
    listed = ", ".join(f"({sql.literal(kind)}, {sql.literal(namespace)})" for kind, namespace in pairs)
    # A look-up is of an exact text: words in capitals are found where the identifier is written without, and back.
    written = f"SELECT DISTINCT unnest([word, lower(word), upper(word)]) AS ext FROM {name}_words"
    every = f"SELECT kind, ns, ext FROM ({written}), (VALUES {listed}) p(kind, ns)"
    forgotten_among(connection, folder, every, name=f"{name}_hits")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT id, word FROM {name}_words "
        f"WHERE list_has_any([word, lower(word), upper(word)], (SELECT coalesce(list(ext), []) FROM {name}_hits))"
    )
    connection.execute(f"DROP TABLE {name}_words; DROP TABLE {name}_hits")


def without_mentions(
    connection: duckdb.DuckDBPyConnection, folder: LogFolder, version: LogVersion, tables: dict[str, Staged]
) -> dict[str, Staged]:
    """The staged tables with the identifiers of forgotten people taken out of words, links, properties and values.

    It is what forgetting did to the facts that the log held then, so that the same file again changes nothing.
    """
    if not folder.ledger.exists():
        return tables
    texts, also = [], set()
    for table, staged in tables.items():
        columns = _columns(table, staged)
        texts += [f"SELECT 0 AS id, {column} AS text FROM ({staged.select})" for column in columns]
        kind = "subject_kind" if table == "attributes" else "'customer'"
        ns = "subject_ns" if table == "attributes" else "customer_ns"
        found = connection.execute(f"SELECT DISTINCT {kind}, {ns} FROM ({staged.select}) WHERE {ns} IS NOT NULL")
        also |= {(str(one), str(space)) for one, space in found.fetchall()}
    if not texts:
        return tables
    told = f"SELECT DISTINCT id, text FROM ({' UNION ALL '.join(texts)}) WHERE text IS NOT NULL"
    mentioned(connection, folder, version, told, also=also, name=_WORDS)
    named = [str(row[0]) for row in connection.execute(f"SELECT DISTINCT word FROM {_WORDS} ORDER BY 1").fetchall()]
    connection.execute(f"DROP TABLE {_WORDS}")
    if not named:
        return tables
    # Longest first: one identifier may be a part of another.
    listed = f"[{sql.literals(sorted(named, key=lambda one: (-len(one), one)))}]"
    return {table: _cleaned(table, staged, listed) for table, staged in tables.items()}


def _columns(table: str, staged: Staged) -> list[str]:
    own = {"feedback": ["text"], "attributes": ["value"]}.get(table, [])
    return [sql.quoted(column) for column in (*own, *filter(is_extra, staged.extras))]


def _cleaned(table: str, staged: Staged, listed: str) -> Staged:
    changes = []
    for column in _columns(table, staged):
        if column == sql.quoted("text"):
            clean = f"list_reduce({listed}, lambda said, one: replace(said, one, {sql.literal(BLANK)}), {column})"
            hit = f"list_has_any({words(column)}, {listed})"
            changes.append(f"CASE WHEN {hit} THEN {clean} ELSE {column} END AS {column}")
        else:
            changes.append(f"CASE WHEN list_contains({listed}, {column}) THEN NULL ELSE {column} END AS {column}")
    if not changes:
        return staged
    return replace(staged, select=f"SELECT * REPLACE ({', '.join(changes)}) FROM ({staged.select})")
