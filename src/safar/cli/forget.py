"""`safar forget`: remove a person from every file and version."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from safar.cli.output import JsonOption, WorkspaceOption, console, now, open_workspace, show_rows
from safar.domain.wording import counted

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


class SubjectOption(StrEnum):
    """Whom the identifier is of."""

    CUSTOMER = "customer"
    ACCOUNT = "account"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "forget",
        help="Forget a customer: identity, attributes and words go from every file and version, for good.",
        epilog="Example: safar forget ann@example.org --namespace crm -w acme",
    )(_forget)


def _forget(
    customer: str = typer.Argument(help="The identifier, as the source gave it."),
    *,
    namespace: str | None = typer.Option(None, help="Which system's identifier; needed where several have it."),
    kind: SubjectOption = typer.Option(SubjectOption.CUSTOMER, help="Whom the identifier is of."),
    yes: bool = typer.Option(False, "--yes", "-y", help="Do not ask."),
    workspace: Path = WorkspaceOption,
    as_json: bool = JsonOption,
) -> None:
    from safar.usecases.forget import forget_person
    from safar.usecases.notes import forget_in_notes

    opened = open_workspace(workspace)
    if not yes:
        typer.confirm("Forget this person for good? Older versions can no longer be read.", abort=True)
    # Before anything is done: a database that does not answer must not leave a person half forgotten.
    served = _configured(opened)
    report = forget_person(
        workspace=opened, namespace=namespace, external_id=customer, subject_kind=kind.value, now=now()
    )
    notes = forget_in_notes(served, identifiers=(customer,)) if served else 0
    if as_json:
        show_rows([{**asdict(report), "notes": notes}], as_json=True)
        return
    console.print(
        f"Forgotten: {counted(report.identities, 'identifier')}, {counted(report.attributes, 'attribute')}. "
        f"Without the person, {counted(report.interactions, 'interaction')} and "
        f"{counted(report.feedback, 'answer')} still count."
    )
    if notes:
        console.print(f"Taken out of {counted(notes, 'note')} of colleagues.")
    console.print("Originals outside the workspace, and backups, are yours to clear.")


def _configured(opened: Workspace) -> Workspace | None:
    """The workspace with its accounts, where colleagues' notes may name the person; None: nobody ever had one."""
    from safar.server import configure

    if not (opened.settings.database or (opened.path / "web.sqlite").exists()):
        return None
    return configure(opened.path)
