"""What `safar rules` and `safar journey` share: read a file, list versions, put one in force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safar.errors import NotFound

if TYPE_CHECKING:
    from safar.log.published import Published
    from safar.usecases.workspace import Workspace


class FileMissing(NotFound):
    """A file named on the command line does not exist or holds no text."""

    code = "file.not-readable"
    next_step = "Check the path; the file must be UTF-8 text."


def read_text(file: Path) -> str:
    """The text of a file. Raises: FileMissing."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise FileMissing(f"{file} cannot be read: {cause}") from cause


def show_published(entry: Published) -> None:
    """Say what is in force now."""
    from safar.cli.output import console

    console.print(f"In force: {entry.kind} {entry.name}, version {entry.hash[:12]}.", highlight=False)


def show_history(workspace: Workspace, kind: str, *, as_json: bool, as_csv: bool) -> None:
    """All versions of a kind, the newest first."""
    from safar.cli.output import show_rows

    history = workspace.published.history(kind=kind)
    in_force = {entry.name: entry for entry in history}
    rows = [
        {
            "version": entry.hash[:12],
            "name": entry.name,
            "published": entry.at.isoformat(sep=" ", timespec="minutes"),
            "in force": "yes" if in_force[entry.name] == entry else "",
            "by": entry.by,
            "note": entry.note,
        }
        for entry in reversed(history)
    ]
    show_rows(rows, as_json=as_json, as_csv=as_csv, empty=f"No {kind} has been published.")
