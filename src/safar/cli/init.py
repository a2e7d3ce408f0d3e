"""`safar init`: make an empty workspace."""

from __future__ import annotations

import os
from pathlib import Path

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init", help="Make an empty workspace in a folder.", epilog="Example: safar init acme --name 'Acme'")(
        _init
    )


def _init(
    folder: Path = typer.Argument(help="An empty or new folder."),
    name: str = typer.Option(None, help="The company's name.", show_default="the folder's name"),
    journey: str = typer.Option("nine-steps", help="The journey to begin with: nine-steps or five-stages."),
    time_zone: str = typer.Option("UTC", help="Reporting time zone; decides the local day."),
) -> None:
    from safar.cli.output import console, now
    from safar.domain.wording import place_option
    from safar.usecases.start import start_workspace

    workspace = start_workspace(
        path=folder,
        name=name or folder.resolve().name,
        journey=journey,
        time_zone=time_zone,
        now=now(),
        environ=os.environ,
    )
    console.print(f"Made the workspace [bold]{workspace.name}[/] in {workspace.path}.")
    console.print(f"Next: safar import FILE{place_option(folder)}", soft_wrap=True)
