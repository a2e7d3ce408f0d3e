"""A worker in a process of its own, with kinds of work for tests: `job_worker.py FOLDER [put KIND JSON NUMBER]`."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from safar.server import configure
from safar.usecases.job_kind import JobKind, JobReporter
from safar.usecases.workspace import Workspace

LOST_AFTER_S = 2.0


def _steps(workspace: Workspace, arguments: Mapping[str, Any], reporter: JobReporter) -> Mapping[str, Any]:
    notes = Path(arguments["notes"])
    for step in range(arguments["steps"]):
        reporter.progress(step, arguments["steps"], "Stepping")
        with notes.open("a", encoding="utf-8") as out:
            out.write(f"{reporter.job.hex} {reporter.attempt} {os.getpid()} {step}\n")
        time.sleep(arguments["pause"])
    return {"pid": os.getpid(), "attempt": reporter.attempt}


KINDS = {
    "steps": JobKind(name="steps", run=_steps),
    "steps-once": JobKind(name="steps-once", run=_steps, restartable=False),
}


def main() -> None:
    """Work, or put a job in line, or print one."""
    folder, *rest = sys.argv[1:]
    workspace = configure(folder)

    from safar.store import jobs
    from safar.usecases.jobs import start_job
    from safar.usecases.work import Pace, Worker

    match rest:
        case ["put", kind, arguments, number]:
            for _ in range(int(number)):
                now = datetime.now(UTC)
                start_job(
                    workspace=workspace, kind=kind, arguments=json.loads(arguments), person=None, now=now, kinds=KINDS
                )
        case ["put", kind]:
            start_job(workspace=workspace, kind=kind, arguments={}, person=None, now=datetime.now(UTC))
        case ["cancel", job]:
            jobs.ask_to_cancel(UUID(job), now=datetime.now(UTC))
        case _:
            worker = Worker(
                name=f"test:{os.getpid()}",
                open_workspace=lambda: workspace,
                clock=lambda: datetime.now(UTC),
                kinds=KINDS,
                pace=Pace(beat_every=0.2, lost_after=LOST_AFTER_S, look_every=0.05),
            )
            signal.signal(signal.SIGTERM, lambda *_: worker.stop.set())
            worker.run()


if __name__ == "__main__":
    main()
