"""`python -m benchmarks [NAME …] [options]`."""

from __future__ import annotations

import argparse
import importlib
import pkgutil

import benchmarks
from benchmarks import page


def main() -> None:
    """Run the named benchmarks, or all."""
    names = [
        m.name.removeprefix("bench_") for m in pkgutil.iter_modules(benchmarks.__path__) if m.name.startswith("bench_")
    ]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=benchmarks.__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(names)}; all where none is named"
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000], help="sizes")
    parser.add_argument("--page", action="store_true", help="write the documentation page from the kept figures")
    parser.add_argument("--seed", type=int, default=7, help="seed of the made-up data")
    asked = parser.parse_args()
    if asked.page:
        page.write()
        return
    for name in asked.names or names:
        if name not in names:
            parser.error(f"no benchmark {name!r}; there are {', '.join(names)}")
        importlib.import_module(f"benchmarks.bench_{name}").main(sizes=asked.rows, seed=asked.seed)


if __name__ == "__main__":
    main()
