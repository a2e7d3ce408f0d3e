"""Run a piece of work in a process of its own, say what it cost, and keep the figures."""

from __future__ import annotations

import importlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
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


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of a figure: `most` it may be, or `least` it must be. `at`: the x from which on it is asked."""

    column: str
    what: str
    most: float | None = None
    least: float | None = None
    at: float = 0.0


def cost(work: str, *, python: str = sys.executable, **arguments: Any) -> Cost:
    """Run `module:function` with keyword arguments in a new process; imports and start-up do not count.

    Where the function has an attribute `prepare`, that is called first with the same arguments, and does not count.
    """
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


def compared(works: Mapping[str, str], *, repeat: int, **arguments: Any) -> dict[str, Cost]:
    """Run pieces of work in turn, `repeat` times, and give the least CPU of each.

    In turn, so that a busy machine is busy for all of them; the least, because other work can only add.
    """
    best: dict[str, Cost] = {}
    for _ in range(repeat):
        for name, work in works.items():
            found = cost(work, **arguments)
            if name not in best or found.cpu_s < best[name].cpu_s:
                best[name] = found
    return best


def repeats(size: int) -> int:
    """How often a piece of work is run: small ones are noisy and cheap."""
    return 3 if size <= 1_000_000 else 1


def _child(work: str, arguments: dict[str, Any], answer: Path) -> None:
    module, name = work.split(":")
    function = getattr(importlib.import_module(module), name)
    if hasattr(function, "prepare"):
        function.prepare(**arguments)
    cpu, wall = time.process_time(), time.perf_counter()
    result = function(**arguments)
    measured = {
        "cpu_s": time.process_time() - cpu,
        "wall_s": time.perf_counter() - wall,
        "peak_mb": peak_mb(),
        "answer": result,
    }
    answer.write_text(json.dumps(measured, default=str), encoding="utf-8")


def peak_mb(process: int | str = "self") -> float:
    """The most memory that a process has held so far, MiB.

    Not `ru_maxrss`: that counts what the process that started this one held.
    """
    try:
        for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except FileNotFoundError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def report(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    x: str,
    targets: Sequence[Target],
    peer: str,
    versions: Sequence[str] = (),
    details: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> None:
    """Print the rows, keep them as JSON with where they were measured, and draw each target's column over `x`.

    details: further tables by their title.
    """
    import polars as pl

    OUT.mkdir(parents=True, exist_ok=True)
    kept: dict[str, Any] = {
        "name": name,
        "x": x,
        "peer": peer,
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "versions": {package: _version(package) for package in ("duckdb", "ibis-framework", "pyarrow")}
        | dict(one.split("==", 1) for one in versions),
        "targets": [{field: getattr(target, field) for field in Target.__slots__} for target in targets],
        "rows": list(rows),
        "details": {title: list(table) for title, table in (details or {}).items()},
    }
    (OUT / f"{name}.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
    with pl.Config(
        tbl_cols=-1,
        tbl_rows=-1,
        tbl_width_chars=200,
        float_precision=3,
        fmt_str_lengths=60,
        tbl_hide_dataframe_shape=True,
    ):
        for title, table in {name: kept["rows"], **kept["details"]}.items():
            print(f"\n{title}\n{pl.DataFrame(table)}", flush=True)
    _draw(name, kept["rows"], x=x, targets=targets)


def machine() -> str:
    """What kind of machine this is, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB memory, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _draw(name: str, rows: Sequence[Mapping[str, Any]], *, x: str, targets: Sequence[Target]) -> None:
    import altair as alt
    import polars as pl

    plots: list[Any] = []
    for target in targets:
        points = [{x: row[x], target.column: row[target.column]} for row in rows if row.get(target.column) is not None]
        bound = target.most if target.most is not None else target.least
        drawn = (
            alt.Chart(pl.DataFrame(points))
            .mark_line(point=True)
            .encode(
                x=alt.X(f"{x}:Q", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s")),
                y=alt.Y(f"{target.column}:Q", scale=alt.Scale(zero=True)),
            )
        )
        rule = alt.Chart(pl.DataFrame({"bound": [bound]})).mark_rule(strokeDash=[4, 4]).encode(y="bound:Q")
        plots.append((drawn + rule).properties(title=f"{target.what} (target dashed)", width=420, height=220))
    alt.vconcat(*plots).save(str(OUT / f"{name}.svg"))


if __name__ == "__main__":
    _child(sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3]))
