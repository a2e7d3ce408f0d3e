"""How commands speak: tables for people, JSON and CSV for programs, errors with their next step."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer
from rich.console import Console
from rich.segment import Segment, Segments
from rich.table import Table

from safar.domain.wording import complete_commands, name_documents, place_option
from safar.errors import SafarError

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

WorkspaceOption = typer.Option(
    Path(),
    "--workspace",
    "-w",
    envvar="SAFAR_WORKSPACE",
    help="Folder of the workspace.",
    show_default="this folder",
)


def one_form(context: typer.Context, option: typer.CallbackParam, value: bool) -> bool:
    """Callback of options that say in which form a command prints: one of them at a time."""
    if value:
        first = context.meta.setdefault("safar.form", option.name)
        if first != option.name:
            raise typer.BadParameter("a command prints JSON or CSV, not both. Say one of --json and --csv.")
    return value


JsonOption = typer.Option(False, "--json", help="Print JSON.", callback=one_form)
CsvOption = typer.Option(False, "--csv", help="Print CSV.", callback=one_form)


def now() -> datetime:
    """The clock of the command line: the one place where commands read it."""
    return datetime.now(UTC)


def open_workspace(path: Path) -> Workspace:
    """The workspace in `path`, with settings from its file and the environment."""
    from safar.usecases.workspace import Workspace

    _ASKED[:] = [path]
    return Workspace.open(path, environ=os.environ)


same_place = place_option
"""What a printed command needs to find the same workspace."""
_ASKED: list[Path] = []
"""The workspace that this run was asked to open: the next step of an error names it."""


def show_error(error: SafarError) -> None:
    """What is wrong, and the next step, on the error stream."""
    errors.print(f"[bold red]Error:[/] {_escaped(error.message)} [dim]({error.code})[/]", soft_wrap=True)
    told = name_documents(complete_commands(error.next_step, _ASKED[0] if _ASKED else Path()))
    errors.print(f"[bold]Next:[/] {_escaped(told)}", soft_wrap=True)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def show_rows(
    rows: Sequence[Mapping[str, Any]],
    *,
    title: str | None = None,
    as_json: bool = False,
    as_csv: bool = False,
    empty: str = "Nothing to show.",
    right: Iterable[str] = (),
    whole: Iterable[str] = (),
    names: Sequence[str] = (),
) -> None:
    """Rows with the same keys, as a table (or JSON, or CSV with formulas made harmless). `right`: columns that lean to
    the right besides numbers; `whole`: columns that are never broken into lines, besides ids and numbers. `names`: the
    columns, which CSV has at its head where there is no row to tell them."""
    if as_json:
        typer.echo(json.dumps([dict(row) for row in rows], default=str, ensure_ascii=False, indent=2))
        return
    if as_csv:
        typer.echo(csv_text(rows, names=names), nl=False)
        return
    if not rows:
        console.print(empty)
        return
    from safar.cli.widths import find_widths

    names = list(rows[0])
    numbers = set(right) | {name for name in names if all(isinstance(row[name], int | float | None) for row in rows)}
    shown = [[_shown(value) for value in row.values()] for row in rows]
    widths = find_widths([names, *shown], room=console.width, whole=[names.index(name) for name in whole])
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for name, width in zip(names, widths.columns, strict=True):
        justify: Literal["left", "right"] = "right" if name in numbers else "left"
        table.add_column(str(name), justify=justify, overflow="fold", width=width)
    for line in shown:
        table.add_row(*map(_escaped, line))
    # Wider than the terminal where ids need it: the terminal wraps the line, and what is copied is still whole.
    for parts in console.render_lines(table, console.options.update_width(max(console.width, widths.total)), pad=False):
        console.print(Segments([*_without_blank_end(parts), Segment.line()]), crop=False)


def show_part(parts: Mapping[str, Sequence[Mapping[str, Any]]], table: str) -> None:
    """One table of a result as CSV. Raises: typer.BadParameter, which names the tables that there are."""
    if table not in parts:
        raise typer.BadParameter(f"{table!r} is no table; there are {', '.join(parts)}.", param_hint="--table")
    show_rows(parts[table], as_csv=True)


def _without_blank_end(parts: Sequence[Segment]) -> list[Segment]:
    """A line without the blanks at its end, which would wrap as well."""
    kept = list(parts)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[-1] = Segment(kept[-1].text.rstrip(), kept[-1].style)
    return kept


def csv_text(rows: Sequence[Mapping[str, Any]], *, names: Sequence[str] = ()) -> str:
    """Rows as CSV; text that a spreadsheet would run as a formula gets a leading apostrophe. `names`: the head where
    there is no row; without it nothing is written then."""
    head = list(rows[0]) if rows else list(names)
    if not head:
        return ""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=head, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _harmless(value) for name, value in row.items()})
    return out.getvalue()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
