"""`safar import`: bring files into the experience log."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from safar.cli.output import JsonOption, WorkspaceOption, one_form

if TYPE_CHECKING:
    from safar.usecases.importing.report import ImportReport
    from safar.usecases.workspace import Workspace

_EXAMPLES = """Examples:

safar import orders.csv customers.csv reviews.csv --recipe marketplace-orders

safar import survey.xlsx  (proposes a recipe)

safar import survey.xlsx --recipe survey.toml --dry-run

safar import --undo 12

safar import --set-aside 12 -o mend.csv; then, corrected: safar import mend.csv --mended 12
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", help="Bring files into the experience log, by a recipe.", epilog=_EXAMPLES)(_import)


def _import(
    files: list[Path] = typer.Argument(None, help="CSV, XLSX, Parquet, JSON lines or XES files.", metavar="[FILE]..."),
    recipe: str = typer.Option(None, "--recipe", "-r", help="A recipe file, or the name of a ready one."),
    dry_run: bool = typer.Option(
        False,
        "--dry-run",
        help="Check the first 100,000 records of each file, compare with the log, show first facts, change nothing. "
        "With --undo: show what would go and come back.",
    ),
    whole: bool = typer.Option(False, "--all", help="With --dry-run: check all records, however many there are."),
    yes: bool = typer.Option(False, "--yes", "-y", help="Use a proposed recipe without asking."),
    save: Path = typer.Option(None, "--save", help="Write the proposed recipe to this file.", metavar="TOML"),
    replace_recipe: bool = typer.Option(
        False, "--replace-recipe", help="Let a proposal replace a recipe file that says something else."
    ),
    encoding: str = typer.Option(
        None,
        "--encoding",
        help="Encoding of text files, like windows-1256; a proposed recipe keeps it.",
        metavar="NAME",
    ),
    sheet: str = typer.Option(
        None, "--sheet", help="Sheet of a workbook, by name or number; a proposed recipe keeps it.", metavar="NAME"
    ),
    header: bool | None = typer.Option(
        None,
        "--header/--no-header",
        help="Whether the first line names the columns; a proposed recipe keeps it.",
        show_default="look",
    ),
    snapshot: bool = typer.Option(
        False, "--snapshot", help="The files hold all that the source holds: what they lack goes away."
    ),
    undo: int = typer.Option(None, "--undo", help="Bring back what stood before this import.", metavar="N"),
    set_aside: int = typer.Option(None, "--set-aside", help="Give out the rows that import N set aside.", metavar="N"),
    output: Path = typer.Option(None, "--output", "-o", help="Where to, with --set-aside; - prints."),
    force: bool = typer.Option(False, "--force", help="With --set-aside: write over a file that exists."),
    mended: int = typer.Option(
        None, "--mended", help="The files are mended rows of import N: use its recipe.", metavar="N"
    ),
    list_recipes: bool = typer.Option(False, "--list-recipes", help="List the ready recipes."),
    show_recipe: str = typer.Option(None, "--show-recipe", help="Print a ready recipe.", metavar="NAME"),
    workspace: Path = WorkspaceOption,
    as_json: bool = JsonOption,
    as_csv: bool = typer.Option(False, "--csv", help="Print CSV, with --list-recipes or --undo.", callback=one_form),
) -> None:
    from safar.cli.output import open_workspace, same_place
    from safar.usecases import import_ as verbs

    where = same_place(workspace)
    for flag, number in (("--undo", undo), ("--set-aside", set_aside)):
        if files and number is not None:
            raise typer.BadParameter(
                f"{flag} takes no files, so nothing was done. Say either the files to import, or {flag} alone.",
                param_hint="FILE",
            )
    if header is not None and (recipe is not None or mended is not None):
        raise typer.BadParameter(
            "the recipe says it: header = false under [format].", param_hint="--header/--no-header"
        )
    if list_recipes:
        _list_recipes(as_json=as_json, as_csv=as_csv)
    elif show_recipe is not None:
        typer.echo(verbs.recipe_text(show_recipe), nl=False)
    elif undo is not None:
        _undo(open_workspace(workspace), undo, dry_run=dry_run, as_json=as_json, as_csv=as_csv)
    elif set_aside is not None:
        _give_out(open_workspace(workspace), set_aside, output, force=force, where=where)
    else:
        opened = open_workspace(workspace)
        chosen: object = recipe
        if mended is not None:
            chosen = verbs.mended_recipe(workspace=opened, import_no=mended)
        elif recipe is None:
            how = _How(
                yes=yes,
                save=save,
                replace=replace_recipe,
                dry_run=dry_run,
                encoding=encoding,
                sheet=sheet,
                header=header,
                where=where,
            )
            chosen = _proposed(opened, files or [], how)
            if chosen is None:
                return
        options: dict[str, Any] = {"dry_run": dry_run, "snapshot": snapshot, "encoding": encoding, "sheet": sheet}
        if whole:
            options["first"] = None
        _run(opened, files or [], chosen, options, where=where, as_json=as_json)


