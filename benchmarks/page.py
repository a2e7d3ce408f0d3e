"""Write docs/reference/benchmarks.md from the figures that the benchmarks kept."""

from __future__ import annotations

import importlib
import json
from typing import Any

from benchmarks.frame import OUT, ROOT

PAGE = ROOT / "docs" / "reference" / "benchmarks.md"
NAMES = ("import", "moves", "graph", "page")

_HEAD = """# Benchmarks

`make bench` measures all of them; `make bench ARGS="import --rows 1000000"` one, at one size. Figures and plots of
growth go to `benchmarks/out/`. This page is written from them by `python -m benchmarks --page`.

Every figure is in CPU-seconds over all threads (imports and start-up left out), each piece of work in a process of its
own, the work and its peer in turn in the same run, and the least of several runs taken: other work on the machine can
only add. Ratios are what to compare; seconds belong to the machine. The map page alone is measured in seconds that a
reader waits. All data are made up: the [simulated company](simulated-company.md), or by a query in the benchmark.
"""


def write() -> None:
    """Write the page. Benchmarks that have not been run are left out."""
    parts = [_HEAD]
    for name in NAMES:
        file = OUT / f"{name}.json"
        if file.exists():
            parts.append(_section(name, json.loads(file.read_text(encoding="utf-8"))))
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


def _section(name: str, kept: dict[str, Any]) -> str:
    about = (importlib.import_module(f"benchmarks.bench_{name}").__doc__ or "").strip()
    versions = ", ".join(f"{package} {number}" for package, number in kept["versions"].items())
    largest = kept["rows"][-1]
    lines = [
        f"## {name}",
        "",
        about,
        "",
        f"Peer: {kept['peer']}.",
        "",
        f"Measured {kept['measured_at'][:10]} on {kept['machine']}; {versions}.",
        "",
        "| target | asked | measured at the largest size | |",
        "|---|---|---|---|",
        *(_verdict(target, largest) for target in kept["targets"]),
        "",
        *_table(kept["rows"]),
        "",
    ]
    return "\n".join(lines)


def _verdict(target: dict[str, Any], row: dict[str, Any]) -> str:
    value = row.get(target["column"])
    most, least = target["most"], target["least"]
    asked = f"≤ {most:g}" if most is not None else f"≥ {least:g}"
    if value is None:
        return f"| {target['what']} | {asked} | not measured | |"
    met = value <= most if most is not None else value >= least
    return f"| {target['what']} | {asked} | {_shown(value)} | {'met' if met else '**missed**'} |"


def _table(rows: list[dict[str, Any]]) -> list[str]:
    columns = list(rows[0])
    return [
        f"| {' | '.join(columns)} |",
        f"|{'---:|' * len(columns)}",
        *(f"| {' | '.join(_shown(row.get(column)) for column in columns)} |" for row in rows),
    ]


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
