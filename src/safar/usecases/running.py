"""How the running workspace stands, for whoever watches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from safar.domain.job import JobState
from safar.errors import SafarError
from safar.usecases.job_kind import LOST_AFTER_S

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """`jobs`: how many wait or run. `silent_s`: how long no worker has shown life while they do, None: one does."""

    jobs: int
    silent_s: float | None


def read_workers(*, now: datetime) -> Workers:
    """Whether anybody does the long work that was asked for. A worker that is free takes work in less than a second."""
    from safar.store import jobs

    number, last = jobs.signs_of_life()
    silent_s = 0.0 if last is None else (now - last).total_seconds()
    return Workers(jobs=number, silent_s=silent_s if silent_s > LOST_AFTER_S else None)


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
