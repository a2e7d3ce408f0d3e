"""Workspaces full of simulated facts, staged once a size and seed and kept under `benchmarks/out/`."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.frame import OUT
from safar.usecases.demo import create_demo
from safar.usecases.workspace import Workspace

START = date(2024, 1, 1)
NOW = datetime(2026, 1, 5, tzinfo=UTC)
"""The moment that the benchmarks judge from: a few days after the last simulated fact."""


def staged(facts: int, *, seed: int) -> Path:
    """Folder of the workspace with about `facts` facts; made by the first who asks."""
    folder = OUT / "workspaces" / f"{facts}-{seed}"
    if not folder.exists():
        part = folder.with_name(folder.name + ".part")
        if part.exists():
            shutil.rmtree(part)
        part.parent.mkdir(parents=True, exist_ok=True)
        print(f"simulating {facts:,} facts, once …", flush=True)
        create_demo(path=part, now=NOW, facts=facts, seed=seed, start=START)
        part.rename(folder)
    return folder


def opened(folder: str | Path) -> Workspace:
    """The workspace in a folder, with the default settings of memory and threads."""
    return Workspace.open(Path(folder))
