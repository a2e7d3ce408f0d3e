"""`safar rules`: which event is which touchpoint, as versioned data."""

from __future__ import annotations

from pathlib import Path

import typer

from safar.cli.output import CsvOption, JsonOption, WorkspaceOption

app = typer.Typer(
    no_args_is_help=True,
    help="Rules: which event is which touchpoint. Change one and the whole history follows.",
    epilog="Example: safar rules preview rules.toml && safar rules publish rules.toml",
)
_FILE = typer.Argument(help="A rules file (docs/reference/rules-file.md).")
_VERSION = typer.Option(None, "--version", help="An older version: the start of its hash.")
_JOURNEY = typer.Option(None, "--journey", help="Of this journey.", show_default="the usual one")


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="rules")


@app.command()
def show(journey: str | None = _JOURNEY, version: str | None = _VERSION, workspace: Path = WorkspaceOption) -> None:
    """Print the rules in force, as a file that can be edited and published again.

    Example: safar rules show > rules.toml
    """
    from safar.cli.output import open_workspace

    opened = open_workspace(workspace)
    typer.echo(opened.published.read(opened.rules(journey, version=version)[1]), nl=False)


@app.command()
def publish(
    file: Path = _FILE,
    note: str = typer.Option("", help="Why, for the history."),
    workspace: Path = WorkspaceOption,
) -> None:
    """Check a rules file and put it in force.

    Example: safar rules publish rules.toml --note 'chat is its own touchpoint'
    """
    from safar.cli.output import now, open_workspace
    from safar.cli.publishing import read_text, show_published

    show_published(open_workspace(workspace).publish_rules(read_text(file), now=now(), note=note))


@app.command()
def preview(
    file: Path = _FILE, as_json: bool = JsonOption, as_csv: bool = CsvOption, workspace: Path = WorkspaceOption
) -> None:
    """Say what a rules file would move, without publishing it.

    Example: safar rules preview rules.toml
    """
    from safar.cli.output import console, open_workspace, show_rows
    from safar.cli.publishing import read_text
    from safar.usecases.preview_rules import preview_rules

    found = preview_rules(open_workspace(workspace), read_text(file))
    if as_json or as_csv:
        rows = [{"table": c.table, "from": c.before, "to": c.after, "facts": c.facts} for c in found.changes]
        show_rows(rows, as_json=as_json, as_csv=as_csv, names=("table", "from", "to", "facts"))
        return
    for change in found.changes:
        console.print(str(change), markup=False)
    share = f" ({found.moved / found.facts:.1%})" if found.facts else ""
    console.print(f"In all {found.moved:,} of {found.facts:,} facts{share} would move.", markup=False)


@app.command()
def history(as_json: bool = JsonOption, as_csv: bool = CsvOption, workspace: Path = WorkspaceOption) -> None:
    """List every version of the rules, the newest first.

    Example: safar rules history
    """
    from safar.cli.output import open_workspace
    from safar.cli.publishing import show_history

    show_history(open_workspace(workspace), "rules", as_json=as_json, as_csv=as_csv)


@app.command()
def restore(
    version: str = typer.Argument(help="Start of the hash of an older version (six characters at least)."),
    workspace: Path = WorkspaceOption,
) -> None:
    """Put an older version in force again.

    Example: safar rules restore 3f9a1c
    """
    from safar.cli.output import now, open_workspace
    from safar.cli.publishing import show_published
    from safar.usecases.versions import restore as put_back

    show_published(put_back(open_workspace(workspace), kind="rules", version=version, now=now()))
