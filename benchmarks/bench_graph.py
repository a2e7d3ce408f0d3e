"""The journey graph with medians, and the variants, against a process-mining library that gives the same numbers.

The library (pm4py, AGPL) runs in an environment of its own, made on demand; the project never depends on it.
"""

from __future__ import annotations

import hashlib
import math
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.events import staged_events
from benchmarks.frame import OUT, Target, cost, report
from benchmarks.workspaces import opened
from safar.analysis.graph import journey_graph
from safar.analysis.moves import moves_at
from safar.analysis.variants import find_variants
from safar.usecases.journey_map import open_prepared, prepare

PINNED = ("pm4py==2.7.23.11", "pandas==3.1.1", "pyarrow==26.0.1", "numpy==2.4.6")
MOST_FOR_PEER = 10_000_000
TARGETS = (
    Target("times_prepared", "times less CPU than the library, on prepared tables", least=40.0, at=10_000_000),
    Target("times_graph", "the graph alone: times less CPU, on prepared tables", least=40.0, at=10_000_000),
    Target("times_whole", "times less CPU than the library, with preparation", least=5.0, at=10_000_000),
)


def main(*, sizes: list[int], seed: int) -> None:
    """Measure all sizes. Raises: AssertionError where the two do not give the same numbers."""
    python = peer_python()
    rows = []
    for size in sizes:
        folder = staged_events(size, seed=seed)
        prepared = folder / "prepared"
        if prepared.exists():
            shutil.rmtree(prepared)
        build = cost("benchmarks.bench_graph:build", folder=str(folder))
        ours = [cost("benchmarks.bench_graph:ask", folder=str(folder)) for _ in range(3 if size <= 1_000_000 else 2)]
        best = min(ours, key=lambda one: one.cpu_s).answer
        row: dict[str, Any] = {
            "events": size,
            "prepare_s": build.cpu_s,
            "graph_s": best["graph_s"],
            "variants_s": best["variants_s"],
            "peak_mb": max(build.peak_mb, *(one.peak_mb for one in ours)),
        }
        if size <= MOST_FOR_PEER:
            peer = cost("benchmarks.peer_mining:mine", python=str(python), file=str(folder / "events.parquet"))
            same_numbers(best, peer.answer)
            row |= _against(row, peer.answer) | {"peer_peak_mb": peer.peak_mb, "edges": len(best["edges"])}
        rows.append(row)
    report("graph", rows, x="events", targets=TARGETS, peer=f"pm4py on pandas ({', '.join(PINNED)})", versions=PINNED)


def _against(ours: dict[str, Any], peer: dict[str, Any]) -> dict[str, float]:
    asked = ours["graph_s"] + ours["variants_s"]
    theirs = peer["graph_s"] + peer["variants_s"]
    return {
        "peer_read_s": peer["read_s"],
        "peer_graph_s": peer["graph_s"],
        "peer_inner_graph_s": peer["inner_graph_s"],
        "peer_variants_s": peer["variants_s"],
        "times_prepared": theirs / asked,
        "times_graph": peer["graph_s"] / ours["graph_s"],
        "times_inner_graph": peer["inner_graph_s"] / ours["graph_s"],
        "times_whole": (peer["read_s"] + theirs) / (ours["prepare_s"] + asked),
    }


def peer_python() -> Path:
    """The library's environment; made the first time, from pinned versions."""
    folder = OUT / "peer-venv"
    python = folder / "bin" / "python"
    if not python.exists():
        OUT.mkdir(parents=True, exist_ok=True)
        uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
        if uv is None:
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
            subprocess.run([str(python), "-m", "pip", "install", "-q", *PINNED], check=True)
        else:
            subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(folder)], check=True)
            subprocess.run([uv, "pip", "install", "-q", "--python", str(python), *PINNED], check=True)
    return python


def build(*, folder: str) -> None:
    """From facts to moves and passages, rules included."""
    prepare(opened(folder))


def ask(*, folder: str) -> dict[str, Any]:
    """Graph and variants from the prepared tables: CPU-seconds of each, and what came out."""
    with open_prepared(opened(folder)) as found:
        as_of = found.origin.as_of
        assert as_of is not None
        began = time.process_time()
        moves = moves_at(found.moves, journey=found.journey, as_of=as_of, settled=found.settled)
        graph = journey_graph(moves, journey=found.journey, origin=found.origin, reach=False)
        graphed = time.process_time()
        passages = found.passages
        variants = find_variants(found.moves, journey=found.journey, origin=found.origin, passages=passages)
        done = time.process_time()
        every = find_variants(
            moves, journey=found.journey, origin=found.origin, limit=variants.distinct, passages=passages
        )
    sizes = sorted((one.passages for one in every.variants), reverse=True)
    return {
        "graph_s": graphed - began,
        "variants_s": done - graphed,
        "edges": {f"{edge.source}>{edge.target}": [edge.moves, edge.median_s] for edge in graph.edges},
        "variants": variants.distinct,
        "variant_sizes": hashlib.sha256(",".join(map(str, sizes)).encode()).hexdigest(),
        "largest": [one.passages for one in variants.variants],
    }


def same_numbers(ours: dict[str, Any], peer: dict[str, Any]) -> None:
    """Both must have counted the same edges, medians and variants. Raises: AssertionError."""
    assert ours["edges"].keys() == peer["edges"].keys()
    for edge, (moves, median) in ours["edges"].items():
        assert moves == peer["edges"][edge][0], edge
        assert math.isclose(median, peer["edges"][edge][1], rel_tol=1e-6, abs_tol=1e-3), edge
    for figure in ("variants", "largest", "variant_sizes"):
        assert ours[figure] == peer[figure], figure


def _warm(*, folder: str) -> None:
    import ibis

    ibis.duckdb.connect().execute(ibis.literal(1))
    opened(folder).log.head()


build.prepare = _warm  # type: ignore[attr-defined]
ask.prepare = _warm  # type: ignore[attr-defined]
