"""`safar paths`: how customers move through the journey, in the terminal."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import typer

from safar.cli.filtering import View, viewing
from safar.domain.wording import counted, span

if TYPE_CHECKING:
    from safar.analysis.conversion import Conversion
    from safar.analysis.graph import JourneyGraph
    from safar.analysis.variants import Variants

app = typer.Typer(
    no_args_is_help=True,
    help="Paths: what follows what, which ways passages take, and how many get through.",
    epilog="Examples: safar paths graph --level step · safar paths convert order delivery --within 30d",
)
_MOST = typer.Option(20, "--most", "-n", min=1, max=10_000, help="Show so many.")


def register(root: typer.Typer) -> None:
    """Add the commands."""
    root.add_typer(app, name="paths")


@app.command(
    epilog="Examples: safar paths graph · safar paths graph --level step --where segment=family --since 2026-01-01"
)
@viewing
def graph(
    *,
    level: str = typer.Option("touchpoint", help="What follows what: touchpoint or step."),
    most: int = _MOST,
    view: View,
) -> None:
    """What follows what directly, how often and how long after (JSON and CSV: all of it)."""
    from safar.cli.output import console, show_rows
    from safar.usecases.paths import read_graph

    found = read_graph(
        view.workspace,
        level=level,
        **view.asked,
    )
    if view.answers_programs(found):
        return
    edges = sum(edge.moves for edge in found.edges)
    moves, starts = sum(node.moves for node in found.nodes), sum(node.starts for node in found.nodes)
    _head(found)
    console.print(
        f"{counted(moves, 'move')} = {starts:,} first of a passage + {edges:,} after another, "
        f"on {counted(len(found.edges), 'edge')}",
        markup=False,
    )
    if found.outside_passages:
        console.print(f"In no passage: {counted(found.outside_passages, 'mapped interaction')}.", markup=False)
    rows = [
        {
            "from": edge.source,
            "to": edge.target,
            "moves": edge.moves,
            "passages": edge.passages,
            "median": span(edge.median_s),
            "p90": span(edge.p90_s),
        }
        for edge in found.edges[:most]
    ]
    show_rows(rows, right=("median", "p90"), empty="No move follows another.")
    _more(len(found.edges), most, "edge")


@app.command(epilog="Examples: safar paths variants · safar paths variants --most 5 --where channel=web")
@viewing
def variants(
    *,
    most: int = _MOST,
    view: View,
) -> None:
    """The most frequent ways that whole passages take. With filters: passages of which a move passes them."""
    from safar.cli.output import console, errors, show_rows
    from safar.usecases.paths import read_variants

    found = read_variants(
        view.workspace,
        most=most,
        **view.asked,
    )
    if view.as_csv and found.unlisted:
        # Its rows alone do not show that they are not all; JSON holds the totals.
        errors.print(
            f"Note: {counted(len(found.variants), 'way')} of {found.distinct:,}; the others have "
            f"{counted(found.unlisted, 'passage')} of {found.passages:,}. --most N lists more.",
            soft_wrap=True,
        )
    if view.answers_programs(found):
        return
    _head(found)
    console.print(
        f"{counted(found.passages, 'passage')} by {counted(found.distinct, 'way')}; {found.single:,} taken once",
        markup=False,
    )
    rows = [
        {
            "passages": variant.passages,
            "share": f"{variant.share:.1%}",
            "median": span(variant.median_s),
            "way": _way(variant.path),
        }
        for variant in found.variants
    ]
    show_rows(rows, right=("share", "median"), empty="There are no passages.")
    _more(found.distinct, most, "way", of=found.unlisted)


@app.command(
    epilog="Examples: safar paths convert order payment delivery --within 30d · "
    "safar paths convert shop_visit order,support_call delivery --each 2d --each 10d --unit customer"
)
@viewing
def convert(
    stages: list[str] = typer.Argument(help="Touchpoints in order; A,B: either will do.", metavar="STAGE"),
    *,
    within: str | None = typer.Option(None, help="From the first stage to the last at most: 30d, 12h, 45min."),
    each: list[str] = typer.Option(
        [], "--each", help="From each stage to the next at most; once for all, or once for each."
    ),
    unit: str = typer.Option("passage", help="Who gets through: passage, or customer over all passages."),
    view: View,
) -> None:
    """How many get from the first stage to the last, in order and in time, whatever else happens in between."""
    from safar.cli.output import console, show_rows
    from safar.usecases.paths import read_conversion

    found = read_conversion(
        view.workspace,
        [tuple(part.strip() for part in stage.split(",")) for stage in stages],
        within=within,
        each_within=each,
        unit=unit,
        **view.asked,
    )
    if view.answers_programs(found):
        return
    _head(found)
    apart = bool(found.stage_windows_s)
    console.print(f"{found.unit}s that reach each stage in order{_windows(found)}", markup=False)
    rows = [
        {
            "stage": ", ".join(stage.touchpoints),
            "reached": stage.reached,
            "of first": _share(stage.share_of_first),
            "of previous": _share(stage.share_of_previous),
        }
        | ({} if apart else {"median": span(stage.median_s), "p90": span(stage.p90_s)})
        for stage in found.stages
    ]
    show_rows(rows, right=("of first", "of previous", "median", "p90"))
    whose = counted(found.stages[0].reached, str(found.unit))
    console.print(f"Of {whose} whose window has closed; {found.open:,} windows still open.", markup=False)
    times = "median, p90: since the first."
    if apart:
        times = "The time since the first stage is told with --within only: here many chains may lead to one stage."
    console.print(times, style="dim")


def _head(found: JourneyGraph | Variants | Conversion) -> None:
    from safar.cli.output import console

    simulated = " [simulated]" if found.origin.simulated else ""
    judged = f"{found.origin.as_of:%Y-%m-%d %H:%M} UTC" if found.origin.as_of else "–"
    console.print(f"As of {judged}{simulated}", markup=False)
    if found.filters:
        console.print("Only " + ", ".join(f"{name} = {value}" for name, value in found.filters.items()), markup=False)


def _more(there_are: int, shown: int, what: str, *, of: int = 0) -> None:
    from safar.cli.output import console

    if there_are > shown:
        behind = f", {counted(of, 'passage')}" if of else ""
        console.print(f"… and {counted(there_are - shown, f'more {what}')}{behind}", markup=False)


def _way(path: tuple[str, ...]) -> str:
    """The touchpoints in order; one that follows itself is said once, with how often."""
    runs = [(name, len(list(run))) for name, run in groupby(path)]
    return " > ".join(name if times == 1 else f"{name} ×{times}" for name, times in runs)


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _windows(found: Conversion) -> str:
    if found.window_s is not None:
        return f", at most {span(found.window_s)} after the first"
    if found.stage_windows_s:
        return f", at most {', '.join(span(limit) for limit in found.stage_windows_s)} after the one before"
    return ""
