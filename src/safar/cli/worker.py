"""`safar worker`: do long work, beside the server or on another machine."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from safar.cli.output import WorkspaceOption, console, open_workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: safar worker --workspace safar-demo")(worker)


def worker(workspace: Path = WorkspaceOption) -> None:
    """Do long work (imports, exports, reports) until stopped. May run any number of times beside `safar serve`."""
    from safar.server.worker import work

    opened = open_workspace(workspace)
    console.print(f"[bold]Working[/] for {opened.path}   (stop with Ctrl+C)", soft_wrap=True)
    work(opened.path, dict(os.environ), migrate=True)
