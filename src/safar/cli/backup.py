"""`safar backup` and `safar restore`."""

from __future__ import annotations

import os
import shutil
from dataclasses import asdict
from pathlib import Path

import typer

from safar.cli.output import JsonOption, WorkspaceOption, console, now, show_rows


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: safar backup /backups/acme-2026-07-01.tar -w acme")(backup)
    app.command(epilog="Example: safar restore /backups/acme-2026-07-01.tar acme-again --ledger acme")(restore)


def backup(
    file: Path = typer.Argument(help="File to write; it must not exist."),
    workspace: Path = WorkspaceOption,
    as_json: bool = JsonOption,
) -> None:
    """Write the whole workspace to one file, also while it is served. Keep the file as safe as the workspace."""
    from safar.server import configure
    from safar.usecases.backup import backup_workspace

    report = backup_workspace(workspace=configure(workspace, environ=os.environ), file=file, now=now())
    if as_json:
        show_rows([asdict(report)], as_json=True)
        return
    console.print(
        f"Backed up to {report.file}: log version {report.log_version:,}, {report.files:,} files, "
        f"{report.rows:,} rows of the database, {report.bytes:,} bytes.",
        soft_wrap=True,
    )


def restore(
    file: Path = typer.Argument(help="A file that `safar backup` wrote."),
    folder: Path = typer.Argument(help="Folder of the restored workspace; it must not exist, or be empty."),
    *,
    ledger: list[Path] = typer.Option(
        [], help="Where it is known who was forgotten since: the old workspace, its ledger, or a newer backup."
    ),
    no_ledger: bool = typer.Option(False, "--no-ledger", help="Nobody was forgotten since the backup."),
    as_json: bool = JsonOption,
) -> None:
    """Put a backup back into an empty folder; who was forgotten since stays forgotten."""
    from safar.server import configure
    from safar.usecases.notes import forget_in_notes
    from safar.usecases.restore import restore_files, restore_people

    restored = restore_files(
        file=file, folder=folder, ledgers=None if no_ledger and not ledger else ledger, now=now(), environ=os.environ
    )
    try:
        opened = configure(folder, environ=os.environ)
        rows = restore_people(restored)
        forget_in_notes(opened)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if as_json:
        told = {"files": restored.files, "rows": rows, "log_version": restored.log_version}
        show_rows([{"folder": str(folder), **told, "forgotten_again": restored.forgotten}], as_json=True)
        return
    console.print(
        f"Restored {restored.workspace.name} to {folder}: log version {restored.log_version:,}, "
        f"{restored.files:,} files, {rows:,} rows of the database; {restored.forgotten:,} people forgotten again.",
        soft_wrap=True,
    )
    console.print("Everybody signs in again: `safar serve` prints an address.")
