"""Moves and passages in one walk through sorted facts: the DuckDB fast path of `analysis.moves`.

DuckDB decides the rules, joins and sorts once; what windows say is then said about whole columns of subjects that
lie side by side, and written at once. The portable twin (`build_moves`, `build_passages`) sorts for each window and
reads its moves again to make passages. A test holds both equal. Method: docs/methods/passages.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import ibis
import ibis.expr.types as ir
import ibis.util
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from safar.analysis.moves import ORDER, goal_numbers
from safar.analysis.variants import path_type
from safar.domain.journey import Journey, PassageKind

_AT_ONCE = 500_000
_ROW_GROUP = 122_880
_REPEATING = {"run", "touchpoint_no", "step_no", "channel", "unit", "move_no", "slot_no"}
_REPEATING |= {"prev_touchpoint_no", "prev_step_no", "next_step_no"}
_WITHOUT_RANGE = {"row_id", "row_no", "slot_no", "channel", "unit", "next_ts", "step_start_ts", "goal_reached", "path"}
_NEVER = np.iinfo(np.int64).max
_NOBODY = np.iinfo(np.int64).min

_Ints = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]


def write_moves(facts: ir.Table, *, journey: Journey, moves: Path, passages: Path) -> int:
    """Write the moves and passages of `journey_facts` to two Parquet files; returns the number of moves.

    Columns as in `analysis.moves`; passages say no state, and carry `path` as `analysis.variants` reads it.
    Raises: OSError where the files cannot be written.
    """
    walk = _Walk(journey)
    rows = 0
    with (
        _nearly_in_order(facts) as batches,
        _Writer(moves) as to_moves,
        _Writer(passages) as to_passages,
    ):
        for part in _whole_keys(batches):
            found, runs = walk.through(_in_order(part))
            to_moves.write(found)
            to_passages.write(runs)
            rows += found.num_rows
    return rows


class _Writer:
    """A Parquet file that is opened with the first table's schema; an empty first table makes an empty file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, table: pa.Table) -> None:
        if self._file is None:
            # Where values hardly repeat, packing costs more than the bytes it saves. A text that is a subject repeats
            # with every move, and is grouped and looked up in half the time where it is said once.
            repeating = [name for name in table.column_names if name in _REPEATING]
            if table.schema.field("subject").type == pa.string():
                repeating.append("subject")
            options: dict[str, Any] = {
                "use_dictionary": repeating,
                "compression": {n: "lz4" if n in {*repeating, "subject"} else "none" for n in table.column_names},
                "write_statistics": [name for name in table.column_names if name not in _WITHOUT_RANGE],
            }
            self._file = pq.ParquetWriter(self._path, table.schema, **options)
        self._file.write_table(table, row_group_size=_ROW_GROUP)


@contextmanager
def _nearly_in_order(facts: ir.Table) -> Iterator[pa.RecordBatchReader]:
    """The facts by subject and time, a batch at a time; what ties is left to `_in_order`.

    Texts go by their hash (`key`), and order beyond the time decides seldom: a key of 16 bytes sorts in half the time.
    """
    backend: Any = facts.get_backend()
    view = ibis.util.gen_name("walked")
    key = "hash(subject)" if facts["subject"].type().is_string() else "subject"
    backend.create_view(view, facts)
    try:
        # Ibis' own way to batches knows an older DuckDB only.
        chosen = backend.con.sql(f"SELECT *, {key} AS key FROM {view} ORDER BY key, ts")
        with chosen.to_arrow_reader(_AT_ONCE) as batches:
            yield batches
    finally:
        backend.con.execute(f"DROP VIEW {view}")


