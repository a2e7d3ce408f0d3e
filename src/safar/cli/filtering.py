"""What every command that reads a journey understands alike: filters, moments, versions, and how it says a span."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import typer

from safar.cli.output import CsvOption, JsonOption, WorkspaceOption

if TYPE_CHECKING:
    from safar.analysis.filters import Filters
    from safar.analysis.result import Result
    from safar.usecases.workspace import Workspace

WhereOption = typer.Option(
    [], "--where", "--filter", help="NAME=VALUE. The same name again: or. An empty value: unknown."
)
SinceOption = typer.Option(None, "--since", help="From this local day on: 2026-01-31.")
UntilOption = typer.Option(None, "--until", help="Before this local day.")
AsOfOption = typer.Option(None, "--as-of", help="As if it were this moment: 2026-01-31T18:00+01:00.")
JourneyOption = typer.Option(None, "--journey", help="Which journey.", show_default="the usual one")
RulesOption = typer.Option(None, "--rules", help="An older version of the rules: the start of its hash.")


class Asked(TypedDict):
    """What every verb that reads a journey takes."""

    filters: Filters
    as_of: datetime | None
    now: datetime
    journey: str | None
    rules_version: str | None


@dataclass(frozen=True, slots=True)
class View:
    """What a command that reads a journey was asked for, and how it is to answer."""

    workspace: Workspace
    asked: Asked
    as_json: bool
    as_csv: bool

    def answers_programs(self, found: Result) -> bool:
        """Print a result as JSON or CSV where that was asked for; False: it is to be shown to a person."""
        from safar.cli.output import show_rows

        if self.as_json:
            typer.echo(found.to_json())
        elif self.as_csv:
            show_rows(found.rows(), as_csv=True)
        return self.as_json or self.as_csv


def viewing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of all views of a journey, which are declared here alone.

    The command takes them as one argument, `view`; its own options come first.
    """

    def run(
        *,
        where: list[str] = WhereOption,
        since: str | None = SinceOption,
        until: str | None = UntilOption,
        as_of: str | None = AsOfOption,
        journey: str | None = JourneyOption,
        rules: str | None = RulesOption,
        as_json: bool = JsonOption,
        as_csv: bool = CsvOption,
        workspace: Path = WorkspaceOption,
        **own: Any,
    ) -> None:
        from safar.cli.output import now, open_workspace

        opened = open_workspace(workspace)
        asked = Asked(
            filters=read_options(opened, where, since, until, journey),
            as_of=moment(as_of),
            now=now(),
            journey=journey,
            rules_version=rules,
        )
        command(view=View(opened, asked, as_json, as_csv), **own)

    mine = inspect.signature(command, eval_str=True).parameters.values()
    shared = inspect.signature(run, eval_str=True).parameters.values()
    both = [one for one in mine if one.name != "view"] + [one for one in shared if one.name != "own"]
    # Typer reads the options from here.
    vars(run)["__signature__"] = inspect.Signature(both)
    run.__annotations__ = {one.name: one.annotation for one in both}
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    return run


def read_options(
    workspace: Workspace, where: list[str], since: str | None, until: str | None, journey: str | None = None
) -> Filters:
    """The filters that were typed; what no fact has is said on the error stream. Raises: BadFilter."""
    from safar.cli.output import errors
    from safar.usecases.filter_notes import note_filters
    from safar.usecases.measure import read_filters

    filters = read_filters(pairs(where), since=since, until=until, time_zone=workspace.settings.time_zone)
    for note in note_filters(workspace, filters, journey=journey):
        errors.print(f"Note: {note}", soft_wrap=True, markup=False)
    return filters


def read_other(workspace: Workspace, texts: list[str], journey: str | None = None) -> Filters:
    """The group that was typed with --compare; "all" is everything. Raises: BadFilter."""
    named = pairs([text for text in texts if text != "all"], "--compare")
    times = {name: named.pop(name, [None])[-1] for name in ("since", "until")}
    where = [f"{name}={value}" for name, values in named.items() for value in values]
    return read_options(workspace, where, times["since"], times["until"], journey)


def pairs(texts: list[str], option: str = "--where") -> dict[str, list[str]]:
    """NAME=VALUE, as name → values."""
    found: dict[str, list[str]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"write NAME=VALUE, not {text!r}.", param_hint=option)
        found.setdefault(name.strip(), []).append(value)
    return found


def moment(text: str | None) -> datetime | None:
    """The moment that was typed with --as-of."""
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError as cause:
        raise typer.BadParameter("write a moment as 2026-01-31T18:00+01:00.", param_hint="--as-of") from cause
