"""`safar check`: is everything there that a workspace needs?"""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import typer

from safar.cli.output import CsvOption, JsonOption, WorkspaceOption, console, show_rows
from safar.domain.wording import name_documents


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: safar check --workspace safar-demo")(check)


def check(workspace: Path = WorkspaceOption, as_json: bool = JsonOption, as_csv: bool = CsvOption) -> None:
    """Look at settings, database, workers, log, disk, memory, time zone, fonts, mail. Exit code 1 where one fails."""
    from safar.server import configure
    from safar.usecases.check import CheckState, check_workspace

    lines = check_workspace(configure(workspace, environ=os.environ, migrate=False), now=datetime.now(UTC))
    if as_json or as_csv:
        show_rows([asdict(line) for line in lines], as_json=as_json, as_csv=as_csv)
    else:
        from rich.table import Table
        from rich.text import Text

        colors = {CheckState.OK: "green", CheckState.WARN: "yellow", CheckState.FAIL: "bold red"}
        table = Table.grid(padding=(0, 2))
        for at in range(3):
            table.add_column(no_wrap=at < 2, overflow="fold")
        for line in lines:
            table.add_row(Text(line.state, style=colors[line.state]), line.name, Text(line.message))
            if line.next_step:
                table.add_row("", "", Text(name_documents(line.next_step)))
        console.print(table)
    if any(line.state is CheckState.FAIL for line in lines):
        raise typer.Exit(1)
