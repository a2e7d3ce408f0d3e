"""The units (branches, shops, teams) that the log holds: what a viewer can be limited to."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace

MOST_UNITS = 2_000
"""Units that are listed; a company with more gives units by `safar people role`."""


def read_units(workspace: Workspace) -> list[str]:
    """Names of all units of the newest version of the log, sorted; the first `MOST_UNITS`."""
    with closing(workspace.log.connect()) as connection:
        tables = workspace.log.tables(connection=connection)
        found = tables.interactions.select("unit").union(tables.feedback.select("unit"), distinct=True)
        named = found.filter(found.unit.notnull() & (found.unit != ""))
        return [str(unit) for unit in named.order_by("unit").limit(MOST_UNITS).to_pyarrow().column("unit").to_pylist()]