def _run(
    workspace: Workspace,
    files: list[Path],
    recipe: object,
    options: dict[str, Any],
    *,
    where: str,
    as_json: bool,
) -> None:
    from safar.cli.import_report import Bar, show_report
    from safar.cli.output import console, now
    from safar.usecases import import_ as verbs

    with Bar() as bar:
        report: ImportReport = verbs.import_files(
            workspace=workspace,
            paths=files,
            recipe=recipe,  # type: ignore[arg-type]
            now=now(),
            progress=bar,
            **options,
        )
    dry_run = report.dry_run
    name = recipe if isinstance(recipe, str) else ""
    published = not dry_run and verbs.publish_beside(workspace=workspace, recipe=name, now=now())
    if as_json:
        typer.echo(report.to_json())
        return
    show_report(report, where=where)
    if published:
        console.print(
            f"The journey and rules that go with {name} are in force now: see `safar map{where}`.", soft_wrap=True
        )
    elif not dry_run and not workspace.published.names("rules"):
        told = "No rules say yet which event is which touchpoint. Next:"
        console.print(told, f"safar journey propose{where}", sep="\n  " if where else " ", soft_wrap=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """How a proposal is to be used, and what printed commands need to meet the same workspace."""

    yes: bool
    save: Path | None
    replace: bool
    dry_run: bool
    encoding: str | None
    sheet: str | None
    header: bool | None
    where: str


def _proposed(workspace: Workspace, files: list[Path], how: _How) -> object:
    """The recipe to use for files that came without one, or None: nothing is to be imported now."""
    from safar.cli.output import console, errors
    from safar.usecases import import_ as verbs

    name, recipe = verbs.propose(
        workspace=workspace, paths=files, encoding=how.encoding, sheet=how.sheet, header=how.header
    )
    if name is not None:
        errors.print(f"The ready recipe [bold]{name}[/] fits these files.")
    else:
        typer.echo(recipe.text, nl=False)
    target = how.save or (
        None if how.yes or how.dry_run or name else Path(f"{files[0].name.split('.')[0]}.recipe.toml")
    )
    if target is not None:
        written = verbs.keep_proposal(recipe, to=target, replace=how.replace)
        errors.print(
            f"Written to {target}." if written else f"{target} says the same already.", soft_wrap=True, markup=False
        )
    asked = not how.yes and not how.dry_run and sys.stdin.isatty() and sys.stdout.isatty()
    if how.yes or how.dry_run or (asked and typer.confirm("Import with this recipe now?")):
        return name or recipe
    told = f"--recipe {name or shlex.quote(str(target))}{how.where}"
    # A recipe written anew holds the encoding; a ready one does not.
    told += f" --encoding {how.encoding}" if name and how.encoding else ""
    told += f" --sheet {shlex.quote(how.sheet)}" if name and how.sheet else ""
    console.print(
        f"Nothing was imported. Next: look it over, then\n  safar import {shlex.join(map(str, files))} {told}\n"
        "or add --dry-run to see what the first rows become, or --yes to use it as it is.",
        soft_wrap=True,
        markup=False,
    )
    return None


def _list_recipes(*, as_json: bool, as_csv: bool) -> None:
    from safar.cli.output import show_rows
    from safar.usecases import import_ as verbs

    title = "Ready recipes (print one with --show-recipe NAME)"
    show_rows(verbs.ready_recipes(), as_json=as_json, as_csv=as_csv, title=title)


def _undo(workspace: Workspace, import_no: int, *, dry_run: bool, as_json: bool, as_csv: bool) -> None:
    from dataclasses import asdict

    from safar.cli.output import console, now, show_rows
    from safar.domain.wording import counted
    from safar.usecases import import_ as verbs

    report = verbs.undo_import(workspace=workspace, import_no=import_no, now=now(), dry_run=dry_run)
    rows = [{"table": table, **asdict(counts)} for table, counts in report.tables.items()]
    if dry_run and not as_json and not as_csv:
        goes = counted(sum(c.removed for c in report.tables.values()), "fact")
        back = counted(sum(c.new for c in report.tables.values()), "fact")
        console.print(
            f"Dry run: undoing import {import_no} would take {goes} away and bring {back} back. Nothing was changed.",
            soft_wrap=True,
        )
    elif not as_json and not as_csv:
        console.print(f"Import {import_no} is undone; the log stands at version {report.version}.")
    show_rows(rows, as_json=as_json, as_csv=as_csv)


def _give_out(workspace: Workspace, import_no: int, output: Path | None, *, force: bool, where: str) -> None:
    from safar.cli.output import console
    from safar.usecases import import_ as verbs

    if output is None or str(output) == "-":
        for path in verbs.set_aside_files(workspace=workspace, import_no=import_no):
            typer.echo(path.read_text(encoding="utf-8"), nl=False)
        return
    for path in verbs.save_set_aside(workspace=workspace, import_no=import_no, to=output, force=force):
        console.print(
            f"Written to {path}. Correct it and bring it back:\n  "
            f"safar import {shlex.quote(str(path))} --mended {import_no}{where}",
            soft_wrap=True,
            markup=False,
        )
