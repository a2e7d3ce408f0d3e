"""How `safar model` speaks: tables that fit 80 columns, a bar while resamples are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import typer

from safar.cli.output import console, errors, show_part, show_rows
from safar.domain.wording import name_documents

if TYPE_CHECKING:
    from safar.analysis.path_model.bootstrap import Progress
    from safar.analysis.path_model.check import ModelCheck
    from safar.analysis.path_model.comparison import ModelComparison
    from safar.analysis.path_model.further_result import FurtherResult
    from safar.analysis.path_model.parts import Figure, MediationFigure
    from safar.analysis.path_model.printed import Objection
    from safar.analysis.path_model.result import PathResult

_MOST_PAIRS = 10


@contextmanager
def bar(what: str) -> Iterator[Progress]:
    """A progress bar on the error stream; shown only where something takes a while. what: that is counted."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn(what), BarColumn(bar_width=30), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=errors, transient=True) as shown:
        task = shown.add_task(what, total=None, visible=False)

        def told(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total, visible=True)

        yield told


def resampling_bar() -> AbstractContextManager[Progress]:
    """The bar of resamples."""
    return bar("resamples")


def say_other_data(result: PathResult | FurtherResult) -> None:
    """A note where the rows are others than those of the saved run."""
    if result.other_data is not None:
        errors.print("[bold]Note:[/] these are other data than those that the saved run names.", soft_wrap=True)


def show_further(result: FurtherResult, *, table: str | None, as_json: bool, as_csv: bool) -> None:
    """What was found in plain words, and the tables it rests on."""
    say_other_data(result)
    if as_json:
        typer.echo(result.to_json())
        return
    if as_csv:
        if table is None:
            show_rows(result.part(None), as_csv=True)
        else:
            show_part(result.parts, table)
        return
    mark = " [simulated]" if result.simulated else ""
    console.print(f"{result.title}{mark}", style="bold", markup=False, soft_wrap=True)
    for sentence in result.says:
        console.print(sentence, markup=False)
    for one in result.tables():
        console.print()
        if one.title != result.title:
            console.print(one.title, style="bold", markup=False)
        show_rows(one.cells(), right=one.head[one.words :])
        for note in one.notes:
            console.print(note, style="dim", markup=False)


def show_check(found: ModelCheck, *, as_json: bool, as_csv: bool) -> None:
    """The items, what to look at, and what stands in the way."""
    if as_json:
        typer.echo(found.to_json())
        return
    if as_csv:
        show_rows(found.rows(), as_csv=True)
        return
    told = found.told()
    console.print(told.title, style="bold", markup=False)
    for line in told.above:
        console.print(line, markup=False, soft_wrap=True)
    show_rows(told.rows, right=("answers", "missing", "codes", "mean", "sd"))
    for line in found.notes:
        console.print(line, markup=False)
    if found.problem is None:
        console.print("Ready.", style="bold")
        return
    errors.print("[bold red]Error:[/]", end=" ", soft_wrap=True)
    errors.print(f"{found.problem} ({found.code})", markup=False, soft_wrap=True)
    errors.print(f"Next: {name_documents(found.next_step or '')}", markup=False, soft_wrap=True)


def _begin(title: str, lines: Sequence[str], *, simulated: bool) -> None:
    console.print(f"{title}{' [simulated]' if simulated else ''}", style="bold", markup=False)
    for line in lines:
        console.print(line, markup=False)


def show_result(result: PathResult, *, table: str, as_json: bool, as_csv: bool) -> None:
    """Verdicts first, then what they rest on."""
    if as_json:
        typer.echo(result.to_json())
        return
    if as_csv:
        show_part(result.parts, table)
        return
    told = result.told()
    _begin(told.title, (*told.above, str(result.treatment)), simulated=result.simulated)
    _paths(result)
    _constructs(result)
    _categories(result)
    _pairs(result)
    _ways(result)
    _slopes(result)
    _tests(result)
    _fit(result)
    for doubt in result.doubts:
        console.print(f"Doubt: {doubt.says}", markup=False)
    for doubt, k in result.numbered_doubts().items():
        console.print(f"Doubt {k}: {doubt.says}", markup=False)


