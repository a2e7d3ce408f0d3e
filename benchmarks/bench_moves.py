"""Building `moves` and `passages` with the rules, against reading, sorting and writing the same facts.

Two journeys over the same facts: the simulated company's own, whose passages follow a link that a part of the facts
carry, and one that follows every customer until a pause, so that every fact that the rules know becomes a move.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.frame import OUT, Target, compared, repeats, report
from benchmarks.workspaces import opened, staged

from safar.files.journey import read_journey
from safar.usecases.prepare import PreparedKey, refresh

TARGETS = (
    Target("ratio_link", "passages by link: CPU × plain read, sort and write", most=2.5),
    Target("ratio_pause", "passages by pause, every fact: CPU × plain read, sort and write", most=2.5),
)


def main(*, sizes: list[int], seed: int) -> None:
    """Measure all sizes."""
    rows = []
    for size in sizes:
        folder = staged(size, seed=seed)
        works = {
            "plain": "benchmarks.bench_moves:plain",
            "link": "benchmarks.bench_moves:by_link",
            "pause": "benchmarks.bench_moves:by_pause",
        }
        found = compared(works, repeat=repeats(size), folder=str(folder))
        plain = found["plain"]
        rows.append(
            {
                "facts": size,
                "interactions": plain.answer,
                "plain_cpu_s": plain.cpu_s,
                "link_cpu_s": found["link"].cpu_s,
                "ratio_link": found["link"].cpu_s / plain.cpu_s,
                "moves_link": found["link"].answer,
                "pause_cpu_s": found["pause"].cpu_s,
                "ratio_pause": found["pause"].cpu_s / plain.cpu_s,
                "moves_pause": found["pause"].answer,
                "peak_mb": max(found["link"].peak_mb, found["pause"].peak_mb),
            }
        )
    report(
        "moves",
        rows,
        x="facts",
        targets=TARGETS,
        peer="DuckDB reads all interactions, sorts them by customer and time, and writes them to Parquet",
    )


def plain(*, folder: str) -> int:
    """The physical bound: every interaction read, sorted and written, by the same engine and settings."""
    log = opened(folder).log
    with log.connect() as con, tempfile.TemporaryDirectory(dir=OUT) as out:
        files = ", ".join(f"'{path}'" for path in log.parquet_files("interactions"))
        row = con.execute(
            f"COPY (SELECT * FROM read_parquet([{files}]) ORDER BY customer, ts, row_no, slot_no) "
            f"TO '{out}/sorted.parquet' (FORMAT parquet)"
        ).fetchone()
    return int(row[0]) if row else 0


def by_link(*, folder: str) -> int:
    """The company's own journey: moves."""
    return _build(folder, pause_days=None)


def by_pause(*, folder: str) -> int:
    """The same touchpoints, a passage of a customer ends with a pause of 60 days: moves."""
    return _build(folder, pause_days=60)


def _build(folder: str, *, pause_days: int | None) -> int:
    workspace = opened(folder)
    journey, entry = workspace.journey()
    if pause_days is not None:
        journey = by_inactivity(workspace.published.read(entry), days=pause_days)
    rules, rules_entry = workspace.rules(entry.name)
    key = PreparedKey(journey=journey, rules=rules, journey_hash=entry.hash, rules_hash=rules_entry.hash)
    with tempfile.TemporaryDirectory(dir=OUT) as out:
        return refresh(workspace.log, Path(out), key=key, wait_s=1.0).rows


def by_inactivity(text: str, *, days: int) -> Any:
    """The journey of a file's text with passages that end by a pause."""
    passage = f'[passage]\nkind = "inactivity"\ninactivity_days = {days}\n'
    return read_journey(re.sub(r"\[passage\][^\[]*", passage + "\n", text, count=1))


def _warm(*, folder: str) -> None:
    """Load the libraries: what a process pays once is not the work's."""
    import ibis

    ibis.duckdb.connect().execute(ibis.literal(1))
    opened(folder).log.head()


for _work in (plain, by_link, by_pause):
    _work.prepare = _warm  # type: ignore[attr-defined]
