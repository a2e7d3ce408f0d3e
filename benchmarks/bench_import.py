"""Import of a CSV file, two facts a row, against DuckDB's plain copy of the same file to Parquet.

What import does beyond the copy: it checks every record and value, counts records, makes keys and identities, refuses
what was forgotten, sorts by time, and commits durably. Per produced fact, against the copy per row.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.frame import OUT, Target, compared, report
from benchmarks.workspaces import NOW
from safar.settings import Settings
from safar.usecases.import_ import import_files
from safar.usecases.workspace import Workspace

FACTS_A_ROW = 2
TARGETS = (Target("ratio_a_fact", "import a fact: CPU × plain copy a row", most=3.0),)

RECIPE = """
recipe = 1
name = "contacts"
source = "contacts"
namespace = "crm"
key = "{contact_id}"

[[interaction]]
slot = "contact"
kind = "submission"
event = "{event}"
time = "{at}"
customer = "{customer}"
channel = "{channel}"
unit = "{branch}"
actor = "customer"
links = { ticket = "{ticket}" }

[[feedback]]
kind = "nps"
question = "recommend"
value = "{score}"
scale = { min = 0, max = 10, best = "high" }
"""

_COLUMNS = (
    "contact_id VARCHAR, at TIMESTAMP, customer VARCHAR, event VARCHAR, channel VARCHAR, branch VARCHAR, "
    "ticket VARCHAR, score INTEGER"
)


def main(*, sizes: list[int], seed: int) -> None:
    """Measure all sizes, in produced facts."""
    rows = []
    for size in sizes:
        file = made_up(size // FACTS_A_ROW, seed=seed)
        works = {"copy": "benchmarks.bench_import:copy", "import": "benchmarks.bench_import:bring_in"}
        found = compared(works, repeat=3 if size <= 100_000 else 2 if size <= 1_000_000 else 1, file=str(file))
        plain, ours = found["copy"], found["import"]
        assert ours.answer == {"facts": size, "aside": 0}, ours.answer
        rows.append(_row(size, plain, ours, mb=file.stat().st_size / 1e6))
    report(
        "import",
        rows,
        x="facts",
        targets=TARGETS,
        peer="DuckDB COPY of the CSV file to Parquet, dialect and column types given",
    )


def _row(size: int, plain: Any, ours: Any, *, mb: float) -> dict[str, Any]:
    rows = size // FACTS_A_ROW
    return {
        "facts": size,
        "csv_mb": mb,
        "copy_cpu_s": plain.cpu_s,
        "import_cpu_s": ours.cpu_s,
        "copy_us_a_row": plain.cpu_s / rows * 1e6,
        "import_us_a_fact": ours.cpu_s / size * 1e6,
        "ratio_a_fact": (ours.cpu_s / size) / (plain.cpu_s / rows),
        "import_wall_s": ours.wall_s,
        "peak_mb": ours.peak_mb,
    }


def made_up(rows: int, *, seed: int) -> Path:
    """A CSV file of contacts, each with a rating; made by the first who asks."""
    file = OUT / "csv" / f"contacts-{rows}-{seed}.csv"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        with duckdb.connect() as con:
            con.execute(
                "COPY (SELECT 'k' || i AS contact_id, "
                f"TIMESTAMP '2024-01-01' + to_seconds((hash(i, {seed}) % 63072000)::BIGINT) AS at, "
                f"'C' || lpad((hash(i, 1, {seed}) % {max(rows // 8, 1)})::VARCHAR, 8, '0') AS customer, "
                "'event ' || hash(i, 2) % 30 AS event, ['web', 'app', 'call', 'shop'][1 + (hash(i, 3) % 4)::INTEGER] "
                "AS channel, 'branch ' || hash(i, 4) % 200 AS branch, 'T' || i // 3 AS ticket, "
                "hash(i, 5) % 11 AS score "
                f"FROM range({rows}) t(i)) TO '{part}' (FORMAT csv, HEADER)"
            )
        part.rename(file)
    return file


def copy(*, file: str) -> int:
    """The bound: the engine reads the file and writes it as Parquet, under the same settings."""
    usual = Settings()
    with tempfile.TemporaryDirectory(dir=OUT) as out:
        config = {"memory_limit": f"{usual.memory_limit_mb}MiB", "threads": usual.threads}
        with duckdb.connect(config=config) as con:
            columns = ", ".join(f"'{c.split()[0]}': '{c.split()[1]}'" for c in _COLUMNS.split(", "))
            row = con.execute(
                f"COPY (SELECT * FROM read_csv('{file}', auto_detect = false, header = true, delim = ',', "
                f"quote = '\"', escape = '\"', columns = {{{columns}}})) TO '{out}/copy.parquet' (FORMAT parquet)"
            ).fetchone()
    return int(row[0]) if row else 0


def bring_in(*, file: str) -> dict[str, int]:
    """The whole import into a new workspace, by a recipe."""
    folder = Path(tempfile.mkdtemp(dir=OUT))
    try:
        workspace = Workspace.create(folder / "ws", name="Import (simulated)", now=NOW, simulated=True)
        done = import_files(workspace=workspace, paths=[file], recipe=RECIPE, now=NOW)
        info = workspace.log.head()
        return {"facts": sum(info.rows[t] for t in ("interactions", "feedback")), "aside": _aside(done)}
    finally:
        shutil.rmtree(folder)


def _aside(done: Any) -> int:
    return sum(file.set_aside for file in done.files)


def _warm(*, file: str) -> None:
    """Load the libraries: a file of ten rows goes the whole way."""
    small = made_up(10, seed=0)
    if str(small) != file:
        bring_in(file=str(small))


bring_in.prepare = _warm  # type: ignore[attr-defined]
