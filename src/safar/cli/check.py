"""`safar check`: is everything there that a workspace needs?"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import typer

from safar.cli.output import JsonOption, WorkspaceOption, console, show_rows


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: safar check --workspace safar-demo")(check)


def check(workspace: Path = WorkspaceOption, as_json: bool = JsonOption) -> None:
    """Look at settings, database, log, disk, memory, time zone, fonts and mail. Exit code 1 where something fails."""
    from safar.server import configure
    from safar.usecases.check import CheckState, check_workspace

    lines = check_workspace(configure(workspace, environ=os.environ, migrate=False))
    if as_json:
        show_rows([asdict(line) for line in lines], as_json=True)
    else:
        colors = {CheckState.OK: "green", CheckState.WARN: "yellow", CheckState.FAIL: "bold red"}
        for line in lines:
            console.print(f"[{colors[line.state]}]{line.state:<4}[/]  {line.name:<10}  ", end="")
            console.print(line.message, markup=False, soft_wrap=True)
            if line.next_step:
                console.print(f"{'':18}{line.next_step}", markup=False, soft_wrap=True)
    if any(line.state is CheckState.FAIL for line in lines):
        raise typer.Exit(1)