def show_comparison(found: ModelComparison, *, table: str, as_json: bool, as_csv: bool) -> None:
    """What can be compared and what comes of it, then the tables it rests on."""
    if as_json:
        typer.echo(found.to_json())
        return
    if as_csv:
        show_part(found.parts, table)
        return
    _begin(found.title, found.says, simulated=found.simulated)
    for one in found.tables():
        console.print()
        console.print(one.title, style="bold", markup=False)
        show_rows(one.cells(), right=one.head[one.words :])
        for note in one.notes:
            console.print(note, style="dim", markup=False)


def show_objections(found: Sequence[Objection], *, as_json: bool, as_csv: bool) -> None:
    """What was printed, and what would follow."""
    rows = [{"about": one.about, "printed": one.printed, "follows": one.follows} for one in found]
    if as_json or as_csv:
        show_rows(rows, as_json=as_json, as_csv=as_csv)
        return
    for k, one in enumerate(found, 1):
        console.print(f"{k}. {one.printed}", markup=False)
        console.print(f"   {one.follows}", markup=False)
    if not found:
        console.print("Everything that can be checked follows.")


def _paths(result: PathResult) -> None:
    from safar.analysis.path_model.speaking import bounds, number

    tested = result.run.resampling is not None
    numbered = result.numbered_doubts()
    rows = []
    for path, verdict in zip(result.paths, result.verdicts, strict=True):
        row: dict[str, str] = {"path": result.arrow(path.source, path.target), "estimate": number(path.figure.estimate)}
        if path.hypothesis:
            row["path"] = f"{path.hypothesis} {row['path']}"
        if tested:
            figure = path.figure
            row |= {"interval": bounds(figure.low, figure.high, 2), "p": figure.told_p()}
        row |= {"f²": number(path.f2, 2)}
        if tested:
            row |= {"verdict": str(verdict.stand)}
        row |= {"doubts": " ".join(str(k) for k in sorted(numbered[one] for one in verdict.doubts)) or "–"}
        rows.append(row)
    console.print()
    show_rows(rows, right=("estimate", "interval", "p", "f²"))


def _constructs(result: PathResult) -> None:
    from safar.analysis.path_model.speaking import number
    from safar.analysis.path_model.table_notes import formative_notes

    rows: list[Mapping[str, str]] = [
        {
            "construct": result.called_with_key(one.construct),
            "items": str(one.items),
            "alpha": number(one.alpha, 2),
            "rho_A": number(one.rho_a, 2),
            "rho_C": number(one.rho_c, 2),
            "AVE": number(one.ave, 2),
            "R²": number(one.r2.estimate if one.r2 else None, 2),
            "adj. R²": number(one.r2_adjusted, 2),
        }
        for one in result.constructs
    ]
    console.print()
    show_rows(rows, right=("items", "alpha", "rho_A", "rho_C", "AVE", "R²", "adj. R²"))
    for note in formative_notes(result):
        console.print(note, style="dim", markup=False)


def _categories(result: PathResult) -> None:
    """What the categories of ordinal and nominal items are worth."""
    if result.categories:
        from safar.analysis.path_model.category_table import category_table

        table = category_table(result)
        console.print()
        rows = [{name.lower(): cell for name, cell in row.items()} for row in table.cells()]
        show_rows(rows, right=[name.lower() for name in table.head[table.words :]])


def _pairs(result: PathResult) -> None:
    """The pairs of constructs that are hardest to tell apart."""
    from safar.analysis.path_model.speaking import number

    ranked = sorted(result.htmt, key=lambda one: one.upper or one.value, reverse=True)
    if not ranked:
        return
    close = [one for one in ranked if len(one.below) < 3] or ranked[:1]
    rows = [
        {
            "closest constructs": result.pair(one.one, one.other),
            "HTMT": number(one.value, 2),
            "upper": number(one.upper, 2),
            "below": f"{min(one.below):.2f}" if one.below else "none",
        }
        for one in close[:_MOST_PAIRS]
    ]
    console.print()
    show_rows(rows, right=("HTMT", "upper", "below"))
    if len(close) > _MOST_PAIRS:
        console.print(f"… and {len(close) - _MOST_PAIRS} more pairs not below 0.85 (--csv --table htmt)")


