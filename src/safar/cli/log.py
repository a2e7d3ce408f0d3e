"""`safar log`: what is in the experience log, whether it is sound, and its upkeep."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from safar.cli.output import CsvOption, JsonOption, WorkspaceOption, console, now, open_workspace, same_place, show_rows
from safar.domain.wording import counted

if TYPE_CHECKING:
    from safar.log.manifest import LogVersion

log_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="The experience log: what is in it, whether it is sound, its versions and upkeep.",
    epilog="Start with: safar log info --workspace FOLDER",
)


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(log_app, name="log")


@log_app.command("info", epilog="Example: safar log info -w acme --json")
def info(workspace: Path = WorkspaceOption, as_json: bool = JsonOption, as_csv: bool = CsvOption) -> None:
    """What is in the log: tables, sources, size. As CSV: the tables."""
    log = open_workspace(workspace).log
    found = log.info()
    if as_json:
        show_rows([asdict(found)], as_json=True)
        return
    if as_csv:
        show_rows([asdict(table) for table in found.tables], as_csv=True)
        return
    console.print(f"Version {found.version} of {found.at:%Y-%m-%d %H:%M} UTC, {_made(log.head())}, in {found.path}")
    rows = [
        {
            "table": table.table,
            "rows": table.rows,
            "files": table.files,
            "MB": round(table.bytes / 1e6, 1),
            "since": (table.since or "–")[:10],
            "until": (table.until or "–")[:10],
        }
        for table in found.tables
    ]
    show_rows(rows, title="Tables")
    sources = [{"source": source, **counts} for source, counts in sorted(found.sources.items())]
    show_rows(sources, title="Facts by source", empty=f"No facts yet. Next: safar import FILE{same_place(workspace)}")
    console.print(
        f"{found.bytes_on_disk / 1e6:,.1f} MB on disk; versions from {found.readable_from} on can be read, "
        f"imports from {found.undoable_from} on can be undone; "
        f"{counted(found.forgotten, 'identifier')} forgotten."
    )


def _made(head: LogVersion) -> str:
    """What made a version."""
    if head.kind == "import":
        return f"import {head.import_no}"
    if head.kind == "undo":
        return f"import {head.undoes} undone"
    return f"{head.kind}, last import {head.import_no}"


@log_app.command("versions", epilog="Example: safar log versions -w acme --csv")
def versions(
    workspace: Path = WorkspaceOption,
    last: int = typer.Option(20, help="How many to show, the newest.", min=1),
    as_json: bool = JsonOption,
    as_csv: bool = CsvOption,
) -> None:
    """The log's versions: which import or change made each, and what it did."""
    from safar.usecases.imports import set_aside_rows

    opened = open_workspace(workspace)
    held = opened.log.versions()[-last:]
    rows = [
        {
            "version": version.number,
            "at": f"{version.at:%Y-%m-%d %H:%M}",
            "what": version.kind,
            "import": version.undoes or (version.import_no if version.kind == "import" else None),
            "source": version.source,
            **{
                name: sum(counts.get(name, 0) for counts in version.changes.values())
                for name in ("new", "changed", "removed")
            },
            "set aside": set_aside_rows(opened, version.import_no) if version.kind == "import" else None,
        }
        for version in held
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv)


@log_app.command("verify", epilog="Example: safar log verify -w acme")
def verify(workspace: Path = WorkspaceOption, as_json: bool = JsonOption, as_csv: bool = CsvOption) -> None:
    """Check the log from end to end; exit code 1 when something is wrong."""
    report = open_workspace(workspace).log.verify()
    if as_json:
        show_rows([asdict(report)], as_json=True)
    elif as_csv:
        told = {"notes": " ".join(report.notes), "problems": " ".join(report.problems)}
        show_rows([asdict(report) | told], as_csv=True)
    else:
        console.print(
            f"Checked {counted(report.versions_checked, 'version')}, {counted(report.files_checked, 'file')}, "
            f"{counted(report.rows_checked, 'row')}."
        )
        for note in report.notes:
            console.print(f"Note: {note}", markup=False)
        for problem in report.problems:
            console.print(f"Problem: {problem}", markup=False)
        console.print("[green]The log is sound.[/]" if report.ok else "[bold red]The log is not sound.[/]")
    if not report.ok:
        raise typer.Exit(1)


@log_app.command("compact", epilog="Example: safar log compact -w acme")
def compact(workspace: Path = WorkspaceOption, as_json: bool = JsonOption, as_csv: bool = CsvOption) -> None:
    """Merge small files into sorted ones, and clear away the history past its time."""
    report = open_workspace(workspace).log.compact(now=now())
    if as_json or as_csv:
        show_rows([asdict(report)], as_json=as_json, as_csv=as_csv)
        return
    console.print(
        f"{counted(report.files_before, 'file')} became {report.files_after:,}; "
        f"{counted(report.files_deleted, 'old one')} deleted, "
        f"and {counted(report.history_deleted, 'file')} of the history. "
        f"Versions from {report.readable_from} on can be read, imports from {report.undoable_from} on can be undone."
    )


NamespaceOption = typer.Option(None, help="Which system's identifiers; needed where several have them.")


@log_app.command("merge", epilog="Example: safar log merge ann@example.org a.smith@example.org -w acme")
def merge(
    alias: str = typer.Argument(help="The identifier that turned out to be somebody known."),
    same_as: str = typer.Argument(help="The identifier of the person to read it as."),
    *,
    namespace: str | None = NamespaceOption,
    workspace: Path = WorkspaceOption,
) -> None:
    """Read two customers as one from now on; no fact changes, and `unmerge` takes it back."""
    log = open_workspace(workspace).log
    first = log.subject_of(alias, namespace=namespace)
    version = log.merge(alias=first, same_as=log.subject_of(same_as, namespace=namespace), now=now())
    whose = f" --namespace {shlex.quote(namespace)}" if namespace else ""
    console.print(
        f"Both read as one from version {version.number} on. "
        f"Take it back with: safar log unmerge {shlex.quote(alias)}{whose}{same_place(workspace)}",
        soft_wrap=True,
        markup=False,
    )


@log_app.command("unmerge", epilog="Example: safar log unmerge ann@example.org -w acme")
def unmerge(
    alias: str = typer.Argument(help="The identifier that was merged into another."),
    *,
    namespace: str | None = NamespaceOption,
    workspace: Path = WorkspaceOption,
) -> None:
    """Read a merged customer as a person of their own again."""
    log = open_workspace(workspace).log
    version = log.unmerge(alias=log.subject_of(alias, namespace=namespace), now=now())
    console.print(f"Two people again from version {version.number} on.")
