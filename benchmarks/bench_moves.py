"""Building `moves` and `passages` with the rules, against reading, sorting and writing the same facts.

The build is what an open workspace does after an import: rules decided and joined, moves and passages written, synced
and swapped in. Two bounds: the same interactions whole, and only the columns of them that moves are made from.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.frame import OUT, Target, compared, repeats, report
from benchmarks.workspaces import opened, staged
from safar.usecases.prepare import PreparedKey, refresh

TARGETS = (Target("ratio", "build of moves and passages: CPU × plain read, sort and write", most=2.5),)
_NEEDED = "customer, link_opportunity, ts, row_no, slot_no, row_id, event, kind, channel, unit"


def main(*, sizes: list[int], seed: int) -> None:
    """Measure all sizes."""
    rows = []
    works = {name: f"benchmarks.bench_moves:{name}" for name in ("plain", "narrow", "build")}
    for size in sizes:
        found = compared(works, repeat=repeats(size), folder=str(staged(size, seed=seed)))
        plain, narrow, ours = found["plain"], found["narrow"], found["build"]
        rows.append(
            {
                "facts": size,
                "interactions": plain.answer,
                "moves": ours.answer,
                "plain_cpu_s": plain.cpu_s,
                "narrow_cpu_s": narrow.cpu_s,
                "build_cpu_s": ours.cpu_s,
                "ratio": ours.cpu_s / plain.cpu_s,
                "ratio_narrow": ours.cpu_s / narrow.cpu_s,
                "peak_mb": ours.peak_mb,
            }
        )
    report(
        "moves",
        rows,
        x="facts",
        targets=TARGETS,
        peer="DuckDB reads the interactions, sorts them by customer and time, and writes them to Parquet",
    )


def plain(*, folder: str) -> int:
    """The physical bound: every interaction read, sorted and written, by the same engine and settings."""
    return _sorted_copy(folder, "*")


def narrow(*, folder: str) -> int:
    """The same with only the columns that moves are made from."""
    return _sorted_copy(folder, _NEEDED)


def _sorted_copy(folder: str, columns: str) -> int:
    log = opened(folder).log
    with log.connect() as con, tempfile.TemporaryDirectory(dir=OUT) as out:
        files = ", ".join(f"'{path}'" for path in log.parquet_files("interactions"))
        row = con.execute(
            f"COPY (SELECT {columns} FROM read_parquet([{files}]) ORDER BY customer, ts, row_no, slot_no) "
            f"TO '{out}/sorted.parquet' (FORMAT parquet)"
        ).fetchone()
    return int(row[0]) if row else 0


def build(*, folder: str) -> int:
    """Moves and passages from the log, from nothing: how many moves."""
    workspace = opened(folder)
    journey, entry = workspace.journey()
    rules, rules_entry = workspace.rules(entry.name)
    key = PreparedKey(journey=journey, rules=rules, journey_hash=entry.hash, rules_hash=rules_entry.hash)
    with tempfile.TemporaryDirectory(dir=OUT) as out:
        return refresh(workspace.log, Path(out), key=key, wait_s=1.0).rows


def _warm(*, folder: str) -> None:
    """Load the libraries: what a process pays once is not the work's."""
    import ibis

    ibis.duckdb.connect().execute(ibis.literal(1))
    opened(folder).log.head()


for _work in (plain, narrow, build):
    _work.prepare = _warm  # type: ignore[attr-defined]
