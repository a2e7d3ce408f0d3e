"""What every command that reads a journey understands alike: filters, moments, versions, and how it says a span."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from safar.analysis.filters import Filters
    from safar.usecases.workspace import Workspace

WhereOption = typer.Option(
    [], "--where", "--filter", help="NAME=VALUE. The same name again: or. An empty value: unknown."
)
SinceOption = typer.Option(None, "--since", help="From this local day on: 2026-01-31.")
UntilOption = typer.Option(None, "--until", help="Before this local day.")
AsOfOption = typer.Option(None, "--as-of", help="As if it were this moment: 2026-01-31T18:00+01:00.")
JourneyOption = typer.Option(None, "--journey", help="Which journey.", show_default="the one published last")
RulesOption = typer.Option(None, "--rules", help="An older version of the rules: the start of its hash.")


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


def span(seconds: float | None) -> str:
    """A time between two moves, in its largest unit."""
    if seconds is None:
        return "–"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"
