"""Write docs/reference/benchmarks.md from the figures that the benchmarks kept."""

from __future__ import annotations

import importlib
import json
from typing import Any

from benchmarks.frame import OUT, ROOT

PAGE = ROOT / "docs" / "reference" / "benchmarks.md"
NAMES = (
    "import",
    "moves",
    "graph",
    "pages",
    "people",
    "path_model",
    "path_model_rows",
    "path_model_items",
)

_HEAD = """# Benchmarks

`make bench` measures all of them; `make bench ARGS="import --rows 1000000"` one, at one size. Figures and plots of
growth go to `benchmarks/out/`. This page is written from them by `python -m benchmarks --page`.

Every figure is in CPU-seconds over all threads (imports and start-up left out), each piece of work in a process of its
own, the work and its peer in turn in the same run. Up to 1 M facts the least of three runs is taken, for other work on
the machine can only add; beyond that one run is shown. Ratios are what to compare; seconds belong to the machine. The
pages alone are measured in seconds that a reader waits. All data are made up: the
[simulated company](simulated-company.md), or by a query in the benchmark.
"""


_CAUSES = {
    "import": "Where it goes: two thirds of an import are sorting each table by time and writing it, and most of the "
    "columns that the sort carries along hold one value in the whole file (source, slot, kind, scale …).",
    "moves": "Where it goes: below 1 M facts the 0.3 s that Ibis takes to put the queries together outweigh the facts. "
    "The build is cheaper than the plain copy at 10 M because moves have fewer columns than facts; against a copy of "
    "only those columns (`narrow`) it costs `ratio_narrow`.",
    "graph": "Where it goes: the graph reads four columns of prepared moves once, and half of its time is the two "
    "quantiles. `peer_inner_graph_s` is the library's inner function, which gives counts and medians in one pass over "
    "a table sorted before; its public functions take nine times that. Ours also gives the 90th percentile, the mean, "
    "starts and ends in the same time. Not counted is how many different passages and customers stand behind each edge "
    "(`reach`), which the library does not give.",
    "path_model": "Where it goes, in NumPy: three fifths are the iteration, on stacks of 250 correlation matrices; a "
    "quarter makes these matrices, one product of counts and of items' products; the rest are paths, HTMT and effects. "
    "The compiled loop takes the iteration to a third. The library's time per resample is measured on a few and "
    "multiplied, 15 minutes for 5,000. It does no HTMT. `paths_apart` is its largest difference from our paths: asked "
    "to standardize items, it divides them all by one deviation, that of all answers together, so that items that vary "
    "more weigh more. Of items that were standardized before, its paths are ours to 1e-10, which the benchmark checks. "
    "Ours equal seminr's and cSEM's on published data.",
    "pages": "Where it goes: published views are remembered results, laid out and written once for all who are shown "
    "the same; what is newer is prepared beside them, and lists show the last version meanwhile. Of a filtered map "
    "about 0.9 CPU-s go into putting some twenty queries together, whatever the number of facts, and the rest into "
    "reading moves and answers again for each. `load` is what else the machine was doing: with more than its cores' "
    "worth, waiting times grow by that much.",
    "people": "The bound on p95 is a wish of this benchmark, not of the specification. What limits it: "
    "pages are written by one Python process, so one core; `server_cores` near 1 means that "
    "it is busy all the time, and waiting grows from there. `database_cores` is PostgreSQL, `crowd_cores` the crowd "
    "itself, `lock_waits` how often a connection was seen waiting for a lock. `load` is everything that ran on the "
    "machine, the crowd included: with more than its cores' worth, waiting times grow by that much.",
}

_ABOUT = {
    "path_model_rows": "The same bootstrap, over rows of the sample.",
    "path_model_items": "The same bootstrap, over items.",
}


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
    about = _ABOUT.get(name) or (importlib.import_module(f"benchmarks.bench_{name}").__doc__ or "").strip()
    versions = ", ".join(f"{package} {number}" for package, number in kept["versions"].items())
    lines = [
        f"## {name}",
        "",
        about,
        "",
        f"Peer: {kept['peer']}.",
        "",
        f"Measured {kept['measured_at'][:10]} on {kept['machine']}; {versions}.",
        "",
        "| target | asked | worst measured | at | |",
        "|---|---|---|---|---|",
        *(_verdict(target, kept["rows"], x=kept["x"]) for target in kept["targets"]),
        "",
        *_table(kept["rows"]),
        *(["", _CAUSES[name]] if name in _CAUSES else []),
        *(
            line
            for title, table in kept.get("details", {}).items()
            for line in ("", f"### {title}", "", *_table(table))
        ),
        "",
    ]
    return "\n".join(lines)


def _verdict(target: dict[str, Any], rows: list[dict[str, Any]], *, x: str) -> str:
    most, least, column = target["most"], target["least"], target["column"]
    asked = f"≤ {most:g}" if most is not None else f"≥ {least:g}"
    measured = [row for row in rows if row.get(column) is not None and row[x] >= target["at"]]
    if not measured:
        return f"| {target['what']} | {asked} | not measured | | |"
    row = (max if most is not None else min)(measured, key=lambda one: one[column])
    met = row[column] <= most if most is not None else row[column] >= least
    return (
        f"| {target['what']} | {asked} | {_shown(row[column])} | {_shown(row[x])} | {'met' if met else '**missed**'} |"
    )


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
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
