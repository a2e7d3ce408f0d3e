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
    from safar.server.log_lines import telling_errors
    from safar.server.worker import work

    with telling_errors(as_json=os.environ.get("SAFAR_LOG_FORMAT") == "json"):
        opened = open_workspace(workspace)
    as_json = opened.settings.log_format == "json"
    if not as_json:
        console.print(f"[bold]Working[/] for {opened.path}   (stop with Ctrl+C)", soft_wrap=True)
    with telling_errors(as_json=as_json):
        work(opened.path, dict(os.environ), migrate=True)
