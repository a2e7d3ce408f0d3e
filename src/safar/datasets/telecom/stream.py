"""The stream of facts, its staging in an engine, and the digest that names it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from safar.datasets.telecom.block import make_block
from safar.datasets.telecom.calendar import make_calendar
from safar.datasets.telecom.tables import FactBatch, to_batch
from safar.datasets.telecom.truth import Truth, read_truth
from safar.errors import InputError

START = date(2024, 1, 1)
SEED = 1
FEWEST, MOST = 1_000, 1_000_000_000
_TABLES = ("interactions", "feedback", "attributes")

Progress = Callable[[int, int], None]
"""Called with facts done and facts asked for."""


class BadSize(InputError):
    """The simulated company cannot have so many facts."""

    code = "simulation.bad-size"
    next_step = "Ask for 1,000 to 1,000,000,000 facts."


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """Names of the temporary tables that hold a simulated import, and how many facts each has."""

    source: str
    interactions: str
    feedback: str
    attributes: str
    rows: str
    counts: dict[str, int]


def check_size(facts: int) -> None:
    """Raises: BadSize for fewer than 1,000 or more than a billion facts."""
    if not FEWEST <= facts <= MOST:
        raise BadSize(f"{facts:,} facts cannot be simulated.")


def batches(
    *,
    facts: int,
    seed: int = SEED,
    start: date = START,
    batch_facts: int = 50_000,
    weighted: bool = False,
    truth: Truth | None = None,
) -> Iterator[FactBatch]:
    """The simulated company's facts, customer by customer, about `batch_facts` at a time.

    Ends with the last customer whose facts still fit `facts` (within 2 %). The facts do not depend on
    `batch_facts`; a longer stream of the same seed begins with the shorter one. `weighted`: survey weights that
    correct for unequal chances of being asked and of answering, by segment and channel; 1 otherwise.
    Raises: BadSize.
    """
    check_size(facts)
    known = truth or read_truth()
    calendar = make_calendar(known, start)
    left, number, first_row, first_attribute = facts, 0, 0, 0
    held: list[FactBatch] = []
    while left > 0:
        block = make_block(known, calendar, seed=seed, number=number)
        reached = block.facts_by_customer().cumsum()
        if reached[-1] > left:
            block = block.first_customers(int((reached <= left).sum()))
            left = 0
        batch = to_batch(
            known, calendar, block, first_row=first_row, first_attribute=first_attribute, weighted=weighted
        )
        left -= len(batch) if left else 0
        first_row += batch.interactions.num_rows
        first_attribute += batch.attributes.num_rows
        number += 1
        held.append(batch)
        if left <= 0 or sum(map(len, held)) >= batch_facts:
            yield from _cut(held, batch_facts)
            held = []


def _cut(held: list[FactBatch], batch_facts: int) -> Iterator[FactBatch]:
    """Whole blocks joined, or one block cut into several when smaller batches are wanted."""
    joined = FactBatch(**{name: pa.concat_tables([getattr(b, name) for b in held]) for name in (*_TABLES, "unsaid")})
    pieces = max(1, len(joined) // max(1, batch_facts))
    for i in range(pieces):
        part = {}
        for name in (*_TABLES, "unsaid"):
            table: pa.Table = getattr(joined, name)
            begin, end = table.num_rows * i // pieces, table.num_rows * (i + 1) // pieces
            part[name] = table.slice(begin, end - begin)
        yield FactBatch(**part)


def stage(
    con: duckdb.DuckDBPyConnection,
    *,
    facts: int,
    seed: int = SEED,
    start: date = START,
    weighted: bool = False,
    progress: Progress | None = None,
) -> Staged:
    """Fills the temporary tables `interactions`, `feedback`, `attributes` and `rows` of a connection.

    Memory stays bounded: batches are written one by one, and the engine spills what exceeds its limit.
    Raises: BadSize.
    """
    counts = dict.fromkeys(_TABLES, 0)
    for batch in batches(facts=facts, seed=seed, start=start, weighted=weighted):
        for name in _TABLES:
            table: pa.Table = getattr(batch, name)
            con.register("simulated_batch", table)
            if counts[name]:
                con.execute(f"INSERT INTO {name} SELECT * FROM simulated_batch")
            else:
                con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM simulated_batch")
            con.unregister("simulated_batch")
            counts[name] += table.num_rows
        if progress is not None:
            progress(sum(counts.values()), facts)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE rows AS SELECT row_id FROM interactions UNION ALL SELECT row_id FROM attributes"
    )
    source = read_truth().table["company"]["source"]
    return Staged(source=source, **{name: name for name in _TABLES}, rows="rows", counts=counts)


def digest(con: duckdb.DuckDBPyConnection) -> str:
    """SHA-256 of the staged facts, sorted by identity: the same for the same facts, whatever order they came in."""
    total = hashlib.sha256()
    for name in _TABLES:
        described = con.execute(f"DESCRIBE {name}").fetchall()
        columns = sorted(str(row[0]) for row in described)
        values = ", ".join(f"coalesce({_as_text(column)}, chr(30))" for column in columns)
        total.update(f"{name}:{','.join(columns)}\n".encode())
        rows = con.sql(f"SELECT md5(concat_ws(chr(31), {values})) AS h FROM {name} ORDER BY row_id, slot")
        for chunk in rows.to_arrow_reader(100_000):
            total.update("".join(chunk.column(0).to_pylist()).encode())
    return total.hexdigest()


def _as_text(column: str) -> str:
    if column in ("row_id", "submission"):
        return f"hex({column})"
    if column in ("ts", "valid_from"):
        return f"epoch_us({column})::VARCHAR"
    return f"{column}::VARCHAR"
