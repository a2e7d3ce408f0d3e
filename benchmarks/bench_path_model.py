"""The bootstrap of a path model: seven constructs, 24 items, 250 answers, with HTMT and total effects in each resample.

On one core, in NumPy and with the compiled loop of the extra `fast`, against the path-modeling library for Python
(plspm, GPL), which runs in an environment of its own, made on demand; the project never depends on it.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path as File
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.frame import OUT, Target, cost, report
from benchmarks.peer_paths import PATHS
from safar.analysis.path_model import weights
from safar.analysis.path_model.bootstrap import bootstrap
from safar.analysis.path_model.estimate import Fits, Options, estimate
from safar.analysis.path_model.moments import Sample
from safar.analysis.path_model.quality import htmt
from safar.analysis.path_model.structure import total_effects
from safar.domain.path_model import Construct, Path, PathModel

PINNED = ("plspm==0.5.7", "pandas==2.2.3", "numpy==1.26.4", "scipy==1.17.1", "statsmodels==0.15.0")
NAMES = "abcdefg"
SIZES = (4, 4, 3, 3, 3, 4, 3)
RESAMPLES = (500, 1_000, 2_000, 5_000, 10_000)
ROWS = (100, 250, 1_000, 5_000)
TIMES_ITEMS = (1, 2, 4)
PEER_RESAMPLES = 20
ASKED = 5_000
WAYS = ("numpy", "compiled")
TARGETS = (
    Target("numpy_s_5000", "CPU-seconds in NumPy, brought to 5,000 resamples", most=0.6),
    Target("compiled_s_5000", "CPU-seconds compiled, brought to 5,000 resamples", most=0.2),
    Target("times", "times less CPU than the library, in NumPy", least=2_000.0),
)
GROWTH = (
    Target("numpy_us", "microseconds a resample in NumPy (120 are asked at 250 × 24)", most=500.0),
    Target("compiled_us", "microseconds a resample, compiled (40 are asked at 250 × 24)", most=500.0),
)


def main(*, sizes: list[int], seed: int) -> None:
    """Measure. sizes are those of facts: not used. Raises: AssertionError where paths are far from the library's."""
    del sizes
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    OUT.mkdir(parents=True, exist_ok=True)
    file = OUT / "path_model.csv"
    rows = answers(250, 1, seed)
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([model(1).items, *rows.tolist()])
    peer = cost(
        "benchmarks.peer_paths:bootstrap", python=str(_peer_python()), file=str(file), resamples=PEER_RESAMPLES
    ).answer
    apart = _apart(peer["paths"], rows, least=0.01)
    _apart(peer["paths_of_standardized"], rows, least=1e-9)
    by_resamples = []
    for resamples in RESAMPLES:
        row: dict[str, Any] = {"resamples": resamples} | _measured(resamples=resamples, n=250, times=1, seed=seed)
        row["numpy_s_5000"], row["compiled_s_5000"] = (row[f"{way}_us"] * ASKED / 1e6 for way in WAYS)
        row["peer_resample_ms"], row["peer_s"] = 1_000 * peer["resample_s"], peer["resample_s"] * resamples
        by_resamples.append(row | {"times": row["peer_s"] / row["numpy_s"], "paths_apart": apart})
    report(
        "path_model", by_resamples, x="resamples", targets=TARGETS, versions=PINNED,
        peer=f"plspm ({', '.join(PINNED)}), {PEER_RESAMPLES} resamples, their mean multiplied",
    )  # fmt: skip
    by_rows = [{"n": n} | _measured(resamples=ASKED, n=n, times=1, seed=seed) for n in ROWS]
    report("path_model_rows", by_rows, x="n", targets=GROWTH, peer="none")
    by_items = [
        {"items": sum(SIZES) * times} | _measured(resamples=ASKED, n=250, times=times, seed=seed)
        for times in TIMES_ITEMS
    ]
    report("path_model_items", by_items, x="items", targets=GROWTH, peer="none")