def _whole_keys(batches: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Batches cut anew, so that no key lies in two; at least one, which may be empty."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        key = batch.column("key").to_numpy()
        if not len(key):
            continue
        cut = int(np.searchsorted(key, key[-1]))
        if cut == 0 and waiting and waiting[-1].column("key")[-1] == batch.column("key")[-1]:
            waiting.append(batch)
            continue
        if cut > 0:
            yield pa.Table.from_batches([*waiting, batch.slice(0, cut)], schema=batches.schema)
        elif waiting:
            yield pa.Table.from_batches(waiting, schema=batches.schema)
        waiting = [batch.slice(cut)]
    yield pa.Table.from_batches(waiting, schema=batches.schema)


def _in_order(part: pa.Table) -> pa.Table:
    """Rows that are sorted by key and time in the full order; those of two texts with one hash apart."""
    part = part.combine_chunks()
    key = _numbers(part, "key")
    changes = _changes(part)[1:]
    mixed = np.flatnonzero(changes & (key[1:] == key[:-1]))
    if mixed.size:
        part = _sorted_among(part, np.flatnonzero(np.isin(key, key[mixed])), by=("subject", *ORDER))
        changes = _changes(part)[1:]
    ts, row_no, slot_no = (_numbers(part, name) for name in ORDER[:-1])
    tie = np.flatnonzero(~changes & (ts[1:] == ts[:-1]))
    after = tie + 1
    rises = (row_no[after] > row_no[tie]) | ((row_no[after] == row_no[tie]) & (slot_no[after] > slot_no[tie]))
    if rises.all():
        return part
    return _sorted_among(part, np.union1d(tie, after), by=("subject", *ORDER))


def _sorted_among(part: pa.Table, rows: _Ints, *, by: tuple[str, ...]) -> pa.Table:
    """The part with some rows sorted within each key, at the places that they have."""
    chosen = part.select(["key", *by]).take(rows)
    order = np.arange(part.num_rows)
    order[rows] = rows[pc.sort_indices(chosen, sort_keys=[(name, "ascending") for name in ("key", *by)]).to_numpy()]
    return part.take(order)


@dataclass(frozen=True, slots=True)
class _Walk:
    """One journey's rules of where passages start and what they reach."""

    journey: Journey

    def through(self, facts: pa.Table) -> tuple[pa.Table, pa.Table]:
        """Moves and passages of facts in order, all of each subject."""
        facts = facts.combine_chunks()
        ts, touchpoint, step = _numbers(facts, "ts"), _numbers(facts, "touchpoint_no"), _numbers(facts, "step_no")
        n = facts.num_rows
        changes = _changes(facts)
        gap = np.diff(ts, prepend=ts[:1])
        starts = changes | self._cuts(touchpoint, gap)
        ends = np.append(starts[1:], True)[:n]
        first = np.flatnonzero(starts)
        last = np.flatnonzero(ends)
        length = last - first + 1
        start = np.repeat(first, length)
        at = np.arange(n)
        run = _runs(changes[first])
        enters = starts | (np.diff(step, prepend=step[:1]) != 0)
        entered = np.flatnonzero(enters)
        goal = self._is_goal(touchpoint)
        arrival = self._arrives(step, start)
        time = facts.column("ts").type
        moves: dict[str, Any] = {
            "subject": facts.column("subject"),
            "run": np.repeat(run, length),
            "customer": facts.column("customer"),
            **{name: facts.column(name) for name in ORDER},
            "touchpoint_no": touchpoint,
            "step_no": step,
            "channel": facts.column("channel"),
            "unit": facts.column("unit"),
            "move_no": (at - start + 1).astype(np.int32),
            "prev_touchpoint_no": pa.array(_shifted(touchpoint, 1), mask=starts),
            "prev_step_no": pa.array(_shifted(step, 1), mask=starts),
            "gap_us": pa.array(gap, mask=starts),
            "next_ts": pa.array(_shifted(ts, -1), mask=ends).view(time),
            "next_step_no": pa.array(_shifted(step, -1), mask=ends),
            "step_start_ts": pa.array(np.repeat(ts[entered], np.diff(entered, append=n))).view(time),
            "goal_reached": _latest(goal) >= start,
            "output_arrival": arrival,
        }
        passages: dict[str, Any] = {
            "subject": facts.column("subject").take(first),
            "run": run,
            "customer": _greatest(facts.column("customer"), first),
            "moves": length.astype(np.int64),
            "start_ts": pa.array(ts[first]).view(time),
            "last_ts": pa.array(ts[last]).view(time),
            "start_touchpoint_no": touchpoint[first],
            "end_touchpoint_no": touchpoint[last],
            "end_step_no": step[last],
            "furthest_no": np.maximum.reduceat(step, first) if n else step,
            "goal_ts": _earliest(ts, goal, first).view(time),
            "output_ts": _earliest(ts, arrival, first).view(time),
            "path": _paths(touchpoint.astype(path_type(self.journey)), first, length),
        }
        return pa.table(moves), pa.table(passages)

    def _cuts(self, touchpoint: npt.NDArray[np.int16], gap: _Ints) -> _Flags:
        """Where a passage starts although the subject is the same."""
        rule = self.journey.passage
        match rule.kind:
            case PassageKind.LINK:
                return np.zeros(len(gap), dtype=bool)
            case PassageKind.ANCHOR:
                return np.isin(touchpoint, [i for i, t in enumerate(self.journey.touchpoints) if t.id in rule.anchors])
            case PassageKind.INACTIVITY:
                return gap >= (rule.inactivity_s or 0) * 1_000_000

    def _is_goal(self, touchpoint: npt.NDArray[np.int16]) -> _Flags:
        goals = np.zeros(len(self.journey.touchpoints), dtype=bool)
        goals[goal_numbers(self.journey)] = True
        found: _Flags = goals[touchpoint]
        return found

    def _arrives(self, step: npt.NDArray[np.int16], start: _Ints) -> _Flags:
        """Where a passage is in the output step for the first time."""
        if self.journey.output is None:
            return np.zeros(len(step), dtype=bool)
        here = step == self.journey.position(self.journey.output.step)
        found: _Flags = here & (_shifted(_latest(here), 1, fill=-1) < start)
        return found


def _numbers(facts: pa.Table, name: str) -> Any:
    """A column without absent values as numbers; times in µs."""
    values = facts.column(name).to_numpy()
    return values.view(np.int64) if values.dtype.kind == "M" else values


def _changes(facts: pa.Table) -> _Flags:
    """Where another subject begins."""
    subject = facts.column("subject")
    found = np.ones(facts.num_rows, dtype=bool)
    if facts.num_rows > 1:
        found[1:] = pc.not_equal(subject[1:], subject[:-1]).to_numpy()
    return found


def _runs(opens: _Flags) -> npt.NDArray[np.int32]:
    """Number of each passage within its subject, where `opens` tells which are the first of one."""
    at = np.arange(len(opens))
    return (at - np.maximum.accumulate(np.where(opens, at, 0)) + 1).astype(np.int32)


def _latest(flags: _Flags) -> _Ints:
    """Position of the latest flag up to each row; -1 before the first."""
    return np.maximum.accumulate(np.where(flags, np.arange(len(flags)), -1))


def _shifted(values: Any, by: int, *, fill: int = 0) -> Any:
    """The value `by` rows before each row."""
    found = np.full_like(values, fill)
    if by > 0:
        found[by:] = values[:-by]
    else:
        found[:by] = values[-by:]
    return found


def _earliest(ts: _Ints, flags: _Flags, first: _Ints) -> Any:
    """Time of the first flag in each passage; absent where there is none."""
    if not len(first):
        return pa.array([], pa.int64())
    found = np.minimum.reduceat(np.where(flags, ts, _NEVER), first)
    return pa.array(found, mask=found == _NEVER)


def _greatest(customer: Any, first: _Ints) -> Any:
    """Greatest key in each passage; absent where nobody is known."""
    if not len(first):
        return pa.array([], customer.type)
    found = np.maximum.reduceat(customer.fill_null(_NOBODY).to_numpy(), first)
    return pa.array(found, mask=found == _NOBODY)


def _paths(touchpoint: npt.NDArray[Any], first: _Ints, length: _Ints) -> Any:
    """The bytes of each passage's touchpoints in order: they lie side by side already."""
    size = touchpoint.dtype.itemsize
    ends = np.append(first, len(touchpoint)) * size
    return pa.Array.from_buffers(
        pa.large_binary(), len(length), [None, pa.py_buffer(ends.astype(np.int64).data), pa.py_buffer(touchpoint.data)]
    )
