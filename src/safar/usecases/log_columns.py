"""Which columns the log's facts have beyond those that all have: links that tie facts together, and properties."""

from __future__ import annotations

from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING

from safar.domain.rules import MATCHABLE

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


def link_names(workspace: Workspace) -> tuple[str, ...]:
    """The links, without the `link_` before them."""
    columns = _columns(workspace, workspace.log.head().number)
    return tuple(name.removeprefix("link_") for name in columns if name.startswith("link_"))


def rule_columns(workspace: Workspace) -> tuple[str, ...]:
    """What a rule may look at: the columns that all logs have, then the log's own properties."""
    columns = _columns(workspace, workspace.log.head().number)
    return (*MATCHABLE, *(name for name in columns if name.startswith("prop_")))


@lru_cache(maxsize=16)
def _columns(workspace: Workspace, _version: int) -> tuple[str, ...]:
    with closing(workspace.log.connect()) as connection:
        tables = workspace.log.tables(connection=connection)
        return tuple(sorted({*tables.interactions.columns, *tables.feedback.columns}))
