"""Long work: bring the prepared tables of the journeys up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safar.usecases.job_kind import Arguments, JobKind, JobReporter, Result
from safar.usecases.journey_map import prepare, read_journey_map

if TYPE_CHECKING:
    from safar.usecases.workspace import Workspace


def _run(workspace: Workspace, arguments: Arguments, reporter: JobReporter) -> Result:
    # No arguments: the journey in force, as pages show it.
    del arguments
    reporter.progress(0, 2, "Laying new facts on the journey")
    prepare(workspace)
    reporter.progress(1, 2, "Drawing the map")
    version = read_journey_map(workspace, now=reporter.clock()).origin.log_version
    reporter.progress(2, 2, "Drawing the map")
    return {"log_version": version, "page": "journey"}


PREPARE = JobKind(name="prepare", run=_run)
