"""`safar demo`: a simulated company, its map, and its pages, in one command."""

from __future__ import annotations

import os
from collections.abc import Mapping
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
    facts: int | None = typer.Option(None, min=1, help="About how many facts to simulate.", show_default="200,000"),
    seed: int | None = typer.Option(None, help="The same seed makes the same facts.", show_default="a fixed one"),
    host: str | None = typer.Option(None, help="Address to listen on.", show_default="127.0.0.1"),
    port: int | None = typer.Option(
        None, min=0, max=65535, help="Port; 0 takes any free one.", show_default="setting port, 8321"
    ),
    no_browser: bool = typer.Option(False, "--no-browser", help="Do not open a browser."),
    no_serve: bool = typer.Option(False, "--no-serve", help="Make the workspace and print the map, then end."),
) -> None:
    """Make a workspace with a simulated company, print its journey map, and open its pages already signed in.

    A demo that is in the folder already is opened as it is: --facts and --seed are of a new one.
    """
    from safar.server.serve import claim_port
    from safar.settings import load_settings

    found = _opened(folder)
    if found is not None:
        _say_unused({"--facts": facts, "--seed": seed})
    settings = found.settings if found else load_settings(stored={}, environ=os.environ)
    host, port = host or settings.bind, settings.port if port is None else port
    if not no_serve:
        # Simulating takes a while: a port that is taken is told before, not after it.
        claim_port(host, port)
    workspace = found or _made(folder, facts=facts, seed=seed)
    print_map(workspace)
    console.print(f"\n[bold]Simulated data.[/] The workspace is in {workspace.path}", soft_wrap=True)
    if no_serve:
        console.print(f"Open its pages with: safar serve{same_place(folder)}", soft_wrap=True)
        return
    from safar.cli.serve import run

    run(workspace.path, host=host, port=port, browser=not no_browser)


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


def _say_unused(asked: Mapping[str, int | None]) -> None:
    """Say that the demo which is there already was not made as it is asked for now."""
    given = {name: value for name, value in asked.items() if value is not None}
    if not given:
        return
    names = " and ".join(given)
    options = " ".join(f"{name} {value}" for name, value in given.items())
    errors.print(
        f"Note: {names} {'does' if len(given) == 1 else 'do'} not change a demo that is there. "
        f"For a new one: safar demo NEW-FOLDER {options}",
        soft_wrap=True,
        markup=False,
    )


def _made(folder: Path, *, facts: int | None, seed: int | None) -> Workspace:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from safar.datasets import telecom
    from safar.usecases.demo import FACTS, create_demo

    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=errors, transient=True
    ) as progress:
        task = progress.add_task("Simulating a company", total=None)
        return create_demo(
            path=folder,
            now=now(),
            facts=FACTS if facts is None else facts,
            seed=telecom.SEED if seed is None else seed,
            environ=os.environ,
            progress=lambda text: progress.update(task, description=text),
        )
