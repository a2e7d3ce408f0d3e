"""Run a piece of work in a process of its own and say what it cost."""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "benchmarks" / "out"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a piece of work cost: CPU-seconds over all threads, wall seconds, peak memory of its process in MiB."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    answer: Any


def cost(work: str, *, python: str = sys.executable, **arguments: Any) -> Cost:
    """Run `module:function` with keyword arguments in a new process; imports and start-up do not count."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}", "PYTHONWARNINGS": "ignore"}
        subprocess.run(
            [python, "-m", "benchmarks.frame", work, json.dumps(arguments, default=str), str(answer)],
            check=True,
            env=env,
            cwd=ROOT,
        )
        return Cost(**json.loads(answer.read_text(encoding="utf-8")))


def _child(work: str, arguments: dict[str, Any], answer: Path) -> None:
    module, name = work.split(":")
    function = getattr(importlib.import_module(module), name)
    prepared = function.prepare(**arguments) if hasattr(function, "prepare") else None
    extra = {} if prepared is None else {"prepared": prepared}
    cpu, wall = time.process_time(), time.perf_counter()
    result = function(**arguments, **extra)
    measured = {
        "cpu_s": time.process_time() - cpu,
        "wall_s": time.perf_counter() - wall,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "answer": result,
    }
    answer.write_text(json.dumps(measured, default=str), encoding="utf-8")


def report(name: str, rows: list[dict[str, Any]], *, x: str, y: str, target: float | None = None) -> None:
    """Print the rows, keep them as JSON, and draw `y` over `x` (logarithmic) with the target as a line."""
    import altair as alt
    import polars as pl

    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    frame = pl.DataFrame(rows)
    with pl.Config(tbl_cols=-1, tbl_rows=-1, tbl_width_chars=160, float_precision=3):
        print(f"\n{name}\n{frame}")
    base = alt.Chart(alt.Data(values=rows))
    drawn: Any = base.mark_line(point=True).encode(
        x=alt.X(f"{x}:Q", scale=alt.Scale(type="log")), y=alt.Y(f"{y}:Q", scale=alt.Scale(zero=True))
    )
    if target is not None:
        rule = alt.Chart(alt.Data(values=[{"target": target}])).mark_rule(strokeDash=[4, 4]).encode(y="target:Q")
        drawn = drawn + rule
    drawn.properties(title=name, width=420, height=240).save(str(OUT / f"{name}.svg"))


if __name__ == "__main__":
    _child(sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3]))