def _measured(*, resamples: int, n: int, times: int, seed: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for way in WAYS:
        costs = [
            cost("benchmarks.bench_path_model:resample", way=way, resamples=resamples, n=n, times=times, seed=seed)
            for _ in range(2)
        ]
        least = min(costs, key=lambda one: one.cpu_s)
        found[f"{way}_s"], found[f"{way}_us"] = least.cpu_s, 1e6 * least.cpu_s / resamples
        found[f"{way}_peak_mb"] = least.peak_mb
    return found


def resample(*, way: str, resamples: int, n: int, times: int, seed: int) -> float:
    """The bootstrap. Gives the mean of all figures, so that nothing is left undone."""
    sample = Sample(answers(n, times, seed), np.ones(n))
    weights.WORTH_COMPILING = 1 if way == "compiled" else sys.maxsize
    drawn = bootstrap(model(times), sample, Options(), resamples=resamples, seed=seed, keep=_kept)
    return float(np.mean([values.mean() for values in drawn.figures.values()]))


def _warm(*, way: str, resamples: int, n: int, times: int, seed: int) -> None:
    """What a first call does and no later one: machine code is made or loaded, libraries are imported."""
    del resamples
    resample(way=way, resamples=50, n=n, times=times, seed=seed)


resample.prepare = _warm  # type: ignore[attr-defined]


def _kept(fits: Fits) -> dict[str, NDArray[np.float64]]:
    return {
        "paths": fits.structure.paths,
        "total": total_effects(fits.structure.paths),
        "htmt": htmt(fits.correlations, fits.layout),
    }


def model(times: int) -> PathModel:
    """Seven constructs with 24 items, or as many times that."""
    return PathModel(
        name="bench",
        constructs=tuple(
            Construct(name=name, items=tuple(f"{name}{k}" for k in range(size * times)))
            for name, size in zip(NAMES, SIZES, strict=True)
        ),
        paths=tuple(Path(source=source, target=target) for source, target in PATHS),
    )


def answers(n: int, times: int, seed: int) -> NDArray[np.float64]:
    """Rows of common factors, loadings 0.8, paths 0.35 before scores are standardized."""
    chance = np.random.default_rng(seed)
    scores: dict[str, NDArray[np.float64]] = {}
    blocks = []
    for name, size in zip(NAMES, SIZES, strict=True):
        score = chance.normal(size=n)
        for source in (source for source, target in PATHS if target == name):
            score = score + 0.45 * scores[source]
        scores[name] = score / score.std()
        blocks.append(0.8 * scores[name][:, None] + 0.6 * chance.normal(size=(n, size * times)))
    return np.hstack(blocks)


def _apart(theirs: dict[str, float], rows: NDArray[np.float64], *, least: float) -> float:
    """The largest difference of a path, which must be below `least`.

    The library says that it standardizes items (`scaled=True`) but divides them all by one deviation, that of all
    answers together: it works on covariances, where items that vary more weigh more. Of items that were standardized
    before, its paths are ours. It does the same work either way.
    """
    fits = estimate(model(1), Sample(rows, np.ones(len(rows))), np.ones((1, len(rows))), Options())
    paths = fits.structure.paths[0]
    far = max(abs(paths[NAMES.index(one[0]), NAMES.index(one[-1])] - value) for one, value in theirs.items())
    assert far < least, far
    return float(far)


def _peer_python() -> File:
    """The library's environment; made the first time, from pinned versions."""
    folder = OUT / "path-peer-venv"
    python = folder / "bin" / "python"
    if not python.exists():
        uv = shutil.which("uv", path=str(File(sys.executable).parent)) or shutil.which("uv")
        if uv is None:
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
            subprocess.run([str(python), "-m", "pip", "install", "-q", *PINNED], check=True)
        else:
            subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(folder)], check=True)
            subprocess.run([uv, "pip", "install", "-q", "--python", str(python), *PINNED], check=True)
    return python
