"""How the running workspace stands, for whoever watches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safar.domain.job import JobState
from safar.errors import SafarError

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """`jobs`: number by state, all states. `rows`: of the log's newest version, by table."""

    jobs: Mapping[str, int]
    log_version: int
    rows: Mapping[str, int]


def read_running(workspace: Workspace) -> Running:
    """Jobs and the log, as they stand."""
    from safar.store import jobs

    head, found = workspace.log.head(), jobs.count_by_state()
    return Running(
        jobs={str(state): found.get(str(state), 0) for state in JobState},
        log_version=head.number,
        rows=dict(head.rows),
    )


def not_ready(workspace: Workspace) -> str:
    """What does not answer ("database", "log"), or nothing."""
    from safar.store import people

    if not people.answers():
        return "database"
    try:
        workspace.log.head()
    except (SafarError, OSError, ValueError):
        return "log"
    return ""
