"""Safar: open customer experience management.

    import safar
    ws = safar.open("folder")
    ws.measure("nps", by=["step"])
    ws.journey_map()
    safar.PathModel("Trust =~ t1 + t2 + t3 …").bootstrap("answers.csv")

The public door: everything else is reached through a workspace. Loading it loads no engine and no Django.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from safar.analysis.filters import Filters
    from safar.analysis.result import Result
    from safar.charts.render import Chart
    from safar.errors import SafarError
    from safar.usecases.library import LibraryWorkspace as Workspace
    from safar.usecases.path_model_comparison import compare_models
    from safar.usecases.path_model_library import LibraryPathModel as PathModel
    from safar.usecases.questionnaire_library import LibraryQuestionnaire as Questionnaire

__all__ = [
    "Filters",
    "PathModel",
    "Questionnaire",
    "SafarError",
    "Workspace",
    "chart",
    "compare_models",
    "create",
    "demo",
    "open",
]

_HOMES = {
    "Filters": "safar.analysis.filters",
    "PathModel": "safar.usecases.path_model_library:LibraryPathModel",
    "Questionnaire": "safar.usecases.questionnaire_library:LibraryQuestionnaire",
    "SafarError": "safar.errors",
    "Workspace": "safar.usecases.library:LibraryWorkspace",
    "compare_models": "safar.usecases.path_model_comparison",
}


def __getattr__(name: str) -> Any:
    # Loaded on first use: `import safar` must answer at once.
    if name not in _HOMES:
        raise AttributeError(f"module 'safar' has no attribute {name!r}")
    import importlib

    module, _, known_as = _HOMES[name].partition(":")
    return getattr(importlib.import_module(module), known_as or name)


def open(path: str) -> Workspace:  # noqa: A001  # `safar.open` is what a notebook user types
    """Open the workspace in a folder, with the settings of its file and of `SAFAR_…` variables."""
    import os

    from safar.usecases.library import LibraryWorkspace as Workspace

    return Workspace.open(path, environ=os.environ)


def create(path: str, *, name: str) -> Workspace:
    """Make an empty workspace in a folder."""
    import os
    from datetime import UTC, datetime

    from safar.usecases.library import LibraryWorkspace as Workspace

    return Workspace.create(path, name=name, now=datetime.now(UTC), environ=os.environ)


def demo(path: str, *, facts: int = 200_000, seed: int = 1) -> Workspace:
    """Make a workspace with the simulated telecom company, about so many facts; the same seed gives the same ones."""
    import os
    from datetime import UTC, datetime
    from pathlib import Path

    from safar.usecases.demo import create_demo

    create_demo(path=Path(path), now=datetime.now(UTC), facts=facts, seed=seed, environ=os.environ)
    return open(path)


def chart(result: Result) -> Chart:
    """A chart of a result: shown by a notebook, written by `.save("map.svg")`, changed through `.altair`."""
    from safar.charts.render import chart_of

    return chart_of(result)