def _ways(result: PathResult) -> None:
    """Effects through others: what kind of mediation there is belongs to all ways between two constructs together.

    The longest models have more of them than anybody reads.
    """
    rows = []
    for one in result.mediations:
        alone = len(one.ways) == 1
        for way in one.ways:
            rows.append(_way(result.arrow(*way.constructs), way.effect, one if alone else None))
        if not alone:
            rows.append(_way(result.arrow(one.source, "…", one.target), one.indirect, one))
    if not rows:
        return
    console.print()
    show_rows(rows[:_MOST_PAIRS], right=("indirect", "interval", "p", "share"))
    if len(rows) > _MOST_PAIRS:
        console.print(f"… and {len(rows) - _MOST_PAIRS} more rows (--csv --table ways, --csv --table mediation)")


def _way(told: str, effect: Figure, of: MediationFigure | None) -> dict[str, str]:
    """of: the pair whose kind and share the row tells."""
    from safar.analysis.path_model.speaking import bounds, number, percent

    kind = share = ""
    if of is not None:
        kind = "–" if of.kind is None else str(of.kind)
        share = "–" if of.share is None or of.direct is None else percent(of.share)
    return {
        "through others": told,
        "indirect": number(effect.estimate),
        "interval": bounds(effect.low, effect.high, 2),
        "p": effect.told_p(),
        "mediation": kind,
        "share": share,
    }


def _slopes(result: PathResult) -> None:
    """What moderated effects are where the moderator stands low, in its middle and high."""
    from safar.analysis.path_model.speaking import bounds, number
    from safar.analysis.path_model.table_notes import moderated_notes, slope_at

    if not result.slopes:
        return
    console.print()
    show_rows(
        [
            {
                "simple slope": result.arrow(one.source, one.target),
                "where": slope_at(result, one),
                "slope": number(one.slope.estimate),
                "interval": bounds(one.slope.low, one.slope.high, 2),
                "p": one.slope.told_p(),
            }
            for one in result.slopes
        ],
        right=("slope", "interval", "p"),
    )
    for note in moderated_notes(result):
        console.print(note, style="dim", markup=False)


def _tests(result: PathResult) -> None:
    """What was asked for besides."""
    from safar.analysis.path_model.speaking import number, probability
    from safar.analysis.path_model.table_notes import drawn_notes, exact_fit_notes, normal_p_told

    exact = [
        {
            "exact fit": one.distance,
            "tested": one.tested,
            "value": number(one.value),
            "critical": number(one.critical),
            "p": probability(one.p),
            "rejected": "yes" if one.rejected else "no",
        }
        for one in result.exact_fit
    ]
    hidden = [
        {
            "hidden cause": result.arrow(one.source, one.target),
            "normal p": normal_p_told(one.normal_p),
            "copula term": number(one.term.estimate if one.term else None),
            "p": probability(one.term.p if one.term else None),
            "suspected": "yes" if one.there else "no",
        }
        for one in result.copulas
    ]
    for rows, notes in ((exact, exact_fit_notes), (hidden, drawn_notes)):
        if rows:
            console.print()
            show_rows(rows, right=("value", "critical", "p", "normal p", "copula term"))
            for note in notes(result):
                console.print(note, style="dim", markup=False)


def _fit(result: PathResult) -> None:
    from safar.analysis.path_model.speaking import number
    from safar.analysis.path_model.table_notes import whole_notes

    fit = result.fit
    told = f"SRMR {number(fit.srmr)} (saturated {number(fit.srmr_saturated)}) · GoF {number(fit.gof, 2)}"
    if (made := result.run.resampling) is not None:
        told += f" · {result.failed:,} failed, {result.inadmissible:,} inadmissible of {made.resamples:,}"
    console.print(f"\n{told}", markup=False)
    for note in whole_notes(result):
        console.print(note, markup=False)
