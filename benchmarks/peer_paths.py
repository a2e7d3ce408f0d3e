"""The path-modeling library at the same work, in an environment of its own: run by `bench_path_model`, never imported.

By its public interface: a model without bootstrap, then with as many resamples as asked.
"""

from __future__ import annotations

import resource
from typing import Any


def bootstrap(*, file: str, resamples: int) -> dict[str, Any]:
    """CPU-seconds of one fit and of the resamples beyond it, and the paths that came out: of the answers as they are,
    and of answers that were standardized item by item before it got them.
    """
    import pandas as pd
    from plspm import config
    from plspm.mode import Mode
    from plspm.plspm import Plspm
    from plspm.scheme import Scheme

    rows = pd.read_csv(file)
    names = sorted({column[0] for column in rows.columns})
    structure = config.Structure()
    for target in names:
        if sources := [source for source, to in PATHS if to == target]:
            structure.add_path(sources, [target])
    model = config.Config(structure.path(), scaled=True)
    for name in names:
        model.add_lv_with_columns_named(name, Mode.A, rows, name)
    began = _cpu()
    Plspm(rows, model, Scheme.PATH)
    once = _cpu()
    Plspm(rows, model, Scheme.PATH, bootstrap=True, bootstrap_iterations=resamples)
    done = _cpu()

    def paths(of: Any) -> dict[str, float]:
        # It stops where squared changes are below 1e-6, far from the end: for equal figures, a fit to the end.
        coefficients = Plspm(of, model, Scheme.PATH, 1_000, 1e-18).path_coefficients()
        return {f"{a}>{b}": float(coefficients.loc[b, a]) for a, b in PATHS}

    return {
        "fit_s": once - began,
        "resample_s": max(done - once - (once - began), 0.0) / resamples,
        "paths": paths(rows),
        "paths_of_standardized": paths((rows - rows.mean()) / rows.std()),
    }


def _cpu() -> float:
    """CPU-seconds of this process and of those that it waited for: the library resamples in processes of its own."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


PATHS = tuple((pair[0], pair[1]) for pair in ["ac", "bc", "ad", "cd", "ce", "de", "df", "ef", "eg", "fg"])
"""Ten paths between seven constructs, a to g."""


def _load(**_arguments: Any) -> None:
    import pandas as pd  # noqa: F401
    from plspm.plspm import Plspm  # noqa: F401


bootstrap.prepare = _load  # type: ignore[attr-defined]
