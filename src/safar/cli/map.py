"""`safar map`: the journey map in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from safar.cli.filtering import View, read_other, viewing
from safar.domain.wording import counted, span
from safar.errors import NotFound

if TYPE_CHECKING:
    from safar.analysis.journey_map import Experience, JourneyMap, Spell, StepColumn, TouchpointCell

_EXAMPLES = (
    "Examples: safar map · safar map --where segment=family --since 2026-01-01 · safar map --step purchase · "
    "safar map --where segment=student --compare segment=family · safar map --export map.pptx --language fa"
)
_SHOWN_UNMAPPED = 5


class NoSuchStep(NotFound):
    """The journey has no step of that name."""

    code = "map.no-such-step"
    next_step = "Name one of the steps that `safar map` shows in its first column."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("map", help="The journey map: what happens at each step, and how it felt.", epilog=_EXAMPLES)(_map)


@viewing
def _map(
    *,
    step: str | None = typer.Option(None, help="Show the touchpoints of one step."),
    compare: list[str] = typer.Option(
        [], "--compare", help="Compare with another group: NAME=VALUE as in --where, since=DAY, until=DAY, or all."
    ),
    export: Path | None = typer.Option(
        None, help="Write the whole map as a file that ends in .svg, .png, .pdf, .pptx, .xlsx or .csv."
    ),
    language: str | None = typer.Option(None, help="Language of that file: en or fa.", show_default="the workspace's"),
    view: View,
) -> None:
    from safar.cli.output import show_rows
    from safar.usecases.journey_map import read_journey_map

    if export is not None:
        if step is not None:
            raise typer.BadParameter("a file holds the whole map: leave --step out.", param_hint="--export")
        _export(view, compare, export, language)
        return
    if compare:
        _compare(view, compare, step)
        return
    found = read_journey_map(view.workspace, **view.asked)
    if step is not None and step not in {column.id for column in found.steps}:
        raise NoSuchStep(f"Journey {found.journey!r} has no step {step!r}.")
    if view.as_csv and not view.as_json:
        show_rows([row for row in found.rows() if step in (None, row["step"])], as_csv=True)
    elif not view.answers_programs(found):
        settings = view.workspace.settings
        show_map(found, step, language=settings.language, few=settings.few)


def _export(view: View, other: list[str], file: Path, language: str | None) -> None:
    from safar.cli.output import console
    from safar.usecases.export_map import FORMATS, UnknownMapFormat, export_map, read_map_parts
    from safar.usecases.names import read_names
    from safar.web.words import speech_in

    ending = file.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise UnknownMapFormat(f"A map cannot be written as {file.name!r}.")
    settings = view.workspace.settings
    if language not in (None, "en", "fa"):
        raise typer.BadParameter("en or fa.", param_hint="--language")
    second = read_other(view.workspace, other, view.asked["journey"]) if other else None
    parts = read_map_parts(view.workspace, other=second, **view.asked)
    speech = speech_in(language or settings.language, time_zone=settings.time_zone, names=read_names(view.workspace))
    body = export_map(parts, format=ending, speech=speech)
    file.write_bytes(body)
    console.print(f"Map: {file} ({len(body):,} bytes)", markup=False)


def _compare(view: View, other: list[str], step: str | None) -> None:
    from safar.cli.map_comparison import show_comparison
    from safar.usecases.compare_maps import compare_maps

    asked = view.asked
    found = compare_maps(
        view.workspace,
        a=asked["filters"],
        b=read_other(view.workspace, other, asked["journey"]),
        as_of=asked["as_of"],
        now=asked["now"],
        journey=asked["journey"],
        rules_version=asked["rules_version"],
    )
    if step is not None and found.at("step", step) is None:
        raise NoSuchStep(f"Journey {found.journey!r} has no step {step!r}.")
    if not view.answers_programs(found):
        show_comparison(found, step, language=view.workspace.settings.language)


def show_map(found: JourneyMap, step: str | None = None, *, language: str, few: int) -> None:
    """Print the map, or one step of it with its touchpoints. few: a time that rests on fewer shows on how many."""
    from safar.cli.output import console, show_rows

    _head(found, language)
    if step is None:
        rows = [{"#": column.number, **_figures(column, language, few)} for column in found.steps]
    else:
        chosen = next(column for column in found.steps if column.id == step)
        rows = [_figures(cell, language, few) for cell in chosen.touchpoints]
    show_rows(rows, right=("contacts", "still in", "lost", "wait", "index", "95 %", "n"))
    # Said only where it is so.
    rests = f", with n where it rests on fewer than {few}" if any("(n=" in row["wait"] for row in rows) else ""
    console.print(
        f"wait: median time since the previous step (or move){rests}; still in: share of closed passages.", style="dim"
    )
    places = found.steps if step is None else chosen.touchpoints
    for place in places:
        if place.experience.reason and place.experience.state == "few":
            console.print(f"few: {place.id}: {place.experience.reason}", style="dim", markup=False)
    pains = [pain for pain in found.pains if step in (None, pain.step)]
    if pains:
        console.print("\n[bold]Pains[/]")
    for pain in pains:
        console.print(f"  {pain.label.text(language)}: {_index(pain.experience)} of 100", markup=False)
        for quote in pain.quotes[:1]:
            console.print(f"    “{_short(quote.text)}”", markup=False)
    _foot(found)


def _head(found: JourneyMap, language: str) -> None:
    from rich.markup import escape

    from safar.cli.output import console

    simulated = escape(" [simulated]") if found.origin.simulated else ""
    judged = f"{found.origin.as_of:%Y-%m-%d %H:%M} UTC" if found.origin.as_of else "–"
    console.print(f"[bold]{escape(found.label.text(language))}[/] as of {judged}{simulated}")
    if found.filters:
        console.print("Only " + ", ".join(f"{name} = {value}" for name, value in found.filters.items()), markup=False)
    console.print(
        f"{counted(found.passages, 'passage')} of {counted(found.customers, 'customer')}: {found.complete:,} complete, "
        f"{found.lost:,} lost, {found.open:,} open",
        markup=False,
    )
    if found.completion_share is not None:
        console.print(
            f"Of {found.closed:,} whose window has closed {found.completion_share:.0%} are complete; "
            f"{found.running:,} windows still open",
            markup=False,
        )
    if found.too_early:
        console.print("Too early to say how many reach the goal: no window has closed yet", markup=False)
    if found.largest_loss is not None:
        names = {column.id: column.label.text(language) for column in found.steps}
        loss = found.largest_loss
        console.print(f"Largest loss after {names[loss.step]} (-{loss.points:.1f} points)", markup=False)


def _figures(place: StepColumn | TouchpointCell, language: str, few: int) -> dict[str, Any]:
    from safar.analysis.journey_map import StepColumn

    felt = place.experience
    is_step = isinstance(place, StepColumn)
    row: dict[str, Any] = {
        "step" if is_step else "touchpoint": place.id if language == "en" else place.label.text(language),
        "contacts": f"{place.volume:,}",
    }
    if isinstance(place, StepColumn):
        row["still in"] = "–" if place.remaining_share is None else f"{place.remaining_share:.0%}"
        row |= {"lost": f"{place.dropped:,}", "wait": _wait(place.time_since_previous_step, few)}
    else:
        row |= {"lost": f"{place.lost:,}", "wait": _wait(place.since_previous, few)}
    between = "–" if felt.low is None or felt.high is None else f"{felt.low:.0f}-{felt.high:.0f}"
    return row | {"index": _index(felt), "95 %": between, "n": f"{felt.n:,}"}


def _wait(spell: Spell, few: int) -> str:
    return f"{span(spell.median_s)} (n={spell.n})" if 0 < spell.n < few else span(spell.median_s)


def _index(felt: Experience) -> str:
    if felt.index is None:
        return "too few" if felt.state == "too_few" else "–"
    return f"{felt.index:.0f}{' (few)' if felt.state == 'few' else ''}"


def _foot(found: JourneyMap) -> None:
    from safar.cli.output import console

    ways = found.ways_out
    if ways is not None and ways.reached:
        console.print(
            f"\nOut of {ways.step} within {ways.window_s / 86_400:g} days: {ways.repeat:,} repeat, "
            f"{ways.recovered:,} complained and recovered, {ways.complaint_lost:,} complained and lost, "
            f"{ways.silence:,} silent ({ways.open:,} still open)",
            markup=False,
        )
    console.print()
    for one in found.balance:
        out = f" + {one.filtered_out:,} filtered out" if one.filtered_out else ""
        console.print(
            f"Balance: {one.facts + one.filtered_out:,} {one.table} = {one.mapped:,} mapped + {one.ignored:,} ignored "
            f"+ {one.unmapped:,} unmapped{out}",
            markup=False,
        )
    if found.outside_passages:
        console.print(f"In no passage: {counted(found.outside_passages, 'mapped interaction')}.", markup=False)
    for event in found.unmapped[:_SHOWN_UNMAPPED]:
        by = f" by {event.channel}" if event.channel else ""
        console.print(f"  unmapped: {event.event}{by}, {event.facts:,} {event.table}", markup=False)
    if len(found.unmapped) > _SHOWN_UNMAPPED:
        console.print(f"  … and {len(found.unmapped) - _SHOWN_UNMAPPED} more", markup=False)


def _short(text: str, most: int = 70) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
