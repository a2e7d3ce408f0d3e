"""`safar demo`: a simulated company, its map, and its pages, in one command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from safar.cli.output import console, errors, now, same_place
from safar.errors import Conflict

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


class NotADemo(Conflict):
    """The folder for the demo holds something else."""

    code = "demo.folder-in-use"
    next_step = "Name an empty or new folder: safar demo FOLDER"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: safar demo safar-demo --facts 500000")(demo)


def demo(
    folder: Path = typer.Argument(Path("safar-demo"), help="Where to make the workspace."),
    facts: int = typer.Option(200_000, min=1, help="About how many facts to simulate."),
    seed: int | None = typer.Option(None, help="The same seed makes the same facts.", show_default="a fixed one"),
    host: str | None = typer.Option(None, help="Address to listen on.", show_default="127.0.0.1"),
    port: int | None = typer.Option(
        None, min=0, max=65535, help="Port; 0 takes any free one.", show_default="setting port, 8321"
    ),
    no_browser: bool = typer.Option(False, "--no-browser", help="Do not open a browser."),
    no_serve: bool = typer.Option(False, "--no-serve", help="Make the workspace and print the map, then end."),
) -> None:
    """Make a workspace with a simulated company, print its journey map, and open its pages already signed in.

    A demo that is in the folder already is opened as it is.
    """
    workspace = _opened(folder) or _made(folder, facts=facts, seed=seed)
    print_map(workspace)
    console.print(f"\n[bold]Simulated data.[/] The workspace is in {workspace.path}", soft_wrap=True)
    if no_serve:
        console.print(f"Open its pages with: safar serve{same_place(folder)}", soft_wrap=True)
        return
    from safar.cli.serve import run

    run(
        workspace.path,
        host=host or workspace.settings.bind,
        port=workspace.settings.port if port is None else port,
        browser=not no_browser,
    )


def print_map(workspace: Workspace) -> None:
    """The journey map of a workspace, as `safar map` prints it."""
    from safar.cli.map import show_map
    from safar.usecases.journey_map import read_journey_map

    show_map(read_journey_map(workspace, now=now()), language=workspace.settings.language, few=workspace.settings.few)


def _opened(folder: Path) -> Workspace | None:
    """The demo that is in the folder already. Raises: NotADemo for anything else that is there."""
    from safar.usecases.workspace import Workspace

    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    if not (folder / "safar.toml").is_file():
        raise NotADemo(f"{folder} is not empty and holds no workspace.")
    workspace = Workspace.open(folder, environ=os.environ)
    if not workspace.simulated:
        raise NotADemo(f"The workspace in {folder} is not a simulated one.")
    console.print(f"Opening the demo that is in {folder}.", soft_wrap=True)
    return workspace


def _made(folder: Path, *, facts: int, seed: int | None) -> Workspace:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from safar.datasets import telecom
    from safar.usecases.demo import create_demo

    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=errors, transient=True
    ) as progress:
        task = progress.add_task("Simulating a company", total=None)
        return create_demo(
            path=folder,
            now=now(),
            facts=facts,
            seed=telecom.SEED if seed is None else seed,
            environ=os.environ,
            progress=lambda text: progress.update(task, description=text),
        )
