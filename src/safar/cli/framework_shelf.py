"""Where `safar frameworks` finds frameworks: the packaged ones, files, and the workspace's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from safar.cli.output import open_workspace

if TYPE_CHECKING:
    from safar.domain.framework import Framework
    from safar.usecases.workspace import Workspace

OwnOption = typer.Option(
    None,
    "--workspace",
    "-w",
    envvar="SAFAR_WORKSPACE",
    help="Workspace whose own framework (made on its pages) is known as `own`.",
    show_default="this folder, if it is one",
)


def find(name: str, workspace: Path | None) -> Framework:
    """A framework: the workspace's own, a packaged one, or a file. Raises: UnknownFramework, BadFramework."""
    from safar import frameworks
    from safar.usecases.frameworks import OWN, find_framework

    if name != OWN:
        return frameworks.find(name)
    opened = _opened(workspace)
    if opened is None:
        raise frameworks.UnknownFramework(
            "A framework of your own is kept in a workspace.",
            next_step="Name its folder: safar frameworks show own -w FOLDER",
        )
    return find_framework(opened, name)


def all_of(workspace: Path | None) -> list[Framework]:
    """The packaged frameworks, then the workspace's own where there is one."""
    from safar import frameworks
    from safar.usecases.frameworks import own_framework

    opened = _opened(workspace)
    own = None if opened is None else own_framework(opened)
    return [*map(frameworks.load, frameworks.names()), *([] if own is None else [own])]


def _opened(workspace: Path | None) -> Workspace | None:
    # Frameworks are read outside a workspace too; one that is named must be there.
    if workspace is None and not Path("safar.toml").is_file():
        return None
    return open_workspace(Path() if workspace is None else workspace)
