"""`safar journey`: the path of steps and touchpoints, as versioned data."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from safar.cli.output import CsvOption, JsonOption, WorkspaceOption
from safar.domain.wording import counted
from safar.errors import Conflict

if TYPE_CHECKING:
    from safar.log.published import Published
    from safar.usecases.propose_journey import JourneyProposal
    from safar.usecases.workspace import Workspace

app = typer.Typer(
    no_args_is_help=True,
    help="Journeys: the steps, their touchpoints and what one passage is.",
    epilog="Example: safar journey show > journey.toml",
)


class FileExists(Conflict):
    """A proposal would be written over a file that is there."""

    code = "journey.file-exists"
    next_step = "Name another folder with --output, or move the file away."


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="journey")


@app.command()
def show(
    name: str | None = typer.Argument(None, help="Which journey.", show_default="the usual one"),
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
    from safar.usecases.versions import restore as put_back

    show_published(put_back(open_workspace(workspace), kind="journey", version=version, now=now()))


@app.command()
def usual(
    name: str = typer.Argument(help="Which journey."),
    workspace: Path = WorkspaceOption,
) -> None:
    """Say which journey is meant where none is named, on the pages and by commands.

    Example: safar journey usual business
    """
    from safar.cli.output import console, now, open_workspace
    from safar.usecases.journeys import make_usual

    make_usual(open_workspace(workspace), name=name, now=now())
    console.print(f"Where no journey is named, {name} is meant.", highlight=False)


@app.command()
def propose(
    name: str | None = typer.Option(None, help="The journey's name.", show_default="the source's name"),
    output: Path | None = typer.Option(
        None, "--output", "-o", help="Write journey.toml and rules.toml into this folder.", metavar="FOLDER"
    ),
    put_in_force: bool = typer.Option(
        False, "--publish", help="Put both in force as new versions. What was published before stays, to be restored."
    ),
    workspace: Path = WorkspaceOption,
) -> None:
    """Propose a journey and its rules from the events in the log, to be looked over and edited.

    Examples: safar journey propose -o mine · safar journey propose --publish
    """
    from safar.cli.output import now, open_workspace, same_place
    from safar.usecases.propose_journey import propose_journey, publish_proposal

    opened, place = open_workspace(workspace), same_place(workspace)
    proposal = propose_journey(opened, name=name)
    if output is not None:
        _write(proposal, output)
    elif not put_in_force:
        typer.echo(f"# journey.toml\n{proposal.journey_text}\n# rules.toml\n{proposal.rules_text}", nl=False)
    _tell(proposal)
    if put_in_force:
        _publish(opened, proposal, publish_proposal(opened, proposal, now=now()), place)
    elif output is not None:
        _say(
            "Nothing is in force yet. Next: look both files over, then\n"
            f"  safar journey publish {shlex.quote(str(output / 'journey.toml'))}{place}\n"
            f"  safar rules publish {shlex.quote(str(output / 'rules.toml'))}{place}"
        )
    else:
        _say(
            "Nothing is in force yet. Next: write them with -o FOLDER to edit them, or use them as they are: --publish."
        )


def _write(proposal: JourneyProposal, folder: Path) -> None:
    texts = {folder / "journey.toml": proposal.journey_text, folder / "rules.toml": proposal.rules_text}
    for file, text in texts.items():
        if file.exists() and file.read_text(encoding="utf-8") != text:
            raise FileExists(f"{file} exists and holds something else.")
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")
        _say(f"Written to {file}.")


def _tell(proposal: JourneyProposal) -> None:
    """What was assumed, on the error stream: the files themselves may be piped."""
    journey = proposal.journey
    mapped = proposal.facts - proposal.unmapped
    _say(
        f"Proposed: journey {journey.id}, {counted(len(journey.steps), 'step')}, "
        f"{counted(len(journey.touchpoints), 'touchpoint')}, "
        f"for {mapped:,} of {counted(proposal.facts, 'interaction')}."
    )
    by = f"shares one value of the link {journey.passage.link!r}"
    days = (journey.passage.inactivity_s or 0) // 86_400
    if journey.passage.link is None:
        by = f"one customer does without a pause of {counted(days, 'day')}"
    _say(f"- A passage is what {by}.")
    if len(journey.steps) < len(journey.touchpoints):
        _say("- Steps only group events by where in a passage they come: name your own in the file.")
    _say(
        f"- It is complete when it reaches {journey.steps[-1].id!r} (or `goals`, if you name some), and lost after "
        f"{counted(journey.horizon_s // 86_400, 'day')} without a contact."
    )
    if proposal.left_out:
        _say(f"- Unmapped: {counted(proposal.left_out, 'rarer event')}, {counted(proposal.unmapped, 'interaction')}.")
    if proposal.outside:
        _say(
            f"- Of its touchpoints, {counted(proposal.outside, 'interaction')} in no passage: nothing ties them to one."
        )


def _publish(workspace: Workspace, proposal: JourneyProposal, entries: tuple[Published, Published], place: str) -> None:
    from safar.cli.publishing import show_published

    for entry in entries:
        show_published(entry)
    name, files = proposal.journey.id, workspace.published
    usual = files.usual_journey()
    named = "" if usual == name else f" --journey {name}"
    if named:
        _say(f"Where no journey is named, {usual} is meant still. To change that: safar journey usual {name}{place}")
    _say(f"Next: safar map{named}{place}, safar paths graph{named}{place}, safar paths variants{named}{place}")


def _say(text: str) -> None:
    from safar.cli.output import errors

    errors.print(text, soft_wrap=True, markup=False)
