"""`python -m benchmarks.levels [NAME …] [--sets N] [--minutes M] [--write]`."""

from __future__ import annotations

import argparse
from functools import partial

from rich.progress import Progress, TaskID

from benchmarks.levels import pages
from benchmarks.levels.work import run
from benchmarks.levels.works import WORKS

PRINTED = 20_261_122
"""The stream of the printed tables; the tests draw from another."""


def _told(bar: Progress, task: TaskID, done: int, of: int) -> None:
    bar.update(task, completed=done, total=of)


def main() -> None:
    """Run the simulations, print their tables, and write them into the pages where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.levels", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(WORKS)}; all where none is named"
    )
    parser.add_argument("--sets", type=int, help="data sets of each case, in place of those of the printed table")
    parser.add_argument("--minutes", type=float, default=60.0, help="end each one after so long, with what is there")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/methods")
    asked = parser.parse_args()
    for name in asked.names or WORKS:
        if name not in WORKS:
            parser.error(f"no simulation {name!r}; there are {', '.join(WORKS)}")
        work = WORKS[name]
        with Progress(transient=True) as bar:
            task = bar.add_task(name, total=None)
            found = run(
                work,
                sets=asked.sets or work.sets,
                stream=PRINTED,
                seconds=60 * asked.minutes,
                progress=partial(_told, bar, task),
            )
        print(f"\n{name}: {next(iter(found.values())).sets:,} data sets a case\n{pages.table(work, found)}", flush=True)
        if asked.write:
            pages.write(name, work, found)


if __name__ == "__main__":
    main()
