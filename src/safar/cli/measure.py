"""`safar measure`: a metric by anything, in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from safar.cli.filtering import (
    AsOfOption,
    JourneyOption,
    RulesOption,
    SinceOption,
    UntilOption,
    WhereOption,
    moment,
    pairs,
    read_options,
)
from safar.cli.output import CsvOption, JsonOption, WorkspaceOption

if TYPE_CHECKING:
    from safar.analysis.measurement import Measurement

_EXAMPLES = (
    "Examples: safar measure nps --by step · safar measure csat --by channel --by month --where segment=family "
    "--since 2026-01-01 · safar measure share --question improve_first --by channel · safar measure experience-index "
    "--by touchpoint --chart index.svg"
)

_BASES = {
    "answered": "Base: who chose at least one option; shares may add up to more than 100 %.",
    "all": "Base: all submissions of the question's sources, with or without an option.",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("measure", help="Measure a metric, by step, channel, attribute, time …", epilog=_EXAMPLES)(_measure)


def _measure(
    metric: str | None = typer.Argument(None, help="nps, csat, ces, mean, top-box, experience-index or share."),
    *,
    by: list[str] = typer.Option(
        [],
        "--by",
        "-b",
        help="step, touchpoint, channel, unit, month, an attribute, answer:QUESTION … Several may be given.",
    ),
    where: list[str] = WhereOption,
    since: str | None = SinceOption,
    until: str | None = UntilOption,
    question: list[str] = typer.Option([], "--question", "-q", help="Only this question."),
    repeats: str = typer.Option("latest", help="Several answers of one person: latest or all."),
    unweighted: bool = typer.Option(False, "--unweighted", help="Leave survey weights aside."),
    weight: list[str] = typer.Option([], "--weight", help="QUESTION=WEIGHT in an experience index."),
    option: list[str] = typer.Option([], "--option", "-o", help="Only this option, of a share."),
    base: str = typer.Option("answered", help="Whom a share is of: answered (the question) or all (submissions)."),
    calendar: str = typer.Option("gregorian", help="Whose months, quarters and years: gregorian or jalali."),
    as_of: str | None = AsOfOption,
    journey: str | None = JourneyOption,
    rules: str | None = RulesOption,
    chart: Path | None = typer.Option(None, help="Also draw it: a file ending in .svg, .png or .json."),
    list_all: bool = typer.Option(False, "--list", help="List the metrics."),
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
    workspace: Path = WorkspaceOption,
) -> None:
    from safar.cli.output import open_workspace, show_rows
    from safar.usecases.measure import list_metrics, measure

    if list_all:
        show_rows(list_metrics(), as_json=as_json, as_csv=as_csv)
        return
    if metric is None:
        raise typer.BadParameter("name a metric, or use --list.", param_hint="METRIC")
    opened = open_workspace(workspace)
    result = measure(
        workspace=opened,
        metric=metric,
        by=by,
        where=read_options(opened, where, since, until, journey),
        question=question or None,
        repeats=_one_of(repeats, ("latest", "all"), "--repeats"),
        weighted=not unweighted,
        weights=_weights(weight),
        option=option or None,
        base=_one_of(base, ("answered", "all"), "--base"),
        calendar=_one_of(calendar, ("gregorian", "jalali"), "--calendar"),
        as_of=moment(as_of),
        journey=journey,
        rules_version=rules,
    )
    if chart is not None:
        from safar.charts.render import write_chart

        write_chart(result, chart)
    if as_json:
        typer.echo(result.to_json())
    elif as_csv:
        show_rows(result.marked_rows(), as_csv=True)
    else:
        _show(result)
        if chart is not None:
            typer.echo(f"Chart: {chart}")


def _show(result: Measurement) -> None:
    from safar.analysis.measurement import measured_rows, mix_notes
    from safar.cli.output import console, show_rows

    simulated = "  [simulated]" if result.origin.simulated else ""
    console.print(f"[bold]{result.title}[/], {result.unit}{simulated.replace('[', chr(92) + '[')}")
    show_rows(measured_rows(result), right=("value", "interval", "chosen", "of responses", "answers"))
    for note in mix_notes(result):
        console.print(note, markup=False)
    if result.base is not None:
        console.print(_BASES[result.base], markup=False)
    console.print(f"Interval: {_methods(result)}. {_people(result)}", markup=False)
    console.print(f"Balance: {result.balance}.", markup=False)
    if (again := _counted_again(result)) is not None:
        console.print(again, markup=False)


def _counted_again(result: Measurement) -> str | None:
    """Why the total has fewer answers than its groups together; None: it has as many."""
    total = result.total.n if result.total is not None else None
    parts = [cell.value.n for cell in result.cells]
    if not result.by or result.repeats != "latest" or total is None or None in parts:
        return None
    together = sum(part or 0 for part in parts)
    if total >= together:
        return None
    return (
        f"The groups have {together:,} answers, “all” has {total:,}: a group counts each person's latest answer in "
        "it, “all” each person's latest of all."
    )


def _methods(result: Measurement) -> str:
    values = [cell.value for cell in result.cells] + ([result.total] if result.total else [])
    used = list(dict.fromkeys(value.method for value in values if value.method))
    level = next((value.confidence for value in values if value.confidence), None)
    return f"{100 * level:g} %, {'; '.join(used)}" if level else "none"


def _people(result: Measurement) -> str:
    each = "Each person's latest answer counts" if result.repeats == "latest" else "Every answer counts"
    return each + ("." if result.weighted else ", without survey weights.")


def _weights(texts: list[str]) -> dict[str, float] | None:
    try:
        return {name: float(values[-1]) for name, values in pairs(texts, "--weight").items()} or None
    except ValueError as cause:
        raise typer.BadParameter("write QUESTION=NUMBER.", param_hint="--weight") from cause


def _one_of(text: str, allowed: tuple[str, ...], option: str) -> str:
    if text not in allowed:
        raise typer.BadParameter(f"{' or '.join(allowed)}.", param_hint=option)
    return text
