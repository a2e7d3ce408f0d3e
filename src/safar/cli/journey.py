"""`safar journey`: the path of steps and touchpoints, as versioned data."""

from __future__ import annotations

from pathlib import Path

import typer

from safar.cli.output import CsvOption, JsonOption, WorkspaceOption

app = typer.Typer(
    no_args_is_help=True,
    help="Journeys: the steps, their touchpoints and what one passage is.",
    epilog="Example: safar journey show > journey.toml",
)


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="journey")


@app.command()
def show(
    name: str | None = typer.Argument(None, help="Which journey.", show_default="the one published last"),
    version: str | None = typer.Option(None, "--version", help="An older version: the start of its hash."),
    workspace: Path = WorkspaceOption,
) -> None:
    """Print the journey in force, as a file that can be edited and published again.

    Example: safar journey show > journey.toml
    """
    from safar.cli.output import open_workspace

    opened = open_workspace(workspace)
    typer.echo(opened.published.read(opened.journey(name, version=version)[1]), nl=False)


@app.command()
def publish(
    file: Path = typer.Argument(help="A journey file (docs/reference/journey-file.md)."),
    note: str = typer.Option("", help="Why, for the history."),
    workspace: Path = WorkspaceOption,
) -> None:
    """Check a journey file and put it in force.

    Example: safar journey publish journey.toml
    """
    from safar.cli.output import now, open_workspace
    from safar.cli.publishing import read_text, show_published

    show_published(open_workspace(workspace).publish_journey(read_text(file), now=now(), note=note))


@app.command()
def history(as_json: bool = JsonOption, as_csv: bool = CsvOption, workspace: Path = WorkspaceOption) -> None:
    """List every version of every journey, the newest first.

    Example: safar journey history
    """
    from safar.cli.output import open_workspace
    from safar.cli.publishing import show_history

    show_history(open_workspace(workspace), "journey", as_json=as_json, as_csv=as_csv)


@app.command()
def restore(
    version: str = typer.Argument(help="Start of the hash of an older version (six characters at least)."),
    workspace: Path = WorkspaceOption,
) -> None:
    """Put an older version in force again.

    Example: safar journey restore 3f9a1c
    """
    from safar.cli.output import now, open_workspace
    from safar.cli.publishing import show_published
    from safar.usecases.rules import restore as put_back

    show_published(put_back(open_workspace(workspace), kind="journey", version=version, now=now()))
